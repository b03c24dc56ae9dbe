"""The site as a stranger gets it: prepared from nothing and served by gunicorn, with a real Chromium in front."""

from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.site import PASSWORD, code_on_the_phone, copied

PHONE = {"width": 390, "height": 844}
# As long as Playwright waits for anything else: a busy machine is not a failing test.
expect.set_options(timeout=30_000)


def sign_in(page, username):
    """With the phone that Site.add_colleague gives."""
    page.goto("/staff/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on to the code").click()
    page.get_by_label("Code from your app").fill(code_on_the_phone())
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.locator("#user-tools").wait_for()


@contextmanager
def next_page(page):
    """Until it is there, which may be a moment after the press: a script asks the site before it sends words. What only
    writes to the history of the page that is left makes no page, though expect_navigation takes it for one."""
    page.wait_for_load_state()
    with page.expect_event("load"):
        yield


def press(page, words, role="button", exact=True):
    with next_page(page):
        page.get_by_role(role, name=words, exact=exact).click()


def cookies_of(browser, site, username):
    """Of a colleague who signed in once, for as many windows as a test opens."""
    context = browser.new_context(base_url=site.url)
    page = context.new_page()
    sign_in(page, username)
    cookies = context.storage_state()
    context.close()
    return cookies


@pytest.fixture(scope="session")
def site(browser, prepared, tmp_path_factory):
    running = copied(prepared, tmp_path_factory.mktemp("site") / "var")
    running.serve()
    yield running
    running.stop()


def listen(window):
    """The list to which every broken script and security policy of this window will be added."""
    problems = []
    window.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    window.on("pageerror", lambda error: problems.append(str(error)))
    return problems


@pytest.fixture
def page(browser, site):
    """A fresh window of a phone's size; fails the test when the page breaks its own security policy or a script."""
    context = browser.new_context(base_url=site.url, viewport=PHONE)
    window = context.new_page()
    problems = listen(window)
    yield window
    context.close()
    assert problems == []


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def phone(browser, site, request):
    """A phone's window, with and without JavaScript, and the address of every page and file it asks for."""
    context = browser.new_context(base_url=site.url, viewport=PHONE, java_script_enabled=request.param)
    window = context.new_page()
    window.asked = []
    window.on("request", lambda asked: window.asked.append(asked.url))
    yield window
    assert context.cookies() == []
    context.close()
