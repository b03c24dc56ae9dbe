"""Two requests with one number: the stricter rule of the two holds, and is said in words."""

import pytest

from clinic.models import Clinic
from intake import contact_rules, elsewhere, search_keys
from tests import factories

pytestmark = pytest.mark.django_db

FREE = {"may_text": True, "may_say_who": True, "message_rule": "yes"}


def request_with_key(**told):
    made = factories.consultation_request(**told)
    search_keys.replace_keys(made)
    return made


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
    assert elsewhere.stricter(stored) == said
    assert elsewhere.stricter(other) == []


def test_two_that_forbid_different_things_warn_of_each_other():
    one, other = request_with_key(**FREE | {"may_say_who": False}), request_with_key(**FREE | {"message_rule": "no"})
    assert "leave no message." in elsewhere.stricter(one)[0]
    assert "do not say where you call from." in elsewhere.stricter(other)[0]
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
