"""A consultation as a calendar file. Whoever sees the calendar learns that there is an appointment, and no more."""

from datetime import UTC

from django.http import HttpResponse
from django.utils import timezone

from programs.calendar_file import empty_calendar, private_event

MINUTES = 30


def response(stored):
    calendar = empty_calendar()
    calendar.add_component(private_event(stored.consultation_at.astimezone(UTC), MINUTES, timezone.now()))
    return HttpResponse(
        calendar.to_ical(),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="appointment.ics"'},
    )
