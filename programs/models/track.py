"""The ways to take part in a program: days, minutes, weeks, the week itself, and whether there is room."""

from datetime import timedelta

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from clinic.models import OpeningHours, Ordered
from clinic.validators import not_in_the_future
from programs.models.base import low_up_to_high
from programs.models.shared import SessionOutline

Weekday = OpeningHours.Weekday


class Track(Ordered):
    """One way to take part in a program: its days, minutes and weeks. All other words about time are computed."""

    class PartOfDay(models.TextChoices):
        MORNING = "morning", "Morning"
        AFTERNOON = "afternoon", "Afternoon"
        EVENING = "evening", "Evening"
        ALL_DAY = "all_day", "Day and night"

    class Attendance(models.TextChoices):
        IN_PERSON = "in_person", "In person"
        ONLINE = "online", "Online"

    program = models.ForeignKey("programs.Program", models.CASCADE, related_name="tracks")
    name = models.CharField(max_length=60, help_text="Such as “Morning track”.")
    part_of_day = models.CharField(
        max_length=10, choices=PartOfDay, help_text="Morning starts before noon, afternoon before 5 pm."
    )
    attendance = models.CharField(max_length=10, choices=Attendance, default=Attendance.IN_PERSON)
    min_age = models.PositiveSmallIntegerField(
        default=18, validators=[MaxValueValidator(99)], help_text="From this age on. Adults: 18."
    )
    days_min = models.PositiveSmallIntegerField("days a week, fewest")
    days_max = models.PositiveSmallIntegerField("days a week, most")
    days_are_about = models.BooleanField(
        "about", default=False, help_text="Tick to write “about” before the number of days."
    )
    session_minutes = models.PositiveSmallIntegerField(help_text="Length of one group session, or of one day.")
    individual_sessions = models.PositiveSmallIntegerField(
        "individual sessions a week", default=0, help_text="One-to-one sessions that each person has, every week."
    )
    individual_minutes = models.PositiveSmallIntegerField(default=50, help_text="Length of one individual session.")
    weeks_min = models.PositiveSmallIntegerField("weeks, fewest")
    weeks_typical = models.PositiveSmallIntegerField("weeks, typical")
    is_open_ended = models.BooleanField(
        "open-ended", default=False, help_text="Tick if people may stay longer than the typical time."
    )
    group_size_min = models.PositiveSmallIntegerField("people in a group, fewest", null=True, blank=True)
    group_size_max = models.PositiveSmallIntegerField("people in a group, most", null=True, blank=True)
    schedule_note = models.CharField(
        max_length=160, blank=True, help_text="What the number of days or weeks depends on, in one sentence."
    )
    outline = models.ForeignKey(
        SessionOutline, models.PROTECT, null=True, blank=True, related_name="tracks", help_text="How one session runs."
    )
    hours_reason = models.CharField(
        "reason for unusual hours",
        max_length=200,
        blank=True,
        help_text="Why the hours a week are outside what is usual at this level. For staff; lets the track be saved.",
    )

    class Meta(Ordered.Meta):
        ordering = ["program__level__position", "program__position", "position", "pk"]
        constraints = [
            low_up_to_high("days_min", "days_max", "track_days_run_from_low_to_high", "number of days a week"),
            low_up_to_high("weeks_min", "weeks_typical", "track_weeks_run_from_low_to_high", "number of weeks"),
            models.CheckConstraint(
                condition=Q(group_size_max=None) | Q(group_size_min__gte=1, group_size_max__lte=60),
                name="track_group_fits_a_room",
                violation_error_message="Enter between 1 and 60 people in a group.",
            ),
            models.CheckConstraint(
                condition=Q(individual_sessions__lte=14, individual_minutes__gte=5, individual_minutes__lte=480),
                name="track_individual_sessions_fit_a_week",
                violation_error_message="Enter up to 14 individual sessions a week, of 5 to 480 minutes.",
            ),
            low_up_to_high(
                "group_size_min", "group_size_max", "track_group_size_runs_from_low_to_high", "number of people"
            ),
            models.CheckConstraint(
                condition=Q(days_min__gte=1, days_max__lte=7),
                name="track_days_are_days_of_a_week",
                violation_error_message="Enter between 1 and 7 days a week.",
            ),
            models.CheckConstraint(
                condition=Q(session_minutes__gte=15, session_minutes__lte=24 * 60),
                name="track_session_fits_a_day",
                violation_error_message="Enter a session of 15 minutes to 24 hours (1440 minutes).",
            ),
            models.CheckConstraint(
                condition=Q(weeks_min__gte=1, weeks_typical__lte=104),
                name="track_lasts_weeks",
                violation_error_message="Enter between 1 and 104 weeks.",
            ),
            models.CheckConstraint(
                condition=Q(group_size_min=None, group_size_max=None)
                | Q(group_size_min__isnull=False, group_size_max__isnull=False),
                name="track_group_size_is_whole",
                violation_error_message="Enter both the fewest and the most people in a group, or neither.",
            ),
        ]

    def __str__(self):
        return f"{self.program.short_name}: {self.name}"

    @property
    def is_all_day(self):
        return self.part_of_day == self.PartOfDay.ALL_DAY


