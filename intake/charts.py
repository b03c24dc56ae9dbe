"""Charts made of numbers: where each bar and each word of a small SVG stands. The shapes are drawn by the template."""

from dataclasses import dataclass

from intake import figures
from intake.figures import Row

# As wide as a phone: there it is drawn at its own size, elsewhere larger.
WIDTH = 340
COLUMN_ROOM, COLUMN_SHARE = 120, 0.64
TEXT_ABOVE, TEXT_BELOW = 22, 26
LABEL_EVERY = 4
BAR_HEIGHT, ROW_HEIGHT, BAR_BELOW = 10, 40, 22
STUB = 6  # what a hidden count gets, whatever it is
TOO_FEW = "Too few to show."


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    is_hidden: bool


@dataclass(frozen=True)
class Words:
    x: float
    y: float
    text: str
    kind: str  # "label" or "value"
    anchor: str = "start"


@dataclass(frozen=True)
class Chart:
    slug: str
    title: str
    finding: str
    first_column: str
    second_column: str
    rows: list[Row]
    height: int
    bars: list[Bar]
    words: list[Words]
    width: int = WIDTH

    @property
    def is_empty(self):
        return all(row.count is None for row in self.rows)


def number(value):
    return round(value, 1)


def tallest(rows):
    return max((row.count for row in rows if row.count), default=1)


def columns(rows):
    """Bars side by side, oldest first: for counts that follow each other in time."""
    most, room = tallest(rows), WIDTH / len(rows)
    bars, words = [], []
    floor = TEXT_ABOVE + COLUMN_ROOM
    for n, row in enumerate(rows):
        height = STUB if row.count is None else COLUMN_ROOM * row.count / most
        x, middle = room * (n + (1 - COLUMN_SHARE) / 2), number(room * (n + 0.5))
        bars.append(
            Bar(number(x), number(floor - height), number(room * COLUMN_SHARE), number(height), row.count is None)
        )
        if row.count is not None:
            words.append(Words(middle, number(floor - height - 6), str(row.count), "value", "middle"))
        from_the_end = len(rows) - 1 - n
        if from_the_end % LABEL_EVERY == 0:
            # The last one stays inside of the picture.
            x, anchor = (WIDTH, "end") if from_the_end == 0 else (middle, "middle")
            words.append(Words(x, floor + 18, row.label, "label", anchor))
    return {"height": floor + TEXT_BELOW, "bars": bars, "words": words}


def lines(rows):
    """Bars below each other, each under its own words: these are long."""
    most = tallest(rows)
    bars, words = [], []
    for n, row in enumerate(rows):
        top = ROW_HEIGHT * n
        width = STUB if row.count is None else WIDTH * row.count / most
        bars.append(Bar(0, top + BAR_BELOW, number(width), BAR_HEIGHT, row.count is None))
        words.append(Words(0, top + 15, row.label, "label"))
        text, kind = ("hidden", "label") if row.count is None else (str(row.count), "value")
        words.append(Words(WIDTH, top + 15, text, kind, "end"))
    return {"height": ROW_HEIGHT * len(rows) - 4, "bars": bars, "words": words}


def span_words(rows):
    """What the columns say in one sentence."""
    shown = [row.count for row in rows if row.count is not None]
    if not shown:
        return TOO_FEW
    if len(shown) < len(rows):
        return f"Up to {max(shown)} a week; weeks with few are hidden."
    return f"{min(shown)} to {max(shown)} a week." if min(shown) < max(shown) else f"{max(shown)} each week."


def most_words(rows):
    """What the lines say in one sentence."""
    shown = [row for row in rows if row.count is not None]
    if not shown:
        return TOO_FEW
    most = max(row.count for row in shown)
    first = [row.label for row in shown if row.count == most]
    return f"Most often: {', and as often: '.join(first)} ({most})."


def weeks_chart(slug, title, rows):
    finding = f"{span_words(rows)} This week is not over."
    return Chart(slug, title, finding, "Week from Monday", "Requests", rows, **columns(rows))


def lines_chart(slug, title, rows, first_column, second_column):
    return Chart(slug, title, most_words(rows), first_column, second_column, rows, **lines(rows))


def of_requests(now, zone):
    by_week, by_route, by_program = figures.asked(now, zone)
    return [
        weeks_chart("weeks", "Requests by week", by_week),
        lines_chart("routes", "Requests by route", by_route, "Route", "Requests"),
        lines_chart("programs", "Requests by program", by_program, "Program", "Requests"),
        lines_chart("tries", "Tries until we reached them", figures.tries_until_reached(now, zone), "Tries", "People"),
        lines_chart("reasons", "Why requests were closed", figures.closing_reasons(now, zone), "Reason", "Requests"),
    ]
