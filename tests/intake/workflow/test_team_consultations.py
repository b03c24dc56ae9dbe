"""A consultation is booked and called off, and its estimate is due by law."""

from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from clinic.hours import clock, date_words
from clinic.models import Clinic, OpeningHours
from intake import workflow
from intake.models import CaseEntry, ConsultationRequest
from tests.intake.workflow.sent import first_slot, form_of, in_days, new_token, send, stored_again

pytestmark = pytest.mark.django_db

Kind, State = CaseEntry.Kind, ConsultationRequest.State
IN_PERSON = ConsultationRequest.ConsultationBy.IN_PERSON


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

    def test_one_that_a_stop_took_off_stays_in_sight_when_they_then_withdraw(self, clinic, colleague):
        stored, at = send(clinic), in_days(2)
        workflow.book(stored, at, IN_PERSON, by=colleague, clinic=clinic)
        workflow.stop(stored, by=colleague)
        workflow.withdraw(stored)
        assert stored_again(stored).consultation_at == at

    def test_what_is_over_when_they_ask_us_to_stop_was_not_called_off(self, clinic, colleague):
        stored = send(clinic)
        workflow.book(stored, in_days(2), "phone", by=colleague, clinic=clinic)
        long_ago = timezone.now() - timedelta(minutes=31)
        ConsultationRequest.objects.filter(pk=stored.pk).update(consultation_at=long_ago)
        workflow.stop(stored, by=colleague)
        assert stored_again(stored).consultation_at is None

    def test_one_that_took_place_is_kept_when_it_is_opened_again(self, clinic, colleague):
        stored, at = send(clinic), timezone.now() - timedelta(days=1)
        workflow.book(stored, in_days(2), "phone", by=colleague, clinic=clinic)
        ConsultationRequest.objects.filter(pk=stored.pk).update(consultation_at=at)
        workflow.close(stored, "elsewhere", by=colleague)
        workflow.reopen(stored, by=colleague, clinic=clinic)
        assert stored_again(stored).consultation_at == at

    def test_a_stop_takes_it_off_and_it_is_not_booked_by_phone_again(self, clinic, colleague):
        stored, at = send(clinic), in_days(2)
        workflow.book(stored, at, "phone", by=colleague, clinic=clinic)
        workflow.stop(stored, by=colleague)
        off = stored_again(stored)
        assert (off.consultation_at, off.is_off) == (at, True), "whoever was to meet them has to learn"
        assert workflow.next_step(off, timezone.now()).startswith("The consultation is called off: ")
        assert workflow.next_step(off, at + timedelta(minutes=30)) == "Nothing more to do."
        workflow.reopen(stored, by=colleague, clinic=clinic)
        assert (stored_again(stored).consultation_at, stored_again(stored).consultation_by) == (None, "")
        with pytest.raises(workflow.NotAllowed):
            workflow.book(stored, in_days(2), "phone", by=colleague, clinic=clinic)

    @pytest.mark.parametrize(("way", "is_kept"), [("phone", False), ("video", True)])
    def test_who_takes_back_that_we_may_call_is_not_called_for_it(self, clinic, colleague, way, is_kept):
        stored = send(clinic)
        workflow.book(stored, in_days(2), way, by=colleague, clinic=clinic)
        workflow.correct(stored, form_of(clinic, ways=["will_call"]), token=new_token(clinic))
        assert bool(stored_again(stored).consultation_at) == is_kept

    # 7:59, 8, 20:30 and 20:31 o'clock in winter in Honolulu, by the clock of Greenwich.
    @pytest.mark.parametrize(
        ("clock", "is_fine"), [((15, 17, 59), False), ((15, 18), True), ((16, 6, 30), True), ((16, 6, 31), False)]
    )
    def test_by_phone_nobody_is_called_before_8_or_after_9_where_they_are(self, clinic, colleague, clock, is_fine):
        stored, when = send(clinic, time_zone="Pacific/Honolulu"), datetime(2030, 1, *clock, tzinfo=UTC)
        with nullcontext() if is_fine else pytest.raises(workflow.CannotCallThen):
            workflow.book(stored, when, "phone", by=colleague, clinic=clinic)
        assert stored_again(stored).consultation_at == (when if is_fine else None)
        workflow.book(stored, when, "video", by=colleague, clinic=clinic)

    def test_without_a_zone_of_theirs_ours_counts(self, clinic, colleague):
        """3 o'clock at night."""
        with pytest.raises(workflow.CannotCallThen):
            workflow.book(send(clinic), datetime(2030, 1, 15, 8, tzinfo=UTC), "phone", by=colleague, clinic=clinic)

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
