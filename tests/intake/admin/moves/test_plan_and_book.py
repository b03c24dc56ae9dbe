"""Planning a call and booking a consultation: which times are offered, and what is said of them."""

from datetime import timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from clinic.hours import clock, date_words
from clinic.models import Clinic, OpeningHours
from intake import workflow
from intake.models import ConsultationRequest
from tests.intake.admin.moves.one_move import again, day, shown
from tests.intake.admin.one_request import said, url_to

pytestmark = pytest.mark.django_db

State = ConsultationRequest.State


class TestPlanAndBook:
    @pytest.mark.parametrize("clock", ["03:00", "07:59", "21:00"])
    def test_nobody_is_asked_to_come_at_night(self, page, stored, clock):
        sent = {**shown(stored), "day": day(2), "time": clock, "way": "in_person"}
        assert "Choose a time from 8 am to 9 pm." in page.post(url_to("book", stored), sent).text
        assert again(stored).consultation_at is None

    def test_a_call_is_planned_by_the_clock_of_the_clinic(self, page, stored):
        page.post(url_to("plan", stored), {**shown(stored), "day": day(2), "time": "14:30"})
        at = timezone.localtime(again(stored).call_at, Clinic.load().zone)
        assert (f"{at:%Y-%m-%d %H:%M}", again(stored).state) == (f"{day(2)} 14:30", State.WAITING_ON_US)

    def test_the_first_half_hour_that_is_left_stands_in_the_form(self, page, stored):
        form = page.get(url_to("plan", stored)).context["form"]
        assert form.initial["day"] >= timezone.localdate()

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ({"day": day(-1), "time": "12:00"}, "This time has passed. Choose another one."),
            ({"day": day(2), "time": "08:00"}, "Choose one of the half hours."),
            ({"day": "", "time": "12:00"}, "Choose a day."),
            ({"day": "soon", "time": "12:10"}, "Choose one of the half hours."),
        ],
    )
    def test_a_time_that_does_not_fit_is_said_in_a_sentence(self, page, stored, typed, sentence):
        ConsultationRequest.objects.update(time_zone="America/Los_Angeles")
        answer = page.post(url_to("plan", stored), {**shown(stored), **typed})
        assert answer.status_code == 200
        assert sentence in answer.text
        assert "The person is in Pacific time." in answer.text
        assert again(stored).call_at is None

    @pytest.mark.parametrize(
        ("zone", "first", "last"),
        [("", "8 to 8:30 am", "8:30 to 9 pm"), ("America/Los_Angeles", "11 to 11:30 am", "11:30 pm to 12 am")],
    )
    def test_only_half_hours_in_which_the_person_may_be_called_are_offered(self, page, stored, zone, first, last):
        ConsultationRequest.objects.update(time_zone=zone)
        offered = [words for _value, words in page.get(url_to("plan", stored)).context["form"].fields["time"].choices]
        assert (offered[0], offered[-1]) == (first, last)

    def test_when_we_are_open_stands_there_and_a_call_outside_of_it_is_remarked_on(self, page, stored):
        closed = timezone.localdate(timezone=Clinic.load().zone) + timedelta(days=3)
        OpeningHours.objects.create(date=closed)
        says = page.get(url_to("plan", stored)).text
        assert f"Our hours: Every day, 8 am to 8 pm; {date_words(closed)}, closed." in says
        for typed, is_closed in (
            ({"day": day(2), "time": "12:00"}, False),
            ({"day": day(2), "time": "20:00"}, True),
            ({"day": f"{closed}", "time": "12:00"}, True),
        ):
            answer = page.post(url_to("plan", stored), {**shown(stored), **typed}, follow=True)
            [done] = map(str, answer.context["messages"])
            assert ("We are closed then: see that somebody is in." in done) == is_closed, typed

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ("9999-12-31", "Enter a day such as 2026-11-22."),
            ("0001-01-01", "Enter a day such as 2026-11-22."),
            ("2999-12-31", "Choose a day within a year from now."),
            (day(366), "Choose a day within a year from now."),
        ],
    )
    @pytest.mark.parametrize("name", ["plan", "book"])
    def test_a_day_far_away_is_said_in_a_sentence(self, page, stored, name, typed, sentence):
        sent = {**shown(stored), "day": typed, "time": "14:30", "way": "video"}
        assert sentence in page.post(url_to(name, stored), sent).text
        assert stored.entries.count() == 1

    def test_a_day_a_year_ahead_can_be_booked(self, page, stored):
        page.post(url_to("book", stored), {**shown(stored), "day": day(365), "time": "14:30", "way": "video"})
        assert again(stored).consultation_at

    def test_a_call_later_than_we_promised_is_planned_and_said(self, page, stored):
        soon = timezone.now() + timedelta(minutes=10)
        ConsultationRequest.objects.update(first_promise=soon, reply_by=soon)
        promised = f"We promised a reply by {said(soon)}; "
        assert f"{promised}a call after that is later." in page.get(url_to("plan", stored)).text
        sent = {**shown(stored), "day": day(2), "time": "12:00"}
        answer = page.post(url_to("plan", stored), sent, follow=True)
        [done] = map(str, answer.context["messages"])
        assert done.startswith(f"{stored} has its next call planned. Call: try 1 of 5. Due by 12:30 pm ")
        assert done.endswith(f"{promised}this is later.")

    def test_nothing_is_said_of_a_promise_that_was_kept(self, page, stored, desk):
        ConsultationRequest.objects.update(first_promise=timezone.now() + timedelta(minutes=10))
        workflow.mark_reached(stored, by=desk)
        workflow.ask(stored, "Is it free?", clinic=Clinic.load())
        assert "We promised" not in page.get(url_to("plan", stored)).text

    def test_safe_times_stand_beside_the_choice(self, page, stored):
        assert "After the school run" in page.get(url_to("plan", stored)).text

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"may_call": False}, "This person did not allow us to call."),
            ({"number_is_wrong": True}, "The number is wrong."),
            ({"state": "paused"}, "This cannot be done now: it is paused."),
        ],
    )
    def test_who_may_not_be_called_has_no_form(self, page, stored, fields, sentence):
        ConsultationRequest.objects.update(**fields)
        text = page.get(url_to("plan", stored)).text
        assert sentence in text
        assert 'name="day"' not in text

    def test_a_consultation_is_booked_and_fits_a_calendar_that_names_nobody(self, page, stored):
        assert page.get(url_to("consultation_ics", stored)).status_code == 404
        sent = {**shown(stored), "day": day(2), "time": "14:10", "way": "in_person"}
        page.post(url_to("book", stored), sent)
        at = again(stored).consultation_at
        answer = page.get(url_to("consultation_ics", stored))
        assert answer["Cache-Control"] == "no-store"
        [event] = Calendar.from_ical(answer.content).walk("VEVENT")
        assert (event["summary"], event["dtstart"].dt) == ("Appointment", at)
        for words in (stored.reference, "Marigold", "Test"):
            assert words not in answer.content.decode()
        here = at.astimezone(Clinic.load().zone)
        history = page.get(url_to("change", stored)).text
        assert f"<blockquote>{date_words(here.date())}, {clock(here)}, at our place</blockquote>" in history
        assert "This replaces it." in page.get(url_to("book", stored)).text

    @pytest.mark.parametrize(("time", "is_closed"), [("14:10", False), ("20:30", True)])
    def test_the_message_says_when_and_whether_we_are_closed_then(self, page, stored, time, is_closed):
        sent = {**shown(stored), "day": day(2), "time": time, "way": "video"}
        answer = page.post(url_to("book", stored), sent, follow=True)
        [done] = map(str, answer.context["messages"])
        assert done.startswith(
            f"{stored} has its consultation booked: {said(again(stored).consultation_at)}, by video."
        )
        assert done.endswith("We are closed then: see that somebody is in.") == is_closed

    @pytest.mark.parametrize(("time", "there"), [("08:00", "am"), ("20:45", "8:45 pm")])
    def test_a_call_at_night_where_the_person_is_is_said_in_a_sentence(self, page, stored, time, there):
        ConsultationRequest.objects.update(time_zone="Pacific/Honolulu" if there == "am" else "")
        sent = {**shown(stored), "day": day(2), "time": time, "way": "phone"}
        text = page.post(url_to("book", stored), sent).text
        assert f"{there} then where the person is. A call there starts at 8 am or later, and ends by 9 pm." in text
        assert again(stored).consultation_at is None
        page.post(url_to("book", stored), {**sent, "way": "video"})
        assert again(stored).consultation_by == "video"

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ({"day": day(-1)}, "This time has passed."),
            ({"way": ""}, "Choose how you meet."),
            ({"time": "late"}, "Write the time as 14:30."),
        ],
    )
    def test_a_booking_that_cannot_be_is_said_in_a_sentence(self, page, stored, typed, sentence):
        sent = {**shown(stored), "day": day(2), "time": "14:10", "way": "video"} | typed
        assert sentence in page.post(url_to("book", stored), sent).text
        assert again(stored).consultation_at is None


