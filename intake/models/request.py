"""Requests for a consultation. What a person tells us is encrypted; the reference is the only name a request has."""

import secrets
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.apps import apps
from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.lookups import Exact
from django.utils import timezone

from clinic.models import ReferralContact
from clinic.validators import known_time_zone
from intake import appointment
from intake.encryption import EncryptedTextField
from programs.models import Program

# No letters or digits that look or sound alike: a reference is read out on the phone.
REFERENCE_ALPHABET = "ACDEFHJKMNPQRTUVWXY34679"
CALL_NOW_MINUTES = 10
NO_PROGRAM = "Not sure yet"
NO_PROMISE_LASTS = timedelta(days=1)  # without a promise a request is overdue after this
REFERENCE_SHAPE = RegexValidator(
    rf"^[{REFERENCE_ALPHABET}]{{3}}-[{REFERENCE_ALPHABET}]{{3}}-[{REFERENCE_ALPHABET}]{{3}}$"
)


def new_reference():
    """Nine random characters, such as ACE-347-XYW: about 41 bits."""
    return "-".join("".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(3)) for _ in range(3))


def is_open():
    return Q(state__in=ConsultationRequest.OPEN)


def is_over():
    return Q(state__in=ConsultationRequest.OVER)


def is_in_main_list():
    return Q(held_because="")


def is_held():
    return is_open() & ~Q(held_because="")


def is_owed():
    asked_in_a_pause = Q(state=ConsultationRequest.State.PAUSED, reply_by__isnull=False)
    return Q(state__in=ConsultationRequest.OURS) | asked_in_a_pause


def is_waiting():
    return is_owed() & is_in_main_list()


def is_free(moment):
    return Q(owner=None) | Q(claimed_until__lte=moment)


def is_of(user, moment):
    """Those that this colleague has now: a claim that has ended is nobody’s."""
    return is_open() & Q(owner=user, claimed_until__gt=moment)


def is_to_call(moment):
    return is_waiting() & Q(call_at__lte=moment + timedelta(minutes=CALL_NOW_MINUTES))


def is_asked():
    """A question of the person waits: it is open, and neither an answer nor their own end came after it."""
    entries = apps.get_model("intake.CaseEntry").objects  # its module imports this one
    said = entries.about_questions().filter(request=OuterRef("pk")).order_by("-at", "-pk").values("kind")
    return is_open() & Q(Exact(Subquery(said[:1]), "asked"))


def is_to_meet(moment):
    """A consultation is booked and not over, whether it takes place or not."""
    return Q(consultation_at__gt=moment - timedelta(minutes=appointment.MINUTES))


def is_off():
    """What is booked does not take place. Who asked us to stop keeps the time only of what was still to come."""
    stopped = Q(closing_reason=ConsultationRequest.ClosingReason.ASKED_TO_STOP)
    return stopped | Q(state__in=(ConsultationRequest.State.PAUSED, ConsultationRequest.State.WITHDRAWN))


def is_overdue(moment):
    never_promised = Q(reply_by=None, received_at__lt=moment - NO_PROMISE_LASTS)
    return is_owed() & (Q(reply_by__lt=moment) | never_promised)


class ConsultationRequestQuerySet(models.QuerySet):
    """Conditions have names of their own, so that the queue can count several of them in one query."""

    def main_list(self):
        return self.filter(is_in_main_list())

    def held(self):
        """Possible spam: kept and counted, never thrown away."""
        return self.filter(is_held())

    def owed(self):
        """Those that we owe a reply; who paused and asked something reads it on their private page."""
        return self.filter(is_owed())

    def waiting(self):
        return self.filter(is_waiting())

    def within_reach_of(self, user, moment):
        """Those that this colleague has, and those that nobody has now."""
        return self.filter(is_free(moment) | Q(owner=user))

    def estimates_owed(self):
        return self.filter(is_open(), wants_estimate=True, estimate_sent_at=None)

    def estimates_late(self, today):
        """`today` where the clinic is. The due date counts in business days already."""
        return self.estimates_owed().filter(estimate_due__lt=today)

    def overdue(self, moment):
        """Held ones too: whoever was taken for a machine must not wait for ever. Without a promise, after a day."""
        return self.filter(is_overdue(moment))


