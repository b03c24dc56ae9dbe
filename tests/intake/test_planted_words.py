"""A word planted in every field, on every way through the site, is afterwards found only where it belongs."""

import base64
import re
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from http.cookies import SimpleCookie

import pytest
from django.contrib.sessions.backends.db import SessionStore

from intake.forms import CALL, EMAIL, WILL_CALL, IntakeForm
from intake.models import ConsultationRequest
from intake.spam import FASTEST_SECONDS
from intake.views.request import TYPED
from tests.intake import faults
from tests.site import PASSWORD, ROOT, code_on_the_phone, filled, form_of

ROUTES = [*ConsultationRequest.AskingFor]
FIELDS = [name for name in IntakeForm.base_fields if name in TYPED]
QUESTION, ANSWER, GUESS, STRAY = "zebraquilt7question", "zebraquilt8answer", "zebraquilt9guess", "zebraquilt6stray"
NOTE, HANDED, REASON = "zebraquilt6note", "zebraquilt7handed", "zebraquilt8reason"  # for colleagues only
SHAPES = {"phone": "(207) 555-01{n}7", "email": "zebraquilt{n}email@example.com"}


def planted(n):
    return {name: SHAPES.get(name, "zebraquilt{n}{name}").format(n=n, name=name.replace("_", "")) for name in FIELDS}


CORRECTION = planted(5)
WORDS = {
    *(word for n in range(1, 6) for word in planted(n).values()),
    *(f"207555{digits}" for digits in ("0117", "0127", "0137", "0147", "0157")),
    *(f"555-01{n}7" for n in range(1, 6)),
    *(f"zebraquilt{n}email" for n in range(1, 6)),
    *(QUESTION, ANSWER, GUESS, STRAY),
    *(NOTE, HANDED, REASON),
}


def in_base64(word):
    """What of it is the same wherever it begins, where that is long enough not to be a chance."""
    for skipped in range(3):
        code = base64.b64encode(bytes(skipped) + word.encode())[4 if skipped else 0 : -4]
        if len(code) >= 8:
            yield code


def found_in(content):
    content = content.encode() if isinstance(content, str) else content
    small = content.lower()
    return sorted(
        word
        for word in WORDS
        if word.encode() in small
        or word.encode("utf-16-le") in small
        or any(code in content for code in in_base64(word))
    )


