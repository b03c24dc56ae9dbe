"""Will it fit my week: the hours a person cannot give, beside the sessions of a track. Pure functions; nothing is kept.

Stretches of time are (start, end) in minutes since Monday, midnight. A week is a circle: what runs past the end of
Sunday goes on on Monday.

A track fits when no session that everybody comes to, with the way there and back, meets the person's hours. It nearly
fits when all but one session fit, or when no session meets more than half an hour. Sessions by choice decide nothing.

Who comes off a night shift needs to sleep: when a session, or the way to it, is in the eight hours after work that ran
past midnight, the track at most nearly fits, and the page asks when that would be.
"""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from clinic import hours
from programs import facts
from programs.models import ScheduleSlot, Track

DAY = 24 * 60
WEEK = 7 * DAY
SMALL = 30  # minutes: leaving a little earlier, or starting a little later, would do
REST = 8 * 60  # minutes held for sleep after work that ran past midnight
Kind = ScheduleSlot.Kind


class Part(StrEnum):
    """What a person may be busy with."""

    WORK = "work"
    SCHOOL = "school"
    CARE = "care"


YOUR = {Part.WORK: "your work", Part.SCHOOL: "your school or training", Part.CARE: "your time caring for someone"}
MAY_HELP = {
    Part.WORK: "Ask at work if you can start later or leave earlier. You do not have to say why you need the time.",
    Part.SCHOOL: "Ask your school if you can change that class or make up for it.",
    Part.CARE: "Ask someone you trust to step in for that time. We can think about it with you.",
}


class Fit(StrEnum):
    FITS = "fits"
    NEARLY = "nearly"
    NOT = "not"


HEADINGS = {Fit.FITS: "These fit", Fit.NEARLY: "These nearly fit", Fit.NOT: "These do not fit"}


@dataclass(frozen=True)
class Busy:
    """Hours of one weekday that are taken. An end that is not later than the start is the next day's."""

    part: Part
    weekday: int
    starts: time
    ends: time

    @property
    def stretch(self):
        start = self.weekday * DAY + minute(self.starts)
        return start, start + ((minute(self.ends) - minute(self.starts)) % DAY or DAY)

    @property
    def rest(self):
        """The time to sleep after a night shift; None after other hours."""
        end = self.stretch[1]
        return (end, end + REST) if self.part == Part.WORK and end > (self.weekday + 1) * DAY else None


def minute(moment):
    return moment.hour * 60 + moment.minute


def meeting(one, other):
    """Where two stretches of a week meet. Those that only touch do not."""
    met = []
    for turn in (-WEEK, 0, WEEK):
        start, end = max(one[0], other[0] + turn), min(one[1], other[1] + turn)
        if start < end:
            met.append((start, end))
    return met


# The sessions of a track


def fixed_slots(track):
    """The sessions that everybody in a track comes to."""
    return [slot for slot in track.slots.all() if not slot.by_choice]


def has_a_week(track):
    """Whether there is a week to compare with: not day and night, and not times that are made with each person."""
    return not track.is_all_day and bool(fixed_slots(track))


def way(track, travel):
    """Minutes of travel, one way. Nobody travels to a screen."""
    return 0 if track.attendance == Track.Attendance.ONLINE else travel


def stretch(slot, track, around=0):
    start = slot.weekday * DAY + minute(slot.starts)
    return start - around, start + facts.slot_minutes(slot, track) + around


# What meets what


def minutes_lost(slot, track, busy, travel):
    """Minutes of a person's hours that a session and the way there and back would take."""
    away = stretch(slot, track, way(track, travel))
    met = [both for taken in busy for both in meeting(away, taken.stretch)]
    return sum(end - start for start, end in hours.joined(met))


def losses(track, busy, travel):
    """The minutes lost of each session that meets the person's hours."""
    return [minutes for slot in fixed_slots(track) if (minutes := minutes_lost(slot, track, busy, travel))]


def small_enough(lost):
    return max(lost) <= SMALL


def fit(track, busy, travel):
    lost = losses(track, busy, travel)
    if not lost:
        return Fit.NEARLY if sleepless(track, busy, travel) else Fit.FITS
    return Fit.NEARLY if len(lost) == 1 < len(fixed_slots(track)) or small_enough(lost) else Fit.NOT


def sleepless(track, busy, travel):
    """The night shifts after which a session is in the hours of sleep."""
    sessions = [stretch(slot, track, way(track, travel)) for slot in fixed_slots(track)]
    return [taken for taken in busy if taken.rest and any(meeting(session, taken.rest) for session in sessions)]


def clashes(slots, track, busy, travel):
    """(slot, busy hours) for each pair that meets."""
    away = way(track, travel)
    return [(slot, taken) for slot in slots for taken in busy if meeting(stretch(slot, track, away), taken.stretch)]


# Words


def length(minutes):
    """ "50 minutes", "3 hours", "9 hours and 50 minutes"."""
    whole, rest = divmod(minutes, 60)
    parts = [(whole, "hour"), (rest, "minute")]
    return " and ".join(facts.Span(number, number).of(one, f"{one}s") for number, one in parts if number)


