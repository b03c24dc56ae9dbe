"""Whatever is sent to the form and the private page: never an error of ours, and never an honest request lost."""

import io
import json
import re
import socket
from urllib.parse import quote, urlencode
from uuid import uuid4

import pytest
from django.core import signals, signing
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
from tests.site import filled, form_of

FORM = "application/x-www-form-urlencoded"
HONEST = {
    "asking_for": "loved_one",
    "name": "Quillon",
    "ways": ["call", "email"],
    "phone": "207 555 0177",
    "email": "zanzibar@example.com",
    "message": "marmalade umbrella",
}
ASK, CHANGE = "/request/private/ask/", "/request/private/change/"
PATHS = ["/request/", "/request/private/", ASK, CHANGE]
FIELDS = [
    *IntakeForm.base_fields,
    *OpenForm.base_fields,
    *QuestionForm.base_fields,
    *("token", "pass", "sure", spam.HONEYPOT),
]
WORDS = {
    "nothing": "",
    "spaces": " \t\r\n ",
    "NUL": "a\x00b",
    "every control character": "".join(map(chr, range(32))) + "\x7f\x80\x9f",
    "text that turns around": "\u202eevil\u202c \u2066isolate\u2069 \u200f",
    "invisible letters": "\u200b\ufeff\u2060\u00ad",
    "letters beyond letters": "a" + "\u0301" * 2000,
    "emoji": "🧑‍🧑‍🧒‍🧒🏳️‍🌈" * 50,
    "a flag of tags": "\U000e0067\U000e007f",
    "not a character": "\uffff\U0010ffff",
    "line separators": "a\u2028b\u2029c\x85d",
    "a header": "a\r\nBcc: everybody@example.com",
    "markup": "</textarea></script><script>alert(1)</script>",
    "a template": "{{ clinic }}{% debug %}${7*7}",
    "SQL": "1 OR 1=1; DROP TABLE intake_consultationrequest; --",
    "a long word": "a" * 100_000,
    "many lines": "\n" * 50_000,
    "a negative number": "-1",
    "a huge number": str(10**30),
    "a number with underscores": "1_0",
    "digits of another script": "٢٠٧٥٥٥٠١٧٧",
    "not a number": "NaN",
    "a time long ago": "0001-01-01T00:00Z",
    "a time after all time": "9999-12-31T23:59:59.999999+00:00",
    "a time without a zone": "2026-11-22T14:00",
    "no time": "2026-13-45T99:99Z",
    "a path": "../../../../etc/passwd",
    "a list": "['call', 'text']",
}
TYPES = {
    "none": None,
    "an empty one": "",
    "JSON": "application/json",
    "plain text": "text/plain",
    "a form in two parts": "multipart/form-data; boundary=x, application/x-www-form-urlencoded",
    "a form in UTF-16": f"{FORM}; charset=utf-16",
    "a form in UTF-7": f"{FORM}; charset=utf-7",
    "a form in no charset": f"{FORM}; charset=nonsense",
    "a form in an encoding that is none": f"{FORM}; charset=hex",
    "a form in an empty charset": f"{FORM}; charset=",
    "a charset in the other spelling": f"{FORM}; charset*=nonsense''utf-8",
    "a parameter in no charset": f"{FORM}; x*=nonsense''y",
    "parts without a boundary": "multipart/form-data",
    "parts with an empty boundary": "multipart/form-data; boundary=",
    "parts with a boundary in no charset": "multipart/form-data; boundary*=nonsense''x",
    "parts with a boundary too long": f"multipart/form-data; boundary={'x' * 5000}",
    "parts with a boundary of another script": "multipart/form-data; boundary=\xff\xfe",
    "parts in UTF-16": "multipart/form-data; boundary=x; charset=utf-16",
    "parts that are not there": "multipart/form-data; boundary=x",
    "parameters without end": FORM + ";a=b" * 5000,
    "only semicolons": ";" * 1000,
}


def part(name, value, more=""):
    return f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{value}\r\n'


