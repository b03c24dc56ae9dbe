"""By when a person replies: staffed time is counted, and the promise is made from it."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic import hours
from clinic.hours import Schedule
from clinic.models import OpeningHours
from tests.clinic.schedules import (
    AROUND_THE_NIGHT,
    CLOCKS_GO_BACK,
    CLOCKS_GO_FORWARD,
    NO_HOURS,
    SCHEDULE,
    ZONE,
    at,
    every_minute,
    is_staffed,
    moments,
    nights_of_change,
    schedules,
)

# The count


@pytest.mark.parametrize(
    ("moment", "staffed_hours", "by"),
    [
        ("2026-11-23 10:00", 1, "2026-11-23 11:00"),
        ("2026-11-23 10:00", 2, "2026-11-23 12:00"),
        ("2026-11-23 09:00", 7, "2026-11-23 17:00"),
        ("2026-11-23 11:00", 2, "2026-11-23 14:00"),
        ("2026-11-23 12:00", 1, "2026-11-23 14:00"),
        ("2026-11-23 17:00", 3, "2026-11-24 12:00"),
        ("2026-11-20 16:00", 2, "2026-11-23 10:00"),
        ("2026-11-25 16:00", 2, "2026-11-27 11:00"),
        ("2026-11-27 11:00", 2, "2026-11-30 10:00"),
        ("2026-11-22 10:00", 0, "2026-11-23 09:00"),
    ],
)
def test_a_reply_counts_only_staffed_time(moment, staffed_hours, by):
    assert hours.reply_by(SCHEDULE, at(moment), staffed_hours) == at(by)


@pytest.mark.parametrize(
    ("day", "staffed_hours", "by"),
    [
        ("2026-11-08", 6, "06:00"),
        (CLOCKS_GO_BACK, 4, "03:00"),
        (CLOCKS_GO_BACK, 7, "06:00"),
        (CLOCKS_GO_FORWARD, 4, "05:00"),
        (CLOCKS_GO_FORWARD, 5, "06:00"),
    ],
)
def test_staffed_hours_are_real_hours_when_the_clocks_change(day, staffed_hours, by):
    midnight = at(f"{day} 00:00")
    moment = hours.reply_by(AROUND_THE_NIGHT, midnight, staffed_hours)
    assert moment.timestamp() - midnight.timestamp() == staffed_hours * 60 * 60
    assert f"{moment:%Y-%m-%d %H:%M}" == f"{day} {by}"


def test_a_reply_in_the_hour_that_comes_twice_knows_which_of_the_two():
    moment = hours.reply_by(AROUND_THE_NIGHT, at(f"{CLOCKS_GO_BACK} 00:30"), 1)
    assert moment.astimezone(UTC) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    later = hours.reply_by(AROUND_THE_NIGHT, at(f"{CLOCKS_GO_BACK} 00:30"), 2)
    assert later.astimezone(UTC) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


def test_hours_that_overlap_are_counted_once():
    rows = [
        OpeningHours(weekday=0, opens=time(8), closes=time(12)),
        OpeningHours(weekday=0, opens=time(9), closes=time(11)),
        OpeningHours(weekday=1, opens=time(8), closes=time(12)),
    ]
    assert hours.reply_by(Schedule.of(rows), at("2026-11-23 08:00"), 5) == at("2026-11-24 09:00")


def seconds_staffed(schedule, first, last):
    total = 0
    for days in range((last.date() - first.date()).days + 1):
        day = first.date() + timedelta(days=days)
        for opens, closes in schedule.on(day):
            start = max(datetime.combine(day, opens, tzinfo=ZONE).timestamp(), first.timestamp())
            end = min(datetime.combine(day, closes, tzinfo=ZONE).timestamp(), last.timestamp())
            total += max(end - start, 0)
    return total


@given(schedules, moments, st.integers(0, 60))
def test_exactly_the_promised_hours_are_staffed_before_the_reply(schedule, moment, staffed_hours):
    now = moment.astimezone(ZONE)
    by = hours.reply_by(schedule, now, staffed_hours)
    if by is not None:
        assert by >= now
        assert seconds_staffed(schedule, now, by) == pytest.approx(staffed_hours * 3600)
        assert any(opens <= by.time() <= closes for opens, closes in schedule.on(by.date()))


@given(schedules, moments, st.integers(0, 60))
def test_more_hours_never_promise_an_earlier_reply(schedule, moment, staffed_hours):
    now = moment.astimezone(ZONE)
    sooner = hours.reply_by(schedule, now, staffed_hours)
    later = hours.reply_by(schedule, now, staffed_hours + 1)
    assert later is None or sooner < later


# The promise


def promise(moment, reply_hours=2, waiting=0, per_hour=4, schedule=SCHEDULE):
    return hours.promise(schedule, moment, reply_hours, waiting=waiting, per_hour=per_hour)


@pytest.mark.parametrize(
    ("waiting", "by"),
    [
        (0, "2026-11-23 11:00"),
        (7, "2026-11-23 11:00"),
        (8, "2026-11-23 11:15"),
        (11, "2026-11-23 12:00"),
        (12, "2026-11-23 13:15"),
        (27, "2026-11-23 17:00"),
        (28, "2026-11-24 09:15"),
        (100, "2026-11-30 11:15"),
    ],
)
def test_the_promise_is_later_when_more_requests_wait_than_the_team_can_answer(waiting, by):
    assert promise(at("2026-11-23 09:00"), waiting=waiting) == at(by)


@pytest.mark.parametrize(
    ("sent", "by"),
    [
        ("2026-11-23 09:00:00", "2026-11-23 11:00"),
        ("2026-11-23 09:00:01", "2026-11-23 11:05"),
        ("2026-11-23 09:04:59.999999", "2026-11-23 11:05"),
        ("2026-11-23 14:37", "2026-11-23 16:40"),
        ("2026-11-23 09:58", "2026-11-23 12:00"),
        ("2026-11-23 11:58", "2026-11-23 15:00"),
    ],
)
def test_a_promise_is_rounded_up_to_five_minutes(sent, by):
    assert promise(at(sent)) == at(by)


def test_a_promise_is_not_rounded_past_closing():
    until_58 = Schedule({0: [(time(9), time(16, 58))]}, {})
    assert promise(at("2026-11-23 14:57"), schedule=until_58) == at("2026-11-23 16:58")
    assert promise(at("2026-11-23 14:58"), schedule=until_58) == at("2026-11-23 16:58")
    assert promise(at("2026-11-23 14:52"), schedule=until_58) == at("2026-11-23 16:55")


def test_nothing_is_promised_when_no_hours_are_planned_or_the_queue_passes_them():
    now = at("2026-11-23 09:00")
    assert promise(now, schedule=NO_HOURS) is None
    assert promise(now, waiting=100_000) is None


@given(nights_of_change(), st.integers(1, 5), st.integers(0, 30), st.integers(1, 9), st.integers(0, 299))
def test_a_promise_is_never_early_and_lies_in_staffed_time(night, reply_hours, waiting, per_hour, seconds):
    schedule, moment = night
    now = datetime.fromtimestamp(moment.timestamp() + seconds, tz=moment.tzinfo)
    by = promise(now, reply_hours, waiting, per_hour, schedule)
    if by is None:
        return
    minutes = int(by.timestamp() - moment.timestamp()) // 60
    staffed = sum(is_staffed(schedule, begin) for begin in every_minute(moment, minutes, step=5)) * 5
    assert staffed >= reply_hours * 60
    assert staffed >= (waiting + 1) * 60 / per_hour
    last_minute = datetime.fromtimestamp(by.timestamp() - 60, tz=by.tzinfo)
    assert is_staffed(schedule, last_minute)


@given(schedules, moments, st.integers(1, 80), st.integers(0, 60), st.integers(1, 50))
def test_a_promise_is_the_computed_moment_or_less_than_five_minutes_later(
    schedule, moment, reply_hours, waiting, per_hour
):
    now = moment.astimezone(ZONE)
    by = promise(now, reply_hours, waiting, per_hour, schedule)
    computed = hours.reply_by(schedule, now, max(reply_hours, (waiting + 1) / per_hour))
    assert (by is None) == (computed is None)
    if by is not None:
        assert 0 <= by.timestamp() - computed.timestamp() < 5 * 60
        assert any(opens <= by.time() <= closes for opens, closes in schedule.on(by.date()))
        assert by.minute % 5 == 0


@given(nights_of_change(), st.integers(1, 9), st.integers(0, 60), st.integers(1, 9))
def test_one_more_request_before_it_never_makes_a_promise_earlier(night, reply_hours, waiting, per_hour):
    schedule, now = night
    sooner = promise(now, reply_hours, waiting, per_hour, schedule)
    later = promise(now, reply_hours, waiting + 1, per_hour, schedule)
    assert later is None or sooner.timestamp() <= later.timestamp()
