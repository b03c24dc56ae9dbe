"""The calendar file names nothing, repeats each week, and keeps its times when clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from programs.calendar_file import calendar_file, first_day
from tests.programs.in_memory import slot, track

NEW_YORK = ZoneInfo("America/New_York")
BEFORE_AUTUMN = datetime(2026, 10, 21, 10, tzinfo=NEW_YORK)  # a Wednesday; clocks go back on November 1
BEFORE_SPRING = datetime(2027, 3, 3, 10, tzinfo=NEW_YORK)  # a Wednesday; clocks go forward on March 14
MONDAY, TUESDAY, WEDNESDAY, THURSDAY = range(4)
ALLOWED = {"UID", "DTSTAMP", "SUMMARY", "DTSTART", "DURATION", "RRULE", "CLASS", "TRANSP"}


def events(track, now):
    return Calendar.from_ical(calendar_file(track, now)).events


def moments(file):
    """When each event of a file is, by the file's own rules: its weeks on the clock, its offsets from VTIMEZONE."""
    calendar = Calendar.from_ical(file)
    zone = calendar.timezones[0].to_tz(lookup_tzid=False)
    return [
        (event["DTSTART"].dt.replace(tzinfo=None) + timedelta(weeks=week)).replace(tzinfo=zone)
        for event in calendar.events
        for week in range(event["RRULE"]["COUNT"][0])
    ]


def test_there_is_an_appointment_for_each_session_that_everybody_comes_to():
    made = track(
        slot(MONDAY), slot(TUESDAY, by_choice=True), slot(WEDNESDAY, time(13), kind="individual"), weeks_typical=8
    )
    found = [(event["DTSTART"].dt, event["DURATION"].dt, event["RRULE"]) for event in events(made, BEFORE_AUTUMN)]
    rule = {"FREQ": ["WEEKLY"], "COUNT": [8]}
    assert found == [
        (datetime(2026, 10, 26, 9, tzinfo=NEW_YORK), timedelta(hours=3), rule),
        (datetime(2026, 10, 28, 13, tzinfo=NEW_YORK), timedelta(minutes=50), rule),
    ]


def test_it_starts_at_the_next_start():
    made = track(slot(MONDAY), slot(WEDNESDAY))
    starts = {(2026, 10, 1): (26, 28), (2026, 10, 27): (2, 28), (2026, 10, 28): (2, 28), (2026, 11, 2): (2, 4)}
    for next_start, days in starts.items():
        found = Calendar.from_ical(calendar_file(made, BEFORE_AUTUMN, next_start=date(*next_start))).events
        assert tuple(event["DTSTART"].dt.day for event in found) == days


def test_dates_without_sessions_are_left_out():
    made = track(slot(MONDAY), slot(WEDNESDAY), weeks_typical=8)
    left_out = {date(2026, 11, 23), date(2026, 12, 24), date(2027, 3, 1)}
    file = calendar_file(made, BEFORE_AUTUMN, left_out=left_out)
    monday, wednesday = Calendar.from_ical(file).events
    assert [moment.dt for moment in monday["EXDATE"].dts] == [datetime(2026, 11, 23, 9, tzinfo=NEW_YORK)]
    assert "EXDATE" not in wednesday


@given(st.dates(), st.integers(0, 6))
def test_the_first_day_is_in_the_seven_days_from_tomorrow(today, weekday):
    if today > date.max - timedelta(days=7):
        return
    first = first_day(weekday, today)
    assert first.weekday() == weekday
    assert 1 <= (first - today).days <= 7


@pytest.mark.parametrize("now", [BEFORE_AUTUMN, BEFORE_SPRING])
def test_sessions_stay_at_the_same_time_of_day_when_clocks_change(now):
    file = calendar_file(track(slot(MONDAY), weeks_typical=12), now)
    found = moments(file)
    assert [moment.astimezone(NEW_YORK).time() for moment in found] == [time(9)] * 12
    assert len({moment.utcoffset() for moment in found}) == 2
    assert {moment.astimezone(UTC).hour for moment in found} == {13, 14}


def test_it_names_no_one_and_nothing():
    file = calendar_file(track(slot(MONDAY), name="Morning track"), BEFORE_AUTUMN)
    calendar = Calendar.from_ical(file)
    assert (calendar["PRODID"], calendar["VERSION"]) == ("-//Schedule//EN", "2.0")
    assert set(calendar) == {"PRODID", "VERSION"}
    (event,) = calendar.events
    assert set(event) == ALLOWED
    assert (event["SUMMARY"], event["CLASS"], event["TRANSP"]) == ("Appointment", "PRIVATE", "OPAQUE")
    assert event["DTSTART"].params == {"TZID": "America/New_York"}
    for word in [b"track", b"group", b"clinic", b"IOP", b"care"]:
        assert word.lower() not in file.lower()


def test_two_files_have_nothing_in_common_to_be_known_by():
    made = track(slot(MONDAY), slot(TUESDAY))
    names = [event["UID"] for _ in range(2) for event in events(made, BEFORE_AUTUMN)]
    assert len(set(names)) == 4


def test_lines_end_as_the_format_asks_and_are_short():
    file = calendar_file(track(slot(MONDAY), slot(THURSDAY)), BEFORE_AUTUMN)
    assert file.endswith(b"END:VCALENDAR\r\n")
    assert file.count(b"\n") == file.count(b"\r\n")
    assert max(len(line) for line in file.split(b"\r\n")) <= 75
