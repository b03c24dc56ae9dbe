"""The person changes what they told us: what differs is kept, and a question that waits keeps its time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clinic.models import Clinic, OpeningHours, Page
from intake import form_token, workflow
from intake.forms import IntakeForm, as_typed
from intake.models import CaseEntry, ConsultationRequest
from tests import factories
from tests.intake.workflow.sent import first_slot, form_of, in_days, last_slot, new_token, send, stored_again

pytestmark = pytest.mark.django_db

Kind, State = CaseEntry.Kind, ConsultationRequest.State


class TestCorrect:
    def test_staff_learn_of_it_and_owe_an_answer_again(self, clinic, colleague):
        stored = send(clinic)
        workflow.mark_reached(stored, by=colleague)
        workflow.correct(stored, form_of(clinic, message="Please call me."), token=new_token(clinic))
        assert list(ConsultationRequest.objects.waiting()) == [stored]
        assert stored.reply_by > timezone.now()
        assert stored.notices.count() == 2

    def test_another_half_hour_puts_off_no_question_that_waits(self, clinic, colleague, at):
        at(2026, 11, 23, 9)
        stored = send(clinic)
        workflow.answer(stored, "At nine.", by=colleague)
        workflow.ask(stored, "Is it safe to stop at once?", clinic=clinic)
        due = stored_again(stored).reply_by
        at(2026, 11, 23, 15)
        ConsultationRequest.objects.update(alarmed_at=due, attempts=2)
        workflow.correct(stored_again(stored), form_of(clinic, call_at=last_slot(clinic)), token=new_token(clinic))
        again = stored_again(stored)
        assert again.call_at
        assert (again.reply_by, again.alarmed_at, again.attempts) == (due, due, 0)
        assert list(ConsultationRequest.objects.overdue(timezone.now())) == [stored]

    def test_a_sooner_half_hour_is_due_before_the_question(self, clinic, colleague, at):
        at(2026, 11, 23, 9)
        stored = send(clinic)
        workflow.ask(stored, "Is it safe to stop at once?", clinic=clinic)
        ConsultationRequest.objects.update(alarmed_at=timezone.now())
        workflow.correct(stored_again(stored), form_of(clinic, call_at=first_slot(clinic)), token=new_token(clinic))
        again = stored_again(stored)
        assert (again.reply_by, again.alarmed_at) == (again.call_at + timedelta(minutes=30), None)
        assert again.reply_by < stored.first_promise

    def test_without_a_question_the_half_hour_they_choose_is_what_is_due(self, clinic):
        stored = send(clinic)
        workflow.correct(stored_again(stored), form_of(clinic, call_at=last_slot(clinic)), token=new_token(clinic))
        again = stored_again(stored)
        assert again.reply_by == again.call_at + timedelta(minutes=30) > stored.first_promise

    def test_who_paused_is_still_left_alone(self, clinic):
        stored = send(clinic)
        workflow.pause(stored)
        workflow.correct(stored, form_of(clinic, name="Alex"), token=new_token(clinic))
        assert (stored.name, stored.state, stored.reply_by) == ("Alex", State.PAUSED, None)

    def test_new_words_in_a_pause_are_a_question(self, clinic, colleague):
        stored = send(clinic, message="Evenings.")
        workflow.mark_reached(stored, by=colleague)
        workflow.pause(stored)
        mails = stored.notices.count()
        form, token = form_of(clinic, message="It got worse."), new_token(clinic)
        for _ in range(2):
            workflow.correct(stored_again(stored), form, token=token)
        again = stored_again(stored)
        assert (again.state, again.message) == (State.PAUSED, "It got worse.")
        assert [entry.kind for entry in again.entries.all()][-3:] == [Kind.PAUSED, Kind.CORRECTED, Kind.ASKED]
        assert workflow.question_that_waits(again).text == "It got worse."
        assert workflow.next_step(again, timezone.now()) == "Answer on the private page."
        assert list(ConsultationRequest.objects.overdue(again.reply_by + timedelta(minutes=1))) == [stored]
        assert again.notices.count() == mails + 1
        workflow.answer(again, "Write to us here at any time.", by=colleague)
        assert stored_again(stored).reply_by is None

    @pytest.mark.parametrize("message", ["", "Evenings."])
    def test_a_pause_without_new_words_asks_nothing(self, clinic, message):
        stored = send(clinic, message="Evenings.")
        workflow.pause(stored)
        workflow.correct(stored_again(stored), form_of(clinic, name="Alex", message=message), token=new_token(clinic))
        assert stored.entries.last().kind == Kind.CORRECTED
        assert stored_again(stored).reply_by is None

    def test_new_words_in_a_pause_do_not_put_off_what_they_asked_before(self, clinic):
        stored = send(clinic)
        workflow.pause(stored)
        workflow.ask(stored, "Is it free?", clinic=clinic)
        late = timezone.now() - timedelta(hours=1)
        ConsultationRequest.objects.update(reply_by=late, alarmed_at=late)
        workflow.correct(stored_again(stored), form_of(clinic, message="Hello?"), token=new_token(clinic))
        assert (stored_again(stored).reply_by, stored_again(stored).alarmed_at) == (late, late)

    def test_new_words_without_a_pause_are_read_where_they_stand(self, clinic):
        stored = send(clinic)
        workflow.correct(stored, form_of(clinic, message="It got worse."), token=new_token(clinic))
        assert stored.entries.last().kind == Kind.CORRECTED

    def test_a_correction_in_a_pause_takes_no_half_hour_from_another_person(self, clinic):
        stored, value = send(clinic), first_slot(clinic)
        form = form_of(clinic, name="Alex", call_at=value)
        workflow.pause(stored)
        workflow.correct(stored, form, token=new_token(clinic))
        stored.refresh_from_db()
        assert (stored.name, stored.call_at) == ("Alex", None)
        assert send(clinic, call_at=value).call_at

    def test_a_second_press_of_save_is_no_second_correction(self, clinic):
        stored, token = send(clinic), new_token(clinic)
        form = form_of(clinic, name="Alex", call_at=first_slot(clinic))
        for _ in range(2):
            workflow.correct(ConsultationRequest.objects.get(pk=stored.pk), form, token=token)
        assert [entry.kind for entry in stored.entries.all()] == [Kind.RECEIVED, Kind.CORRECTED]
        assert stored.notices.count() == 2

    @pytest.mark.parametrize(("way", "kept"), [("in_person", "America/Denver"), ("phone", "")])
    def test_who_wants_no_call_but_meets_us_keeps_the_clock_they_live_by(self, clinic, colleague, way, kept):
        stored = send(clinic, time_zone="America/Denver")
        workflow.book(stored, in_days(9, hour=18), way, by=colleague, clinic=clinic)
        for _ in range(2):
            workflow.correct(stored, form_of(clinic, ways=["will_call"]), token=new_token(clinic))
        stored.refresh_from_db()
        assert (stored.may_call, stored.time_zone) == (False, kept)
        assert stored.entries.filter(kind=Kind.CORRECTED).count() == 1

    def test_a_consultation_that_is_off_in_a_pause_stays_in_sight_until_they_go_on(self, clinic, colleague):
        stored, at = send(clinic), in_days(2)
        workflow.book(stored, at, "phone", by=colleague, clinic=clinic)
        workflow.pause(stored)
        workflow.correct(stored, form_of(clinic, ways=["will_call"]), token=new_token(clinic))
        assert "off while it is paused" in workflow.what_is_off(stored_again(stored), timezone.now())
        workflow.resume(stored, clinic=clinic)
        assert stored_again(stored).consultation_at is None

    def test_a_question_in_a_pause_has_a_time_where_no_hours_are_set(self, clinic):
        OpeningHours.objects.all().delete()
        clinic, stored = Clinic.load(), send(clinic)
        workflow.pause(stored)
        workflow.ask(stored, "It got worse.", clinic=clinic)
        assert ConsultationRequest.objects.overdue(timezone.now() + timedelta(days=2)).get() == stored

    def test_what_was_agreed_to_is_kept_anew_as_a_whole(self, clinic):
        stored = send(clinic)
        before = stored.consented_at
        factories.page(kind=Page.Kind.PRIVACY, version=3)
        token = form_token.read(form_token.new({"": "You keep it.", "will_call": "I ring you"}, "2027-01"))
        workflow.correct(stored, form_of(clinic, ways=["will_call"]), token=token, page="/request/private/change/")
        stored.refresh_from_db()
        assert stored.consent_wording == "I ring you\nYou keep it."
        assert (stored.consent_version, stored.privacy_version) == ("2027-01", 3)
        assert stored.consent_page == "/request/private/change/"
        assert stored.consented_at > before

    def test_what_is_changed_can_be_found_and_what_was_cannot(self, clinic):
        stored = send(clinic)
        keys = set(stored.search_keys.values_list("digest", flat=True))
        workflow.correct(stored, form_of(clinic, name="Alex", phone="207 555 0199"), token=new_token(clinic))
        stored.refresh_from_db()
        assert (stored.name, stored.phone) == ("Alex", "207 555 0199")
        assert not keys & set(stored.search_keys.values_list("digest", flat=True))

    def test_a_slot_that_is_taken_changes_nothing(self, clinic):
        value = first_slot(clinic)
        late = form_of(clinic, name="Alex", call_at=value)
        stored = send(clinic)
        send(clinic, call_at=value)
        with pytest.raises(workflow.SlotTaken):
            workflow.correct(stored, late, token=new_token(clinic))
        stored.refresh_from_db()
        assert (stored.name, stored.call_at) == ("Sam", None)

    def test_saving_it_unchanged_keeps_all(self, clinic):
        stored = send(clinic, wants_estimate="on", message="Evenings.")
        due = stored.estimate_due
        form = IntakeForm(as_typed(stored), clinic=clinic, is_correction=True)
        assert form.is_valid()
        workflow.correct(stored, form, token=new_token(clinic))
        stored.refresh_from_db()
        assert stored.entries.count() == stored.notices.count() == 1
        assert (stored.message, stored.estimate_due, stored.phone) == ("Evenings.", due, "207 555 0188")
