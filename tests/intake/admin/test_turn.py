"""The head of the page of one request: whose turn it is, by when, what was promised, and who handed it over."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from clinic.models import Clinic
from intake import contact_rules, workflow
from intake.admin import turn
from intake.models import ConsultationRequest
from tests import factories
from tests.intake.admin.one_request import change_url, make_request, press, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clinic")]


def test_whose_turn_it_is_and_how_late_we_are_is_said_in_words(client, desk):
    stored = make_request(reply_by=timezone.now() - timedelta(minutes=65))
    page = client.get(change_url(stored)).text
    assert "Our turn" in page
    assert "Call: try 1 of 5." in page
    assert "1 hour 5 minutes late" in page
    workflow.mark_reached(stored, by=desk)
    assert "Their turn" in client.get(change_url(stored)).text


def test_the_half_hour_of_the_call_stands_in_the_head(client, desk):
    start = timezone.now().replace(hour=17, minute=0, second=0, microsecond=0)
    stored = make_request(call_at=start + timedelta(days=1))
    words = contact_rules.slot_words(stored, Clinic.load())
    page = client.get(change_url(stored)).text
    assert f"<strong>The call is set for {words}.</strong>" in page
    assert f"Too early to call: the call is set for {words}." in page
    passed = make_request(call_at=start - timedelta(days=1))
    assert "The call was set for " in client.get(change_url(passed)).text


def test_a_consultation_stands_in_the_head_and_on_its_day_takes_the_place_of_a_turn(client, desk):
    at = timezone.now() + timedelta(days=2)
    stored = make_request()
    workflow.book(stored, at, "phone", by=desk, clinic=Clinic.load())
    page = client.get(change_url(stored)).text
    assert "Their turn" in page
    assert f"Meet for the consultation: {said(at)}, by phone." in page
    workflow.mark_missed(stored, by=desk, clinic=Clinic.load())
    assert f"<strong>Consultation {said(at)}, by phone.</strong>" in client.get(change_url(stored)).text
    with timezone.override("America/New_York"):
        theirs = ConsultationRequest(state="waiting_on_them", consultation_at=at, consultation_by="phone")
        assert turn.whose_turn(theirs, at - timedelta(days=1)) == "Their turn"
        assert turn.whose_turn(theirs, at) == "Consultation today"
        assert turn.whose_turn(theirs, at + timedelta(days=1)) == "Consultation held"


def test_without_a_promise_a_request_is_late_after_a_day_here_as_in_the_list(client, desk):
    stored = make_request(reply_by=None, received_at=timezone.now() - timedelta(days=3, hours=1))
    page = client.get(change_url(stored)).text
    assert "Overdue. No time was promised. They have waited <strong>3 days 1 hour</strong>." in page
    assert "turn--late" in page
    fresh = make_request(reply_by=None)
    page = client.get(change_url(fresh)).text
    assert "No time was promised. They have waited <strong>less than a minute</strong>." in page
    assert "turn--late" not in page


class TestPromise:
    """What the person was told, where the time of a planned call would hide it."""

    def test_a_later_plan_says_so_and_once_the_promise_is_past_it_stands_there_as_missed(self, client, desk):
        now = timezone.now()
        promised, later = now + timedelta(hours=1), now + timedelta(hours=3)
        stored = make_request(first_promise=promised, reply_by=later, call_at=later - timedelta(minutes=30))
        page = client.get(change_url(stored)).text
        assert f"We promised a reply by {said(promised)}; this is later." in page
        stored.first_promise = now - timedelta(hours=1)
        stored.save()
        missed = f"we promised a reply by {said(stored.first_promise)}. Nobody has reached them yet."
        assert missed in client.get(change_url(stored)).text
        assert missed in press(client, "no_answer", stored).text
        assert "promised a reply" not in press(client, "reached", stored).text

    def test_what_the_due_time_says_itself_is_not_said_twice(self, client, desk):
        late = timezone.now() - timedelta(hours=1)
        page = client.get(change_url(make_request(first_promise=late, reply_by=late))).text
        assert "1 hour late" in page
        assert "promised a reply" not in page


def test_an_estimate_shows_its_day_and_that_it_is_late(client, desk):
    stored = make_request(wants_estimate=True, estimate_due=date(2020, 1, 2))
    assert "Late: it was due Thursday, January 2" in client.get(change_url(stored)).text
    workflow.give_estimate(stored, by=desk)
    page = client.get(change_url(stored)).text
    assert "Late:" not in page
    assert "Given " in page


def test_an_estimate_of_a_closed_request_is_not_late_for_ever(client, desk):
    stored = make_request(wants_estimate=True, estimate_due=date(2020, 1, 2))
    workflow.close(stored, "answered", by=desk)
    page = client.get(change_url(stored)).text
    assert "Not given. It was due Thursday, January 2" in page
    assert "Late:" not in page


def test_what_was_said_at_a_handover_stands_in_the_head_for_who_got_it(client, desk, ana):
    stored = make_request()
    workflow.hand_over(stored, by=ana, to=desk, text="Ask about Mondays.")
    page = client.get(change_url(stored)).text
    assert "Handed to you by Ana Lopez:</strong> “Ask about Mondays.”" in page
    client.force_login(factories.colleague("reader", rights=["view_consultationrequest"]))
    assert "Handed to you" not in client.get(change_url(stored)).text
    client.force_login(desk)
    workflow.hand_over(stored, by=desk, to=ana)
    workflow.claim(stored, by=desk)
    assert "Handed to you" not in client.get(change_url(stored)).text
