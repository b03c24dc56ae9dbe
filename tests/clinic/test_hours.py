"""When somebody is in, on which days we do business, and how the rows of hours are read."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic import hours
from clinic.hours import Schedule
from clinic.models import OpeningHours
from tests.clinic.schedules import (
    AFTERNOON,
    AROUND_THE_NIGHT,
    CLOCKS_GO_BACK,
    CLOCKS_GO_FORWARD,
    DAY_AFTER,
    MORNING,
    NO_HOURS,
    SCHEDULE,
    THANKSGIVING,
    at,
    every_minute,
    is_staffed,
    nights_of_change,
    schedules,
)

# Open, closed


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        ("2026-11-23 08:59", None),
        ("2026-11-23 09:00", "2026-11-23 12:00"),
        ("2026-11-23 11:59", "2026-11-23 12:00"),
        ("2026-11-23 12:00", None),
        ("2026-11-23 16:59", "2026-11-23 17:00"),
        ("2026-11-23 17:00", None),
        ("2026-11-22 10:00", None),
        ("2026-11-26 10:00", None),
        ("2026-11-27 09:30", None),
        ("2026-11-27 10:30", "2026-11-27 12:00"),
    ],
)
def test_open_from_the_first_minute_of_a_span_until_its_last(moment, until):
    assert hours.open_until(SCHEDULE, at(moment)) == (at(until) if until else None)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-23 08:00", "2026-11-23 09:00"),
        ("2026-11-23 09:00", "2026-11-23 13:00"),
        ("2026-11-23 17:00", "2026-11-24 09:00"),
        ("2026-11-25 17:00", "2026-11-27 10:00"),
        ("2026-11-27 12:00", "2026-11-30 09:00"),
    ],
)
def test_next_opening_passes_over_evenings_weekends_and_closed_dates(moment, opens):
    assert hours.opens_next(SCHEDULE, at(moment)) == at(opens)


def test_without_hours_nothing_opens_and_nothing_is_promised():
    now = at("2026-11-23 10:00")
    assert hours.open_until(NO_HOURS, now) is None
    assert hours.opens_next(NO_HOURS, now) is None
    assert hours.reply_by(NO_HOURS, now, 1) is None
    assert hours.status(NO_HOURS, now) == ""


def test_two_spans_that_touch_are_open_until_the_end_of_the_second():
    rows = [
        OpeningHours(weekday=0, opens=time(8), closes=time(12)),
        OpeningHours(weekday=0, opens=time(12), closes=time(16)),
    ]
    assert hours.open_until(Schedule.of(rows), at("2026-11-23 11:00")) == at("2026-11-23 16:00")


# Nights in which clocks change


@given(nights_of_change())
def test_staffed_moments_agree_with_the_clock_on_the_wall(night):
    schedule, now = night
    ended = now.timestamp()
    for start, end in islice(schedule.spans_from(now), 6):
        assert ended <= max(start.timestamp(), now.timestamp()) < end.timestamp()
        minutes = int(end.timestamp() - start.timestamp()) // 60
        assert all(is_staffed(schedule, moment) for moment in every_minute(start, minutes))
        ended = end.timestamp()


@given(nights_of_change())
def test_open_now_means_that_the_clock_on_the_wall_says_so(night):
    schedule, now = night
    until, opens = hours.open_until(schedule, now), hours.opens_next(schedule, now)
    assert until is None or (is_staffed(schedule, now) and until.timestamp() > now.timestamp())
    assert opens is None or (is_staffed(schedule, opens) and opens.timestamp() > now.timestamp())


@pytest.mark.parametrize(
    ("opens", "closes", "day", "words"),
    [
        (time(1, 30), time(6), CLOCKS_GO_BACK, "01:30 EST to 06:00 EST"),
        (time(0), time(1, 30), CLOCKS_GO_BACK, "00:00 EDT to 01:30 EDT"),
        (time(2, 30), time(6), CLOCKS_GO_FORWARD, "03:30 EDT to 06:00 EDT"),
        (time(0), time(2, 30), CLOCKS_GO_FORWARD, "00:00 EST to 01:30 EST"),
    ],
)
def test_of_two_readings_of_a_clock_time_the_shorter_span_counts(opens, closes, day, words):
    start, end = next(Schedule({6: [(opens, closes)]}, {}).spans_from(at(f"{day} 00:00")))
    assert f"{start:%H:%M %Z} to {end:%H:%M %Z}" == words


@pytest.mark.parametrize("span", [(time(2), time(3)), (time(2, 15), time(2, 45))])
def test_hours_that_the_clocks_skip_are_not_staffed(span):
    now = at(f"{CLOCKS_GO_FORWARD} 00:00")
    assert hours.opens_next(Schedule({}, {now.date(): [span]}), now) is None


def test_in_the_second_of_two_hours_the_first_has_passed():
    now = at(f"{CLOCKS_GO_BACK} 01:10", fold=1)
    assert hours.reply_by(AROUND_THE_NIGHT, now, 1) == at(f"{CLOCKS_GO_BACK} 02:10")
    opens_between = Schedule({6: [(time(0, 30), time(1, 15)), (time(1, 45), time(6))]}, {})
    by = hours.reply_by(opens_between, now, 1)
    assert by.astimezone(UTC) == datetime(2026, 11, 1, 7, 45, tzinfo=UTC)


def test_in_the_first_of_two_hours_what_opens_in_the_second_is_still_closed():
    opens_in_the_second = Schedule({6: [(time(1, 30), time(6))]}, {})
    now = at(f"{CLOCKS_GO_BACK} 01:45")
    assert hours.open_until(opens_in_the_second, now) is None
    assert hours.opens_next(opens_in_the_second, now) == at(f"{CLOCKS_GO_BACK} 01:30", fold=1)
    assert hours.reply_by(opens_in_the_second, now, 1) == at(f"{CLOCKS_GO_BACK} 02:30")


# Business days


@pytest.mark.parametrize(
    ("day", "days", "due"),
    [
        ("2026-11-16", 3, "2026-11-19"),
        ("2026-11-18", 3, "2026-11-23"),
        ("2026-11-20", 1, "2026-11-23"),
        ("2026-11-21", 1, "2026-11-23"),
        ("2026-11-22", 3, "2026-11-25"),
        ("2026-11-23", 3, "2026-11-27"),
        ("2026-11-25", 3, "2026-12-01"),
        ("2026-11-26", 1, "2026-11-27"),
        ("2026-11-26", 0, "2026-11-26"),
    ],
)
def test_business_days_pass_over_weekends_and_closed_dates(day, days, due):
    due_day = hours.business_days_after(SCHEDULE, date.fromisoformat(day), days)
    assert due_day == date.fromisoformat(due)


def test_a_weekday_without_usual_hours_is_a_business_day_and_an_open_saturday_is_none():
    only_saturdays = Schedule({5: [MORNING]}, {date(2026, 11, 28): [MORNING]})
    assert hours.business_days_after(only_saturdays, date(2026, 11, 27), 1) == date(2026, 11, 30)


@given(schedules, st.dates(date(2026, 10, 1), date(2027, 6, 30)), st.integers(1, 20))
def test_exactly_the_asked_number_of_business_days_lies_after_the_date(schedule, day, days):
    due = hours.business_days_after(schedule, day, days)
    between = [day + timedelta(days=distance) for distance in range(1, (due - day).days + 1)]
    counted = [each for each in between if each.isoweekday() <= 5 and schedule.dates.get(each, "usual")]
    assert len(counted) == days
    assert counted[-1] == due


# Rows


def test_rows_become_a_week_and_dates_each_in_order_of_the_day():
    rows = [
        OpeningHours(weekday=0, opens=time(13), closes=time(17)),
        OpeningHours(weekday=0, opens=time(9), closes=time(12)),
        OpeningHours(date=DAY_AFTER, opens=time(10), closes=time(12)),
        OpeningHours(date=THANKSGIVING),
    ]
    schedule = Schedule.of(rows)
    assert schedule.weekly == {0: [MORNING, AFTERNOON]}
    assert schedule.dates == {THANKSGIVING: [], DAY_AFTER: [(time(10), time(12))]}


def test_a_date_replaces_the_usual_hours_of_its_day():
    assert SCHEDULE.on(THANKSGIVING) == []
    assert SCHEDULE.on(DAY_AFTER) == [(time(10), time(12))]
    assert SCHEDULE.on(date(2026, 11, 29)) == []


def test_dates_that_differ_are_announced_weeks_ahead_and_not_afterwards():
    first_day = THANKSGIVING - timedelta(days=hours.EXCEPTIONS_SHOWN_DAYS)
    assert hours.coming_exceptions(SCHEDULE, first_day - timedelta(days=1)) == []
    assert hours.coming_exceptions(SCHEDULE, first_day) == [(THANKSGIVING, [], "")]
    assert [day for day, *_ in hours.coming_exceptions(SCHEDULE, THANKSGIVING)] == [THANKSGIVING, DAY_AFTER]
    assert hours.coming_exceptions(SCHEDULE, date(2026, 11, 28)) == []
