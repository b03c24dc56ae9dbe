"""What the team does with a request, and what is due next and when."""

from datetime import UTC, date, datetime, time, timedelta
from functools import partial

import pytest
from django.utils import timezone

from clinic.hours import clock, date_words
from clinic.models import Clinic, OpeningHours
from intake import figures, workflow
from intake.models import CaseEntry, ConsultationRequest, Notice
from intake.models.request import is_to_call
from intake.workflow import team
from tests import factories
from tests.intake.workflow.sent import first_slot, form_of, new_token, send

pytestmark = pytest.mark.django_db

Kind, State, Reason = CaseEntry.Kind, ConsultationRequest.State, ConsultationRequest.ClosingReason
IN_PERSON = ConsultationRequest.ConsultationBy.IN_PERSON


@pytest.fixture
def at(monkeypatch, clinic):
    """Sets the clock, as read off the wall of the clinic."""

    def set_to(*clock):
        now = datetime(*clock, tzinfo=clinic.zone)
        monkeypatch.setattr(timezone, "now", lambda: now.astimezone(UTC))
        return now

    return set_to


def in_days(days, hour=15):
    return (timezone.now() + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)


def stored_again(stored):
    return ConsultationRequest.objects.get(pk=stored.pk)


class TestClaim:
    def test_it_ends_by_itself_so_that_nobody_is_forgotten(self, clinic, colleague, other_colleague):
        stored = send(clinic)
        workflow.claim(stored, by=colleague)
        assert workflow.is_taken_by_another(stored, other_colleague)
        assert not workflow.is_taken_by_another(stored, colleague)
        assert stored.claimed_until - timezone.now() > timedelta(hours=team.CLAIM_HOURS, minutes=-1)
        assert stored_again(stored).holder(timezone.now()) == colleague
        assert stored_again(stored).is_free(timezone.now() + timedelta(hours=team.CLAIM_HOURS))

    def test_a_colleague_can_take_it_over(self, clinic, colleague, other_colleague):
        stored = send(clinic)
        workflow.claim(stored, by=colleague)
        workflow.claim(stored, by=other_colleague)
        assert stored_again(stored).owner == other_colleague

    def test_what_is_given_back_is_for_everybody(self, clinic, colleague, other_colleague):
        stored = send(clinic)
        workflow.claim(stored, by=colleague)
        workflow.let_go(stored, by=colleague)
        assert (stored_again(stored).owner, stored_again(stored).claimed_until) == (None, None)
        workflow.mark_reached(stored, by=other_colleague)

    def test_what_is_handed_over_is_the_others_and_due_when_it_was(self, clinic, colleague, other_colleague):
        stored = send(clinic)
        due = stored.reply_by
        workflow.hand_over(stored, by=colleague, to=other_colleague, text="Speaks Spanish.")
        again = stored_again(stored)
        assert (again.owner, again.reply_by) == (other_colleague, due)
        assert again.entries.last().text == "Speaks Spanish."


class TestAnswer:
    def test_a_note_changes_nothing_but_the_history(self, clinic, colleague):
        stored = send(clinic)
        before = ConsultationRequest.objects.values().get()
        workflow.note(stored, "They work nights.", by=colleague)
        assert ConsultationRequest.objects.values().get() == before
        assert stored.entries.last().text == "They work nights."

    def test_an_answer_waits_on_them_and_is_with_who_gave_it(self, clinic, colleague):
        stored = send(clinic)
        workflow.answer(stored, "At nine.", by=colleague)
        again = stored_again(stored)
        assert (again.state, again.owner, again.reply_by) == (State.WAITING_ON_THEM, colleague, None)
        assert again.first_tried_at
        assert again.answered_by == colleague

    def test_a_call_that_the_person_was_told_of_is_still_made_after_an_answer(self, clinic, colleague):
        stored = send(clinic, call_at=first_slot(clinic))
        workflow.answer(stored, "There is parking behind the house.", by=colleague)
        again = stored_again(stored)
        assert again.state == State.WAITING_ON_US
        assert again.reply_by == again.call_at + timedelta(minutes=30)
        assert list(ConsultationRequest.objects.filter(is_to_call(again.call_at))) == [stored]

    def test_a_half_hour_that_has_begun_is_over_with_the_answer(self, clinic, colleague):
        stored = send(clinic, call_at=first_slot(clinic))
        ConsultationRequest.objects.update(call_at=timezone.now())
        workflow.answer(stored, "We could not call.", by=colleague)
        assert (stored_again(stored).state, stored_again(stored).call_at) == (State.WAITING_ON_THEM, None)

    def test_an_answer_to_a_closed_request_opens_nothing_and_takes_nothing(self, clinic, colleague):
        stored = send(clinic)
        workflow.close(stored, Reason.ANSWERED, by=colleague)
        workflow.answer(stored, "One more thing.", by=colleague)
        assert (stored_again(stored).state, stored_again(stored).owner) == (State.CLOSED, None)

    def test_who_is_reached_is_called_no_more_and_the_count_starts_again(self, clinic, colleague):
        stored = send(clinic, call_at=first_slot(clinic))
        workflow.mark_missed(stored, by=colleague, clinic=clinic)
        tried = stored.first_tried_at
        workflow.mark_reached(stored, by=colleague)
        again = stored_again(stored)
        assert (again.attempts, again.call_at, again.reply_by, again.first_tried_at) == (0, None, None, tried)

    def test_a_booking_leaves_a_question_to_be_answered_on_the_page(self, clinic, colleague):
        stored = send(clinic)
        workflow.ask(stored, "Is it free?", clinic=clinic)
        due = stored_again(stored).reply_by
        workflow.book(stored, timezone.now() + timedelta(days=1), "phone", by=colleague, clinic=clinic)
        again = stored_again(stored)
        assert (again.state, again.reply_by) == (State.WAITING_ON_US, due)
        assert workflow.next_step(again, timezone.now()) == "Answer the question on the private page."


