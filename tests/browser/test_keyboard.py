"""Getting about with the keyboard alone."""

import pytest

pytestmark = pytest.mark.browser

FOCUSED = "document.activeElement.textContent.trim().replace(/\\s+/g, ' ')"
HIDDEN_BEHIND_THE_STRIP = """() => {
    const element = document.activeElement, box = element.getBoundingClientRect()
    const strip = document.querySelector('.crisis')
    if (strip.contains(element) || element.matches('.skip-link, .choice input')) return false
    return box.bottom <= strip.getBoundingClientRect().bottom || box.top >= innerHeight
}"""
HAS_A_RING = """() => {
    const element = document.activeElement.closest('.choice') ?? document.activeElement
    return getComputedStyle(element).outlineStyle !== 'none'
}"""


def test_the_first_stop_skips_to_the_content(page):
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "Skip to main content"
    assert page.locator(".skip-link").bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_the_second_stop_is_help_in_a_crisis(page):
    page.goto("/programs/")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.href") == "tel:988"


def test_the_menu_opens_and_closes_by_key_and_gives_the_focus_back(page):
    page.goto("/")
    menu = page.get_by_role("button", name="Menu")
    menu.focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("link", name="Compare").first.is_visible()
    assert page.locator(".crisis").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#menu").is_visible()
    assert menu.evaluate("button => button === document.activeElement")


@pytest.mark.parametrize("path", ["/", "/programs/iop-substance-use/", "/compare/", "/request/"])
def test_every_stop_is_visible_has_a_ring_and_ends_at_the_foot(page, path):
    page.goto(path)
    seen = set()
    for _ in range(200):
        page.keyboard.press("Tab")
        place = page.evaluate("[...document.querySelectorAll('*')].indexOf(document.activeElement)")
        if place in seen or page.evaluate("document.activeElement === document.body"):
            break
        seen.add(place)
        assert page.evaluate(HAS_A_RING), page.evaluate("document.activeElement.outerHTML")
        assert not page.evaluate(HIDDEN_BEHIND_THE_STRIP), page.evaluate("document.activeElement.outerHTML")
    last = page.evaluate("[...document.querySelectorAll('footer a')].length")
    assert last > 0
    footer_stops = page.evaluate(
        "seen => [...document.querySelectorAll('footer a')].every("
        "a => seen.includes([...document.querySelectorAll('*')].indexOf(a)))",
        list(seen),
    )
    assert footer_stops


def test_an_answer_opens_by_key(page):
    page.goto("/questions/")
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details").first.get_attribute("open") is not None


def test_a_link_to_one_answer_opens_it(page):
    page.goto("/families/")
    page.get_by_role("link", name="How can I help someone I care about?").click()
    page.wait_for_url("**/questions/#help-someone")
    assert page.locator("#help-someone").is_visible()
