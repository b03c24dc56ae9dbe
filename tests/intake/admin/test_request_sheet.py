"""What else the page of one request says: whose turn it is, what was agreed on, and all that happened."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tinyhtml5 import parser as html_parser

from accounts.roles import AUDITOR, CLINICIAN, DESK, MANAGER
from clinic.models import Clinic
from intake import audit, contact_rules, search_keys, workflow
from intake.admin import turn
from intake.admin.filters import is_off_unseen
from intake.models import AccessRecord, CaseEntry, ConsultationRequest, Notice
from tests import factories
from tests.intake.admin.one_request import (
    change_url,
    log_in_with,
    make_request,
    press,
    said,
    url_to,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clinic")]


def test_the_title_holds_no_name(client, desk):
    stored = make_request()
    page = client.get(change_url(stored)).text
    title = page[page.index("<title>") : page.index("</title>")]
    assert stored.reference in title
    assert stored.name not in title


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


def test_a_consultation_stands_in_the_head_and_is_our_turn_on_its_day(client, desk):
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
        assert turn.whose_turn(theirs, at) == "Our turn"


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


def test_a_mail_that_was_not_needed_says_only_that_it_was_not_sent(client, desk):
    stored = make_request()
    Notice.objects.create(kind="overdue", request=stored, state="not_needed", ended_at=timezone.now())
    page = client.get(change_url(stored)).text
    assert "Mail: overdue request, to staff. Not sent." in page
    assert "Not needed any more" not in page


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({}, "Print sheet, with the number"),
        ({"may_email": True}, "Print sheet, with the number and email"),
        ({"may_call": False}, "Print sheet"),
        ({"state": "paused"}, "Print sheet"),
    ],
)
def test_the_button_says_what_stands_on_the_paper(client, desk, fields, label):
    page = client.get(change_url(make_request(**fields))).text
    assert f">{label}</button>" in page
    assert "That you print it is recorded." in page


def test_a_question_stands_on_top_until_it_is_answered(client, desk):
    stored = make_request()
    CaseEntry.objects.create(request=stored, kind="asked", text="Is it free?")
    workflow.note(stored, "Ask the biller.", by=desk)
    page = client.get(change_url(stored)).text
    assert "A question waits for an answer:</strong> “Is it free?”" in page
    assert f'<a href="{url_to("answer", stored)}?seen={stored.entries.last().pk}">Answer it</a>' in page
    workflow.answer(stored, "Yes.", by=desk)
    assert "A question waits" not in client.get(change_url(stored)).text


def test_a_held_request_is_moved_to_the_main_list(client, desk):
    stored = make_request(held_because="Sent within 3 seconds")
    assert "Held as possible spam: Sent within 3 seconds" in client.get(change_url(stored)).text
    press(client, "release", stored)
    stored.refresh_from_db()
    assert stored.held_because == ""


def test_a_consultation_that_the_person_took_back_is_said_to_be_off(client, desk):
    stored, at = make_request(), timezone.now() + timedelta(days=2)
    workflow.book(stored, at, "phone", by=desk, clinic=Clinic.load())
    workflow.withdraw(stored)
    off = is_off_unseen(timezone.now())
    audit.record("view", by=factories.colleague("adela", roles=[AUDITOR]), request=stored)
    assert ConsultationRequest.objects.filter(off).get() == stored, "who only checks looks tells nobody"
    page = client.get(change_url(stored)).text
    assert f"The consultation is called off: {said(at)}, by phone. Tell whoever was to meet them." in page
    assert f"{said(at)}, by phone. <strong>Called off.</strong>" in page
    assert "There is nobody to answer any more." in page
    assert "private page only" not in page
    assert "Calendar file" not in page
    assert client.get(url_to("consultation_ics", stored)).status_code == 404
    assert not ConsultationRequest.objects.filter(off).exists()


def test_a_withdrawn_request_can_be_opened_and_offers_nothing(client, desk):
    stored = make_request()
    workflow.withdraw(stored)
    page = client.get(change_url(stored))
    assert '<p class="turn__whose">Withdrawn</p>' in page.text
    assert "It is erased." in page.text
    assert 'class="press' not in page.text


def test_all_that_happened_stands_in_one_list_the_newest_on_top(client, desk, ana):
    stored = make_request()
    Notice.objects.create(kind="new_request", request=stored)
    CaseEntry.objects.create(request=stored, kind="received", at=stored.received_at)
    workflow.note(stored, "Prefers mornings.", by=ana)
    CaseEntry.objects.create(request=stored, kind="asked", text="Is it free?")
    page = client.get(change_url(stored)).text
    past = re.sub(r"<[^>]+>", " ", page[page.index('id="past"') :])
    places = [
        past.index(words)
        for words in (
            "1 look",
            "Opened the request: Team member",
            "Is it free?",
            "Ana Lopez",
            "Prefers mornings.",
            "Mail: new request, to staff. Waiting.",
            "Request received",
        )
    ]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("role", "line"),
    [
        *[(role, "Opened the request: Clinician") for role in (DESK, CLINICIAN, MANAGER)],
        (AUDITOR, "Opened the request: Ana Lopez (Clinician)"),
    ],
)
def test_who_looked_is_named_only_to_who_checks_looks(client, role, line):
    stored = make_request()
    looked = factories.colleague("ana", first_name="Ana", last_name="Lopez", roles=[CLINICIAN])
    audit.record(AccessRecord.Kind.VIEW, by=looked, request=stored)
    client.force_login(factories.colleague(roles=[role]))
    page = client.get(change_url(stored)).text
    assert f"{line}</li>" in page
    assert ("Ana Lopez" in page) == (role == AUDITOR)


def test_a_long_history_costs_no_more_queries(client, desk, ana):
    stored = make_request()
    search_keys.replace_keys(stored)
    stored.same_person.add(make_request())

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(change_url(stored))
        return len(asked)

    queries()
    few = queries()
    for _ in range(4):
        workflow.note(stored, "Again.", by=ana)
        CaseEntry.objects.create(request=stored, kind="asked", text="Is it free?")
        Notice.objects.create(kind="new_request", request=stored)
        same = make_request()
        search_keys.replace_keys(same)
        stored.same_person.add(make_request())
    assert queries() == few


def test_requests_that_share_a_number_are_linked(client, desk):
    stored, same = make_request(), make_request(email="other@example.com", phone="(207) 555-0188")
    other = make_request(email="third@example.com", phone="207 555 0199")
    for request in (stored, same, other):
        search_keys.replace_keys(request)
    page = client.get(change_url(stored)).text
    assert "Perhaps the same person" in page
    assert f">{same.reference}</a>" in page
    assert other.reference not in page
    workflow.link(stored, same, by=desk)
    page = client.get(change_url(stored)).text
    assert "Of the same person" in page
    assert "Perhaps the same person" not in page


def test_an_estimate_shows_its_day_and_that_it_is_late(client, desk):
    stored = make_request(wants_estimate=True, estimate_due=date(2020, 1, 2))
    assert "Late: it was due Thursday, January 2" in client.get(change_url(stored)).text
    workflow.give_estimate(stored, by=desk)
    page = client.get(change_url(stored)).text
    assert "Late:" not in page
    assert "Given " in page


def test_a_closed_request_says_why_and_where_else_the_person_was_sent(client, desk):
    stored = make_request()
    places = [factories.referral_contact(name=name) for name in ("Harbor House", "Day Program")]
    workflow.close(stored, "full", by=desk, alternatives=places)
    page = client.get(change_url(stored)).text
    assert "We are full" in page
    for place in places:
        assert place.name in page


def test_what_the_person_wrote_is_shown_as_text(client, desk):
    stored = make_request(message="<script>alert(1)</script>", code_word="<b>boat</b>")
    page = client.get(change_url(stored)).text
    assert "<script>alert" not in page
    assert "<b>boat" not in page


def test_it_is_valid_and_every_reference_inside_it_leads_somewhere(client, desk, ana):
    stored = make_request(
        may_email=True, held_because="Sent within 3 seconds", wants_estimate=True, estimate_due=date(2020, 1, 2)
    )
    CaseEntry.objects.create(request=stored, kind="asked", text="Is it free?")
    shown = [client.post(url_to("reveal", stored), {"field": "email"}), press(client, "claim", stored)]
    workflow.claim(stored, by=ana)
    for page in [*shown, client.post(url_to("reached", stored), {"read_up_to": 0})]:
        reader = html_parser.HTMLParser()
        reader.parse(page.text)
        assert reader.errors == []
        ids = re.findall(r'\sid="([^"]*)"', page.text)
        assert len(ids) == len(set(ids))
        assert set(re.findall(r'(?:aria-labelledby="|href="#)([^"]+)', page.text)) <= set(ids)
        assert 'style="' not in page.text


class TestStoppedElsewhere:
    WARNING = "this person asked us to stop. Do not call, text or write before you have looked there."

    @pytest.mark.parametrize("is_linked", [True, False])
    def test_it_stands_first_on_the_call_sheet_and_on_paper(self, client, desk, is_linked):
        other, stored = make_request(), make_request(email="", phone="207 555 0199" if is_linked else "207-555-0188")
        for one in (other, stored):
            search_keys.replace_keys(one)
        workflow.stop(other, by=desk)
        if is_linked:
            workflow.link(stored, other, by=desk)
        for page in (client.get(change_url(stored)).text, client.post(url_to("print", stored)).text):
            assert f"Under {other} {self.WARNING}" in page
            assert page.index(self.WARNING) < page.index("May we call?")

    def test_what_they_sent_after_that_may_do_what_it_allows(self, client, desk):
        other = make_request()
        search_keys.replace_keys(other)
        workflow.stop(other, by=desk)
        stored = make_request()
        search_keys.replace_keys(stored)
        page = client.get(change_url(stored)).text
        assert f"Under {other} this person asked us to stop. They sent this one later: do only what it allows." in page

    def test_another_persons_stop_is_nobodys_business(self, client, desk):
        other, stored = make_request(phone="207 555 0199", email="", name="Basil"), make_request()
        for one in (other, stored):
            search_keys.replace_keys(one)
        workflow.stop(other, by=desk)
        assert "this person asked us to stop" not in client.get(change_url(stored)).text


class TestStricterElsewhere:
    FREE = {"message_rule": "yes", "may_say_who": True, "may_text": True}

    def made(self, **other):
        """(the freer request, another one with its number)"""
        found = [
            make_request(**self.FREE),
            make_request(**self.FREE | {"email": "", "phone": "(207) 555-0188"} | other),
        ]
        for one in found:
            search_keys.replace_keys(one)
        return found

    @pytest.mark.parametrize("is_linked", [True, False])
    def test_it_stands_first_on_the_call_sheet_and_on_paper(self, client, desk, is_linked):
        stored, other = self.made(message_rule="no")
        if is_linked:
            workflow.link(stored, other, by=desk)
        warning = f"Another open request with this number, {other}, says: leave no message."
        sheet, paper = client.get(change_url(stored)).text, client.post(url_to("print", stored)).text
        for page in (sheet, paper):
            assert page.index(warning) < page.index("May we call?")
        assert "Left a message" not in paper
        assert "Leave no message. Hang up before the tone." in sheet
        assert "Another open request" not in client.get(change_url(other)).text

    @pytest.mark.parametrize("state", ["closed", "withdrawn"])
    def test_what_is_over_forbids_nothing(self, client, desk, state):
        stored, other = self.made(message_rule="no")
        workflow.close(other, "elsewhere", by=desk) if state == "closed" else workflow.withdraw(other)
        assert "Another open request" not in client.get(change_url(stored)).text

    def test_who_may_not_read_words_does_not_learn_that_two_share_a_number(self, client):
        stored, other = self.made(message_rule="no")
        log_in_with(client, "view_consultationrequest", "change_consultationrequest")
        page = client.get(change_url(stored)).text
        assert "Another open request" not in page
        assert other.reference not in page

    def test_many_requests_with_one_number_cost_no_more_queries(self, client, desk):
        stored, _other = self.made(message_rule="no")

        def queries():
            with CaptureQueriesContext(connection) as asked:
                client.get(change_url(stored))
            return len(asked)

        queries()
        few = queries()
        for _ in range(4):
            search_keys.replace_keys(make_request(may_text=True))
        assert queries() == few
