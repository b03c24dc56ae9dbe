"""When nothing could be saved the desk says so in words, shows nobody unrecorded, and gives typed words back."""

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.middleware import SessionMiddleware
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.test import Client

from accounts import second_factor
from clinic import error_pages
from intake import throttle, workflow
from intake.models import AccessRecord
from tests import factories
from tests.accounts.conftest import code_of, colleague, phone_of, type_code, type_password
from tests.intake.admin.one_request import change_url, make_request, url_to
from tests.intake.faults import another_program_writes

WORDS = "Call “Perdita” after <six>"
SHOWN_WORDS = "Call “Perdita” after &lt;six&gt;</textarea>"


@pytest.fixture
def busy_desk(transactional_db, monkeypatch, settings, tmp_path):
    """A colleague who is signed in, a request, and another program that holds the write lock meanwhile. A write waits a
    tenth of a second for it."""
    settings.ERROR_PAGES_DIR = tmp_path
    monkeypatch.setattr(throttle, "LOCK_WAIT_MILLISECONDS", 100)
    factories.clinic()
    error_pages.write()
    desk = Client()
    desk.stored = make_request()
    desk.force_login(User.objects.create_superuser("robin"))
    with throttle.short_lock_wait(), another_program_writes():
        yield desk
    assert not AccessRecord.objects.exists()
    assert not desk.stored.entries.exists()


def test_an_answer_or_a_note_stays_in_its_form(busy_desk):
    for what in ("answer", "note"):
        page = busy_desk.post(url_to(what, busy_desk.stored), {"text": WORDS})
        assert page.status_code == 503
        assert "It could not be saved" in page.text
        assert SHOWN_WORDS in page.text
        assert 'name="text"' in page.text, "it can be sent from there"


def test_a_press_says_that_nothing_was_changed(busy_desk):
    for what in ("claim", "no_answer", "release", "reveal"):
        page = busy_desk.post(url_to(what, busy_desk.stored), {"field": "phone"})
        assert page.status_code == 503, what
        assert "Nothing was changed. Wait a minute, go back, and press the button once more." in page.text
        assert "(207) 555-0100" in page.text


def test_who_looks_unrecorded_sees_a_sentence_and_no_person(busy_desk):
    for url in ("/staff/", "/staff/intake/consultationrequest/", change_url(busy_desk.stored)):
        page = busy_desk.get(url)
        assert page.status_code == 503
        assert "not even who looked. So nothing is shown." in page.text
        assert "(207) 555-0100" in page.text
        assert not [told for told in ("Marigold", "Evenings", busy_desk.stored.reference) if told in page.text]


def test_what_shows_nobody_opens_as_ever(busy_desk):
    assert busy_desk.get("/staff/guide/").status_code == 200
    assert busy_desk.post("/staff/session/").json()["seconds"] > 0


def test_a_longer_text_on_any_other_page_is_given_back(busy_desk):
    page = busy_desk.post(url_to("answer", busy_desk.stored), {"text": WORDS, "use": "1"})
    assert page.status_code == 503
    assert SHOWN_WORDS in page.text


def test_the_longer_texts_of_a_content_form_are_given_back_by_name(busy_desk):
    sent = {"title": "A title", "sections-0-body": "About mornings", "summary": WORDS, "sections-1-body": " "}
    page = busy_desk.post("/staff/programs/program/add/", sent)
    assert page.status_code == 503
    assert '<label for="typed_2">Summary</label>' in page.text
    assert SHOWN_WORDS in page.text
    assert "About mornings</textarea>" in page.text
    assert page.text.count("<textarea") == 2


def test_a_password_is_never_given_back(busy_desk):
    words = dict.fromkeys(("old_password", "new_password1", "new_password2"), "four calm words here")
    page = busy_desk.post("/staff/password_change/", words)
    assert page.status_code == 503
    assert "four calm words" not in page.text


def test_signing_in_says_to_wait(transactional_db, monkeypatch, client):
    monkeypatch.setattr(throttle, "LOCK_WAIT_MILLISECONDS", 100)
    factories.clinic()
    robin = colleague()
    phone_of(robin)
    with throttle.short_lock_wait(), another_program_writes():
        password = type_password(client)
    type_password(client)
    with throttle.short_lock_wait(), another_program_writes():
        code = type_code(client, code_of(robin))
        recovery = client.post("/staff/login/code/", {"recovery": "aaaa-aaaa-aaaa"})
    for page in (password, code, recovery):
        assert page.status_code == 503
        assert "Wait a minute, go back, and press the button once more." in page.text
    assert type_code(client, code_of(robin)).status_code == 302


# Signed out, or in again, meanwhile


@pytest.fixture
def note_page(db, client):
    """The page of a note that is open in one tab."""
    factories.clinic()
    return url_to("note", make_request())


