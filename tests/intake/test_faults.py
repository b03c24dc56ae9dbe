"""With real faults: a request with a reference is on disk, and of one that could not be kept nothing typed is lost."""

import os
import random
import re
import signal
import sqlite3
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPException
from itertools import count
from os import kill

import pytest

from intake import encryption, form_token
from tests.intake import faults
from tests.intake.mail_server import MailServer
from tests.site import filled, form_of

MESSAGE = 'Umbrella “marmalade” <b>&amp;</b> "quotes" ’ 🌊\r\n\r\nand a second line'
TYPED = {
    "name": "Quillon O’Hara <i>",
    "phone": "(207) 555-0177",
    "email": "zanzibar@example.com",
    "organization": "Lighthouse & Sons",
    "role": "Keeper",
    "person_name": "Persimmon",
    "name_to_ask_for": "Perdita",
    "code_word": "heliotrope",
    "safe_times": "before the kettle boils",
    "language": "Esperanto",
    "message": MESSAGE,
}
CHOSEN = {
    "asking_for": "client",
    "person_agreed": "yes",
    "ways": ["call", "email"],
    "wants_receipt": "on",
    "message_rule": "name_and_number",
    "wants_estimate": "on",
}
QUESTION = "Where is the\r\n“heliotrope” kept?"
REFERENCE = r"\b[A-Z0-9]{3}-[A-Z0-9]{3}-[A-Z0-9]{3}\b"
ASK = "/request/private/ask/"
FAULTS = [
    faults.no_room_to_write,
    faults.room_for_half_of_it,
    faults.no_room_at_all,
    faults.full_disk,
    faults.read_only_file,
    faults.read_only_folder,
    faults.read_only_disk,
    faults.database_gone,
]
STORED = {**TYPED, "message": TYPED["message"].replace("\r\n", "\n")}
PLACES = {name: f"intake.consultationrequest.{name}" for name in TYPED}
taken_slots = set()
KILLS = int(os.environ.get("KILLS", "40"))  # promise 2 was measured with 200
PEOPLE = 10


def rows(site, question, *values):
    with closing(sqlite3.connect(faults.database_of(site))) as database:
        return database.execute(question, values).fetchall()


def stored(site):
    """What each request holds of what was typed, by its reference."""
    read = rows(site, f"SELECT reference, {', '.join(TYPED)} FROM intake_consultationrequest")
    return {
        reference: {name: encryption.decrypt(value, PLACES[name]) for name, value in zip(TYPED, values, strict=True)}
        for reference, *values in read
    }


def questions(site):
    read = rows(site, "SELECT text FROM intake_caseentry WHERE kind = 'asked'")
    return [encryption.decrypt(text, "intake.caseentry.text") for (text,) in read]


def new_form(site, **answers):
    page = site.ask("/request/").text
    # One for each form: the page is kept for a few seconds, and would offer the same place twice.
    slot = [slot for slot in re.findall(r'<option value="(\d[^"]+)"', page) if slot not in taken_slots][-1]
    taken_slots.add(slot)
    return filled(form_of(page), {**TYPED, **CHOSEN, "call_at": slot, **answers})


def without_token(form):
    """The same form can come back with its token signed anew."""
    return sorted((name, value) for name, value in form if name != "token")


def shows_phone_and_help_lines(answer):
    return all(f'href="tel:{number}"' in answer.text for number in ("+12075550142", "988", "911"))


def private_page(site, typed):
    """The page that the reference and the secret of this form open."""
    receipt = site.ask(site.send("/request/", typed).headers["Location"]).text
    reference, secret = re.findall(r'<p class="reference[^>]*>([^<]+)', receipt)
    page = site.send("/request/private/", [("reference", reference), ("secret", secret)])
    assert "Questions and answers" in page.text
    return page


@pytest.fixture(scope="module")
def mail_server():
    """One that takes a call and then says nothing."""
    office = MailServer()
    office.start()
    office.speaks.clear()
    yield office
    office.speaks.set()
    office.stop()


