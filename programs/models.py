"""What care we offer: programs, their hours and words, and the groups beside them."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from clinic import hours
from clinic.models import OpeningHours, Ordered, Reviewed, ReviewedQuerySet

Weekday = OpeningHours.Weekday


def low_up_to_high(low, high, name, what):
    return models.CheckConstraint(
        condition=Q(**{f"{low}__lte": F(high)}),
        name=name,
        violation_error_message=f"The lowest {what} is more than the highest. Swap them or correct one.",
    )


class Published(Reviewed):
    """A page of its own, shown to the public when staff say so."""

    slug = models.SlugField(unique=True, help_text="Last part of the page's address. Changing it breaks old links.")
    is_published = models.BooleanField(
        "published",
        default=False,
        help_text="Tick to show this page to the public. Until then only staff can preview it.",
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class PublishedQuerySet(ReviewedQuerySet):
    def published(self):
        return self.filter(is_published=True)


class LevelOfCare(Ordered):
    """A step on the ladder of care, from the most support to the least."""

    name = models.CharField(max_length=60, help_text="As on the ladder: “Intensive outpatient (IOP)”.")
    slug = models.SlugField(unique=True)
    support = models.CharField(
        max_length=80,
        blank=True,
        help_text="How much support, in words. Leave empty where the hours a week of our own tracks say it.",
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

    class Meta(Ordered.Meta):
        pass

    def __str__(self):
        return self.name


class GroupType(Ordered):
    name = models.CharField(max_length=60, unique=True, help_text="Such as “Skills” or “Refusal practice”.")
    text = models.CharField(max_length=240, help_text="What happens in such a group, in one or two sentences.")

    class Meta(Ordered.Meta):
        pass

    def __str__(self):
        return self.name


class Service(Ordered):
    class Kind(models.TextChoices):
        THERAPY = "therapy", "Therapy"
        MEDICAL = "medical", "Medical care"
        MEDICATION = "medication", "Medication"
        SUPPORT = "support", "Support for daily life"

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    text = models.CharField(max_length=300, help_text="What it is and what it is for, in plain words.")

    class Meta(Ordered.Meta):
        pass

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

    objects = ReviewedQuerySet.as_manager()

    class Meta(Ordered.Meta):
        pass

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
        constraints = [models.CheckConstraint(condition=Q(minutes__gt=0), name="session_part_takes_time")]

    def __str__(self):
        return f"{self.name}, {self.minutes} minutes"


class ProgramQuerySet(PublishedQuerySet):
    def in_order(self):
        """From the most support to the least, then by hand; each with its level and tracks (two queries)."""
        tracks = models.Prefetch("tracks", Track.objects.select_related("opening", "outline"))
        return self.select_related("level").order_by("level__position", "position", "pk").prefetch_related(tracks)

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

    program = models.ForeignKey(Program, models.CASCADE, related_name="tracks")
    name = models.CharField(max_length=60, help_text="Such as “Morning track”.")
    part_of_day = models.CharField(
        max_length=10, choices=PartOfDay, help_text="Morning starts before noon, afternoon before 5 pm."
    )
    attendance = models.CharField(max_length=10, choices=Attendance, default=Attendance.IN_PERSON)
    min_age = models.PositiveSmallIntegerField(default=18, help_text="From this age on. Adults: 18.")
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
                condition=Q(weeks_min__gte=1),
                name="track_lasts_a_week_or_more",
                violation_error_message="Enter at least one week.",
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
                | Q(kind__in=["family", "medication"], minutes__gt=0),
                name="slot_minutes_are_stated_once",
                violation_error_message="Enter minutes for a family or medication visit. Leave them empty for a group"
                " or a one-to-one session: the track says how long those are.",
            ),
        ]

    def __str__(self):
        return f"{self.get_weekday_display()} {self.starts:%H:%M}, {self.get_kind_display()}"


class OpeningQuerySet(models.QuerySet):
    def check_due(self, moment, days):
        return self.filter(checked_at__lt=moment - timedelta(days=days))


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
        "last checked", default=timezone.now, help_text="The public sees this. After some days the opening is hidden."
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


class ProgramSection(Ordered):
    """A heading with text on a program's page, for what no list or number can say."""

    program = models.ForeignKey(Program, models.CASCADE, related_name="sections")
    heading = models.CharField(max_length=80)
    body = models.TextField(help_text="Plain text. An empty line starts a new paragraph.")

    class Meta(Ordered.Meta):
        pass

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
        return self.text


class ComparisonPoint(Ordered):
    """A row of the comparison table whose cells are words. Rows made of numbers are computed."""

    name = models.CharField(max_length=60, unique=True)

    class Meta(Ordered.Meta):
        pass

    def __str__(self):
        return self.name


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
        return f"{self.point}: {self.text}"


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

    objects = PublishedQuerySet.as_manager()

    class Meta(Ordered.Meta):
        pass

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("group", args=[self.slug])


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


class SpecialtyGroupTime(Meeting):
    group = models.ForeignKey(SpecialtyGroup, models.CASCADE, related_name="times")

    class Meta:
        verbose_name = "time"
        ordering = ["weekday", "starts"]
        constraints = [
            models.UniqueConstraint(fields=["group", "weekday", "starts"], name="group_meets_once_at_a_time"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="group_time_takes_time"),
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

    objects = ReviewedQuerySet.as_manager()

    class Meta(Ordered.Meta):
        pass

    def __str__(self):
        return self.name
