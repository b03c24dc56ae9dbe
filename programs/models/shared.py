"""Words and levels that several programs share: written once, edited in one place."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from clinic.models import Ordered, Reviewed
from programs.models.base import low_up_to_high


class LevelOfCare(Ordered, Reviewed):
    """A step on the ladder of care, from the most support to the least."""

    name = models.CharField(max_length=60, help_text="As on the ladder: “Intensive outpatient (IOP)”.")
    slug = models.SlugField(unique=True)
    support = models.CharField(
        max_length=80,
        blank=True,
        help_text="How much support, in words. Shown where no program of this level has tracks to compute it from.",
    )
    summary = models.CharField(max_length=160, help_text="When this level is the right one, in one sentence.")
    weekly_hours_min = models.PositiveSmallIntegerField(
        "hours a week, lowest",
        null=True,
        blank=True,
        help_text="A track below this asks for a reason. For IOP: 9 (ASAM level 2.1).",
    )
    weekly_hours_max = models.PositiveSmallIntegerField(
        "hours a week, highest",
        null=True,
        blank=True,
        help_text="A track above this asks for a reason. For IOP: 19 (ASAM level 2.1).",
    )
    code = models.CharField(
        "level code",
        max_length=8,
        blank=True,
        help_text="The state's or ASAM's code, such as 2.1. Not shown to the public.",
    )
    code_edition = models.CharField(max_length=20, blank=True, help_text="Which edition the code is from.")

    class Meta(Ordered.Meta):
        verbose_name_plural = "levels of care"
        constraints = [
            low_up_to_high(
                "weekly_hours_min", "weekly_hours_max", "level_hours_run_from_low_to_high", "number of hours a week"
            ),
        ]

    def __str__(self):
        return self.name


class Topic(Ordered):
    name = models.CharField(max_length=100, unique=True, help_text="What people work on, as a short phrase.")
    by_choice = models.BooleanField(default=False, help_text="Tick if it is only for those who want it.")

    def __str__(self):
        return self.name


class GroupType(Ordered):
    name = models.CharField(max_length=60, unique=True, help_text="Such as “Skills” or “Refusal practice”.")
    text = models.CharField(max_length=240, help_text="What happens in such a group, in one or two sentences.")

    def __str__(self):
        return self.name


class Service(Ordered, Reviewed):
    class Kind(models.TextChoices):
        THERAPY = "therapy", "Therapy"
        MEDICAL = "medical", "Medical care"
        MEDICATION = "medication", "Medication"
        SUPPORT = "support", "Support for daily life"

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    text = models.CharField(max_length=300, help_text="What it is and what it is for, in plain words.")

    def __str__(self):
        return self.name


class Question(Ordered, Reviewed):
    """A question people ask, written once: the pages that need it share it."""

    class Subject(models.TextChoices):
        STARTING = "starting", "Getting started"
        CARE = "care", "What care is like"
        PRIVACY = "privacy", "Privacy"
        COST = "cost", "Cost and insurance"
        FAMILY = "family", "Families and friends"

    slug = models.SlugField(unique=True, help_text="The link to this one question on the Questions page.")
    subject = models.CharField(max_length=12, choices=Subject, help_text="The heading it stands under.")
    question = models.CharField(max_length=120, unique=True)
    answer = models.TextField(help_text="Plain text. An empty line starts a new paragraph.")
    on_home_page = models.BooleanField(
        default=False, help_text="Tick to show it on the home page too. Four are enough."
    )

    def __str__(self):
        return self.question

    def get_absolute_url(self):
        return f"{reverse('questions')}#{self.slug}"


class SessionOutline(models.Model):
    """How one session runs, part by part. Tracks with the same session share one outline."""

    name = models.CharField(max_length=80, unique=True, help_text="For staff only.")

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class SessionPart(Ordered):
    outline = models.ForeignKey(SessionOutline, models.CASCADE, related_name="parts")
    name = models.CharField(max_length=60)
    minutes = models.PositiveSmallIntegerField(help_text="All parts together make the length of the session.")
    text = models.CharField(max_length=240)

    class Meta(Ordered.Meta):
        verbose_name = "part of the session"
        verbose_name_plural = "parts of the session"
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gt=0),
                name="session_part_takes_time",
                violation_error_message="Enter how many minutes this part takes.",
            ),
        ]

    def __str__(self):
        return f"{self.name}, {self.minutes} minutes"


COMPUTED_ROWS = ("Hours", "How long", "Time of day", "Where you sleep", "Group size")


def not_computed(name):
    if name.strip().lower() in [computed.lower() for computed in COMPUTED_ROWS]:
        raise ValidationError("This row is computed from days, minutes and weeks. Choose another name.")


class ComparisonPoint(Ordered):
    """A row of the comparison table whose cells are words. Rows made of numbers are computed."""

    name = models.CharField(max_length=60, unique=True, validators=[not_computed])

    def __str__(self):
        return self.name


class SearchAlias(models.Model):
    """Words people type for what the site calls by another name."""

    typed = models.CharField(max_length=40, unique=True, help_text="What people type: “rehab”.")
    finds = models.CharField(max_length=200, help_text="Words the search then looks for as well.")

    class Meta:
        verbose_name_plural = "search aliases"
        ordering = ["typed"]

    def __str__(self):
        return f"{self.typed}: {self.finds}"
