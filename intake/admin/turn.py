"""Whose turn it is, by when, and who has the request: the head of its page, in words."""

from django.db.models import Q
from django.utils import timezone

from clinic import hours
from intake import contact_rules, slots, workflow
from intake.admin import words
from intake.models import CaseEntry, ConsultationRequest

State = ConsultationRequest.State
TURNS = {
    State.NEW: "Our turn",
    State.WAITING_ON_US: "Our turn",
    State.WAITING_ON_THEM: "Their turn",
    State.PAUSED: "Paused",
    State.CLOSED: "Closed",
    State.WITHDRAWN: "Withdrawn",
}


def whose_turn(stored, now):
    """On the day of the consultation it is nobody's: we meet, and then say what came of it."""
    is_theirs, at = stored.state == State.WAITING_ON_THEM, stored.consultation_at
    if is_theirs and at and timezone.localdate(at) <= timezone.localdate(now):
        return "Consultation today" if timezone.localdate(at) == timezone.localdate(now) else "Consultation held"
    return TURNS[stored.state]


def call(stored, clinic):
    """The half hour that the person was told, or ""."""
    if not stored.call_at or stored.state not in stored.OURS:
        return ""
    is_over = slots.end_of(stored.call_at) <= timezone.now()
    return f"The call {'was' if is_over else 'is'} set for {contact_rules.slot_words(stored, clinic)}."


def meeting(stored, now):
    """The consultation that is to come, where the next step is another one, or ""."""
    is_to_come = stored.state in stored.OURS and stored.consultation_at and stored.consultation_at > now
    return f"Consultation {workflow.meets(stored, now)}" if is_to_come else ""


def next_step(stored):
    """What comes next, by when, and whether that is later than we promised."""
    now = timezone.now()
    due = f"Due by {words.moment(stored.reply_by, now)}." if stored.reply_by else ""
    return " ".join(filter(None, [workflow.next_step(stored, now), due, put_off(stored, now)]))


def promise(stored, now, later="this is later"):
    """What the person was told when they wrote, as long as nobody has reached them; "" after that."""
    if not stored.waits_for_first_reply:
        return ""
    promised = words.moment(stored.first_promise, now)
    if stored.first_promise < now:
        return f"When they wrote, we promised a reply by {promised}. Nobody has reached them yet."
    return f"We promised a reply by {promised}; {later}."


def put_off(stored, now):
    """The promise, where the time that is due hides it."""
    is_later = stored.reply_by and stored.first_promise and stored.reply_by > stored.first_promise
    return promise(stored, now) if is_later else ""


def due(stored, now):
    """(words, how long that is, is it late), or None when nothing is due."""
    if not stored.is_owed:
        return None
    is_late = stored.is_late(now)
    if stored.reply_by is None:
        overdue = "Overdue. " if is_late else ""
        return f"{overdue}No time was promised. They have waited", hours.length_words(now - stored.received_at), is_late
    length = hours.length_words(abs(stored.reply_by - now))
    return f"Due by {words.moment(stored.reply_by, now)},", f"{length} late" if is_late else f"in {length}", is_late


def estimate(stored, clinic):
    """(what became of it, has it to be given now), or None for who asked for none."""
    if not stored.wants_estimate:
        return None
    if stored.estimate_sent_at:
        return f"Given {words.moment(stored.estimate_sent_at, clinic.local_now())}", False
    day = contact_rules.estimate_words(stored, clinic)
    if stored.state in stored.OVER:
        return f"Not given. It was due {day}", False
    is_late = stored.is_estimate_late(clinic.local_now().date())
    return (f"Late: it was due {day}" if is_late else f"Due {day}"), is_late


def handed(stored, user, now):
    """The entry with which a colleague handed it to this one, who has it still, or None. Its text is not read."""
    if stored.holder(now) != user:
        return None
    # Whoever has done something since has read it, or has it by that and not by being handed it.
    taken = stored.entries.filter(Q(kind__in=(CaseEntry.Kind.CLAIMED, CaseEntry.Kind.HANDED)) | Q(by=user))
    last = taken.select_related("by").defer("text").last()
    return last if last and last.kind == CaseEntry.Kind.HANDED and last.by != user else None


def whose(stored, user, now):
    return {None: "nobody", user: "mine"}.get(stored.holder(now), "another")
