"""The clinic, where it is, and when somebody answers."""

from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from clinic import hours
from clinic.models.base import Ordered, Reviewed
from clinic.models.photo import Photo
from clinic.validators import e164, known_time_zone, not_after_this_year, plain_https


class Location(Ordered, Reviewed):
    name = models.CharField(max_length=80, help_text="Such as “Main office”.")
    street = models.CharField(max_length=120)
    city = models.CharField(max_length=60)
    state = models.CharField(max_length=2, help_text="Two letters.")
    postal_code = models.CharField(max_length=10)
    access = models.TextField(blank=True, help_text="Steps, lift, toilets, parking, bus. What a visitor must know.")
    arrival = models.TextField(blank=True, help_text="What the first minutes are like: the door, the desk, the wait.")

    photo = models.ForeignKey(
        Photo, models.PROTECT, null=True, blank=True, related_name="locations", help_text="Shown beside the address."
    )

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
    replies_per_hour = models.PositiveSmallIntegerField(
        default=4,
        validators=[MinValueValidator(1), MaxValueValidator(200)],
        help_text="How many requests the team can answer in an hour. When more are waiting, the form promises less.",
    )
    answers_by_phone = models.BooleanField(
        default=True, help_text="Tick to offer a call on the request form. Untick it when nobody can call."
    )
    answers_by_text = models.BooleanField(
        default=False, help_text="Tick only when staff have a phone for text messages that nobody else reads."
    )
    answers_by_email = models.BooleanField(default=True, help_text="Tick to offer an email on the request form.")
    calls_per_half_hour = models.PositiveSmallIntegerField(
        "call-backs per half hour",
        default=2,
        validators=[MaxValueValidator(50)],
        help_text="How many people can choose the same half hour for our call. 0: the form offers no times to choose.",
    )
    shows_promise_rate = models.BooleanField(
        "show how often promises are kept",
        default=False,
        help_text="The page with the request form then says how many requests of the last 30 days got a call or an"
        " answer in time, as soon as 20 can be counted. With fewer it says nothing.",
    )
    notices_to = models.EmailField(
        "mail about new requests",
        blank=True,
        help_text="Gets a count and a link, never a word of a request. Empty: no mail is sent.",
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
                    reply_hours__gte=1,
                    reply_hours__lte=80,
                    opening_shown_days__gte=1,
                    opening_shown_days__lte=60,
                    replies_per_hour__gte=1,
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

    @cached_property
    def schedule(self):
        """The staffed hours, read once."""
        return hours.Schedule.of(OpeningHours.objects.all())

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
