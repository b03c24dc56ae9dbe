"""What the clinic's facts must always be, said to staff in a sentence and kept by the database."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from clinic.models import Alert, CallStep, Clinic, HelpLine, OpeningHours, PageText, Redirect, Signpost
from clinic.validators import own_path
from programs.models import Question
from tests import factories

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
START, END = datetime(2026, 11, 23, 8, tzinfo=UTC), datetime(2026, 11, 24, 8, tzinfo=UTC)


def alert(**given):
    return Alert(**{"body": "No groups.", "starts_at": START, "ends_at": END} | given)


def help_line(**given):
    values = {"name": "Line", "when_to_use": "Any time.", "call_number": "988", "hours": "Always", "checked_on": TODAY}
    return HelpLine(**values | given)


DAY_OR_DATE = "Choose a weekday or a date, not both."
BEFORE = "Enter an opening time that is before the closing time."
NUMBER = "Enter a number to call or a number to text."
AFTER = "Enter an end that is after the start."
BOTH = "Enter both the link and its label, or neither."
NINE, FIVE = time(9), time(17)

REFUSED = [
    (OpeningHours(weekday=0, date=TODAY, opens=NINE, closes=FIVE), "hours_are_for_a_weekday_or_a_date", DAY_OR_DATE),
    (OpeningHours(opens=NINE, closes=FIVE), "hours_are_for_a_weekday_or_a_date", DAY_OR_DATE),
    (OpeningHours(weekday=0, opens=FIVE, closes=NINE), "opening_comes_before_closing", BEFORE),
    (OpeningHours(weekday=0, opens=NINE, closes=NINE), "opening_comes_before_closing", BEFORE),
    (OpeningHours(weekday=0), "opening_comes_before_closing", BEFORE),
    (OpeningHours(date=TODAY, opens=NINE), "opening_comes_before_closing", BEFORE),
    (OpeningHours(date=TODAY, closes=FIVE), "opening_comes_before_closing", BEFORE),
    (help_line(call_number=""), "help_line_can_be_called_or_texted", NUMBER),
    (alert(ends_at=START), "alert_ends_after_it_starts", AFTER),
    (alert(ends_at=START - timedelta(seconds=1)), "alert_ends_after_it_starts", AFTER),
    (alert(link_path="/about/"), "alert_link_has_a_path_and_a_label", BOTH),
    (alert(link_label="Hours"), "alert_link_has_a_path_and_a_label", BOTH),
]
ALLOWED = [
    OpeningHours(weekday=6, opens=NINE, closes=FIVE),
    OpeningHours(date=TODAY, opens=NINE, closes=FIVE),
    OpeningHours(date=TODAY),
    help_line(call_number="", text_number="988"),
    alert(),
    alert(link_path="/questions/#cost", link_label="Cost"),
]


def stored_as_is(row):
    """As an import or a shell would, past every form."""
    type(row).objects.bulk_create([row])


@pytest.mark.parametrize(("row", "constraint", "sentence"), REFUSED)
class TestRefused:
    def test_staff_read_what_to_change(self, row, constraint, sentence):
        with pytest.raises(ValidationError) as refusal:
            row.full_clean()
        assert any(message.startswith(sentence) for message in refusal.value.messages)

    def test_the_database_keeps_it_out(self, row, constraint, sentence):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            stored_as_is(row)


@pytest.mark.parametrize("row", ALLOWED, ids=str)
def test_what_is_allowed_can_be_stored(row):
    row.full_clean()
    stored_as_is(row)
    assert type(row).objects.count() == 1


def test_a_stored_row_cannot_become_wrong_either():
    hours = OpeningHours.objects.create(weekday=0, opens=NINE, closes=FIVE)
    with pytest.raises(IntegrityError, match="opening_comes_before_closing"), transaction.atomic():
        OpeningHours.objects.filter(pk=hours.pk).update(closes=NINE)


def test_there_is_only_one_clinic():
    first = factories.clinic()
    second = Clinic.objects.get()
    second.pk = 2
    with pytest.raises(ValidationError):
        second.full_clean()
    with pytest.raises(IntegrityError, match="there_is_one_clinic"), transaction.atomic():
        stored_as_is(second)
    assert Clinic.objects.get() == first


def test_a_page_has_one_heading():
    PageText.objects.create(page="about", title="About", text="Lead.", description="Description.")
    with pytest.raises(IntegrityError), transaction.atomic():
        PageText.objects.create(page="about", title="Again", text="Lead.", description="Description.")


# Columns


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("phone", "(207) 555-0142"),
        ("phone", "2075550142"),
        ("phone", "+0075550142"),
        ("phone", "+1207555014x"),
        ("time_zone", "Eastern"),
        ("time_zone", "America/Nowhere"),
        ("exit_url", "weather.gov"),
        ("exit_url", "javascript:alert(1)"),
    ],
)
def test_the_clinic_refuses_what_would_break_a_link_or_a_clock(column, value):
    clinic = factories.clinic()
    clinic.full_clean()
    setattr(clinic, column, value)
    with pytest.raises(ValidationError) as refusal:
        clinic.full_clean()
    assert set(refusal.value.message_dict) == {column}


ELSEWHERE = ["https://example.com/", "//example.com/", "about/", "/a b/", "/<script>", "javascript:alert(1)"]


@pytest.mark.parametrize("path", ELSEWHERE)
def test_a_signpost_stays_on_this_site(path):
    with pytest.raises(ValidationError) as refusal:
        Signpost(title="I need help", text="Programs", path=path).full_clean()
    assert "starts with /" in refusal.value.messages[0]


@pytest.mark.parametrize("path", ELSEWHERE)
def test_the_link_of_an_alert_stays_on_this_site(path):
    with pytest.raises(ValidationError) as refusal:
        alert(link_path=path, link_label="More").full_clean()
    assert "link_path" in refusal.value.message_dict


@pytest.mark.parametrize("number", ["+", "+1", "+999", "call us", "+1800HELP"])
def test_a_help_line_refuses_what_no_phone_can_dial(number):
    with pytest.raises(ValidationError):
        help_line(call_number=number).full_clean()


# Queries


@pytest.mark.parametrize(("days", "due"), [(0, False), (90, False), (91, True), (400, True)])
def test_a_help_line_is_dialed_again_when_ninety_days_have_passed(days, due):
    factories.help_line(checked_on=TODAY - timedelta(days=days))
    assert HelpLine.objects.check_due(TODAY).exists() == due


@pytest.mark.parametrize(
    ("reviewed_on", "review_by", "due"),
    [
        (None, None, True),
        (None, TODAY + timedelta(days=100), True),
        (TODAY, None, True),
        (TODAY, TODAY - timedelta(days=1), True),
        (TODAY, TODAY, True),
        (TODAY, TODAY + timedelta(days=1), False),
    ],
)
def test_a_review_is_due_until_both_days_are_set_and_again_when_the_second_has_come(reviewed_on, review_by, due):
    factories.question(reviewed_on=reviewed_on, review_by=review_by)
    assert Question.objects.review_due(TODAY).exists() == due


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (START - timedelta(microseconds=1), False),
        (START, True),
        (END - timedelta(microseconds=1), True),
        (END, False),
    ],
)
def test_an_alert_is_current_from_its_start_until_just_before_its_end(moment, shown):
    alert().save()
    assert Alert.objects.current(moment).exists() == shown


def test_changes_come_before_notes_and_the_older_first():
    alert(body="note").save()
    alert(body="later", level="change", starts_at=START + timedelta(hours=1)).save()
    alert(body="change", level="change").save()
    assert [found.body for found in Alert.objects.all()] == ["change", "later", "note"]


def test_lists_come_in_the_order_staff_gave_them_then_in_the_order_of_making():
    for title, position in [("third", 2), ("first", 1), ("second", 1)]:
        CallStep.objects.create(title=title, text="Text.", position=position)
    assert [step.title for step in CallStep.objects.all()] == ["first", "second", "third"]


def test_years_open_are_counted_from_the_founding_year_and_unknown_without_it():
    assert Clinic(founded_year=1974).years_open(TODAY) == 52
    assert Clinic(founded_year=None).years_open(TODAY) is None


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (OpeningHours(weekday=0, opens=NINE, closes=FIVE), "Monday: 9 am to 5 pm"),
        (OpeningHours(date=TODAY, opens=NINE, closes=time(12)), "November 23, 2026: 9 am to noon"),
        (OpeningHours(date=TODAY), "November 23, 2026: closed"),
    ],
)
def test_opening_hours_read_as_a_day_and_its_times(row, words):
    assert str(row) == words


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reply_hours", 0),
        ("reply_hours", 99999999999),
        ("opening_shown_days", 99999999999),
        ("founded_year", 99999),
        ("exit_url", "https://user:pw@weather.example/"),
        ("exit_url", "http://weather.example/"),
        ("phone", "+1２０７５５５０１４２"),
    ],
)
def test_a_clinic_refuses_what_would_break_its_pages(field, value):
    made = factories.clinic()
    setattr(made, field, value)
    with pytest.raises(ValidationError) as refusal:
        made.full_clean()
    assert field in refusal.value.message_dict


@pytest.mark.parametrize(
    "path",
    ["//evil.example", "/.//evil.example", "/a//b/", "/../x/", "/x/..", "/./", "/x/.?a=b", "/x\n", "https://x", "x"],
)
def test_an_address_of_ours_leads_to_no_other_site_and_nowhere_up(path):
    with pytest.raises(ValidationError):
        own_path(path)


@pytest.mark.parametrize("path", ["/", "/programs/", "/a.b/..c/x...y/", "/groups/#support", "/x/?a=b&c=d"])
def test_an_address_of_ours_may_have_dots_and_parts(path):
    own_path(path)


# Redirects


def refusal_of(old_path, new_path, **given):
    try:
        Redirect(old_path=old_path, new_path=new_path, **given).full_clean()
    except ValidationError as refusal:
        return set(refusal.message_dict)
    return set()


@pytest.mark.parametrize(
    ("old_path", "new_path"),
    [
        ("/b/", "/a/"),
        ("/b/", "/a"),
        ("/b", "/a/"),
        ("/b/", "/a/?x=1"),
        ("/b/", "/c/#top"),
        ("/d/", "/d"),
        ("/d/", "/d/#top"),
        ("/e/", "/x/"),
    ],
)
def test_a_redirect_that_comes_back_is_refused(old_path, new_path):
    for old, new in [("/a/", "/b/"), ("/c/", "/a/"), ("/x/", "/y/"), ("/y/", "/x/")]:
        Redirect.objects.create(old_path=old, new_path=new)
    assert refusal_of(old_path, new_path) == {"new_path"}


def test_a_redirect_that_leads_to_another_is_fine_and_can_be_saved_again():
    row = Redirect.objects.create(old_path="/a/", new_path="/b/")
    assert refusal_of("/c/", "/a/") == set()
    row.full_clean()


@pytest.mark.parametrize("old_path", ["/", "/about/", "/staff/", "/staff/anything/", "/here/", "/old/?a=b", "/old/#b"])
def test_a_redirect_from_a_page_that_is_shown_or_from_part_of_one_is_refused(old_path):
    factories.page(slug="here")
    assert refusal_of(old_path, "/cost/") == {"old_path"}


def test_a_page_that_is_not_shown_may_lead_elsewhere():
    factories.page(slug="here", is_published=False)
    assert refusal_of("/here/", "/cost/") == set()


@pytest.mark.parametrize("typed", [{}, {"old_path": "x", "new_path": "/a/"}, {"old_path": "/a/", "new_path": "x"}])
def test_a_redirect_with_an_error_in_a_field_has_only_that_error(typed, admin_client):
    factories.clinic()
    page = admin_client.post("/staff/clinic/redirect/add/", typed)
    assert page.status_code == 200
    errors = page.context["adminform"].form.errors
    assert all(len(sentences) == 1 for sentences in errors.values())
    assert len(errors) == (1 if typed else 2)