class TestMissed:
    # Staffed 8 am to 8 pm. Each call is at 3 pm on Monday, November 23; Thanksgiving is the Thursday of that week.
    DUE = {
        1: (2026, 11, 23, 17),
        2: (2026, 11, 24, 11),
        3: (2026, 11, 24, 19),
        4: (2026, 11, 25, 15),
        5: (2026, 11, 24, 11),
    }

    @pytest.mark.parametrize(("tries", "due"), DUE.items())
    def test_the_next_step_comes_after_staffed_hours(self, clinic, colleague, at, tries, due):
        at(2026, 11, 23, 15)
        stored = send(clinic)
        ConsultationRequest.objects.update(attempts=tries - 1)
        workflow.mark_missed(stored, by=colleague, clinic=clinic)
        assert stored_again(stored).attempts == tries
        assert stored_again(stored).reply_by == datetime(*due, tzinfo=clinic.zone)

    def test_every_try_of_the_table_has_its_time_here(self):
        assert set(self.DUE) == set(team.NEXT_STEP_HOURS)

    def test_a_day_on_which_we_are_closed_does_not_count(self, clinic, colleague, at):
        OpeningHours.objects.create(date=date(2026, 11, 26), note="Thanksgiving")
        OpeningHours.objects.create(date=date(2026, 11, 27), opens=time(8), closes=time(10), note="Short day")
        at(2026, 11, 25, 19)
        stored = send(clinic)
        workflow.mark_missed(stored, by=colleague, clinic=Clinic.load())
        assert stored.reply_by == datetime(2026, 11, 27, 9, tzinfo=clinic.zone)

    @pytest.mark.parametrize(("day", "hour"), [((2026, 3, 8), 9), ((2026, 11, 1), 7)])
    def test_the_night_the_clocks_change_neither_takes_nor_gives_an_hour(self, clinic, colleague, at, day, hour):
        """Eight staffed hours from midnight on, with the hour that is skipped or comes twice among them."""
        for row in OpeningHours.objects.all():
            OpeningHours.objects.filter(pk=row.pk).update(opens=time(0), closes=time(23))
        now = at(*day, 0)
        stored = send(clinic)
        ConsultationRequest.objects.update(attempts=1)
        workflow.mark_missed(stored, by=colleague, clinic=Clinic.load())
        assert stored.reply_by.timestamp() - now.timestamp() == 8 * 3600
        assert stored.reply_by.hour == hour

    def test_after_the_last_try_somebody_decides(self, clinic, colleague):
        stored = send(clinic)
        for _ in range(workflow.MOST_TRIES + 1):
            workflow.mark_missed(stored, by=colleague, clinic=clinic)
        assert stored.reply_by > timezone.now()
        assert workflow.next_step(stored, timezone.now()).startswith("Decide: 6 calls in a row were not answered.")

    def test_a_message_is_left_only_where_it_is_allowed(self, clinic, colleague):
        stored = send(clinic)
        with pytest.raises(workflow.MessageNotAllowed):
            workflow.mark_missed(stored, by=colleague, clinic=clinic, left_message=True)
        assert stored_again(stored).attempts == 0
        allowed = send(clinic, message_rule="name_and_number", phone="207 555 0199")
        workflow.mark_missed(allowed, by=colleague, clinic=clinic, left_message=True)
        assert allowed.entries.last().kind == Kind.MESSAGE

    @pytest.mark.parametrize("is_linked", [True, False])
    def test_no_message_is_left_where_another_open_request_with_the_number_says_no(self, clinic, colleague, is_linked):
        stored = send(clinic, message_rule="yes")
        other = send(clinic, name="Alex", phone="(207) 555-0188")
        if is_linked:
            workflow.link(stored, other, by=colleague)
        with pytest.raises(workflow.MessageNotAllowed):
            workflow.mark_missed(stored, by=colleague, clinic=clinic, left_message=True)
        assert stored_again(stored).attempts == 0
        workflow.mark_missed(stored, by=colleague, clinic=clinic)
        workflow.close(other, Reason.ELSEWHERE, by=colleague)
        workflow.mark_missed(stored, by=colleague, clinic=clinic, left_message=True)

    def test_another_number_has_rules_of_its_own(self, clinic, colleague):
        stored = send(clinic, message_rule="yes", ways=["call", "email"], email="sam@example.com")
        send(clinic, ways=["call", "email"], email="sam@example.com", phone="207 555 0199")
        workflow.mark_missed(stored, by=colleague, clinic=clinic, left_message=True)

    def test_a_permission_taken_back_a_moment_ago_holds(self, clinic, colleague):
        stored = send(clinic, message_rule="yes")
        on_a_colleagues_screen = stored_again(stored)
        workflow.correct(stored, form_of(clinic), token=new_token(clinic))
        with pytest.raises(workflow.MessageNotAllowed):
            workflow.mark_missed(on_a_colleagues_screen, by=colleague, clinic=clinic, left_message=True)

    @pytest.mark.parametrize("press", [workflow.mark_missed, workflow.mark_wrong_number])
    def test_no_call_is_logged_to_who_may_not_be_called(self, clinic, colleague, press):
        stored = send(clinic)
        on_a_colleagues_screen = stored_again(stored)
        workflow.correct(stored, form_of(clinic, ways=["will_call"]), token=new_token(clinic))
        with pytest.raises(workflow.NotAllowed):
            press(on_a_colleagues_screen, by=colleague, clinic=clinic)
        again = stored_again(stored)
        assert (again.attempts, again.number_is_wrong, again.entries.last().kind) == (0, False, Kind.CORRECTED)

    def test_a_call_before_the_chosen_half_hour_leaves_it_in_place(self, clinic, colleague):
        stored = send(clinic, call_at=first_slot(clinic))
        call_at = stored.call_at
        workflow.mark_missed(stored, by=colleague, clinic=clinic)
        again = stored_again(stored)
        assert (again.call_at, again.reply_by) == (call_at, call_at + timedelta(minutes=30))

    def test_a_call_at_the_chosen_half_hour_is_followed_by_the_next_try(self, clinic, colleague):
        stored = send(clinic, call_at=first_slot(clinic))
        ConsultationRequest.objects.update(call_at=timezone.now() - timedelta(minutes=1))
        workflow.mark_missed(stored, by=colleague, clinic=clinic)
        assert stored_again(stored).call_at is None
        assert stored_again(stored).reply_by > timezone.now()

    def test_a_wrong_number_is_not_called_again_until_there_is_another(self, clinic, colleague):
        stored = send(clinic)
        workflow.mark_missed(stored, by=colleague, clinic=clinic)
        workflow.mark_wrong_number(stored, by=colleague, clinic=clinic)
        assert stored.reply_by > timezone.now()
        assert workflow.next_step(stored, timezone.now()) == "Answer on the private page."
        with pytest.raises(workflow.NotAllowed):
            workflow.plan_call(stored, in_days(1), by=colleague, clinic=clinic)
        workflow.correct(stored, form_of(clinic, phone="207 555 0199"), token=new_token(clinic))
        again = stored_again(stored)
        assert (again.number_is_wrong, again.attempts) == (False, 0)
        assert workflow.next_step(again, timezone.now()) == f"Call: try 1 of {workflow.MOST_TRIES}."

    @pytest.mark.parametrize(
        "press",
        [workflow.mark_missed, partial(workflow.mark_missed, left_message=True), workflow.mark_wrong_number],
    )
    def test_no_call_is_logged_to_a_number_that_is_wrong(self, clinic, colleague, press):
        stored = send(clinic, message_rule="yes")
        on_a_colleagues_screen = stored_again(stored)
        workflow.mark_wrong_number(stored, by=colleague, clinic=clinic)
        due = stored.reply_by
        with pytest.raises(workflow.NotAllowed):
            press(on_a_colleagues_screen, by=colleague, clinic=clinic)
        again = stored_again(stored)
        assert (again.attempts, again.reply_by, again.entries.last().kind) == (0, due, Kind.WRONG)

    def test_a_number_that_is_right_after_all_is_called_again(self, clinic, colleague):
        stored = send(clinic)
        workflow.mark_wrong_number(stored, by=colleague, clinic=clinic)
        due = stored.reply_by
        workflow.mark_right_number(stored, by=colleague)
        again = stored_again(stored)
        assert (again.number_is_wrong, again.reply_by) == (False, due)
        assert workflow.next_step(again, timezone.now()) == f"Call: try 1 of {workflow.MOST_TRIES}."
        with pytest.raises(workflow.NotAllowed):
            workflow.mark_right_number(stored, by=colleague)


