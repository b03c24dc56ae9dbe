"""Everything the site says about days, hours, weeks and people: computed from the same columns, never typed.

Functions take tracks (or anything with a track's columns) and return numbers or words. A program's numbers run
from the lowest to the highest of its tracks.
"""

from dataclasses import dataclass
from datetime import timedelta

from clinic import hours
from clinic.models import OpeningHours
from programs.models import Opening, ScheduleSlot, Track
from programs.models.shared import COMPUTED_ROWS

NUMBER_WORDS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]
NOON, EVENING = 12, 17  # the hours at which an afternoon and an evening begin
Kind = ScheduleSlot.Kind
PartOfDay = Track.PartOfDay


@dataclass(frozen=True)
class Span:
    low: float
    high: float

    def __str__(self):
        return f"{self.low:g}" if self.low == self.high else f"{self.low:g} to {self.high:g}"

    def of(self, one, many):
        """With a noun: "1 week", "8 to 12 weeks"."""
        return f"{self} {one if self.low == self.high == 1 else many}"

    def spelled(self):
        """In words where both numbers have one: "three to five", but "2 to 2.5"."""
        if any(number != int(number) or number > 12 for number in (self.low, self.high)):
            return str(self)
        low, high = NUMBER_WORDS[int(self.low)], NUMBER_WORDS[int(self.high)]
        return low if low == high else f"{low} to {high}"


def span_over(spans):
    spans = list(spans)
    return Span(min(span.low for span in spans), max(span.high for span in spans)) if spans else None


def any_of(words):
    """ "mornings", "mornings or evenings", "mornings, afternoons or evenings"."""
    *others, last = list(dict.fromkeys(words)) or [""]
    return f"{', '.join(others)} or {last}" if others else last


def sentence_case(words):
    return words[:1].upper() + words[1:]


def is_all_day(tracks):
    """Whether this is care by day and night. The admin keeps such tracks apart from others in one program."""
    return bool(tracks) and all(track.is_all_day for track in tracks)


# Amounts


def group_hours(track):
    """Hours of group a week, low and high. ASAM level 2.1 (IOP, adults) runs from 9 to 19."""
    return Span(track.days_min * track.session_minutes / 60, track.days_max * track.session_minutes / 60)


def hours_a_week(tracks):
    return span_over(group_hours(track) for track in tracks)


def session_hours(tracks):
    return span_over(Span(track.session_minutes / 60, track.session_minutes / 60) for track in tracks)


def days_a_week(tracks):
    return span_over(Span(track.days_min, track.days_max) for track in tracks)


def weeks(tracks):
    """Weeks, from the fewest to what is typical."""
    return span_over(Span(track.weeks_min, track.weeks_typical) for track in tracks)


def group_size(tracks):
    return span_over(
        Span(track.group_size_min, track.group_size_max) for track in tracks if track.group_size_max is not None
    )


def individual_sessions(tracks):
    return span_over(Span(track.individual_sessions, track.individual_sessions) for track in tracks)


# Words


def duration(span):
    """A length of time given in hours: "50 minutes", "3 hours", "1.5 to 3 hours"."""
    in_quarters = span.low % 0.25 == span.high % 0.25 == 0
    if span.high < 1 or not in_quarters:
        return Span(round(span.low * 60), round(span.high * 60)).of("minute", "minutes")
    return span.of("hour", "hours")


def session_words(tracks):
    return "Day and night" if is_all_day(tracks) else duration(session_hours(tracks))


def hours_words(tracks):
    """How much time a week: "9 to 15 hours of groups a week + 1 individual session"."""
    if is_all_day(tracks):
        return "Day and night, every day"
    words = duration(hours_a_week(tracks))
    one_to_one = individual_sessions(tracks)
    if group_size(tracks) is None:
        return f"{words} a week"
    if one_to_one.high:
        return f"{words} of groups a week + {one_to_one.of('individual session', 'individual sessions')}"
    return f"{words} of groups a week"


