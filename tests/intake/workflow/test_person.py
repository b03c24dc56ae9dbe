"""A request is stored once and whole, and the person who wrote can change it, ask, pause it and take it back."""

from datetime import time, timedelta

import pytest
from django.db import DatabaseError
from django.db.models import BooleanField
from django.utils import timezone

from clinic.models import Clinic, OpeningHours, Page
from intake import form_token, privacy, private_page, workflow
from intake.encryption import EncryptedTextField
from intake.forms import CONSENT_VERSION, IntakeForm, as_typed, consent_lines
from intake.models import CaseEntry, ConsultationRequest, Notice, SearchKey
from tests import factories
from tests.intake.workflow.sent import first_slot, form_of, last_slot, new_token, send

pytestmark = pytest.mark.django_db

Kind, State = CaseEntry.Kind, ConsultationRequest.State
ERASED = privacy.erased_fields(ConsultationRequest)


def is_empty(stored, field):
    held = getattr(stored, field.name)
    return not held.exists() if field.many_to_many else held == field.get_default()


class TestReceive:
    def test_request_consent_first_entry_notice_and_search_keys_are_stored_together(self, clinic):
        stored = send(clinic)
        stored.refresh_from_db()
        assert stored.state == State.NEW
        assert stored.consent_wording == f"Call me\n{consent_lines(clinic)['']}"
        assert (stored.consent_version, stored.consent_page) == (CONSENT_VERSION, "/request/")
        assert [entry.kind for entry in stored.entries.all()] == [Kind.RECEIVED]
        assert [notice.kind for notice in stored.notices.all()] == [Notice.Kind.NEW_REQUEST]
        assert {key.kind for key in stored.search_keys.all()} == {"phone", "phone_end", "name"}

    def test_when_one_part_cannot_be_stored_none_is(self, clinic, monkeypatch):
        def broken(*args, **kwargs):
            raise DatabaseError("disk full")

        monkeypatch.setattr(CaseEntry, "save", broken)
        with pytest.raises(DatabaseError):
            send(clinic)
        for model in (ConsultationRequest, CaseEntry, Notice, SearchKey):
            assert not model.objects.exists()

    def test_the_version_of_the_privacy_notice_is_kept_with_it(self, clinic):
        assert send(clinic).privacy_version is None
        factories.page(kind=Page.Kind.PRIVACY, version=3)
        assert send(clinic).privacy_version == 3

    def test_the_promise_counts_those_who_wait_already(self, clinic):
        first = send(clinic).reply_by
        for _ in range(40):
            factories.consultation_request()
        assert send(clinic).reply_by > first

    def test_an_estimate_has_its_own_clock(self, clinic):
        assert send(clinic).estimate_due is None
        stored = send(clinic, wants_estimate="on")
        assert stored.estimate_due.weekday() < 5
        assert 3 <= (stored.estimate_due - clinic.local_now().date()).days <= 6

    def test_the_same_form_again_is_the_same_request(self, clinic):
        token = new_token(clinic)
        assert send(clinic, token) == send(clinic, token)
        assert ConsultationRequest.objects.count() == 1

    def test_the_same_form_with_other_words_is_not(self, clinic):
        token = new_token(clinic)
        send(clinic, token)
        with pytest.raises(workflow.SentWithOtherWords):
            send(clinic, token, message="One more thing.")
        assert ConsultationRequest.objects.count() == 1

    def test_a_marked_request_is_kept_apart_and_makes_no_mail(self, clinic):
        stored = send(clinic, held_because="Sent within 3 seconds")
        assert list(ConsultationRequest.objects.held()) == [stored]
        assert not ConsultationRequest.objects.main_list().exists()
        assert not ConsultationRequest.objects.waiting().exists()
        assert not Notice.objects.exists()

    def test_a_marked_request_is_not_forgotten(self, clinic):
        stored = send(clinic, held_because="Sent within 3 seconds")
        assert list(ConsultationRequest.objects.overdue(stored.reply_by + timedelta(minutes=1))) == [stored]

    def test_without_a_promise_it_is_overdue_after_a_day(self, clinic):
        OpeningHours.objects.all().delete()
        stored = send(Clinic.load())
        assert stored.reply_by is None
        now = timezone.now()
        assert not ConsultationRequest.objects.overdue(now + timedelta(hours=23)).exists()
        assert list(ConsultationRequest.objects.overdue(now + timedelta(hours=25))) == [stored]

    def test_a_receipt_is_mailed_only_when_asked_for_and_not_to_flood_somebody(self, clinic):
        asked = {"ways": ["email"], "email": "sam@example.com", "wants_receipt": "on"}
        send(clinic)
        for _ in range(4):
            send(clinic, **asked)
        send(clinic, held_because="Sent within 3 seconds", **asked | {"email": "alex@example.com"})
        assert Notice.objects.filter(kind=Notice.Kind.RECEIPT).count() == 2