class ConsultationRequest(models.Model):
    class AskingFor(models.TextChoices):
        SELF = "self", "Me"
        LOVED_ONE = "loved_one", "Someone I care about"
        CLIENT = "client", "A patient or client"

    class Relationship(models.TextChoices):
        PARTNER = "partner", "My partner"
        CHILD = "child", "My son or daughter"
        PARENT = "parent", "My mother or father"
        SIBLING = "sibling", "My brother or sister"
        FRIEND = "friend", "My friend"
        ANOTHER = "another", "Someone else"

    class PersonKnows(models.TextChoices):
        YES = "yes", "Yes"
        NO = "no", "No"

    class MessageRule(models.TextChoices):
        NO = "no", "No message"
        NAME_AND_NUMBER = "name_and_number", "A first name and a number, nothing more"
        YES = "yes", "Yes, you may leave a message"

    class State(models.TextChoices):
        NEW = "new", "New"
        WAITING_ON_US = "waiting_on_us", "Waiting on us"
        WAITING_ON_THEM = "waiting_on_them", "Waiting on them"
        PAUSED = "paused", "Paused"
        CLOSED = "closed", "Closed"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class ClosingReason(models.TextChoices):
        STARTED = "started", "Starts care with us"
        ANSWERED = "answered", "Had a question, which is answered"
        ELSEWHERE = "elsewhere", "Chose help elsewhere"
        FULL = "full", "We are full"
        NOT_THE_LEVEL = "not_the_level", "Not the right level of care"
        NOT_REACHED = "not_reached", "We could not reach the person"
        ASKED_TO_STOP = "asked_to_stop", "Asked us to stop"
        SAME_PERSON = "same_person", "Answered under another request"
        NOT_A_REQUEST = "not_a_request", "Not a request, such as an advertisement"

    class ConsultationBy(models.TextChoices):
        PHONE = "phone", "By phone"
        IN_PERSON = "in_person", "At our place"
        VIDEO = "video", "By video"

    OURS = (State.NEW, State.WAITING_ON_US)
    OPEN = (*OURS, State.WAITING_ON_THEM, State.PAUSED)
    OVER = (State.CLOSED, State.WITHDRAWN)
    SILENT = (State.PAUSED, *OVER)  # nobody calls, texts or writes
    # Whoever we cannot take is told where else to turn.
    NEEDS_ALTERNATIVES = (ClosingReason.FULL, ClosingReason.NOT_THE_LEVEL)
    # What somebody asked is answered elsewhere, or was no question.
    LEAVES_A_QUESTION = (ClosingReason.SAME_PERSON, ClosingReason.NOT_A_REQUEST)

    reference = models.CharField(max_length=11, unique=True, default=new_reference, validators=[REFERENCE_SHAPE])
    form_token = models.UUIDField(unique=True, editable=False, help_text="One form can be sent once.")
    secret_digest = models.CharField(
        max_length=64, blank=True, editable=False, help_text="What proves the secret of the private page."
    )
    received_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=16, choices=State, default=State.NEW)
    held_because = models.CharField(
        "held as possible spam because", max_length=60, blank=True, help_text="Empty: it stands in the main list."
    )
    reply_by = models.DateTimeField(
        null=True, blank=True, help_text="When our next step is due. At first it is what the person was told."
    )
    first_promise = models.DateTimeField(
        null=True, blank=True, help_text="What the person was told when they wrote. It never changes."
    )
    first_tried_at = models.DateTimeField(
        "first tried at", null=True, blank=True, help_text="When we first called, wrote or left an answer."
    )
    alarmed_at = models.DateTimeField(null=True, blank=True, help_text="When staff were told that it is overdue.")

    asking_for = models.CharField(max_length=10, choices=AskingFor)
    relationship = models.CharField(max_length=10, choices=Relationship, blank=True)
    person_knows = models.CharField("does the person know", max_length=3, choices=PersonKnows, blank=True)
    organization = EncryptedTextField(blank=True)
    role = EncryptedTextField(blank=True)
    person_agreed = models.BooleanField("the person agreed to be named", default=False)
    person_name = EncryptedTextField("name of the person", blank=True)
    program = models.ForeignKey(
        Program,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: the person is not sure yet.",
    )

    name = EncryptedTextField("name to use", blank=True)
    may_call = models.BooleanField(default=False)
    may_text = models.BooleanField(default=False)
    may_email = models.BooleanField("may write an email", default=False)
    will_call = models.BooleanField("will call us or read the private page", default=False)
    phone = EncryptedTextField(blank=True, help_text="As the person typed it.")
    email = EncryptedTextField(blank=True)
    may_say_who = models.BooleanField("may say who is calling", default=False)
    message_rule = models.CharField("may leave a message", max_length=16, choices=MessageRule, default=MessageRule.NO)
    name_to_ask_for = EncryptedTextField(blank=True)
    code_word = EncryptedTextField(blank=True, help_text="Said by us first, so that the person knows it is us.")
    safe_times = EncryptedTextField(blank=True)
    call_at = models.DateTimeField(
        "call-back slot", null=True, blank=True, help_text="Start of half an hour. Empty: any time we are open."
    )
    time_zone = models.CharField(
        max_length=40, blank=True, validators=[known_time_zone], help_text="Empty: the same as the clinic's."
    )
    language = EncryptedTextField(blank=True)
    needs_interpreter = models.BooleanField(default=False)
    uses_relay = models.BooleanField("uses relay, TTY or captions", default=False)

    wants_estimate = models.BooleanField(default=False)
    estimate_due = models.DateField(null=True, blank=True)
    wants_receipt = models.BooleanField("wants a receipt by email", default=False)
    message = EncryptedTextField(blank=True)

    consent_wording = models.TextField(help_text="The exact words the person agreed to.")
    consent_version = models.CharField(max_length=16, blank=True)
    consented_at = models.DateTimeField(default=timezone.now)
    consent_page = models.CharField(max_length=200, blank=True, help_text="The address of the form.")
    privacy_version = models.PositiveSmallIntegerField(
        "version of the privacy notice", null=True, blank=True, help_text="The one that stood on the site that day."
    )

    answered_at = models.DateTimeField("first answered at", null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="who has it"
    )
    claimed_until = models.DateTimeField(
        null=True, blank=True, help_text="From then on it counts as nobody’s, so that nobody is forgotten."
    )
    attempts = models.PositiveSmallIntegerField(
        "calls in a row that nobody answered", default=0, help_text="Starts again when we reach the person."
    )
    number_is_wrong = models.BooleanField(default=False, help_text="Until the person gives us another one.")
    stopped_at = models.DateTimeField(
        "asked us to stop at", null=True, blank=True, help_text="From then on nothing goes out to the person."
    )
    consultation_at = models.DateTimeField(null=True, blank=True)
    consultation_by = models.CharField(max_length=10, choices=ConsultationBy, blank=True)
    estimate_sent_at = models.DateTimeField(null=True, blank=True)
    estimate_alarmed_at = models.DateTimeField(
        null=True, blank=True, help_text="When staff were told that the estimate is late."
    )
    same_person = models.ManyToManyField(
        "self", blank=True, help_text="Linked by a colleague who saw that both are from one person."
    )
    closing_reason = models.CharField(max_length=16, choices=ClosingReason, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    alternatives = models.ManyToManyField(
        ReferralContact, blank=True, related_name="+", help_text="Where else the person can turn."
    )

    objects = ConsultationRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at"]
        permissions = [
            ("see_words", "Can read what the person told us"),
            ("reveal_contact", "Can see the number and the email"),
            ("decide_level", "Can close as not the right level of care"),
            ("erase_request", "Can erase what the person told us"),
            ("export_requests", "Can take a list out as a file"),
            ("see_figures", "Can see the figures"),
        ]
        indexes = [
            # All that the counts of the queue ask for: they read no row.
            models.Index(
                fields=["state", "reply_by", "held_because", "call_at", "owner", "claimed_until", "received_at"],
                name="queue_counts",
            ),
            models.Index(fields=["call_at"]),
            models.Index(fields=["owner", "state"]),
            models.Index(fields=["received_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="answered_at_and_answered_by_together",
            ),
            models.CheckConstraint(
                condition=Q(wants_estimate=False, estimate_due=None)
                | Q(wants_estimate=True, estimate_due__isnull=False),
                name="an_estimate_has_a_due_date",
            ),
            models.CheckConstraint(
                condition=Q(person_name="") | Q(person_agreed=True, asking_for="client"),
                name="a_client_is_named_only_with_their_consent",
            ),
            models.CheckConstraint(
                condition=Q(may_call=False, may_text=False) | ~Q(phone=""), name="calls_and_texts_need_a_number"
            ),
            models.CheckConstraint(
                condition=Q(may_email=False, wants_receipt=False) | ~Q(email=""), name="emails_need_an_address"
            ),
            models.CheckConstraint(condition=Q(call_at=None) | Q(may_call=True), name="a_slot_is_for_a_call"),
            models.CheckConstraint(
                condition=Q(owner=None, claimed_until=None) | Q(owner__isnull=False, claimed_until__isnull=False),
                name="a_claim_has_an_owner_and_an_end",
            ),
            models.CheckConstraint(
                condition=Q(consultation_at=None, consultation_by="")
                | (Q(consultation_at__isnull=False) & ~Q(consultation_by="")),
                name="a_consultation_has_a_time_and_a_way",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False, closed_by__isnull=False) & ~Q(closing_reason="")
                | (~Q(state="closed") & Q(closed_at=None, closed_by=None, closing_reason="")),
                name="closed_means_a_reason_a_time_and_a_person",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn")
                | Q(
                    **dict.fromkeys(("organization", "role", "person_name", "name", "phone", "email"), ""),
                    **dict.fromkeys(("name_to_ask_for", "code_word", "safe_times", "language", "message"), ""),
                    **dict.fromkeys(("person_agreed", "may_call", "may_text", "may_email", "will_call"), False),
                    **dict.fromkeys(("may_say_who", "wants_receipt"), False),
                    message_rule="no",
                ),
                name="nothing_is_kept_of_who_withdrew",
            ),
        ]

    def __str__(self):
        return self.reference

    @property
    def program_words(self):
        return self.program.short_name if self.program else NO_PROGRAM

    @property
    def can_be_called(self):
        return self.may_call and not self.number_is_wrong

    @property
    def can_be_texted(self):
        return self.may_text and not self.number_is_wrong

    @property
    def can_be_written_to(self):
        return self.can_be_texted or self.may_email

    @property
    def can_be_spoken_with(self):
        """Whoever we may write to is asked to call us."""
        return self.can_be_called or self.can_be_written_to or self.will_call

    # Of one request what the conditions above ask of the database.

    @property
    def is_owed(self):
        return self.state in self.OURS or (self.state == self.State.PAUSED and self.reply_by is not None)

    @property
    def waits_for_first_reply(self):
        """Nobody has spoken with, written to or answered the person, who was told by when: missed calls and plans do
        not change that."""
        return self.state in self.OURS and self.answered_at is None and self.first_promise is not None

    def is_late(self, moment):
        """Overdue: our next step is, or without a promise, a day has passed."""
        was_due = self.reply_by or self.received_at + NO_PROMISE_LASTS
        return self.is_owed and was_due < moment

    def is_to_meet(self, moment):
        lasts = timedelta(minutes=appointment.MINUTES)
        return self.consultation_at is not None and self.consultation_at + lasts > moment

    @property
    def is_off(self):
        was_stopped = self.closing_reason == self.ClosingReason.ASKED_TO_STOP
        return was_stopped or self.state in (self.State.PAUSED, self.State.WITHDRAWN)

    def is_estimate_late(self, today):
        """`today` where the clinic is."""
        is_owed = self.state in self.OPEN and self.wants_estimate and self.estimate_sent_at is None
        return is_owed and self.estimate_due < today

    def is_free(self, moment):
        return self.owner_id is None or self.claimed_until <= moment

    def holder(self, moment):
        return None if self.is_free(moment) else self.owner

    def zone(self, clinic):
        """Where the person is, as far as they told us."""
        return ZoneInfo(self.time_zone) if self.time_zone else clinic.zone
