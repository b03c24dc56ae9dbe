"""What the team does with a request: take it, call, answer, book, hand it on, close it."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from clinic import hours
from intake import elsewhere, notices, search_keys, slots
from intake.models import ConsultationRequest
from intake.workflow import person
from intake.workflow.moves import MOVES, NO_MEETING, Kind, NotAllowed, State, move

Reason = ConsultationRequest.ClosingReason

CLAIM_HOURS = 4
# After the n-th call in a row that nobody answered: staffed hours until the next step, which is another call, or after
# the last one a decision.
NEXT_STEP_HOURS = {1: 2, 2: 8, 3: 16, 4: 24, 5: 8}
MOST_TRIES = max(NEXT_STEP_HOURS)
GETS_THROUGH = (Kind.REACHED, Kind.WROTE, Kind.BOOKED)
WRITE_INSTEAD_HOURS = 2  # when the number is wrong
ALTERNATIVES = 2
# 45 CFR 149.610(b)(1): scheduled this many business days ahead or more, the estimate is due within that many.
ESTIMATE_AFTER_BOOKING = {10: 3, 3: 1}


class MessageNotAllowed(NotAllowed):
    """The person did not allow us to leave a message, in this or another open request with the same number."""


class CannotCallThen(Exception):
    """In the past, or a call before 8 am or after 9 pm where the person is."""


class NotTrueYet(Exception):
    """The reason for closing is not true yet, in words for the team."""


class NeedsAlternatives(Exception):
    """Whoever we cannot take is told of two other places."""


def claim_by(user):
    return {"owner": user, "claimed_until": timezone.now() + timedelta(hours=CLAIM_HOURS)}


def end_claims(user):
    """Whoever is switched off has nothing from now on, as after the hours of a claim."""
    now = timezone.now()
    ConsultationRequest.objects.filter(owner=user, claimed_until__gt=now).update(claimed_until=now)


def nobodys():
    return {"owner": None, "claimed_until": None}


def first_try(request):
    return {} if request.first_tried_at else {"first_tried_at": timezone.now()}


def first_answer(request, by):
    answered = {} if request.answered_at else {"answered_at": timezone.now(), "answered_by": by}
    return first_try(request) | answered


def nothing_due():
    return {"reply_by": None, "call_at": None, "alarmed_at": None}


def claim(request, *, by, read_up_to=None):
    move(request, Kind.CLAIMED, by=by, read_up_to=read_up_to, **claim_by(by))


def let_go(request, *, by, read_up_to=None):
    move(request, Kind.LET_GO, by=by, read_up_to=read_up_to, **nobodys())


def hand_over(request, *, by, to, text="", read_up_to=None):
    move(request, Kind.HANDED, by=by, text=text, read_up_to=read_up_to, **claim_by(to))


def note(request, text, *, by, read_up_to=None):
    move(request, Kind.NOTED, by=by, text=text, read_up_to=read_up_to)


@transaction.atomic
def answer(request, text, *, by, read_up_to=None):
    """Put an answer on the private page. It takes no call away that the person was told of, or still waits for: whoever
    asked for a call may never open the page."""
    fields = "state", "call_at", "reply_by", "alarmed_at", "attempts", "may_call", "number_is_wrong"
    stored = ConsultationRequest.objects.only(*fields).get(pk=request.pk)
    is_open = claim_by(by) if stored.state in ConsultationRequest.OPEN else {}
    changes = nothing_due() | is_open | first_answer(request, by)
    if stored.state in ConsultationRequest.OURS and (call := call_that_waits(stored)):
        changes |= call | {"state": State.WAITING_ON_US}
    move(request, Kind.ANSWERED, by=by, text=text, read_up_to=read_up_to, **changes)


def call_to_come(stored):
    """The half hour that the person was told and that has not begun, as what stays due."""
    if stored.call_at is None or stored.call_at <= timezone.now():
        return {}
    return {"call_at": stored.call_at, "reply_by": slots.end_of(stored.call_at), "alarmed_at": None}


def call_that_waits(stored):
    """What stays due: a half hour that was set, or else a call until we got through for the first time, or tried often
    enough."""
    if stored.call_at:
        by = slots.end_of(stored.call_at)
        alarmed_at = stored.alarmed_at if stored.reply_by == by else None
        return {"call_at": stored.call_at, "reply_by": by, "alarmed_at": alarmed_at}
    is_over = not stored.can_be_called or stored.attempts >= MOST_TRIES
    if is_over or since(stored, Kind.OUR_TURN, Kind.REOPENED).filter(kind__in=GETS_THROUGH).exists():
        return {}
    return {"reply_by": stored.reply_by, "alarmed_at": stored.alarmed_at}


def since(stored, *kinds):
    """The entries after the last one of these kinds."""
    last = stored.entries.filter(kind__in=kinds).last()
    return stored.entries.filter(pk__gt=last.pk if last else 0)


def mark_reached(request, *, by, read_up_to=None):
    """We spoke with the person. Raises NotAllowed where the private page is the only way."""
    got_through(request, Kind.REACHED, by=by, read_up_to=read_up_to)


def mark_written(request, *, by, read_up_to=None):
    """We sent the person a text or an email. Raises NotAllowed for somebody who allowed neither."""
    got_through(request, Kind.WROTE, by=by, read_up_to=read_up_to)


@transaction.atomic
def got_through(request, kind, *, by, read_up_to, text="", **changes):
    """Nothing is due any more, but for a question that waits: it is answered on the page where it was asked."""
    fields = "first_tried_at", "answered_at", "reply_by", "alarmed_at"
    stored = ConsultationRequest.objects.only(*fields).get(pk=request.pk)
    changes |= nothing_due() | {"attempts": 0} | claim_by(by) | first_answer(stored, by)
    if person.is_asked(request):
        changes |= {"state": State.WAITING_ON_US, "reply_by": stored.reply_by, "alarmed_at": stored.alarmed_at}
    move(request, kind, by=by, text=text, read_up_to=read_up_to, **changes)


def unless_asked(request, due):
    """What is due; while a question waits, its answer is, by the time we promised: no call moves that, and the half
    hour of a call stands by itself."""
    owed, alarmed_at = ConsultationRequest.objects.values_list("reply_by", "alarmed_at").get(pk=request.pk)
    return due | {"reply_by": owed, "alarmed_at": alarmed_at} if owed and person.is_asked(request) else due


@transaction.atomic
def mark_missed(request, *, by, clinic, left_message=False, read_up_to=None):
    """A call that nobody answered; one at the half hour that the person was told is still made. Raises
    MessageNotAllowed, and NotAllowed for somebody we cannot call."""
    fields = "message_rule", "may_say_who", "attempts", "call_at", "first_tried_at"
    stored = ConsultationRequest.objects.only(*fields).get(pk=request.pk)
    if left_message and not elsewhere.takes_messages(stored):
        raise MessageNotAllowed(request.reference)
    tries = stored.attempts + 1
    move(
        request,
        Kind.MESSAGE if left_message else Kind.NO_ANSWER,
        by=by,
        read_up_to=read_up_to,
        attempts=tries,
        **unless_asked(request, call_to_come(stored) or next_due(clinic, NEXT_STEP_HOURS[min(tries, MOST_TRIES)])),
        **claim_by(by),
        **first_try(stored),
    )


@transaction.atomic
def mark_wrong_number(request, *, by, clinic, read_up_to=None):
    """Raises NotAllowed for somebody we cannot call, and so for what is marked already."""
    stored = ConsultationRequest.objects.only("first_tried_at").get(pk=request.pk)
    changes = unless_asked(request, next_due(clinic, WRITE_INSTEAD_HOURS)) | claim_by(by) | first_try(stored)
    move(request, Kind.WRONG, by=by, read_up_to=read_up_to, number_is_wrong=True, **changes)


def mark_right_number(request, *, by, read_up_to=None):
    """It was marked as wrong by mistake. Raises NotAllowed when it was not."""
    move(request, Kind.RIGHT, by=by, read_up_to=read_up_to, number_is_wrong=False)


def mark_our_turn(request, *, by, clinic, read_up_to=None):
    """A press was wrong, or there is more to say: we owe them something. Raises NotAllowed when it is ours already."""
    changes = claim_by(by) | {"reply_by": person.promise(clinic), "alarmed_at": None}
    move(request, Kind.OUR_TURN, by=by, read_up_to=read_up_to, **changes)


def next_due(clinic, staffed_hours):
    by = hours.reply_by(clinic.schedule, clinic.local_now(), staffed_hours)
    return {"reply_by": by, "call_at": None, "alarmed_at": None}


@transaction.atomic
def stop(request, *, by, read_up_to=None):
    """The person asked us to stop, by whatever means: nothing goes out to them from this moment on, under none of their
    requests, not even what was waiting to be sent. 47 CFR 64.1200(a)(10) allows ten business days; we take none."""
    stop_one(request, by, closing(Reason.ASKED_TO_STOP, by), read_up_to)
    for other in stop_along(request):
        # What is closed keeps why it was.
        stop_one(other, by, closing(Reason.ASKED_TO_STOP, by) if other.state in ConsultationRequest.OPEN else {})
    for other in search_keys.with_the_same_contact(request):
        notices.drop_all_to_the_person(other)


def stop_along(request):
    """The other requests of the person that stop with this one."""
    return [
        other
        for other in linked_to(request)
        if other.state in ConsultationRequest.OPEN or (other.state == State.CLOSED and not other.stopped_at)
    ]


def stop_one(request, by, closed, read_up_to=None):
    """A consultation to come keeps its time, so that whoever was to meet them learns that it is off."""
    now = timezone.now()
    stored = ConsultationRequest.objects.only("consultation_at").get(pk=request.pk)
    meeting = {} if stored.is_to_meet(now) else NO_MEETING
    ways = {"may_call": False, "may_text": False, "may_email": False, "wants_receipt": False}
    changes = {"stopped_at": now, "call_at": None, **closed, **ways, **meeting}
    move(request, Kind.STOPPED, by=by, read_up_to=read_up_to, **changes)
    notices.drop_all_to_the_person(request)


def linked_to(request):
    """The other requests of the same person, and those that are linked to these."""
    found, new = {request.pk}, {request.pk}
    while new:
        linked = ConsultationRequest.objects.filter(same_person__in=new).values_list("pk", flat=True)
        new = set(linked) - found
        found |= new
    others = ConsultationRequest.objects.filter(pk__in=found - {request.pk}).order_by("received_at")
    return others.only("reference", "state", "stopped_at", "consultation_at", "consultation_by")


@transaction.atomic
def plan_call(request, call_at, *, by, clinic, read_up_to=None):
    """Raises CannotCallThen, and NotAllowed for somebody we cannot call."""
    stored = ConsultationRequest.objects.only("time_zone").get(pk=request.pk)
    if call_at <= timezone.now() or slots.too_early_or_late(call_at, stored.zone(clinic)):
        raise CannotCallThen
    planned = {"call_at": call_at, "reply_by": slots.end_of(call_at), "alarmed_at": None}
    changes = unless_asked(request, planned) | claim_by(by)
    move(request, Kind.PLANNED, by=by, text=in_the_history(call_at, clinic), read_up_to=read_up_to, **changes)


def in_the_history(at, clinic):
    """With its date: it is read on another day."""
    here = at.astimezone(clinic.zone)
    return f"{hours.date_words(here.date())}, {hours.clock(here)}"


@transaction.atomic
def book(request, at, way, *, by, clinic, read_up_to=None):
    """A consultation, `way` as in ConsultationBy. Raises CannotCallThen, and NotAllowed for one by phone with somebody
    we cannot call."""
    estimate, calls = ("wants_estimate", "estimate_sent_at", "estimate_due"), ("may_call", "number_is_wrong")
    stored = ConsultationRequest.objects.only(*estimate, *calls, "time_zone").get(pk=request.pk)
    is_call = way == ConsultationRequest.ConsultationBy.PHONE
    if at <= timezone.now() or (is_call and slots.too_early_or_late(at, stored.zone(clinic))):
        raise CannotCallThen
    if is_call and not stored.can_be_called:
        raise NotAllowed(request.reference)
    changes = {"consultation_at": at, "consultation_by": way}
    if stored.wants_estimate and not stored.estimate_sent_at:
        changes["estimate_due"] = min(stored.estimate_due, estimate_after_booking(clinic, at) or stored.estimate_due)
    text = f"{in_the_history(at, clinic)}, {ConsultationRequest.ConsultationBy(way).label.lower()}"
    got_through(request, Kind.BOOKED, by=by, text=text, read_up_to=read_up_to, **changes)


@transaction.atomic
def call_off(request, *, by, clinic, text="", read_up_to=None):
    """The consultation that is booked does not take place. A reply that we owe already keeps its time. `text` is a note
    for colleagues. Raises NotAllowed when none is to come."""
    stored = ConsultationRequest.objects.only("state", "reply_by").get(pk=request.pk)
    is_due = stored.state == State.PAUSED or stored.reply_by
    changes = claim_by(by) | ({} if is_due else next_due(clinic, NEXT_STEP_HOURS[1]))
    changes |= NO_MEETING
    move(request, Kind.CALLED_OFF, by=by, text=text, read_up_to=read_up_to, **changes)


def estimate_after_booking(clinic, at):
    """The date by which care that is booked for `at` needs its estimate, or None when it is too soon for a rule."""
    today, day = clinic.local_now().date(), at.astimezone(clinic.zone).date()
    for ahead, within in ESTIMATE_AFTER_BOOKING.items():
        if day >= hours.business_days_after(clinic.schedule, today, ahead):
            return hours.business_days_after(clinic.schedule, today, within)
    return None


def give_estimate(request, *, by, read_up_to=None):
    """Raises NotAllowed when none is owed."""
    move(request, Kind.ESTIMATE, by=by, read_up_to=read_up_to, estimate_sent_at=timezone.now())


@transaction.atomic
def link(request, other, *, by):
    """Both are from one person, as a colleague saw. Nothing is merged. Raises NotAllowed for what is linked already."""
    if request == other or is_linked(request, other):
        raise NotAllowed(request.reference)
    # Without the reference of the other: an entry would still lead to it after that one was withdrawn.
    move(request, Kind.LINKED, by=by)
    move(other, Kind.LINKED, by=by)
    request.same_person.add(other)


@transaction.atomic
def unlink(request, other, *, by):
    """Raises NotAllowed for what is not linked."""
    if not is_linked(request, other):
        raise NotAllowed(request.reference)
    move(request, Kind.UNLINKED, by=by)
    move(other, Kind.UNLINKED, by=by)
    request.same_person.remove(other)


def is_linked(request, other):
    return request.same_person.filter(pk=other.pk).exists()


def closing(reason, by):
    closed = {"closing_reason": reason, "closed_at": timezone.now(), "closed_by": by}
    closed["estimate_alarmed_at"] = None  # whoever asks again is told of again, when it is late then
    return closed | nothing_due() | nobodys()


def why_not_closed(stored, reason):
    """What is not true yet of this reason, in words for the team, or ""."""
    if stored.consultation_at and stored.consultation_at > timezone.now():
        return "A consultation is still to come. Call it off first."
    if reason == Reason.NOT_REACHED and stored.first_tried_at is None:
        return "Nobody has called, written or answered yet. Try first, or choose another reason."
    was_answered = since(stored, Kind.OUR_TURN).filter(kind__in=(Kind.ANSWERED, *GETS_THROUGH))
    if reason == Reason.ANSWERED and not was_answered.exists():
        return "Nobody has answered or spoken with them yet. Answer first, or choose another reason."
    if reason == Reason.SAME_PERSON and not stored.same_person.exists():
        return "It is linked to no other request yet. Link that one first, or choose another reason."
    if reason not in ConsultationRequest.LEAVES_A_QUESTION and person.is_asked(stored):
        return "A question waits for an answer. Answer it first."
    return ""


@transaction.atomic
def close(request, reason, *, by, alternatives=(), text="", read_up_to=None):
    """`text` is a note for colleagues. The person reads the reason, so it must be true: raises NotTrueYet, and
    NeedsAlternatives. Whoever asked us to stop is `stop`'s."""
    offered = {place for place in alternatives if place.is_offered}
    if reason in ConsultationRequest.NEEDS_ALTERNATIVES and sum(not place.is_line for place in offered) < ALTERNATIVES:
        raise NeedsAlternatives
    stored = ConsultationRequest.objects.only("state", "first_tried_at", "consultation_at").get(pk=request.pk)
    if stored.state in MOVES[Kind.CLOSED] and (why := why_not_closed(stored, reason)):
        raise NotTrueYet(why)
    move(request, Kind.CLOSED, by=by, text=text, read_up_to=read_up_to, **closing(reason, by))
    request.alternatives.set(offered)


