"""What the form accepts, what it refuses, and in which words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.forms import NOT_SURE, IntakeForm, new_token, read_token
from tests import factories

ANSWERS = {
    "asking_for": "self",
    "name": "Sam",
    "phone": "(207) 555-0188",
    "email": "",
    "may_say_who": "no",
    "may_leave_message": "no",
    "program": "",
    "message": "",
    "consent": "on",
}


class SmallClinic:
    short_name = "Test"


def filled(**changed):
    return IntakeForm({**ANSWERS, **changed}, clinic=SmallClinic())


@pytest.mark.django_db
class TestAnswers:
    def test_a_name_and_a_phone_are_enough(self):
        form = IntakeForm(
            {"asking_for": "self", "name": "Sam", "phone": "2075550188", "consent": "on"}, clinic=SmallClinic()
        )
        assert form.is_valid()
        assert form.cleaned_data["may_say_who"] is False
        assert form.cleaned_data["may_leave_message"] is False

    def test_a_name_and_an_email_are_enough(self):
        assert filled(phone="", email="sam@example.com").is_valid()

    @pytest.mark.parametrize(
        "phone",
        ["207 555 0188", "207.555.0188", "+1 207-555-0188", "1-207-555-0188", "(207)5550188", "207-555-0188 ext 12"],
    )
    def test_a_phone_number_in_any_form_is_kept_as_typed(self, phone):
        form = filled(phone=phone)
        assert form.is_valid()
        assert form.cleaned_data["phone"] == phone

    @pytest.mark.parametrize("phone", ["12", "207 555 01", "call me", "0" * 30])
    def test_a_number_that_cannot_be_called_is_refused_in_words(self, phone):
        assert filled(phone=phone).errors == {"phone": ["Enter a phone number with 10 digits."]}

    def test_no_way_to_reach_the_person_is_refused_once(self):
        form = filled(phone="", email="")
        assert form.errors == {
            "phone": ["Enter a phone number or an email address, so that we can reach you."],
        }

    def test_a_wrong_email_is_not_also_called_missing(self):
        assert filled(phone="", email="sam@").errors == {"email": ["Enter an email address like name@example.com."]}

    @pytest.mark.parametrize(
        ("field", "words"),
        [
            ("asking_for", "Choose who you are asking for."),
            ("name", "Enter a name that we can use."),
            ("consent", "Tick the box so that we may contact you."),
        ],
    )
    def test_each_missing_answer_has_its_sentence(self, field, words):
        assert filled(**{field: ""}).errors == {field: [words]}

    def test_permissions_are_given_only_by_a_yes(self):
        form = filled(may_say_who="yes", may_leave_message="maybe")
        assert "may_leave_message" in form.errors
        assert form.cleaned_data["may_say_who"] is True

    def test_not_sure_comes_first_and_means_no_program(self):
        factories.program(short_name="IOP")
        form = filled()
        assert [str(label) for _value, label in form.fields["program"].choices] == [NOT_SURE, "IOP"]
        assert form.is_valid()
        assert form.cleaned_data["program"] is None

    def test_only_published_programs_that_we_offer_can_be_chosen(self):
        hidden = factories.program(is_published=False)
        elsewhere = factories.program(is_offered=False)
        for program in (hidden, elsewhere):
            assert filled(program=str(program.pk)).errors == {"program": ["Choose one of the answers."]}

    def test_the_consent_says_exactly_what_is_stored(self):
        form = filled()
        assert (
            form.fields["consent"].label
            == form.consent_wording
            == "Yes, Test may call or write to me with what I gave above."
        )

    def test_half_a_character_becomes_a_question_mark(self):
        form = filled(name="Sa\ud800m", message="a \udfff b")
        assert form.is_valid()
        assert (form.cleaned_data["name"], form.cleaned_data["message"]) == ("Sa?m", "a ? b")

    @given(
        st.fixed_dictionaries(
            {name: st.text(max_size=300) for name in ANSWERS},
        )
    )
    def test_wild_answers_never_raise(self, answers):
        form = IntakeForm(answers, clinic=SmallClinic())
        form.is_valid()
        assert set(form.errors) <= set(form.fields)


class TestToken:
    def test_a_token_is_read_once_made(self):
        signed = new_token()
        assert read_token(signed) == read_token(signed)

    @given(st.text())
    def test_a_token_of_somebody_else_is_none(self, text):
        assert read_token(text) is None

    def test_a_token_ends_after_a_day(self, monkeypatch):
        signed = new_token()
        monkeypatch.setattr("intake.forms.TOKEN_HOURS", -1)
        assert read_token(signed) is None
