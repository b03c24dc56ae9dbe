"""What the team does with a request: take it, hand it on, answer it, link it, and what it does next."""

from datetime import timedelta

import pytest
from django.utils import timezone

from intake import workflow
from intake.models import CaseEntry, ConsultationRequest
from intake.models.request import is_to_call
from intake.workflow import team
from tests import factories
from tests.intake.workflow.sent import first_slot, in_days, send, stored_again

pytestmark = pytest.mark.django_db

Kind, State, Reason = CaseEntry.Kind, ConsultationRequest.State, ConsultationRequest.ClosingReason


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
        stored = send(clinic, ways=["will_call"])
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

    def test_a_call_that_the_person_waits_for_stays_due_after_an_answer_until_we_got_through(self, clinic, colleague):
        stored = send(clinic)
        due = stored.reply_by
        workflow.answer(stored, "There is parking behind the house.", by=colleague)
        again = stored_again(stored)
        assert (again.state, again.reply_by) == (State.WAITING_ON_US, due)
        assert workflow.next_step(again, timezone.now()) == f"Call: try 1 of {workflow.MOST_TRIES}."
        workflow.mark_reached(stored, by=colleague)
        workflow.ask(stored, "And by bus?", clinic=clinic)
        workflow.answer(stored, "Line 4.", by=colleague)
        assert stored_again(stored).state == State.WAITING_ON_THEM

    def test_an_answer_is_all_that_somebody_whose_number_is_wrong_can_get(self, clinic, colleague):
        stored = send(clinic)
        workflow.mark_wrong_number(stored, by=colleague, clinic=clinic)
        workflow.answer(stored, "Your number does not work.", by=colleague)
        assert stored_again(stored).state == State.WAITING_ON_THEM

    def test_an_answer_is_the_end_of_the_calls_that_nobody_answered(self, clinic, colleague):
        stored = send(clinic)
        for _ in range(workflow.MOST_TRIES):
            workflow.mark_missed(stored, by=colleague, clinic=clinic)
        workflow.answer(stored, "We called five times. Ask us here at any time.", by=colleague)
        assert (stored_again(stored).state, stored_again(stored).reply_by) == (State.WAITING_ON_THEM, None)

    def test_a_wrong_press_leaves_nobody_waiting(self, clinic, colleague):
        stored = send(clinic)
        with pytest.raises(workflow.NotAllowed):
            workflow.mark_our_turn(stored, by=colleague, clinic=clinic)
        workflow.mark_reached(stored, by=colleague)
        assert stored_again(stored).reply_by is None
        workflow.mark_our_turn(stored, by=colleague, clinic=clinic)
        again = stored_again(stored)
        assert again.state == State.WAITING_ON_US
        assert again.reply_by > timezone.now()
        assert workflow.next_step(again, timezone.now()) == f"Call: try 1 of {workflow.MOST_TRIES}."
        with pytest.raises(workflow.NotTrueYet):
            workflow.close(stored, Reason.ANSWERED, by=colleague)
        workflow.answer(stored, "We call you at nine.", by=colleague)
        assert stored_again(stored).state == State.WAITING_ON_US, "nobody got through"

    def test_a_half_hour_that_has_begun_is_still_one_to_call_in(self, clinic, colleague):
        stored, begun = send(clinic), timezone.now() - timedelta(minutes=2)
        workflow.mark_reached(stored, by=colleague)
        ConsultationRequest.objects.update(state=State.WAITING_ON_US, call_at=begun)
        workflow.answer(stored, "There is parking behind the house.", by=colleague)
        again = stored_again(stored)
        assert (again.state, again.call_at, again.reply_by) == (
            State.WAITING_ON_US,
            begun,
            begun + timedelta(minutes=30),
        )

    def test_an_answer_to_a_closed_request_opens_nothing_and_takes_nothing(self, clinic, colleague):
        stored = send(clinic)
        workflow.close(stored, Reason.ELSEWHERE, by=colleague)
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
        workflow.book(stored, in_days(1), "phone", by=colleague, clinic=clinic)
        again = stored_again(stored)
        assert (again.state, again.reply_by) == (State.WAITING_ON_US, due)
        assert workflow.next_step(again, timezone.now()) == "Answer the question on the private page."


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
