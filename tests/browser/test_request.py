"""A person sends a request on a phone, and staff find it: the whole way, in a real browser."""

import re

import pytest

from tests.browser.conftest import press, sign_in
from tests.browser.rules import broken

pytestmark = pytest.mark.browser

REFERENCE = re.compile(r"[A-Z0-9]{3}-[A-Z0-9]{3}-[A-Z0-9]{3}")
PLANTED = ["Quillon", "207 555 0177", "marmalade umbrella"]


@pytest.fixture
def phone(phone):
    """The narrowest that the form is made for."""
    phone.set_viewport_size({"width": 320, "height": 640})
    return phone


def press_tile(page, words):
    """The whole tile answers to a finger, not only its small circle or square."""
    page.locator(".choice:visible", has=page.get_by_text(words, exact=True)).click()


def fill(page, who="Someone I care about"):
    press_tile(page, who)
    page.get_by_label("What should we call you?").fill(PLANTED[0])
    press_tile(page, "Call me")
    page.get_by_label("Phone number").fill(PLANTED[1])
    page.get_by_label("What would you like us to know?").fill(PLANTED[2])


def send(page):
    press(page, "Send my request")
    page.locator(".reference").first.wait_for()


def choose_me(page):
    press_tile(page, "Me")


def choose_loved_one(page):
    press_tile(page, "Someone I care about")
    press_tile(page, "My son or daughter")
    press_tile(page, "No")


def choose_client(page):
    press_tile(page, "A patient or client")
    page.get_by_label("Where do you work?").fill("Sample Hospital")
    assert not page.get_by_label("What should we call the person?").is_visible()
    press_tile(page, "Yes, the person agreed")
    page.get_by_label("What should we call the person?").fill("Robin")


@pytest.mark.parametrize("choose", [choose_me, choose_loved_one, choose_client])
def test_each_route_gets_a_reference_and_says_nothing_on_the_way(phone, choose):
    phone.goto("/")
    phone.get_by_role("link", name="Ask us to call you").first.click()
    choose(phone)
    assert not phone.get_by_label("Phone number").is_visible()
    assert not phone.get_by_label("When should we call?").is_visible()
    phone.get_by_label("What should we call you?").fill(PLANTED[0])
    press_tile(phone, "Call me")
    phone.get_by_label("Phone number").fill(PLANTED[1])
    phone.get_by_label("What would you like us to know?").fill(PLANTED[2])
    send(phone)
    assert phone.get_by_role("heading", level=1).inner_text() == "Thank you. We have your request."
    assert REFERENCE.fullmatch(phone.locator(".reference").first.inner_text())
    assert f"We ask for {PLANTED[0]}." in phone.locator("main").inner_text()
    for word in PLANTED[1:]:
        assert word not in phone.content()
    for word in PLANTED:
        assert not any(word in address for address in phone.asked)


@pytest.mark.parametrize("who", ["Me", "Someone I care about", "A patient or client"])
def test_a_mistake_is_said_in_words_and_nothing_typed_is_lost(phone, who):
    phone.goto("/request/")
    fill(phone, who)
    phone.get_by_label("Phone number").fill("12")
    phone.get_by_label("What should we call you?").fill("")
    press(phone, "Send my request")
    summary = phone.get_by_role("alert")
    assert "2 answers need a look" in summary.inner_text()
    summary.get_by_role("link", name="Enter a phone number with 10 digits, or with + and the country code.").click()
    assert phone.url.endswith("#id_phone")
    assert phone.get_by_label("Phone number").input_value() == "12"
    assert phone.get_by_label("What would you like us to know?").input_value() == PLANTED[2]
    assert phone.get_by_label(who, exact=True).is_checked()
    phone.get_by_label("Phone number").fill(PLANTED[1])
    phone.get_by_label("What should we call you?").fill(PLANTED[0])
    send(phone)


def test_a_call_back_at_a_chosen_half_hour_is_confirmed_in_words(phone):
    phone.goto("/request/")
    fill(phone, "Me")
    times = phone.get_by_label("When should we call?")
    chosen = times.locator("optgroup").last.locator("option").first
    words = chosen.inner_text()
    times.select_option(chosen.get_attribute("value"))
    phone.locator("summary", has_text="More ways to keep it private").click()
    phone.get_by_label("A code word").fill("heliotrope")
    send(phone)
    text = phone.locator("main").inner_text()
    assert f"{words} Eastern time" in text
    assert "We say your code word first." in text
    assert "heliotrope" not in text


def open_private_page(page):
    reference, code = page.locator(".reference").all_inner_texts()
    page.goto("/request/private/")
    page.get_by_label("Reference", exact=True).fill(reference.lower())
    page.get_by_label("Code of your private page").fill(code)
    press(page, "Open my page")