class TestStop:
    def test_nothing_goes_out_from_this_moment_on(self, clinic, colleague):
        stored = send(clinic, ways=["call", "email"], email="sam@example.com", wants_receipt="on")
        workflow.stop(stored, by=colleague)
        again = stored_again(stored)
        assert not any([again.may_call, again.may_text, again.may_email, again.wants_receipt])
        assert (again.state, again.closing_reason, again.reply_by) == (State.CLOSED, Reason.ASKED_TO_STOP, None)
        assert again.stopped_at
        receipts = Notice.objects.filter(kind=Notice.Kind.RECEIPT)
        assert [notice.state for notice in receipts] == [Notice.State.NOT_NEEDED]

    def test_whoever_asks_after_it_was_closed_is_not_called_when_it_is_opened_again(self, clinic, colleague):
        stored = send(clinic)
        workflow.close(stored, Reason.ELSEWHERE, by=colleague)
        workflow.stop(stored, by=colleague)
        workflow.reopen(stored, by=colleague, clinic=clinic)
        assert not stored_again(stored).may_call
        assert workflow.next_step(stored, timezone.now()) == "Answer on the private page."

    def test_who_allows_it_again_is_called_again(self, clinic, colleague):
        stored = send(clinic)
        workflow.stop(stored, by=colleague)
        workflow.correct(stored, form_of(clinic), token=new_token(clinic))
        assert (stored_again(stored).stopped_at, stored_again(stored).may_call) == (None, True)

    @pytest.mark.parametrize("is_linked", [True, False])
    def test_a_receipt_that_waits_under_their_other_request_is_not_sent(self, clinic, colleague, is_linked):
        ways = {"ways": ["call", "email"], "email": "sam@example.com", "wants_receipt": "on"}
        stored, other = send(clinic, **ways), send(clinic, **ways, name="Sammy")
        if is_linked:
            workflow.link(stored, other, by=colleague)
        workflow.stop(stored, by=colleague)
        receipt = other.notices.get(kind=Notice.Kind.RECEIPT)
        assert receipt.state == Notice.State.NOT_NEEDED

    def test_all_that_is_linked_to_it_stops_too(self, clinic, colleague, other_colleague):
        stored, other, third = send(clinic), send(clinic, phone="207 555 0199"), send(clinic, phone="207 555 0198")
        workflow.link(stored, other, by=colleague)
        workflow.link(other, third, by=colleague)
        workflow.claim(third, by=other_colleague)
        workflow.stop(stored, by=colleague)
        for one in (stored, other, third):
            again = stored_again(one)
            assert (again.state, again.may_call, again.closing_reason) == (State.CLOSED, False, Reason.ASKED_TO_STOP)
            assert again.stopped_at
            assert again.entries.filter(kind=Kind.STOPPED, by=colleague).count() == 1

    def test_what_is_linked_and_closed_keeps_its_reason_and_is_not_called_when_opened_again(self, clinic, colleague):
        stored, other = send(clinic), send(clinic)
        workflow.link(stored, other, by=colleague)
        workflow.close(other, Reason.STARTED, by=colleague)
        workflow.stop(stored, by=colleague)
        assert (stored_again(other).closing_reason, stored_again(other).may_call) == (Reason.STARTED, False)

    def test_what_is_linked_and_withdrawn_stays_as_it_is(self, clinic, colleague):
        stored, other = send(clinic), send(clinic)
        workflow.withdraw(other)
        stored.same_person.add(other)
        workflow.stop(stored, by=colleague)
        assert stored_again(other).entries.last().kind == Kind.WITHDRAWN

    def test_a_request_released_after_they_asked_us_to_stop_sends_no_receipt(self, clinic, colleague):
        ways = {"ways": ["call", "email"], "email": "sam@example.com", "wants_receipt": "on"}
        held, stored = send(clinic, held_because="Sent within 3 seconds", **ways), send(clinic)
        workflow.stop(stored, by=colleague)
        workflow.release(held, by=colleague)
        assert not held.notices.filter(kind=Notice.Kind.RECEIPT).exists()


