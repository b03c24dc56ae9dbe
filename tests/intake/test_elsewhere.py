"""Two requests with one number: the stricter rule of the two holds, and is said in words."""

import pytest
from django.db import connection

from clinic.models import Clinic
from intake import contact_rules, elsewhere, search_keys
from tests import factories

pytestmark = pytest.mark.django_db

FREE = {"may_text": True, "may_say_who": True, "message_rule": "yes"}


def request_with_key(**told):
    made = factories.consultation_request(**told)
    search_keys.replace_keys(made)
    return made


def warnings_of(stored):
    return [str(warning) for warning in elsewhere.stricter(stored)]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({}, ""),
        ({"message_rule": "no"}, "leave no message"),
        ({"message_rule": "name_and_number"}, "leave a first name and a number, nothing more"),
        ({"may_say_who": False}, "do not say where you call from"),
        ({"may_text": False}, "do not text"),
        ({"may_call": False}, "do not call"),
        ({"state": "paused"}, "do not call, text or write while it is paused"),
        ({"message_rule": "no", "may_say_who": False}, "leave no message, do not say where you call from"),
    ],
)
def test_what_the_other_one_forbids_is_said_and_what_this_one_forbids_itself_is_not(told, words):
    stored, other = request_with_key(**FREE), request_with_key(**FREE | told, phone="+1 (207) 555-0188")
    said = [f"Another open request with this number, {other}, says: {words}."] if words else []
    assert warnings_of(stored) == said
    assert elsewhere.stricter(other) == []


def test_two_that_forbid_different_things_warn_of_each_other():
    one, other = request_with_key(**FREE | {"may_say_who": False}), request_with_key(**FREE | {"message_rule": "no"})
    assert "leave no message." in warnings_of(one)[0]
    assert "do not say where you call from." in warnings_of(other)[0]
    assert elsewhere.strictest(one) == elsewhere.strictest(other) == (False, "no")


@pytest.mark.parametrize("told", [{"message_rule": "no"}, {"state": "paused"}])
def test_the_script_of_the_freer_one_keeps_to_the_stricter(told):
    stored = request_with_key(**FREE)
    request_with_key(**FREE | {"may_say_who": False} | told)
    clinic = Clinic(name="Harbor Path", short_name="Harbor Path", phone="+12075550142", time_zone="America/New_York")
    parts = contact_rules.script(stored, clinic, "Kim", elsewhere.strictest(stored))
    assert "Harbor Path" not in " ".join(sentence for part in parts for sentence in part.say)
    [voicemail] = [part for part in parts if part.when == "On voicemail"]
    assert voicemail.say == []


@pytest.mark.parametrize("state", ["paused", "closed"])
def test_whom_nobody_calls_needs_no_warning(state):
    closed = {"closing_reason": "started", "closed_at": "2026-11-22T12:00Z", "closed_by": factories.colleague()}
    stored = request_with_key(state=state, **FREE, **closed if state == "closed" else {})
    request_with_key(**FREE | {"message_rule": "no"})
    assert elsewhere.stricter(stored) == []


@pytest.mark.parametrize("told", [{"phone": ""}, {"phone": "207 555 0199"}])
@pytest.mark.parametrize("is_linked", [True, False])
def test_who_wants_no_call_is_named_without_the_number_too(told, is_linked):
    """Whoever changes to “I will call you” leaves no number that could be compared."""
    stored = request_with_key(email="sam@example.com")
    other = request_with_key(may_call=False, will_call=True, email="" if is_linked else "SAM@example.com", **told)
    if is_linked:
        stored.same_person.add(other)
    assert warnings_of(stored) == [f"Another open request of this person, {other}, says: do not call."]
    assert warnings_of(other) == []


def test_a_request_of_another_person_is_nobodys_business():
    stored = request_with_key(email="sam@example.com")
    request_with_key(phone="", may_call=False, will_call=True, email="alex@example.com")
    request_with_key(phone="207 555 0199", code_word="bluebird", name_to_ask_for="Mari")
    assert warnings_of(stored) == []


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"code_word": "bluebird"}, ", has a code word: look there before you call or write."),
        ({"name_to_ask_for": "Mari"}, ", has another name to ask for: look there before you call or write."),
        (
            {"code_word": "bluebird", "name_to_ask_for": "Mari", "message_rule": "no"},
            ", says: leave no message. It has a code word and another name to ask for: look there before you call or"
            " write.",
        ),
        ({"code_word": "BOAT", "name_to_ask_for": "sam"}, None),
        ({"code_word": "bluebird", "state": "paused"}, ", says: do not call, text or write while it is paused."),
    ],
)
@pytest.mark.parametrize("is_linked", [True, False])
def test_a_code_word_and_a_name_to_ask_for_are_told_of_and_not_told(told, words, is_linked):
    stored, other = request_with_key(**FREE, code_word="boat"), request_with_key(**FREE | told)
    if is_linked:
        stored.same_person.add(other)
    said = [f"Another open request with this number, {other}{words}"] if words else []
    assert warnings_of(stored) == said


def test_whom_we_may_not_reach_at_all_needs_no_warning():
    stored = request_with_key(may_call=False, will_call=True)
    request_with_key(code_word="bluebird")
    assert warnings_of(stored) == []


def test_an_other_number_has_rules_of_its_own():
    stored = request_with_key(**FREE)
    other = request_with_key(**FREE | {"phone": "207 555 0199", "message_rule": "no", "may_say_who": False})
    stored.same_person.add(other)
    assert warnings_of(stored) == []
    assert elsewhere.strictest(stored) == (True, "yes")


def test_each_is_named_once_however_many_are_linked():
    stored, other = request_with_key(**FREE, email="sam@example.com"), request_with_key(may_call=False, may_text=True)
    for more in (other, request_with_key(**FREE), request_with_key(**FREE)):
        stored.same_person.add(more)
    assert warnings_of(stored) == [f"Another open request with this number, {other}, says: do not call."]


def test_what_cannot_be_read_there_shuts_no_page_of_this_one():
    stored, other = request_with_key(**FREE), request_with_key(**FREE | {"code_word": "bluebird"})
    with connection.cursor() as cursor:
        change = "UPDATE intake_consultationrequest SET code_word = 'sealed by a key that is gone' WHERE id = %s"
        cursor.execute(change, [other.pk])
    assert any("words that cannot be read now" in str(warned) for warned in elsewhere.stricter(stored))
