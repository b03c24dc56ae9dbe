"""One request as a row of a list, in words. Names are read row by row, and only for who may see them."""

from typing import NamedTuple

from django.db.models import TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from clinic import hours
from intake import contact_rules, permissions, slots, workflow
from intake.admin import turn, words
from intake.encryption import CannotDecrypt, decrypt, sealed_fields
from intake.models import ConsultationRequest
from intake.models.request import CALL_NOW_MINUTES, is_asked

State, MessageRule = ConsultationRequest.State, ConsultationRequest.MessageRule
SEALED = [field.name for field in sealed_fields(ConsultationRequest)]
NAME, MESSAGE = (ConsultationRequest._meta.get_field(name) for name in ("name", "message"))
SHOWN = [
    *("reference", "received_at", "state", "held_because", "reply_by", "asking_for", "call_at"),
    *("consultation_at", "consultation_by"),
    *("may_call", "may_text", "may_email", "may_say_who", "message_rule", "needs_interpreter", "uses_relay"),
    *("wants_estimate", "estimate_due", "estimate_sent_at", "claimed_until", "attempts", "number_is_wrong"),
    *("stopped_at", "closing_reason", "closed_at", "program__short_name", "first_promise", "answered_at"),
    *("owner__username", "owner__first_name", "owner__last_name"),
]


class Due(NamedTuple):
    words: str
    alarm: str = ""


class Mark(NamedTuple):
    words: str
    is_warning: bool = False


class Row(NamedTuple):
    pk: int
    reference: str
    url: str
    name: str
    wrote: str
    received_at: object
    due: Due
    next_step: str
    route: str
    program: str
    marks: list
    who: str


def with_names(requests):
    """The names as they are stored: one that cannot be decrypted must not take the list down."""
    return requests.annotate(sealed_name=Cast("name", TextField()))


def with_words(requests):
    return with_names(requests).annotate(sealed_message=Cast("message", TextField()))


def rows(requests, *, user, now):
    may_see_names = permissions.may_see_words(user)
    requests = requests.select_related("program", "owner").only(*SHOWN).annotate(is_asked=is_asked())
    found = with_names(requests) if may_see_names else requests
    return [
        row(stored, user=user, now=now, may_see_names=may_see_names, is_asked=bool(stored.is_asked)) for stored in found
    ]


def row(stored, *, user, now, may_see_names, is_asked=None):
    return Row(
        pk=stored.pk,
        reference=stored.reference,
        url=reverse("admin:intake_consultationrequest_change", args=[stored.pk]),
        name=name_of(stored) if may_see_names else "",
        wrote=on(stored.received_at) if stored.state in stored.OVER else ago(stored.received_at, now),
        received_at=stored.received_at,
        due=due(stored, now),
        next_step="" if says_it_all(stored, now) else workflow.next_step(stored, now, is_asked=is_asked),
        route=contact_rules.ASKS_FOR[stored.asking_for],
        program=stored.program_words,
        marks=list(marks(stored, now)),
        who=words.holder(stored, user, now),
    )


def name_of(stored):
    if not stored.sealed_name:
        return stored.get_state_display() if stored.state == State.WITHDRAWN else "No name"
    return opened(stored.sealed_name, NAME) or "The name cannot be read"


def opened(sealed, field):
    """ "" when it cannot be read."""
    try:
        return decrypt(sealed, field.place)
    except CannotDecrypt:
        return ""


def due(stored, now):
    if stored.state == State.CLOSED:
        return Due(f"Closed {on(stored.closed_at)}: {stored.get_closing_reason_display()}{called_off(stored, now)}")
    if stored.state == State.WITHDRAWN:
        return Due(f"Withdrawn{called_off(stored, now)}")
    if not stored.is_owed:
        return Due(theirs(stored, now))
    if stored.reply_by is None:
        return Due("No time was promised", "Overdue" if stored.is_late(now) else "")
    if stored.is_late(now):
        return Due(f"{hours.length_words(now - stored.reply_by)} late", "Overdue")
    if stored.call_at and stored.state in stored.OURS:
        minutes = (stored.call_at - now).total_seconds() / 60
        is_now = minutes <= CALL_NOW_MINUTES and not stored.held_because
        return Due(f"Call {slot_words(stored.call_at, now)}", "Call now" if is_now else "")
    return Due(f"By {words.moment(stored.reply_by, now)}")


def called_off(stored, now):
    is_told = stored.is_off and stored.is_to_meet(now)
    return f". Called off: {workflow.meets(stored, now)}" if is_told else ""


def on(moment):
    """A date with its year: "November 18, 2026"."""
    day = timezone.localtime(moment)
    return f"{day:%B} {day.day}, {day.year}"


def ago(moment, now):
    return f"{hours.length_words(now - moment)} ago"


def slot_words(call_at, now):
    start = timezone.localtime(call_at)
    return f"{slots.clock_words(start)} {hours.day_words(start.date(), timezone.localtime(now).date())}"


def says_it_all(stored, now):
    """Whether the clock of a row is its next step, too."""
    is_theirs, at = stored.state == State.WAITING_ON_THEM, stored.consultation_at
    return stored.state in stored.OVER or bool(is_theirs and at and at > now)


def theirs(stored, now):
    if stored.state == State.PAUSED:
        return "Paused"
    if stored.consultation_at is None:
        return "Waiting on them"
    if stored.consultation_at <= now:
        return f"Consultation was {ago(stored.consultation_at, now)}"
    return f"Consultation {workflow.meets(stored, now)}"


def marks(stored, now):
    """What to know before the first word: how they may be reached, and what must not happen."""
    if stored.held_because:
        yield Mark(f"Held: {stored.held_because}", is_warning=True)
    if stored.stopped_at:
        yield Mark("Asked us to stop", is_warning=True)
    if stored.state in stored.OVER:
        return
    if stored.waits_for_first_reply and stored.first_promise < now and not stored.is_late(now):
        yield Mark("Not reached in time", is_warning=True)
    if meeting := turn.meeting(stored, now):
        yield Mark(meeting)
    if stored.state == State.PAUSED:
        yield Mark("Do not call", is_warning=True)
    else:
        yield from ways(stored)
    if stored.needs_interpreter:
        yield Mark("Interpreter")
    if stored.uses_relay:
        yield Mark("Relay or captions")
    if stored.wants_estimate and stored.estimate_sent_at is None:
        today = timezone.localtime(now).date()
        is_late = stored.is_estimate_late(today)
        when = "is late" if is_late else f"by {hours.day_words(stored.estimate_due, today)}"
        yield Mark(f"Estimate {when}", is_warning=is_late)


def ways(stored):
    if stored.number_is_wrong:
        yield Mark("Wrong number", is_warning=True)
    if stored.may_call:
        yield Mark("Call")
        if stored.message_rule == MessageRule.NO:
            yield Mark("No message", is_warning=True)
        if not stored.may_say_who:
            yield Mark("Do not name us", is_warning=True)
    if stored.may_text:
        yield Mark("Text")
    if stored.may_email:
        yield Mark("Email")
    if not (stored.may_call or stored.may_text or stored.may_email):
        yield Mark("Private page only")