class TestPlan:
    def test_a_planned_call_is_due_at_the_end_of_its_half_hour(self, clinic, colleague):
        stored, call_at = send(clinic), in_days(2)
        workflow.plan_call(stored, call_at, by=colleague, clinic=clinic)
        again = stored_again(stored)
        assert (again.call_at, again.reply_by) == (call_at, call_at + timedelta(minutes=30))

    @pytest.mark.parametrize("hour", [14, 15, 5])
    def test_nobody_is_called_before_8_or_after_9_where_they_are(self, clinic, colleague, hour):
        """6, 7 and 21 o'clock in winter in Los Angeles, by the clock of Greenwich."""
        stored = send(clinic, time_zone="America/Los_Angeles")
        with pytest.raises(workflow.CannotCallThen):
            workflow.plan_call(stored, datetime(2030, 1, 15, hour, tzinfo=UTC), by=colleague, clinic=clinic)
        workflow.plan_call(stored, datetime(2030, 1, 15, 16, tzinfo=UTC), by=colleague, clinic=clinic)

    def test_nobody_is_called_in_the_past(self, clinic, colleague):
        with pytest.raises(workflow.CannotCallThen):
            workflow.plan_call(send(clinic), in_days(-1), by=colleague, clinic=clinic)

    def test_who_took_the_permission_back_a_moment_ago_is_not_called(self, clinic, colleague):
        stored = send(clinic)
        on_a_colleagues_screen = stored_again(stored)
        workflow.correct(stored, form_of(clinic, ways=["will_call"]), token=new_token(clinic))
        with pytest.raises(workflow.NotAllowed):
            workflow.plan_call(on_a_colleagues_screen, in_days(2), by=colleague, clinic=clinic)


