"""A program and the lists on its page."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from clinic.models import Ordered, Photo, Published, PublishedQuerySet
from programs.models.guide import GuideAnswer
from programs.models.shared import ComparisonPoint, GroupType, LevelOfCare, Question, Service, Topic
from programs.models.track import Track


class ProgramQuerySet(PublishedQuerySet):
    def by_level(self):
        """From the most support to the least, then by hand; each with its level."""
        return self.select_related("level").order_by("level__position", "position", "pk")

    def in_order(self):
        """By level; each with its photo and tracks too (two queries)."""
        tracks = models.Prefetch("tracks", Track.objects.select_related("opening", "outline"))
        return self.by_level().select_related("photo").prefetch_related(tracks)

    def with_week(self):
        """In order, with the slots of each track too (three queries)."""
        return self.in_order().prefetch_related("tracks__slots")


class Program(Ordered, Published):
    class LivesAt(models.TextChoices):
        HOME = "home", "At home"
        HOME_OR_SOBER_LIVING = "home_or_sober", "At home or in sober living"
        CENTER = "center", "At the center"
        HOSPITAL = "hospital", "In a hospital"

    level = models.ForeignKey(
        LevelOfCare, models.PROTECT, related_name="programs", help_text="Where it stands on the ladder of care."
    )
    title = models.CharField(max_length=80, help_text="The page's large heading, in full words.")
    short_name = models.CharField(max_length=40, help_text="For lists, tables and sentences: “Substance use IOP”.")
    aliases = models.CharField(
        max_length=200, blank=True, help_text="Other names people use for it, separated by commas."
    )
    summary = models.CharField(max_length=160, help_text="One or two sentences for lists and search engines.")
    lead = models.TextField(help_text="First paragraph of the page.")
    is_main = models.BooleanField(
        "main program", default=False, help_text="Tick for the one program whose amounts the home page draws."
    )
    is_offered = models.BooleanField(
        "offered here", default=True, help_text="Untick for care that we help people reach somewhere else."
    )
    for_substance_use = models.BooleanField(default=False, help_text="Tick if it treats substance use disorders.")
    for_mental_health = models.BooleanField(default=False, help_text="Tick if it treats mental health conditions.")
    lives_at = models.CharField("people live", max_length=16, choices=LivesAt)
    led_by = models.CharField(
        max_length=120, blank=True, help_text="Role and credential of who leads: “a licensed counselor”. Never a name."
    )
    compares_with = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The page sets this program side by side with the one chosen here.",
    )
    photo = models.ForeignKey(
        Photo,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="programs",
        help_text="Stands under the title, in place of the drawn scene.",
    )
    topics = models.ManyToManyField(Topic, blank=True, related_name="programs")
    group_types = models.ManyToManyField(GroupType, blank=True, related_name="programs")
    questions = models.ManyToManyField(
        Question, blank=True, related_name="programs", help_text="Shown at the end of the program's page."
    )

    objects = ProgramQuerySet.as_manager()

    class Meta(Ordered.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(for_substance_use=True) | Q(for_mental_health=True),
                name="program_treats_something",
                violation_error_message="Tick substance use, mental health or both.",
            ),
            models.UniqueConstraint(
                fields=["is_main"],
                condition=Q(is_main=True),
                name="there_is_one_main_program",
                violation_error_message="Another program is the main one. Untick it there first.",
            ),
            models.CheckConstraint(
                condition=~Q(compares_with=F("pk")),
                name="program_is_compared_with_another",
                violation_error_message="Choose another program to compare with.",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("program", args=[self.slug])


class ProgramSection(Ordered):
    """A heading with text on a program's page, for what no list or number can say."""

    program = models.ForeignKey(Program, models.CASCADE, related_name="sections")
    heading = models.CharField(max_length=80)
    body = models.TextField(help_text="Plain text. An empty line starts a new paragraph.")

    def __str__(self):
        return self.heading


class ProgramService(Ordered):
    class Availability(models.TextChoices):
        INCLUDED = "included", "Included"
        AS_NEEDED = "as_needed", "As needed"
        BY_CHOICE = "by_choice", "If you choose"
        PARTNER = "partner", "With a partner"

    program = models.ForeignKey(Program, models.CASCADE, related_name="services")
    service = models.ForeignKey(Service, models.PROTECT, related_name="in_programs")
    availability = models.CharField(max_length=10, choices=Availability)

    class Meta(Ordered.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["program", "service"],
                name="program_lists_a_service_once",
                violation_error_message="This service is listed twice.",
            )
        ]

    def __str__(self):
        return f"{self.program.short_name}: {self.service}"


class ProgramPoint(Ordered):
    """One line in a list on a program's page."""

    class Kind(models.TextChoices):
        BENEFIT = "benefit", "Benefit"
        GOAL = "goal", "Goal"
        WEIGH = "weigh", "Thing to weigh"
        ENTRY = "entry", "When people start, at this clinic"
        EXPECTATION = "expectation", "What we ask of you"

    program = models.ForeignKey(Program, models.CASCADE, related_name="points")
    kind = models.CharField(max_length=12, choices=Kind, help_text="The list it stands in.")
    text = models.CharField(max_length=240, help_text="One phrase, without a period at its end.")

    class Meta(Ordered.Meta):
        ordering = ["kind", "position", "pk"]

    def __str__(self):
        return self.text


class Criterion(Ordered):
    """Who a program may fit, and who is safer somewhere else."""

    class Kind(models.TextChoices):
        FITS = "fits", "May fit"
        OTHER_LEVEL = "other_level", "Another level may be safer"
        CRISIS = "crisis", "Crisis: show the help lines"

    program = models.ForeignKey(Program, models.CASCADE, related_name="criteria")
    kind = models.CharField(
        max_length=12, choices=Kind, help_text="A crisis line always stands beside the help lines, with their numbers."
    )
    text = models.CharField(max_length=200, help_text="Starts with “You”, ends without a period.")
    suggests = models.ForeignKey(
        Program,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="suggested_by",
        help_text="The program that may be safer. Needed for “another level”.",
    )
    said_by = models.ManyToManyField(
        GuideAnswer,
        blank=True,
        related_name="criteria",
        verbose_name="answers that say so",
        help_text="Answers of “Is IOP right for me?” that mean this line is true of a person.",
    )

    class Meta(Ordered.Meta):
        verbose_name_plural = "criteria"
        ordering = ["kind", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="other_level", suggests__isnull=False) | (~Q(kind="other_level") & Q(suggests=None)),
                name="another_level_names_the_program",
                violation_error_message="Choose the program that may be safer for “another level”, and none otherwise.",
            ),
        ]

    def __str__(self):
        return f"{self.program.short_name}: {self.text}"


class ComparisonAnswer(models.Model):
    program = models.ForeignKey(Program, models.CASCADE, related_name="comparison_answers")
    point = models.ForeignKey(ComparisonPoint, models.PROTECT, related_name="answers")
    text = models.CharField(max_length=160)

    class Meta:
        ordering = ["point__position", "point__pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "point"],
                name="program_answers_a_point_once",
                violation_error_message="This row of the comparison is filled in twice.",
            )
        ]

    def __str__(self):
        return f"{self.program.short_name}: {self.point}: {self.text}"