PARTS = {
    "cut off in a header": "--x\r\nContent-Disposition: form-da",
    "cut off in a value": '--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nQuil',
    "without a last line": part("name", "Quillon"),
    "without a name": "--x\r\nContent-Disposition: form-data\r\n\r\nvalue\r\n--x--\r\n",
    "without a header": "--x\r\n\r\nvalue\r\n--x--\r\n",
    "with a name in no charset": "--x\r\nContent-Disposition: form-data; name*=nonsense''a\r\n\r\nb\r\n--x--\r\n",
    "with a name in UTF-7": "--x\r\nContent-Disposition: form-data; name*=utf-7''%2B2AA-\r\n\r\nb\r\n--x--\r\n",
    "in broken base64": part("name", "!!!", "\r\nContent-Transfer-Encoding: base64") + "--x--\r\n",
    "with a file": part("name", "words", '; filename="a.txt"\r\nContent-Type: text/plain') + "--x--\r\n",
    "with a file in broken base64": part("a", "!", '; filename="a"\r\nContent-Transfer-Encoding: base64') + "--x--\r\n",
    "with a file named as a folder": part("phone", "words", '; filename="../../../"') + "--x--\r\n",
    "with a file in no charset": part("name", "a", "; filename=a\r\nContent-Type: text/plain; charset*=nonsense''b")
    + "--x--\r\n",
    "with a charset for all": part("_charset_", "utf-16") + part("name", "Quillon") + "--x--\r\n",
    "2000 of them": "".join(part(f"field{n}", "a") for n in range(2000)) + "--x--\r\n",
    "500 files": "".join(part(f"field{n}", "a", '; filename="a"') for n in range(500)) + "--x--\r\n",
    "within parts": part("a", part("b", "c"), "\r\nContent-Type: multipart/mixed; boundary=x") + "--x--\r\n",
    "only the last line": "--x--\r\n",
}
BODIES = {
    "percent signs of nothing": b"name=%&phone=%zz&%=%&ways=%e",
    "half of a letter": b"name=%c3&message=%e2%82&%ff=%fe",
    "letters that are too long": b"name=%c0%80&message=%f5%80%80%80",
    "half of a surrogate pair": b"name=%ed%a0%80&phone=%ed%bf%bf",
    "raw bytes": bytes(range(256)) * 20,
    "ampersands": b"&" * 20_000,
    "equal signs": b"=" * 20_000,
    "semicolons": b"name=a;phone=b;ways=call",
    "UTF-16": urlencode(HONEST).encode("utf-16"),
    "JSON": json.dumps(HONEST).encode(),
    "XML": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "compressed": b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
    "2000 fields": "&".join(f"field{n}=a" for n in range(2000)).encode(),
    "one field 900 times": b"&".join([b"ways=call"] * 900),
    "a field of a megabyte": b"message=" + b"a" * 1024 * 1024,
    "a field of two megabytes": b"message=" + b"a" * 2 * 1024 * 1024,
    "a name of almost a megabyte": b"a" * 1_000_000 + b"=1",
}
TOKENS = {
    "of another site": lambda: signing.dumps([uuid4().hex, {"": "Yes."}, "1", 0], key="another", salt=form_token.SALT),
    "of another place": lambda: signing.dumps([uuid4().hex, {"": "Yes."}, "1", 0], salt="another"),
    "with another content": lambda: signing.dumps({"a": 1}, salt=form_token.SALT),
    "with too little": lambda: signing.dumps([uuid4().hex], salt=form_token.SALT),
    "without a list": lambda: signing.dumps("text", salt=form_token.SALT, compress=True),
    "with no identity": lambda: signing.dumps(["nobody", {}, "1", 0], salt=form_token.SALT),
    "huge": lambda: "a" * 900_000,
    "colons": lambda: ":" * 10_000,
    "not ASCII": lambda: "é:é:é",
    "NUL": lambda: "\x00:\x00:\x00",
}


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


HEAD = "POST /request/ HTTP/1.1\r\nHost: {host}\r\nContent-Type: " + FORM + "\r\n"
WIRE = {
    "nothing": b"",
    "line breaks": b"\r\n" * 100,
    "no HTTP at all": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "half a request line": b"POST /requ",
    "a method of its own": b"SEND /request/ HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "an address without end": b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "an address that cannot be decoded": b"GET /request/%ff%c0%00 HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "a header without end": b"GET / HTTP/1.1\r\nHost: {host}\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
    "500 headers": b"GET / HTTP/1.1\r\nHost: {host}\r\n" + b"X-A: b\r\n" * 500 + b"\r\n",
    "another host": b"GET /request/ HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n",
    "a host that is none": b"GET /request/ HTTP/1.1\r\nHost: [::\xff\r\n\r\n",
    "a length that is none": HEAD.encode() + b"Content-Length: many\r\n\r\n",
    "a negative length": HEAD.encode() + b"Content-Length: -1\r\n\r\n",
    "more length than body": HEAD.encode() + b"Content-Length: 5000\r\n\r\nname=Quillon",
    "two lengths": HEAD.encode() + b"Content-Length: 4\r\nContent-Length: 9\r\n\r\nname=abcd",
    "chunks that are none": HEAD.encode() + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nname=a\r\n0\r\n\r\n",
    "chunks that stop": HEAD.encode() + b"Transfer-Encoding: chunked\r\n\r\n5\r\nname=",
    "chunks and a length": HEAD.encode() + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a charset in the other spelling": b"GET / HTTP/1.1\r\nHost: {host}\r\nContent-Type: a/b; c*=nonsense''d\r\n\r\n",
}


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
