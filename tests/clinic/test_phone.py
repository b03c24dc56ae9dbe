"""How phone numbers read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic import phone


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("+12075550142", "(207) 555-0142"),
        ("+18006624357", "1-800-662-4357"),
        ("+18883219595", "1-888-321-9595"),
        ("988", "988"),
        ("911", "911"),
        ("435748", "435748"),
        ("", ""),
    ],
)
def test_a_number_reads_as_people_write_it(number, words):
    assert phone.readable(number) == words


@given(st.text("+0123456789 -()x", max_size=16))
def test_a_number_that_cannot_be_read_never_breaks_the_page(number):
    assert isinstance(phone.readable(number), str)


@pytest.mark.parametrize("number", ["+", "+1", "+9995550142"])
def test_a_number_that_cannot_be_read_is_shown_as_it_is(number):
    assert phone.readable(number) == number
