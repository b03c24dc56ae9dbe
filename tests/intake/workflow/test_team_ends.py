"""Whoever asked us to stop hears nothing more; what is closed has a reason that is true, and can be opened again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clinic.models import Clinic
from intake import workflow
from intake.models import CaseEntry, ConsultationRequest, Notice
from intake.models.request import is_asked
from tests import factories
from tests.intake.workflow.sent import form_of, in_days, new_token, send, stored_again

pytestmark = pytest.mark.django_db

Kind, State, Reason = CaseEntry.Kind, ConsultationRequest.State, ConsultationRequest.ClosingReason


def make_true(reason, stored, colleague):
    """What was done before somebody closes for this reason."""
    if reason == Reason.ANSWERED:
        workflow.answer(stored, "Yes.", by=colleague)
    elif reason == Reason.SAME_PERSON:
        workflow.link(stored, factories.consultation_request(), by=colleague)
    elif reason == Reason.NOT_REACHED:
        workflow.mark_missed(stored, by=colleague, clinic=Clinic.load())


def waits(stored):
    """Each way of asking whether a question waits."""
    found = ConsultationRequest.objects.filter(is_asked())
    return workflow.is_asked(stored), workflow.question_that_waits(stored), list(found)


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
        make_true(reason, stored, colleague)
        workflow.close(stored, reason, by=colleague, text="As agreed.")
        again = stored_again(stored)
        assert (again.closing_reason, again.closed_by, again.owner, again.reply_by) == (reason, colleague, None, None)
        assert workflow.next_step(again, timezone.now()) == "Nothing more to do."

    @pytest.mark.parametrize("reason", [Reason.NOT_REACHED, Reason.ANSWERED, Reason.SAME_PERSON])
    def test_what_is_not_true_yet_is_no_reason(self, clinic, colleague, reason):
        stored = send(clinic)
        with pytest.raises(workflow.NotTrueYet):
            workflow.close(stored, reason, by=colleague)
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
        make_true(reason, stored, colleague)
        workflow.book(stored, timezone.now() + timedelta(days=1), "video", by=colleague, clinic=clinic)
        with pytest.raises(workflow.NotTrueYet):
            workflow.close(stored, reason, by=colleague)
        workflow.call_off(stored, by=colleague, clinic=clinic)
        workflow.close(stored, reason, by=colleague)

    @pytest.mark.parametrize("reason", ConsultationRequest.LEAVES_A_QUESTION)
    def test_what_is_no_request_of_its_own_leaves_a_question_open(self, clinic, colleague, reason):
        stored = send(clinic)
        workflow.ask(stored, "Cheap watches?", clinic=clinic)
        make_true(reason, stored, colleague)
        workflow.close(stored, reason, by=colleague)
        assert stored_again(stored).state == State.CLOSED
        assert waits(stored) == (False, None, [])

    @pytest.mark.parametrize("reason", ConsultationRequest.LEAVES_A_QUESTION)
    @pytest.mark.parametrize("by", ["us", "the person"])
    def test_what_was_closed_by_mistake_has_its_question_again(self, clinic, colleague, reason, by):
        stored = send(clinic)
        workflow.ask(stored, "Do you have evening groups?", clinic=clinic)
        make_true(reason, stored, colleague)
        workflow.close(stored, reason, by=colleague)
        if by == "us":
            workflow.reopen(stored, by=colleague, clinic=clinic)
        else:
            workflow.correct(stored, form_of(clinic, name="Alex"), token=new_token(clinic))
        asked, question, found = waits(stored)
        assert (asked, question.text, found) == (True, "Do you have evening groups?", [stored])
        again = stored_again(stored)
        assert again.reply_by > timezone.now()
        assert workflow.next_step(again, timezone.now()) == "Answer the question on the private page."
        with pytest.raises(workflow.NotTrueYet):
            workflow.close(stored, Reason.ANSWERED, by=colleague)

    def test_what_was_answered_before_it_was_closed_waits_for_nothing_when_opened_again(self, clinic, colleague):
        stored = send(clinic)
        workflow.ask(stored, "Do you have evening groups?", clinic=clinic)
        workflow.answer(stored, "Yes.", by=colleague)
        workflow.close(stored, Reason.ANSWERED, by=colleague)
        workflow.reopen(stored, by=colleague, clinic=clinic)
        assert waits(stored) == (False, None, [])

    def test_what_is_closed_is_not_closed_again_whatever_else_is_not_true(self, clinic, colleague):
        stored = send(clinic)
        workflow.book(stored, in_days(2), "video", by=colleague, clinic=clinic)
        workflow.stop(stored, by=colleague)
        with pytest.raises(workflow.NotAllowed):
            workflow.close(stored, Reason.ELSEWHERE, by=colleague)

    def test_who_asked_us_to_stop_waits_for_no_answer_when_it_is_opened_again(self, clinic, colleague):
        stored = send(clinic)
        workflow.ask(stored, "Why do you call?", clinic=clinic)
        workflow.stop(stored, by=colleague)
        workflow.reopen(stored, by=colleague, clinic=clinic)
        assert waits(stored) == (False, None, [])

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
