"""Charts: where the bars stand and what they say."""

from hypothesis import given
from hypothesis import strategies as st

from intake import charts
from intake.figures import Row

counts = st.lists(st.none() | st.integers(5, 100_000), min_size=1, max_size=14)


def rows_of(*counts):
    return [Row(f"Row {n}", count) for n, count in enumerate(counts)]


def test_columns_stand_on_one_floor_and_the_largest_fills_the_room():
    chart = charts.columns(rows_of(10, 20))
    low, high = chart["bars"]
    assert low.y + low.height == high.y + high.height
    assert (low.height, high.height) == (charts.COLUMN_ROOM / 2, charts.COLUMN_ROOM)


def test_lines_are_as_long_as_their_counts():
    assert [bar.width for bar in charts.lines(rows_of(10, 40))["bars"]] == [charts.WIDTH / 4, charts.WIDTH]


def test_every_bar_says_its_own_number():
    for draw in (charts.columns, charts.lines):
        words = draw(rows_of(10, None, 40))["words"]
        assert [word.text for word in words if word.kind == "value"] == ["10", "40"]


def test_a_hidden_count_is_drawn_as_any_other_hidden_count():
    for draw, side in [(charts.columns, "height"), (charts.lines, "width")]:
        bars = draw(rows_of(None, 40, None))["bars"]
        assert [bar.is_hidden for bar in bars] == [True, False, True]
        assert getattr(bars[0], side) == getattr(bars[2], side) == charts.STUB


@given(counts)
def test_bars_stay_inside_of_the_picture(counts):
    for draw in (charts.columns, charts.lines):
        chart = draw(rows_of(*counts))
        for bar in chart["bars"]:
            assert 0 <= bar.x <= bar.x + bar.width <= charts.WIDTH
            assert 0 <= bar.y <= bar.y + bar.height <= chart["height"]
        assert all(0 <= word.x <= charts.WIDTH and 0 < word.y <= chart["height"] for word in chart["words"])


def test_the_weeks_are_told_in_one_sentence():
    assert charts.span_words(rows_of(9, 6, 20)) == "6 to 20 a week."
    assert charts.span_words(rows_of(9, 9)) == "9 each week."
    assert charts.span_words(rows_of(None, 9, 6)) == "Up to 9 a week; weeks with few are hidden."
    assert charts.span_words(rows_of(None, None)) == charts.TOO_FEW


def test_the_lines_are_told_in_one_sentence():
    assert charts.most_words(rows_of(9, None, 20)) == "Most often: Row 2 (20)."
    assert charts.most_words(rows_of(20, 9, 20)) == "Most often: Row 0, and as often: Row 2 (20)."
    assert charts.most_words(rows_of(None)) == charts.TOO_FEW
