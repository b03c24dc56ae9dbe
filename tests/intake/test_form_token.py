"""A form has one name, good for one day."""

import time

from hypothesis import given
from hypothesis import strategies as st

from intake import form_token

LINES = {"": "You may keep it.", "call": "Call me"}


def test_it_brings_back_the_words_that_stood_on_the_screen():
    signed = form_token.new(LINES, "7")
    token = form_token.read(signed)
    assert token == form_token.read(signed)
    assert (token.consent_lines, token.consent_version) == (LINES, "7")
    assert 0 <= token.seconds_open < 60


def test_two_forms_have_two_names():
    assert form_token.read(form_token.new(LINES, "7")).id != form_token.read(form_token.new(LINES, "7")).id


def test_a_form_that_is_shown_again_stays_the_same_and_carries_the_words_shown_now():
    token = form_token.read(form_token.new(LINES, "7"))
    again = form_token.read(form_token.renew(token, {"": "Other words."}, "8"))
    assert (again.id, again.made_at) == (token.id, token.made_at)
    assert (again.consent_lines, again.consent_version) == ({"": "Other words."}, "8")


@given(st.text(st.characters()))
def test_a_token_of_somebody_else_is_none(text):
    assert form_token.read(text) is None


def test_words_cannot_be_changed_on_the_way():
    signed = form_token.new(LINES, "7")
    assert form_token.read(signed[:10] + ("a" if signed[10] != "a" else "b") + signed[11:]) is None


def test_it_ends_after_a_day(monkeypatch):
    signed = form_token.new(LINES, "7")
    later = time.time() + 25 * 60 * 60
    monkeypatch.setattr(time, "time", lambda: later)
    assert form_token.read(signed) is None
