"""A consultation as a calendar file. Whoever sees the calendar learns that there is an appointment, and no more."""

from datetime import UTC, timedelta

from django.http import HttpResponse
from django.utils import timezone

from programs.calendar_file import empty_calendar, private_event

MINUTES = 30


def start_of_one_that_ends(moment):
    """What begins after this is not over at the moment: somebody may still wait for the person."""
    return moment - timedelta(minutes=MINUTES)


def response(stored):
    calendar = empty_calendar()
    calendar.add_component(private_event(stored.consultation_at.astimezone(UTC), MINUTES, timezone.now()))
    return HttpResponse(
        calendar.to_ical(),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="appointment.ics"'},
    )
