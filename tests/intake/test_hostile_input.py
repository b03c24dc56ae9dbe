"""Whatever is sent to the form and the private page: never an error of ours, and never an honest request lost."""

import io
import re
import socket
from urllib.parse import quote

import pytest
from django.core import signals
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinic import error_pages
from clinic.models import Clinic
from intake import form_token, private_page, spam
from intake.forms import CONSENT_VERSION, IntakeForm, OpenForm, QuestionForm, consent_lines
from intake.models import ConsultationRequest
from iop_site.wsgi import application
from tests import factories
from tests.intake.hostile import BODIES, FORM, HONEST, PARTS, TOKENS, TYPES, WIRE, WORDS
from tests.site import filled, form_of

ASK, CHANGE = "/request/private/ask/", "/request/private/change/"
PATHS = ["/request/", "/request/private/", ASK, CHANGE]
FIELDS = [
    *IntakeForm.base_fields,
    *OpenForm.base_fields,
    *QuestionForm.base_fields,
    *("token", "pass", "sure", spam.HONEYPOT),
]


@pytest.fixture(autouse=True)
def clinic(db):
    factories.clinic()
    factories.program()
    error_pages.write()


@pytest.fixture(autouse=True)
def connection_stays_open():
    """The application closes its connection with each request, and the test would lose its transaction."""
    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)
    yield
    signals.request_started.connect(close_old_connections)
    signals.request_finished.connect(close_old_connections)


def new_token():
    return form_token.new(consent_lines(Clinic.load()), CONSENT_VERSION, is_shown_again=True)


def send(path, body=b"", kind=FORM, **more):
    """Sends bytes as gunicorn passes them on, and returns (status, text)."""
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "testserver",
        "HTTP_SEC_FETCH_SITE": "same-origin",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.url_scheme": "http",
        **({} if kind is None else {"CONTENT_TYPE": kind}),
        **more,
    }
    started = []
    response = application(environ, lambda status, headers: started.append(status))
    text = b"".join(response).decode()
    response.close()
    return int(started[0][:3]), text


def encoded(fields):
    """As a browser sends it; half a surrogate pair as the three bytes that only a hostile client would send."""
    return "&".join(
        f"{quote(name, errors='surrogatepass')}={quote(value, errors='surrogatepass')}" for name, value in fields
    ).encode()


def pairs(answers):
    return [(name, item) for name, value in answers.items() for item in (value if isinstance(value, list) else [value])]


def honest_requests_are_stored():
    before = set(ConsultationRequest.objects.values_list("pk", flat=True))
    status, _ = send("/request/", encoded(pairs({**HONEST, "token": new_token()})))
    stored = ConsultationRequest.objects.exclude(pk__in=before).get()
    return status == 302 and all(getattr(stored, name) == HONEST[name] for name in ("name", "phone", "message"))


def open_pass():
    stored = factories.consultation_request()
    return private_page.seal(stored, private_page.PASS, private_page.PASS_MINUTES)


def is_no_error_of_ours(answer):
    status, text = answer
    return status in (200, 302, 400, 413, 429) and (status == 302 or "tel:+12075550100" in text)


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_any_words_in_any_field(words):
    everywhere = dict.fromkeys(FIELDS, words)
    somewhere = [{name: words} for name in ("name", "phone", "program", "call_at")]
    for changed in (everywhere, *somewhere):
        status, text = answer = send("/request/", encoded(pairs({**HONEST, "token": new_token(), **changed})))
        assert is_no_error_of_ours(answer), changed.keys()
        if status != 302 and changed is not everywhere:
            assert "zanzibar@example.com" in text
    assert honest_requests_are_stored()


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_any_words_on_the_private_page(words):
    everywhere = dict.fromkeys(FIELDS, words)
    assert is_no_error_of_ours(send(ASK, encoded(pairs(everywhere))))
    for path in PATHS[1:]:
        fields = {**everywhere, "token": new_token(), "pass": open_pass()}
        assert is_no_error_of_ours(send(path, encoded(pairs(fields)))), path
    assert is_no_error_of_ours(send(CHANGE, encoded(pairs({**fields, **HONEST, "program": words}))))
    assert honest_requests_are_stored()


@pytest.mark.parametrize("kind", TYPES.values(), ids=TYPES)
def test_any_content_type(kind):
    for path in PATHS:
        assert is_no_error_of_ours(send(path, encoded(pairs({**HONEST, "token": new_token()})), kind)), path
    for path in ("/help-now/", "/robots.txt"):
        assert send(path, kind=kind, REQUEST_METHOD="GET")[0] == 200
    assert honest_requests_are_stored()


@pytest.mark.parametrize("body", PARTS.values(), ids=PARTS)
def test_any_parts(body):
    for path in PATHS:
        assert is_no_error_of_ours(send(path, body.encode(), "multipart/form-data; boundary=x")), path
    assert honest_requests_are_stored()


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_any_body(body):
    for path in PATHS:
        assert is_no_error_of_ours(send(path, body)), path
    assert honest_requests_are_stored()


