"""Mail that waits to be sent. It says that there is something to read, never what it says."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from intake.models.request import ConsultationRequest


class Notice(models.Model):
    class Kind(models.TextChoices):
        NEW_REQUEST = "new_request", "New on the desk, to staff"
        OVERDUE = "overdue", "Overdue request, to staff"
        ESTIMATE = "estimate", "Late estimate, to staff"
        RECEIPT = "receipt", "Receipt, to the person"
        REMINDER = "reminder", "What waits, to one colleague"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DELIVERED = "delivered", "Delivered"
        FAILED = "failed", "Failed"
        NOBODY = "nobody", "Nobody to send it to"
        NO_ADDRESS = "no_address", "Not sent: the clinic has no address for it, and colleagues get reminders"
        NOT_NEEDED = "not_needed", "Not sent: no longer needed"

    TO_THE_PERSON = (Kind.RECEIPT,)
    UNSENT = (State.FAILED, State.NOBODY)  # somebody has to look

    kind = models.CharField(max_length=12, choices=Kind)
    request = models.ForeignKey(ConsultationRequest, models.CASCADE, null=True, blank=True, related_name="notices")
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="Of a reminder: the colleague who gets it.",
    )
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(
        max_length=60, blank=True, help_text="The kind of the last problem, such as “SMTPServerDisconnected”."
    )

    class Meta:
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["state", "next_try_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at=None) | (~Q(state="waiting") & Q(ended_at__isnull=False)),
                name="a_notice_waits_or_has_ended",
            ),
            models.CheckConstraint(
                condition=Q(kind="reminder", request=None, to__isnull=False)
                | (~Q(kind="reminder") & Q(request__isnull=False, to=None)),
                name="a_reminder_is_to_a_colleague_all_else_is_about_a_request",
            ),
            models.UniqueConstraint(
                fields=["to"],
                condition=Q(kind="reminder", state="waiting"),
                name="one_reminder_waits_for_a_colleague",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} ({self.get_state_display().lower()})"
