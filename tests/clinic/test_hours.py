"""Is anyone in, and by when does a person reply."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic import hours
from clinic.hours import Schedule
from clinic.models import OpeningHours
from clinic.validators import known_time_zone
from tests.clinic.schedules import QUARTERS, every_minute, is_staffed, nights_of_change, spans

ZONE = ZoneInfo("America/New_York")
MORNING, AFTERNOON = (time(9), time(12)), (time(13), time(17))
THANKSGIVING, DAY_AFTER = date(2026, 11, 26), date(2026, 11, 27)
SCHEDULE = Schedule(
    weekly={weekday: [MORNING, AFTERNOON] for weekday in range(5)},
    dates={THANKSGIVING: [], DAY_AFTER: [(time(10), time(12))]},
)
NO_HOURS = Schedule({}, {})
AROUND_THE_NIGHT = Schedule({6: [(time(0), time(6))]}, {})
CLOCKS_GO_BACK, CLOCKS_GO_FORWARD = "2026-11-01", "2027-03-14"


def at(words, fold=0):
    return datetime.fromisoformat(words).replace(tzinfo=ZONE, fold=fold)


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


# The reply


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


# Spans start at 3 am at the earliest: the nights in which clocks change have tests of their own, below.
daytime = spans(QUARTERS[3 * 4 :])
moments = st.datetimes(datetime(2026, 10, 1), datetime(2027, 4, 30), timezones=st.just(UTC))
schedules = st.builds(
    Schedule,
    weekly=st.dictionaries(st.integers(0, 6), daytime),
    dates=st.dictionaries(st.dates(date(2026, 10, 1), date(2027, 6, 30)), daytime, max_size=8),
)


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


# Words


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
