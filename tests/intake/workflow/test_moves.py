"""What may happen to a request in each state: only what the table allows, whoever is faster."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake import workflow
from intake.models import CaseEntry, ConsultationRequest
from intake.workflow.moves import ASKED_OF, ATTEMPTS, CHOSEN, CONTACTS, ONLY_IF, SHARED, move
from tests import factories
from tests.intake.workflow.sent import first_slot, form_of, new_token, send

pytestmark = pytest.mark.django_db

Kind, State = CaseEntry.Kind, ConsultationRequest.State


def press(what, *args, **kwargs):
    """A move by a colleague, who is all it needs."""
    return lambda stored, clinic, colleague, **page: what(stored, *args, by=colleague, **kwargs, **page)


def press_at_the_clinic(what, *args, **kwargs):
    return lambda stored, clinic, colleague, **page: what(stored, *args, by=colleague, clinic=clinic, **kwargs, **page)


def link(stored, clinic, colleague):
    workflow.link(stored, factories.consultation_request(), by=colleague)


def unlink(stored, clinic, colleague):
    other = factories.consultation_request()
    stored.same_person.add(other)
    workflow.unlink(stored, other, by=colleague)


def wrote(stored, clinic, colleague, **page):
    """To somebody whom we may text."""
    ConsultationRequest.objects.filter(pk=stored.pk).exclude(state=State.WITHDRAWN).update(may_text=True)
    workflow.mark_written(stored, by=colleague, **page)


def right_number(stored, clinic, colleague):
    ConsultationRequest.objects.filter(pk=stored.pk).update(number_is_wrong=True)
    workflow.mark_right_number(stored, by=colleague)


def release(stored, clinic, colleague):
    ConsultationRequest.objects.filter(pk=stored.pk).update(held_because="Sent within 3 seconds")
    workflow.release(stored, by=colleague)


def call_off(stored, clinic, colleague, **page):
    """Of a consultation that is booked; a second press finds none any more."""
    is_booked = {"consultation_at": NOON_TOMORROW, "consultation_by": "phone"}
    if not stored.entries.filter(kind=Kind.CALLED_OFF).exists():
        ConsultationRequest.objects.filter(pk=stored.pk).exclude(state=State.WITHDRAWN).update(**is_booked)
    workflow.call_off(stored, by=colleague, clinic=clinic, **page)


NOON_TOMORROW = timezone.now().replace(hour=17, minute=0) + timedelta(days=1)
MOVES = {
    Kind.ASKED: lambda stored, clinic, colleague: workflow.ask(stored, "When?", clinic=clinic),
    Kind.ANSWERED: press(workflow.answer, "Soon."),
    Kind.REACHED: press(workflow.mark_reached),
    Kind.WROTE: wrote,
    Kind.NO_ANSWER: press_at_the_clinic(workflow.mark_missed),
    Kind.MESSAGE: press_at_the_clinic(workflow.mark_missed, left_message=True),
    Kind.WRONG: press_at_the_clinic(workflow.mark_wrong_number),
    Kind.RIGHT: right_number,
    Kind.OUR_TURN: press_at_the_clinic(workflow.mark_our_turn),
    Kind.STOPPED: press(workflow.stop),
    Kind.CLAIMED: press(workflow.claim),
    Kind.LET_GO: press(workflow.let_go),
    Kind.HANDED: lambda stored, clinic, by, **page: workflow.hand_over(stored, by=by, to=by, **page),
    Kind.NOTED: press(workflow.note, "They work nights."),
    Kind.PLANNED: press_at_the_clinic(workflow.plan_call, NOON_TOMORROW),
    Kind.BOOKED: press_at_the_clinic(workflow.book, NOON_TOMORROW, "phone"),
    Kind.CALLED_OFF: call_off,
    Kind.ESTIMATE: press(workflow.give_estimate),
    Kind.LINKED: link,
    Kind.UNLINKED: unlink,
    Kind.RELEASED: release,
    Kind.PAUSED: press(workflow.pause),
    Kind.RESUMED: press_at_the_clinic(workflow.resume),
    Kind.CLOSED: press(workflow.close, ConsultationRequest.ClosingReason.STARTED),
    Kind.REOPENED: press_at_the_clinic(workflow.reopen),
    Kind.WITHDRAWN: press(workflow.withdraw),
    Kind.CORRECTED: lambda stored, clinic, colleague: workflow.correct(
        stored, form_of(clinic, name="Alex", call_at=first_slot(clinic)), token=new_token(clinic)
    ),
}


# What anybody may do, what the person does, and what happens to a closed request, which nobody has.
NOBODYS = (*SHARED, Kind.ASKED, Kind.CORRECTED, Kind.REOPENED)


class TestMoves:
    def test_every_kind_that_moves_a_request_is_tried_here(self):
        assert set(MOVES) == set(workflow.MOVES) == set(Kind) - {Kind.RECEIVED}

    @pytest.mark.parametrize("kind", MOVES)
    @pytest.mark.parametrize("state", [state for state in State if state != State.WITHDRAWN])
    def test_each_move_happens_only_from_its_states(self, clinic, colleague, kind, state):
        stored = send(clinic, wants_estimate="on", message_rule="yes")
        closed = {"closing_reason": "started", "closed_at": timezone.now(), "closed_by": colleague}
        ConsultationRequest.objects.update(state=state, **closed if state == State.CLOSED else {})
        stored.refresh_from_db()
        allowed = workflow.MOVES[kind]
        if state in allowed:
            MOVES[kind](stored, clinic, colleague)
            stored.refresh_from_db()
            waits_for_a_call = kind == Kind.ANSWERED and state in ConsultationRequest.OURS
            assert stored.state == (State.WAITING_ON_US if waits_for_a_call else allowed[state])
            assert stored.entries.last().kind == kind
        else:
            with pytest.raises(workflow.NotAllowed):
                MOVES[kind](stored, clinic, colleague)
            stored.refresh_from_db()
            assert stored.state == state
            assert stored.entries.count() == 1

    @pytest.mark.parametrize("kind", MOVES)
    def test_nothing_happens_to_a_withdrawn_request_any_more(self, clinic, colleague, kind):
        stored = send(clinic, wants_estimate="on", message_rule="yes")
        workflow.withdraw(stored)
        with pytest.raises(workflow.NotAllowed):
            MOVES[kind](stored, clinic, colleague)

    def test_what_a_colleague_holds_open_does_not_overwrite_what_happened(self, clinic, colleague):
        stored = send(clinic)
        on_a_colleagues_screen = ConsultationRequest.objects.get(pk=stored.pk)
        workflow.withdraw(stored)
        with pytest.raises(workflow.NotAllowed):
            workflow.mark_reached(on_a_colleagues_screen, by=colleague)
        stored.refresh_from_db()
        assert (stored.name, stored.state) == ("", State.WITHDRAWN)

    def test_an_answer_to_an_older_question_does_not_swallow_a_newer_one(self, clinic, colleague):
        stored = send(clinic)
        read_up_to = stored.entries.last().pk
        workflow.ask(stored, "A new question", clinic=clinic)
        for late in (workflow.mark_reached, lambda *a, **k: workflow.answer(*a, "Too soon.", **k)):
            with pytest.raises(workflow.NotRead):
                late(stored, by=colleague, read_up_to=read_up_to)
        workflow.mark_reached(stored, by=colleague, read_up_to=stored.entries.last().pk)

    def test_the_same_press_again_after_something_happened_is_not_taken_for_done(self, clinic, colleague):
        stored = send(clinic)
        read_up_to = stored.entries.last().pk
        workflow.answer(stored, "Yes.", by=colleague, read_up_to=read_up_to)
        workflow.answer(stored, "Yes.", by=colleague, read_up_to=read_up_to)
        assert stored.entries.filter(kind=Kind.ANSWERED).count() == 1
        workflow.ask(stored, "And on Sundays?", clinic=clinic)
        with pytest.raises(workflow.NotRead):
            workflow.answer(stored, "Yes.", by=colleague, read_up_to=read_up_to)

    def test_what_is_tried_meanwhile_puts_off_no_answer(self, clinic, colleague):
        soon = timezone.now() + timedelta(minutes=5)
        for tried in (workflow.mark_missed, workflow.mark_wrong_number):
            stored = send(clinic)
            workflow.ask(stored, "Is it free?", clinic=clinic)
            ConsultationRequest.objects.filter(pk=stored.pk).update(reply_by=soon, alarmed_at=timezone.now())
            tried(stored, by=colleague, clinic=clinic)
            stored.refresh_from_db()
            assert (stored.reply_by, bool(stored.alarmed_at)) == (soon, True)

    def test_a_number_marked_right_again_is_marked_wrong_by_another_press(self, clinic, colleague):
        stored = send(clinic)
        workflow.mark_wrong_number(stored, by=colleague, clinic=clinic)
        workflow.mark_right_number(stored, by=colleague)
        workflow.mark_wrong_number(stored, by=colleague, clinic=clinic, read_up_to=stored.entries.last().pk)
        stored.refresh_from_db()
        assert stored.number_is_wrong

    def test_a_claim_that_ran_out_is_claimed_anew_from_an_old_page(self, clinic, colleague):
        stored = send(clinic)
        read_up_to = stored.entries.last().pk
        workflow.claim(stored, by=colleague, read_up_to=read_up_to)
        ConsultationRequest.objects.update(claimed_until=timezone.now() - timedelta(minutes=1))
        workflow.claim(stored, by=colleague, read_up_to=read_up_to)
        stored.refresh_from_db()
        assert not stored.is_free(timezone.now())

    @pytest.mark.parametrize("kind", [kind for kind in MOVES if kind not in NOBODYS])
    def test_what_a_colleague_has_is_left_to_them_until_their_time_is_over(
        self, clinic, colleague, other_colleague, kind
    ):
        stored = send(clinic, wants_estimate="on", message_rule="yes")
        workflow.claim(stored, by=other_colleague)
        state = State.NEW if State.NEW in workflow.MOVES[kind] else next(iter(workflow.MOVES[kind]))
        ConsultationRequest.objects.update(state=state)
        with pytest.raises(workflow.TakenByAnother):
            MOVES[kind](stored, clinic, colleague)
        ConsultationRequest.objects.update(claimed_until=timezone.now() - timedelta(minutes=1))
        MOVES[kind](stored, clinic, colleague)

    @pytest.mark.parametrize("kind", [kind for kind in SHARED if kind != Kind.WITHDRAWN])
    def test_some_things_any_colleague_may_do(self, clinic, colleague, other_colleague, kind):
        stored = send(clinic)
        workflow.claim(stored, by=other_colleague)
        MOVES[kind](stored, clinic, colleague)
        assert stored.entries.last().kind == kind

    def test_what_is_not_offered_is_refused(self, clinic, colleague):
        """Each kind that asks for more than a state, of a request that lacks it."""
        for kind in ONLY_IF:
            told = {"wants_estimate": "on", "message_rule": "yes"} if kind != Kind.ESTIMATE else {}
            stored = send(clinic, **told)
            wrong = kind in (Kind.REACHED, Kind.NO_ANSWER, Kind.MESSAGE, Kind.WRONG, Kind.PLANNED)
            ConsultationRequest.objects.filter(pk=stored.pk).update(number_is_wrong=wrong)
            stored.refresh_from_db()
            assert not workflow.may(kind, stored, colleague), kind
            with pytest.raises(workflow.NotAllowed):
                move(stored, kind, by=colleague)

    def test_what_asks_for_more_reads_it_with_the_state(self, clinic, django_assert_num_queries):
        stored = ConsultationRequest.objects.only("state", *CHOSEN, *ASKED_OF).get(pk=send(clinic).pk)
        with django_assert_num_queries(0):
            for is_true in ONLY_IF.values():
                is_true(stored)

    def test_what_a_colleague_did_herself_is_no_news_to_her(self, clinic, colleague, other_colleague):
        stored = send(clinic)
        read_up_to = stored.entries.last().pk
        workflow.note(stored, "They work nights.", by=colleague)
        assert not workflow.news_for(stored, colleague, read_up_to).exists()
        assert workflow.news_for(stored, other_colleague, read_up_to).exists()
        workflow.mark_reached(stored, by=colleague, read_up_to=read_up_to)

    TWICE = (
        *(Kind.ANSWERED, Kind.REACHED, Kind.NO_ANSWER, Kind.MESSAGE, Kind.WRONG, Kind.STOPPED, Kind.CLAIMED),
        *(Kind.LET_GO, Kind.HANDED, Kind.NOTED, Kind.PLANNED, Kind.BOOKED, Kind.CLOSED),
        Kind.CALLED_OFF,
    )

    @pytest.mark.parametrize("kind", TWICE)
    def test_a_second_press_on_the_same_page_does_nothing_more(self, clinic, colleague, kind):
        stored = send(clinic, message_rule="yes")
        seen = stored.entries.last().pk
        MOVES[kind](stored, clinic, colleague, read_up_to=seen)
        before = row(stored)
        MOVES[kind](ConsultationRequest.objects.get(pk=stored.pk), clinic, colleague, read_up_to=seen)
        assert row(stored) == before
        assert stored.entries.count() == 2

    @pytest.mark.parametrize(("seconds", "is_one_press"), [(59, True), (60, False)])
    def test_a_second_attempt_from_an_old_page_asks_to_read_the_first(self, clinic, colleague, seconds, is_one_press):
        stored = send(clinic)
        seen = stored.entries.last().pk
        workflow.mark_missed(stored, by=colleague, clinic=clinic, read_up_to=seen)
        workflow.note(stored, "Rings long.", by=colleague)
        stored.entries.update(at=timezone.now() - timedelta(seconds=seconds))
        if is_one_press:
            workflow.mark_missed(stored, by=colleague, clinic=clinic, read_up_to=seen)
        else:
            with pytest.raises(workflow.NotRead):
                workflow.mark_missed(stored, by=colleague, clinic=clinic, read_up_to=seen)
        assert row(stored)["attempts"] == 1

    def test_an_answer_is_the_same_from_the_same_page_however_late(self, clinic, colleague):
        stored = send(clinic)
        seen = stored.entries.last().pk
        workflow.answer(stored, "At nine.", by=colleague, read_up_to=seen)
        stored.entries.update(at=timezone.now() - timedelta(minutes=12))
        workflow.answer(stored, "At nine.", by=colleague, read_up_to=seen)
        assert stored.entries.count() == 2

    def test_another_choice_on_the_same_page_is_another_move(self, clinic, colleague):
        stored = send(clinic)
        seen = stored.entries.last().pk
        for hours in (1, 2):
            at = NOON_TOMORROW + timedelta(hours=hours)
            workflow.plan_call(stored, at, by=colleague, clinic=clinic, read_up_to=seen)
            assert ConsultationRequest.objects.get().call_at == at
        for text in ("They work nights.", "They drive."):
            workflow.note(stored, text, by=colleague, read_up_to=seen)
        assert stored.entries.count() == 5


class TestHeld:
    @pytest.fixture
    def held(self, clinic):
        told = {"wants_estimate": "on", "message_rule": "yes"}
        return send(clinic, held_because="Sent within 3 seconds", **told)

    @pytest.mark.parametrize("kind", CONTACTS)
    def test_whoever_is_contacted_is_a_person_and_stands_in_the_main_list(self, clinic, colleague, held, kind):
        MOVES[kind](held, clinic, colleague)
        assert list(ConsultationRequest.objects.main_list()) == [held]
        assert list(held.entries.values_list("kind", flat=True)) == [Kind.RECEIVED, Kind.RELEASED, kind]
        assert held.notices.count() == 1, "as for any other that is moved there"

    def test_an_answer_to_what_is_closed_moves_it_nowhere(self, clinic, colleague, held):
        workflow.close(held, "not_a_request", by=colleague)
        workflow.answer(held, "You can write to us again.", by=colleague)
        assert held.entries.filter(kind=Kind.RELEASED).count() == held.notices.count() == 0

    def test_a_second_press_on_the_same_page_still_does_nothing_more(self, clinic, colleague, held):
        seen = held.entries.last().pk
        for _press in range(2):
            workflow.mark_missed(held, by=colleague, clinic=clinic, read_up_to=seen)
        assert (held.attempts, held.entries.count()) == (1, 3)

    @pytest.mark.parametrize("kind", [Kind.CLAIMED, Kind.NOTED, Kind.HANDED, Kind.PAUSED, Kind.CLOSED, Kind.ASKED])
    def test_what_says_nothing_to_them_leaves_it_where_it_is(self, clinic, colleague, held, kind):
        MOVES[kind](held, clinic, colleague)
        assert not ConsultationRequest.objects.main_list().exists()


# More of what starts and stops the clock: chance alone seldom puts two of these side by side.
PRESSES = [kind for kind in MOVES if kind != Kind.WITHDRAWN] + 3 * [
    Kind.ASKED,
    Kind.PAUSED,
    Kind.ANSWERED,
    Kind.NO_ANSWER,
    Kind.CORRECTED,
]
TIMES = ["reply_by", "call_at", "claimed_until", "consultation_at"]
# What says nothing about when we owe the next step.
NEUTRAL = (
    Kind.CLAIMED,
    Kind.LET_GO,
    Kind.HANDED,
    Kind.NOTED,
    Kind.LINKED,
    Kind.UNLINKED,
    Kind.ESTIMATE,
    Kind.RELEASED,
    Kind.RIGHT,
)
ENDS_A_PLANNED_CALL = (
    *(Kind.REACHED, Kind.WROTE, Kind.WRONG, Kind.BOOKED, Kind.PLANNED),
    *(Kind.PAUSED, Kind.STOPPED, Kind.CLOSED, Kind.CORRECTED),
)


def hours_pass(stored, count):
    """Everything that was to come is nearer."""
    nearer = {name: getattr(stored, name) - timedelta(hours=count) for name in TIMES if getattr(stored, name)}
    ConsultationRequest.objects.filter(pk=stored.pk).update(**nearer)


def row(stored):
    return ConsultationRequest.objects.filter(pk=stored.pk).values().get()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(PRESSES), st.booleans(), st.sampled_from([0, 0, 1, 5, 30])), min_size=4, max_size=14
    ),
    has_a_slot=st.booleans(),
)
def test_no_order_of_moves_loses_the_clock_of_the_person(clinic, colleague, other_colleague, steps, has_a_slot):
    with transaction.atomic():
        call_at = {"call_at": first_slot(clinic)} if has_a_slot else {}
        stored = send(clinic, wants_estimate="on", message_rule="yes", **call_at)
        promised = stored.first_promise
        for kind, is_other, hours in steps:
            hours_pass(stored, hours)
            # Read again, as each page does.
            stored = ConsultationRequest.objects.get(pk=stored.pk)
            before, happened, was_asking = row(stored), stored.entries.count(), is_asking(stored)
            try:
                with transaction.atomic():
                    MOVES[kind](stored, clinic, other_colleague if is_other else colleague)
            except (workflow.NotAllowed, workflow.NotTrueYet):
                assert (row(stored), stored.entries.count()) == (before, happened)
                continue
            after = row(stored)
            assert after["first_promise"] == promised
            assert after["state"] not in ConsultationRequest.OURS or after["reply_by"]
            assert after["state"] != State.PAUSED or after["call_at"] is None, "a half hour that nobody keeps"
            if kind in NEUTRAL:
                assert [after[name] for name in ("reply_by", "call_at")] == [before["reply_by"], before["call_at"]]
            if kind in (Kind.RESUMED, Kind.CALLED_OFF) and before["reply_by"]:
                assert after["reply_by"] == before["reply_by"]
            if kind == Kind.ASKED and before["reply_by"]:
                assert after["reply_by"] <= before["reply_by"]
            if was_asking and is_asking(stored):
                assert after["reply_by"] <= before["reply_by"], "a question is put off"
            if was_asking and kind in (*ATTEMPTS, Kind.PLANNED):
                assert after["reply_by"] == before["reply_by"], "a call moves when a question is due"
            if is_asking(stored):
                assert after["reply_by"], "a question waits, and nobody is reminded of it"
            if before["call_at"] and before["call_at"] > timezone.now() and kind not in ENDS_A_PLANNED_CALL:
                assert after["call_at"] == before["call_at"]
        transaction.set_rollback(True)


def is_asking(stored):
    """Whether it is open, and neither an answer nor a stop came after the last question."""
    last = stored.entries.filter(kind__in=(Kind.ASKED, Kind.ANSWERED, Kind.STOPPED)).last()
    return row(stored)["state"] in ConsultationRequest.OPEN and last is not None and last.kind == Kind.ASKED