def test_a_person_asks_without_a_number_and_takes_it_back(phone):
    phone.goto("/request/")
    press_tile(phone, "Me")
    phone.get_by_label("What should we call you?").fill(PLANTED[0])
    press_tile(phone, "I will call you. Give me a number to quote")
    send(phone)
    assert "We do not call or write to you." in phone.locator("main").inner_text()
    open_private_page(phone)
    phone.get_by_label("Write to us").fill("Do you have evening groups?")
    press(phone, "Send")
    assert "We have your question." in phone.get_by_role("status").inner_text()
    press(phone, "Change what I sent")
    phone.get_by_label("What should we call you?").fill("Alex")
    press(phone, "Save")
    assert "Alex" in phone.locator(".held").first.inner_text()
    press(phone, "Pause: do not contact me now")
    press(phone, "Go on")
    press(phone, "Take it back")
    press(phone, "Yes, erase it")
    assert "We erased what you told us." in phone.locator("main").inner_text()
    assert "evening groups" not in phone.content()
    assert {
        address.partition("?")[0].rpartition("/request/")[2] for address in phone.asked if "/request/" in address
    } <= {
        *("", "sent/", "private/", "private/ask/", "private/change/", "private/pause/", "private/resume/"),
        *("private/withdraw/", "private/look/"),
    }


def test_a_caller_in_another_time_zone_is_told_both_times(browser, site):
    context = browser.new_context(
        base_url=site.url, viewport={"width": 390, "height": 844}, timezone_id="America/Chicago"
    )
    window = context.new_page()
    window.goto("/request/")
    fill(window, "Me")
    assert window.get_by_label("What time is it where you are?").input_value() == "America/Chicago"
    window.get_by_label("When should we call?").select_option(index=4)
    send(window)
    assert "which is" in window.locator("main").inner_text()
    assert "Central time" in window.locator("main").inner_text()
    context.close()


def test_back_after_sending_shows_an_empty_form(page):
    page.goto("/request/")
    fill(page)
    send(page)
    page.evaluate("history.back()")
    page.wait_for_url("**/request/")
    page.wait_for_function("performance.getEntriesByType('navigation')[0].type === 'navigate'")
    assert page.get_by_label("What should we call you?").input_value() == ""
    for word in PLANTED:
        assert word not in page.content()


def test_back_before_sending_keeps_what_was_typed(page):
    page.goto("/request/")
    fill(page)
    page.get_by_role("link", name="Open your private page").click()
    page.wait_for_url("**/request/private/")
    page.go_back()
    assert page.get_by_label("What should we call you?").input_value() == PLANTED[0]


def test_back_to_a_second_form_that_was_not_sent_keeps_what_was_typed(page):
    page.goto("/request/")
    fill(page)
    send(page)
    page.goto("/request/")
    page.get_by_label("What should we call you?").fill("Alex")
    page.get_by_role("link", name="Open your private page").click()
    page.wait_for_url("**/request/private/")
    page.go_back()
    page.wait_for_url("**/request/")
    assert page.get_by_label("What should we call you?").input_value() == "Alex"


def test_the_history_keeps_no_address_that_opens_the_receipt(page):
    page.goto("/request/")
    fill(page)
    send(page)
    reference = page.locator(".reference").first.inner_text()
    page.wait_for_function("location.search === ''")
    page.evaluate("history.replaceState(null, '')")  # as in another tab, which knows the address alone
    page.reload()
    assert reference not in page.content()
    assert "Then we have your request." in page.locator("main").inner_text()


def test_a_long_name_does_not_run_off_a_narrow_phone(page):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/request/")
    fill(page, "Me")
    page.get_by_label("What should we call you?").fill("Wolfeschlegelsteinhausenbergerdorff")
    send(page)
    for _ in ("receipt", "private page"):
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
        page.get_by_role("button", name=re.compile("Open my private page now|Look for an answer")).click()
        page.get_by_role("heading", name="What we hold").wait_for()


