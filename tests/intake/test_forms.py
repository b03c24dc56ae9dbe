"""What the form accepts on each route, what it refuses, and in which words."""

import hashlib
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.models import Clinic
from intake import slots
from intake.forms import ANY_TIME, CONSENT_VERSION, NOT_SURE, IntakeForm, as_typed, consent_lines, ways_of
from intake.models import ConsultationRequest
from tests import factories

pytestmark = pytest.mark.django_db

LEAST = {"asking_for": "self", "name": "Sam", "ways": ["call"], "phone": "(207) 555-0188"}


def clinic_of(**given):
    return Clinic(
        name="Test Clinic",
        short_name="Test",
        time_zone="America/New_York",
        reply_hours=4,
        replies_per_hour=4,
        **given,
    )


def filled(clinic=None, free_slots=(), **changed):
    form = IntakeForm({**LEAST, **changed}, clinic=clinic or clinic_of(), free_slots=free_slots)
    form.is_valid()
    return form


@pytest.mark.parametrize("route", ConsultationRequest.AskingFor.values)
class TestEveryRoute:
    def test_a_name_and_one_way_to_be_reached_are_enough(self, route):
        form = filled(asking_for=route)
        assert form.errors == {}
        answers = form.answers()
        assert answers["asking_for"] == route
        assert answers["may_call"] is True
        assert not any(answers[name] for name in ("may_text", "may_email", "will_call", "may_say_who", "wants_receipt"))
        assert answers["message_rule"] == "no"

    def test_no_more_than_three_answers_are_needed_with_who_it_is_for(self, route):
        form = filled(asking_for=route, name="", ways=[], phone="")
        assert set(form.errors) == {"name", "ways"}

    def test_only_its_own_questions_are_kept(self, route):
        own = {
            "loved_one": {"relationship": "child", "person_knows": "no"},
            "client": {"organization": "Hospital", "role": "Nurse", "person_agreed": "yes", "person_name": "Robin"},
        }
        typed = {name: value for values in own.values() for name, value in values.items()}
        answers = filled(asking_for=route, **typed).answers()
        kept = {name for name in typed if answers[name]}
        assert kept == set(own.get(route, ()))

    def test_a_mistake_in_a_question_of_another_route_is_none(self, route):
        assert filled(asking_for=route, relationship="nobody" if route != "loved_one" else "").errors == {}
        assert filled(asking_for=route, organization="x" * 500 if route != "client" else "").errors == {}

    def test_nothing_is_ticked_beforehand_and_every_permission_says_no(self, route):
        form = IntakeForm(clinic=clinic_of(answers_by_text=True))
        assert not form["ways"].value()
        assert form["may_say_who"].value() == form["message_rule"].value() == "no"
        assert not any(form[name].value() for name in form.fields if form[name].widget_type == "checkbox")

    def test_it_never_asks_for_what_is_too_much(self, route):
        asked = " ".join(
            f"{field.label} {field.help_text}" for field in filled(asking_for=route).fields.values()
        ).lower()
        for word in ("insurance", "birth", "diagnos", "substance", "card", "social security", "newsletter", "offers"):
            assert word not in asked


class TestRoutes:
    @pytest.mark.parametrize(
        ("answer", "words"), [("", "Choose who it is for."), ("me", "Choose one of the three answers.")]
    )
    def test_who_it_is_for_has_to_be_chosen(self, answer, words):
        assert filled(asking_for=answer).errors == {"asking_for": [words]}

    def test_the_family_is_told_what_we_do_not_tell(self):
        hint = filled().fields["person_knows"].help_text
        assert hint == "We will not tell them you wrote, and cannot tell you whether they contact us."

    def test_a_client_is_named_only_with_their_consent(self):
        named = {"asking_for": "client", "person_name": "Robin"}
        assert filled(**named, person_agreed="yes").answers()["person_name"] == "Robin"
        assert filled(**named, person_agreed="no").answers()["person_name"] == ""
        assert filled(**named).answers()["person_agreed"] is False

    @given(answers=st.dictionaries(st.sampled_from(list(IntakeForm.base_fields)), st.text(max_size=300)))
    def test_wild_answers_never_raise(self, answers):
        form = IntakeForm(answers, clinic=clinic_of())
        form.is_valid()
        assert set(form.errors) <= set(form.fields)


