"""Whose turn it is, by when, and who has the request: the head of its page, in words."""

from django.utils import timezone

from clinic import hours
from intake import contact_rules, workflow
from intake.admin import words
from intake.models import ConsultationRequest

State = ConsultationRequest.State
TURNS = {
    State.NEW: "Our turn",
    State.WAITING_ON_US: "Our turn",
    State.WAITING_ON_THEM: "Their turn",
    State.PAUSED: "Paused",
    State.CLOSED: "Closed",
    State.WITHDRAWN: "Withdrawn",
}


def next_step(stored):
    """What comes next, and by when."""
    step = workflow.next_step(stored, timezone.now())
    return f"{step} Due by {words.moment(stored.reply_by)}." if stored.reply_by else step


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


def whose(stored, user, now):
    return {None: "nobody", user: "mine"}.get(stored.holder(now), "another")
