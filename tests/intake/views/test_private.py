"""The private page opens for who has both words, says the same to everybody else, and does what is pressed."""

import logging
import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Group, User
from django.db import OperationalError, connection
from django.utils import timezone
from icalendar import Calendar

from clinic import error_pages
from clinic.models import Clinic
from intake import audit, form_token, person_words, private_page, workflow
from intake.forms import CONSENT_VERSION, IntakeForm, consent_lines
from intake.models import AccessRecord, CaseEntry, ConsultationRequest
from tests import factories

pytestmark = pytest.mark.django_db

State = ConsultationRequest.State
WORDS = {"ways": ["call"], "phone": "207 555 0177", "message": "zanzibar"}
OWN_PAGE = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def sent(db):
    """(request, its secret) of somebody who wrote."""
    factories.clinic()
    clinic = Clinic.load()
    token = form_token.read(form_token.new(consent_lines(clinic), CONSENT_VERSION))
    answers = {
        "asking_for": "self",
        "name": "Quillon",
        "ways": ["call"],
        "phone": "207 555 0177",
        "message": "zanzibar",
    }
    form = IntakeForm(answers, clinic=clinic)
    assert form.is_valid()
    return workflow.receive(form, token=token), private_page.secret_of(token.id)


def post(client, address, **typed):
    return client.post(f"/request/private/{address}", typed, headers=OWN_PAGE)


def open_page(client, sent):
    stored, secret = sent
    return post(client, "", reference=stored.reference, secret=secret)


def pass_of(response):
    return re.search(r'name="pass" value="([^"]+)"', response.text)[1]


def token_of(response):
    return re.search(r'name="token" value="([^"]+)"', response.text)[1]


def press(client, sent, what, **typed):
    return post(client, f"{what}/", **{"pass": pass_of(open_page(client, sent))}, **typed)


