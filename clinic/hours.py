"""Is anyone in, and by when does a person reply: pure functions of opening hours and a moment in the clinic's time."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

DAY_NAMES = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
LOOK_AHEAD_DAYS = 60
EXCEPTIONS_SHOWN_DAYS = 45


def joined(spans):
    """Spans in order, those that touch or overlap as one."""
    result = []
    for opens, closes in sorted(spans):
        if result and opens <= result[-1][1]:
            result[-1] = (result[-1][0], max(closes, result[-1][1]))
        else:
            result.append((opens, closes))
    return result


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

    def spans_from(self, moment):
        """(start, end) of each staffed span that has not ended by `moment`, soonest first."""
        for days in range(LOOK_AHEAD_DAYS):
            date = moment.date() + timedelta(days=days)
            for opens, closes in self.on(date):
                start = datetime.combine(date, opens, tzinfo=moment.tzinfo)
                end = datetime.combine(date, closes, tzinfo=moment.tzinfo)
                # Compared as moments: by the clock alone, the hour that daylight saving repeats would count twice.
                if end.timestamp() > moment.timestamp():
                    yield start, end


def open_until(schedule, moment):
    """The moment the line closes if it is open now, else None."""
    start, end = next(schedule.spans_from(moment), (None, None))
    return end if start and start <= moment else None


def opens_next(schedule, moment):
    """The next moment the line opens, or None when nothing is planned."""
    return next((start for start, _ in schedule.spans_from(moment) if start > moment), None)


def reply_by(schedule, moment, staffed_hours):
    """The moment by which `staffed_hours` hours of staffed time have passed since `moment`, or None."""
    left = timedelta(hours=staffed_hours)
    for start, end in schedule.spans_from(moment):
        begin = max(start, moment)
        # Real time, not wall time: a span may cross the hour that daylight saving adds or takes.
        length = timedelta(seconds=end.timestamp() - begin.timestamp())
        if left <= length:
            return datetime.fromtimestamp(begin.timestamp() + left.total_seconds(), tz=moment.tzinfo)
        left -= length
    return None


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


def day_words(date, today):
    """A day seen from today: "today", "tomorrow", "Monday", "Monday, December 7"."""
    distance = (date - today).days
    if distance == 0:
        return "today"
    if distance == 1:
        return "tomorrow"
    name = DAY_NAMES[date.weekday()]
    return name if 1 < distance < 7 else f"{name}, {date:%B} {date.day}"


def moment_words(moment, now):
    return f"{clock(moment)} {day_words(moment.date(), now.date())}"


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
