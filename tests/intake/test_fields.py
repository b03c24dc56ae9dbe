"""A day that is typed is one that can be counted with, or an error in words."""

from datetime import timedelta

import pytest
from django import forms
from hypothesis import example, given
from hypothesis import strategies as st

from intake.fields import FIRST_DAY, LAST_DAY, DayField


@given(st.text() | st.dates().map(str))
@example("9999-12-31")
@example("0001-01-01")
def test_what_is_taken_for_a_day_has_days_around_it(typed):
    try:
        day = DayField(required=False).clean(typed)
    except forms.ValidationError:
        day = None
    assert day is None or FIRST_DAY <= day <= LAST_DAY


@pytest.mark.parametrize("day", [FIRST_DAY, LAST_DAY])
def test_the_first_and_the_last_day_are_taken(day):
    assert DayField().clean(str(day)) == day
    for beyond in (day - timedelta(days=1), day + timedelta(days=1)):
        if not FIRST_DAY <= beyond <= LAST_DAY:
            with pytest.raises(forms.ValidationError, match="Enter a day such as"):
                DayField().clean(str(beyond))


def test_a_browser_shows_its_calendar():
    assert 'type="date"' in DayField().widget.render("day", FIRST_DAY)