class TestOpening:
    def test_it_shows_all_that_we_hold(self, client, sent):
        text = open_page(client, sent).text
        for words in ("Quillon", "207 555 0177", "zanzibar", "Call", "Nobody of our team has opened it yet."):
            assert words in text

    def test_wrong_and_unknown_look_the_same(self, client, sent):
        stored, secret = sent
        other = factories.consultation_request()
        answers = {
            re.sub(rf"{reference}|{typed}", "", post(client, "", reference=reference, secret=typed).text)
            for reference, typed in [
                (stored.reference, "WRONG"),
                ("AAA-AAA-AAA", "WRONG"),
                (other.reference, secret),
                ("no reference", "WRONG"),
            ]
        }
        assert len(answers) == 1
        assert "These two do not open a page" in answers.pop()

    def test_many_tries_are_slowed_down_whether_the_reference_exists_or_not(self, client, sent):
        for reference in (sent[0].reference, "AAA-AAA-AAA"):
            tries = [post(client, "", reference=reference, secret="WRONG").status_code for _ in range(7)]
            assert tries == [200] * 5 + [429] * 2

    def test_the_right_words_open_it_after_any_number_of_wrong_tries(self, client, sent):
        for _ in range(7):
            post(client, "", reference=sent[0].reference, secret="WRONG")
        assert "Quillon" in open_page(client, sent).text

    def test_senders_that_are_unknown_are_not_slowed_down_together(self, client, settings):
        settings.BEHIND_PROXY = True
        tries = [post(client, "", reference="AAA-AAA-AAA", secret="WRONG").status_code for _ in range(7)]
        assert tries == [200] * 7

    def test_opening_it_often_with_the_right_words_is_no_try(self, client, sent):
        assert {open_page(client, sent).status_code for _ in range(10)} == {200}

    def test_a_count_that_cannot_be_kept_shuts_nobody_out(self, client, sent):
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE intake_tally")
        assert "Quillon" in open_page(client, sent).text

    @pytest.mark.parametrize("address", ["", "ask/", "calendar/", "change/", "pause/", "resume/", "withdraw/"])
    def test_another_site_cannot_press_anything(self, client, sent, address):
        response = client.post(f"/request/private/{address}", {}, headers={"sec-fetch-site": "cross-site"})
        assert response.status_code == 403

    @pytest.mark.parametrize("address", ["ask/", "calendar/", "change/", "pause/", "resume/", "withdraw/"])
    def test_following_a_link_to_a_step_leads_to_the_page_and_does_nothing(self, client, sent, address):
        for follow in (client.get, client.head):
            response = follow(f"/request/private/{address}")
            assert (response.status_code, response.url) == (302, "/request/private/")

    @pytest.mark.parametrize("address", ["ask", "calendar", "change", "pause", "resume", "withdraw"])
    def test_a_pass_that_ended_asks_to_open_it_again_and_keeps_what_was_typed(self, client, sent, address):
        response = post(client, f"{address}/", **{"pass": "old"}, text="One more thing", sure="yes")
        assert "Please open the page once more" in response.text
        assert "One more thing" in response.text
        stored, secret = sent
        again = post(client, "", reference=stored.reference, secret=secret, text="One more thing")
        assert "One more thing" in again.text
        stored.refresh_from_db()
        assert stored.state == State.NEW

    def test_a_change_typed_on_a_page_too_old_comes_back_and_can_be_saved(self, client, sent):
        stored, secret = sent
        answers = {"asking_for": "self", "name": "Alex", "ways": ["email", "will_call"], "email": "alex@example.com"}
        closed = post(client, "change/", **{"pass": "old"}, token="old", **answers)
        typed = {}
        for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', closed.text):
            typed.setdefault(name, []).append(value)
        assert {"pass", "token"}.isdisjoint(typed)
        opened = post(client, "", reference=stored.reference, secret=secret, **typed)
        assert "Please send it once more" in opened.text
        assert 'value="Alex"' in opened.text
        stored.refresh_from_db()
        assert stored.name == "Quillon"
        saved = post(client, "change/", **{"pass": pass_of(opened)}, token=token_of(opened), **answers)
        assert "We changed it." in saved.text
        stored.refresh_from_db()
        assert (stored.name, stored.email, stored.will_call) == ("Alex", "alex@example.com", True)

    def test_a_wrong_try_in_between_keeps_it_too(self, client, sent):
        closed = post(client, "", reference=sent[0].reference, secret="WRONG", name="Alex", ways=["call", "email"])
        for field in ('name="name" value="Alex"', 'name="ways" value="call"', 'name="ways" value="email"'):
            assert field in closed.text

    def test_a_pass_opens_one_request_only_on_this_page(self, client, sent):
        receipt = private_page.seal(sent[0], private_page.RECEIPT, 5)
        assert "Please open the page once more" in post(client, "pause/", **{"pass": receipt}).text

    def test_it_sets_no_cookie_is_kept_by_no_browser_and_has_a_neutral_title(self, client, sent):
        for response in (client.get("/request/private/"), open_page(client, sent)):
            assert response["Cache-Control"] == "no-store"
            assert response["Referrer-Policy"] == "no-referrer"
            assert "<title>Your private page</title>" in response.text
        assert not client.cookies

    def test_nothing_of_it_reaches_a_log(self, client, sent, caplog):
        caplog.set_level(logging.DEBUG)
        press(client, sent, "ask", text="a wombat")
        for word in ("Quillon", "0177", "zanzibar", "wombat", sent[1], sent[0].reference):
            assert word not in caplog.text


class TestLooks:
    def test_who_opened_it_is_shown_by_role_and_never_by_name(self, client, sent):
        colleague = User.objects.create_user("Florence", first_name="Florence")
        colleague.groups.add(Group.objects.get(name="Front desk"))
        audit.record(AccessRecord.Kind.VIEW, by=colleague, request=sent[0])
        text = open_page(client, sent).text
        assert "Opened by: Front desk" in text
        assert "Florence" not in text

    @pytest.mark.parametrize(
        ("kind", "said"),
        [
            (AccessRecord.Kind.REVEAL, "Number or email seen by: Team member"),
            (AccessRecord.Kind.PRINT, "Printed by: Team member"),
        ],
    )
    def test_who_saw_the_number_or_printed_it_is_shown_too(self, client, sent, kind, said):
        audit.record(kind, by=User.objects.create_user("Florence"), request=sent[0])
        text = open_page(client, sent).text
        assert said in text
        assert "Nobody of our team has opened it yet." not in text


