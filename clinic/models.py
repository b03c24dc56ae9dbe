"""Who we are: the facts and words on every page, edited by staff without a deploy."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from clinic import hours
from clinic.validators import (
    dialable,
    e164,
    known_time_zone,
    not_after_this_year,
    not_in_the_future,
    own_path,
    plain_https,
)

HELP_LINE_CHECK_DAYS = 90


class Ordered(models.Model):
    position = models.PositiveSmallIntegerField(
        default=1000, help_text="Lower numbers come first. A new one comes last until it has a number."
    )

    class Meta:
        abstract = True
        ordering = ["position", "pk"]


class ReviewedQuerySet(models.QuerySet):
    def review_due(self, today):
        return self.filter(Q(review_by__lte=today) | Q(review_by=None) | Q(reviewed_on=None))


class Reviewed(models.Model):
    """Content that goes out of date: what is overdue is listed on the staff home page."""

    reviewed_on = models.DateField(
        "last reviewed on",
        null=True,
        blank=True,
        validators=[not_in_the_future],
        help_text="The day somebody last checked that this is still true.",
    )
    review_by = models.DateField(
        null=True, blank=True, help_text="From this day on, the staff home page asks for a new review."
    )

    objects = ReviewedQuerySet.as_manager()

    class Meta:
        abstract = True


class Location(Ordered, Reviewed):
    name = models.CharField(max_length=80, help_text="Such as “Main office”.")
    street = models.CharField(max_length=120)
    city = models.CharField(max_length=60)
    state = models.CharField(max_length=2, help_text="Two letters.")
    postal_code = models.CharField(max_length=10)
    access = models.TextField(blank=True, help_text="Steps, lift, toilets, parking, bus. What a visitor must know.")
    arrival = models.TextField(blank=True, help_text="What the first minutes are like: the door, the desk, the wait.")

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("about")


class Clinic(Reviewed):
    name = models.CharField(max_length=80, help_text="Shown in the header, in titles and in the footer.")
    short_name = models.CharField(max_length=40, help_text="Used inside sentences: “Harbor Path is ...”.")
    headline = models.CharField(max_length=60, help_text="First line of the home page.")
    headline_end = models.CharField("headline, second line", max_length=60, help_text="Second line of the home page.")
    lead = models.TextField(help_text="First paragraph of the home page.")
    description = models.CharField(
        max_length=160, help_text="What search engines show under the name. One sentence or two."
    )
    main_location = models.ForeignKey(
        Location, models.PROTECT, related_name="+", help_text="The address at the foot of every page."
    )
    phone = models.CharField(
        max_length=16, validators=[e164], help_text="With + and country code. Every page shows it as a link."
    )
    relay_line = models.CharField(
        max_length=120,
        blank=True,
        help_text="How deaf or hard-of-hearing callers reach you: “Relay callers: dial 711 first”.",
    )
    after_hours = models.CharField(
        max_length=200, help_text="What a caller hears when nobody is in. Shown beside the number while you are closed."
    )
    phone_answered_by = models.CharField(
        max_length=60, help_text="The role of the person who answers, with its article: “an intake coordinator”."
    )
    time_zone = models.CharField(
        max_length=40, validators=[known_time_zone], help_text="Standard name, such as America/New_York."
    )
    reply_hours = models.PositiveSmallIntegerField(
        "reply within (staffed hours)",
        validators=[MinValueValidator(1), MaxValueValidator(80)],
        help_text="A request is answered within this many hours of staffed time. The form and the receipt say so.",
    )
    founded_year = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1700), not_after_this_year],
        help_text="The About page counts the years from this. Empty: nothing is said.",
    )
    license_line = models.CharField(
        "license", max_length=200, help_text="License number, type and who issued it, in one line."
    )
    privacy_line = models.TextField(help_text="Small print at the foot of every page. Say only what is true.")
    exit_name = models.CharField(max_length=40, help_text="What “Leave this site” opens, in words: “a weather page”.")
    exit_url = models.URLField(
        "exit address", validators=[plain_https], help_text="A well-known, neutral page. “Leave this site” goes here."
    )
    opening_shown_days = models.PositiveSmallIntegerField(
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text="An opening that was last checked longer ago than this many days is not shown.",
    )

    class Meta:
        verbose_name_plural = "clinic"
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="there_is_one_clinic"),
            models.CheckConstraint(
                condition=Q(
                    reply_hours__gte=1, reply_hours__lte=80, opening_shown_days__gte=1, opening_shown_days__lte=60
                ),
                name="clinic_promises_can_be_counted",
            ),
        ]

    def __str__(self):
        return self.name

    @classmethod
    def load(cls):
        """The clinic and its main location. Raises DoesNotExist before the starting content is loaded."""
        return cls.objects.select_related("main_location").get(pk=1)

    @property
    def zone(self):
        return ZoneInfo(self.time_zone)

    def local_now(self):
        return timezone.now().astimezone(self.zone)

    def years_open(self, today):
        return today.year - self.founded_year if self.founded_year else None


class OpeningHours(models.Model):
    """Hours in which a person answers: every week on a weekday, or on one date in place of that day's usual hours."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0
        TUESDAY = 1
        WEDNESDAY = 2
        THURSDAY = 3
        FRIDAY = 4
        SATURDAY = 5
        SUNDAY = 6

    weekday = models.PositiveSmallIntegerField(
        choices=Weekday, null=True, blank=True, help_text="For hours that come back every week."
    )
    date = models.DateField(
        null=True, blank=True, help_text="For one day only, such as a holiday. Replaces that day's usual hours."
    )
    opens = models.TimeField(null=True, blank=True, help_text="Leave both times empty for a date when nobody answers.")
    closes = models.TimeField(null=True, blank=True)
    note = models.CharField(max_length=80, blank=True, help_text="Why this date differs: “Thanksgiving”.")

    class Meta:
        verbose_name = "opening hours"
        verbose_name_plural = "opening hours"
        ordering = [F("date").asc(nulls_first=True), "weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday=None, date__isnull=False) | Q(weekday__isnull=False, date=None),
                name="hours_are_for_a_weekday_or_a_date",
                violation_error_message="Choose a weekday or a date, not both.",
            ),
            models.CheckConstraint(
                condition=Q(opens=None, closes=None, date__isnull=False)
                | Q(opens__isnull=False, closes__isnull=False, opens__lt=F("closes")),
                name="opening_comes_before_closing",
                violation_error_message="Enter an opening time that is before the closing time."
                " Only a date may have no times; it then means that nobody answers that day.",
            ),
        ]

    def __str__(self):
        day = self.get_weekday_display() if self.date is None else f"{self.date:%B} {self.date.day}, {self.date.year}"
        return f"{day}: {hours.span(self.opens, self.closes) if self.opens else 'closed'}"