class TestPromise:
    """What the person was told when they wrote; whatever is planned since, it was kept or it was not."""

    def test_neither_a_plan_nor_a_missed_call_moves_it(self, clinic, colleague, at):
        at(2026, 11, 23, 9)
        stored = send(clinic)
        promised = stored.first_promise
        workflow.plan_call(stored, in_days(2), by=colleague, clinic=clinic)
        assert stored_again(stored).reply_by > promised
        at(2026, 11, 25, 10)
        workflow.mark_missed(stored, by=colleague, clinic=clinic)
        again = stored_again(stored)
        assert (again.first_promise, again.waits_for_first_reply) == (promised, True)
        assert figures.was_kept(again.first_promise, again.first_tried_at, None, timezone.now()) is False

    @pytest.mark.parametrize(
        "reply",
        [
            workflow.mark_reached,
            partial(workflow.answer, text="At nine."),
        ],
    )
    def test_a_reply_ends_the_wait_for_it(self, clinic, colleague, reply):
        stored = send(clinic)
        reply(stored, by=colleague)
        workflow.ask(stored, "Is it free?", clinic=clinic)
        assert stored_again(stored).state == State.WAITING_ON_US
        assert not stored_again(stored).waits_for_first_reply


class TestBook:
    def test_it_is_kept_with_its_way_and_nothing_else_is_due(self, clinic, colleague):
        stored, when = send(clinic, call_at=first_slot(clinic)), in_days(2)
        workflow.book(stored, when, IN_PERSON, by=colleague, clinic=clinic)
        again = stored_again(stored)
        assert (again.consultation_at, again.consultation_by, again.call_at) == (when, IN_PERSON, None)
        assert workflow.next_step(again, timezone.now()).startswith("Meet for the consultation: ")
        assert workflow.next_step(again, timezone.now()).endswith(", at our place.")
        here = when.astimezone(clinic.zone)
        assert again.entries.last().text == f"{date_words(here.date())}, {clock(here)}, at our place"
        assert workflow.next_step(again, when).startswith("Say what came of the consultation")

    @pytest.mark.parametrize("why", [{"may_call": False}, {"number_is_wrong": True}])
    def test_not_by_phone_with_who_cannot_be_called(self, clinic, colleague, why):
        stored = send(clinic)
        ConsultationRequest.objects.update(**why)
        with pytest.raises(workflow.NotAllowed):
            workflow.book(stored, in_days(2), "phone", by=colleague, clinic=clinic)
        workflow.book(stored, in_days(2), "video", by=colleague, clinic=clinic)

    def test_a_stop_takes_it_off_and_it_is_not_booked_by_phone_again(self, clinic, colleague):
        stored = send(clinic)
        workflow.book(stored, in_days(2), "phone", by=colleague, clinic=clinic)
        workflow.stop(stored, by=colleague)
        assert (stored_again(stored).consultation_at, stored_again(stored).consultation_by) == (None, "")
        workflow.reopen(stored, by=colleague, clinic=clinic)
        with pytest.raises(workflow.NotAllowed):
            workflow.book(stored, in_days(2), "phone", by=colleague, clinic=clinic)

    @pytest.mark.parametrize(("way", "is_kept"), [("phone", False), ("video", True)])
    def test_who_takes_back_that_we_may_call_is_not_called_for_it(self, clinic, colleague, way, is_kept):
        stored = send(clinic)
        workflow.book(stored, in_days(2), way, by=colleague, clinic=clinic)
        workflow.correct(stored, form_of(clinic, ways=["will_call"]), token=new_token(clinic))
        assert bool(stored_again(stored).consultation_at) == is_kept

    def test_not_in_the_past(self, clinic, colleague):
        with pytest.raises(workflow.CannotCallThen):
            workflow.book(send(clinic), in_days(-1), IN_PERSON, by=colleague, clinic=clinic)

    # Booked on Monday, November 23, before a holiday on Thursday and Friday.
    @pytest.mark.parametrize(
        ("day", "due"),
        [
            ((2026, 11, 25), (2026, 11, 30)),  # too soon for the rule: three business days after being asked
            ((2026, 11, 30), (2026, 11, 24)),  # three business days ahead
            ((2026, 12, 8), (2026, 11, 24)),
            ((2026, 12, 9), (2026, 11, 30)),  # ten
        ],
    )
    def test_an_estimate_is_due_by_the_law_of_what_was_booked(self, clinic, colleague, at, day, due):
        for holiday in (26, 27):
            OpeningHours.objects.create(date=date(2026, 11, holiday), note="Holiday")
        clinic = Clinic.load()
        at(2026, 11, 23, 12)
        stored = send(clinic, wants_estimate="on")
        workflow.book(stored, datetime(*day, 15, tzinfo=clinic.zone), IN_PERSON, by=colleague, clinic=clinic)
        assert stored_again(stored).estimate_due == date(*due)

    def test_an_estimate_that_was_given_has_no_new_time(self, clinic, colleague):
        stored = send(clinic, wants_estimate="on")
        due = stored.estimate_due
        workflow.give_estimate(stored, by=colleague)
        workflow.book(stored, in_days(30), IN_PERSON, by=colleague, clinic=clinic)
        assert stored_again(stored).estimate_due == due
        assert not ConsultationRequest.objects.estimates_owed().exists()

    def test_an_estimate_is_given_once_and_only_to_who_asked(self, clinic, colleague):
        stored = send(clinic, wants_estimate="on")
        workflow.give_estimate(stored, by=colleague)
        for request in (stored, send(clinic)):
            with pytest.raises(workflow.NotAllowed):
                workflow.give_estimate(request, by=colleague)

    def test_what_a_colleague_holds_open_hides_no_estimate_that_was_asked_for_meanwhile(self, clinic, colleague, at):
        at(2026, 11, 16, 12)
        stored = send(clinic)
        on_a_colleagues_screen = stored_again(stored)
        workflow.correct(stored, form_of(clinic, wants_estimate="on"), token=new_token(clinic))
        at(2026, 11, 16, 13)
        when = datetime(2026, 11, 19, 15, tzinfo=clinic.zone)
        workflow.book(on_a_colleagues_screen, when, IN_PERSON, by=colleague, clinic=clinic)
        assert stored_again(stored).estimate_due == date(2026, 11, 17)

    def test_what_a_colleague_holds_open_gives_no_estimate_a_second_time(self, clinic, colleague):
        stored = send(clinic, wants_estimate="on")
        on_a_colleagues_screen = stored_again(stored)
        workflow.give_estimate(stored, by=colleague)
        given_at = stored_again(stored).estimate_sent_at
        with pytest.raises(workflow.NotAllowed):
            workflow.give_estimate(on_a_colleagues_screen, by=colleague)
        assert stored_again(stored).estimate_sent_at == given_at

    def test_a_booking_on_an_older_page_keeps_who_answered_first(self, clinic, colleague):
        stored = send(clinic)
        on_a_colleagues_screen = stored_again(stored)
        workflow.mark_reached(stored, by=colleague)
        answered_at = stored_again(stored).answered_at
        workflow.book(on_a_colleagues_screen, in_days(2), IN_PERSON, by=colleague, clinic=clinic)
        assert stored_again(stored).answered_at == answered_at


