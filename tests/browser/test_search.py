"""Somebody looks for something on a phone: with and without script, by keyboard, and back again."""

import pytest

from tests.browser.conftest import PHONE
from tests.browser.rules import broken

pytestmark = pytest.mark.browser

FIELD = "What are you looking for?"
FOCUSED = "document.activeElement.textContent.trim().replace(/\\s+/g, ' ')"


def look_for(page, words):
    page.get_by_label(FIELD).fill(words)
    page.get_by_role("button", name="Search").click()


def test_a_word_with_a_typing_error_leads_to_a_page(phone):
    phone.goto("/search/")
    look_for(phone, "counsler for vetrans")
    assert "Showing results for “counselor for veterans”." in phone.get_by_role("status").inner_text()
    assert phone.locator("mark", has_text="Veterans").first.is_visible()
    phone.get_by_role("link", name="Veterans", exact=True).click()
    assert phone.get_by_role("heading", level=1).inner_text() == "Veterans"
    assert not any("vetrans" in address or "counsler" in address for address in phone.asked)


def test_back_shows_the_results_again(phone):
    phone.goto("/search/")
    look_for(phone, "veterans")
    phone.get_by_role("link", name="Veterans", exact=True).click()
    phone.get_by_role("heading", level=1, name="Veterans").wait_for()
    phone.go_back()
    phone.get_by_role("heading", level=2, name="Groups").wait_for()
    assert phone.get_by_label(FIELD).input_value() == "veterans"


def test_help_stands_in_the_first_window_for_somebody_in_danger(phone):
    phone.goto("/search/")
    look_for(phone, "i want to kil myself")
    call = phone.get_by_role("main").get_by_role("link", name="Call 988")
    assert call.get_attribute("href") == "tel:988"
    assert call.bounding_box()["y"] < 844
    assert call.bounding_box()["y"] < phone.get_by_label(FIELD).bounding_box()["y"]


def test_without_a_word_the_page_says_what_to_do(phone):
    phone.goto("/search/")
    look_for(phone, "???")
    assert phone.get_by_text("Type a word or two").is_visible()
    assert phone.get_by_label(FIELD).input_value() == "???"


def test_it_is_searched_by_keyboard_alone(page):
    page.goto("/search/")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "q":
            break
    page.keyboard.type("horses")
    page.keyboard.press("Enter")
    page.get_by_role("status").wait_for()
    page.get_by_label(FIELD).focus()
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "Search"
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "Time with horses"
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="Time with horses").wait_for()


def test_what_it_answers_breaks_no_accessibility_rule(browser, site):
    context = browser.new_context(base_url=site.url, viewport=PHONE, reduced_motion="reduce")
    page = context.new_page()
    found = []
    for words in ("iop", "counsler", "overdose", "he hits me", "no puedo más", "zzzz", "???"):
        page.goto("/search/")
        look_for(page, words)
        page.wait_for_load_state()
        found += [(words, wrong) for wrong in broken(page)]
    context.close()
    assert found == []


def test_found_words_stand_out_where_colours_are_the_readers_own(browser, site):
    context = browser.new_context(base_url=site.url, forced_colors="active")
    page = context.new_page()
    page.goto("/search/")
    look_for(page, "horses")
    background = "element => getComputedStyle(element).backgroundColor"
    assert page.locator("mark").first.evaluate(background) != page.locator("body").evaluate(background)
    context.close()


def test_the_servers_log_has_no_word_of_it(page, site):
    page.goto("/search/")
    look_for(page, "marmalade")
    page.get_by_role("status").wait_for()
    log = site.log.read_text()
    assert "/search/" in log
    assert "marmalade" not in log