class TestPresses:
    def test_a_question_is_kept_and_the_answer_stands_on_the_page(self, client, sent):
        stored, _secret = sent
        assert "We have your question" in press(client, sent, "ask", text="Is there parking?").text
        colleague = User.objects.create_user("Florence")
        workflow.answer(stored, "Yes, behind the house.", by=colleague)
        text = open_page(client, sent).text
        assert "Is there parking?" in text
        assert "Yes, behind the house." in text
        assert "Florence" not in text

    def test_an_empty_question_has_its_sentence(self, client, sent):
        response = press(client, sent, "ask", text=" ")
        assert "Write your question first." in response.text
        assert "<title>Error: " in response.text

    def test_a_pause_holds_until_it_is_taken_up_again(self, client, sent):
        stored, _secret = sent
        assert "We do not call or write until you say so." in press(client, sent, "pause").text
        stored.refresh_from_db()
        assert stored.state == State.PAUSED
        press(client, sent, "resume")
        stored.refresh_from_db()
        assert stored.state == State.WAITING_ON_US
        assert stored.reply_by > timezone.now()

    def test_taking_it_back_asks_once_and_then_erases(self, client, sent):
        stored, _secret = sent
        assert "Take it back?" in press(client, sent, "withdraw").text
        stored.refresh_from_db()
        assert stored.name == "Quillon"
        response = press(client, sent, "withdraw", sure="yes")
        assert "We erased what you told us." in response.text
        stored.refresh_from_db()
        assert (stored.state, stored.name) == (State.WITHDRAWN, "")
        assert "Quillon" not in open_page(client, sent).text

    @pytest.mark.parametrize(
        ("before", "what", "note"),
        [
            ([], "pause", "We do not call or write until you say so."),
            (["pause"], "resume", "We go on where we stopped."),
            ([], "withdraw", "It is done. We erased what you told us."),
        ],
    )
    def test_a_second_press_hears_the_same_as_the_first(self, client, sent, before, what, note):
        held = pass_of(open_page(client, sent))
        for step in [*before, what, what]:
            response = post(client, f"{step}/", **{"pass": held}, sure="yes")
        assert note in response.text
        assert "Nothing was done" not in response.text

    @pytest.mark.parametrize("what", ["pause", "resume"])
    def test_what_was_taken_back_is_neither_paused_nor_resumed(self, client, sent, what):
        held = pass_of(open_page(client, sent))
        workflow.withdraw(sent[0])
        assert "Nothing was done." in post(client, f"{what}/", **{"pass": held}).text

    def test_pressing_on_a_page_that_is_over_changes_nothing_and_says_so(self, client, sent):
        stored, _secret = sent
        held = pass_of(open_page(client, sent))
        workflow.withdraw(stored)
        response = post(client, "ask/", **{"pass": held}, text="Still there?")
        assert "This changed a moment ago. Nothing was done." in response.text
        assert not CaseEntry.objects.filter(kind=CaseEntry.Kind.ASKED).exists()

    def test_what_was_sent_can_be_changed(self, client, sent):
        stored, _secret = sent
        page = press(client, sent, "change")
        assert 'value="Quillon"' in page.text
        answers = {"asking_for": "self", "name": "Alex", "ways": ["will_call"], "token": token_of(page)}
        response = press(client, sent, "change", **answers)
        assert "From now on we keep to what you say here." in response.text
        stored.refresh_from_db()
        assert (stored.name, stored.phone, stored.may_call, stored.will_call) == ("Alex", "", False, True)
        assert stored.consent_wording.startswith("I will call you")

    def test_a_wrong_change_is_said_in_words_and_changes_nothing(self, client, sent):
        response = press(client, sent, "change", asking_for="self", name="Alex", ways=["call"], phone="12")
        assert "Enter a phone number with 10 digits" in response.text
        assert 'value="Alex"' in response.text
        sent[0].refresh_from_db()
        assert sent[0].name == "Quillon"

    @pytest.mark.parametrize("lines", [None, {"": "You keep it."}])
    def test_a_change_on_a_page_too_old_is_shown_again_and_saved_the_next_time(self, client, sent, lines):
        token = form_token.new(lines, "2020-01") if lines else "tampered"
        answers = {"asking_for": "self", "name": "Alex", "ways": ["will_call"]}
        response = press(client, sent, "change", token=token, **answers)
        assert "Please send it once more" in response.text
        assert 'value="Alex"' in response.text
        sent[0].refresh_from_db()
        assert sent[0].name == "Quillon"
        press(client, sent, "change", token=token_of(response), **answers)
        sent[0].refresh_from_db()
        assert sent[0].name == "Alex"

    def test_what_is_agreed_to_by_a_change_is_kept_with_its_page(self, client, sent):
        page = press(client, sent, "change")
        answers = {"asking_for": "self", "name": "Alex", "ways": ["will_call"], "token": token_of(page)}
        press(client, sent, "change", **answers)
        sent[0].refresh_from_db()
        assert sent[0].consent_page == "/request/private/change/"

    def test_in_a_pause_no_half_hour_is_offered(self, client, sent):
        assert "<optgroup" in press(client, sent, "change").text
        press(client, sent, "pause")
        assert "<optgroup" not in press(client, sent, "change").text

    def test_a_program_that_is_no_longer_offered_can_stay(self, client, sent):
        stored, _secret = sent
        stored.program = factories.program(is_offered=False)
        stored.save()
        page = press(client, sent, "change")
        answers = {"asking_for": "self", "name": "Alex", "ways": ["will_call"], "program": stored.program_id}
        assert "We changed it." in press(client, sent, "change", token=token_of(page), **answers).text
        stored.refresh_from_db()
        assert stored.program


