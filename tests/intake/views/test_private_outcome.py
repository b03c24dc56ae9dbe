"""The private page says what became of a request, in words for the person."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from icalendar import Calendar

from clinic.models import Clinic
from intake import audit, person_words, workflow
from intake.models import CaseEntry, ConsultationRequest
from intake.workflow import team
from tests import factories
from tests.intake.views.private_page import open_page, pass_of, post, press, token_of
from tests.intake.workflow.sent import in_days

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague():
    return User.objects.create_user("Florence")


@pytest.mark.parametrize("reason", ConsultationRequest.ClosingReason)
def test_it_says_why_it_is_closed_and_that_asking_opens_it_again(client, sent, colleague, reason):
    places = [factories.referral_contact(), factories.referral_contact()]
    workflow.mark_missed(sent[0], by=colleague, clinic=Clinic.load())
    workflow.link(sent[0], factories.consultation_request(), by=colleague)
    workflow.mark_reached(sent[0], by=colleague)
    workflow.close(sent[0], reason, by=colleague, alternatives=places, text="A wombat.")
    text = open_page(client, sent).text
    assert f"This is closed. {person_words.WHY_CLOSED[reason]}" in text
    assert "You can still ask us here. Then we open it again." in text
    assert "Pause: do not contact me now" not in text
    assert "wombat" not in text
    assert "We have your question" in press(client, sent, "ask", text="Is there room now?").text
    text = open_page(client, sent).text
    assert "A person replies" in text
    assert places[0].name not in text


def test_it_names_two_places_with_their_numbers_and_says_that_a_link_leads_away(client, sent, colleague):
    one = factories.referral_contact(web_address="https://place.example.org/")
    two = factories.referral_contact(hours="Day and night")
    workflow.close(sent[0], "full", by=colleague, alternatives=[one, two])
    text = open_page(client, sent).text
    for words in (one.name, two.name, 'href="tel:+12075550160"', "(207) 555-0160", "Day and night", one.good_when):
        assert words in text
    assert '<a href="https://place.example.org/" rel="nofollow noreferrer">' in text
    assert "leads away from this site" in text


def test_who_asked_us_to_stop_reads_that_we_do(client, sent, colleague):
    workflow.close(sent[0], "full", by=colleague, alternatives=[factories.referral_contact() for _ in range(2)])
    workflow.stop(sent[0], by=colleague)
    text = open_page(client, sent).text
    assert "You asked us to stop. We do not call, text or write." in text
    assert "Where you can turn now" not in text


def test_a_consultation_stands_there_with_a_calendar_file_that_names_nobody(client, sent, colleague):
    stored, _secret = sent
    ConsultationRequest.objects.update(time_zone="America/Chicago")
    at = (timezone.now() + timedelta(days=9)).replace(hour=19, minute=0, second=0, microsecond=0)
    workflow.book(stored, at, "in_person", by=colleague, clinic=Clinic.load())
    text = open_page(client, sent).text
    here, there = (at.astimezone(ZoneInfo(zone)).hour - 12 for zone in ("America/New_York", "America/Chicago"))
    assert f"{here} pm Eastern time, which is {there} pm Central time. You come to our place." in text
    place = Clinic.load().main_location
    assert f"{place.street}, {place.city}" in text.partition("<footer")[0]
    assert "We have a time to talk." in text
    answer = press(client, sent, "calendar")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "no-store"
    [event] = Calendar.from_ical(answer.content).walk("VEVENT")
    assert (event["summary"], event["dtstart"].dt) == ("Appointment", at)
    for words in (stored.reference, "Quillon", "Test", "Florence"):
        assert words not in answer.content.decode()


@pytest.mark.parametrize("what", ["stopped", "over", "withdrawn"])
def test_a_consultation_that_is_off_or_over_stands_there_no_more(client, sent, colleague, what):
    stored, _secret = sent
    workflow.book(stored, timezone.now() + timedelta(days=1), "video", by=colleague, clinic=Clinic.load())
    held = pass_of(open_page(client, sent))
    if what == "over":
        ConsultationRequest.objects.update(consultation_at=timezone.now() - timedelta(hours=1))
    elif what == "stopped":
        workflow.stop(stored, by=colleague)
    else:
        workflow.withdraw(stored)
    answer = post(client, "calendar/", **{"pass": held})
    assert "No time is set now." in answer.text
    assert "We meet by video." not in answer.text


def test_a_consultation_is_off_while_it_is_paused(client, sent, colleague):
    workflow.book(sent[0], in_days(1), "phone", by=colleague, clinic=Clinic.load())
    held = pass_of(open_page(client, sent))
    assert "We call you." in open_page(client, sent).text
    text = post(client, "pause/", **{"pass": held}).text
    assert "This time is off unless you go on." in text
    assert "We call you." not in text
    assert "Save it to a calendar" not in text
    assert "No time is set now." in post(client, "calendar/", **{"pass": held}).text
    assert "We call you." in post(client, "resume/", **{"pass": held}).text


@pytest.mark.parametrize(("by", "is_off"), [("phone", True), ("video", False)])
def test_who_takes_back_that_we_may_call_hears_that_the_call_is_off(client, sent, colleague, by, is_off):
    workflow.book(sent[0], in_days(1), by, by=colleague, clinic=Clinic.load())
    answers = {"asking_for": "self", "name": "Quillon", "ways": ["will_call"]}
    page = press(client, sent, "change")
    text = post(client, "change/", **{"pass": pass_of(page), "token": token_of(page)}, **answers).text
    assert "We changed it." in text
    assert ("The time we had agreed is off." in text) == is_off
    assert ("We meet by video." in text) != is_off
    assert ("The consultation by phone is off." in sent[0].entries.last().text) == is_off


@pytest.mark.parametrize(("late", "said"), [(False, "We still call you <strong>by "), (True, "Our call is late")])
def test_after_an_answer_it_says_that_the_call_is_still_to_come(client, sent, colleague, late, said):
    workflow.answer(sent[0], "Line 4.", by=colleague)
    if late:
        ConsultationRequest.objects.update(reply_by=timezone.now() - timedelta(minutes=1))
    text = open_page(client, sent).text
    assert f"We answered below. {said}" in text
    workflow.mark_reached(sent[0], by=colleague)
    assert "We answered. You can ask more at any time." in open_page(client, sent).text


class TestCalledOff:
    OFF = "The time we had agreed is off. We are sorry."

    @pytest.fixture
    def called_off(self, sent, colleague):
        workflow.book(sent[0], timezone.now() + timedelta(days=1), "video", by=colleague, clinic=Clinic.load())
        workflow.call_off(sent[0], by=colleague, clinic=Clinic.load(), text="A wombat.")
        return sent

    def test_it_says_so_and_that_we_will_be_in_touch(self, client, called_off):
        text = open_page(client, called_off).text
        for words in (
            self.OFF,
            "We will be in touch.",
            "We had to call off the time we had agreed",
            "A person replies",
        ):
            assert words in text
        for words in ("wombat", "Florence", "We meet by video.", "Save it to a calendar"):
            assert words not in text

    def test_in_a_pause_nobody_will_be_in_touch(self, client, called_off):
        text = press(client, called_off, "pause").text
        assert self.OFF in text
        assert "We will be in touch." not in text

    @pytest.mark.parametrize(
        "what",
        [
            lambda stored, by, clinic: workflow.mark_reached(stored, by=by),
            lambda stored, by, clinic: workflow.answer(stored, "Friday?", by=by),
            lambda stored, by, clinic: workflow.plan_call(
                stored, timezone.now() + timedelta(days=2), by=by, clinic=clinic
            ),
            lambda stored, by, clinic: workflow.book(
                stored, timezone.now() + timedelta(days=2), "video", by=by, clinic=clinic
            ),
            lambda stored, by, clinic: workflow.close(stored, "elsewhere", by=by),
        ],
    )
    def test_it_stands_there_until_we_are_in_touch(self, client, called_off, colleague, monkeypatch, what):
        monkeypatch.setattr(team.slots, "too_early_or_late", lambda *about: False)
        workflow.mark_missed(called_off[0], by=colleague, clinic=Clinic.load())
        assert self.OFF in open_page(client, called_off).text
        what(called_off[0], colleague, Clinic.load())
        assert self.OFF not in open_page(client, called_off).text


def test_a_call_that_was_agreed_on_asks_for_another_number_when_this_one_did_not_work(client, sent, colleague):
    stored, _secret = sent
    workflow.book(stored, in_days(1), "phone", by=colleague, clinic=Clinic.load())
    workflow.mark_wrong_number(stored, by=colleague, clinic=Clinic.load())
    assert "Your number did not work. Give us another one, and we call you." in open_page(client, sent).text


def test_work_inside_the_team_stays_there(client, sent, colleague):
    stored, _secret = sent
    other = factories.consultation_request()
    workflow.claim(stored, by=colleague)
    workflow.note(stored, "A wombat.", by=colleague)
    workflow.hand_over(stored, by=colleague, to=colleague, text="A walrus.")
    workflow.link(stored, other, by=colleague)
    workflow.mark_missed(stored, by=colleague, clinic=Clinic.load())
    text = open_page(client, sent).text
    assert "We called, and nobody picked up" in text
    for words in ("wombat", "walrus", other.reference, "Note", "Taken by", "Handed", "Linked", "Florence"):
        assert words not in text


def test_each_kind_of_entry_is_told_in_their_words_or_kept_inside():
    inside = {"claimed", "let_go", "handed", "noted", "linked", "unlinked", "released", "our_turn"}
    assert set(CaseEntry.Kind) - set(person_words.HAPPENED) == inside
    assert set(person_words.WHY_CLOSED) == set(ConsultationRequest.ClosingReason)
    assert set(person_words.BOOKED_BY) == set(ConsultationRequest.ConsultationBy)
    assert set(person_words.LOOKED) == set(audit.LOOKS)


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (None, "A person replies <strong>as soon as we can</strong>."),
        (-1, "We are late, and we are sorry. A person replies as soon as we can."),
    ],
)
def test_without_a_time_or_after_it_no_answer_is_claimed_and_no_time_promised(client, sent, hours, said):
    ConsultationRequest.objects.update(reply_by=timezone.now() + timedelta(hours=hours) if hours else None)
    text = open_page(client, sent).text
    assert said in text
    assert "We answered." not in text
    assert "A person replies <strong>by" not in text
