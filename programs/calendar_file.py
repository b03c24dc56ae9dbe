"""Calendar files. Whoever sees the calendar learns that there is an appointment, and no more."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from icalendar import Calendar, Event

from programs import facts
from programs.fit_my_week import fixed_slots

PRODUCER = "-//Schedule//EN"
SUMMARY = "Appointment"


def first_day(weekday, after):
    """The first such weekday later than a date."""
    return after + timedelta(days=(weekday - after.weekday() - 1) % 7 + 1)


def empty_calendar():
    calendar = Calendar()
    calendar.add("prodid", PRODUCER)
    calendar.add("version", "2.0")
    return calendar


def private_event(starts, minutes, now):
    """Its name is random: nobody can tell from it whose it is."""
    event = Event()
    event.add("uid", str(uuid4()))
    event.add("dtstamp", now.astimezone(UTC))
    event.add("summary", SUMMARY)
    event.add("dtstart", starts)
    event.add("duration", timedelta(minutes=minutes))
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE")
    return event


def calendar_file(track, now, *, next_start=None, left_out=()):
    """The sessions everybody comes to, each week for as long as is typical: from the next day somebody can start, or
    from tomorrow on. `now` is a moment in the clinic's time zone: sessions stay at the same time of day when clocks
    change. `left_out` are dates without sessions."""
    day_before = now.date()
    if next_start and next_start > day_before:
        day_before = next_start - timedelta(days=1)
    calendar = empty_calendar()
    for slot in fixed_slots(track):
        starts = datetime.combine(first_day(slot.weekday, day_before), slot.starts, tzinfo=now.tzinfo)
        weeks = [starts + timedelta(weeks=week) for week in range(track.weeks_typical)]
        missed = [moment for moment in weeks if moment.date() in left_out]
        event = private_event(starts, facts.slot_minutes(slot, track), now)
        event.add("rrule", {"freq": "weekly", "count": track.weeks_typical})
        if missed:
            event.add("exdate", missed)
        calendar.add_component(event)
    last_day = day_before + timedelta(weeks=track.weeks_typical + 1)
    calendar.add_missing_timezones(first_date=now.date(), last_date=last_day)
    return calendar.to_ical()