def days_words(tracks):
    about = "about " if any(track.days_are_about for track in tracks) else ""
    return f"{about}{days_a_week(tracks).of('day', 'days')} a week"


def weeks_words(tracks):
    words = weeks(tracks).of("week", "weeks")
    return f"{words} for most; you can stay longer" if any(track.is_open_ended for track in tracks) else words


def parts_of_day_words(tracks):
    if is_all_day(tracks):
        return "Day and night"
    return sentence_case(any_of(f"{track.part_of_day}s" for track in tracks if not track.is_all_day))


def attendance_words(tracks):
    return sentence_case(any_of(track.get_attendance_display().lower() for track in tracks))


def ages_words(tracks):
    youngest = min(track.min_age for track in tracks)
    return f"Adults {youngest} and over" if youngest >= 18 else f"From age {youngest}"


def concern_words(program):
    names = [
        name
        for name, treats in [
            ("substance use", program.for_substance_use),
            ("mental health", program.for_mental_health),
        ]
        if treats
    ]
    return sentence_case(" and ".join(names))


def sentence(tracks):
    """ "Three hours, three to five days a week, mornings or evenings"."""
    if is_all_day(tracks):
        return "Day and night, seven days a week"
    length = session_hours(tracks)
    time = f"{length.spelled()} hours" if length.low > 1 else duration(length)
    days = days_a_week(tracks)
    about = "about " if any(track.days_are_about for track in tracks) else ""
    day_count = f"{about}{days.spelled()} {'day' if days.high == 1 else 'days'} a week"
    return sentence_case(f"{time}, {day_count}, {parts_of_day_words(tracks).lower()}")


def times_words(tracks):
    """When groups meet: "9 am to noon or 5:30 to 8:30 pm"."""
    if is_all_day(tracks):
        return "24 hours a day"
    return any_of(hours.span(*slot_times(slot, track)) for track in tracks for slot in group_slots(track))


def times_and_days_words(tracks):
    """ "9 am to noon, weekdays"; "" where no times are the same for all."""
    times = times_words(tracks)
    if is_all_day(tracks) or not times:
        return times
    days = {slot.weekday for track in tracks for slot in group_slots(track)}
    return f"{times}, {'weekdays' if days == set(range(5)) else hours.days_words(days)}"


def track_words(track):
    """What a track asks of a person, in sentences."""
    words = f"{sentence([track])}."
    if track.is_all_day:
        return words
    if times := times_words([track]):
        words += f" Groups meet {times}."
    if track.group_size_max:
        words += f" That makes {hours_words([track]).replace(' + ', ' and ')}."
    return f"{words} {track.schedule_note}".strip()


def at_a_glance(program):
    """(label, words) for the key facts beside a program's title; only those there is something to say about."""
    tracks = list(program.tracks.all())
    rows = [("For", concern_words(program))]
    if is_all_day(tracks):
        rows += [("Each week", hours_words(tracks))]
    elif tracks:
        times = times_words(tracks)
        rows += [
            ("Each week", hours_words(tracks)),
            ("Days", sentence_case(days_words(tracks))),
            ("Session", session_words(tracks)),
            ("When", f"{parts_of_day_words(tracks)}{': ' if times else ''}{times}"),
        ]
    if tracks:
        size = group_size(tracks)
        rows += [
            ("Length", weeks_words(tracks)),
            ("Group size", size.of("person", "people") if size else ""),
            ("Who", ages_words(tracks)),
            ("How", attendance_words(tracks)),
        ]
    rows += [("Led by", sentence_case(program.led_by)), ("You live", program.get_lives_at_display())]
    return [(label, words) for label, words in rows if words]


# The week


def group_slots(track):
    return [slot for slot in track.slots.all() if slot.kind == Kind.GROUP]


def slot_minutes(slot, track):
    return slot.minutes or (track.session_minutes if slot.kind == Kind.GROUP else track.individual_minutes)


def slot_times(slot, track):
    """(start, end) as times of day."""
    return slot.starts, hours.after(slot.starts, slot_minutes(slot, track))


