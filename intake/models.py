"""Requests for a consultation. What a person tells us is encrypted; the reference is the only name a request has."""

import secrets

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from intake.encryption import EncryptedTextField
from programs.models import Program

# No letters or digits that look or sound alike: a reference is read out on the phone.
REFERENCE_ALPHABET = "ACDEFHJKMNPQRTUVWXY34679"
REFERENCE_SHAPE = RegexValidator(
    rf"^[{REFERENCE_ALPHABET}]{{3}}-[{REFERENCE_ALPHABET}]{{3}}-[{REFERENCE_ALPHABET}]{{3}}$"
)


def new_reference():
    """Nine random characters, such as ACE-347-XYW: about 42 bits."""
    return "-".join("".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(3)) for _ in range(3))


class ConsultationRequestQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(answered_at=None)

    def overdue(self, moment):
        return self.waiting().filter(reply_by__lt=moment)


class ConsultationRequest(models.Model):
    class AskingFor(models.TextChoices):
        SELF = "self", "Me"
        LOVED_ONE = "loved_one", "Someone I care about"
        CLIENT = "client", "Someone I work with"

    reference = models.CharField(max_length=11, unique=True, default=new_reference, validators=[REFERENCE_SHAPE])
    form_token = models.UUIDField(unique=True, editable=False, help_text="One form can be sent once.")
    received_at = models.DateTimeField(default=timezone.now)
    reply_by = models.DateTimeField(null=True, blank=True, help_text="What the person was told on the receipt.")

    asking_for = models.CharField(max_length=10, choices=AskingFor)
    program = models.ForeignKey(
        Program,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: the person is not sure yet.",
    )
    name = EncryptedTextField("name to use")
    phone = EncryptedTextField(blank=True, help_text="As the person typed it.")
    email = EncryptedTextField("e-mail", blank=True)
    may_say_who = models.BooleanField("may say who is calling", default=False)
    may_leave_message = models.BooleanField(default=False)
    message = EncryptedTextField(blank=True)

    consent_wording = models.TextField(help_text="The exact words the person agreed to.")
    consented_at = models.DateTimeField(default=timezone.now)

    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ConsultationRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="answered_at_and_answered_by_together",
            ),
        ]

    def __str__(self):
        return self.reference