class TestOutcome:
    @pytest.fixture
    def colleague(self):
        return User.objects.create_user("Florence")

    @pytest.mark.parametrize("reason", ConsultationRequest.ClosingReason)
    def test_it_says_why_it_is_closed_and_that_asking_opens_it_again(self, client, sent, colleague, reason):
        places = [factories.referral_contact(), factories.referral_contact()]
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

    def test_it_names_two_places_with_their_numbers_and_says_that_a_link_leads_away(self, client, sent, colleague):
        one = factories.referral_contact(web_address="https://place.example.org/")
        two = factories.referral_contact(hours="Day and night")
        workflow.close(sent[0], "full", by=colleague, alternatives=[one, two])
        text = open_page(client, sent).text
        for words in (one.name, two.name, 'href="tel:+12075550160"', "(207) 555-0160", "Day and night", one.good_when):
            assert words in text
        assert '<a href="https://place.example.org/" rel="nofollow noreferrer">' in text
        assert "leads away from this site" in text

    def test_who_asked_us_to_stop_reads_that_we_do(self, client, sent, colleague):
        workflow.close(sent[0], "full", by=colleague, alternatives=[factories.referral_contact() for _ in range(2)])
        workflow.stop(sent[0], by=colleague)
        text = open_page(client, sent).text
        assert "You asked us to stop. We do not call, text or write." in text
        assert "Where you can turn now" not in text

    def test_a_consultation_stands_there_with_a_calendar_file_that_names_nobody(self, client, sent, colleague):
        stored, _secret = sent
        ConsultationRequest.objects.update(time_zone="America/Chicago")
        at = (timezone.now() + timedelta(days=9)).replace(hour=19, minute=0, second=0, microsecond=0)
        workflow.book(stored, at, "in_person", by=colleague, clinic=Clinic.load())
        text = open_page(client, sent).text
        here, there = (at.astimezone(ZoneInfo(zone)).hour - 12 for zone in ("America/New_York", "America/Chicago"))
        assert f"{here} pm Eastern time, which is {there} pm Central time. You come to our place." in text
        assert "We have a time to talk." in text
        answer = press(client, sent, "calendar")
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        assert answer["Cache-Control"] == "no-store"
        [event] = Calendar.from_ical(answer.content).walk("VEVENT")
        assert (event["summary"], event["dtstart"].dt) == ("Appointment", at)
        for words in (stored.reference, "Quillon", "Test", "Florence"):
            assert words not in answer.content.decode()

    @pytest.mark.parametrize("what", ["closed", "over", "withdrawn"])
    def test_a_consultation_that_is_off_or_over_stands_there_no_more(self, client, sent, colleague, what):
        stored, _secret = sent
        workflow.book(stored, timezone.now() + timedelta(days=1), "video", by=colleague, clinic=Clinic.load())
        held = pass_of(open_page(client, sent))
        if what == "over":
            ConsultationRequest.objects.update(consultation_at=timezone.now() - timedelta(hours=1))
        elif what == "closed":
            workflow.close(stored, "elsewhere", by=colleague)
        else:
            workflow.withdraw(stored)
        answer = post(client, "calendar/", **{"pass": held})
        assert "No time is set now." in answer.text
        assert "We meet by video." not in answer.text

    @pytest.mark.parametrize(
        ("hours", "said"),
        [
            (None, "A person replies <strong>as soon as we can</strong>."),
            (-1, "We are late, and we are sorry. A person replies as soon as we can."),
        ],
    )
    def test_without_a_time_or_after_it_no_answer_is_claimed_and_no_time_promised(self, client, sent, hours, said):
        reply_by = timezone.now() + timedelta(hours=hours) if hours else None
        ConsultationRequest.objects.update(reply_by=reply_by)
        text = open_page(client, sent).text
        assert said in text
        assert "We answered." not in text
        assert "A person replies <strong>by" not in text

    def test_after_an_answer_it_says_so(self, client, sent, colleague):
        workflow.answer(sent[0], "Yes.", by=colleague)
        assert "We answered. You can ask more at any time." in open_page(client, sent).text

    def test_work_inside_the_team_stays_there(self, client, sent, colleague):
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

    def test_each_kind_of_entry_is_told_in_their_words_or_kept_inside(self):
        inside = {"claimed", "let_go", "handed", "noted", "linked", "unlinked", "released"}
        assert set(CaseEntry.Kind) - set(person_words.HAPPENED) == inside
        assert set(person_words.WHY_CLOSED) == set(ConsultationRequest.ClosingReason)
        assert set(person_words.BOOKED_BY) == set(ConsultationRequest.ConsultationBy)
        assert set(person_words.LOOKED) == set(audit.LOOKS)


