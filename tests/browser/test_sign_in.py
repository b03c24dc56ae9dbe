"""A colleague's first day with a keyboard and a phone's window, and a desk that locks itself and loses no word."""

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import chain

import pytest
from django.utils import timezone

from accounts import totp
from tests.browser.conftest import PHONE, next_page, press, sign_in
from tests.browser.rules import violations
from tests.site import PASSWORD, code_on_the_phone

pytestmark = pytest.mark.browser

PAIRS = 7  # a test of this file each


def now_on(page, address):
    page.wait_for_url(f"**{address}")
    assert violations(page) == []


def test_from_the_link_to_the_desk_with_keys_alone(page, site):
    said = site.manage("enrol", "kit", "--email", "kit@clinic.example")
    page.goto(re.search(r"http\S+", said)[0])
    assert violations(page) == []
    page.get_by_label("New password", exact=True).focus()
    page.keyboard.type("four calm words here")
    page.keyboard.press("Tab")
    page.keyboard.type("four calm words here")
    page.keyboard.press("Enter")
    now_on(page, "/staff/login/phone/")
    assert page.get_by_role("img", name="QR code for your authenticator app").bounding_box()["width"] > 200
    secret = page.locator(".sign-in__key").inner_text().replace(" ", "")
    page.get_by_label("Code from your app").focus()
    page.keyboard.type(totp.code_at(secret, timezone.now()))
    page.keyboard.press("Enter")
    page.locator(".sign-in__codes").wait_for()
    assert violations(page) == []
    assert page.locator(".sign-in__codes li").count() == 10
    page.get_by_label("I have kept these codes").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    now_on(page, "/staff/")


@pytest.fixture(scope="module")
def pairs(site):
    """The names of two colleagues for each test: a code works once."""
    names = [[f"{name}{number}" for name in ("colleague", "another")] for number in range(PAIRS)]
    site.add_team(dict.fromkeys(chain(*names), ""))
    return iter(names)


@pytest.fixture
def desk(browser, site, pairs):
    """Somebody signed in who began to write, and a browser whose clock the test moves.

    It may complain: to see what a style sheet imports, axe adds an inline one, which our policy refuses.
    """
    context = browser.new_context(base_url=site.url, viewport=PHONE)
    page = context.new_page()
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.names = next(pairs)
    page.clock.install()
    sign_in(page, page.names[0])
    page.goto("/staff/clinic/alert/add/")
    page.get_by_label("Body").fill("Snow on Tuesday")
    yield page
    context.close()
    assert problems == []


def sessions_end_in(site, seconds):
    with closing(sqlite3.connect(site.var / "site.sqlite3", timeout=20)) as database:
        moment = datetime.now(UTC).replace(tzinfo=None) + timedelta(seconds=seconds)
        database.execute("UPDATE django_session SET expire_date = ?", [str(moment)])
        database.commit()


def sign_in_again(desk, username):
    with desk.context.expect_page() as opened:
        desk.get_by_role("link", name="Sign in in a new tab").click()
    tab = opened.value
    type_sign_in(tab, username)
    assert "Close this tab" in tab.locator("main").inner_text()
    tab.close()


def type_sign_in(tab, username):
    tab.get_by_label("Username").fill(username)
    tab.get_by_label("Password").fill(PASSWORD)
    tab.keyboard.press("Enter")
    # The code of the half minute to come: this one was used to sign in.
    tab.get_by_label("Code from your app").fill(code_on_the_phone(ahead=1))
    press(tab, "Sign in")


def test_the_warning_keeps_what_was_typed(desk, site):
    warning = desk.get_by_role("alertdialog", name="Are you still there?")
    desk.clock.fast_forward("13:30")
    desk.wait_for_load_state("networkidle")
    assert not warning.is_visible(), "another tab went on meanwhile: the site says that there is time"
    sessions_end_in(site, 100)
    desk.clock.fast_forward("13:30")
    warning.wait_for()
    assert "You will be signed out in 2 minutes." in warning.inner_text()
    assert violations(desk) == []
    desk.keyboard.press("Enter")
    warning.wait_for(state="hidden")
    assert desk.get_by_label("Body").input_value() == "Snow on Tuesday"
    assert desk.evaluate("fetch('/staff/session/').then(answer => answer.json())")["seconds"] > 800


def test_a_desk_left_open_hides_itself_and_goes_on_after_signing_in_again(desk, site):
    sessions_end_in(site, -1)
    desk.clock.fast_forward("15:01")
    ended = desk.get_by_role("alertdialog", name="You are signed out")
    ended.wait_for()
    for _ in range(3):
        desk.keyboard.press("Escape")
    assert ended.is_visible()
    assert not desk.get_by_label("Body").is_visible()
    assert violations(desk) == []
    ended.get_by_role("button", name="Look again").click()
    desk.get_by_text("You are not signed in yet.").wait_for()
    sign_in_again(desk, desk.names[0])
    desk.evaluate("dispatchEvent(new Event('focus'))")
    ended.wait_for(state="hidden")
    assert desk.get_by_label("Body").input_value() == "Snow on Tuesday"
    desk.get_by_role("button", name="Save", exact=True).click()
    assert "Please correct" in desk.locator(".errornote").inner_text(), "the form was taken; its times are missing"


def test_what_one_typed_is_not_shown_to_another(desk, site):
    sessions_end_in(site, -1)
    desk.clock.fast_forward("15:01")
    desk.get_by_role("alertdialog", name="You are signed out").wait_for()
    sign_in_again(desk, desk.names[1])
    with next_page(desk):
        desk.evaluate("dispatchEvent(new Event('focus'))")
    assert desk.get_by_label("Body").input_value() == ""


def test_a_form_sent_after_the_lid_was_closed_waits_behind_the_overlay(desk, site):
    sessions_end_in(site, -1)
    desk.clock.set_fixed_time(datetime.now() + timedelta(hours=1))
    desk.evaluate("document.querySelector('#alert_form').requestSubmit()")
    desk.get_by_role("alertdialog", name="You are signed out").wait_for()
    assert desk.url.endswith("/staff/clinic/alert/add/")


def test_a_form_sent_after_signing_out_in_another_tab_waits_too(desk):
    tab = desk.context.new_page()
    tab.goto("/staff/")
    tab.get_by_role("button", name="Sign out").click()
    desk.get_by_role("button", name="Save", exact=True).click()
    desk.get_by_role("alertdialog", name="You are signed out").wait_for()
    assert desk.url.endswith("/staff/clinic/alert/add/")
    assert desk.get_by_label("Body").input_value() == "Snow on Tuesday"


@pytest.mark.parametrize("is_same", [True, False], ids=["the same colleague", "another"])
def test_a_form_is_sent_after_signing_in_again_in_another_tab_if_it_is_the_same_colleague(desk, site, is_same):
    sessions_end_in(site, -1)
    tab = desk.context.new_page()
    tab.goto("/staff/")
    type_sign_in(tab, desk.names[not is_same])
    tab.locator("#user-tools").wait_for()
    with next_page(desk):
        desk.get_by_role("button", name="Save", exact=True).click()
    if is_same:
        assert "Please correct" in desk.locator(".errornote").inner_text(), "the form was taken; its times are missing"
    assert desk.get_by_label("Body").input_value() == ("Snow on Tuesday" if is_same else "")
