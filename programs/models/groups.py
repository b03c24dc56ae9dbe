"""Groups beside the programs: specialty groups of our own, and support groups run by their members."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from clinic import hours
from clinic.models import OpeningHours, Ordered, Photo, Published, Reviewed
from programs.models.program import Program

Weekday = OpeningHours.Weekday


class Meeting(models.Model):
    """A time that comes back every week."""

    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    starts = models.TimeField()
    minutes = models.PositiveSmallIntegerField(default=60)

    class Meta:
        abstract = True

    @property
    def ends(self):
        return hours.after(self.starts, self.minutes)


class SpecialtyGroup(Ordered, Published):
    class Kind(models.TextChoices):
        THEME = "theme", "Shared experience"
        ACTIVITY = "activity", "Activity"

    class Drawing(models.TextChoices):
        BOWL = "bowl", "Mended bowl"
        CUPS = "cups", "Two cups"
        ARCHES = "arches", "Arches"
        COMPASS = "compass", "Compass"
        KEY = "key", "Key"
        HOUSE = "house", "Lit house"
        HORSESHOE = "horseshoe", "Horseshoe"
        POT = "pot", "Cooking pot"
        SEEDLING = "seedling", "Seedling"
        TRAIL = "trail", "Trail and trees"
        BOOK = "book", "Open book"
        BUOY = "buoy", "Life ring"

    kind = models.CharField(max_length=10, choices=Kind, help_text="Which part of the groups page it stands in.")
    name = models.CharField(max_length=80)
    drawing = models.CharField(max_length=12, choices=Drawing, help_text="Shown where there is no photograph.")
    photo = models.ForeignKey(
        Photo,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="specialty_groups",
        help_text="Stands in place of the drawing.",
    )
    summary = models.CharField(max_length=200, help_text="One or two sentences for the groups page.")
    lead = models.TextField(help_text="First paragraph of its own page.")
    body = models.TextField(help_text="What happens there. Plain text; an empty line starts a new paragraph.")
    for_whom = models.CharField(max_length=200, help_text="Who can join, in one sentence.")
    led_by = models.CharField(max_length=120, help_text="Role and credential: “a licensed counselor”. Never a name.")
    bring = models.CharField("what to bring", max_length=200, blank=True)
    size_max = models.PositiveSmallIntegerField("people, most", null=True, blank=True)
    programs = models.ManyToManyField(
        Program, blank=True, related_name="specialty_groups", help_text="People in these programs can join."
    )

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("group", args=[self.slug])


class SpecialtyGroupTime(Meeting):
    group = models.ForeignKey(SpecialtyGroup, models.CASCADE, related_name="times")

    class Meta:
        verbose_name = "time"
        ordering = ["weekday", "starts"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "weekday", "starts"],
                name="group_meets_once_at_a_time",
                violation_error_message="Two times of this group start at the same moment.",
            ),
            models.CheckConstraint(
                condition=Q(minutes__gt=0),
                name="group_time_takes_time",
                violation_error_message="Enter how many minutes the group takes.",
            ),
        ]

    def __str__(self):
        return f"{self.get_weekday_display()} {self.starts:%H:%M}"


class SupportGroup(Meeting, Ordered, Reviewed):
    """A meeting run by its own members: 12-step or secular, at our place or near it."""

    class Kind(models.TextChoices):
        TWELVE_STEP = "twelve_step", "12-step"
        SECULAR = "secular", "Secular"
        FAMILY = "family", "For families and friends"

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, choices=Kind)
    text = models.CharField(max_length=240, help_text="What it is, in plain words.")
    audience = models.CharField(max_length=100, help_text="Who may come: “Anyone who wants to stop drinking”.")
    place = models.CharField(max_length=120, help_text="Where: “Community room, ground floor”.")

    class Meta(Ordered.Meta):
        pass

    def __str__(self):
        return self.name
