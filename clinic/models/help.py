"""Lines that help at any hour, and notices of the day."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from clinic.models.base import Ordered
from clinic.validators import dialable, not_in_the_future, own_path

HELP_LINE_CHECK_DAYS = 90
LIFELINE = "988"


class HelpLineQuerySet(models.QuerySet):
    def check_due(self, today):
        return self.filter(checked_on__lt=today - timedelta(days=HELP_LINE_CHECK_DAYS))

    def lifelines(self):
        """Those that 988 alone reaches; “then press 1” is a line for some people only."""
        return self.filter(call_number=LIFELINE, call_with="")


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