class Visits:
    """All that was asked of a site and all that it answered, with the cookies of whoever signed in."""

    def __init__(self, site):
        self.site = site
        self.answers = []
        self.addresses = []
        self.cookies = SimpleCookie()

    def kept(self, path, answer):
        self.addresses.append(path)
        self.answers.append(answer)
        return answer

    def get(self, path, **headers):
        return self.kept(path, self.site.ask(path, headers=headers))

    def send(self, path, typed, **headers):
        return self.kept(path, self.site.send(path, typed, headers))

    def staff(self, path, typed=None):
        cookie = {"Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in self.cookies.items())}
        answer = self.get(path, **cookie) if typed is None else self.send(path, typed, **cookie)
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies.load(line)
        return answer

    def form(self, **answers):
        return filled(form_of(self.get("/request/").text), answers)


def write_on_every_route(visits):
    """The receipts, after each mistake that shows a form again or none."""
    forms = []
    for n, route in enumerate(ROUTES, 1):
        typed = planted(n) | {"asking_for": route, "ways": [CALL, EMAIL, WILL_CALL], "wants_receipt": "on"}
        forms.append(visits.form(**typed, person_agreed="yes"))
    time.sleep(FASTEST_SECONDS)  # as people need, so that they stand in the main list
    for form in forms:
        visits.send("/request/", filled(form, {"email": f"{STRAY} no address"}))
        visits.send("/request/", filled(form, {"program": STRAY, "call_at": STRAY, "ways": [STRAY], STRAY: STRAY}))
        visits.send("/request/", filled(form, {"token": STRAY}))
        visits.send("/request/", form, **{"Sec-Fetch-Site": "cross-site"})
        visits.send("/request/", [*form, *((f"{STRAY}{more}", STRAY) for more in range(2000))])
        with faults.database_gone(visits.site):
            visits.send("/request/", form)
        sent = visits.send("/request/", form)
        visits.send("/request/", filled(form, {"message": f"{STRAY} changed"}))
        assert sent.status == 302
        yield visits.get(sent.headers["Location"]).text
    caught = visits.send("/request/", visits.form(**planted(4), asking_for="self", ways=[CALL], website=STRAY))
    assert caught.status == 302


def wander(visits):
    """What a hostile or a careless visitor does."""
    visits.get(f"/request/?name={STRAY}", Referer=f"https://{STRAY}.example/", **{"User-Agent": STRAY})
    visits.get("/request/sent/?receipt=x", Cookie=f"staff={STRAY}; name={STRAY}")
    visits.send("/request/private/", [("reference", GUESS), ("secret", GUESS), ("text", GUESS)])
    visits.send("/request/private/ask/", [("pass", GUESS), ("text", GUESS)])
    visits.site.ask("/request/", method="POST", body=f'{{"name": "{STRAY}"}}', headers={"Content-Type": STRAY})


def use_the_private_page(visits, receipt):
    """The last page, on which all can be read."""
    reference, secret = re.findall(r'<p class="reference[^>]*>([^<]+)', receipt)
    keys = [("reference", reference), ("secret", secret)]
    page = visits.send("/request/private/", keys)
    visits.send("/request/private/ask/", filled(form_of(page.text, "/request/private/ask/"), {"text": QUESTION}))
    change = visits.send("/request/private/change/", form_of(page.text, "/request/private/change/"))
    corrected = filled(form_of(change.text, "/request/private/change/"), CORRECTION)
    visits.send("/request/private/change/", filled(corrected, {"email": STRAY}))
    assert "We changed it" in visits.send("/request/private/change/", corrected).text
    answer_as_staff(visits, reference)
    return visits.send("/request/private/", keys)


def answer_as_staff(visits, reference):
    site = visits.site
    for name in ("colleague", "other"):
        site.add_colleague(name)
    address = "/staff/login/?next=/staff/"
    for password in (STRAY, PASSWORD):
        form = form_of(visits.staff(address).text, "/staff/login/?next=/staff/")
        signed_in = visits.staff(address, filled(form, {"username": "colleague", "password": password}))
    assert signed_in.headers["Location"] == "/staff/login/code/"
    form = form_of(visits.staff("/staff/login/code/").text, None)
    for code in (STRAY, code_on_the_phone()):
        signed_in = visits.staff("/staff/login/code/", [("csrfmiddlewaretoken", form[0][1]), ("code", code)])
    assert signed_in.status == 302
    listed = visits.staff("/staff/intake/consultationrequest/")
    assert reference in listed.text
    assert set(found_in(listed.text)) <= {planted(n)["name"] for n in range(1, 6)}
    search = "/staff/intake/consultationrequest/search/"
    found = visits.staff(search, filled(form_of(listed.text, search), {"text": CORRECTION["phone"]}))
    assert reference in visits.staff(found.headers["Location"]).text
    own = re.search(rf'"(/staff/intake/consultationrequest/\d+/)change/[^"]*">{reference}', listed.text)[1]
    assert CORRECTION["name"] in visits.staff(f"{own}change/").text
    make_moves(visits, own)
    assert reference in visits.staff("/staff/").text


def make_moves(visits, own):
    """A note, a mistake, a hand-over, and an answer that meets somebody who was faster."""

    def press(move, **typed):
        form = form_of(visits.staff(f"{own}{move}/").text, None)
        return visits.staff(f"{own}{move}/", filled(form, typed))

    other = re.search(r'<option value="(\d+)">other</option>', visits.staff(f"{own}hand_over/").text)[1]
    assert press("note", text=NOTE).status == 302
    assert REASON in press("close", text=REASON).text
    assert press("hand_over", to=other, text=HANDED).status == 302
    assert press("answer", text="").status == 200
    refused = press("answer", text=ANSWER)
    assert refused.status == 409
    assert ANSWER in refused.text
    assert press("answer", text=ANSWER, take_over="yes").status == 302
    assert press("close", text=REASON, reason="answered").status == 302
    assert {NOTE, HANDED, REASON} <= set(found_in(visits.staff(f"{own}change/").text))
    assert press("reopen").status == 302


def work(site):
    command = [sys.executable, "manage.py", "work", "--once"]
    with site.log.open("a") as log:
        subprocess.run(command, cwd=ROOT, env=site.environment, stderr=log, check=True)


@pytest.fixture(scope="module")
def visits(new_site):
    site = new_site()
    (site.var / "tmp").mkdir()
    site.environment["TMPDIR"] = str(site.var / "tmp")
    with closing(sqlite3.connect(faults.database_of(site))) as database:
        database.execute("UPDATE clinic_clinic SET notices_to = 'desk@clinic.example'")
        database.commit()
    site.serve()
    visits = Visits(site)
    receipts = list(write_on_every_route(visits))
    wander(visits)
    work(site)
    visits.last_page = use_the_private_page(visits, receipts[-1]).text
    work(site)
    visits.reference = re.search(r'<p class="reference">([^<]+)', receipts[-1])[1]
    return visits


def contents_of(site):
    """All rows of each table, as text."""
    with closing(sqlite3.connect(faults.database_of(site))) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: repr(database.execute(f'SELECT * FROM "{name}"').fetchall()) for name in names}