class TestCallOff:
    @pytest.fixture
    def booked(self, clinic, colleague, at):
        at(2026, 11, 23, 15)
        stored = send(clinic, ways=["call", "email"], email="sam@example.com", wants_receipt="on")
        workflow.book(stored, in_days(2), "phone", by=colleague, clinic=clinic)
        return stored

    def test_it_comes_back_to_us_with_a_time_and_is_with_who_did_it(self, clinic, other_colleague, colleague, booked):
        workflow.let_go(booked, by=colleague)
        mails = booked.notices.count()
        workflow.call_off(booked, by=other_colleague, clinic=clinic, text="The room is taken.")
        again = stored_again(booked)
        assert (again.state, again.consultation_at, again.consultation_by) == (State.WAITING_ON_US, None, "")
        assert (again.owner, again.alarmed_at) == (other_colleague, None)
        assert again.reply_by == datetime(2026, 11, 23, 17, tzinfo=clinic.zone)
        assert workflow.next_step(again, timezone.now()) == f"Call: try 1 of {workflow.MOST_TRIES}."
        assert (again.entries.last().kind, again.entries.last().text) == (Kind.CALLED_OFF, "The room is taken.")
        assert again.notices.count() == mails

    def test_a_question_that_waits_keeps_its_time(self, clinic, colleague, booked):
        workflow.ask(booked, "Is it free?", clinic=clinic)
        asked = timezone.now() + timedelta(minutes=5)
        ConsultationRequest.objects.update(reply_by=asked)
        workflow.call_off(booked, by=colleague, clinic=clinic)
        assert stored_again(booked).reply_by == asked

    def test_in_a_pause_it_is_off_and_nothing_is_due(self, clinic, colleague, booked):
        workflow.pause(booked)
        workflow.call_off(booked, by=colleague, clinic=clinic)
        again = stored_again(booked)
        assert (again.state, again.reply_by, again.consultation_at) == (State.PAUSED, None, None)

    def test_one_that_was_never_booked_or_has_begun_is_not_called_off(self, clinic, colleague, booked):
        ConsultationRequest.objects.update(consultation_at=timezone.now() - timedelta(minutes=1))
        for stored in (booked, send(clinic)):
            with pytest.raises(workflow.NotAllowed):
                workflow.call_off(stored, by=colleague, clinic=clinic)
            assert not stored.entries.filter(kind=Kind.CALLED_OFF).exists()

    def test_another_one_can_be_booked_after_it(self, clinic, colleague, booked):
        workflow.call_off(booked, by=colleague, clinic=clinic)
        workflow.book(booked, in_days(3), IN_PERSON, by=colleague, clinic=clinic)
        assert stored_again(booked).consultation_at == in_days(3)