class TestSlots:
    def test_a_half_hour_takes_as_many_as_the_clinic_said(self, clinic):
        slot = workflow.free_slots(clinic)[0]
        value = first_slot(clinic)
        late = form_of(clinic, call_at=value)
        assert send(clinic, call_at=value).call_at == slot
        assert slot not in workflow.free_slots(clinic)
        with pytest.raises(workflow.SlotTaken):
            workflow.receive(late, token=new_token(clinic))
        assert ConsultationRequest.objects.count() == 1

    def test_a_repeated_press_keeps_its_own_slot(self, clinic):
        token = new_token(clinic)
        value = first_slot(clinic)
        form = form_of(clinic, call_at=value)
        first = workflow.receive(form, token=token)
        assert workflow.receive(form, token=token) == first
        assert first.call_at in workflow.free_slots(clinic, own=first.call_at)

    def test_the_promise_is_the_half_hour_that_was_chosen(self, clinic):
        value = last_slot(clinic)
        stored = send(clinic, call_at=value)
        assert stored.reply_by == stored.call_at + timedelta(minutes=30)

    def test_a_machine_cannot_take_the_slots(self, clinic):
        value = first_slot(clinic)
        held = send(clinic, call_at=value, held_because="Sent within 3 seconds")
        assert held.call_at in workflow.free_slots(clinic)
        assert send(clinic, call_at=value).call_at == held.call_at

    def test_a_pause_gives_the_slot_back(self, clinic):
        value = first_slot(clinic)
        stored = send(clinic, call_at=value)
        slot = stored.call_at
        workflow.pause(stored)
        assert slot in workflow.free_slots(clinic)

    def test_a_clinic_that_opens_early_calls_nobody_before_8(self, clinic):
        OpeningHours.objects.update(opens=time(6))
        assert {slot.hour for slot in workflow.free_slots(Clinic.load())} >= {8, 9}
        assert min(slot.hour for slot in workflow.free_slots(Clinic.load())) == 8

    def test_without_calls_there_are_no_slots(self, clinic):
        clinic.answers_by_phone = False
        assert workflow.free_slots(clinic) == []


class TestAsk:
    def test_asking_again_does_not_make_a_late_answer_look_early(self, clinic):
        stored = send(clinic)
        late = timezone.now() - timedelta(days=2)
        ConsultationRequest.objects.update(reply_by=late, alarmed_at=late)
        workflow.ask(stored, "Hello?", clinic=clinic)
        stored.refresh_from_db()
        assert (stored.reply_by, stored.alarmed_at) == (late, late)

    def test_a_question_keeps_the_time_of_a_call_that_was_planned_meanwhile(self, clinic, colleague):
        stored = send(clinic, call_at=last_slot(clinic))
        on_the_persons_screen = ConsultationRequest.objects.get(pk=stored.pk)
        planned = workflow.free_slots(clinic)[0]
        workflow.plan_call(stored, planned, by=colleague, clinic=clinic)
        workflow.ask(on_the_persons_screen, "When?", clinic=clinic)
        stored.refresh_from_db()
        assert (stored.call_at, stored.reply_by) == (planned, planned + timedelta(minutes=30))

    def test_a_question_after_a_pause_has_the_promise_and_not_the_half_hour_that_was_given_back(self, clinic):
        stored = send(clinic, call_at=last_slot(clinic))
        on_the_persons_screen = ConsultationRequest.objects.get(pk=stored.pk)
        workflow.pause(stored)
        workflow.ask(on_the_persons_screen, "When?", clinic=clinic)
        assert on_the_persons_screen.reply_by < stored.first_promise

    def test_the_same_question_after_an_answer_is_a_new_one(self, clinic, colleague):
        stored = send(clinic)
        for _ in range(2):
            workflow.ask(stored, "When can I come?", clinic=clinic)
            workflow.answer(stored, "At nine.", by=colleague)
        assert stored.entries.filter(kind=Kind.ASKED).count() == 2

    def test_a_question_in_a_pause_is_answered_on_the_page_and_ends_no_pause(self, clinic, colleague):
        stored = send(clinic)
        workflow.pause(stored)
        assert not ConsultationRequest.objects.waiting().exists()
        workflow.ask(stored, "Is it free?", clinic=clinic)
        assert stored.state == State.PAUSED
        assert list(ConsultationRequest.objects.waiting()) == [stored]
        workflow.answer(stored, "The first talk is.", by=colleague)
        assert stored.state == State.PAUSED
        assert not ConsultationRequest.objects.waiting().exists()

    def test_a_question_starts_a_new_promise_and_tells_staff_once(self, clinic, colleague):
        stored = send(clinic)
        workflow.answer(stored, "Hello.", by=colleague)
        ConsultationRequest.objects.update(reply_by=timezone.now() - timedelta(days=1), alarmed_at=timezone.now())
        stored.refresh_from_db()
        workflow.ask(stored, "And when?", clinic=clinic)
        workflow.ask(stored, "And when?", clinic=clinic)
        stored.refresh_from_db()
        assert stored.reply_by > timezone.now()
        assert stored.alarmed_at is None
        assert stored.entries.filter(kind=Kind.ASKED).count() == 1
        assert stored.notices.count() == 2


