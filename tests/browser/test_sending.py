"""Words on the way: nothing is lost when the site cannot be reached, and nothing is sent twice."""

import os
import re
import signal
import sqlite3
import time
from contextlib import closing

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, cookies_of, listen, press
from tests.browser.rules import violations
from tests.browser.test_request import PLANTED, fill, open_private_page, send
from tests.intake.faults import database_gone
from tests.site import copied, filled, form_of

pytestmark = pytest.mark.browser

NEUTRAL = "https://www.weather.gov/"
SEND = re.compile("Send")


@pytest.fixture(scope="module")
def site(prepared, tmp_path_factory):
    """One that goes away."""
    running = copied(prepared, tmp_path_factory.mktemp("going") / "var")
    running.serve()
    running.add_colleague("sender")
    answers = {"asking_for": "self", "name": "Sam Sample", "ways": "call", "phone": "207 555 0177"}
    running.send("/request/", filled(form_of(running.ask("/request/").text), answers))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def cookies(browser, site):
    return cookies_of(browser, site, "sender")


@pytest.fixture
def desk(browser, site, cookies):
    context = browser.new_context(base_url=site.url, storage_state=cookies)
    yield context.new_page()
    context.close()


@pytest.fixture
def page(browser, site):
    """It may complain of a site that does not answer."""
    context = browser.new_context(base_url=site.url, viewport=PHONE)
    context.route(f"{NEUTRAL}**", lambda route: route.fulfill(body="<title>Weather</title><p>Sunny</p>"))
    window = context.new_page()
    problems = listen(window)
    yield window
    context.close()
    assert [text for text in problems if "Failed to load resource" not in text] == []


def count(site, table, condition="1"):
    with closing(sqlite3.connect(site.var / "site.sqlite3", timeout=20)) as database:
        return database.execute(f"SELECT count(*) FROM {table} WHERE {condition}").fetchone()[0]


def requests_in(site):
    return count(site, "intake_consultationrequest")


def not_reached(page):
    note = page.locator(".not-reached")
    note.wait_for()
    assert note.evaluate("note => note === document.activeElement")
    return note.inner_text()


def test_a_request_waits_in_its_form_until_the_site_is_there_again(page, site):
    before = requests_in(site)
    page.goto("/request/")
    fill(page, "Me")
    site.stop()
    page.get_by_role("button", name=SEND).click()
    said = not_reached(page)
    assert "What you wrote is still here" in said
    assert page.locator(".not-reached").get_by_role("link").get_attribute("href").startswith("tel:+1")
    assert violations(page) == []
    page.get_by_role("button", name=SEND).click()
    not_reached(page)
    assert page.get_by_label("What would you like us to know?").input_value() == PLANTED[2]
    site.serve()
    send(page)
    assert requests_in(site) == before + 1


WAITS_A_TWENTIETH = """
const timeout = AbortSignal.timeout.bind(AbortSignal)
AbortSignal.timeout = milliseconds => timeout(milliseconds / 20)"""


def test_on_a_signal_that_is_too_slow_the_form_stays_and_the_next_try_waits_longer(page, site):
    before = requests_in(site)
    page.add_init_script(WAITS_A_TWENTIETH)
    page.goto("/request/")
    fill(page, "Me")
    held_back = []
    page.route("**/robots.txt", lambda route: held_back.append(route))
    button = page.get_by_role("button", name=SEND)
    button.click()
    expect(button).to_have_attribute("aria-busy", "true")
    not_reached(page)
    expect(button).not_to_have_attribute("aria-busy", "true")
    assert page.get_by_label("What would you like us to know?").input_value() == PLANTED[2]
    button.click()
    page.wait_for_timeout(600)  # twice as long as the first try took
    held_back[-1].continue_()
    page.locator(".reference").first.wait_for()
    assert requests_in(site) == before + 1


def test_what_the_site_could_not_keep_waits_on_the_page_that_says_so(page, site):
    before = requests_in(site)
    page.goto("/request/")
    fill(page, "Me")
    with database_gone(site):
        press(page, "Send my request")
    assert "We could not keep this" in page.locator("h1").inner_text()
    page.context.set_offline(True)
    page.get_by_role("button", name="Send again").click()
    not_reached(page)
    assert violations(page) == []
    page.context.set_offline(False)
    press(page, "Send again")
    page.locator(".reference").first.wait_for()
    assert requests_in(site) == before + 1