def test_who_was_signed_out_before_pressing_gets_their_words_back(client, note_page):
    page = client.post(note_page, {"text": WORDS})
    assert page.status_code == 403
    assert "You were signed out before this was sent." in page.text
    assert SHOWN_WORDS in page.text


def send_with_an_old_token(address, **headers):
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(factories.colleague(rights=["change_consultationrequest"]))
    careful.get("/staff/")
    return careful.post(address, {"text": WORDS, "csrfmiddlewaretoken": "x" * 64}, headers=headers)


def test_who_signed_in_again_in_another_tab_gets_their_words_back(note_page):
    page = send_with_an_old_token(note_page, **{"Sec-Fetch-Site": "same-origin"})
    assert page.status_code == 403
    assert "This page was older than your sign-in" in page.text
    assert SHOWN_WORDS in page.text
    assert not AccessRecord.objects.filter(kind=AccessRecord.Kind.CHANGE).exists()


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_another_site_puts_no_words_on_our_page(note_page, site):
    page = send_with_an_old_token(note_page, **{"Sec-Fetch-Site": site})
    assert page.status_code == 403
    assert "Perdita" not in page.text


def test_a_public_page_keeps_the_public_words(db):
    factories.clinic()
    same_origin = {"Sec-Fetch-Site": "same-origin"}
    page = Client(enforce_csrf_checks=True).post("/help-now/", {"text": WORDS}, headers=same_origin)
    assert page.status_code == 403
    assert 'href="tel:988"' in page.text
    assert "Perdita" not in page.text


# What was done, when only the session could not be kept after it


@pytest.fixture
def lock_after_the_page(monkeypatch):
    """Another program takes the write lock when a page is made and its session is not kept yet."""
    monkeypatch.setattr(throttle, "LOCK_WAIT_MILLISECONDS", 100)
    keep = SessionMiddleware.process_response

    def keep_under_a_lock(self, request, response):
        with throttle.short_lock_wait(), another_program_writes():
            return keep(self, request, response)

    return lambda: monkeypatch.setattr(SessionMiddleware, "process_response", keep_under_a_lock)


@pytest.fixture
def at_a_request(transactional_db, client):
    factories.clinic()
    client.stored = make_request()
    client.force_login(User.objects.create_superuser("robin"))
    return client


def send_note(desk):
    return desk.post(url_to("note", desk.stored), {"text": WORDS})


def test_what_was_kept_is_not_called_unsaved(at_a_request, lock_after_the_page):
    lock_after_the_page()
    page = send_note(at_a_request)
    assert at_a_request.stored.entries.get().text == WORDS
    assert page.status_code == 200
    assert f"{at_a_request.stored} has your note." in page.text
    assert f'href="{change_url(at_a_request.stored)}">Go on</a>' in page.text


def test_a_page_with_words_that_cannot_be_taken_off_the_session_is_shown(at_a_request, lock_after_the_page):
    send_note(at_a_request)
    lock_after_the_page()
    page = at_a_request.get(change_url(at_a_request.stored))
    assert page.status_code == 200
    assert "has your note." in page.text


def test_who_signed_out_in_another_tab_meanwhile_looks_whether_it_was_kept(at_a_request, monkeypatch):
    note = workflow.note

    def note_then_signed_out(*given, **named):
        note(*given, **named)
        Session.objects.all().delete()

    monkeypatch.setattr(workflow, "note", note_then_signed_out)
    page = send_note(at_a_request)
    assert at_a_request.stored.entries.get().text == WORDS
    assert page.status_code == 403
    assert "What you sent may have been kept: sign in and look before you send it again." in page.text
    assert SHOWN_WORDS in page.text


def test_a_right_password_that_cannot_be_remembered_says_so(transactional_db, client, lock_after_the_page):
    factories.clinic()
    phone_of(colleague())
    lock_after_the_page()
    page = type_password(client)
    assert page.status_code == 503
    assert "so you are not signed in." in page.text


@pytest.mark.parametrize("kind", ["code", "recovery"])
def test_a_code_is_not_used_up_by_a_sign_in_that_was_not_kept(transactional_db, client, monkeypatch, kind):
    factories.clinic()
    robin = colleague()
    phone = phone_of(robin)
    code = second_factor.new_recovery_codes(phone)[0] if kind == "recovery" else code_of(robin)
    type_password(client)
    with monkeypatch.context() as fault:
        fault.setattr(SessionStore, "cycle_key", no_room)
        assert client.post("/staff/login/code/", {kind: code}).status_code == 503
    assert client.post("/staff/login/code/", {kind: code}).status_code == 302
    assert client.get("/staff/").status_code == 200


def no_room(*_):
    raise OperationalError("database or disk is full")
