"""The settings as they are in effect, where a wrong one would lose a request or tell about a person."""

import io
import logging
import os
import subprocess
import sys
import threading

import pytest
from django.conf import settings
from django.db import connection, connections
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from django.utils.log import AdminEmailHandler
from django.views.debug import ExceptionReporter

import iop_site.settings
from tests import factories

TYPED = {"name": "Quillon", "message": "marmalade umbrella"}
PRAGMAS = ["journal_mode", "synchronous", "secure_delete"]


def pragmas(request):
    values = {}
    with connection.cursor() as cursor:
        for name in PRAGMAS:
            cursor.execute(f"PRAGMA {name}")
            values[name] = cursor.fetchone()[0]
    return HttpResponse(repr(values))


urlpatterns = [path("pragmas/", pragmas)]


@pytest.mark.urls(__name__)
@pytest.mark.django_db(transaction=True)
def test_what_a_request_stores_is_on_disk_before_it_is_answered_and_erased_when_deleted():
    """On a connection of its own, as each worker thread has one: the first of a process may differ from later ones."""
    answers = []

    def ask():
        try:
            answers.append(Client().get("/pragmas/").text)
        finally:
            connections.close_all()

    worker = threading.Thread(target=ask)
    worker.start()
    worker.join()
    assert answers == [repr({"journal_mode": "wal", "synchronous": 2, "secure_delete": 1})]


@pytest.mark.parametrize("pragma", ["journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"])
def test_what_keeps_requests_safe_is_asked_for_and_not_left_to_how_sqlite_was_built(pragma):
    assert pragma in settings.DATABASES["default"]["OPTIONS"]["init_command"]


def test_a_write_waits_for_its_turn():
    options = settings.DATABASES["default"]["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert options["timeout"] >= 20


def test_messages_to_staff_never_go_into_a_cookie():
    assert settings.MESSAGE_STORAGE == "django.contrib.messages.storage.session.SessionStorage"


def all_loggers():
    named = [logging.getLogger(name) for name in logging.root.manager.loggerDict]
    return [logging.root, *named]


def test_no_log_is_mailed_to_anybody():
    handlers = [handler for logger in all_loggers() for handler in logger.handlers]
    assert handlers
    assert not any(isinstance(handler, AdminEmailHandler) for handler in handlers)
    assert not any(isinstance(handler, logging.handlers.SMTPHandler) for handler in handlers)


def test_no_package_logs_the_questions_to_the_database():
    assert not logging.getLogger("django.db.backends").isEnabledFor(logging.DEBUG)


def break_down(form):
    raise RuntimeError(f"a fault of ours, {len(form)} fields deep")


def test_an_error_report_says_where_it_failed_and_not_what_a_person_sent(rf):
    rf.cookies["staff"] = TYPED["name"]
    request = rf.post("/request/", TYPED, headers={"referer": f"/?{TYPED['name']}"})
    try:
        break_down(request.POST.dict())
    except RuntimeError:
        report = ExceptionReporter(request, *sys.exc_info())
    for text in (report.get_traceback_text(), report.get_traceback_html()):
        assert "a fault of ours, 2 fields deep" in text
        for typed in TYPED.values():
            assert typed not in text


def test_the_site_never_runs_in_debug_mode():
    """As written: the test runner itself turns it off."""
    assert iop_site.settings.DEBUG is False


def test_sessions_and_cookies_are_for_staff_alone_and_end_with_the_browser():
    assert settings.SESSION_EXPIRE_AT_BROWSER_CLOSE
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.CSRF_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == settings.CSRF_COOKIE_SAMESITE == "Strict"


def mail_settings(**given):
    """The process that read them: whether mail goes into files, and how its line is encrypted."""
    program = (
        "from iop_site import settings as s;"
        "print(hasattr(s, 'EMAIL_FILE_PATH'), hasattr(s, 'EMAIL_BACKEND'), s.EMAIL_USE_TLS, s.EMAIL_USE_SSL)"
    )
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=settings.BASE_DIR,
        env={**os.environ, **given},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"SITE_URL": "http://127.0.0.1:8000"}, "True True True False"),
        ({"SITE_URL": "http://127.0.0.1:8000", "MAIL_HOST": "mail.clinic.example"}, "False False True False"),
        ({"SITE_URL": "https://clinic.example"}, "False False True False"),
        ({"SITE_URL": "https://clinic.example", "MAIL_TLS": "tls"}, "False False False True"),
        ({"SITE_URL": "https://clinic.example", "MAIL_TLS": "none"}, "False False False False"),
    ],
)
def test_mail_is_encrypted_unless_told_otherwise_and_goes_into_files_only_on_this_machine(given, said):
    assert mail_settings(**given).stdout.strip() == said


def test_a_word_for_encryption_that_is_not_known_is_refused():
    assert "MAIL_TLS is starttls, tls or none." in mail_settings(MAIL_TLS="yes").stderr


def log_of(ask):
    [console] = [handler for handler in logging.getLogger().handlers if type(handler) is logging.StreamHandler]
    before = console.setStream(io.StringIO())
    try:
        ask()
        return console.stream.getvalue()
    finally:
        console.setStream(before)


REFUSED = {
    "Invalid HTTP_HOST header": lambda client: client.get("/sitemap.xml", headers={"host": "evil.example"}),
    "Unable to parse request body": lambda client: client.post("/staff/login/", "x", "multipart/form-data"),
    "Forbidden": lambda client: client.get("/staff/figures/"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("words", REFUSED)
def test_what_django_refuses_is_one_line_in_the_log(client, words):
    factories.clinic()
    client.force_login(factories.colleague())
    lines = log_of(lambda: REFUSED[words](client))
    assert words in lines
    assert lines.count("\n") == 1


@pytest.mark.django_db
def test_a_fault_of_ours_keeps_its_traceback(client, monkeypatch):
    monkeypatch.setattr("intake.views.request.form_token.read", break_down)
    client.raise_request_exception = False
    lines = log_of(lambda: client.post("/request/", TYPED, headers={"sec-fetch-site": "same-origin"}))
    assert "Traceback" in lines
    assert "a fault of ours" in lines