def test_a_question_waits_on_the_private_page(page):
    page.goto("/request/")
    fill(page, "Me")
    send(page)
    open_private_page(page)
    page.get_by_label("Write to us").fill("Is Tuesday possible?")
    page.context.set_offline(True)
    page.get_by_role("button", name="Send", exact=True).click()
    not_reached(page)
    page.context.set_offline(False)
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_text("Is Tuesday possible?").first.wait_for()
    assert page.get_by_label("Write to us").input_value() == ""


def test_two_presses_of_a_person_send_once(page, site):
    """The second comes while the site is asked, which takes a while."""
    before, sent = requests_in(site), []
    page.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    page.goto("/request/")
    fill(page, "Me")
    page.get_by_role("button", name=SEND).evaluate("button => { button.click(); button.click() }")
    page.locator(".reference").first.wait_for()
    assert len(sent) == 1
    assert requests_in(site) == before + 1


def test_who_leaves_while_the_site_is_asked_sends_nothing(page, site):
    before = requests_in(site)
    page.goto("/request/")
    fill(page, "Me")
    page.evaluate(
        """() => {
            document.querySelector('.form [type=submit]').click()
            document.querySelector('.crisis__exit').click()
        }"""
    )
    page.wait_for_url(NEUTRAL)
    page.wait_for_timeout(500)
    assert page.url == NEUTRAL
    assert requests_in(site) == before


def test_any_answer_of_the_site_will_do_but_not_that_of_a_proxy_without_it(page):
    page.goto("/request/")
    fill(page, "Me")
    page.route("**/robots.txt", lambda route: route.fulfill(status=503))
    page.get_by_role("button", name=SEND).click()
    not_reached(page)
    page.unroute("**/robots.txt")
    page.route("**/robots.txt", lambda route: route.fulfill(status=404))
    send(page)


def note_page(desk, site):
    with closing(sqlite3.connect(site.var / "site.sqlite3", timeout=20)) as database:
        (pk,) = database.execute("SELECT max(id) FROM intake_consultationrequest").fetchone()
    desk.goto(f"/staff/intake/consultationrequest/{pk}/note/")
    words = desk.locator("#content textarea")
    words.click()
    desk.keyboard.type("She calls back on Tuesday")
    return words


def notes_in(site):
    return count(site, "intake_caseentry", "kind = 'noted'")


def test_a_note_of_a_colleague_waits_until_the_site_is_there_again(desk, site):
    before = notes_in(site)
    words = note_page(desk, site)
    desk.context.set_offline(True)
    desk.locator("#content .submit-row button").click()
    assert "what you typed is still here" in not_reached(desk)
    assert words.input_value() == "She calls back on Tuesday"
    desk.context.set_offline(False)
    desk.locator("#content .submit-row button").click()
    desk.locator(".messagelist").wait_for()
    assert notes_in(site) == before + 1


TWO_PRESSES = """() => {
    const button = document.querySelector('form[action*=no_answer] button')
    button.click()
    setTimeout(() => button.click(), 300)
}"""


def test_two_presses_of_a_colleague_send_once(desk, site):
    """The site takes long to answer. By once.js the buttons rest from the press until the next page."""
    note_page(desk, site).fill("")
    desk.get_by_role("link", name="Back to the request").click()
    desk.get_by_role("button", name="Nobody answered").wait_for()
    sent = []
    desk.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    for worker in site.workers():
        os.kill(worker, signal.SIGSTOP)
    desk.evaluate(TWO_PRESSES)
    time.sleep(1)
    for worker in site.workers():
        os.kill(worker, signal.SIGCONT)
    desk.locator(".messagelist").wait_for()
    assert len(sent) == 1


def test_back_from_what_a_press_showed_leads_to_the_request(desk, site):
    note_page(desk, site).fill("")
    press(desk, "Back to the request", "link")
    press(desk, "Show the number")
    number = desk.locator("#content a[href^='tel:']")
    expect(number).to_contain_text("0177")
    press(desk, "Nobody answered")
    desk.go_back()
    desk.get_by_role("button", name="Show the number").wait_for()
    expect(number).to_have_count(0)


def test_a_note_is_not_left_behind_without_a_question(desk, site):
    asked = []
    desk.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    words = note_page(desk, site)
    desk.get_by_role("link", name="Back to the request").click()
    desk.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert words.input_value() == "She calls back on Tuesday"
    words.fill("")
    desk.get_by_role("link", name="Back to the request").click()
    desk.locator(".timeline").first.wait_for()
    assert asked == ["beforeunload"]