@pytest.fixture(scope="module")
def site(new_site, mail_server):
    site = new_site(MAIL_HOST="127.0.0.1", MAIL_PORT=str(mail_server.port), MAIL_TLS="none")
    site.serve()
    return site


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_what_cannot_be_kept_stays_on_the_page_and_can_be_sent_when_the_fault_is_over(site, fault):
    typed = new_form(site)
    question = filled(form_of(private_page(site, new_form(site)).text, ASK), {"text": QUESTION})
    before, asked = stored(site), questions(site)
    with fault(site):
        answer, answer_to_question = site.send("/request/", typed), site.send(ASK, question)
        help_page = site.ask("/help-now/")
    assert stored(site) == before
    assert questions(site) == asked

    for failed in (answer, answer_to_question):
        assert failed.status == 503
        assert shows_phone_and_help_lines(failed)
        assert not re.search(REFERENCE, failed.text)
        assert failed.headers["Cache-Control"] == "no-store"
    assert help_page.status == 200
    assert "tel:988" in help_page.text

    still_there = form_of(answer.text)
    assert without_token(still_there) == without_token(typed)
    assert site.send("/request/", still_there).status == site.send("/request/", still_there).status == 302
    new = {reference: held for reference, held in stored(site).items() if reference not in before}
    assert list(new.values()) == [STORED]

    question_still_there = form_of(answer_to_question.text, ASK)
    assert sorted(question_still_there) == sorted(question)
    assert "We have your question" in site.send(ASK, question_still_there).text
    assert questions(site)[len(asked) :] == [QUESTION.replace("\r\n", "\n")]


def test_without_its_database_the_site_still_gives_help_at_once(site):
    with faults.database_gone(site):
        seconds = []
        for _ in range(3):
            start = time.monotonic()
            answer = site.ask("/help-now/")
            seconds.append(time.monotonic() - start)
            assert answer.status == 200
            assert shows_phone_and_help_lines(answer)
        assert min(seconds) < 1
        answers = [site.ask(path) for path in ("/request/private/", "/")]
    assert [answer.status for answer in answers] == [503, 500]
    assert all(shows_phone_and_help_lines(answer) for answer in answers)


def test_a_write_lock_is_waited_for_and_given_up_before_the_proxy_does(site):
    """One lock for both: for whom it was there first it never ends, for whom came 12 seconds later it ends."""
    first, second = new_form(site), new_form(site, name="Wilhelmina")
    before = stored(site)
    with ThreadPoolExecutor() as people:
        with faults.another_program_writes(faults.database_of(site)):
            start = time.monotonic()
            waiting = people.submit(site.send, "/request/", first)
            time.sleep(12)
            asked_again = time.monotonic()
            waiting_less = people.submit(site.send, "/request/", second)
            for path in ("/", "/request/", "/help-now/", "/programs/"):
                assert site.ask(path).status == 200
            answer = waiting.result()
            waited = time.monotonic() - start
            assert not waiting_less.done()
            assert time.monotonic() - asked_again > 8
        assert waiting_less.result().status == 302
    assert answer.status == 503
    assert 20 <= waited < 40, "gunicorn and the proxy wait for 60"
    assert "We could not keep your request" in answer.text
    assert shows_phone_and_help_lines(answer)
    assert not re.search(REFERENCE, answer.text)
    assert without_token(form_of(answer.text)) == without_token(first)
    assert [held["name"] for key, held in stored(site).items() if key not in before] == ["Wilhelmina"]
    assert site.send("/request/", form_of(answer.text)).status == 302
    assert len(stored(site)) == len(before) + 2


def test_sending_never_speaks_to_the_mail_server(site, mail_server):
    """So it can be away, hang or be slow, and nobody waits for it."""
    assert site.send("/request/", new_form(site)).status == 302
    assert not mail_server.reached.is_set()
    mail_server.speaks.set()
    site.manage("work", "--once")
    assert mail_server.reached.is_set(), "the worker would have been seen"
    assert any("Your reference" in mail for mail in mail_server.mails)


