"""“Will it fit my week?” on a phone, with and without script, by finger and by keyboard."""

import pytest
from icalendar import Calendar

from tests.browser.conftest import PHONE
from tests.browser.rules import OVER_THE_SIDE, TEXT_WIDER_THAN_ITS_BOX, TOO_SMALL, broken

pytestmark = pytest.mark.browser

PATH = "/fit-my-week/"
RESULT = "#result"


def press_days(page, legend, *days):
    """The whole tile answers to a finger."""
    for day in days:
        page.get_by_role("group", name=legend).locator(".choice", has_text=day).click()


def fill_work(page, *days, starts="13:00", ends="17:00"):
    press_days(page, "Days you work", *days)
    page.get_by_label("Work starts").fill(starts)
    page.get_by_label("Work ends").fill(ends)


def see_what_fits(page):
    page.get_by_role("button", name="See what fits").click()


def test_a_person_sees_what_fits_and_keeps_it_as_a_file(phone, tmp_path):
    phone.goto(PATH)
    fill_work(phone, "Mon", "Tue", "Wed")
    phone.get_by_label("How long is the way").select_option("1 hour")
    see_what_fits(phone)
    assert phone.url.endswith(f"{PATH}{RESULT}")
    assert "fits your week" in phone.get_by_role("status").inner_text()
    assert phone.locator(RESULT).bounding_box()["y"] < 400
    assert phone.get_by_text("is during your work (1 to 5 pm)").first.is_visible()
    with phone.expect_download() as download:
        phone.get_by_role("button", name="Keep this week as a calendar file for Morning track").first.click()
    assert download.value.suggested_filename == "schedule.ics"
    download.value.save_as(tmp_path / "schedule.ics")
    events = Calendar.from_ical((tmp_path / "schedule.ics").read_bytes()).events
    assert {str(event["SUMMARY"]) for event in events} == {"Appointment"}
    assert all("?" not in address and "work" not in address for address in phone.asked)


def test_a_mistake_is_said_in_words_and_nothing_typed_is_lost(phone):
    phone.goto(PATH)
    fill_work(phone, "Mon", "Sun", starts="08:10", ends="08:10")
    see_what_fits(phone)
    summary = phone.get_by_role("alert")
    assert "One answer needs a look" in summary.inner_text()
    assert summary.bounding_box()["y"] < 844
    summary.get_by_role("link", name="The start and the end are the same").click()
    assert phone.url.endswith("#id_work_ends")
    assert phone.get_by_label("Work starts").input_value() == "08:10"
    days = phone.get_by_role("group", name="Days you work")
    assert [box.get_attribute("value") for box in days.locator(":checked").all()] == ["0", "6"]
    phone.get_by_label("Work ends").fill("02:00")
    see_what_fits(phone)
    assert phone.locator(RESULT).is_visible()


def test_the_answer_is_read_first(page):
    page.goto(PATH)
    see_what_fits(page)
    page.locator(RESULT).wait_for()
    assert page.evaluate("document.activeElement.id") == "result"


def test_the_page_works_by_keyboard_alone(page):
    page.goto(PATH)
    page.get_by_role("group", name="Days you work").get_by_label("Mon").focus()
    keys = ["Space", *["Tab"] * 7, *"0800", "a", "Tab", "Tab", *"0500", "p"]
    for key in keys:
        page.keyboard.press(key)
    assert page.get_by_label("Work starts").input_value() == "08:00"
    assert page.get_by_label("Work ends").input_value() == "17:00"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{PATH}{RESULT}")
    assert page.get_by_text("is during your work (8 am to 5 pm)").first.is_visible()


def test_back_from_a_program_shows_the_answer_again(phone):
    phone.goto(PATH)
    fill_work(phone, "Mon")
    see_what_fits(phone)
    count = phone.get_by_role("status").inner_text()
    phone.locator(".fit a").first.click()
    phone.wait_for_url("**/programs/**")
    phone.go_back()
    assert phone.get_by_role("status").inner_text() == count
    assert phone.get_by_label("Work starts").input_value() == "13:00"


def test_answers_and_errors_break_no_accessibility_rule_and_stay_inside_the_window(browser, site):
    context = browser.new_context(base_url=site.url, viewport=PHONE)
    page = context.new_page()
    found = []
    for ends in ("17:00", "13:00"):
        page.goto(PATH)
        fill_work(page, "Mon", "Wed", ends=ends)
        see_what_fits(page)
        page.locator(RESULT if ends == "17:00" else ".error-summary").wait_for()
        found += [(ends, wrong) for wrong in broken(page)]
        for width in (320, 390, 768, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            found += [(ends, width, over) for over in [page.evaluate(OVER_THE_SIDE)] if over > 0]
            found += [(ends, width, text) for text in page.evaluate(TEXT_WIDER_THAN_ITS_BOX)]
            found += [(ends, width, small) for small in page.evaluate(TOO_SMALL) if width == 320]
        page.set_viewport_size(PHONE)
    context.close()
    assert found == []