@pytest.mark.parametrize(("body", "refused"), [("2000 fields", 400), ("a field of two megabytes", 413)])
def test_what_cannot_be_read_is_answered_with_the_phone_and_the_help_lines(body, refused):
    status, text = send("/request/", BODIES[body])
    assert status == refused
    for number in ("+12075550100", "988", "911"):
        assert f'href="tel:{number}"' in text


@pytest.mark.parametrize("make", TOKENS.values(), ids=TOKENS)
def test_any_token_keeps_what_was_typed(make):
    status, text = send("/request/", encoded(pairs({**HONEST, "token": make()})))
    assert status == 200
    assert "marmalade umbrella" in text
    assert not ConsultationRequest.objects.exists()
    assert is_no_error_of_ours(send(CHANGE, encoded([("pass", make()), ("name", "a")])))
    assert honest_requests_are_stored()


@pytest.mark.parametrize("missing", [*HONEST, "token"])
def test_any_missing_answer_keeps_the_others(missing):
    given = {name: value for name, value in {**HONEST, "token": new_token()}.items() if name != missing}
    status, text = send("/request/", encoded(pairs(given)))
    if status != 302:
        for name in ("name", "email", "message"):
            assert name == missing or HONEST[name] in text
    assert ConsultationRequest.objects.count() == (status == 302)


def test_every_answer_twice_with_another_value_is_one_request_or_none():
    given = pairs({**HONEST, "token": new_token()})
    other = [(name, f"{value}2") for name, value in given]
    for fields in ([*given, *other], [*given, *given]):
        assert is_no_error_of_ours(send("/request/", encoded(fields)))
    assert ConsultationRequest.objects.count() == 1
    assert ConsultationRequest.objects.get().name == "Quillon"


@pytest.mark.parametrize("program", ["1 OR 1=1", "-1", "0", str(10**30), "1.5", "\x00", "٣", "[]", "unpublished"])
def test_a_program_that_is_not_offered_is_not_stored(program):
    if program == "unpublished":
        program = str(factories.program(is_published=False).pk)
    status, text = send("/request/", encoded(pairs({**HONEST, "token": new_token(), "program": program})))
    assert status == 200
    assert "marmalade umbrella" in text


def printed(raw):
    return raw.decode("latin-1")


text = st.text(max_size=60) | st.sampled_from([*WORDS.values()][:20]) | st.binary(max_size=40).map(printed)
known = st.sampled_from([*FIELDS, "csrfmiddlewaretoken", "\ud83d", "__proto__", ""])
honest = st.sampled_from(pairs(HONEST))
form = st.lists(st.tuples(known, text) | honest, max_size=25)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(PATHS), fields=form, has_token=st.booleans())
def test_any_form_at_all(path, fields, has_token):
    keys = [("token", new_token()), ("pass", open_pass())] if has_token else []
    assert is_no_error_of_ours(send(path, encoded([*fields, *keys])))
    assert honest_requests_are_stored()


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(PATHS),
    body=st.binary(max_size=500) | st.sampled_from([*BODIES.values()][:12]),
    kind=st.sampled_from([*filter(None, TYPES.values())]) | st.binary(max_size=40).map(printed),
)
def test_any_bytes_at_all(path, body, kind):
    assert is_no_error_of_ours(send(path, body, kind))
    assert honest_requests_are_stored()


class TestSpam:
    """What a trap catches stands apart for staff; the sender sees what everybody sees."""

    def send(self, address, **changed):
        given = {**HONEST, "token": new_token(), **changed}
        return send("/request/", encoded(pairs(given)), HTTP_X_FORWARDED_FOR=f"198.51.100.7, {address}")

    def test_a_field_that_people_do_not_see_holds_a_request_and_keeps_it(self):
        assert self.send("203.0.113.1", **{spam.HONEYPOT: "https://buy.example"})[0] == 302
        stored = ConsultationRequest.objects.held().get()
        assert stored.held_because == spam.FILLED_HONEYPOT
        assert stored.message == HONEST["message"]

    def test_families_stand_in_the_main_list_during_a_flood(self, settings):
        settings.BEHIND_PROXY = True
        for family in range(20):
            for _ in range(10):
                assert self.send("203.0.113.66", name="Bot")[0] == 302
            assert self.send(f"192.0.2.{family}", name=f"Family {family}")[0] == 302
        main = [stored.name for stored in ConsultationRequest.objects.main_list()]
        assert sorted(name for name in main if name != "Bot") == sorted(f"Family {family}" for family in range(20))
        assert main.count("Bot") == spam.MOST_FROM_ONE_SOURCE
        assert ConsultationRequest.objects.count() == 220, "kept, every one"


@pytest.fixture(scope="module")
def site(new_site):
    site = new_site()
    site.serve()
    return site


@pytest.mark.parametrize("sent", WIRE.values(), ids=WIRE)
def test_any_bytes_on_the_wire(site, sent):
    host = site.url.removeprefix("http://")
    name, port = host.split(":")
    with socket.create_connection((name, int(port)), timeout=20) as wire:
        wire.sendall(sent.replace(b"{host}", host.encode()))
        wire.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: wire.recv(65536), b""))
    assert not answer or re.match(rb"HTTP/1.1 (200|301|400|403|404|405|413|414|431) ", answer)
    form = filled(form_of(site.ask("/request/").text), HONEST)
    assert site.send("/request/", form).status == 302
