"""What may happen to a request in each state, and what it becomes. All changes go through `move`."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from intake import notices
from intake.models import CaseEntry, ConsultationRequest

State, Kind = ConsultationRequest.State, CaseEntry.Kind
NEW, ON_US, ON_THEM, PAUSED, CLOSED = (
    State.NEW,
    State.WAITING_ON_US,
    State.WAITING_ON_THEM,
    State.PAUSED,
    State.CLOSED,
)
OPEN = ConsultationRequest.OPEN
NOT_ERASED = (*OPEN, CLOSED)


def stays(*states):
    return {state: state for state in states}


def becomes(end, *states):
    return dict.fromkeys(states, end)


MOVES = {
    # Whoever paused is not called because they write again: the answer waits on their page.
    Kind.CORRECTED: stays(NEW, ON_US, PAUSED) | becomes(ON_US, ON_THEM, CLOSED),
    Kind.ASKED: stays(NEW, ON_US, PAUSED) | becomes(ON_US, ON_THEM, CLOSED),
    Kind.ANSWERED: stays(PAUSED, CLOSED) | becomes(ON_THEM, NEW, ON_US, ON_THEM),
    Kind.REACHED: becomes(ON_THEM, NEW, ON_US, ON_THEM),
    Kind.WROTE: becomes(ON_THEM, NEW, ON_US, ON_THEM),
    Kind.NO_ANSWER: becomes(ON_US, NEW, ON_US, ON_THEM),
    Kind.MESSAGE: becomes(ON_US, NEW, ON_US, ON_THEM),
    Kind.WRONG: becomes(ON_US, NEW, ON_US, ON_THEM),
    Kind.RIGHT: stays(*OPEN),
    Kind.OUR_TURN: becomes(ON_US, ON_THEM),
    # Also when it is closed: whoever asks us to stop then must not be called after it is opened again.
    Kind.STOPPED: becomes(CLOSED, *NOT_ERASED),
    Kind.CLAIMED: stays(*OPEN),
    Kind.LET_GO: stays(*OPEN),
    Kind.HANDED: stays(*OPEN),
    Kind.NOTED: stays(*NOT_ERASED),
    Kind.PLANNED: becomes(ON_US, NEW, ON_US, ON_THEM),
    Kind.BOOKED: becomes(ON_THEM, NEW, ON_US, ON_THEM),
    # Also in a pause: whoever goes on must not wait for a time that is off.
    Kind.CALLED_OFF: stays(PAUSED) | becomes(ON_US, NEW, ON_US, ON_THEM),
    Kind.ESTIMATE: stays(*OPEN),
    Kind.LINKED: stays(*NOT_ERASED),
    Kind.UNLINKED: stays(*NOT_ERASED),
    Kind.RELEASED: stays(*NOT_ERASED),
    Kind.PAUSED: becomes(PAUSED, NEW, ON_US, ON_THEM),
    Kind.RESUMED: becomes(ON_US, PAUSED),
    Kind.CLOSED: becomes(CLOSED, *OPEN),
    Kind.REOPENED: becomes(ON_US, CLOSED),
    Kind.WITHDRAWN: becomes(State.WITHDRAWN, *NOT_ERASED),
}
# What else must be true of a request, for a move to be offered and to happen.
ONLY_IF = {
    **dict.fromkeys((Kind.NO_ANSWER, Kind.MESSAGE, Kind.WRONG, Kind.PLANNED), lambda stored: stored.can_be_called),
    # Not where the private page is the only way: what is said there is an answer.
    Kind.REACHED: lambda stored: stored.can_be_spoken_with,
    Kind.WROTE: lambda stored: stored.can_be_written_to,
    Kind.RIGHT: lambda stored: stored.number_is_wrong,
    Kind.ESTIMATE: lambda stored: stored.wants_estimate and not stored.estimate_sent_at,
    Kind.RELEASED: lambda stored: stored.held_because,
    Kind.CALLED_OFF: lambda stored: stored.consultation_at and stored.consultation_at > timezone.now(),
}
ASKED_OF = (
    *("may_call", "may_text", "may_email", "will_call"),
    *("wants_estimate", "estimate_sent_at", "held_because"),
)
# What a colleague may do although another one has the request.
SHARED = (Kind.CLAIMED, Kind.NOTED, Kind.STOPPED, Kind.RELEASED, Kind.LINKED, Kind.UNLINKED, Kind.WITHDRAWN)
# What needs no reading of the news first.
UNREAD = (Kind.NOTED, Kind.LET_GO, Kind.STOPPED, Kind.LINKED, Kind.UNLINKED, Kind.RELEASED)
# What came of trying to reach the person. Each asks for what the same colleague tried or agreed on in another window.
ATTEMPTS = (Kind.REACHED, Kind.WROTE, Kind.NO_ANSWER, Kind.MESSAGE, Kind.WRONG)
# Whoever tries to reach somebody, or agrees on something with them, takes them for a person.
CONTACTS = (*ATTEMPTS, Kind.ANSWERED, Kind.PLANNED, Kind.BOOKED, Kind.ESTIMATE)
# For so long the same attempt from the same page is one press; after that it may be a second call from an old page.
ONE_PRESS = timedelta(minutes=1)
OWN_NEWS = (*ATTEMPTS, Kind.PLANNED, Kind.BOOKED)
# What a colleague chose: the same move with another one of these is another move.
CHOSEN = ("owner", "call_at", "consultation_at", "consultation_by", "closing_reason", "number_is_wrong")
NO_MEETING = {"consultation_at": None, "consultation_by": ""}
NOT_CLOSED = {"closing_reason": "", "closed_at": None, "closed_by": None}


class NotAllowed(Exception):
    """The request is not in a state in which this can happen: somebody was faster, or it was withdrawn."""


class NotRead(NotAllowed):
    """Something happened to the request after what this colleague had read."""


class TakenByAnother(NotAllowed):
    """A colleague has the request at the moment."""


@transaction.atomic
def move(request, kind, *, by=None, text="", read_up_to=None, **changes):
    """Let `kind` happen: by a person of the team, or by the person who wrote (None). Raises NotAllowed, and NotRead
    when somebody else added an entry after the entry `read_up_to`. The same press a second time changes nothing."""
    # Read again inside the transaction: what the caller holds may be minutes old.
    fields = ("state", "claimed_until", *CHOSEN, *ASKED_OF)
    stored = ConsultationRequest.objects.select_for_update().only(*fields).get(pk=request.pk)
    if read_up_to is not None and (done := already_done(stored, kind, by, text, read_up_to, changes)):
        request.refresh_from_db(fields=["state", *changes])
        return done
    if not can_happen(kind, stored):
        raise NotAllowed(request.reference)
    if by and not may(kind, stored, by):
        raise TakenByAnother(request.reference)
    if read_up_to is not None and kind not in UNREAD and news_for(request, by, read_up_to, kind).exists():
        raise NotRead(request.reference)
    if by and stored.held_because and stored.state in OPEN and kind in CONTACTS:
        release(request, by=by)
    request.state = MOVES[kind][stored.state]
    if stored.state == CLOSED != request.state:
        # A consultation that was off stays off.
        off = NO_MEETING if stored.is_off and request.state in OPEN else {}
        changes = NOT_CLOSED | off | changes
    for name, value in changes.items():
        setattr(request, name, value)
    request.save(update_fields=["state", *changes])
    return CaseEntry.objects.create(request=request, kind=kind, by=by, text=text)


@transaction.atomic
def release(request, *, by):
    """It is not spam: from now on it stands in the main list. Raises NotAllowed for what stands there: a second press
    makes no second mail."""
    move(request, Kind.RELEASED, by=by, held_because="")
    notices.announce(request)
    notices.confirm(request)


def already_done(stored, kind, by, text, read_up_to, changes):
    """The entry that this colleague made from the same page, by a first press; None for a press that means more."""
    last = stored.entries.filter(kind=kind, by=by, pk__gt=read_up_to).last()
    if last is None or last.text != text or (kind == Kind.CLAIMED and stored.is_free(timezone.now())):
        return None
    if stored.entries.filter(pk__gt=last.pk).exclude(kind=Kind.NOTED).exists():
        return None  # what was done may be undone by now
    if kind in ATTEMPTS and timezone.now() - last.at >= ONE_PRESS:
        return None
    is_same = all(getattr(stored, name) == changes[name] for name in CHOSEN if name in changes)
    return last if is_same else None


def can_happen(kind, stored):
    return stored.state in MOVES[kind] and (kind not in ONLY_IF or bool(ONLY_IF[kind](stored)))


def may(kind, stored, user):
    """Whether this colleague can do it now."""
    return can_happen(kind, stored) and (kind in SHARED or not is_taken_by_another(stored, user))


def is_taken_by_another(request, user):
    return not request.is_free(timezone.now()) and request.owner_id != user.pk


def news_for(request, user, read_up_to, kind=None):
    """What happened after the entry `read_up_to`, but for what this colleague did; for an attempt also that, as far as
    it bears on when and how the person is reached."""
    # Not .exclude(by=user): in SQL that leaves out what the person did, too.
    news = ~Q(by=user) | Q(by=None)
    if kind in ATTEMPTS:
        news |= Q(kind__in=OWN_NEWS)
    return request.entries.filter(news, pk__gt=read_up_to)
