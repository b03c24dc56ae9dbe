"""A picture of one week: a row for each day, midnight to midnight. Path data; the template draws the rows and names."""

from programs.drawings import number
from programs.fit_my_week import DAY, fixed_slots, stretch, way

LEFT, MINUTES_TO_A_UNIT, ROW = 34, 6, 18
BUSY, WAY, SESSION = (1, 16), (7.5, 3), (4, 10)  # from the top of a row, and height


def days_of(start, end):
    """(weekday, start, end) of each day of a stretch, in minutes of that day; the week is a circle."""
    while start < end:
        day = start // DAY
        stop = min(end, (day + 1) * DAY)
        yield day % 7, start - day * DAY, stop - day * DAY
        start = stop


def bars(stretches, shape):
    top, height = shape
    return "".join(
        f"M{number(LEFT + start / MINUTES_TO_A_UNIT)} {number(day * ROW + top)}"
        f"h{number((end - start) / MINUTES_TO_A_UNIT)}v{height}h{number((start - end) / MINUTES_TO_A_UNIT)}z"
        for stretch_of_week in stretches
        for day, start, end in days_of(*stretch_of_week)
    )


def week_drawing(track, busy, travel):
    """Hours that are taken, sessions everybody comes to, and the way there and back."""
    slots = fixed_slots(track)
    away = way(track, travel)
    return {
        "busy": bars([taken.stretch for taken in busy], BUSY),
        "way": bars([stretch(slot, track, away) for slot in slots], WAY) if away else "",
        "sessions": bars([stretch(slot, track) for slot in slots], SESSION),
    }
