"""Which half hours are left for a call, and how they read."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.hours import TIME_ZONES, Schedule
from clinic.models import OpeningHours
from intake import slots
from tests.clinic.schedules import every_minute, is_staffed, nights_of_change

NEW_YORK, CHICAGO, PARIS, HONOLULU = map(
    ZoneInfo, ["America/New_York", "America/Chicago", "Europe/Paris", "Pacific/Honolulu"]
)
THANKSGIVING = date(2026, 11, 26)
SCHEDULE = Schedule(
    weekly={weekday: [(time(9), time(12)), (time(13), time(14))] for weekday in range(5)},
    dates={THANKSGIVING: [], date(2026, 11, 27): [(time(10), time(12))]},
)
AROUND_THE_NIGHT = Schedule({6: [(time(0), time(6))]}, {})
CLOCKS_GO_BACK, CLOCKS_GO_FORWARD = "2026-11-01", "2026-03-08"


def at(words, zone=NEW_YORK, fold=0):
    return datetime.fromisoformat(words).replace(tzinfo=zone, fold=fold)


def offered(now, schedule=SCHEDULE, taken=None, capacity=1):
    return [f"{slot:%d %H:%M}" for slot in slots.offered(schedule, at(now), taken or {}, capacity)]


# Which are left


def test_slots_are_the_half_hours_of_the_next_three_days_on_which_somebody_is_in():
    assert offered("2026-11-25 11:00") == [
        *["25 11:30", "25 13:00", "25 13:30"],
        *["27 10:00", "27 10:30", "27 11:00", "27 11:30"],
        *["30 09:00", "30 09:30", "30 10:00", "30 10:30", "30 11:00", "30 11:30", "30 13:00", "30 13:30"],
    ]


@pytest.mark.parametrize(
    ("now", "first"),
    [
        ("2026-11-23 08:00", "23 09:00"),
        ("2026-11-23 08:30", "23 09:00"),
        ("2026-11-23 08:30:01", "23 09:30"),
        ("2026-11-23 09:00", "23 09:30"),
        ("2026-11-23 11:31", "23 13:00"),
        ("2026-11-23 13:00", "23 13:30"),
        ("2026-11-23 13:01", "24 09:00"),
    ],
)
def test_a_slot_leaves_us_half_an_hour_to_get_ready(now, first):
    assert offered(now)[0] == first


@pytest.mark.parametrize(
    ("opens", "closes", "starts"),
    [
        (time(9, 15), time(10, 15), ["09:30"]),
        (time(9), time(9, 29), []),
        (time(9), time(9, 30), ["09:00"]),
        (time(9, 0, 1), time(10), ["09:30"]),
        (time(22), time(23, 59), ["22:00", "22:30", "23:00"]),
    ],
)
def test_a_slot_lies_wholly_inside_staffed_time(opens, closes, starts):
    schedule = Schedule({}, {date(2026, 11, 23): [(opens, closes)]})
    assert offered("2026-11-23 06:00", schedule) == [f"23 {start}" for start in starts]


def test_slots_start_on_the_half_hour_where_clocks_are_a_quarter_of_an_hour_off():
    schedule = Schedule({}, {date(2026, 11, 23): [(time(9, 15), time(10, 45))]})
    now = at("2026-11-23 06:00", ZoneInfo("Asia/Kathmandu"))
    assert [f"{slot:%H:%M}" for slot in slots.offered(schedule, now, {}, 1)] == ["09:30", "10:00"]


def test_two_spans_that_touch_have_a_slot_across_the_seam():
    day = date(2026, 11, 23)
    rows = [
        OpeningHours(date=day, opens=time(9), closes=time(9, 45)),
        OpeningHours(date=day, opens=time(9, 45), closes=time(10)),
    ]
    assert offered("2026-11-23 06:00", Schedule.of(rows)) == ["23 09:00", "23 09:30"]


def test_a_slot_is_offered_until_as_many_people_chose_it_as_we_can_call():
    taken = Counter({at("2026-11-23 09:00").astimezone(UTC): 2, at("2026-11-23 09:30").astimezone(UTC): 1})
    now = "2026-11-23 06:00"
    assert offered(now, taken=taken, capacity=3)[:2] == ["23 09:00", "23 09:30"]
    assert offered(now, taken=taken, capacity=2)[:2] == ["23 09:30", "23 10:00"]
    assert offered(now, taken=taken, capacity=1)[:2] == ["23 10:00", "23 10:30"]


def test_a_day_that_is_full_makes_room_for_the_next():
    now = at("2026-11-25 12:00")
    taken = Counter(slot.astimezone(UTC) for slot in slots.offered(SCHEDULE, now, {}, 1) if slot.day == 27)
    days = {slot.date() for slot in slots.offered(SCHEDULE, now, taken, 1)}
    assert days == {date(2026, 11, 25), date(2026, 11, 30), date(2026, 12, 1)}


@pytest.mark.parametrize(("schedule", "capacity"), [(SCHEDULE, 0), (Schedule({}, {}), 1)])
def test_nothing_is_offered_without_capacity_or_hours(schedule, capacity):
    assert offered("2026-11-23 06:00", schedule, capacity=capacity) == []


# Nights in which clocks change


def test_the_hour_that_comes_twice_has_slots_twice_and_each_fills_by_itself():
    now = at(f"{CLOCKS_GO_BACK} 00:00")
    first, second = at(f"{CLOCKS_GO_BACK} 01:00"), at(f"{CLOCKS_GO_BACK} 01:00", fold=1)

    def starts(taken):
        return [f"{slot:%H:%M %Z}" for slot in slots.offered(AROUND_THE_NIGHT, now, taken, 1) if slot.day == 1][1:6]

    assert starts({}) == ["01:00 EDT", "01:30 EDT", "01:00 EST", "01:30 EST", "02:00 EST"]
    assert starts({first.astimezone(UTC): 1})[:2] == ["01:30 EDT", "01:00 EST"]
    assert starts({second.astimezone(UTC): 1})[:3] == ["01:00 EDT", "01:30 EDT", "01:30 EST"]


def test_the_hour_that_the_clocks_skip_has_no_slots():
    now = at(f"{CLOCKS_GO_FORWARD} 00:00")
    starts = [f"{slot:%H:%M}" for slot in slots.offered(AROUND_THE_NIGHT, now, {}, 1) if slot.day == 8]
    assert starts == ["00:30", "01:00", "01:30", "03:00", "03:30", "04:00", "04:30", "05:00", "05:30"]


def test_notice_is_half_an_hour_of_real_time():
    now = at(f"{CLOCKS_GO_BACK} 01:40")
    first, *_ = slots.offered(AROUND_THE_NIGHT, now, {}, 1)
    assert first.timestamp() - now.timestamp() == timedelta(minutes=50).total_seconds()


@given(nights_of_change())
def test_every_slot_is_half_an_hour_of_staffed_time_on_the_half_hour_of_the_clock(night):
    schedule, now = night
    offer = slots.offered(schedule, now, {}, 1)
    for slot in offer:
        assert slot.minute in (0, 30)
        assert slot.timestamp() - now.timestamp() >= 30 * 60
        assert all(is_staffed(schedule, moment) for moment in every_minute(slot, slots.SLOT_MINUTES))
        assert slot.timestamp() == slot.astimezone(UTC).astimezone(slot.tzinfo).timestamp()
    assert all(later.timestamp() - slot.timestamp() >= 30 * 60 for slot, later in pairwise(offer))
    assert len({slot.date() for slot in offer}) <= slots.DAYS_SHOWN


@given(nights_of_change(), st.data())
def test_a_full_slot_is_the_only_one_that_goes(night, data):
    schedule, now = night
    offer = [slots.value(slot) for slot in slots.offered(schedule, now, {}, 2)]
    full = data.draw(st.sets(st.sampled_from(offer)) if offer else st.just(set()))
    left = [slots.value(slot) for slot in slots.offered(schedule, now, {slots.read(value): 2 for value in full}, 2)]
    assert [value for value in offer if value not in full] == [value for value in left if value in offer]
    assert not full & set(left)


@given(nights_of_change())
def test_no_two_slots_of_a_day_read_the_same(night):
    schedule, now = night
    for _, of_day in slots.by_day(slots.offered(schedule, now, {}, 1), now, now.tzinfo):
        assert len({words for _, words in of_day}) == len(of_day)


# What a form sends


def test_a_value_is_the_moment_in_utc():
    assert slots.value(at("2026-11-23 09:00")) == slots.value(at("2026-11-23 08:00", CHICAGO)) == "2026-11-23T14:00Z"


@given(nights_of_change())
def test_a_value_reads_back_as_its_slot(night):
    schedule, now = night
    for slot in slots.offered(schedule, now, {}, 1):
        assert slots.read(slots.value(slot)) == slot.astimezone(UTC)


# Words


def test_slots_are_listed_by_day_as_seen_from_now():
    chosen = [
        at("2026-11-23 09:30"),
        at("2026-11-23 11:30"),
        at("2026-11-24 12:00"),
        at("2026-11-27 12:30"),
        at("2026-12-07 13:00"),
    ]
    assert slots.by_day(chosen, at("2026-11-23 08:00"), NEW_YORK) == [
        ("Today", [("2026-11-23T14:30Z", "9:30 to 10 am"), ("2026-11-23T16:30Z", "11:30 am to noon")]),
        ("Tomorrow", [("2026-11-24T17:00Z", "noon to 12:30 pm")]),
        ("Friday", [("2026-11-27T17:30Z", "12:30 to 1 pm")]),
        ("Monday, December 7", [("2026-12-07T18:00Z", "1 to 1:30 pm")]),
    ]


def test_slots_are_listed_by_the_days_of_the_zone_they_are_shown_in():
    evening = [at("2026-11-23 17:30"), at("2026-11-23 18:00")]
    assert slots.by_day(evening, at("2026-11-23 08:00"), PARIS) == [
        ("Today", [("2026-11-23T22:30Z", "11:30 pm to 12 am")]),
        ("Tomorrow", [("2026-11-23T23:00Z", "12 to 12:30 am")]),
    ]


@pytest.mark.parametrize(
    ("slot", "words"),
    [
        (at(f"{CLOCKS_GO_BACK} 00:30"), "12:30 to 1 am"),
        (at(f"{CLOCKS_GO_BACK} 01:00"), "1 am EDT to 1:30 am EDT"),
        (at(f"{CLOCKS_GO_BACK} 01:30"), "1:30 am EDT to 1 am EST"),
        (at(f"{CLOCKS_GO_BACK} 01:30", fold=1), "1:30 am EST to 2 am EST"),
        (at(f"{CLOCKS_GO_BACK} 02:00"), "2 to 2:30 am"),
        (at(f"{CLOCKS_GO_FORWARD} 01:30"), "1:30 am EST to 3 am EDT"),
    ],
)
def test_around_a_change_of_the_clocks_a_slot_names_the_time_it_means(slot, words):
    ((_, [(_, clock_words)]),) = slots.by_day([slot], slot, NEW_YORK)
    assert clock_words == words


@pytest.mark.parametrize(
    ("slot", "zone", "words"),
    [
        ("2026-11-30 09:00", None, "Monday, November 30, 9 to 9:30 am Eastern time"),
        ("2026-11-27 09:00", None, "Friday, 9 to 9:30 am Eastern time"),
        ("2026-11-27 09:00", NEW_YORK, "Friday, 9 to 9:30 am Eastern time"),
        ("2026-11-27 09:00", ZoneInfo("America/Toronto"), "Friday, 9 to 9:30 am Eastern time"),
        (
            "2026-11-27 12:30",
            CHICAGO,
            "Friday, 12:30 to 1 pm Eastern time, which is 11:30 am to noon Central time",
        ),
        ("2026-11-23 14:00", PARIS, "today, 2 to 2:30 pm Eastern time, which is 8 to 8:30 pm Paris time"),
        (
            "2026-11-23 18:00",
            PARIS,
            "today, 6 to 6:30 pm Eastern time, which is tomorrow, 12 to 12:30 am Paris time",
        ),
        (
            "2026-11-27 02:00",
            HONOLULU,
            "Friday, 2 to 2:30 am Eastern time, which is Thursday, 9 to 9:30 pm Hawaii time",
        ),
    ],
)
def test_a_slot_in_words_names_the_persons_own_time_where_it_differs(slot, zone, words):
    assert slots.words(at(slot), NEW_YORK, at("2026-11-23 10:00"), zone) == words


def test_a_slot_in_words_reads_the_same_whichever_zone_its_moment_is_in():
    now = at("2026-11-23 10:00")
    sent = slots.words(slots.read("2026-11-23T19:00Z"), NEW_YORK, now.astimezone(UTC), CHICAGO)
    assert sent == slots.words(at("2026-11-23 14:00"), NEW_YORK, now, CHICAGO)


def test_nobody_reads_tomorrow_for_what_is_today_at_their_place():
    evening = at("2026-11-23 20:00")
    assert slots.words(at("2026-11-24 09:00"), NEW_YORK, evening, PARIS) == (
        "Tuesday, November 24, 9 to 9:30 am Eastern time, which is 3 to 3:30 pm Paris time"
    )


def test_two_zones_that_differ_for_a_part_of_the_year_are_told_apart_by_the_day_of_the_call():
    phoenix, denver = ZoneInfo("America/Phoenix"), ZoneInfo("America/Denver")
    before, after = at("2026-10-30 09:00", denver), at("2026-11-02 09:00", denver)
    now = at("2026-10-29 09:00", denver)
    assert slots.words(before, denver, now, phoenix) == (
        "tomorrow, 9 to 9:30 am Mountain time, which is 8 to 8:30 am Arizona time"
    )
    assert slots.words(after, denver, now, phoenix) == "Monday, 9 to 9:30 am Mountain time"


# Calls between 8 am and 9 pm


@pytest.mark.parametrize(
    ("slot", "outside"),
    [
        ("2026-11-23 07:30", True),
        ("2026-11-23 08:00", False),
        ("2026-11-23 20:30", False),
        ("2026-11-23 20:45", True),
        ("2026-11-23 21:00", True),
        ("2026-11-23 23:30", True),
        ("2026-11-23 23:45", True),
        ("2026-11-23 00:00", True),
    ],
)
@pytest.mark.parametrize("zone", [NEW_YORK, HONOLULU, PARIS])
def test_a_call_is_not_before_8_am_nor_after_9_pm_at_the_persons_place(slot, outside, zone):
    assert slots.too_early_or_late(at(slot, zone).astimezone(UTC), zone) is outside


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
    st.sampled_from([*TIME_ZONES, "Europe/Paris", "Asia/Kathmandu"]),
)
def test_a_call_is_allowed_when_every_minute_of_it_is(moment, zone):
    slot = moment.replace(second=0, microsecond=0)
    minutes = every_minute(slot.astimezone(ZoneInfo(zone)), slots.SLOT_MINUTES)
    assert slots.too_early_or_late(slot, ZoneInfo(zone)) is not all(8 <= minute.hour < 21 for minute in minutes)