def session_data(site):
    with closing(sqlite3.connect(faults.database_of(site))) as database:
        return [data for (data,) in database.execute("SELECT session_data FROM django_session")]


def mails(site):
    return [file.read_text() for file in (site.var / "mail").iterdir()]


def test_a_planted_word_would_be_found():
    for word in WORDS:
        assert word in found_in(f"before {word.upper()} after")
        if word.startswith("zebraquilt"):
            for start in range(4):
                assert word in found_in(base64.b64encode(b"x" * start + word.encode() + b" and more"))


def test_all_of_them_reached_those_who_may_read_them(visits):
    unshown = {*CORRECTION.values(), QUESTION, ANSWER} - set(found_in(visits.last_page))
    assert unshown == set()
    assert {NOTE, HANDED, REASON} & set(found_in(visits.last_page)) == set()


def test_no_log_line(visits):
    log = visits.site.log.read_text()
    for seen in ("POST /request/ 302", "POST /request/ 400", "POST /request/ 503", "POST /request/private/ask/ 200"):
        assert seen in log
    assert "Mail delivered: receipt" in log
    assert found_in(log) == []


def test_no_mail_but_the_address_it_goes_to(visits):
    text = "\n".join(mails(visits.site))
    assert visits.reference in text
    assert "New on the desk" in text
    assert f"To: {planted(3)['email']}" in text
    assert found_in(re.sub(r"(?m)^To: .*$", "", text)) == []


def test_no_cookie_no_header_and_no_address(visits):
    headers = "\n".join(f"{name}: {value}" for answer in visits.answers for name, value in answer.headers.items())
    assert "Location: /request/sent/?receipt=" in headers
    assert "Set-Cookie: staff=" in headers
    assert found_in(headers) == []
    pages = "\n".join(answer.text for answer in visits.answers)
    links = "\n".join(re.findall(r'(?:href|src|action|srcset|content)="([^"]*)"', pages))
    assert "/request/private/ask/" in links
    assert found_in(links) == []
    assert {address for address in visits.addresses if found_in(address)} == {f"/request/?name={STRAY}"}


def test_no_cookie_at_all_for_who_writes(visits):
    public = [
        answer
        for address, answer in zip(visits.addresses, visits.answers, strict=True)
        if not address.startswith("/staff/")
    ]
    assert len(public) > 30
    assert [answer.headers["Set-Cookie"] for answer in public if "Set-Cookie" in answer.headers] == []


def test_no_title(visits):
    titles = "\n".join(title for answer in visits.answers for title in re.findall(r"<title>(.*?)</title>", answer.text))
    assert "We have your request" in titles
    assert "Your private page" in titles
    assert found_in(titles) == []


def test_no_row_of_any_table_and_no_session(visits):
    tables = contents_of(visits.site)
    assert {
        "django_session",
        "intake_accessrecord",
        "intake_notice",
        "intake_searchkey",
        "intake_tally",
    } <= tables.keys()
    assert visits.reference in tables["intake_consultationrequest"]
    assert {name: found_in(content) for name, content in tables.items() if found_in(content)} == {}
    sessions = [SessionStore().decode(value) for value in session_data(visits.site)]
    assert any("_auth_user_id" in session for session in sessions)
    assert found_in(repr(sessions)) == []


def test_no_file(visits):
    """Neither the database, its log of writes, nor anything that was made on the way."""
    every = [file for file in visits.site.var.rglob("*") if file.is_file() and "static" not in file.parts]
    files = {file: file.read_bytes() for file in every}
    names = {file.name for file in files}
    assert {"site.sqlite3", "server.log", "503.html"} <= names
    assert any(visits.reference.encode() in content for file, content in files.items() if file.suffix == ".sqlite3")
    mail = visits.site.var / "mail"  # has a test of its own
    found = {file.name: found_in(content) for file, content in files.items() if file.parent != mail}
    assert {name: words for name, words in found.items() if words} == {}
    assert list((visits.site.var / "tmp").iterdir()) == []


def test_no_file_while_the_log_of_writes_is_not_yet_merged(visits):
    with closing(sqlite3.connect(faults.database_of(visits.site))) as reader:
        reader.execute("SELECT count(*) FROM intake_consultationrequest").fetchone()
        sent = visits.send("/request/", visits.form(**planted(1), asking_for="self", ways=[CALL, EMAIL]))
        assert sent.status == 302
        written = (visits.site.var / "site.sqlite3-wal").read_bytes()
    assert b"Call me\nEmail me" in written, "the consent that was just stored is in it"
    assert found_in(written) == []
