"""The guide as a person uses it on a phone: with and without JavaScript, and by keyboard alone."""

import re

import pytest

from tests.browser.conftest import PHONE
from tests.browser.rules import broken

pytestmark = pytest.mark.browser

ADDRESS = "/is-iop-right-for-me/"


def press(page, name):
    page.get_by_role("button", name=name).click()
    page.wait_for_load_state()


def choose(page, text):
    page.locator(".choice", has_text=text).first.click()
    press(page, "Continue")


def question(page):
    return page.locator("h1").inner_text()


@pytest.fixture
def phone(phone):
    """At the first question."""
    phone.goto(ADDRESS)
    press(phone, re.compile("Start"))
    return phone


def test_answering_leads_to_a_result_with_reasons(phone):
    choose(phone, "I am safe for now")
    choose(phone, "Alcohol or drugs")
    choose(phone, "I have stopped, and the worst is behind me")
    choose(phone, "Safe enough to rest")
    while phone.locator(".choice").count():
        press(phone, "Skip this question")
    assert "may be a good fit" in question(phone)
    assert phone.locator(".marked li").count() > 0
    assert phone.url.endswith(ADDRESS)
    assert phone.context.cookies() == []


def test_the_browsers_back_shows_the_question_before(phone):
    first = question(phone)
    choose(phone, "I am safe for now")
    second = question(phone)
    press(phone, "Skip this question")
    phone.go_back()
    assert question(phone) == second
    phone.go_back()
    assert question(phone) == first
    choose(phone, "I am safe for now")
    assert question(phone) == second


def test_the_pages_own_back_keeps_the_answer(phone):
    choose(phone, "I am safe for now")
    press(phone, "Back")
    assert phone.locator("input:checked").count() == 1


def test_a_crisis_answer_shows_help_first_and_the_person_can_go_on(phone):
    choose(phone, "I think about ending my life")
    assert question(phone) == "Help first"
    assert phone.locator("main a[href='tel:988']").first.is_visible()
    assert phone.locator("main a[href='tel:911']").first.is_visible()
    press(phone, "Go on with the questions")
    while phone.locator(".choice").count():
        press(phone, "Skip this question")
    assert phone.locator("main h2").first.inner_text() == "First: help now"


def test_somebody_who_can_hardly_breathe_sees_911_in_the_first_window(phone):
    choose(phone, "I may have taken too much")
    call = phone.locator("main a.button[href='tel:911']")
    assert call.bounding_box()["y"] + call.bounding_box()["height"] < phone.viewport_size["height"] / 2


def test_nothing_chosen_is_said_at_the_top_and_the_summary_leads_to_the_answers(phone):
    press(phone, "Continue")
    summary = phone.locator(".error-summary")
    assert summary.is_visible()
    assert phone.title().startswith("Error: ")
    summary.get_by_role("link").click()
    assert phone.url.endswith("#answer-1")


def tab_to(page, control):
    for _ in range(40):
        page.keyboard.press("Tab")
        if control.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"The keyboard does not reach {control}.")


def test_the_keyboard_alone_is_enough(page):
    page.goto(ADDRESS)
    tab_to(page, page.get_by_role("button", name="Start"))
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Question 1 of")
    tab_to(page, page.locator("#answer-1"))
    page.keyboard.press("Space")
    page.keyboard.press("Enter")  # in a form, Enter goes on
    page.wait_for_selector("text=Question 2 of")
    tab_to(page, page.get_by_role("button", name="Skip this question"))
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Question 3 of")


def test_no_step_breaks_an_accessibility_rule_or_runs_off_the_side(browser, site):
    context = browser.new_context(base_url=site.url, viewport=PHONE, bypass_csp=True)
    page = context.new_page()
    found = []

    def look():
        found.extend((question(page), wrong) for wrong in broken(page))

    page.goto(ADDRESS)
    look()
    page.get_by_role("button", name="Start").click()
    page.wait_for_selector(".choice")
    look()
    press(page, "Continue")
    look()
    choose(page, "I think about ending my life")
    look()
    press(page, "Go on with the questions")
    while page.locator(".choice").count():
        page.locator(".choice").last.click()
        press(page, "Continue")
        if page.get_by_role("button", name="Go on with the questions").count():
            press(page, "Go on with the questions")
    look()
    context.close()
    assert found == []
