"""What else the page of one request says: the question that waits, how it ended, and what another request forbids."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tinyhtml5 import parser as html_parser

from accounts.roles import AUDITOR
from clinic.models import Clinic
from intake import audit, search_keys, workflow
from intake.admin.filters import is_off_unseen
from intake.models import CaseEntry, ConsultationRequest
from tests import factories
from tests.intake.admin.one_request import change_url, is_offered, log_in_with, make_request, press, said, url_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clinic")]


def test_the_title_holds_no_name(client, desk):
    stored = make_request()
    page = client.get(change_url(stored)).text
    title = page[page.index("<title>") : page.index("</title>")]
    assert stored.reference in title
    assert stored.name not in title


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


def test_a_held_request_that_is_over_is_not_offered_to_the_main_list(client, desk):
    stored = make_request(held_because="Sent within 3 seconds")
    assert is_offered(client.get(change_url(stored)), "release", stored)
    workflow.close(stored, "not_a_request", by=desk)
    assert not is_offered(client.get(change_url(stored)), "release", stored)


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
