"""Where else a person can turn when we are full or are not the right place. No money, gift or reward stands in it."""

from django.db import models
from django.db.models import Q

from clinic.models.base import Reviewed, ReviewedQuerySet
from clinic.validators import dialable, plain_https


class ReferralContactQuerySet(ReviewedQuerySet):
    def offered(self):
        return self.filter(is_offered=True)

    def places(self):
        """Those that take somebody in: a line tells where to go, and then the person still has to find it."""
        return self.offered().filter(is_line=False)


class ReferralContact(Reviewed):
    name = models.CharField(max_length=80, unique=True, help_text="As they call themselves.")
    offers = models.CharField(
        max_length=160, help_text="What they do, in plain words: “a hospital stay for withdrawal”."
    )
    good_when = models.CharField(max_length=160, help_text="When it is the right place, as one plain sentence.")
    phone = models.CharField(
        max_length=16, blank=True, validators=[dialable], help_text="Digits to dial: 211 or +18006624357."
    )
    web_address = models.URLField(blank=True, validators=[plain_https], help_text="Their own page, if they have one.")
    hours = models.CharField(max_length=60, blank=True, help_text="When somebody answers: “Day and night, every day”.")
    is_offered = models.BooleanField(
        "offered", default=True, help_text="Untick it when we should not send people there now."
    )
    is_line = models.BooleanField(
        "only a help line",
        default=False,
        help_text="Tick it for a line that listens or names places, such as 988 or 211. Colleagues can offer it, but a"
        " person we cannot take needs two places besides.",
    )

    objects = ReferralContactQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(phone="", web_address=""),
                name="a_referral_contact_can_be_reached",
                violation_error_message="Enter a number or a web address.",
            )
        ]

    def __str__(self):
        return self.name