def reopen(request, *, by, clinic, read_up_to=None):
    changes = {"reply_by": person.promise(clinic), "attempts": 0, **claim_by(by)}
    move(request, Kind.REOPENED, by=by, read_up_to=read_up_to, **changes)


def meets(request, now):
    """ "3 pm tomorrow, by phone", of a consultation that is booked."""
    at = hours.moment_words(timezone.localtime(request.consultation_at), timezone.localtime(now))
    return f"{at}, {request.get_consultation_by_display().lower()}"


def what_is_off(request, now):
    """The consultation that was to come and does not take place, in words, or ""."""
    if not (request.is_off and request.is_to_meet(now)):
        return ""
    off = "off while it is paused" if request.state == State.PAUSED else "called off"
    return f"The consultation is {off}: {meets(request, now)}. Tell whoever was to meet them."


def next_step(request, now, *, is_asked=None):
    """What the team does next, in words. `is_asked`: whether a question waits, for who has read that."""
    if request.state == State.CLOSED:
        return what_is_off(request, now) or "Nothing more to do."
    if request.state == State.WITHDRAWN:
        return what_is_off(request, now) or "Nothing more to do: they took it back."
    if request.state == State.PAUSED:
        due = "Answer on the private page." if request.reply_by else ""
        return f"{what_is_off(request, now)} {due}".strip() or "Nothing until the person wants to go on."
    if request.state == State.WAITING_ON_THEM:
        if request.consultation_at and request.consultation_at <= now:
            return "Say what came of the consultation: book again or close it."
        if request.consultation_at:
            return f"Meet for the consultation: {meets(request, now)}."
        return "Wait for the person."
    if person.is_asked(request) if is_asked is None else is_asked:
        return "Answer the question on the private page."
    if request.attempts >= MOST_TRIES:
        return f"Decide: {request.attempts} calls in a row were not answered. Answer on the private page, or close it."
    if request.can_be_called:
        return f"Call: try {request.attempts + 1} of {MOST_TRIES}."
    if request.may_email:
        return "Write an email."
    if request.can_be_texted:
        return "Write a text message."
    return "Answer on the private page."