def session_words(days, slot, track):
    """ "Monday and Friday, 9 am to noon", "Tuesday, 1 to 1:50 pm (one to one)"."""
    kind = "" if slot.kind == Kind.GROUP else f" ({slot.get_kind_display().lower()})"
    return f"{facts.sentence_case(hours.days_words(days))}, {hours.span(*facts.slot_times(slot, track))}{kind}"


def week_words(track):
    """The sessions everybody comes to, those at the same time of day together."""
    alike = {}
    for slot in fixed_slots(track):
        alike.setdefault((slot.starts, slot.kind, slot.minutes), []).append(slot)
    return [session_words([slot.weekday for slot in slots], slots[0], track) for slots in alike.values()]


def busy_words(slot, taken):
    """ "your work (8 am to 5 pm)"; hours of another day than the session's say so."""
    other_day = "" if taken.weekday == slot.weekday else f", from {hours.DAY_NAMES[taken.weekday]} on"
    return f"{YOUR[taken.part]} ({hours.span(taken.starts, taken.ends)}{other_day})"


def clash_words(slots, track, busy, travel):
    """A sentence for each clash: "Monday, 9 am to noon, is during your work (8 to 10 am)". Days alike share
    one."""
    alike = {}
    for slot, taken in clashes(slots, track, busy, travel):
        is_on_the_way = not meeting(stretch(slot, track), taken.stretch)
        key = (slot.starts, slot.kind, slot.minutes, is_on_the_way, busy_words(slot, taken))
        alike.setdefault(key, []).append(slot)
    sentences = []
    for (*_, is_on_the_way, busy_with), same in alike.items():
        sessions = session_words({slot.weekday for slot in same}, same[0], track)
        who = f"The way to or from {sessions}" if is_on_the_way else sessions
        sentences.append(f"{who}, {'is' if is_on_the_way or len(same) == 1 else 'are'} during {busy_with}.")
    return sentences


def sleep_words(track, busy, travel):
    ends = {taken.ends: None for taken in sleepless(track, busy, travel)}
    return [f"You come off a night shift at {hours.clock(end)}. When would you sleep?" for end in ends]


def help_words(track, busy, travel):
    """What may help a track that nearly fits."""
    lost = losses(track, busy, travel)
    parts = {taken.part for _slot, taken in clashes(fixed_slots(track), track, busy, travel)}
    sentences = [words for part, words in MAY_HELP.items() if part in parts]
    return [f"It is about {length(max(lost))}.", *sentences] if lost and small_enough(lost) else sentences


def total_words(track, travel):
    """The time a week that everybody gives: the sessions, and the way there and back once on each day."""
    slots = fixed_slots(track)
    sessions = sum(facts.slot_minutes(slot, track) for slot in slots)
    road = 2 * way(track, travel) * len({slot.weekday for slot in slots})
    words = f"{length(sessions)} a week with us"
    return f"{words}, and {length(road)} on the road. In all, {length(sessions + road)}" if road else words


def summary(fits):
    """How many tracks fit, in words: "Two tracks fit your week. One nearly fits."."""
    words = {
        Fit.FITS: ("track fits your week", "tracks fit your week"),
        Fit.NEARLY: ("nearly fits", "nearly fit"),
        Fit.NOT: ("does not fit", "do not fit"),
    }
    sentences = []
    for found, (one, many) in words.items():
        number = fits.count(found)
        if number:
            spelled = facts.Span(number, number).spelled()
            sentences.append(f"{facts.sentence_case(spelled)} {one if number == 1 else many}.")
        elif found == Fit.FITS:
            sentences.append("No track fits your week.")
    return " ".join(sentences)


def answer(track, busy, travel):
    """Everything the page says about one track."""
    found = fit(track, busy, travel)
    by_choice = [slot for slot in track.slots.all() if slot.by_choice]
    return {
        "track": track,
        "fit": found,
        "week": week_words(track),
        "total": total_words(track, travel),
        "clashes": clash_words(fixed_slots(track), track, busy, travel) + sleep_words(track, busy, travel),
        "by_choice": clash_words(by_choice, track, busy, travel),
        "may_help": help_words(track, busy, travel) if found == Fit.NEARLY else [],
    }


def compare(programs, busy, travel):
    """What the page says of the tracks of these programs, and which programs have no fixed week to compare."""
    rows, without_times, all_day = [], [], []
    for program in programs:
        tracks = list(program.tracks.all())
        with_week = [track for track in tracks if has_a_week(track)]
        answers = [{"program": program, **answer(track, busy, travel)} for track in with_week]
        fitting = next((row["track"].name for row in answers if row["fit"] == Fit.FITS), "")
        rows += [row | {"fitting": "" if row["fit"] == Fit.FITS else fitting} for row in answers]
        if facts.is_all_day(tracks):
            all_day.append(program)
        elif not with_week:
            without_times.append(program)
    fits = [row["fit"] for row in rows]
    by_fit = [(HEADINGS[found], [row for row in rows if row["fit"] == found]) for found in Fit]
    return {
        "summary": summary(fits) if rows else "",
        "none_fits": Fit.FITS not in fits,
        "groups": [(heading, alike) for heading, alike in by_fit if alike],
        "without_times": without_times,
        "all_day": all_day,
    }
