"""“Leave this site”: at once, and nothing to see for whoever presses Back."""

import pytest

pytestmark = pytest.mark.browser

NEUTRAL = "https://www.weather.gov/"
HELP_NOW, SEARCH, GUIDE = "/help-now/", "/search/", "/is-iop-right-for-me/"


@pytest.fixture
def page(page):
    """The neutral site answers from here: no test asks another host."""
    page.context.route(f"{NEUTRAL}**", lambda route: route.fulfill(body="<title>Weather</title><p>Sunny</p>"))
    return page


def press_the_link(page):
    page.get_by_role("link", name="Leave this site").click()


def press_shift_three_times(page):
    for _ in range(3):
        page.keyboard.press("Shift")


def type_a_search(page):
    page.goto(SEARCH)
    page.get_by_label("What are you looking for?").fill("Quillon")


def answer_the_guide(page):
    page.goto(GUIDE)
    page.get_by_role("button", name="Start").click()
    page.locator(".choice", has_text="I am safe for now").click()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_selector("text=Question 2 of")


@pytest.mark.parametrize("leave", [press_the_link, press_shift_three_times])
@pytest.mark.parametrize(("use", "pages_behind"), [(type_a_search, 1), (answer_the_guide, 3)])
def test_leaving_takes_the_pages_place_and_back_leads_away_again(page, leave, use, pages_behind):
    page.goto(HELP_NOW)
    use(page)
    before = page.evaluate("history.length")
    leave(page)
    page.wait_for_url(NEUTRAL)
    assert page.evaluate("history.length") == before
    for _ in range(pages_behind):
        page.go_back(wait_until="commit")
        page.wait_for_url(NEUTRAL)
    page.go_back()
    assert page.url == "about:blank"  # no page of ours was left out


def test_capital_letters_do_not_leave(page):
    page.goto(SEARCH)
    field = page.get_by_label("What are you looking for?")
    field.focus()
    for letter in "ABCD":
        page.keyboard.down("Shift")
        page.keyboard.press(letter)
        page.keyboard.up("Shift")
    page.wait_for_timeout(300)
    assert page.url.endswith(SEARCH)
    assert field.input_value() == "ABCD"


def test_three_slow_presses_do_not_leave(page):
    page.goto(HELP_NOW)
    page.evaluate(
        """() => { for (const time of [0, 3000, 6000]) {
            const event = new KeyboardEvent('keydown', {key: 'Shift'})
            Object.defineProperty(event, 'timeStamp', {value: time})
            dispatchEvent(event)
        } }"""
    )
    assert page.url.endswith(HELP_NOW)
    assert page.locator("h1").is_visible()


def test_the_page_is_hidden_in_the_same_moment_and_the_forms_are_empty(page):
    """Whatever the other site takes to answer: nothing of ours is on the screen from the press on."""
    page.goto("/fit-my-week/")
    page.locator(".choice", has_text="Mon").first.click()
    page.get_by_label("Work starts").fill("08:00")
    seen = page.evaluate(
        """() => {
            const look = () => ({
                hidden: document.documentElement.hidden,
                title: document.title,
                picked: document.querySelectorAll('input:checked').length,
                typed: document.querySelector('[type=time]').value,
            })
            const before = look()
            document.querySelector('.crisis__exit').click()
            return [before, look()]
        }"""
    )
    assert (seen[0]["picked"], seen[0]["typed"]) == (1, "08:00")
    assert seen[1] == {"hidden": True, "title": "Loading", "picked": 0, "typed": ""}
    page.wait_for_url(NEUTRAL)


def test_a_page_kept_in_memory_is_hidden_there_and_shown_on_back_though_nothing_can_be_remembered(page):
    """A browser that blocks site data refuses the storage."""
    page.add_init_script("delete window.sessionStorage")
    page.goto(HELP_NOW)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    assert not page.locator("h1").is_visible()
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    assert page.locator("h1").is_visible()


def test_without_a_script_the_link_still_leaves(browser, site):
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    context.route(f"{NEUTRAL}**", lambda route: route.fulfill(body="<title>Weather</title>"))
    page = context.new_page()
    page.goto(HELP_NOW)
    press_the_link(page)
    page.wait_for_url(NEUTRAL)
    context.close()


def test_coming_back_on_purpose_shows_the_site_again(page):
    page.goto(HELP_NOW)
    press_the_link(page)
    page.wait_for_url(NEUTRAL)
    page.goto(HELP_NOW)
    assert page.locator("h1").is_visible()
    page.goto("/about/")
    page.go_back()
    assert page.locator("h1").is_visible()
