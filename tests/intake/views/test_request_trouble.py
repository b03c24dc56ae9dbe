"""Nothing typed is lost when something fails or a form comes from elsewhere, and none of it leaks."""

import logging
import re
from urllib.parse import urlencode

import pytest
from django.db import DatabaseError, OperationalError, connection

from clinic import error_pages
from intake.models import ConsultationRequest
from tests.intake.views.private_page import token_of
from tests.intake.views.sending import ANSWERS, PLANTED, new_token, send

pytestmark = pytest.mark.usefixtures("clinic")


def out_of_reach(*args, **kwargs):
    raise OperationalError("unable to open database file")


class TestFailures:
    def test_a_receipt_that_cannot_be_read_says_so_with_the_phone(self, client, monkeypatch):
        error_pages.write()
        address = send(client).url
        with connection.cursor() as cursor:
            cursor.execute("UPDATE intake_consultationrequest SET name = 'damaged'")
        with monkeypatch.context() as fault:
            response = client.get(address)
            assert response.status_code == 503
            assert "(207) 555-0100" in response.text
            fault.setattr(connection, "cursor", out_of_reach)
            assert client.get(address).status_code == 503

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
        assert "We could not keep this" in response.text
        for words in [*PLANTED.values(), "(207) 555-0100", 'href="tel:988"', token]:
            assert words in response.text
        typed = {}
        for name, value in re.findall(r'<input[^>]* name="(\w+)" value="([^"]*)"', response.text):
            typed.setdefault(name, []).append(value)
        typed["message"] = re.search(r"<textarea[^>]*>([^<]*)", response.text)[1]
        again = client.post("/request/", typed, headers={"sec-fetch-site": "same-origin"})
        assert again.status_code == 302
        stored = ConsultationRequest.objects.get()
        assert {name: getattr(stored, name) for name in PLANTED} == PLANTED
        assert stored.may_call
        assert stored.may_email

    def test_the_same_form_sent_again_after_its_key_is_gone_loses_nothing(self, client, settings):
        token = new_token()
        send(client, token=token)
        settings.ENCRYPTION_KEYS = ["another key that is long enough for it"]
        response = send(client, token=token)
        assert response.status_code == 200
        assert PLANTED["message"] in response.text


class TestElsewhere:
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
    def test_a_form_on_another_site_stores_nothing_and_loses_nothing(self, client, headers):
        response = client.post("/request/", {**ANSWERS, **PLANTED, "token": new_token()}, headers=headers)
        assert response.status_code == 403
        assert ConsultationRequest.objects.count() == 0
        assert "Please send it once more" in response.text
        assert PLANTED["message"] in response.text
        assert send(client, token=token_of(response)).status_code == 302

    @pytest.mark.parametrize(
        "headers", [{}, {"origin": "http://testserver"}, {"origin": "null"}, {"sec-fetch-site": "none"}]
    )
    def test_our_own_form_needs_no_particular_browser(self, client, headers):
        response = client.post("/request/", {**ANSWERS, **PLANTED, "token": new_token()}, headers=headers)
        assert response.status_code == 302

    @pytest.mark.parametrize("charset", ["rot13", "hex", "idna", "utf-7", "utf-16", "latin-1"])
    @pytest.mark.parametrize("kind", ["multipart/form-data; boundary=b", "application/x-www-form-urlencoded"])
    @pytest.mark.parametrize("address", ["/request/", "/request/private/", "/request/private/ask/"])
    def test_another_charset_is_refused(self, client, address, kind, charset):
        body = b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n+2AA-\r\n--b--\r\n'
        assert client.generic("POST", address, body, f"{kind}; charset={charset}").status_code == 400

    @pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "no-charset"])
    def test_our_own_charset_is_read(self, client, charset):
        kind = f"application/x-www-form-urlencoded; charset={charset}"
        body = urlencode({**ANSWERS, **PLANTED, "name": "Zoë", "token": new_token()}, doseq=True)
        assert client.generic("POST", "/request/", body, kind).status_code == 302
        assert ConsultationRequest.objects.get().name == "Zoë"


class TestLeaks:
    def test_the_address_of_the_receipt_can_be_read_by_nobody(self, client):
        address = send(client).url
        stored = ConsultationRequest.objects.get()
        for word in [*PLANTED.values(), stored.reference, str(stored.form_token)]:
            assert word not in address

    def test_no_cookie_is_set(self, client):
        client.get("/request/")
        client.get(send(client).url)
        assert not client.cookies

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
