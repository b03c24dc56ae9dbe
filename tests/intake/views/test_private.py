"""The private page does what is pressed, and nothing typed there is lost."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from clinic.models import Clinic
from intake import form_token, workflow
from intake.contact_rules import consultation_words
from intake.models import CaseEntry, ConsultationRequest
from tests import factories
from tests.intake.views.private_page import OWN_PAGE, open_page, pass_of, post, press, token_of

pytestmark = pytest.mark.django_db

State = ConsultationRequest.State


def test_a_question_is_kept_and_the_answer_stands_on_the_page(client, sent):
    stored, _secret = sent
    assert "We have your question" in press(client, sent, "ask", text="Is there parking?").text
    colleague = User.objects.create_user("Florence")
    workflow.answer(stored, "Yes, behind the house.", by=colleague)
    text = open_page(client, sent).text
    assert "Is there parking?" in text
    assert "Yes, behind the house." in text
    assert "Florence" not in text


def test_an_empty_question_has_its_sentence(client, sent):
    response = press(client, sent, "ask", text=" ")
    assert "Write your question first." in response.text
    assert "<title>Error: " in response.text


def test_a_pause_holds_until_it_is_taken_up_again(client, sent):
    stored, _secret = sent
    assert "We do not call or write until you say so." in press(client, sent, "pause").text
    stored.refresh_from_db()
    assert stored.state == State.PAUSED
    press(client, sent, "resume")
    stored.refresh_from_db()
    assert stored.state == State.WAITING_ON_US
    assert stored.reply_by > timezone.now()


def test_taking_it_back_asks_once_and_then_erases(client, sent):
    stored, _secret = sent
    assert "Take it back?" in press(client, sent, "withdraw").text
    stored.refresh_from_db()
    assert stored.name == "Quillon"
    response = press(client, sent, "withdraw", sure="yes")
    assert "We erased what you told us." in response.text
    stored.refresh_from_db()
    assert (stored.state, stored.name) == (State.WITHDRAWN, "")
    assert "Quillon" not in open_page(client, sent).text


@pytest.mark.parametrize(("minutes", "is_off"), [(29, True), (31, False)])
def test_taking_it_back_after_it_began_says_the_same_to_them_and_to_us(client, sent, minutes, is_off):
    began = timezone.now() - timedelta(minutes=minutes)
    ConsultationRequest.objects.update(consultation_at=began, consultation_by="video")
    assert ("The time we had agreed is off." in press(client, sent, "withdraw", sure="yes").text) == is_off
    sent[0].refresh_from_db()
    assert ("Tell whoever was to meet them." in workflow.next_step(sent[0], timezone.now())) == is_off


@pytest.mark.parametrize(("minutes", "is_off"), [(29, True), (31, False)])
def test_taking_a_call_back_after_it_began_says_the_same_to_them_and_to_us(client, sent, minutes, is_off):
    page = press(client, sent, "change")
    began = timezone.now() - timedelta(minutes=minutes)
    ConsultationRequest.objects.update(consultation_at=began, consultation_by="phone")
    answers = {"asking_for": "self", "name": "Quillon", "ways": ["will_call"]}
    text = post(client, "change/", **{"pass": pass_of(page), "token": token_of(page)}, **answers).text
    assert ("The time we had agreed is off." in text) == is_off
    assert ("The consultation by phone is off." in sent[0].entries.last().text) == is_off


def test_taking_it_back_says_which_time_is_off_before_and_after(client, sent):
    stored, _secret = sent
    assert "calendar" not in press(client, sent, "withdraw").text
    workflow.book(
        stored,
        timezone.now() + timedelta(days=2),
        "video",
        by=User.objects.create_user("Florence"),
        clinic=Clinic.load(),
    )
    asks = press(client, sent, "withdraw").text
    assert f"The time we had agreed is then off: <strong>{consultation_words(stored, Clinic.load())}</strong>." in asks
    done = press(client, sent, "withdraw", sure="yes").text
    assert "The time we had agreed is off. If you saved it to a calendar, delete it there." in done
    assert "When we talk" not in done


@pytest.mark.parametrize(
    ("before", "what", "note"),
    [
        ([], "pause", "We do not call or write until you say so."),
        (["pause"], "resume", "We go on where we stopped."),
        ([], "withdraw", "It is done. We erased what you told us."),
    ],
)
def test_a_second_press_hears_the_same_as_the_first(client, sent, before, what, note):
    held = pass_of(open_page(client, sent))
    for step in [*before, what, what]:
        response = post(client, f"{step}/", **{"pass": held}, sure="yes")
    assert note in response.text
    assert "Nothing was done" not in response.text


@pytest.mark.parametrize("what", ["pause", "resume"])
def test_what_was_taken_back_is_neither_paused_nor_resumed(client, sent, what):
    held = pass_of(open_page(client, sent))
    workflow.withdraw(sent[0])
    assert "Nothing was done." in post(client, f"{what}/", **{"pass": held}).text


def test_asking_on_a_page_that_is_over_stores_nothing(client, sent):
    held = pass_of(open_page(client, sent))
    workflow.withdraw(sent[0])
    post(client, "ask/", **{"pass": held}, text="Still there?")
    assert not CaseEntry.objects.filter(kind=CaseEntry.Kind.ASKED).exists()


def test_what_was_sent_can_be_changed(client, sent):
    stored, _secret = sent
    page = press(client, sent, "change")
    assert 'value="Quillon"' in page.text
    answers = {"asking_for": "self", "name": "Alex", "ways": ["will_call"], "token": token_of(page)}
    response = press(client, sent, "change", **answers)
    assert "From now on we keep to what you say here." in response.text
    stored.refresh_from_db()
    assert (stored.name, stored.phone, stored.may_call, stored.will_call) == ("Alex", "", False, True)
    assert stored.consent_wording.startswith("I will call you")


def test_a_wrong_change_is_said_in_words_and_changes_nothing(client, sent):
    response = press(client, sent, "change", asking_for="self", name="Alex", ways=["call"], phone="12")
    assert "Enter a phone number with 10 digits" in response.text
    assert 'value="Alex"' in response.text
    sent[0].refresh_from_db()
    assert sent[0].name == "Quillon"


@pytest.mark.parametrize("lines", [None, {"": "You keep it."}])
def test_a_change_on_a_page_too_old_is_shown_again_and_saved_the_next_time(client, sent, lines):
    token = form_token.new(lines, "2020-01") if lines else "tampered"
    answers = {"asking_for": "self", "name": "Alex", "ways": ["will_call"]}
    response = press(client, sent, "change", token=token, **answers)
    assert "Please send it once more" in response.text
    assert 'value="Alex"' in response.text
    sent[0].refresh_from_db()
    assert sent[0].name == "Quillon"
    press(client, sent, "change", token=token_of(response), **answers)
    sent[0].refresh_from_db()
    assert sent[0].name == "Alex"


def test_what_is_agreed_to_by_a_change_is_kept_with_its_page(client, sent):
    page = press(client, sent, "change")
    answers = {"asking_for": "self", "name": "Alex", "ways": ["will_call"], "token": token_of(page)}
    press(client, sent, "change", **answers)
    sent[0].refresh_from_db()
    assert sent[0].consent_page == "/request/private/change/"


@pytest.mark.parametrize(("message", "is_told"), [("It got worse.", True), ("zanzibar", False)])
def test_new_words_in_a_pause_stand_among_the_questions_and_where_the_answer_comes(client, sent, message, is_told):
    press(client, sent, "pause")
    answers = {"asking_for": "self", "name": "Alex", "ways": ["call"], "phone": "207 555 0177", "message": message}
    text = press(client, sent, "change", token=token_of(press(client, sent, "change")), **answers).text
    assert "We changed it." in text
    assert ("The answer to what you asked will stand on this page." in text) == is_told
    assert (f"<p>{message}</p>" in text) == is_told
    assert "This is paused." in text


def test_in_a_pause_no_half_hour_is_offered(client, sent):
    assert "<optgroup" in press(client, sent, "change").text
    press(client, sent, "pause")
    assert "<optgroup" not in press(client, sent, "change").text


def test_a_program_that_is_no_longer_offered_can_stay(client, sent):
    stored, _secret = sent
    stored.program = factories.program(is_offered=False)
    stored.save()
    page = press(client, sent, "change")
    answers = {"asking_for": "self", "name": "Alex", "ways": ["will_call"], "program": stored.program_id}
    assert "We changed it." in press(client, sent, "change", token=token_of(page), **answers).text
    stored.refresh_from_db()
    assert stored.program


def test_the_page_is_shown_again_without_the_code_and_changes_nothing(client, sent):
    stored, _secret = sent
    text = press(client, sent, "look").text
    assert "zanzibar" in text
    assert "Look for an answer" in text
    assert stored.entries.count() == 1


def test_each_step_has_a_way_back_that_changes_nothing(client, sent):
    for step in ("change", "withdraw"):
        page = press(client, sent, step).text
        assert re.search(r'(form)?action="/request/private/look/"', page)


def test_only_what_can_be_paused_is_offered_a_pause_instead(client, sent):
    offer = "No, only pause it"
    assert offer in press(client, sent, "withdraw").text
    press(client, sent, "pause")
    assert offer not in press(client, sent, "withdraw").text


class TestTwoTabs:
    """One of them took the request back."""

    ANSWERS = {"asking_for": "self", "name": "Alex", "ways": ["call"], "phone": "12", "message": "A wombat"}

    @pytest.fixture
    def held(self, client, sent):
        held = pass_of(open_page(client, sent))
        workflow.withdraw(sent[0])
        return held

    @pytest.mark.parametrize("text", ["Is there parking?", "long " * 500])
    def test_a_question_waits_in_the_form_for_a_new_request(self, client, held, text):
        response = post(client, "ask/", **{"pass": held}, text=text)
        assert "your question did not reach us" in response.text
        message = re.search(r'<textarea[^>]*name="message"[^>]*>([^<]*)', response.text)[1]
        assert message.strip() == text.strip()
        answers = {"asking_for": "self", "name": "Alex", "ways": ["will_call"], "message": "Is there parking?"}
        sent_again = client.post("/request/", {**answers, "token": token_of(response)}, headers=OWN_PAGE)
        assert sent_again.status_code == 302
        assert ConsultationRequest.objects.get(state=State.NEW).message == "Is there parking?"

    def test_a_change_waits_in_the_form_for_a_new_request(self, client, held):
        response = post(client, "change/", **{"pass": held}, token="old", **self.ANSWERS)
        assert "You took this back" in response.text
        assert 'action="/request/"' in response.text
        for words in ('value="Alex"', 'value="12"', "A wombat"):
            assert words in response.text

    def test_it_opens_no_empty_form_to_change(self, client, held):
        response = post(client, "change/", **{"pass": held})
        assert "Nothing was done." in response.text
        assert 'name="ways"' not in response.text

    def test_what_was_typed_on_a_page_too_old_waits_there_too(self, client, sent, held):
        stored, secret = sent
        for typed in ({"text": "A wombat"}, self.ANSWERS):
            opened = post(client, "", reference=stored.reference, secret=secret, **typed)
            assert "You took this back" in opened.text
            assert "A wombat" in opened.text