class TestNoCall:
    @pytest.mark.parametrize(
        ("told", "why"),
        [
            ({"may_call": False, "will_call": True}, "This person did not allow us to call."),
            ({"number_is_wrong": True}, "The number is wrong."),
        ],
    )
    def test_no_consultation_by_phone_with_who_cannot_be_called(self, page, stored, told, why):
        ConsultationRequest.objects.update(**told)
        sent = {**shown(stored), "day": day(2), "time": "12:00"}
        form = page.get(url_to("book", stored)).text
        assert f"By phone is not offered. {why}" in form
        assert 'value="video"' in form
        assert 'value="phone"' not in form
        text = page.post(url_to("book", stored), {**sent, "way": "phone"}).text
        assert f"{why} Choose another way to meet." in text
        assert again(stored).consultation_at is None
        page.post(url_to("book", stored), {**sent, "way": "video"})
        assert again(stored).consultation_by == "video"

    def test_who_can_be_called_is_offered_a_consultation_by_phone(self, page, stored):
        form = page.get(url_to("book", stored)).text
        assert 'value="phone"' in form
        assert "is not offered" not in form

    def test_a_consultation_is_off_while_it_is_paused(self, page, stored):
        page.post(url_to("book", stored), {**shown(stored), "day": day(2), "time": "12:00", "way": "phone"})
        workflow.pause(stored)
        assert "Off while it is paused." in page.get(url_to("change", stored)).text
