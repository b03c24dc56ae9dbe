"""Is anyone in, and by when does a person reply: pure functions of opening hours and a moment in the clinic's time."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from math import ceil

DAY_NAMES = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
WORKDAYS = range(5)
LOOK_AHEAD_DAYS = 60
EXCEPTIONS_SHOWN_DAYS = 45
PROMISE_STEP_MINUTES = 5
TIME_ZONES = {
    "America/New_York": "Eastern time",
    "America/Chicago": "Central time",
    "America/Denver": "Mountain time",
    "America/Phoenix": "Arizona time",
    "America/Los_Angeles": "Pacific time",
    "America/Anchorage": "Alaska time",
    "Pacific/Honolulu": "Hawaii time",
}


def joined(spans):
    """Spans in order, those that touch or overlap as one."""
    result = []
    for opens, closes in sorted(spans):
        if result and opens <= result[-1][1]:
            result[-1] = (result[-1][0], max(closes, result[-1][1]))
        else:
            result.append((opens, closes))
    return result


def edge(date, time, zone, pick):
    """The moment of a clock time. A change of the clocks can make two of it: `pick` is min or max of the two."""
    moments = (datetime.combine(date, time.replace(fold=fold), tzinfo=zone).timestamp() for fold in (0, 1))
    return datetime.fromtimestamp(pick(moments), tz=zone)


@dataclass(frozen=True)
class Schedule:
    """Usual hours by weekday (0 is Monday) and the dates that differ; each a list of (opens, closes)."""

    weekly: dict
    dates: dict
    notes: dict = field(default_factory=dict)  # why a date differs

    @classmethod
    def of(cls, rows):
        """Built from rows with weekday or date, opens and closes, as the OpeningHours model has them."""
        rows = list(rows)
        weekly, dates = {}, {}
        for row in rows:
            spans = weekly.setdefault(row.weekday, []) if row.date is None else dates.setdefault(row.date, [])
            if row.opens is not None:
                spans.append((row.opens, row.closes))
        return cls(
            weekly={day: joined(spans) for day, spans in weekly.items()},
            dates={date: joined(spans) for date, spans in dates.items()},
            notes={row.date: row.note for row in rows if row.date and row.note},
        )

    def on(self, date):
        return self.dates.get(date, self.weekly.get(date.weekday(), []))

    def short_days(self):
        """Dates on which less is open than is usual on that weekday: holidays, and days nobody answers at all."""

        def minutes(spans):
            return sum((end.hour - start.hour) * 60 + end.minute - start.minute for start, end in spans)

        return {
            date for date, spans in self.dates.items() if minutes(spans) < minutes(self.weekly.get(date.weekday(), []))
        }

    def spans_from(self, moment):
        """(start, end) of each staffed span that has not ended by `moment`, soonest first."""
        for days in range(LOOK_AHEAD_DAYS):
            date = moment.date() + timedelta(days=days)
            for opens, closes in self.on(date):
                # An opening or closing in the hour that the clocks repeat or skip: the shorter span promises less.
                start = edge(date, opens, moment.tzinfo, max)
                end = edge(date, closes, moment.tzinfo, min)
                # Compared as moments: by the clock alone, the hour that daylight saving repeats would count twice.
                if end.timestamp() > max(start.timestamp(), moment.timestamp()):
                    yield start, end


def open_until(schedule, moment):
    """The moment the line closes if it is open now, else None."""
    start, end = next(schedule.spans_from(moment), (None, None))
    return end if start and start.timestamp() <= moment.timestamp() else None


def opens_next(schedule, moment):
    """The next moment the line opens, or None when nothing is planned."""
    spans = schedule.spans_from(moment)
    return next((start for start, _ in spans if start.timestamp() > moment.timestamp()), None)


def reply_by(schedule, moment, staffed_hours):
    """The moment by which `staffed_hours` hours of staffed time have passed since `moment`, or None."""
    left = timedelta(hours=staffed_hours)
    for start, end in schedule.spans_from(moment):
        begin = max(start, moment, key=datetime.timestamp)
        # Real time, not wall time: a span may cross the hour that daylight saving adds or takes.
        length = timedelta(seconds=end.timestamp() - begin.timestamp())
        if left <= length:
            return datetime.fromtimestamp(begin.timestamp() + left.total_seconds(), tz=moment.tzinfo)
        left -= length
    return None


def promise(schedule, moment, reply_hours, *, waiting, per_hour):
    """The moment by which a request sent at `moment` is answered when `waiting` others come first, or None.

    Rounded up to the next full 5 minutes, or to the end of the staffed span if that comes sooner.
    """
    by = reply_by(schedule, moment, max(reply_hours, (waiting + 1) / per_hour))
    if by is None:
        return None
    step = PROMISE_STEP_MINUTES * 60
    rounded = datetime.fromtimestamp(ceil(by.timestamp() / step) * step, tz=by.tzinfo)
    return min(rounded, open_until(schedule, by) or by, key=datetime.timestamp)


def is_business_day(schedule, date):
    return date.weekday() in WORKDAYS and schedule.dates.get(date) != []


def business_days_after(schedule, date, days):
    """The date `days` business days after another; closed dates are none. 45 CFR 149.610 counts in business days."""
    while days:
        date += timedelta(days=1)
        if is_business_day(schedule, date):
            days -= 1
    return date


def clock(moment):
    """A time of day in words: "8 am", "5:30 pm", "noon"."""
    if (moment.hour, moment.minute) == (12, 0):
        return "noon"
    minutes = f":{moment.minute:02}" if moment.minute else ""
    return f"{moment.hour % 12 or 12}{minutes} {'am' if moment.hour < 12 else 'pm'}"


def after(start, minutes):
    """The time of day `minutes` after another; past midnight it starts again."""
    return (datetime.combine(datetime.min, start) + timedelta(minutes=minutes)).time()


def span(start, end):
    """Two times of day in words: "8 am to 8 pm", "5:30 to 8:30 pm"."""
    first, last = clock(start), clock(end)
    same_half = (start.hour < 12) == (end.hour < 12) and "noon" not in (first, last)
    return f"{first.rsplit(' ', 1)[0] if same_half else first} to {last}"


def date_words(date):
    return f"{DAY_NAMES[date.weekday()]}, {date:%B} {date.day}"


def day_words(date, today):
    """A day seen from today: "yesterday", "today", "tomorrow", "Monday", "Monday, December 7"."""
    distance = (date - today).days
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    if distance in near:
        return near[distance]
    return DAY_NAMES[date.weekday()] if 1 < distance < 7 else date_words(date)


def moment_words(moment, now):
    return f"{clock(moment)} {day_words(moment.date(), now.date())}"


def length_words(length):
    """Two units at most: "45 minutes", "3 hours 20 minutes", "2 days 4 hours"."""
    minutes = int(length.total_seconds() // 60)
    days, hours = minutes // (24 * 60), minutes // 60
    parts = [(days, "day"), (hours % 24, "hour")] if days else [(hours, "hour"), (minutes % 60, "minute")]
    return " ".join(f"{count} {unit}{'s' * (count > 1)}" for count, unit in parts if count) or "less than a minute"


def zone_words(zone):
    """A time zone in words: "Eastern time", "Paris time"."""
    return TIME_ZONES.get(zone.key) or f"{zone.key.rpartition('/')[2].replace('_', ' ')} time"


def status(schedule, now):
    """One short sentence for beside the phone number."""
    until = open_until(schedule, now)
    if until:
        return f"Open until {clock(until)}"
    start = opens_next(schedule, now)
    if start:
        return f"Opens {day_words(start.date(), now.date())} at {clock(start)}"
    return ""


def days_words(days):
    """Weekdays in words: "every day", "Monday to Friday", "Monday, Wednesday and Friday"."""
    days = sorted(days)
    if days == list(range(7)):
        return "every day"
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"{DAY_NAMES[days[0]]} to {DAY_NAMES[days[-1]]}"
    names = [DAY_NAMES[day] for day in days]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def weekly_words(schedule):
    """The usual week, days with the same hours together: ["Monday to Friday, 8 am to 8 pm", ...]."""

    def spans_on(day):
        return tuple(schedule.weekly.get(day, ()))

    by_spans = sorted(range(7), key=lambda day: (spans_on(day), day))
    groups = [(list(days), spans) for spans, days in groupby(by_spans, key=spans_on) if spans]
    lines = []
    for days, spans in sorted(groups, key=lambda group: group[0][0]):
        words = days_words(days)
        lines.append(f"{words[0].upper()}{words[1:]}, {' and '.join(span(*times) for times in spans)}")
    return lines


def coming_exceptions(schedule, today):
    """(date, spans, note) of the dates that differ in the weeks ahead, soonest first."""
    last = today + timedelta(days=EXCEPTIONS_SHOWN_DAYS)
    return [
        (date, schedule.dates[date], schedule.notes.get(date, ""))
        for date in sorted(schedule.dates)
        if today <= date <= last
    ]
