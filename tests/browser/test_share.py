"""Passing a page on: every way works on this device alone, and a way that cannot work is not shown."""

import pytest

pytestmark = pytest.mark.browser

PATH = "/families/"


def test_the_address_is_copied_and_the_page_says_so(page, site):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(PATH)
    page.get_by_role("button", name="Copy the link").click()
    page.get_by_text("The link is copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == site.url + PATH


def test_mail_and_text_name_the_page_in_neutral_words(page, site):
    page.goto(PATH)
    mail = page.get_by_role("link", name="Send by email").get_attribute("href")
    text = page.get_by_role("link", name="Send by text").get_attribute("href")
    address = (site.url + PATH).replace(":", "%3A")
    assert mail == f"mailto:?subject=A%20page%20to%20read&body={address}"
    assert text == f"sms:?&body={address}"


def test_print_opens_the_browsers_own_print(page):
    page.goto(PATH)
    page.evaluate("window.print = () => { window.printed = true }")
    page.get_by_role("button", name="Print").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("window.printed")


def test_without_a_script_only_what_works_is_shown(browser, site):
    context = browser.new_context(base_url=site.url, viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    page.goto(PATH)
    assert not page.get_by_text("Copy the link").is_visible()
    assert not page.locator("[data-print]").is_visible()
    assert page.get_by_role("link", name="Send by email").is_visible()
    context.close()


def test_a_request_and_its_receipt_offer_no_way_to_pass_them_on(page):
    for path in ["/request/", "/request/sent/"]:
        page.goto(path)
        assert page.locator(".share").count() == 0