def test_no_fault_puts_what_was_typed_into_the_log(site):
    typed = new_form(site)
    for fault in (faults.no_room_to_write, faults.no_room_at_all, faults.database_gone):
        with fault(site):
            site.send("/request/", typed)
    log = site.log.read_text()
    assert "POST /request/ 503" in log  # not each of them: where no file can grow, the log cannot either
    for words in [*TYPED.values(), QUESTION]:
        for line in words.splitlines():
            assert not line or line not in log


def test_without_a_key_the_form_closes_keeps_what_was_typed_and_the_rest_stays(site, new_site):
    typed = new_form(site)
    site = new_site()
    key = site.environment.pop("ENCRYPTION_KEYS")
    site.serve()
    assert [site.ask(path).status for path in ("/", "/help-now/")] == [200, 200]
    for path in ("/request/", "/request/private/"):
        assert site.ask(path).status == 503
        assert shows_phone_and_help_lines(site.ask(path))
    answer = site.send("/request/", typed)
    assert answer.status == 503
    assert shows_phone_and_help_lines(answer)
    assert sorted(form_of(answer.text)) == sorted(typed)
    site.stop()
    site.environment["ENCRYPTION_KEYS"] = key
    site.serve()
    assert stored(site) == {}
    assert site.send("/request/", form_of(answer.text)).status == 302
    assert list(stored(site).values()) == [STORED]


class Crowd:
    """People who send until they have an answer, each from an address of their own, while workers are killed."""

    def __init__(self, site):
        self.site = site
        self.form = new_form(site, call_at="")
        self.token = form_token.read(dict(self.form)["token"])
        self.is_over = threading.Event()
        self.receipts = {}  # name: address of the receipt
        self.lost = 0  # answers that a kill cut off

    def keep_sending(self, person):
        for turn in count(1):
            if self.is_over.is_set():
                return
            self.send_one(f"Person{person}x{turn}", f"10.{person}.{turn // 250}.{turn % 250}")

    def send_one(self, name, address):
        token = form_token.new(self.token.consent_lines, self.token.consent_version, is_shown_again=True)
        form = filled(self.form, {"name": name, "email": f"{name}@example.com", "token": token})
        while True:
            try:
                answer = self.site.send("/request/", form, {"X-Forwarded-For": address})
            except (OSError, HTTPException):
                self.lost += 1
                time.sleep(0.05)  # nobody presses faster
                continue
            assert answer.status == 302, answer.status
            self.receipts[name] = answer.headers["Location"]
            return


def kill_one_worker(site):
    if workers := site.workers():
        kill(random.choice(workers), signal.SIGKILL)


def test_no_acknowledged_request_is_lost_or_halved_when_workers_are_killed_as_they_store(new_site):
    site = new_site(BEHIND_PROXY="true", WEB_WORKERS="3")
    site.serve("--preload")  # so that the next worker is there at once, and is killed in the middle of something
    crowd = Crowd(site)
    with ThreadPoolExecutor(PEOPLE) as people:
        sending = [people.submit(crowd.keep_sending, person) for person in range(PEOPLE)]
        for _ in range(KILLS):
            time.sleep(random.uniform(0.05, 0.25))
            kill_one_worker(site)
        crowd.is_over.set()
    assert [person.exception() for person in sending] == [None] * PEOPLE
    assert crowd.lost > KILLS / 2, "most kills cut somebody off"

    held = stored(site)
    assert Counter(request["name"] for request in held.values()) == Counter(list(crowd.receipts))
    for name, address in crowd.receipts.items():
        receipt = site.ask(address).text
        assert held[re.search(REFERENCE, receipt)[0]]["name"] == name
    parts = rows(
        site,
        """SELECT held_because,
            (SELECT group_concat(kind) FROM intake_caseentry WHERE request_id = request.id),
            (SELECT count(DISTINCT kind) FROM intake_notice WHERE request_id = request.id),
            (SELECT count(DISTINCT kind) FROM intake_searchkey WHERE request_id = request.id)
        FROM intake_consultationrequest AS request""",
    )
    assert set(parts) == {("", "received", 2, 4)}
    assert rows(site, "PRAGMA integrity_check") == [("ok",)]
