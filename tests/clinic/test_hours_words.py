"""Hours, days and lengths of time as people say them."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from clinic import hours
from clinic.hours import Schedule
from clinic.validators import known_time_zone
from tests.clinic.schedules import AFTERNOON, MORNING, NO_HOURS, SCHEDULE, at


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (time(0), "12 am"),
        (time(0, 5), "12:05 am"),
        (time(11, 59), "11:59 am"),
        (time(12), "noon"),
        (time(12, 30), "12:30 pm"),
        (time(17, 30), "5:30 pm"),
    ],
)
def test_a_time_of_day_reads_as_people_say_it(moment, words):
    assert hours.clock(moment) == words


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (time(8), time(20), "8 am to 8 pm"),
        (time(17, 30), time(20, 30), "5:30 to 8:30 pm"),
        (time(9), time(11, 30), "9 to 11:30 am"),
        (time(9), time(12), "9 am to noon"),
        (time(12), time(16), "noon to 4 pm"),
        (time(22), time(0), "10 pm to 12 am"),
    ],
)
def test_a_span_names_the_half_of_the_day_once_where_it_can(start, end, words):
    assert hours.span(start, end) == words


def test_a_time_past_midnight_starts_again():
    assert hours.after(time(23), 120) == time(1)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-2, "Saturday, November 21"),
        (-1, "yesterday"),
        (0, "today"),
        (1, "tomorrow"),
        (2, "Wednesday"),
        (6, "Sunday"),
        (7, "Monday, November 30"),
    ],
)
def test_a_day_is_named_as_seen_from_today(days, words):
    today = date(2026, 11, 23)
    assert hours.day_words(today + timedelta(days=days), today) == words


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=60), "1 hour"),
        (timedelta(minutes=200, seconds=59), "3 hours 20 minutes"),
        (timedelta(hours=50), "2 days 2 hours"),
        (timedelta(days=2, minutes=40), "2 days"),
    ],
)
def test_a_length_of_time_is_in_words(length, words):
    assert hours.length_words(length) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (range(7), "every day"),
        (range(5), "Monday to Friday"),
        ([6], "Sunday"),
        ([6, 5], "Saturday and Sunday"),
        ([4, 0, 2], "Monday, Wednesday and Friday"),
    ],
)
def test_weekdays_are_told_in_the_shortest_way(days, words):
    assert hours.days_words(days) == words


def test_days_with_the_same_hours_share_a_line_and_closed_days_have_none():
    weekly = {day: [MORNING, AFTERNOON] for day in range(5)} | {5: [MORNING], 6: []}
    assert hours.weekly_words(Schedule(weekly, {})) == [
        "Monday to Friday, 9 am to noon and 1 to 5 pm",
        "Saturday, 9 am to noon",
    ]
    assert hours.weekly_words(NO_HOURS) == []


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-23 10:00", "Open until noon"),
        ("2026-11-23 07:00", "Opens today at 9 am"),
        ("2026-11-23 17:00", "Opens tomorrow at 9 am"),
        ("2026-11-27 13:00", "Opens Monday at 9 am"),
        ("2026-11-25 17:00", "Opens Friday at 10 am"),
    ],
)
def test_the_status_says_until_when_or_from_when_somebody_answers(moment, words):
    assert hours.status(SCHEDULE, at(moment)) == words


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("America/New_York", "Eastern time"),
        ("America/Phoenix", "Arizona time"),
        ("Europe/Paris", "Paris time"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time"),
        ("UTC", "UTC time"),
    ],
)
def test_a_time_zone_reads_as_people_say_it(zone, words):
    assert hours.zone_words(ZoneInfo(zone)) == words


def test_every_time_zone_to_choose_is_known_and_has_words_of_its_own():
    for zone in hours.TIME_ZONES:
        known_time_zone(zone)
    assert len(set(hours.TIME_ZONES.values())) == len(hours.TIME_ZONES)
