"""“Is IOP right for me?”: its questions and answers.

Which care an answer speaks for or against is said by the programs' criteria; the answer itself says only which help
must come first and what help is looked for.
"""

from django.db import models
from django.db.models import Q

from clinic.models import Ordered, Reviewed


class FirstHelp(models.TextChoices):
    """Who is called before anything else, the most urgent first. Templates know these by their values."""

    NALOXONE = "naloxone", "Call 911 and use naloxone: they may have taken too much, or can hardly breathe"
    EMERGENCY = "911", "Call 911: a life may be at risk"
    VIOLENCE = "violence", "Call the domestic violence hotline: someone hurts or threatens them"
    LIFELINE = "988", "Call or text 988: any other crisis"


class GuideQuestion(Ordered, Reviewed):
    slug = models.SlugField(unique=True)
    question = models.CharField(max_length=120, unique=True, help_text="Asked on a page of its own.")
    hint = models.CharField(max_length=160, blank=True)
    why = models.TextField("why we ask", help_text="Stands beside the question. An empty line starts a new paragraph.")

    class Meta(Ordered.Meta):
        verbose_name = "question of the guide"
        verbose_name_plural = "questions of the guide"

    def __str__(self):
        return self.question


class GuideAnswerQuerySet(models.QuerySet):
    def crises(self):
        return self.filter(~Q(first_help="") | Q(criteria__kind="crisis")).distinct()


class GuideAnswer(Ordered):
    question = models.ForeignKey(GuideQuestion, models.CASCADE, related_name="answers")
    slug = models.SlugField(help_text="Names the answer inside the form. It is never part of an address.")
    text = models.CharField(max_length=120, help_text="In the first person: “Yes, I feel safe at home”.")
    hint = models.CharField(max_length=160, blank=True)
    first_help = models.CharField(
        max_length=8,
        choices=FirstHelp,
        blank=True,
        help_text="Choose who must be called when this is true. It is then shown before anything else.",
    )
    about_substance_use = models.BooleanField(
        default=False, help_text="Tick if this answer says that the person looks for help with alcohol or drugs."
    )
    about_mental_health = models.BooleanField(
        default=False, help_text="Tick if this answer says that the person looks for help with mental health."
    )
    to_bring = models.CharField(
        "question to bring",
        max_length=160,
        blank=True,
        help_text="What a person with this answer may want to ask at a consultation.",
    )

    advice = models.CharField(
        max_length=200,
        blank=True,
        help_text="What nobody with this answer may miss. Stands at the top of the result.",
    )

    objects = GuideAnswerQuerySet.as_manager()

    class Meta(Ordered.Meta):
        verbose_name = "answer of the guide"
        verbose_name_plural = "answers of the guide"
        constraints = [
            models.UniqueConstraint(
                fields=["question", "slug"],
                name="answers_of_a_question_have_their_own_names",
                violation_error_message="Two answers of this question have the same name.",
            ),
        ]

    def __str__(self):
        return self.text
