"""The drawings show the numbers, and their path data is sound."""

import math
import re
from datetime import time
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs import drawings
from programs.facts import Span
from tests.programs.in_memory import SIZE, STAY, program, slot, track

NUMBER = r"-?\d+(?:\.\d+)?(?:e-\d+)?"
POINT = rf"{NUMBER} {NUMBER}"
WEDGE = re.compile(rf"M110 108L({POINT})A96 96 0 0 1 ({POINT})z")
CLOCK = re.compile(rf"M28 28V3A25 25 0 [01] 1 ({NUMBER}) ({NUMBER})z")
WAVE = re.compile(rf"M({NUMBER}) 28((?:q{NUMBER} {NUMBER} {NUMBER} 0)+)")

LEFT_END, TOP, RIGHT_END = "14 108", "110 12", "206 108"


# The sundial


@pytest.mark.parametrize(("hour", "point"), [(6, LEFT_END), (13.5, TOP), (21, RIGHT_END)])
def test_the_dial_runs_from_six_in_the_morning_to_nine_at_night(hour, point):
    assert drawings.dial_point(hour) == point


@pytest.mark.parametrize(("hour", "end"), [(0, LEFT_END), (5.9, LEFT_END), (21.1, RIGHT_END), (24, RIGHT_END)])
def test_hours_beyond_the_dial_stay_on_its_ends(hour, end):
    assert drawings.dial_point(hour) == end


def test_a_morning_group_is_a_wedge_from_nine_to_noon():
    start, end = WEDGE.fullmatch(drawings.sundial([track(slot())])).groups()
    assert (start, end) == (drawings.dial_point(9), drawings.dial_point(12))
    assert (start, end) == ("32.3 51.6", "80.3 16.7")


def test_the_same_time_on_other_days_or_tracks_is_one_wedge():
    tracks = [track(slot(0), slot(2)), track(slot(4), slot(1, time(17, 30)))]
    assert WEDGE.findall(drawings.sundial(tracks)) == [
        (drawings.dial_point(9), drawings.dial_point(12)),
        (drawings.dial_point(17.5), drawings.dial_point(20.5)),
    ]


def test_care_by_day_and_night_fills_the_dial():
    assert drawings.sundial([track(**STAY)]) == f"M{LEFT_END}A96 96 0 0 1 {RIGHT_END}z"


def test_a_track_without_groups_leaves_the_dial_empty():
    assert drawings.sundial([track(slot(kind="individual"))]) == ""


times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))


@given(times, st.integers(15, 600))
def test_every_wedge_runs_clockwise_inside_the_dial(starts, minutes):
    (points,) = WEDGE.findall(drawings.sundial([track(slot(starts=starts), session_minutes=minutes)]))
    (x1, y1), (x2, y2) = [map(float, point.split()) for point in points]
    assert 14 <= x1 <= x2 <= 206
    assert 12 <= min(y1, y2) <= max(y1, y2) <= 108


# The clock


@pytest.mark.parametrize(("hours_long", "x", "y"), [(3, "53", "28"), (6, "28", "53"), (9, "3", "28")])
def test_the_clock_wedge_ends_where_the_hand_would_point(hours_long, x, y):
    assert CLOCK.fullmatch(drawings.clock_wedge(hours_long)).groups() == (x, y)


@given(st.floats(0.25, 24))
def test_a_clock_wedge_ends_on_the_face(hours_long):
    path = drawings.clock_wedge(hours_long)
    x, y = map(float, CLOCK.fullmatch(path).groups())
    assert math.hypot(x - 28, y - 28) == pytest.approx(25, abs=0.1)
    assert ("25 0 1 1" in path) == (hours_long > 6)


def test_a_session_of_half_a_day_or_more_all_but_fills_the_clock():
    assert drawings.clock_wedge(12) == drawings.clock_wedge(24)
    x, y = map(float, CLOCK.fullmatch(drawings.clock_wedge(24)).groups())
    assert 25 < x < 28
    assert y < 4


# Dots, waves, seats


def kinds(*slots):
    return [dot["kind"] for dot in drawings.week_dots(track(*slots))]


def test_a_week_has_seven_dots_of_three_kinds():
    shown = kinds(slot(0), slot(1, by_choice=True), slot(2), slot(3, kind="individual"))
    assert shown == ["fixed", "choice", "fixed", "free", "free", "free", "free"]


def test_a_day_with_a_fixed_group_is_fixed_whatever_else_is_on_it():
    both = [slot(0, time(9)), slot(0, time(13), by_choice=True)]
    assert kinds(*both) == kinds(*reversed(both)) == ["fixed"] + ["free"] * 6


def turns(path):
    """(start, width of each turn) of a wave."""
    if not path:
        return None, []
    start, rest = WAVE.fullmatch(path).groups()
    return float(start), [float(turn.split()[2]) for turn in rest.split("q")[1:]]


@given(st.integers(1, 60), st.integers(0, 60))
def test_a_wave_has_a_turn_for_each_week_and_the_second_starts_where_the_first_ends(low, more):
    wave = drawings.steadying_wave(Span(low, low + more))
    first, sure = turns(wave["sure"])
    second, maybe = turns(wave["maybe"])
    assert (len(sure), len(maybe)) == (low, more)
    assert first == 2
    if more:
        assert second == pytest.approx(2 + 156 * low / (low + more), abs=0.1)


@given(st.integers(1, 60), st.integers(0, 60))
def test_there_is_a_seat_for_each_person_of_the_largest_group_filled_for_the_smallest(low, more):
    seats = drawings.ring_of_seats(Span(low, low + more))
    assert len(seats) == low + more
    assert sum(seat["filled"] for seat in seats) == low
    for seat in seats:
        assert math.hypot(float(seat["x"]) - 28, float(seat["y"]) - 28) == pytest.approx(22, abs=0.1)


def test_half_filled_seats_alternate():
    assert [seat["filled"] for seat in drawings.ring_of_seats(Span(3, 6))] == [False, True] * 3


# The home page


def amounts(made):
    return {figure["kind"]: (figure["words"], figure["note"]) for figure in drawings.main_facts(made)}


def test_the_amounts_of_the_main_program_are_its_tracks_own():
    assert amounts(program(track(slot(), **SIZE), led_by="a nurse")) == {
        "clock": ("3 hours", "each session"),
        "dots": ("3 to 5 days", "a week, mornings"),
        "wave": ("8 to 12 weeks", "from first day to last"),
        "seats": ("6 to 12 people", "in a group, led by a nurse"),
    }


def test_an_open_end_and_an_unnamed_leader_are_said_as_such():
    shown = amounts(program(track(slot(), is_open_ended=True, **SIZE)))
    assert shown["wave"][1] == "for most people; you can stay longer"
    assert shown["seats"][1] == "in a group"


def test_there_are_no_seats_where_no_group_size_is_known():
    assert list(amounts(program(track(slot())))) == ["clock", "dots", "wave"]


def test_a_main_program_without_tracks_has_no_amounts():
    assert drawings.main_facts(program()) == []


@pytest.mark.parametrize(("steps", "scene"), [(0, ""), (2, ""), (3, "terraces-3"), (6, "terraces-6"), (7, "")])
def test_the_ladder_is_drawn_only_with_as_many_landings_as_there_is_a_drawing_for(steps, scene):
    assert drawings.ladder_scene([SimpleNamespace()] * steps) == scene