class TestWays:
    def test_only_ways_the_clinic_has_switched_on_are_offered(self):
        assert ways_of(clinic_of()) == ["call", "email", "will_call"]
        assert ways_of(clinic_of(answers_by_text=True)) == ["call", "text", "email", "will_call"]
        assert ways_of(clinic_of(answers_by_phone=False, answers_by_email=False)) == ["will_call"]
        assert "ways" in filled(ways=["text"]).errors

    def test_nobody_has_to_give_a_number_or_an_address(self):
        form = filled(ways=["will_call"], phone="")
        assert form.errors == {}
        assert form.answers()["will_call"] is True

    def test_without_calls_the_form_has_no_questions_about_them(self):
        fields = filled(clinic=clinic_of(answers_by_phone=False), ways=["will_call"], phone="").fields
        assert not {"phone", "call_at", "may_say_who", "message_rule", "code_word"} & set(fields)

    def test_a_phone_and_an_email_are_never_both_needed(self):
        assert filled(ways=["call"], email="").errors == {}
        assert filled(ways=["email"], phone="", email="sam@example.com").errors == {}

    def test_what_no_ticked_way_needs_is_not_kept(self):
        answers = filled(ways=["email"], email="sam@example.com", phone="207 555 0188").answers()
        assert (answers["phone"], answers["email"]) == ("", "sam@example.com")
        assert filled(email="not an address").errors == {}

    @pytest.mark.parametrize(
        ("changed", "errors"),
        [
            ({"ways": []}, {"ways": ["Tick how we may reach you, or tick “I will call you”."]}),
            ({"phone": ""}, {"phone": ["Enter a phone number, or tick another way to reach you."]}),
            ({"ways": ["email"]}, {"email": ["Enter an email address, or tick another way to reach you."]}),
            (
                {"ways": ["email"], "email": "sam@"},
                {"email": ["Enter an email address like name@example.com."]},
            ),
            ({"name": " "}, {"name": ["Enter a name that we can use."]}),
            ({"message": "x" * 2001}, {"message": ["Please keep it under 2,000 letters. We can talk about the rest."]}),
        ],
    )
    def test_each_wrong_answer_has_its_sentence(self, changed, errors):
        assert filled(**changed).errors == errors

    @pytest.mark.parametrize(
        "phone",
        [
            *("207 555 0188", "207.555.0188", "+1 207-555-0188", "1-207-555-0188", "(207)5550188"),
            *("207-555-0188 ext 12", "call 207 555 0188 please", "(207) 555-0188, ask for Al", "207-FLOWERS"),
            *("+44 20 7946 0958", "207 555 0188 or 207 555 0199"),
        ],
    )
    def test_a_phone_number_in_any_form_is_kept_as_typed(self, phone):
        assert filled(phone=phone).answers()["phone"] == phone

    @pytest.mark.parametrize("phone", ["12", "207 555 01", "555 0188", "call me", "0" * 30])
    def test_a_number_that_cannot_be_called_is_refused_in_words(self, phone):
        words = "Enter a phone number with 10 digits, or with + and the country code."
        assert filled(phone=phone).errors == {"phone": [words]}

    @pytest.mark.parametrize(
        ("switch", "way", "words"),
        [
            ("answers_by_phone", "call", "We do not call at the moment. Tick another way."),
            ("answers_by_text", "text", "We do not text at the moment. Tick another way."),
            ("answers_by_email", "email", "We do not write emails at the moment. Tick another way."),
        ],
    )
    def test_a_way_that_is_switched_off_meanwhile_loses_nothing_typed(self, switch, way, words):
        typed = {"phone": "207 555 0188", "code_word": "heliotrope", "email": "sam@example.com"}
        off = clinic_of(**{"answers_by_text": True, switch: False})
        form = filled(clinic=off, ways=[way], **typed)
        assert form.errors == {"ways": [words]}
        assert {name: form[name].value() for name in typed} == typed
        assert way not in dict(form.fields["ways"].choices)
        answers = filled(clinic=off, ways=["will_call"], **typed).answers()
        assert not any(answers[name] for name in typed)

    def test_a_receipt_goes_only_to_a_ticked_address(self):
        assert filled(wants_receipt="on").answers()["wants_receipt"] is False
        form = filled(ways=["email"], email="sam@example.com", wants_receipt="on")
        assert form.answers()["wants_receipt"] is True