def part_of_day(start):
    if start.hour < NOON:
        return PartOfDay.MORNING
    return PartOfDay.AFTERNOON if start.hour < EVENING else PartOfDay.EVENING


def week(track):
    """The week as three rows, one for each part of the day: when groups meet then, and a cell for each day."""
    rows = []
    for part in [PartOfDay.MORNING, PartOfDay.AFTERNOON, PartOfDay.EVENING]:
        slots = [slot for slot in track.slots.all() if part_of_day(slot.starts) == part]
        groups = [hours.span(*slot_times(slot, track)) for slot in slots if slot.kind == Kind.GROUP]
        cells = []
        for day in OpeningHours.Weekday:
            on_day = [slot for slot in slots if slot.weekday == day]
            visits = [
                {"slot": slot, "time": "" if slot.kind == Kind.GROUP else hours.span(*slot_times(slot, track))}
                for slot in on_day
            ]
            cells.append({"name": day.label, "day": day.label[:3], "visits": visits})
        rows.append({"part": part, "label": part.label, "times": any_of(groups), "cells": cells})
    return rows


def outline(track, parts):
    """The parts of one session, each with the time it starts. `parts` are (name, minutes, words) in order. The first
    starts with the track's earliest group; without one on the schedule there are no times."""
    slots = group_slots(track)
    first = min((slot.starts for slot in slots), default=None)
    rows, passed = [], 0
    for name, minutes, words in parts:
        starts = hours.after(first, passed) if first else None
        rows.append({"starts": starts, "minutes": minutes, "name": name, "words": words})
        passed += minutes
    return rows


# Openings


def opening_words(opening, now, shown_days):
    """What the public reads about room in a track, or "" when nobody has looked for `shown_days` days.

    `now` is a moment in the clinic's time zone.
    """
    if opening is None or opening.checked_at < now - timedelta(days=shown_days):
        return ""
    if opening.next_start and opening.next_start < now.date():
        return ""
    day = hours.day_words(opening.checked_at.astimezone(now.tzinfo).date(), now.date())
    checked = opening.checked_at.astimezone(now.tzinfo)
    seen = f"Checked {day if day == 'today' else f'{checked:%B} {checked.day}'}."
    if opening.state == Opening.State.OPEN:
        return f"New people can start now. {seen}"
    if opening.state == Opening.State.WAITLIST:
        return f"There is a waitlist. The next start is {opening.next_start:%B} {opening.next_start.day}. {seen}"
    return f"No new people for now. {seen}"


# Side by side


def comparison(programs, answers):
    """Rows of (name, [a cell for each program]). `answers` are (program id, name of the row, words) in the order of the
    rows; the other rows are computed. A row in which no program has words is left out."""

    def of_tracks(words):
        return [words(tracks) if (tracks := list(program.tracks.all())) else "" for program in programs]

    computed = zip(
        COMPUTED_ROWS,
        [
            of_tracks(hours_words),
            of_tracks(weeks_words),
            of_tracks(parts_of_day_words),
            [program.get_lives_at_display() for program in programs],
            of_tracks(lambda tracks: size.of("person", "people") if (size := group_size(tracks)) else ""),
        ],
        strict=True,
    )
    typed = {}
    columns = {program.pk: column for column, program in enumerate(programs)}
    for program_id, name, words in answers:
        if program_id in columns:
            typed.setdefault(name, [""] * len(programs))[columns[program_id]] = words
    return [
        (name, [{"program": program, "words": words} for program, words in zip(programs, row, strict=True)])
        for name, row in [*computed, *typed.items()]
        if any(row)
    ]


def ladder(programs):
    """Levels of care in order, each with how much support it gives and the programs that stand on it."""
    steps = {}
    for program in programs:
        steps.setdefault(program.level, []).append(program)
    rows = []
    for level, on_it in steps.items():
        tracks = [track for program in on_it for track in program.tracks.all()]
        rows.append(
            {
                "level": level,
                "programs": on_it,
                "is_offered": any(program.is_offered for program in on_it),
                "support": hours_words(tracks) if tracks else level.support,
            }
        )
    return rows
