"""The calendar file of a consultation is that of a week, for one moment, whoever asks for it."""

from datetime import UTC, datetime, timedelta

from icalendar import Calendar

from intake import appointment
from intake.models import ConsultationRequest
from programs import calendar_file
from tests.programs.in_memory import slot, track

AT = datetime(2026, 12, 1, 14, 10, tzinfo=UTC)


def test_it_is_half_an_hour_and_says_appointment():
    answer = appointment.response(ConsultationRequest(reference="ACE-347-XYW", name="Marigold", consultation_at=AT))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="appointment.ics"'
    [event] = Calendar.from_ical(answer.content).events
    assert (event["DTSTART"].dt, event["DURATION"].dt) == (AT, timedelta(minutes=30))
    for words in ("ACE-347-XYW", "Marigold"):
        assert words not in answer.content.decode()


def test_it_says_no_more_than_a_session_does():
    one = Calendar.from_ical(appointment.response(ConsultationRequest(consultation_at=AT)).content)
    week = Calendar.from_ical(calendar_file.calendar_file(track(slot(0)), AT))
    assert {name: one[name] for name in one} == {name: week[name] for name in week}
    [event], [session] = one.events, week.events
    assert set(event) == set(session) - {"RRULE"}
    for name in ("SUMMARY", "CLASS", "TRANSP"):
        assert event[name] == session[name]
    assert event["UID"] != session["UID"]
