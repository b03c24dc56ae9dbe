"""The queue in a real browser: by finger, by keyboard and without script."""

import re

import pytest

from tests.browser.conftest import PHONE, press, sign_in
from tests.site import filled, form_of

pytestmark = pytest.mark.browser

QUEUE = "/staff/intake/consultationrequest/"
REFERENCE = re.compile(r"[A-Z0-9]{3}-[A-Z0-9]{3}-[A-Z0-9]{3}")


@pytest.fixture(scope="module")
def desk(browser, site):
    """The cookies of a colleague, with three requests waiting."""
    for name in ("Sam Sample", "Robin Sample", "Ash Sample"):
        answers = {"asking_for": "self", "name": name, "ways": "call", "phone": "207 555 0177"}
        site.send("/request/", filled(form_of(site.ask("/request/").text), answers))
    site.manage(
        "shell",
        "-c",
        "from intake.models import ConsultationRequest as C; C.objects.update(held_because='')",
    )
    site.add_colleague("queue-colleague")
    context = browser.new_context(base_url=site.url)
    sign_in(context.new_page(), "queue-colleague")
    yield context.storage_state()
    context.close()


@pytest.fixture
def open_queue(browser, site, desk):
    contexts = []

    def opened(**given):
        contexts.append(browser.new_context(base_url=site.url, storage_state=desk, **{"viewport": PHONE} | given))
        page = contexts[-1].new_page()
        page.goto(QUEUE)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("has_script", [True, False])
def test_a_colleague_finds_ticks_and_takes_on_a_phone(open_queue, has_script):
    page = open_queue(java_script_enabled=has_script)
    reference = page.locator(".rows__who a").first.inner_text()
    assert REFERENCE.fullmatch(reference)
    page.get_by_label("Find a request").fill(reference.lower().replace("-", " "))
    press(page, "Find")
    assert reference in page.locator(".rows").inner_text()
    assert "/search/?found=" in page.url
    page.get_by_role("link", name="Requests").click()
    page.get_by_label(f"Choose {reference}").check()
    page.get_by_role("button", name="Take").click()
    page.locator(".outcome__sum").wait_for()
    assert "It is yours for 4 hours." in page.locator(".outcomes").inner_text()
    page.get_by_role("link", name="Back to the list").click()
    assert "You, until" in page.locator("tr", has_text=reference).inner_text()


def test_tabs_and_rows_are_reached_and_ticked_by_keyboard(open_queue):
    page = open_queue(viewport={"width": 1440, "height": 900})
    page.get_by_role("navigation", name="Lists").get_by_role("link").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?list=new")
    assert page.locator("[aria-current=page]", has_text="New").count() == 1
    page.get_by_label("Choose every request on this page").focus()
    page.keyboard.press("Space")
    ticked = page.locator("[name=chosen]:checked").count()
    assert ticked == page.locator("[name=chosen]").count() > 0
    assert page.get_by_text(f"With the ticked requests ({ticked})").is_visible()
