"""Drawings made of numbers: path data for the small SVG figures. The shapes are drawn by the templates."""

import math

from programs import facts

# The sundial is a half circle; its left end is 6 am and its right end 9 pm.
DIAL_X, DIAL_Y, DIAL_RADIUS = 110, 108, 96
ARC = f"A{DIAL_RADIUS} {DIAL_RADIUS} 0 0 1 "
DIAL_FIRST_HOUR, DIAL_HOURS = 6, 15


def number(value):
    return f"{round(value, 1):g}"


def dial_point(hour):
    share = min(max((hour - DIAL_FIRST_HOUR) / DIAL_HOURS, 0), 1)
    angle = math.pi * (1 - share)
    return f"{number(DIAL_X + DIAL_RADIUS * math.cos(angle))} {number(DIAL_Y - DIAL_RADIUS * math.sin(angle))}"


def hour_of(time):
    return time.hour + time.minute / 60


def sundial(tracks):
    """Path data of the warm wedges: the times of day that groups meet."""
    if facts.is_all_day(tracks):
        return f"M{dial_point(DIAL_FIRST_HOUR)}{ARC}{dial_point(DIAL_FIRST_HOUR + DIAL_HOURS)}z"
    times = {
        (hour_of(slot.starts), facts.slot_minutes(slot, track) / 60)
        for track in tracks
        for slot in facts.group_slots(track)
    }
    return "".join(
        f"M{DIAL_X} {DIAL_Y}L{dial_point(start)}{ARC}{dial_point(start + length)}z" for start, length in sorted(times)
    )


def clock_wedge(hours_long):
    """Path data of a wedge on a round clock face of 12 hours, centred on 28, 28 with radius 25."""
    angle = min(hours_long, 11.9) / 12 * 2 * math.pi
    x, y = 28 + 25 * math.sin(angle), 28 - 25 * math.cos(angle)
    return f"M28 28V3A25 25 0 {int(angle > math.pi)} 1 {number(x)} {number(y)}z"


def week_dots(track):
    """Seven dots, Monday first: "fixed", "choice" or "free"."""
    dots = ["free"] * 7
    for slot in facts.group_slots(track):
        if dots[slot.weekday] != "fixed":
            dots[slot.weekday] = "choice" if slot.by_choice else "fixed"
    return [{"x": 8 + 16 * day, "kind": kind} for day, kind in enumerate(dots)]


def steadying_wave(weeks):
    """Path data of two waves, one half turn a week: the weeks for everyone, then the weeks for most."""
    count = int(weeks.high)
    width = 156 / count
    paths = []
    for first, last in [(0, int(weeks.low)), (int(weeks.low), count)]:
        path = f"M{number(2 + first * width)} 28"
        for week in range(first, last):
            height = 30 - 25 * week / count
            path += f"q{number(width / 2)} {number(height if week % 2 else -height)} {number(width)} 0"
        paths.append(path if last > first else "")
    return {"sure": paths[0], "maybe": paths[1]}


def ring_of_seats(size):
    """Seats round a circle for the largest group, as many filled as the smallest has."""
    low, high = int(size.low), int(size.high)
    seats = []
    for seat in range(high):
        angle = seat / high * 2 * math.pi
        filled = (seat + 1) * low // high > seat * low // high
        seats.append({"x": number(28 + 22 * math.sin(angle)), "y": number(28 - 22 * math.cos(angle)), "filled": filled})
    return seats


def main_facts(program):
    """The amounts on the home page, each as words and as a drawing; only those the program has."""
    tracks = list(program.tracks.all())
    if not tracks:
        return []
    figures = [
        {
            "kind": "clock",
            "words": facts.session_words(tracks),
            "note": "each session",
            "drawing": clock_wedge(facts.session_hours(tracks).high),
        },
        {
            "kind": "dots",
            "words": facts.days_a_week(tracks).of("day", "days"),
            "note": f"a week, {facts.parts_of_day_words(tracks).lower()}",
            "drawing": week_dots(tracks[0]),
        },
        {
            "kind": "wave",
            "words": facts.weeks(tracks).of("week", "weeks"),
            "note": "for most people; you can stay longer"
            if any(track.is_open_ended for track in tracks)
            else "from first day to last",
            "drawing": steadying_wave(facts.weeks(tracks)),
        },
    ]
    if size := facts.group_size(tracks):
        note = f"in a group, led by {program.led_by}" if program.led_by else "in a group"
        figures.append(
            {"kind": "seats", "words": size.of("person", "people"), "note": note, "drawing": ring_of_seats(size)}
        )
    return figures


def ladder_scene(ladder):
    """The drawing with as many landings as the ladder has steps; "" where none is drawn (see docs/illustration)."""
    return f"terraces-{len(ladder)}" if 3 <= len(ladder) <= 6 else ""
