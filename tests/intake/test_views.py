"""Sending a request: stored once, shown by its reference, and nothing typed is ever lost or leaked."""

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.test import Client
from django.utils import timezone

from clinic import error_pages
from intake import workflow
from intake.forms import new_token
from intake.models import REFERENCE_SHAPE, ConsultationRequest
from tests import factories
from tests.intake.test_forms import ANSWERS

PLANTED = {
    "name": "Quillon",
    "phone": "(207) 555-0177",
    "email": "zanzibar@example.com",
    "message": "marmalade umbrella",
}


@pytest.fixture
def clinic(db):
    return factories.clinic()


def out_of_reach(*args, **kwargs):
    raise OperationalError("unable to open database file")


def send(client, **changed):
    answers = {**ANSWERS, **PLANTED, "token": new_token()} | changed
    return client.post("/request/", answers, headers={"sec-fetch-site": "same-origin"})


@pytest.mark.usefixtures("clinic")
class TestSending:
    def test_a_request_is_stored_and_its_reference_shown(self, client):
        response = send(client)
        stored = ConsultationRequest.objects.get()
        assert response.status_code == 302
        receipt = client.get(response.url)
        assert stored.reference in receipt.text
        REFERENCE_SHAPE(stored.reference)
        assert (stored.name, stored.phone, stored.email, stored.message) == tuple(PLANTED.values())
        assert stored.consent_wording == "Yes, Test may call or write to me with what I gave above."
        assert (stored.may_say_who, stored.may_leave_message) == (False, False)

    def test_the_receipt_and_the_request_name_the_same_moment(self, client):
        response = send(client)
        stored = ConsultationRequest.objects.get()
        assert stored.reply_by > stored.received_at
        assert "We reply by" in client.get(response.url).text

    def test_the_receipt_says_what_we_may_do_and_not_who_wrote(self, client):
        text = client.get(send(client, may_leave_message="yes").url).text
        assert "we do not say who is calling" in text
        assert "we leave a first name and a number" in text
        for word in PLANTED.values():
            assert word not in text

    def test_the_address_of_the_receipt_can_be_read_by_nobody(self, client):
        address = send(client).url
        stored = ConsultationRequest.objects.get()
        for word in [*PLANTED.values(), stored.reference, str(stored.form_token)]:
            assert word not in address

    def test_the_receipt_is_gone_after_half_an_hour(self, client, monkeypatch):
        address = send(client).url
        later = timezone.now() + timedelta(minutes=31)
        monkeypatch.setattr(workflow.timezone, "now", lambda: later)
        response = client.get(address)
        assert "Nothing to show here" in response.text
        assert ConsultationRequest.objects.get().reference not in response.text

    @pytest.mark.parametrize("query", ["", "?receipt=", "?receipt=nonsense", "?receipt=%00", "?other=1"])
    def test_an_unknown_receipt_looks_like_an_old_one(self, client, query):
        response = client.get(f"/request/sent/{query}")
        assert response.status_code == 200
        assert "Nothing to show here" in response.text

    def test_sent_twice_makes_one_request_with_one_receipt(self, client):
        token = new_token()
        first, second = send(client, token=token), send(client, token=token)
        assert ConsultationRequest.objects.count() == 1
        reference = ConsultationRequest.objects.get().reference
        assert reference in client.get(first.url).text
        assert reference in client.get(second.url).text

    def test_a_form_sent_before_and_changed_since_loses_neither(self, client):
        token = new_token()
        send(client, token=token)
        response = send(client, token=token, message="a second thought")
        assert ConsultationRequest.objects.count() == 1
        assert "You sent this form before" in response.text
        assert "a second thought" in response.text
        fresh = re.search(r'name="token" value="([^"]+)"', response.text)[1]
        send(client, token=fresh, message="a second thought")
        assert {stored.message for stored in ConsultationRequest.objects.all()} == {
            PLANTED["message"],
            "a second thought",
        }

    def test_no_cookie_is_set(self, client):
        client.get("/request/")
        client.get(send(client).url)
        assert not client.cookies

    def test_the_form_sends_back_what_was_typed_with_each_error(self, client):
        response = send(client, phone="12", consent="")
        assert response.status_code == 200
        assert ConsultationRequest.objects.count() == 0
        assert "2 answers need a look" in response.text
        assert "<title>Error: " in response.text
        for word in ("Quillon", "zanzibar@example.com", "marmalade umbrella", 'value="12"'):
            assert word in response.text
        for link in ('href="#id_phone"', 'href="#id_consent"'):
            assert link in response.text

    @pytest.mark.parametrize("token", ["", "stale", "a" * 500])
    def test_a_stale_form_comes_back_with_everything_typed_and_a_fresh_token(self, client, token):
        response = send(client, token=token)
        assert ConsultationRequest.objects.count() == 0
        assert "Please send it once more" in response.text
        assert "marmalade umbrella" in response.text
        fresh = re.search(r'name="token" value="([^"]+)"', response.text)[1]
        assert send(client, token=fresh).status_code == 302
        assert ConsultationRequest.objects.count() == 1

    def test_a_store_that_fails_keeps_what_was_typed_and_shows_the_phone(self, client, monkeypatch):
        def broken(*args, **kwargs):
            raise DatabaseError("disk full")

        monkeypatch.setattr(ConsultationRequest, "save", broken)
        response = send(client)
        assert response.status_code == 503
        assert "We could not keep your request" in response.text
        assert "marmalade umbrella" in response.text
        assert "(207) 555-0100" in response.text

    def test_a_database_that_is_gone_keeps_what_was_typed_and_shows_the_phone(self, client, monkeypatch):
        error_pages.write()
        token = new_token()
        with monkeypatch.context() as fault:
            fault.setattr(connection, "cursor", out_of_reach)
            response = send(client, token=token)
            assert client.get("/request/").status_code == 503
        assert response.status_code == 503
        assert "We could not keep your request" in response.text
        for words in [*PLANTED.values(), "(207) 555-0100", 'href="tel:988"', token]:
            assert words in response.text
        typed = dict(re.findall(r'<input[^>]* name="(\w+)" value="([^"]*)"', response.text))
        typed["message"] = re.search(r"<textarea[^>]*>([^<]*)", response.text)[1]
        again = client.post("/request/", typed, headers={"sec-fetch-site": "same-origin"})
        assert again.status_code == 302
        stored = ConsultationRequest.objects.get()
        assert (stored.name, stored.phone, stored.email, stored.message) == tuple(PLANTED.values())

    @pytest.mark.parametrize(
        "headers",
        [
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site"},
            {"origin": "https://elsewhere.example"},
            {"origin": "http://["},
            {"origin": "https://testserver"},
            {"sec-fetch-site": "cross-site", "origin": "null"},
        ],
    )
    def test_a_form_on_another_site_stores_nothing(self, client, headers):
        response = client.post("/request/", {**ANSWERS, "token": new_token()}, headers=headers)
        assert response.status_code == 403
        assert ConsultationRequest.objects.count() == 0
        assert "988" in response.text

    @pytest.mark.parametrize(
        "headers", [{}, {"origin": "http://testserver"}, {"origin": "null"}, {"sec-fetch-site": "none"}]
    )
    def test_our_own_form_needs_no_particular_browser(self, client, headers):
        response = client.post("/request/", {**ANSWERS, "token": new_token()}, headers=headers)
        assert response.status_code == 302

    def test_a_long_text_is_refused_in_words_and_not_cut(self, client):
        page = client.get("/request/").text
        assert "maxlength" not in page
        response = send(client, message="long " * 500)
        assert "Please keep it under 2,000 letters." in response.text
        assert "long " * 500 in response.text

    def test_the_same_form_sent_again_after_its_key_is_gone_loses_nothing(self, client, settings):
        token = new_token()
        send(client, token=token)
        settings.ENCRYPTION_KEYS = ["another key that is long enough for it"]
        response = send(client, token=token)
        assert response.status_code == 200
        assert PLANTED["message"] in response.text

    def test_nothing_typed_reaches_a_log(self, client, caplog):
        caplog.set_level(logging.DEBUG)
        send(client)
        send(client, phone="12")
        send(client, token="")
        for word in PLANTED.values():
            assert word not in caplog.text

    def test_what_was_typed_is_not_in_the_database_file(self, client):
        send(client)
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM intake_consultationrequest")
            row = repr(cursor.fetchall())
        for word in PLANTED.values():
            assert word not in row

    def test_pages_are_kept_by_no_browser_and_have_neutral_titles(self, client):
        for response in (client.get("/request/"), client.get(send(client).url)):
            assert response["Cache-Control"] == "no-store"
            assert response["Referrer-Policy"] == "no-referrer"
            title = re.search(r"<title>(.*?)</title>", response.text)[1]
            assert "Clinic" not in title

    def test_posting_costs_a_bounded_number_of_queries(self, client, django_assert_max_num_queries):
        with django_assert_max_num_queries(8):
            send(client)


@pytest.mark.django_db(transaction=True)
def test_twenty_presses_at_once_make_one_request():
    factories.clinic()
    token = new_token()

    def press(_):
        try:
            return send(Client(), token=token).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as people:
        assert set(people.map(press, range(20))) == {302}
    assert ConsultationRequest.objects.count() == 1
