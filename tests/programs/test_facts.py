"""Every number and sentence about time is computed from the same columns, in words that are right."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs import facts
from programs.facts import Span
from programs.models import Track
from tests.programs.in_memory import EVENING, SIZE, STAY, program, slot, track

WEEK = [slot(0), slot(1, by_choice=True), slot(2), slot(3, by_choice=True), slot(4)]


# Numbers


@given(st.integers(1, 7), st.integers(0, 6), st.integers(15, 1440))
def test_hours_a_week_are_days_times_minutes(days_min, more, minutes):
    days_max = min(days_min + more, 7)
    span = facts.group_hours(track(days_min=days_min, days_max=days_max, session_minutes=minutes))
    assert span.low <= span.high
    assert span.low * 60 == pytest.approx(days_min * minutes)
    assert span.high * 60 == pytest.approx(days_max * minutes)


def test_a_programs_numbers_run_from_the_lowest_to_the_highest_of_its_tracks():
    tracks = [
        track(**SIZE),
        track(days_min=2, days_max=3, session_minutes=240, weeks_typical=16, individual_sessions=2),
    ]
    assert facts.hours_a_week(tracks) == Span(8, 15)
    assert facts.days_a_week(tracks) == Span(2, 5)
    assert facts.session_hours(tracks) == Span(3, 4)
    assert facts.weeks(tracks) == Span(8, 16)
    assert facts.individual_sessions(tracks) == Span(0, 2)
    assert facts.group_size(tracks) == Span(6, 12)


def test_nothing_is_computed_from_no_tracks():
    assert facts.hours_a_week([]) is None
    assert facts.group_size([track()]) is None


# Words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (Span(3, 3), "3 hours"),
        (Span(1, 1), "1 hour"),
        (Span(1.5, 1.5), "1.5 hours"),
        (Span(1.5, 3), "1.5 to 3 hours"),
        (Span(0.75, 0.75), "45 minutes"),
        (Span(50 / 60, 50 / 60), "50 minutes"),
        (Span(50 / 60, 100 / 60), "50 to 100 minutes"),
        (Span(9, 15), "9 to 15 hours"),
    ],
)
def test_a_length_is_told_in_hours_or_where_that_is_crooked_in_minutes(span, words):
    assert facts.duration(span) == words


@pytest.mark.parametrize(
    ("tracks", "words"),
    [
        ([track(**SIZE)], "9 to 15 hours of groups a week"),
        ([track(days_max=3, **SIZE)], "9 hours of groups a week"),
        ([track(individual_sessions=1, **SIZE)], "9 to 15 hours of groups a week + 1 individual session"),
        ([track(individual_sessions=2, **SIZE)], "9 to 15 hours of groups a week + 2 individual sessions"),
        ([track(days_min=1, days_max=1, session_minutes=50)], "50 minutes a week"),
        ([track(**STAY)], "Day and night, every day"),
    ],
)
def test_hours_a_week_in_words(tracks, words):
    assert facts.hours_words(tracks) == words


@pytest.mark.parametrize(
    ("tracks", "words"),
    [
        ([track()], "Three hours, three to five days a week, mornings"),
        ([track(), track(**EVENING)], "Three hours, three to five days a week, mornings or evenings"),
        (
            [track(), track(part_of_day="afternoon"), track(**EVENING)],
            "Three hours, three to five days a week, mornings, afternoons or evenings",
        ),
        ([track(days_are_about=True, days_max=4)], "Three hours, about three to four days a week, mornings"),
        ([track(days_min=1, days_max=1)], "Three hours, one day a week, mornings"),
        ([track(days_min=1, days_max=2, session_minutes=50)], "50 minutes, one to two days a week, mornings"),
        ([track(session_minutes=60)], "1 hour, three to five days a week, mornings"),
        ([track(session_minutes=90)], "1.5 hours, three to five days a week, mornings"),
        ([track(), track(session_minutes=240)], "Three to four hours, three to five days a week, mornings"),
        (
            [track(session_minutes=120), track(session_minutes=150)],
            "2 to 2.5 hours, three to five days a week, mornings",
        ),
        ([track(**STAY)], "Day and night, seven days a week"),
    ],
)
def test_the_sentence_says_how_long_how_often_and_when(tracks, words):
    assert facts.sentence(tracks) == words


@pytest.mark.parametrize(
    ("tracks", "days", "weeks", "parts", "session"),
    [
        ([track()], "3 to 5 days a week", "8 to 12 weeks", "Mornings", "3 hours"),
        (
            [track(days_are_about=True, is_open_ended=True)],
            "about 3 to 5 days a week",
            "8 to 12 weeks for most; you can stay longer",
            "Mornings",
            "3 hours",
        ),
        (
            [track(days_min=1, days_max=1, weeks_min=1, weeks_typical=1, session_minutes=50, **EVENING)],
            "1 day a week",
            "1 week",
            "Evenings",
            "50 minutes",
        ),
        ([track(), track(**STAY)], "3 to 7 days a week", "8 to 12 weeks", "Mornings", "3 to 24 hours"),
        ([track(**STAY)], "7 days a week", "8 to 12 weeks", "Day and night", "Day and night"),
    ],
)
def test_the_short_facts(tracks, days, weeks, parts, session):
    assert facts.days_words(tracks) == days
    assert facts.weeks_words(tracks) == weeks
    assert facts.parts_of_day_words(tracks) == parts
    assert facts.session_words(tracks) == session


def test_ages_ways_to_attend_and_concerns():
    assert facts.ages_words([track(), track(min_age=21)]) == "Adults 18 and over"
    assert facts.ages_words([track(min_age=16)]) == "From age 16"
    assert facts.attendance_words([track(), track(attendance="online")]) == "In person or online"
    assert facts.concern_words(program()) == "Substance use"
    assert facts.concern_words(program(for_mental_health=True)) == "Substance use and mental health"


def test_group_times_are_named_once_each():
    tracks = [track(*WEEK), track(slot(0, time(17, 30)), slot(1, time(13), kind="individual"))]
    assert facts.times_words(tracks) == "9 am to noon or 5:30 to 8:30 pm"
    assert facts.times_words([track(**STAY)]) == "24 hours a day"


def test_times_are_said_with_their_days():
    every_weekday = track(*(slot(day) for day in range(5)))
    assert facts.times_and_days_words([every_weekday]) == "9 am to noon, weekdays"
    assert facts.times_and_days_words([track(slot(0), slot(2))]) == "9 am to noon, Monday and Wednesday"
    assert facts.times_and_days_words([track(**STAY)]) == "24 hours a day"
    assert facts.times_and_days_words([track()]) == ""


def test_without_groups_on_the_schedule_no_time_is_said():
    assert facts.times_words([track(slot(kind="individual"))]) == ""


def test_a_glance_leaves_out_what_is_unknown():
    rows = dict(facts.at_a_glance(program(track(individual_sessions=1, **SIZE))))
    assert rows == {
        "Each week": "9 to 15 hours of groups a week + 1 individual session",
        "Days": "3 to 5 days a week",
        "Session": "3 hours",
        "When": "Mornings",
        "Length": "8 to 12 weeks",
        "Group size": "6 to 12 people",
        "For": "Substance use",
        "Who": "Adults 18 and over",
        "How": "In person",
        "You live": "At home",
    }
    assert "Group size" not in dict(facts.at_a_glance(program(track())))
    assert not {"Days", "Session", "When"} & dict(facts.at_a_glance(program(track(**STAY)))).keys()
    assert facts.at_a_glance(program()) == [("For", "Substance use"), ("You live", "At home")]


any_track = st.builds(
    lambda size, **given: track(**size, **given),
    st.sampled_from([{}, SIZE]),
    days_min=st.integers(1, 4),
    days_max=st.integers(4, 7),
    session_minutes=st.integers(15, 1440),
    weeks_min=st.integers(1, 8),
    weeks_typical=st.integers(8, 60),
    part_of_day=st.sampled_from(Track.PartOfDay.values),
    individual_sessions=st.integers(0, 3),
    days_are_about=st.booleans(),
)


@given(st.lists(any_track, min_size=1, max_size=4))
def test_words_never_show_what_is_missing(tracks):
    said = [words for _label, words in facts.at_a_glance(program(*tracks))] + [facts.sentence(tracks)]
    for words in said:
        assert words[0].isupper() or words[0].isdigit()
        for gap in ["None", "  ", " ,", "inf", "nan", "e+"]:
            assert gap not in words
