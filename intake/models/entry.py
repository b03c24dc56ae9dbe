"""What happened to a request, written once."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from intake.encryption import EncryptedTextField
from intake.models.request import ConsultationRequest


class CaseEntryQuerySet(models.QuerySet):
    def about_questions(self):
        """Each question of a person, and all that ends the wait for its answer. The last one says whether one waits."""
        return self.filter(kind__in=(CaseEntry.Kind.ASKED, *CaseEntry.ENDS_A_QUESTION))


class CaseEntry(models.Model):
    class Kind(models.TextChoices):
        RECEIVED = "received", "Request received"
        CORRECTED = "corrected", "Changed by the person"
        ASKED = "asked", "Question from the person"
        ANSWERED = "answered", "Answer on the private page"
        REACHED = "reached", "Spoke with them"
        WROTE = "wrote", "Wrote to them"
        NO_ANSWER = "no_answer", "Called, nobody answered"
        MESSAGE = "message", "Called, left a message"
        WRONG = "wrong", "Called, wrong number"
        RIGHT = "right", "The number is right after all"
        OUR_TURN = "our_turn", "Our turn after all"
        STOPPED = "stopped", "Asked us to stop"
        CLAIMED = "claimed", "Taken"
        LET_GO = "let_go", "Given back to the team"
        HANDED = "handed", "Handed to a colleague"
        NOTED = "noted", "Note"
        PLANNED = "planned", "Next call planned"
        BOOKED = "booked", "Consultation booked"
        CALLED_OFF = "called_off", "Consultation called off"
        ESTIMATE = "estimate", "Estimate given"
        LINKED = "linked", "Linked to another request"
        UNLINKED = "unlinked", "Link to another request removed"
        RELEASED = "released", "Moved to the main list"
        PAUSED = "paused", "Paused"
        RESUMED = "resumed", "Taken up again"
        CLOSED = "closed", "Closed"
        REOPENED = "reopened", "Opened again"
        WITHDRAWN = "withdrawn", "Withdrawn"

    # An answer where it was asked, or their own end. Whoever closes may be wrong: opened again, it waits again.
    ENDS_A_QUESTION = (Kind.ANSWERED, Kind.STOPPED, Kind.WITHDRAWN)

    # After one of these we have been in touch about when to talk.
    SETS_A_TIME = (Kind.ANSWERED, Kind.REACHED, Kind.WROTE, Kind.PLANNED, Kind.BOOKED)

    request = models.ForeignKey(ConsultationRequest, models.CASCADE, related_name="entries")
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=10, choices=Kind)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: the person.",
    )
    text = EncryptedTextField(blank=True)

    objects = CaseEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "case entries"
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.request}: {self.get_kind_display()}"
