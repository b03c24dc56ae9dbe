"""“Leave this site”: at once, and nothing to see for whoever presses Back."""

import pytest

pytestmark = pytest.mark.browser

NEUTRAL = "https://www.weather.gov/"
GUIDE = "/is-iop-right-for-me/"


@pytest.fixture
def page(page):
    """The neutral site answers from here: no test asks another host."""
    page.context.route(f"{NEUTRAL}**", lambda route: route.fulfill(body="<title>Weather</title><p>Sunny</p>"))
    return page


def type_into_the_form(page):
    page.goto("/request/")
    page.get_by_label("What should we call you?").fill("Quillon")
    page.get_by_label("Phone number").fill("207 555 0177")


def assert_nothing_is_left(page):
    """Back is pressed until nothing of ours is behind, and no answer shows on the way."""
    for _ in range(4):
        if page.evaluate("history.length") < 2:
            break
        page.go_back(wait_until="commit")
        page.wait_for_timeout(300)
        shown = page.evaluate("document.body ? document.body.innerText : ''")
        values = page.evaluate("[...document.querySelectorAll('input, textarea')].map(e => e.value + e.checked).join()")
        assert "Quillon" not in shown + values
        assert "0177" not in values
        assert "I think about ending my life" not in shown
        assert "true" not in values


def test_the_link_leaves_and_back_shows_nothing_that_was_typed(page):
    page.goto("/help-now/")
    type_into_the_form(page)
    page.get_by_role("link", name="Leave this site").click()
    page.wait_for_url(NEUTRAL)
    page.go_back(wait_until="commit")
    page.wait_for_timeout(500)
    assert page.get_by_label("What should we call you?").count() == 0


def test_shift_three_times_leaves(page):
    type_into_the_form(page)
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url(NEUTRAL)
    assert_nothing_is_left(page)


def test_capital_letters_do_not_leave(page):
    page.goto("/request/")
    page.get_by_label("What should we call you?").focus()
    for letter in "ABCD":
        page.keyboard.down("Shift")
        page.keyboard.press(letter)
        page.keyboard.up("Shift")
    page.wait_for_timeout(300)
    assert page.url.endswith("/request/")
    assert page.get_by_label("What should we call you?").input_value() == "ABCD"


def test_three_slow_presses_do_not_leave(page):
    page.goto("/request/")
    page.evaluate(
        """() => { for (const time of [0, 3000, 6000]) {
            const event = new KeyboardEvent('keydown', {key: 'Shift'})
            Object.defineProperty(event, 'timeStamp', {value: time})
            dispatchEvent(event)
        } }"""
    )
    assert page.url.endswith("/request/")
    assert page.locator("h1").is_visible()


def test_the_page_is_hidden_in_the_same_moment_and_the_forms_are_empty(page):
    """Whatever the other site takes to answer: nothing of ours is on the screen from the press on."""
    type_into_the_form(page)
    seen = page.evaluate(
        """() => {
            document.querySelector('.crisis__exit').click()
            const name = document.querySelector('[name=name]').value
            return {hidden: document.documentElement.hidden, title: document.title, name}
        }"""
    )
    assert seen == {"hidden": True, "title": "Loading", "name": ""}
    page.wait_for_url(NEUTRAL)


def test_back_after_leaving_the_guide_shows_no_question_and_no_answer(page):
    page.goto(GUIDE)
    page.get_by_role("button", name="Start").click()
    page.locator(".choice", has_text="I am safe for now").click()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_selector("text=Question 2 of")
    page.get_by_role("link", name="Leave this site").click()
    page.wait_for_url(NEUTRAL)
    for _ in range(3):
        page.go_back(wait_until="commit")
        page.wait_for_timeout(500)
        shown = page.evaluate("document.documentElement.hidden ? '' : document.body.innerText")
        assert "I am safe for now" not in shown
        assert "Question" not in shown


def test_without_a_script_the_link_still_leaves(browser, site):
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    context.route(f"{NEUTRAL}**", lambda route: route.fulfill(body="<title>Weather</title>"))
    page = context.new_page()
    page.goto("/request/")
    page.get_by_role("link", name="Leave this site").click()
    page.wait_for_url(NEUTRAL)
    context.close()


def test_coming_back_on_purpose_shows_the_site_again(page):
    page.goto("/help-now/")
    page.get_by_role("link", name="Leave this site").click()
    page.wait_for_url(NEUTRAL)
    page.goto("/help-now/")
    assert page.locator("h1").is_visible()
    page.goto("/about/")
    page.go_back()
    assert page.locator("h1").is_visible()
