"""What every page says about the clinic, and the pages that are about nothing else."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from clinic.context_processors import MOST_ALERTS
from clinic.models import HelpLine, OpeningHours
from tests import factories

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 15, tzinfo=UTC)  # 10 am at the clinic
NAMES = ["home", "programs", "compare", "groups", "questions", "about", "help_now", "request", "request_sent"]
NAMES += ["guide", "fit_my_week", "search"]
ABOUT, HELP_NOW = "/about/", "/help-now/"
# Somebody who fills in the form, reads the receipt or needs help now is not to be distracted.
WITHOUT_ALERTS = {"request", "request_sent", "guide"}
ANSWERS_TO_POST = {"request", "guide", "fit_my_week", "search"}


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: MONDAY)


@pytest.fixture
def clinic():
    return factories.clinic(founded_year=1974, license_line="License 7 by the state")


@pytest.fixture(params=[*NAMES, "program", "group", "page"])
def page(request, client, clinic):
    """The text of each public page in turn."""
    makers = {"program": factories.program, "group": factories.specialty_group, "page": factories.page}
    address = makers[request.param]().get_absolute_url() if request.param in makers else reverse(request.param)
    response = client.get(address)
    assert response.status_code == 200
    return response.text


def part(text, tag, css=""):
    """The first element with this tag and class."""
    return re.search(rf"<{tag}[^>]*{css}.*?</{tag}>", text, re.DOTALL)[0]


# Every page


def test_every_page_begins_with_the_crisis_lines(page):
    strip = part(page, "section", 'class="crisis"')
    assert page.index(strip) < page.index("<header")
    for link in ['href="tel:988"', 'href="sms:988"', 'href="tel:911"']:
        assert link in strip
    assert 'href="https://www.weather.gov/"' in strip
    assert "and open a weather page" in strip


def test_every_page_ends_with_address_phone_hours_and_help_lines(page):
    footer = part(page, "footer")
    for words in [
        "1 Test Street<br>Testing, ME 00000",
        '<a href="tel:+12075550100">(207) 555-0100</a>',
        "Open until 8 pm",
        "Every day, 8 am to 8 pm",
        "Call 988",
        "License 7 by the state",
        "Private.",
    ]:
        assert words in footer


def test_every_page_says_beside_the_phone_number_whether_somebody_answers(page):
    header = part(page, "header")
    assert "status--open" in header
    assert "Open until 8 pm" in header
    assert 'href="tel:+12075550100"' in header


def test_every_page_has_one_heading_and_a_title(page):
    assert page.count("<h1") == 1
    assert re.search(r"<title>\s*\S.*</title>", page)


def test_after_hours_the_page_says_when_somebody_answers_again(client, clinic, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: MONDAY + timedelta(hours=12))
    text = client.get(ABOUT).text
    assert "Opens tomorrow at 8 am" in text
    assert "status--open" not in text


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (MONDAY - timedelta(hours=4), "We open at 8 am"),
        (MONDAY + timedelta(hours=12), "We open tomorrow at 8 am"),
        (MONDAY, None),
    ],
)
def test_while_nobody_is_in_the_buttons_say_so_and_lead_to_988(client, clinic, monkeypatch, now, words):
    monkeypatch.setattr(timezone, "now", lambda: now)
    text = client.get("/").text
    hero = re.search('<section class="hero">.*?</section>', text, re.DOTALL)[0]
    closing = re.search('<section class="closing".*?</section>', text, re.DOTALL)[0]
    assert hero.count("button--call") == 1
    for part_of_page in (hero, closing):
        assert ('href="tel:988">Talk to someone now: 988</a>' in part_of_page) == bool(words)
    if words:
        assert f"(207) 555-0100</span> <small>{words}</small>" in hero
    else:
        assert "We open" not in hero


@pytest.mark.parametrize("path", ["/robots.txt", "/favicon.ico"])
def test_what_machines_ask_for_needs_no_database(client, django_assert_num_queries, path):
    with django_assert_num_queries(0):
        assert client.get(path).status_code in (200, 302)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_only_for_reading(client, clinic, name):
    if name not in ANSWERS_TO_POST:
        assert client.post(reverse(name)).status_code == 405
    assert client.head(reverse(name)).status_code == 200


# Alerts


def test_a_current_alert_stands_on_every_page_but_where_it_would_distract(client, clinic):
    factories.alert(body="The bridge is closed.", link_path="/about/", link_label="Other ways")
    shown = {name for name in NAMES if "The bridge is closed." in client.get(reverse(name)).text}
    assert shown == set(NAMES) - WITHOUT_ALERTS
    notice = part(client.get(ABOUT).text, "section", 'class="notice')
    assert '<a href="/about/">Other ways</a>' in notice


def test_no_more_alerts_than_a_page_can_carry(client, clinic):
    for number in range(MOST_ALERTS + 1):
        factories.alert(body=f"Note {number} of today.")
    factories.alert(body="The bridge is closed.", level="change")
    text = client.get("/about/").text
    assert "The bridge is closed." in text
    assert text.count(" of today.") == MOST_ALERTS - 1


def test_an_ended_alert_is_never_shown(client, clinic):
    factories.alert(body="The bridge is closed.", ends_at=MONDAY)
    assert "The bridge is closed." not in client.get(ABOUT).text


def test_an_alert_is_not_shown_before_its_start(client, clinic):
    factories.alert(body="The bridge is closed.", starts_at=MONDAY + timedelta(seconds=1))
    assert "The bridge is closed." not in client.get(ABOUT).text


def test_an_alert_names_whom_it_is_for_unless_everyone(client, clinic):
    factories.alert(body="The garden is open.", audience="families")
    factories.alert(body="The bridge is closed.", level="change")
    text = client.get(ABOUT).text
    assert "<strong>Families:</strong> The garden is open." in text
    assert "Everyone" not in text
    assert text.index("The bridge is closed.") < text.index("The garden is open.")
    assert text.count('href="#icon-circle-alert"') == 1


def test_alerts_of_one_level_stand_in_the_order_they_start(client, clinic):
    factories.alert(body="The bridge is closed.", starts_at=MONDAY - timedelta(hours=1))
    factories.alert(body="The road is closed.", starts_at=MONDAY - timedelta(hours=2))
    text = client.get(ABOUT).text
    assert text.index("The road is closed.") < text.index("The bridge is closed.")


def test_without_alerts_there_is_no_notice(client, clinic):
    assert "notice" not in client.get(ABOUT).text


def test_staff_text_is_shown_as_text(client, clinic):
    factories.alert(body="<script>alert(1)</script>", link_path="/about/", link_label="<b>More</b>")
    text = client.get(ABOUT).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<b>More</b>" not in text


# About


def test_about_shows_each_place_the_usual_hours_and_the_license(client, clinic):
    factories.location(name="Second house", street="2 Test Street", access="No steps.", arrival="Ring once.")
    text = client.get(ABOUT).text
    for words in ["Main office", "Second house", "2 Test Street", "<p>No steps.</p>", "<p>Ring once.</p>"]:
        assert words in text
    assert "<li>Every day, 8 am to 8 pm</li>" in part(text, "ul", 'class="hours"')
    assert "License 7 by the state" in part(text, "main")


def test_about_leaves_out_what_a_place_does_not_say(client, clinic):
    text = client.get(ABOUT).text
    assert "When you arrive" not in text
    assert "Getting in<" not in text


def test_about_shows_the_days_that_differ_and_a_closed_one_as_closed(client, clinic):
    OpeningHours.objects.create(date=date(2026, 11, 26))
    OpeningHours.objects.create(date=date(2026, 12, 4), opens=time(9), closes=time(12))
    OpeningHours.objects.create(date=date(2026, 11, 20), opens=time(10), closes=time(12))
    days = part(client.get(ABOUT).text, "dl")
    assert re.findall("<d[td]>(.*?)</d[td]>", days) == [
        "Thursday, November 26",
        "Closed",
        "Friday, December 4",
        "9 am to noon",
    ]


def test_about_has_no_heading_for_days_that_differ_when_none_does(client, clinic):
    assert "Days that differ" not in client.get(ABOUT).text


@pytest.mark.parametrize(
    ("founded_year", "words"),
    [(1974, "since 1974: 52 years"), (2024, "since 2024: 2 years"), (2025, "since 2025: 1 year.")],
)
def test_about_counts_the_years(client, clinic, founded_year, words):
    clinic.founded_year = founded_year
    clinic.save()
    assert words in client.get(ABOUT).text


def test_about_says_nothing_about_years_when_the_founding_year_is_unknown(client, clinic):
    clinic.founded_year = None
    clinic.save()
    assert "has been here since" not in client.get(ABOUT).text


# Help now


def test_help_now_gives_each_line_as_links_to_call_and_to_text(client, clinic):
    factories.help_line(
        name="National Helpline",
        call_number="+18006624357",
        text_number="435748",
        text_with="your ZIP code",
        extra="Press 2 for Spanish.",
    )
    text = part(client.get(HELP_NOW).text, "main")
    line = next(item for item in re.findall(r"<li.*?</li>", text, re.DOTALL) if "National Helpline" in item)
    assert re.search(r'href="tel:\+18006624357">.*Call 1-800-662-4357</a>', line, re.DOTALL)
    assert 'href="sms:435748">Text your ZIP code to 435748</a>' in line
    assert "Press 2 for Spanish." in line


def test_help_now_without_lines_still_gives_988_and_911(client, clinic):
    HelpLine.objects.all().delete()
    main = re.search("<main.*</main>", client.get(HELP_NOW).text, re.DOTALL)[0]
    assert {"tel:988", "sms:988", "tel:911"} <= set(re.findall('href="([^"]*)"', main))


def test_help_now_leaves_out_the_way_a_line_does_not_have(client, clinic):
    HelpLine.objects.all().delete()
    factories.help_line(name="Text only", call_number="", text_number="741741")
    text = part(client.get(HELP_NOW).text, "main")
    assert "sms:741741" in text
    assert 'href="tel:"' not in text


def test_a_line_for_emergencies_stands_out(client, clinic):
    factories.help_line(name="Emergency", call_number="911", is_emergency=True)
    assert part(client.get(HELP_NOW).text, "main").count("line--emergency") == 1


@pytest.mark.parametrize("number", ["+", "+1", "+9995550142"])
def test_a_help_line_with_a_typing_error_takes_no_page_down(client, clinic, number):
    factories.help_line(call_number=number)
    assert client.get(HELP_NOW).status_code == 200