class ScheduleSlot(models.Model):
    class Kind(models.TextChoices):
        GROUP = "group", "Group"
        INDIVIDUAL = "individual", "One to one"
        FAMILY = "family", "Family"
        MEDICATION = "medication", "Medi\u00adcation visit"  # breaks there in a narrow cell

    track = models.ForeignKey(Track, models.CASCADE, related_name="slots")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    starts = models.TimeField()
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.GROUP)
    minutes = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="Only for family and medication visits. Groups and one-to-one sessions take the track's own minutes.",
    )
    by_choice = models.BooleanField(
        default=False, help_text="Tick for days beyond the fewest, and for visits that a person may leave out."
    )

    class Meta:
        ordering = ["weekday", "starts"]
        constraints = [
            models.UniqueConstraint(
                fields=["track", "weekday", "starts"],
                name="one_slot_at_a_time",
                violation_error_message="Two slots of this track start at the same time.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["group", "individual"], minutes=None)
                | Q(kind__in=["family", "medication"], minutes__isnull=False, minutes__gt=0),
                name="slot_minutes_are_stated_once",
                violation_error_message="Enter minutes for a family or medication visit. Leave them empty for a group"
                " or a one-to-one session: the track says how long those are.",
            ),
        ]

    def __str__(self):
        return f"{self.get_weekday_display()} {self.starts:%H:%M}, {self.get_kind_display()}"


class OpeningQuerySet(models.QuerySet):
    def check_due(self, moment, days):
        """Those nobody has looked at for so many days, and waitlists whose next start has passed."""
        return self.filter(Q(checked_at__lt=moment - timedelta(days=days)) | Q(next_start__lt=moment.date()))


class Opening(models.Model):
    """Whether a track has room, as of the moment somebody last looked."""

    class State(models.TextChoices):
        OPEN = "open", "Open: new people can start"
        WAITLIST = "waitlist", "Waitlist: people can start later"
        CLOSED = "closed", "Closed: no new people for now"

    track = models.OneToOneField(Track, models.CASCADE, related_name="opening")
    state = models.CharField(max_length=10, choices=State)
    next_start = models.DateField(null=True, blank=True, help_text="The next day somebody can start. For a waitlist.")
    checked_at = models.DateTimeField(
        "last checked",
        default=timezone.now,
        validators=[not_in_the_future],
        help_text="The public sees this. After some days the opening is hidden.",
    )

    objects = OpeningQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="waitlist") | Q(next_start__isnull=False),
                name="waitlist_says_when_it_starts",
                violation_error_message="Enter the next start for a waitlist.",
            ),
            models.CheckConstraint(
                condition=Q(state="waitlist") | Q(next_start=None),
                name="only_a_waitlist_has_a_next_start",
                violation_error_message="Leave the next start empty unless there is a waitlist.",
            ),
        ]

    def __str__(self):
        return f"{self.track}: {self.get_state_display()}"
