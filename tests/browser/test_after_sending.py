"""What a browser shows again of a request that was sent: for five minutes its receipt, and nothing else."""

import pytest

from tests.browser.conftest import PHONE
from tests.browser.test_request import fill, open_private_page, press_tile, send
from tests.conftest import CHROMIUM, CHROMIUM_ARGUMENTS

pytestmark = pytest.mark.browser

NEUTRAL = "https://www.weather.gov/"
WORDS = ["Quillon", "207 555 0177", "marmalade umbrella"]


@pytest.fixture(scope="module")
def browser_with_memory(browser):
    """As people have it: it keeps pages in memory for Back. Playwright switches that off by default."""
    chromium = browser.browser_type.launch(
        executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS, ignore_default_args=["--disable-back-forward-cache"]
    )
    yield chromium
    chromium.close()


@pytest.fixture(params=["in memory", "not in memory"])
def window(request, browser, browser_with_memory, site):
    used = browser_with_memory if request.param == "in memory" else browser
    context = used.new_context(base_url=site.url, viewport=PHONE)
    # The neutral site answers from here: no test asks another host.
    context.route(f"{NEUTRAL}**", lambda route: route.fulfill(body="<title>Weather</title><p>Sunny</p>"))
    page = context.new_page()
    # A clock that tests can set, also for a page in memory (see wait_five_minutes).
    page.add_init_script("const now = Date.now; Date.now = () => now() + Number(localStorage.getItem('ahead'))")
    yield page
    context.close()


def back(page):
    """By the browser's own history: Playwright's go_back waits for a load that a page from memory never has."""
    session = page.context.new_cdp_session(page)
    history = session.send("Page.getNavigationHistory")
    entry = history["entries"][history["currentIndex"] - 1]
    session.send("Page.navigateToHistoryEntry", {"entryId": entry["id"]})
    session.detach()


def send_a_request(page):
    page.goto("/")
    page.goto("/request/")
    fill(page, "Me")
    send(page)


def codes(page):
    return page.locator(".reference").all_inner_texts()


def leave(page):
    page.locator("h1").wait_for()
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url(NEUTRAL)


@pytest.mark.parametrize("is_opened", [False, True], ids=["from the receipt", "from the private page"])
def test_after_leaving_every_back_leads_away_again(window, is_opened):
    send_a_request(window)
    if is_opened:
        open_private_page(window)
        window.get_by_role("heading", name="What we hold").wait_for()
    leave(window)
    session = window.context.new_cdp_session(window)
    ours = session.send("Page.getNavigationHistory")["currentIndex"] - 1  # the first one is about:blank
    assert ours >= 2
    for _ in range(ours):
        back(window)
        window.wait_for_timeout(300)  # on the way is our page, whose address is seen for a moment
        window.wait_for_url(NEUTRAL)


def test_back_to_a_private_page_shows_it_closed(window):
    send_a_request(window)
    open_private_page(window)
    window.get_by_role("heading", name="What we hold").wait_for()
    window.get_by_role("contentinfo").get_by_role("link").first.click()
    window.get_by_label("Write to us").wait_for(state="detached")
    back(window)
    window.get_by_label("Code of your private page").wait_for()
    assert window.get_by_label("Code of your private page").input_value() == ""
    for word in WORDS:
        assert word not in window.content()


@pytest.mark.parametrize("close", ["link", "reload"])
def test_a_private_page_is_closed_by_its_link_and_by_a_reload(page, close):
    send_a_request(page)
    page.get_by_role("button", name="Open my private page now").click()
    page.get_by_role("heading", name="What we hold").wait_for()
    page.wait_for_load_state()
    if close == "link":
        page.get_by_role("link", name="Close this page").click()
    else:
        page.reload()
    page.get_by_label("Code of your private page").wait_for()
    for word in WORDS:
        assert word not in page.content()


def test_a_receipt_opens_the_private_page_at_once_and_back_shows_its_code_again(window):
    send_a_request(window)
    reference, code = codes(window)
    window.get_by_role("button", name="Open my private page now").click()
    window.get_by_role("heading", name="What we hold").wait_for()
    assert WORDS[2] in window.locator("main").inner_text()
    back(window)
    window.get_by_role("button", name="Open my private page now").wait_for()
    assert codes(window) == [reference, code]
    window.wait_for_function("location.search === ''")
    window.reload()
    window.get_by_role("button", name="Open my private page now").wait_for()
    assert codes(window) == [reference, code]


def wait_five_minutes(page):
    page.evaluate(f"localStorage.setItem('ahead', {5 * 60 * 1000 + 1000})")


def test_when_its_time_is_over_a_receipt_hides_its_code_and_back_does_not_show_it(window):
    send_a_request(window)
    reference = codes(window)[0]
    wait_five_minutes(window)
    window.get_by_text("We showed the code for 5 minutes").wait_for()
    assert codes(window) == [reference]
    assert window.get_by_role("button", name="Open my private page now").count() == 0
    window.goto("/about/")
    back(window)
    window.get_by_role("heading", name="Nothing to show here").wait_for()
    assert reference not in window.content()


def test_a_receipt_left_in_time_is_gone_when_its_time_is_over(window):
    send_a_request(window)
    reference, code = codes(window)
    window.goto("/about/")
    wait_five_minutes(window)
    back(window)
    window.get_by_role("heading", name="Nothing to show here").wait_for()
    for word in (reference, code):
        assert word not in window.content()


def test_the_skip_link_of_a_receipt_does_not_take_its_code(page):
    page.goto("/request/")
    fill(page, "Me")
    send(page)
    before = codes(page)
    page.locator(".skip-link").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#main")
    page.wait_for_timeout(1200)
    assert codes(page) == before
    page.reload()
    page.get_by_role("button", name="Open my private page now").wait_for()
    assert codes(page) == before


def test_without_script_a_reload_shows_the_code_again(browser, site):
    context = browser.new_context(base_url=site.url, viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto("/request/")
    press_tile(page, "Me")
    page.get_by_label("What should we call you?").fill("Quillon")
    press_tile(page, "I will call you. Give me a number to quote")
    send(page)
    before = codes(page)
    page.reload()
    assert codes(page) == before
    page.get_by_role("button", name="Open my private page now").click()
    page.get_by_role("heading", name="What we hold").wait_for()
    context.close()