class TestLink:
    def test_both_know_each_other_and_nothing_is_merged(self, clinic, colleague):
        one, other = send(clinic), send(clinic, name="Sammy")
        workflow.link(one, other, by=colleague)
        assert (list(one.same_person.all()), list(other.same_person.all())) == ([other], [one])
        assert (one.entries.last().kind, other.entries.last().kind) == (Kind.LINKED, Kind.LINKED)
        assert (stored_again(one).name, stored_again(other).name) == ("Sam", "Sammy")
        workflow.unlink(other, one, by=colleague)
        assert not one.same_person.exists()

    def test_it_is_done_once_and_undone_once(self, clinic, colleague):
        one, other = send(clinic), send(clinic)
        for press in (workflow.link, workflow.unlink):
            press(one, other, by=colleague)
            with pytest.raises(workflow.NotAllowed):
                press(one, other, by=colleague)
        with pytest.raises(workflow.NotAllowed):
            workflow.link(one, one, by=colleague)
        assert one.entries.count() == 3

    def test_after_one_is_taken_back_nothing_of_the_other_leads_to_it(self, clinic, colleague):
        one, other, third = send(clinic), send(clinic), send(clinic)
        workflow.link(one, other, by=colleague)
        workflow.link(third, one, by=colleague)
        workflow.unlink(third, one, by=colleague)
        workflow.withdraw(one)
        assert not other.same_person.exists()
        assert not [entry for entry in CaseEntry.objects.all() if one.reference in entry.text]

    def test_one_that_was_taken_back_is_linked_on_neither_side(self, clinic, colleague):
        one, other = send(clinic), send(clinic)
        workflow.withdraw(other)
        with pytest.raises(workflow.NotAllowed):
            workflow.link(one, other, by=colleague)
        assert one.entries.count() == 1
        assert not one.same_person.exists()


class TestRelease:
    def test_it_stands_in_the_main_list_and_staff_hear_of_it_once(self, clinic, colleague):
        stored = send(clinic, held_because="Sent within 3 seconds")
        workflow.release(stored, by=colleague)
        assert list(ConsultationRequest.objects.main_list()) == [stored]
        with pytest.raises(workflow.NotAllowed):
            workflow.release(stored, by=colleague)
        assert stored.notices.count() == 1