class HelpLineQuerySet(models.QuerySet):
    def check_due(self, today):
        return self.filter(checked_on__lt=today - timedelta(days=HELP_LINE_CHECK_DAYS))


class HelpLine(Ordered):
    name = models.CharField(max_length=80, help_text="Who answers: “Suicide and Crisis Lifeline”.")
    when_to_use = models.CharField(max_length=200, help_text="One plain sentence: when is this the right number?")
    call_number = models.CharField(
        max_length=16, blank=True, validators=[dialable], help_text="Digits to dial: 988 or +18006624357."
    )
    call_with = models.CharField(max_length=40, blank=True, help_text="What to do on the call: “then press 1”.")
    text_number = models.CharField(
        max_length=16, blank=True, validators=[dialable], help_text="Digits to text, if the line takes texts."
    )
    text_with = models.CharField(max_length=40, blank=True, help_text="What to write in the text: “your ZIP code”.")
    hours = models.CharField(max_length=60, help_text="“Day and night, every day”.")
    extra = models.CharField(max_length=200, blank=True, help_text="Such as the languages it speaks.")
    is_emergency = models.BooleanField(default=False, help_text="Tick for lines that help when a life is at risk.")
    checked_on = models.DateField(
        validators=[not_in_the_future],
        help_text=f"The day somebody last dialed it. After {HELP_LINE_CHECK_DAYS} days the staff home page asks again.",
    )

    objects = HelpLineQuerySet.as_manager()

    class Meta(Ordered.Meta):
        constraints = [
            models.CheckConstraint(
                condition=~Q(call_number="", text_number=""),
                name="help_line_can_be_called_or_texted",
                violation_error_message="Enter a number to call or a number to text.",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("help_now")


class AlertQuerySet(models.QuerySet):
    def current(self, moment):
        return self.filter(starts_at__lte=moment, ends_at__gt=moment)


class Alert(models.Model):
    class Audience(models.TextChoices):
        EVERYONE = "everyone", "Everyone"
        CLIENTS = "clients", "People in our programs"
        FAMILIES = "families", "Families"
        PROFESSIONALS = "professionals", "People who refer to us"

    class Level(models.TextChoices):
        NOTE = "note", "Note: good to know"
        CHANGE = "change", "Change: plans are affected"

    audience = models.CharField(
        max_length=16, choices=Audience, default=Audience.EVERYONE, help_text="Named at the start, unless everyone."
    )
    level = models.CharField(
        max_length=8,
        choices=Level,
        default=Level.NOTE,
        help_text="A change stands above the notes and has a sign with it.",
    )
    body = models.CharField(max_length=240, help_text="One or two sentences. Stands at the top of every page.")
    link_path = models.CharField(
        "link", max_length=200, blank=True, validators=[own_path], help_text="A page of this site with more about it."
    )
    link_label = models.CharField(
        max_length=60, blank=True, help_text="Names the page it opens: “Holiday hours”, not “Read more”."
    )
    starts_at = models.DateTimeField(help_text="Shown from this moment.")
    ends_at = models.DateTimeField(help_text="Gone from this moment. There is no alert without an end.")

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ["level", "starts_at"]  # "change" comes before "note"
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")),
                name="alert_ends_after_it_starts",
                violation_error_message="Enter an end that is after the start.",
            ),
            models.CheckConstraint(
                condition=Q(link_path="", link_label="") | (~Q(link_path="") & ~Q(link_label="")),
                name="alert_link_has_a_path_and_a_label",
                violation_error_message="Enter both the link and its label, or neither.",
            ),
        ]

    def __str__(self):
        return self.body[:60]


