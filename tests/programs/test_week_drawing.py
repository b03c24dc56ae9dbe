"""The picture of a week draws what the words say, day by day."""

import re
from datetime import time

from hypothesis import given
from hypothesis import strategies as st

from programs.fit_my_week import DAY, WEEK, Busy, Part
from programs.week_drawing import days_of, week_drawing
from tests.programs.in_memory import slot, track

MONDAY, SATURDAY, SUNDAY = 0, 5, 6


@given(st.integers(-DAY, 2 * WEEK), st.integers(1, 2 * DAY))
def test_each_minute_of_a_stretch_is_drawn_on_its_day(start, length):
    drawn = [
        (day * DAY + minute) for day, first, last in days_of(start, start + length) for minute in (first, last - 1)
    ]
    assert all(0 <= first < last <= DAY for _day, first, last in days_of(start, start + length))
    assert (drawn[0], drawn[-1]) == (start % WEEK, (start + length - 1) % WEEK)
    assert sum(last - first for _day, first, last in days_of(start, start + length)) == length


def test_a_night_shift_goes_on_the_next_morning_and_sunday_night_on_monday():
    drawing = week_drawing(track(), [Busy(Part.WORK, SUNDAY, time(22), time(6))], 0)
    assert drawing["busy"] == "M254 109h20v16h-20zM34 1h60v16h-60z"


def test_sessions_by_choice_are_not_drawn_and_nobody_travels_to_a_screen():
    slots = [slot(MONDAY), slot(SATURDAY, by_choice=True)]
    at_home = week_drawing(track(*slots, attendance="online"), [], 60)
    assert at_home == {"busy": "", "way": "", "sessions": "M124 4h30v10h-30z"}
    assert len(re.findall("M", week_drawing(track(*slots), [], 60)["way"])) == 1
