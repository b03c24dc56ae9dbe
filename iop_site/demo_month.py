"""A month of made-up requests: sent through the real form, answered through the real workflow, at times of the past."""

import random
from contextlib import contextmanager
from datetime import timedelta
from heapq import heapify, heappop, heappush
from itertools import count

from django.db.models import Max
from django.utils import timezone

from clinic import hours
from clinic.models import ReferralContact
from intake import audit, form_token, slots, workflow
from intake.forms import CONSENT_VERSION, IntakeForm, consent_lines
from intake.models import AccessRecord, CaseEntry, ConsultationRequest, Notice
from programs.models import Program

DAYS = 30
SAMPLES = (
    *("Ash", "Aspen", "Aster", "Basil", "Bay", "Birch", "Briar", "Brook", "Cedar", "Clay", "Clover", "Coral", "Dale"),
    *("Dune", "Elm", "Fern", "Finch", "Flint", "Glen", "Grove", "Hazel", "Heath", "Heron", "Indigo", "Iris", "Ivy"),
    *("Jay", "Juniper", "Lark", "Laurel", "Linden", "Maple", "Marsh", "Meadow", "Moss", "Oak", "Olive", "Opal", "Pine"),
    *("Poppy", "Quill", "Rain", "Reed", "Ridge", "Robin", "Rowan", "Rye", "Sage", "Sky", "Sorrel", "Stone", "Teal"),
    *("Thyme", "Vale", "Violet", "Wren", "Willow", "Winter", "Yarrow", "Zinnia"),
)
MESSAGES = (
    *("I do not know how to start.", "Can I keep my job while I come?", "Do you have a group in the evening?"),
    *(
        "My insurance changed last month.",
        "Is there parking?",
        "I need a letter for work.",
        "I would like to begin soon.",
    ),
    *("", "", "", "", ""),
)
Reason, Kind = ConsultationRequest.ClosingReason, AccessRecord.Kind


# What became of them. Each waits so many staffed hours, or a length of time, and then does the next thing.


def comes(stored, by, clinic):
    yield from reached(stored, by)
    in_three_days = hours.reply_by(clinic.schedule, clinic.local_now(), 30)
    workflow.book(stored, in_three_days.replace(minute=0), "in_person", by=by, clinic=clinic)
    yield 32
    workflow.close(stored, Reason.STARTED, by=by)


def comes_after_two_missed_calls(stored, by, clinic):
    yield from missed(stored, by, clinic, times=2)
    yield from comes(stored, by, clinic)


def is_never_reached(stored, by, clinic):
    yield from missed(stored, by, clinic, times=workflow.MOST_TRIES)
    workflow.answer(stored, "We tried to call you. You can ask us anything here, at any time.", by=by)
    yield 40
    workflow.close(stored, Reason.NOT_REACHED, by=by)


def needs_another_level(stored, by, clinic):
    yield from reached(stored, by)
    workflow.close(stored, Reason.NOT_THE_LEVEL, by=by, alternatives=ReferralContact.objects.places()[:2])


def finds_us_full(stored, by, clinic):
    yield from reached(stored, by)
    workflow.close(stored, Reason.FULL, by=by, alternatives=ReferralContact.objects.places()[1:3])


def chose_another_place(stored, by, clinic):
    yield from reached(stored, by)
    yield 6
    workflow.close(stored, Reason.ELSEWHERE, by=by)


def has_a_question(stored, by, clinic):
    yield 2
    audit.record(Kind.VIEW, by=by, request=stored)
    workflow.answer(stored, "Yes. You choose the days with your therapist in the first week.", by=by)
    yield 20
    workflow.close(stored, Reason.ANSWERED, by=by)


def asks_us_to_stop(stored, by, clinic):
    yield from missed(stored, by, clinic, times=1)
    audit.record(Kind.REVEAL, by=by, request=stored)
    workflow.stop(stored, by=by)


def takes_it_back(stored, by, clinic):
    yield 1
    workflow.withdraw(stored)


# Those that stand on the desk today.


def waits(stored, by, clinic):
    return
    yield


def waits_for_a_third_call(stored, by, clinic):
    yield from missed(stored, by, clinic, times=2)


def is_ours_since_a_moment(stored, by, clinic):
    yield timedelta(minutes=160)
    audit.record(Kind.VIEW, by=by, request=stored)
    workflow.claim(stored, by=by)
    workflow.note(stored, "Asked at the front desk for a place on Mondays. Ana looks it up.", by=by)


def asked_again(stored, by, clinic):
    yield from reached(stored, by)
    yield 1
    workflow.ask(stored, "Can I bring my sister to the first visit?", clinic=clinic)


def pauses(stored, by, clinic):
    yield 1
    workflow.pause(stored)


def is_booked(stored, by, clinic):
    yield from reached(stored, by)
    at = hours.reply_by(clinic.schedule, clinic.local_now(), 24).replace(minute=30)
    workflow.book(stored, at, "in_person", by=by, clinic=clinic)


def is_to_be_called_now(stored, by, clinic):
    yield timedelta(minutes=100)
    now = timezone.now()
    soon = next(slots.half_hours(now + timedelta(minutes=1), now + timedelta(hours=2)))
    if not slots.too_early_or_late(soon, clinic.zone):
        workflow.plan_call(stored, soon, by=by, clinic=clinic)


def reached(stored, by):
    yield 1
    audit.record(Kind.VIEW, by=by, request=stored)
    if stored.may_call:  # the others called us
        audit.record(Kind.REVEAL, by=by, request=stored)
    workflow.mark_reached(stored, by=by)
    yield 1


