"""Calls that nobody answered, calls that are planned, and when the next one is due."""

from datetime import UTC, date, datetime, time, timedelta
from functools import partial

import pytest
from django.utils import timezone

from clinic.models import Clinic, OpeningHours
from intake import figures, workflow
from intake.models import CaseEntry, ConsultationRequest
from intake.models.request import is_to_call
from intake.workflow import team
from tests.intake.workflow.sent import first_slot, form_of, in_days, new_token, send, stored_again

pytestmark = pytest.mark.django_db

Kind, State, Reason = CaseEntry.Kind, ConsultationRequest.State, ConsultationRequest.ClosingReason


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


class TestQuestion:
    """A question that waits is due when we promised its answer, whatever becomes of the calls."""

    @pytest.fixture
    def asked(self, clinic, colleague, at):
        """At 9, with an answer promised by 1 pm."""
        at(2026, 11, 23, 9)
        stored = send(clinic, message_rule="yes")
        workflow.answer(stored, "At nine.", by=colleague)
        workflow.ask(stored, "What does it cost?", clinic=clinic)
        assert stored.reply_by == datetime(2026, 11, 23, 13, tzinfo=clinic.zone)
        return stored

    @pytest.mark.parametrize("hour", [10, 18])
    def test_a_call_is_planned_beside_it(self, clinic, colleague, asked, hour):
        due, call_at = asked.reply_by, datetime(2026, 11, 23, hour, tzinfo=clinic.zone)
        ConsultationRequest.objects.update(alarmed_at=due)
        workflow.plan_call(asked, call_at, by=colleague, clinic=clinic)
        again = stored_again(asked)
        assert (again.call_at, again.reply_by, again.alarmed_at) == (call_at, due, due)
        assert list(ConsultationRequest.objects.filter(is_to_call(call_at))) == [asked]

    @pytest.mark.parametrize(
        "press",
        [
            partial(workflow.mark_missed, left_message=False),
            partial(workflow.mark_missed, left_message=True),
            workflow.mark_wrong_number,
            lambda stored, *, by, clinic: workflow.mark_reached(stored, by=by),
        ],
    )
    def test_no_call_makes_it_late_before_its_time(self, clinic, colleague, at, asked, press):
        due, called_at = asked.reply_by, datetime(2026, 11, 23, 10, tzinfo=clinic.zone)
        workflow.plan_call(asked, called_at, by=colleague, clinic=clinic)
        at(2026, 11, 23, 10, 5)
        press(asked, by=colleague, clinic=clinic)
        again = stored_again(asked)
        assert (again.call_at, again.reply_by) == (None, due)
        assert not ConsultationRequest.objects.overdue(due).exists()
        assert list(ConsultationRequest.objects.overdue(due + timedelta(minutes=1))) == [asked]

    def test_missed_calls_neither_hurry_it_nor_put_it_off(self, clinic, colleague, at, asked):
        due = asked.reply_by
        for hour in (9, 11, 12):
            at(2026, 11, 23, hour, 30)
            workflow.mark_missed(asked, by=colleague, clinic=clinic)
            assert stored_again(asked).reply_by == due

    def test_without_a_promise_the_next_call_has_its_time(self, clinic, colleague, asked):
        ConsultationRequest.objects.update(reply_by=None)
        workflow.mark_missed(asked, by=colleague, clinic=clinic)
        assert stored_again(asked).reply_by == datetime(2026, 11, 23, 11, tzinfo=clinic.zone)


class TestTooFewHours:
    """With two staffed hours a week, some next steps come after all that is planned."""

    @pytest.fixture
    def few(self, clinic):
        OpeningHours.objects.exclude(weekday=0).delete()
        OpeningHours.objects.update(opens=time(9), closes=time(11))
        return Clinic.load()

    @pytest.mark.parametrize("is_asked", [True, False])
    def test_an_attempt_is_logged(self, few, colleague, is_asked):
        stored = send(few)
        if is_asked:
            workflow.ask(stored, "What does it cost?", clinic=few)
        due = stored_again(stored).reply_by
        ConsultationRequest.objects.update(attempts=3)
        workflow.mark_missed(stored, by=colleague, clinic=few)
        again = stored_again(stored)
        assert (again.attempts, again.reply_by) == (4, due if is_asked else None)

    @pytest.mark.parametrize("press", [workflow.mark_missed, workflow.mark_wrong_number])
    @pytest.mark.parametrize("is_asked", [True, False])
    def test_without_any_hours_too(self, few, colleague, press, is_asked):
        OpeningHours.objects.all().delete()
        clinic = Clinic.load()
        stored = send(clinic)
        if is_asked:
            workflow.ask(stored, "What does it cost?", clinic=clinic)
        press(stored, by=colleague, clinic=clinic)
        assert (stored_again(stored).reply_by, stored.entries.last().by) == (None, colleague)


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
