"""A person sends a request on a phone, and staff find it: the whole way, in a real browser."""

import re

import pytest

pytestmark = pytest.mark.browser

REFERENCE = re.compile(r"[A-Z0-9]{3}-[A-Z0-9]{3}-[A-Z0-9]{3}")
PASSWORD = "a long password for tests"
PLANTED = ["Quillon", "207 555 0177", "marmalade umbrella"]


@pytest.fixture
def phone(phone):
    """The narrowest that the form is made for."""
    phone.set_viewport_size({"width": 320, "height": 640})
    return phone


def press_tile(page, words):
    """The whole tile answers to a finger, not only its small circle or square."""
    page.locator(".choice", has_text=words).click()


def fill(page):
    press_tile(page, "Someone I care about")
    page.get_by_label("What should we call you?").fill(PLANTED[0])
    page.get_by_label("Phone number").fill(PLANTED[1])
    page.get_by_label("What would you like us to know?").fill(PLANTED[2])
    press_tile(page, "may call or write")


def test_a_request_sent_on_a_phone_gets_a_reference(phone):
    phone.goto("/")
    phone.get_by_role("link", name="Ask us to call you").first.click()
    fill(phone)
    phone.get_by_role("button", name="Send my request").click()
    assert phone.get_by_role("heading", level=1).inner_text() == "Thank you. We have your request."
    assert REFERENCE.fullmatch(phone.locator(".reference").inner_text())
    for word in PLANTED:
        assert word not in phone.content()
        assert not any(word in address for address in phone.asked)


def test_a_mistake_is_said_in_words_and_nothing_typed_is_lost(phone):
    phone.goto("/request/")
    fill(phone)
    phone.get_by_label("Phone number").fill("12")
    press_tile(phone, "may call or write")
    phone.get_by_role("button", name="Send my request").click()
    summary = phone.get_by_role("alert")
    assert "2 answers need a look" in summary.inner_text()
    summary.get_by_role("link", name="Enter a phone number with 10 digits.").click()
    assert phone.url.endswith("#id_phone")
    assert phone.get_by_label("Phone number").input_value() == "12"
    assert phone.get_by_label("What would you like us to know?").input_value() == PLANTED[2]
    assert phone.get_by_label("Someone I care about").is_checked()
    phone.get_by_label("Phone number").fill(PLANTED[1])
    press_tile(phone, "may call or write")
    phone.get_by_role("button", name="Send my request").click()
    assert phone.locator(".reference").is_visible()


def test_back_after_sending_shows_an_empty_form(page):
    page.goto("/request/")
    fill(page)
    page.get_by_role("button", name="Send my request").click()
    page.locator(".reference").wait_for()
    page.evaluate("history.back()")
    page.wait_for_url("**/request/")
    page.wait_for_function("performance.getEntriesByType('navigation')[0].type === 'navigate'")
    assert page.get_by_label("What should we call you?").input_value() == ""
    for word in PLANTED:
        assert word not in page.content()


def test_back_before_sending_keeps_what_was_typed(page):
    page.goto("/request/")
    fill(page)
    page.get_by_role("link", name="these lines answer now").or_(
        page.get_by_role("link", name="Questions")
    ).first.click()
    page.wait_for_url(lambda address: "/request/" not in address)
    page.go_back()
    assert page.get_by_label("What should we call you?").input_value() == PLANTED[0]


def test_the_form_can_be_filled_and_sent_by_keyboard_alone(page):
    page.goto("/request/")
    page.get_by_label("Me", exact=True).focus()
    keys = ["Space", "Tab", "Tab", *"Sam", "Tab", *"2075550177", "Tab", "Tab", "ArrowDown", "Tab", "ArrowDown"]
    for key in [*keys, "Tab", "Tab", "Space", "Tab", "Enter"]:
        page.keyboard.press(key)
    page.wait_for_url("**/request/sent/**")
    text = page.locator("main").inner_text()
    assert "We may say that" in text
    assert "we leave a first name and a number" in text


def test_staff_find_the_request_by_its_reference_and_answer_it(page, site):
    page.goto("/request/")
    fill(page)
    page.get_by_role("button", name="Send my request").click()
    reference = page.locator(".reference").inner_text()

    site.manage(
        "createsuperuser",
        "--noinput",
        "--username=colleague",
        "--email=c@example.com",
        DJANGO_SUPERUSER_PASSWORD=PASSWORD,
    )
    page.goto("/staff/")
    page.get_by_label("Username").fill("colleague")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.goto("/staff/intake/consultationrequest/")
    assert PLANTED[0] not in page.content()
    page.get_by_role("link", name=reference).click()
    assert reference in page.title() or reference in page.locator("#content").inner_text()
    assert PLANTED[0] not in page.title()
    for word in PLANTED:
        assert word in page.locator("#content").inner_text()
    page.get_by_role("button", name="Mark as answered").click()
    assert "answered" in page.locator(".messagelist").inner_text().lower()


def test_nothing_typed_is_in_the_servers_log_or_its_files(page, site):
    page.goto("/request/")
    fill(page)
    page.get_by_role("button", name="Send my request").click()
    page.locator(".reference").wait_for()
    files = [site.log, *site.var.glob("site.sqlite3*")]
    assert len(files) >= 2
    for file in files:
        content = file.read_bytes()
        for word in PLANTED:
            assert word.encode() not in content, (file.name, word)
