"""Whose turn it is, by when, and who has the request: the head of its page, in words."""

from django.utils import timezone
from django.utils.timesince import timesince, timeuntil

from intake import workflow
from intake.admin.queue import words
from intake.admin.timeline import name_of
from intake.models import CaseEntry, ConsultationRequest

Kind, State = CaseEntry.Kind, ConsultationRequest.State
TURNS = {
    State.NEW: "Our turn",
    State.WAITING_ON_US: "Our turn",
    State.WAITING_ON_THEM: "Their turn",
    State.PAUSED: "Paused",
    State.CLOSED: "Closed",
    State.WITHDRAWN: "Withdrawn",
}
ENDS_A_QUESTION = (Kind.ANSWERED, Kind.REACHED, Kind.BOOKED, Kind.CLOSED, Kind.STOPPED)


def question_that_waits(stored):
    """The last entry in which the person asked something, if neither an answer nor a talk came after it."""
    last = stored.entries.filter(kind__in=(Kind.ASKED, *ENDS_A_QUESTION)).last()
    return last if last and last.kind == Kind.ASKED else None


def next_step(stored):
    """What comes next, and by when."""
    step = workflow.next_step(stored, timezone.now())
    return f"{step} Due by {words(stored.reply_by)}." if stored.reply_by else step


def due(stored):
    """(words, how long that is, is it late), or None when nothing is due."""
    if stored.reply_by is None:
        return None
    now = timezone.now()
    is_late = stored.reply_by < now
    length = f"{timesince(stored.reply_by, now)} late" if is_late else f"in {timeuntil(stored.reply_by, now)}"
    return words(stored.reply_by), length, is_late


def holder(stored, user):
    """(whose it is: mine, another's or nobody's; the same in a sentence)"""
    if stored.owner_id and stored.claimed_until > timezone.now():
        until = words(stored.claimed_until)
        if stored.owner_id == user.pk:
            return "mine", f"You have it until {until}."
        return "another", f"{name_of(stored.owner)} has it until {until}."
    return "nobody", "Nobody has it."