class TestClose:
    @pytest.mark.parametrize("reason", ConsultationRequest.NEEDS_ALTERNATIVES)
    def test_nobody_is_sent_away_without_two_other_places(self, clinic, colleague, reason):
        stored = send(clinic)
        one, two, gone = (factories.referral_contact(is_offered=is_offered) for is_offered in (True, True, False))
        line, other_line = (factories.referral_contact(is_line=True) for _ in range(2))
        for places in ([], [one], [one, one], [one, gone], [one, line], [line, other_line]):
            with pytest.raises(workflow.NeedsAlternatives):
                workflow.close(stored, reason, by=colleague, alternatives=places)
        workflow.close(stored, reason, by=colleague, alternatives=[one, two, gone, line])
        assert set(stored.alternatives.all()) == {one, two, line}

    @pytest.mark.parametrize("reason", sorted(set(Reason) - set(ConsultationRequest.NEEDS_ALTERNATIVES)))
    def test_other_reasons_need_none(self, clinic, colleague, reason):
        stored = send(clinic)
        workflow.mark_missed(stored, by=colleague, clinic=clinic)
        workflow.close(stored, reason, by=colleague, text="As agreed.")
        again = stored_again(stored)
        assert (again.closing_reason, again.closed_by, again.owner, again.reply_by) == (reason, colleague, None, None)
        assert workflow.next_step(again, timezone.now()) == "Nothing more to do."

    def test_nobody_is_unreachable_before_somebody_tried(self, clinic, colleague):
        stored = send(clinic)
        with pytest.raises(workflow.NotTrueYet):
            workflow.close(stored, Reason.NOT_REACHED, by=colleague)
        assert stored_again(stored).state == State.NEW

    @pytest.mark.parametrize("reason", sorted(set(Reason) - set(ConsultationRequest.LEAVES_A_QUESTION)))
    def test_a_question_that_waits_is_answered_first(self, clinic, colleague, reason):
        stored, places = send(clinic), [factories.referral_contact() for _ in range(2)]
        workflow.mark_missed(stored, by=colleague, clinic=clinic)
        workflow.ask(stored, "Is it free?", clinic=clinic)
        with pytest.raises(workflow.NotTrueYet):
            workflow.close(stored, reason, by=colleague, alternatives=places)
        workflow.answer(stored, "Yes.", by=colleague)
        workflow.close(stored, reason, by=colleague, alternatives=places)
        assert stored_again(stored).closing_reason == reason

    @pytest.mark.parametrize("reason", sorted(set(Reason) - set(ConsultationRequest.NEEDS_ALTERNATIVES)))
    def test_a_consultation_to_come_is_called_off_first(self, clinic, colleague, reason):
        stored = send(clinic)
        workflow.book(stored, timezone.now() + timedelta(days=1), "video", by=colleague, clinic=clinic)
        with pytest.raises(workflow.NotTrueYet):
            workflow.close(stored, reason, by=colleague)
        workflow.call_off(stored, by=colleague, clinic=clinic)
        workflow.close(stored, reason, by=colleague)

    @pytest.mark.parametrize("reason", ConsultationRequest.LEAVES_A_QUESTION)
    def test_what_is_no_request_of_its_own_leaves_a_question_open(self, clinic, colleague, reason):
        stored = send(clinic)
        workflow.ask(stored, "Cheap watches?", clinic=clinic)
        workflow.close(stored, reason, by=colleague)
        assert stored_again(stored).state == State.CLOSED

    def test_a_question_opens_it_again_with_a_new_time(self, clinic, colleague):
        stored = send(clinic)
        workflow.close(stored, Reason.ELSEWHERE, by=colleague)
        workflow.ask(stored, "Is there still a place?", clinic=clinic)
        again = stored_again(stored)
        assert (again.state, again.closing_reason, again.closed_by) == (State.WAITING_ON_US, "", None)
        assert again.reply_by > timezone.now()

    def test_who_opens_it_again_has_it(self, clinic, colleague):
        stored = send(clinic)
        workflow.close(stored, Reason.ELSEWHERE, by=colleague)
        workflow.reopen(stored, by=colleague, clinic=clinic)
        again = stored_again(stored)
        assert (again.state, again.owner, again.attempts) == (State.WAITING_ON_US, colleague, 0)
        assert again.reply_by > timezone.now()


class TestNextStep:
    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({}, "Call: try 1 of 5."),
            ({"attempts": 4}, "Call: try 5 of 5."),
            ({"may_call": False, "may_email": True, "email": "sam@example.com"}, "Write an email."),
            ({"may_call": False, "may_text": True}, "Write a text message."),
            ({"may_text": True, "number_is_wrong": True}, "Answer on the private page."),
            ({"may_call": False}, "Answer on the private page."),
            ({"state": "waiting_on_them"}, "Wait for the person."),
            ({"state": "paused", "reply_by": None}, "Nothing until the person wants to go on."),
            ({"state": "paused"}, "Answer on the private page."),
        ],
    )
    def test_it_keeps_to_what_the_person_allowed(self, fields, words):
        assert workflow.next_step(factories.consultation_request(**fields), timezone.now()) == words