@pytest.mark.parametrize("width", [390, 1440])
def test_an_error_leads_to_its_field_with_the_label_in_sight(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/request/")
    press_tile(page, "Email me")
    press(page, "Send my request")
    errors = page.get_by_role("alert").get_by_role("link")
    assert errors.count() == 3
    for number in range(3):
        errors.nth(number).click()
        page.wait_for_url("**#id_*")
        seen = page.evaluate(
            """() => {
                const label = document.querySelector(':target').closest('.field').querySelector('.field__label')
                const bar = document.querySelector('.crisis')
                return [bar.getBoundingClientRect().bottom, label.getBoundingClientRect().top]
            }"""
        )
        assert seen[0] <= seen[1] < 800
        page.evaluate("history.replaceState(history.state, '', location.pathname)")


def test_who_did_not_agree_to_be_named_is_asked_to_stay_unnamed_in_the_message_too(page):
    page.goto("/request/")
    note = page.get_by_text("Then please leave out who they are here too.")
    assert not note.is_visible()
    press_tile(page, "A patient or client")
    assert note.is_visible()
    press_tile(page, "Yes, the person agreed")
    assert not note.is_visible()


def test_nobody_meets_the_field_for_programs(page):
    page.goto("/request/")
    trap = page.get_by_label("Leave this empty", exact=True)
    assert trap.count() == 1
    assert trap.evaluate("field => field.getClientRects().length") == 0


def every_step(page):
    """Goes through all pages of a request, and stops at each as a person sees it."""
    for route in ("Me", "Someone I care about", "A patient or client"):
        page.goto("/request/")
        press_tile(page, route)
        press_tile(page, "Email me")
        press_tile(page, "Call me")
        for folded in page.locator("summary:visible").all():
            folded.click()
        yield f"form: {route}"
    press(page, "Send my request")
    yield "form with errors"
    page.get_by_label("What should we call you?").fill(PLANTED[0])
    page.get_by_label("Phone number").fill(PLANTED[1])
    page.get_by_label("Email", exact=True).fill("zanzibar@example.com")
    send(page)
    yield "receipt"
    reference, code = page.locator(".reference").all_inner_texts()
    page.goto("/request/private/")
    for typed in ("wrong", code):
        page.get_by_label("Reference", exact=True).fill(reference)
        page.get_by_label("Code of your private page").fill(typed)
        press(page, "Open my page")
        yield "private page" if typed == code else "private page, not opened"
    page.get_by_label("Write to us").fill("Do you have evening groups?")
    press(page, "Send")
    yield "private page with a question"
    press(page, "Change what I sent")
    yield "change"
    press(page, "Save")
    press(page, "Take it back")
    yield "take it back"
    press(page, "Yes, erase it")
    yield "taken back"


def test_no_step_of_a_request_breaks_an_accessibility_rule(browser, site):
    context = browser.new_context(base_url=site.url, viewport={"width": 320, "height": 640})
    window = context.new_page()
    found = []
    for step in every_step(window):
        found += [(step, wrong) for wrong in broken(window)]
    context.close()
    assert found == []


def test_on_paper_a_receipt_says_what_to_know_and_not_whose_it_is(page):
    page.goto("/request/")
    fill(page, "Me")
    send(page)
    page.emulate_media(media="print")
    assert page.locator(".reference").first.is_visible()
    for part in ("header", "footer", "aside"):
        assert not page.locator(part).first.is_visible()


def tab_to(page, name):
    """Press Tab until the control of this name has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("name => document.activeElement.name === name", name):
            return
    raise AssertionError(f"Tab does not reach {name}.")


@pytest.mark.parametrize("route", ["self", "loved_one", "client"])
def test_the_form_can_be_filled_and_sent_by_keyboard_alone(page, route):
    page.goto("/request/")
    tab_to(page, "asking_for")
    page.keyboard.press("Space")
    while page.evaluate("document.activeElement.value") != route:
        page.keyboard.press("ArrowDown")
    tab_to(page, "name")
    page.keyboard.type("Sam")
    tab_to(page, "ways")
    page.keyboard.press("Space")
    tab_to(page, "phone")
    page.keyboard.type("2075550177")
    tab_to(page, "may_say_who")
    page.keyboard.press("ArrowDown")
    tab_to(page, "message_rule")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/request/sent/**")
    text = page.locator("main").inner_text()
    assert "we may say that" in text
    assert "we leave a first name and a number" in text


def test_staff_find_the_request_by_its_reference_and_answer_it(page, site):
    page.goto("/request/")
    fill(page)
    send(page)
    reference = page.locator(".reference").first.inner_text()

    site.add_colleague("colleague")
    sign_in(page, "colleague")
    # Nobody types as fast as this test: it is kept apart as possible spam, and staff are told so.
    page.get_by_role("link", name="held").first.click()
    assert PLANTED[1] not in page.content()
    page.get_by_role("link", name=reference).click()
    press(page, "Not spam: move to the main list")
    assert reference in page.title() or reference in page.locator("#content").inner_text()
    assert PLANTED[0] not in page.title()
    for word in (PLANTED[0], PLANTED[2]):
        assert word in page.locator("#content").inner_text()
    assert PLANTED[1] not in page.content()
    press(page, "Show the number")
    assert PLANTED[1] in page.locator("#content").inner_text()
    press(page, "I spoke with them")
    assert "Logged: you spoke with them" in page.locator(".messagelist").inner_text()


def test_nothing_typed_is_in_the_servers_log_or_its_files(page, site):
    page.goto("/request/")
    fill(page)
    send(page)
    files = [site.log, *site.var.glob("site.sqlite3*")]
    assert len(files) >= 2
    for file in files:
        content = file.read_bytes()
        for word in PLANTED:
            assert word.encode() not in content, (file.name, word)