def missed(stored, by, clinic, *, times):
    for number in range(times):
        yield 2 if number == 0 else 6
        audit.record(Kind.REVEAL, by=by, request=stored)
        workflow.mark_missed(stored, by=by, clinic=clinic)


PAST = {
    comes: 12,
    comes_after_two_missed_calls: 6,
    has_a_question: 7,
    is_never_reached: 5,
    needs_another_level: 6,
    finds_us_full: 5,
    chose_another_place: 5,
    asks_us_to_stop: 1,
    takes_it_back: 2,
}
CALLED = {"ways": ["call"]}
NOT_CALLED = (has_a_question, takes_it_back)
# How many hours ago they wrote.
TODAY = [
    (52, waits, {"asking_for": "self"}),
    (30, waits_for_a_third_call, CALLED | {"asking_for": "loved_one", "relationship": "child", "person_knows": "no"}),
    (26, pauses, {"asking_for": "self"}),
    (28, asked_again, {"asking_for": "self", "ways": ["will_call"]}),
    (50, is_booked, CALLED | {"asking_for": "self", "wants_estimate": "on"}),
    (3, is_ours_since_a_moment, {"asking_for": "client", "organization": "Sample Clinic", "role": "Case manager"}),
    (2, is_to_be_called_now, CALLED | {"asking_for": "self", "code_word": "Lighthouse", "may_say_who": "no"}),
    (
        1,
        waits,
        {"asking_for": "loved_one", "relationship": "partner", "language": "Spanish", "needs_interpreter": "on"},
    ),
    (0.5, waits, {"asking_for": "self", "ways": ["email"]}),
    (0.2, waits, {"asking_for": "self", "ways": ["will_call"], "message": "Are evenings full?"}),
]
HELD = [(20, "Filled in a field that people cannot see"), (5, "Sent within 3 seconds")]


def steps(clinic, colleagues):
    """Makes the month, one step after the other in the order of time; yields after each."""
    chance, order, now = random.Random(2026), count(), timezone.now()
    past = [
        (chance.uniform(30, 24 * DAYS), story, {} if story in NOT_CALLED else CALLED)
        for story, times in PAST.items()
        for _ in range(times)
    ]
    people = iter(chance.sample(SAMPLES, len(SAMPLES)))
    coming = [
        (now - timedelta(hours=ago), next(order), sending(next(people), told, story, chance, clinic, colleagues))
        for ago, story, told in [*past, *TODAY]
    ]
    coming += [(now - timedelta(hours=ago), next(order), sent_by_a_machine(why, clinic)) for ago, why in HELD]
    heapify(coming)
    while coming:
        moment, _number, story = heappop(coming)
        with clock_at(moment):
            wait = next(story, None)
        if wait is not None:
            next_moment = after(moment, wait, clinic)
            if next_moment <= now:
                heappush(coming, (next_moment, next(order), story))
        yield moment
    Notice.objects.filter(created_at__lt=now - timedelta(hours=1)).update(
        state=Notice.State.DELIVERED, ended_at=now, tries=1
    )


def after(moment, wait, clinic):
    if isinstance(wait, timedelta):
        return moment + wait
    return hours.reply_by(clinic.schedule, moment.astimezone(clinic.zone), wait)


def sending(name, told, story, chance, clinic, colleagues):
    stored = send(answers_of(name, told, chance), clinic)
    yield from story(stored, chance.choice(colleagues), clinic)


def sent_by_a_machine(why, clinic):
    told = {"asking_for": "self", "name": "Sample Offer", "ways": ["email"], "email": "offer@example.com"}
    send({**told, "message": "Buy now. Best prices."}, clinic, held_because=why)
    return
    yield


def answers_of(name, told, chance):
    usual = {
        "asking_for": chance.choices(["self", "loved_one", "client"], [6, 3, 1])[0],
        "name": f"Sample {name}",
        "ways": chance.choice([["call"], ["call"], ["call", "email"], ["email"], ["will_call"]]),
        "phone": f"(207) 555-01{SAMPLES.index(name):02}",
        "email": f"sample.{name.lower()}@example.com",
        "message_rule": chance.choice(["no", "no", "name_and_number", "yes"]),
        "may_say_who": chance.choice(["no", "no", "yes"]),
        "program": chance.choice(
            ["", "", *Program.objects.published().filter(is_offered=True).values_list("pk", flat=True)]
        ),
        "message": chance.choice(MESSAGES),
    }
    return usual | told


def send(answers, clinic, held_because=""):
    form = IntakeForm(answers, clinic=clinic)
    if not form.is_valid():
        raise ValueError(f"A sample request is wrong: {form.errors.as_json()}")
    token = form_token.read(form_token.new(consent_lines(clinic), CONSENT_VERSION))
    return workflow.receive(form, token=token, held_because=held_because, page="/request/")


@contextmanager
def clock_at(moment):
    """Whatever happens inside happens at a moment of the past, as the database tells it."""
    real_now, entries, notices = timezone.now, last(CaseEntry), last(Notice)
    timezone.now = lambda: moment
    try:
        yield
    finally:
        timezone.now = real_now
    # Fields that fill themselves hold the function of the real clock.
    made = CaseEntry.objects.filter(pk__gt=entries)
    received = list(made.filter(kind=CaseEntry.Kind.RECEIVED).values_list("request", flat=True))
    made.update(at=moment)
    Notice.objects.filter(pk__gt=notices).update(created_at=moment, next_try_at=moment)
    ConsultationRequest.objects.filter(pk__in=received).update(received_at=moment, consented_at=moment)


def last(model):
    return model.objects.aggregate(last=Max("pk", default=0))["last"]