class TestCorrect:
    def test_staff_learn_of_it_and_owe_an_answer_again(self, clinic, colleague):
        stored = send(clinic)
        workflow.mark_reached(stored, by=colleague)
        workflow.correct(stored, form_of(clinic, message="Please call me."), token=new_token(clinic))
        assert list(ConsultationRequest.objects.waiting()) == [stored]
        assert stored.reply_by > timezone.now()
        assert stored.notices.count() == 2

    def test_who_paused_is_still_left_alone(self, clinic):
        stored = send(clinic)
        workflow.pause(stored)
        workflow.correct(stored, form_of(clinic, name="Alex"), token=new_token(clinic))
        assert (stored.name, stored.state, stored.reply_by) == ("Alex", State.PAUSED, None)

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
        workflow.book(stored, timezone.now() + timedelta(days=9), way, by=colleague, clinic=clinic)
        for _ in range(2):
            workflow.correct(stored, form_of(clinic, ways=["will_call"]), token=new_token(clinic))
        stored.refresh_from_db()
        assert (stored.may_call, stored.time_zone) == (False, kept)
        assert stored.entries.filter(kind=Kind.CORRECTED).count() == 1

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


class TestWithdraw:
    def test_all_that_was_told_or_agreed_on_is_erased(self, clinic, colleague):
        stored, now = send(clinic), timezone.now()
        told = {
            **dict.fromkeys((field.name for field in ERASED if isinstance(field, EncryptedTextField)), "marmalade"),
            **dict.fromkeys((field.name for field in ERASED if isinstance(field, BooleanField)), True),
            **{"asking_for": "client", "relationship": "partner", "person_knows": "no", "program": factories.program()},
            **{"message_rule": "yes", "time_zone": "Pacific/Honolulu", "call_at": now, "estimate_due": now.date()},
            **{"estimate_sent_at": now, "estimate_alarmed_at": now},
        }
        ConsultationRequest.objects.update(**told)
        stored.same_person.add(factories.consultation_request())
        stored.alternatives.add(factories.referral_contact())
        workflow.ask(stored, "zanzibar", clinic=clinic)
        workflow.answer(stored, "wombat", by=colleague)
        ConsultationRequest.objects.filter(pk=stored.pk).update(call_at=now)
        stored.refresh_from_db()
        assert not [field.name for field in ERASED if is_empty(stored, field)]
        workflow.withdraw(stored)
        stored.refresh_from_db()
        assert not [field.name for field in ERASED if not is_empty(stored, field)]
        assert {entry.text for entry in stored.entries.all()} == {""}
        assert not stored.search_keys.exists()

    def test_every_field_that_a_person_fills_is_erased(self):
        asked = {name for name in IntakeForm.base_fields if name not in ("ways", "asking_for")}
        assert asked <= {field.name for field in ERASED}

    def test_the_form_that_was_taken_back_says_so_when_it_is_sent_again(self, clinic):
        token = new_token(clinic)
        workflow.withdraw(send(clinic, token))
        with pytest.raises(workflow.TakenBack):
            send(clinic, token)

    def test_staff_can_do_it_for_somebody_who_called(self, clinic, colleague):
        stored = send(clinic)
        workflow.withdraw(stored, by=colleague)
        assert (stored.name, stored.entries.last().by) == ("", colleague)

    def test_the_time_of_a_consultation_stays_for_who_was_to_meet_them(self, clinic, colleague):
        stored, at = send(clinic), timezone.now() + timedelta(days=2)
        workflow.book(stored, at, "video", by=colleague, clinic=clinic)
        workflow.withdraw(stored)
        stored.refresh_from_db()
        assert (stored.consultation_at, stored.consultation_by) == (at, "video")
        assert workflow.next_step(stored, timezone.now()).startswith("The consultation is called off: ")
        assert workflow.next_step(stored, at) == "Nothing more to do: they took it back."

    def test_the_private_page_still_opens_and_says_so(self, clinic):
        token = new_token(clinic)
        stored = send(clinic, token)
        workflow.withdraw(stored)
        assert private_page.request_of(stored.reference, private_page.secret_of(token.id)) == stored