class PageTextQuerySet(ReviewedQuerySet):
    def of(self, page):
        """{place: text} of a page, in one query."""
        return {text.place: text for text in self.filter(page=page)}


class PageText(Reviewed):
    """Words of a page that the site itself lays out, place by place."""

    class Page(models.TextChoices):
        HOME = "home"
        PROGRAMS = "programs"
        COMPARE = "compare"
        GROUPS = "groups"
        QUESTIONS = "questions"
        ABOUT = "about"
        HELP_NOW = "help_now", "Help now"
        REQUEST = "request", "Request form"

    page = models.CharField(max_length=16, choices=Page, editable=False)
    place = models.SlugField(default="top", editable=False)
    title = models.CharField(max_length=80, help_text="The heading.")
    text = models.TextField(blank=True, help_text="The words under it. Two short sentences are enough.")
    description = models.CharField(
        max_length=160, blank=True, help_text="For the top of a page: what search engines show under its title."
    )

    objects = PageTextQuerySet.as_manager()

    class Meta:
        verbose_name = "page text"
        ordering = ["page", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["page", "place"], name="each_place_of_a_page_has_one_text"),
        ]

    def __str__(self):
        return f"{self.get_page_display()}: {self.title}"

    def get_absolute_url(self):
        return reverse(self.page)


class Signpost(Ordered):
    """A way into the site from the home page, in the visitor's own words."""

    title = models.CharField(max_length=80, help_text="In the first person: “I am worried about someone”.")
    text = models.CharField(max_length=120, help_text="What waits behind it.")
    path = models.CharField("opens", max_length=200, validators=[own_path], help_text="A page of this site.")

    def __str__(self):
        return self.title


class CallStep(Ordered):
    """What happens when somebody calls or writes, step by step."""

    title = models.CharField(max_length=80)
    text = models.TextField()

    class Meta(Ordered.Meta):
        verbose_name = "step of a first call"
        verbose_name_plural = "steps of a first call"

    def __str__(self):
        return self.title


class LoadedEntry(models.Model):
    """Which entries of the starting content were loaded, so that loading again never touches what staff changed."""

    entry = models.CharField(max_length=160, unique=True)
    object_pk = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "loaded entries"

    def __str__(self):
        return self.entry