class TestFailure:
    @pytest.mark.parametrize("ring", [["another key that is long enough for it"], None])
    def test_words_that_cannot_be_read_keep_the_question_and_show_the_phone(self, client, sent, settings, ring):
        error_pages.write()
        stored, secret = sent
        held = pass_of(open_page(client, sent))
        if ring is None:
            with connection.cursor() as cursor:
                cursor.execute("UPDATE intake_consultationrequest SET phone = 'damaged'")
        else:
            settings.ENCRYPTION_KEYS = [*ring, *settings.ENCRYPTION_KEYS]
            held = private_page.seal(stored, private_page.PASS, 5)
            settings.ENCRYPTION_KEYS = ring
        opened = post(client, "", reference=stored.reference, secret=secret, text="Is there parking?")
        asked = post(client, "ask/", **{"pass": held}, text="Is there parking?")
        for response in (opened, asked):
            assert response.status_code == 503
            assert "Is there parking?" in response.text
            assert "(207) 555-0100" in response.text

    def test_a_database_that_is_gone_keeps_the_question_and_shows_the_phone(self, client, sent, monkeypatch):
        error_pages.write()
        held = pass_of(open_page(client, sent))

        def out_of_reach(*args, **kwargs):
            raise OperationalError("unable to open database file")

        monkeypatch.setattr(connection, "cursor", out_of_reach)
        response = post(client, "ask/", **{"pass": held}, text="Is there parking?")
        assert response.status_code == 503
        for words in ("Is there parking?", "(207) 555-0100", 'href="tel:988"', held, 'action="/request/private/ask/"'):
            assert words in response.text

    def test_without_a_key_it_says_so(self, client, sent, settings):
        error_pages.write()
        settings.ENCRYPTION_KEYS = []
        assert client.get("/request/private/").status_code == 503
        response = post(client, "ask/", **{"pass": "x"}, text="Is there parking?")
        assert response.status_code == 503
        assert "Is there parking?" in response.text
