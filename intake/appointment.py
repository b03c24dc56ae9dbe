"""A consultation as a calendar file. Whoever sees the calendar learns that there is an appointment, and no more."""

from datetime import UTC, timedelta
from uuid import uuid4

from icalendar import Calendar, Event

from programs.calendar_file import PRODUCER, SUMMARY

MINUTES = 30


def calendar_file(at, now):
    calendar = Calendar()
    calendar.add("prodid", PRODUCER)
    calendar.add("version", "2.0")
    event = Event()
    # Random: nobody can tell from it which request it belongs to.
    event.add("uid", str(uuid4()))
    event.add("dtstamp", now.astimezone(UTC))
    event.add("summary", SUMMARY)
    event.add("dtstart", at.astimezone(UTC))
    event.add("duration", timedelta(minutes=MINUTES))
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE")
    calendar.add_component(event)
    return calendar.to_ical()
