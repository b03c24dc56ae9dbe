"""What fits a person's week, what nearly does, and the words for it."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs import fit_my_week
from programs.fit_my_week import DAY, WEEK, Busy, Fit, Part
from tests.programs.in_memory import STAY, slot, track

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)
MORNINGS = [slot(MONDAY), slot(WEDNESDAY), slot(FRIDAY)]  # 9 am to noon
ORDER = [Fit.NOT, Fit.NEARLY, Fit.FITS]

times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
weekdays = st.integers(0, 6)
busy_hours = st.builds(Busy, st.sampled_from(Part), weekdays, times, times)
weeks = st.lists(busy_hours, max_size=5)
ways = st.sampled_from([0, 15, 30, 45, 60, 90])
slots = st.builds(slot, weekdays, times, by_choice=st.booleans())
tracks = st.builds(
    lambda slots, minutes, attendance: track(*slots, session_minutes=minutes, attendance=attendance),
    st.lists(slots, max_size=6, unique_by=lambda each: (each.weekday, each.starts)),
    st.integers(15, DAY),
    st.sampled_from(["in_person", "online"]),
)


def work(weekday, starts, ends):
    return Busy(Part.WORK, weekday, time(*starts), time(*ends))


def minutes_of(start, end):
    """The minutes of a week from start to end, counted one by one."""
    return {minute % WEEK for minute in range(start, end)}


# What fits


@pytest.mark.parametrize(
    ("busy", "travel", "fit"),
    [
        ([], 0, Fit.FITS),
        ([work(TUESDAY, (8,), (17,))], 0, Fit.FITS),
        ([work(MONDAY, (12,), (20,)), work(MONDAY, (6,), (9,))], 0, Fit.FITS),  # touching is not meeting
        ([work(MONDAY, (8,), (17,))], 0, Fit.NEARLY),  # one session of three
        ([work(MONDAY, (8,), (17,)), work(FRIDAY, (8,), (17,))], 0, Fit.NOT),
        ([work(day, (11, 30), (17,)) for day in range(5)], 0, Fit.NEARLY),  # half an hour of each
        ([work(day, (11, 29), (17,)) for day in range(5)], 0, Fit.NOT),
        ([work(day, (12,), (17,)) for day in range(5)], 15, Fit.NEARLY),  # the way home
        ([work(day, (12,), (17,)) for day in range(5)], 45, Fit.NOT),
    ],
)
def test_a_track_fits_nearly_fits_or_does_not(busy, travel, fit):
    assert fit_my_week.fit(track(*MORNINGS), busy, travel) == fit


def test_a_small_clash_counts_the_way_there_and_the_way_back_together():
    busy = [work(day, *hours) for day in range(5) for hours in [((6,), (9,)), ((12,), (20,))]]
    assert fit_my_week.fit(track(*MORNINGS), busy, 15) == Fit.NEARLY
    assert fit_my_week.fit(track(*MORNINGS), busy, 30) == Fit.NOT


def test_hours_that_are_taken_twice_are_lost_once():
    busy = [Busy(part, day, time(11, 30), time(17)) for day in range(5) for part in Part]
    assert fit_my_week.fit(track(*MORNINGS), busy, 0) == Fit.NEARLY


def test_the_only_session_of_a_track_does_not_nearly_fit_when_it_is_lost():
    assert fit_my_week.fit(track(slot(MONDAY)), [work(MONDAY, (8,), (17,))], 0) == Fit.NOT


def test_a_night_shift_ends_the_next_morning():
    nights = [work(day, (22,), (9,)) for day in (SUNDAY, TUESDAY, THURSDAY)]
    assert fit_my_week.fit(track(*MORNINGS), nights, 0) == Fit.NEARLY
    assert fit_my_week.fit(track(*MORNINGS), nights, 45) == Fit.NOT


def test_after_a_night_shift_a_track_in_the_hours_of_sleep_only_nearly_fits():
    nights = [work(day, (19,), (7,)) for day in (SUNDAY, MONDAY, TUESDAY)]
    answer = fit_my_week.answer(track(*MORNINGS), nights, 0)
    assert answer["fit"] == Fit.NEARLY
    assert answer["clashes"] == ["You come off a night shift at 7 am. When would you sleep?"]
    assert answer["may_help"] == []
    afternoons = track(*(slot(day, time(15)) for day in (MONDAY, WEDNESDAY, FRIDAY)))
    assert fit_my_week.fit(afternoons, nights, 0) == Fit.FITS  # eight hours after the shift
    assert fit_my_week.fit(afternoons, nights, 15) == Fit.NEARLY


@pytest.mark.parametrize(
    "busy",
    [
        [work(SUNDAY, (16,), (0,))],  # home at midnight
        [Busy(Part.CARE, SUNDAY, time(19), time(7))],  # who cares for someone at home may sleep there
        [work(SATURDAY, (19,), (7,))],  # no session on the day after
    ],
)
def test_other_nights_leave_the_morning_free(busy):
    assert fit_my_week.fit(track(*MORNINGS), busy, 0) == Fit.FITS


def test_sunday_night_goes_on_into_monday_and_back():
    assert fit_my_week.meeting((6 * DAY + 1400, WEEK + 300), (0, 60)) == [(WEEK, WEEK + 60)]
    assert fit_my_week.meeting((-60, 60), (WEEK - 30, WEEK)) == [(-30, 0)]
    early = track(slot(MONDAY, time(0, 30)), session_minutes=60)
    assert fit_my_week.fit(early, [work(SUNDAY, (22,), (0,))], 30) == Fit.FITS
    assert fit_my_week.fit(early, [work(SUNDAY, (22,), (0, 10))], 30) == Fit.NEARLY
    late = track(slot(SUNDAY, time(23)), session_minutes=60)
    assert fit_my_week.fit(late, [work(MONDAY, (0,), (8,))], 0) == Fit.FITS
    assert fit_my_week.fit(late, [work(MONDAY, (0,), (8,))], 45) == Fit.NOT


def test_nobody_travels_to_an_online_track():
    busy = [work(day, (12,), (17,)) for day in range(5)]
    online = track(*MORNINGS, attendance="online")
    assert fit_my_week.fit(online, busy, 90) == Fit.FITS
    assert fit_my_week.total_words(online, 90) == "9 hours a week with us"


def test_sessions_by_choice_are_named_and_decide_nothing():
    made = track(*MORNINGS, slot(TUESDAY, by_choice=True))
    answer = fit_my_week.answer(made, [work(TUESDAY, (8,), (17,))], 0)
    assert answer["fit"] == Fit.FITS
    assert answer["clashes"] == []
    assert answer["by_choice"] == ["Tuesday, 9 am to noon, is during your work (8 am to 5 pm)."]


@pytest.mark.parametrize(
    ("made", "has"),
    [
        (track(*MORNINGS), True),
        (track(), False),
        (track(slot(MONDAY, by_choice=True)), False),
        (track(slot(MONDAY), **STAY), False),
    ],
)
def test_only_a_track_with_times_that_everybody_shares_can_be_compared(made, has):
    assert fit_my_week.has_a_week(made) == has


@given(tracks, ways)
def test_every_track_fits_an_empty_week(made, travel):
    assert fit_my_week.fit(made, [], travel) == Fit.FITS


@given(tracks, weeks, ways)
def test_a_track_fits_exactly_when_nothing_clashes(made, busy, travel):
    answer = fit_my_week.answer(made, busy, travel)
    assert (answer["fit"] == Fit.FITS) == (not answer["clashes"])


@given(tracks, weeks, weeks, ways)
def test_more_busy_hours_never_make_a_track_fit_better(made, busy, more, travel):
    fits = [fit_my_week.fit(made, hours, travel) for hours in (busy, [*busy, *more])]
    assert ORDER.index(fits[1]) <= ORDER.index(fits[0])


@given(tracks, weeks, ways, ways)
def test_a_longer_way_never_makes_a_track_fit_better(made, busy, one, other):
    fits = [fit_my_week.fit(made, busy, travel) for travel in sorted([one, other])]
    assert ORDER.index(fits[1]) <= ORDER.index(fits[0])


@given(slots, st.integers(15, DAY), weeks, ways)
def test_minutes_lost_are_the_minutes_that_both_need(session, minutes, busy, travel):
    made = track(session, session_minutes=minutes)
    start = session.weekday * DAY + session.starts.hour * 60 + session.starts.minute
    away = minutes_of(start - travel, start + minutes + travel)
    taken = set().union(*(minutes_of(*hours.stretch) for hours in busy))
    assert fit_my_week.minutes_lost(session, made, busy, travel) == len(away & taken)


@given(tracks, weeks, ways)
def test_there_are_words_for_every_week(made, busy, travel):
    answer = fit_my_week.answer(made, busy, travel)
    for words in [*answer["clashes"], *answer["by_choice"], *answer["may_help"]]:
        assert words.endswith((".", "?"))
        assert words[0].isupper()


# Words


@pytest.mark.parametrize(
    ("busy", "travel", "sentences"),
    [
        ([work(MONDAY, (8,), (17,))], 0, ["Monday, 9 am to noon, is during your work (8 am to 5 pm)."]),
        (
            [work(MONDAY, (8,), (17,)), work(FRIDAY, (8,), (17,))],
            0,
            ["Monday and Friday, 9 am to noon, are during your work (8 am to 5 pm)."],
        ),
        (
            [Busy(Part.CARE, MONDAY, time(12), time(15)), Busy(Part.SCHOOL, WEDNESDAY, time(8), time(9, 30))],
            15,
            [
                "The way to or from Monday, 9 am to noon, is during your time caring for someone (noon to 3 pm).",
                "Wednesday, 9 am to noon, is during your school or training (8 to 9:30 am).",
            ],
        ),
        (
            [work(SUNDAY, (22,), (10,))],
            0,
            ["Monday, 9 am to noon, is during your work (10 pm to 10 am, from Sunday on)."],
        ),
    ],
)
def test_a_clash_is_said_in_plain_words(busy, travel, sentences):
    assert fit_my_week.clash_words(MORNINGS, track(*MORNINGS), busy, travel) == sentences


def test_what_may_help_names_only_what_clashes():
    made = track(*MORNINGS)
    at_work = fit_my_week.answer(made, [work(MONDAY, (8,), (17,))], 0)
    assert at_work["may_help"] == [fit_my_week.MAY_HELP[Part.WORK]]
    small = fit_my_week.answer(made, [Busy(Part.CARE, MONDAY, time(11, 40), time(17))], 0)
    assert small["may_help"] == ["It is about 20 minutes.", fit_my_week.MAY_HELP[Part.CARE]]
    full = [work(day, (8,), (17,)) for day in range(5)]
    assert fit_my_week.answer(made, full, 0)["may_help"] == []


def test_a_week_in_words_names_what_is_not_a_group():
    made = track(*MORNINGS, slot(TUESDAY, time(13), kind="individual"), slot(THURSDAY, by_choice=True))
    assert fit_my_week.week_words(made) == [
        "Monday, Wednesday and Friday, 9 am to noon",
        "Tuesday, 1 to 1:50 pm (one to one)",
    ]


@pytest.mark.parametrize(
    ("more", "travel", "words"),
    [
        ([], 0, "9 hours a week with us"),
        ([], 30, "9 hours a week with us, and 3 hours on the road. In all, 12 hours"),
        ([slot(TUESDAY, by_choice=True)], 0, "9 hours a week with us"),
        (
            [slot(MONDAY, time(13), kind="individual")],  # no second trip on that day
            30,
            "9 hours and 50 minutes a week with us, and 3 hours on the road. In all, 12 hours and 50 minutes",
        ),
    ],
)
def test_the_total_is_the_sessions_and_one_trip_a_day(more, travel, words):
    assert fit_my_week.total_words(track(*MORNINGS, *more), travel) == words


@pytest.mark.parametrize(
    ("fits", "words"),
    [
        ([Fit.FITS], "One track fits your week."),
        ([Fit.FITS, Fit.NOT, Fit.FITS, Fit.NOT], "Two tracks fit your week. Two do not fit."),
        ([Fit.NEARLY, Fit.NOT], "No track fits your week. One nearly fits. One does not fit."),
        ([Fit.FITS] * 14, "14 tracks fit your week."),
    ],
)
def test_the_count_is_a_sentence(fits, words):
    assert fit_my_week.summary(fits) == words