class TestSlots:
    def test_any_time_comes_first(self):
        assert filled().fields["call_at"].choices[0] == ("", ANY_TIME)

    def test_a_free_slot_can_be_chosen_and_another_cannot(self):
        clinic = clinic_of()
        slot = slots.offered(factories.every_day(), clinic.local_now(), {}, 1)[0]
        form = filled(free_slots=[slot], call_at=slots.value(slot))
        assert form.errors == {}
        assert form.answers()["call_at"] == slot
        taken = filled(call_at=slots.value(slot))
        assert taken.errors == {"call_at": ["That time is not free any more. Choose another."]}

    def test_a_slot_counts_only_for_a_call(self):
        slot = slots.offered(factories.every_day(), clinic_of().local_now(), {}, 1)[0]
        form = filled(free_slots=[slot], call_at=slots.value(slot), ways=["will_call"])
        assert form.answers()["call_at"] is None

    def test_who_names_no_time_zone_is_not_called_before_8_where_the_clinic_is(self):
        clinic = clinic_of()
        slot = clinic.local_now().replace(hour=7, minute=0, second=0, microsecond=0) + timedelta(days=1)
        form = filled(clinic=clinic, free_slots=[slot], call_at=slots.value(slot))
        assert list(form.errors) == ["call_at"]

    def test_nobody_is_called_at_night_in_their_own_time_zone(self):
        clinic = clinic_of()
        slot = next(s for s in slots.offered(factories.every_day(), clinic.local_now(), {}, 1) if s.hour == 8)
        form = filled(free_slots=[slot], call_at=slots.value(slot), time_zone="America/Los_Angeles")
        assert form.errors == {
            "call_at": ["At that time it is before 8 am or after 9 pm where you are. Choose another."]
        }


class TestPrograms:
    def test_not_sure_comes_first_and_means_no_program(self):
        factories.program(short_name="IOP")
        form = filled(program="")
        assert [str(label) for _value, label in form.fields["program"].choices] == [NOT_SURE, "IOP"]
        assert form.answers()["program"] is None

    def test_only_published_programs_that_we_offer_can_be_chosen(self):
        for program in (factories.program(is_published=False), factories.program(is_offered=False)):
            assert filled(program=str(program.pk)).errors == {"program": ["Choose one of the answers."]}

    def test_a_program_that_was_chosen_before_stays_a_choice(self):
        offered, held = factories.program(), factories.program(is_published=False, is_offered=False)
        form = IntakeForm({**LEAST, "program": held.pk}, clinic=clinic_of(), is_correction=True, held_program=held.pk)
        assert form.is_valid(), form.errors
        assert form.answers()["program"] == held
        assert set(form.fields["program"].queryset) == {offered, held}


class TestConsent:
    def test_what_is_stored_is_what_was_ticked_and_read(self):
        form = filled(ways=["call", "will_call"])
        lines = {"": "You keep it.", "call": "Ring me", "email": "Write to me", "will_call": "I ring you"}
        assert form.consent(lines) == "Ring me\nI ring you\nYou keep it."

    def test_a_screen_without_the_words_of_a_way_does_not_cover_it(self):
        form = filled(ways=["call", "will_call"])
        assert form.is_covered_by({"": "You keep it.", "call": "Ring me", "will_call": "I ring you"})
        assert not form.is_covered_by({"": "You keep it.", "call": "Ring me"})
        assert not form.is_covered_by({"call": "Ring me", "will_call": "I ring you"})

    def test_new_words_need_a_new_version(self):
        words = "|".join(consent_lines(clinic_of()).values())
        assert (CONSENT_VERSION, hashlib.sha256(words.encode()).hexdigest()[:8]) == ("2026-11", "136a07ac")

    def test_consent_says_nothing_of_marketing(self):
        words = " ".join(consent_lines(clinic_of()).values()).lower()
        assert not any(word in words for word in ("news", "offer", "market", "partner", "promot"))


def test_half_a_character_becomes_a_question_mark():
    answers = filled(name="Sa\ud800m", message="a \udfff b").answers()
    assert (answers["name"], answers["message"]) == ("Sa?m", "a ? b")


def test_a_new_line_is_one_letter():
    lines = "\r\n".join(["ninety nine"] * 166)  # 1991 letters as a person sees them, 2156 as a browser sends them
    assert filled(message=lines).answers()["message"] == lines.replace("\r", "")


@pytest.mark.parametrize("name", ["\u200b", "\u2800\u2800", "\u3164", "\u00ad \u202e", "\ufe0f\u034f"])
def test_what_nobody_can_see_is_no_name(name):
    assert filled(name=name).errors == {"name": ["Enter a name that we can use."]}


@pytest.mark.parametrize("name", ["\u200bSam", "李", "🙂", "-"])
def test_what_can_be_seen_is_kept_as_it_is(name):
    assert filled(name=name).answers()["name"] == name


def test_a_correction_asks_for_no_receipt():
    answers = {**LEAST, "ways": ["email"], "email": "sam@example.com", "wants_receipt": "on"}
    assert "wants_receipt" not in IntakeForm(answers, clinic=clinic_of(), is_correction=True).fields


def test_what_we_hold_can_be_typed_again_unchanged():
    stored = factories.consultation_request(
        asking_for="client", person_agreed=True, person_name="Robin", message_rule="yes", may_say_who=True, role="Nurse"
    )
    again = IntakeForm(as_typed(stored), clinic=clinic_of(), is_correction=True)
    assert again.is_valid(), again.errors
    for name, value in again.answers().items():
        assert getattr(stored, name) == value, name
