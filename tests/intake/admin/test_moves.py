"""Each move of a colleague: what it asks, what it does, and that no typed word is lost when somebody was faster."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.contrib.auth.models import Permission, User
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from clinic.hours import clock, date_words
from clinic.models import Clinic, OpeningHours
from intake import person_words, search_keys, workflow
from intake.models import AccessRecord, CaseEntry, ConsultationRequest, MessageTemplate, Notice
from tests import factories
from tests.intake.admin.one_request import said

pytestmark = pytest.mark.django_db

Kind, State, Reason = CaseEntry.Kind, ConsultationRequest.State, ConsultationRequest.ClosingReason
MOVES = [
    *("answer", "note", "hand_over", "plan", "book", "call_off", "link", "unlink", "estimate"),
    *("close", "reopen", "pause", "resume", "release", "erase", "consultation_ics"),
]
PRESS_ONLY = ("unlink", "release")
FRONT_DESK = ["view_consultationrequest", "change_consultationrequest", "see_words"]
TOLD = {"name": "Marigold", "message": "Evenings are best.", "safe_times": "After the school run"}


def colleague_with(*codenames, name="desk"):
    user = User.objects.create_user(name, is_staff=True, first_name=name.title())
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


@pytest.fixture
def desk(db):
    factories.clinic()
    return colleague_with(*FRONT_DESK)


@pytest.fixture
def other(db):
    return colleague_with(*FRONT_DESK, name="florence")


@pytest.fixture
def page(client, desk):
    client.force_login(desk)
    return client


@pytest.fixture
def stored(desk):
    made = factories.consultation_request(**TOLD)
    CaseEntry.objects.create(request=made, kind=Kind.RECEIVED)
    return made


def url_to(name, stored):
    return reverse(f"admin:intake_consultationrequest_{name}", args=[stored.pk])


def shown(stored):
    """What the page carries that was open when nothing had happened since."""
    return {"read_up_to": stored.entries.last().pk}


def again(stored):
    return ConsultationRequest.objects.get(pk=stored.pk)


def day(days):
    return f"{timezone.localdate() + timedelta(days=days):%Y-%m-%d}"


class TestWho:
    @pytest.mark.parametrize("name", MOVES)
    def test_a_reader_may_do_none_of_it(self, client, stored, name):
        client.force_login(colleague_with("view_consultationrequest", "see_words", name="reader"))
        for ask in (client.get, client.post):
            assert ask(url_to(name, stored)).status_code in (403, 405)
        assert again(stored).state == State.NEW

    @pytest.mark.parametrize("name", MOVES)
    def test_nobody_does_it_who_is_not_signed_in(self, client, stored, name):
        assert client.post(url_to(name, stored)).status_code == 403
        assert stored.entries.count() == 1

    @pytest.mark.parametrize("name", MOVES)
    def test_a_request_that_does_not_exist_is_not_found(self, admin_client, name):
        address = reverse(f"admin:intake_consultationrequest_{name}", args=[7])
        ask = admin_client.post if name in PRESS_ONLY else admin_client.get
        assert ask(address).status_code == 404

    @pytest.mark.parametrize("name", [name for name in MOVES if name not in ("consultation_ics", "erase")])
    def test_who_may_not_see_words_gets_neither_a_name_nor_a_text(self, client, stored, other, name):
        workflow.note(stored, "A wombat.", by=other)
        workflow.ask(stored, "A walrus?", clinic=Clinic.load())
        client.force_login(colleague_with("view_consultationrequest", "change_consultationrequest", name="no words"))
        stale = {"read_up_to": 0, "text": "Mine.", "to": other.pk, "reason": "answered", "day": day(2), "time": "12:00"}
        for answer in (client.get(url_to(name, stored)), client.post(url_to(name, stored), stale | {"way": "phone"})):
            for words in (*TOLD.values(), "wombat", "walrus"):
                assert words not in answer.text

    def test_erasing_is_a_permission_of_its_own(self, page, client, stored):
        assert page.post(url_to("erase", stored)).status_code == 403
        client.force_login(colleague_with("erase_request", name="manager"))
        assert "You cannot undo this." in client.get(url_to("erase", stored)).text
        assert again(stored).name == "Marigold"
        client.post(url_to("erase", stored))
        assert (again(stored).name, again(stored).state) == ("", State.WITHDRAWN)

    def test_each_page_and_each_press_is_recorded(self, page, stored, desk):
        page.get(url_to("note", stored))
        page.post(url_to("note", stored), {"text": "They work nights."})
        assert list(AccessRecord.objects.values_list("kind", "reference", "by")) == [
            ("view", stored.reference, desk.pk),
            ("change", stored.reference, desk.pk),
        ]

    @pytest.mark.parametrize("name", [name for name in MOVES if name not in (*PRESS_ONLY, "consultation_ics")])
    def test_looking_at_a_page_changes_nothing_and_its_title_names_nobody(self, admin_client, stored, name):
        before = ConsultationRequest.objects.values().get()
        answer = admin_client.get(url_to(name, stored))
        assert answer.status_code == 200
        assert ConsultationRequest.objects.values().get() == before
        title = answer.text.partition("<title>")[2].partition("</title>")[0]
        assert stored.reference in title
        assert "Marigold" not in title


class TestAnswer:
    def test_what_the_person_wrote_stands_above_and_the_answer_on_their_page(self, page, stored, desk):
        text = page.get(url_to("answer", stored)).text
        assert "Evenings are best." in text
        assert text.index("Evenings are best.") < text.index('name="text"')
        done = page.post(url_to("answer", stored), {**shown(stored), "text": "Come at nine."}, follow=True)
        assert f"{stored.reference} has your answer on its private page." in done.text
        assert (stored.entries.last().text, again(stored).owner) == ("Come at nine.", desk)

    def test_an_empty_answer_has_its_sentence(self, page, stored):
        assert "Write the answer first." in page.post(url_to("answer", stored), {"text": " "}).text

    def test_words_are_filled_in_and_what_was_typed_stays(self, page, stored):
        template = MessageTemplate.objects.create(name="Hello", text="Hello {name}, call {phone}. {clinic}")
        sent = {**shown(stored), "use": "yes", "template": template.pk, "text": "Thank you."}
        text = page.post(url_to("answer", stored), sent).text
        assert "Thank you.\n\nHello Marigold, call (207) 555-0100. Test Clinic</textarea>" in text
        assert stored.entries.count() == 1

    def test_a_place_that_cannot_be_filled_is_said_and_never_reaches_the_person(self, page, stored):
        template = MessageTemplate.objects.create(name="Hello", text="We call {soon}.")
        text = page.post(url_to("answer", stored), {"use": "yes", "template": template.pk}).text
        assert "“{soon}” is not a place we can fill." in text
        text = page.post(url_to("answer", stored), {**shown(stored), "text": "We call {soon}."}).text
        assert "“{soon}” still stands in your answer. Write the words yourself." in text
        assert stored.entries.count() == 1

    @pytest.mark.parametrize("chosen", ["", "7", "x"])
    def test_no_words_chosen_is_said_and_keeps_what_was_typed(self, page, stored, chosen):
        MessageTemplate.objects.create(pk=7, name="Old", text="Old words", is_offered=False)
        text = page.post(url_to("answer", stored), {"use": "yes", "template": chosen, "text": "Typed."}).text
        assert "Choose the words first." in text
        assert "Typed.</textarea>" in text
        assert "Old words" not in text

    def test_words_that_look_like_code_are_words(self, page, stored):
        text = page.post(url_to("answer", stored), {"use": "yes", "text": "<script>x</script>"}).text
        assert "<script>x</script>" not in text


class TestDoublePress:
    @pytest.mark.parametrize(
        ("name", "typed"),
        [
            ("answer", {"text": "Come at nine."}),
            ("note", {"text": "They work nights."}),
            ("plan", {"day": day(2), "time": "12:00"}),
            ("book", {"day": day(2), "time": "12:00", "way": "phone"}),
            ("close", {"reason": "answered"}),
            ("hand_over", {"text": "Speaks Spanish."}),
        ],
    )
    def test_it_is_done_once(self, page, stored, other, name, typed):
        sent = {**shown(stored), **typed, "to": other.pk}
        for _press in range(2):
            assert page.post(url_to(name, stored), sent).status_code == 302
        assert stored.entries.count() == 2


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


class TestCallOff:
    @pytest.fixture
    def booked(self, page, stored):
        page.post(url_to("book", stored), {**shown(stored), "day": day(2), "time": "12:00", "way": "video"})
        return again(stored)

    def test_it_says_what_the_person_reads_and_then_what_is_next(self, page, booked):
        form = page.get(url_to("call_off", booked)).text
        assert "Booked: " in form
        assert "The person reads on their private page that the time is off" in form
        assert "Nothing is mailed to them." in form
        sent = {**shown(booked), "text": "The room is taken."}
        answer = page.post(url_to("call_off", booked), sent, follow=True).text
        assert f"{booked} has its consultation called off. Call: try 1 of 5. Due by " in answer
        assert again(booked).consultation_at is None
        assert booked.entries.last().text == "The room is taken."

    def test_it_is_offered_only_while_one_is_to_come(self, page, booked):
        offer = f'href="{url_to("call_off", booked)}?seen='
        assert offer in page.get(url_to("change", booked)).text
        page.post(url_to("call_off", booked), shown(booked))
        assert offer not in page.get(url_to("change", booked)).text
        form = page.get(url_to("call_off", booked)).text
        assert "No consultation is to come." in form
        assert "Call it off<" not in form
        assert page.post(url_to("call_off", booked), shown(booked)).status_code == 409
        assert booked.entries.filter(kind=Kind.CALLED_OFF).count() == 1

    def test_a_double_press_calls_off_once(self, page, booked):
        sent = shown(booked)
        assert [page.post(url_to("call_off", booked), sent).status_code for _press in range(2)] == [302, 302]
        assert booked.entries.filter(kind=Kind.CALLED_OFF).count() == 1

    def test_what_the_person_asked_meanwhile_is_read_first(self, page, booked):
        sent = shown(booked)
        workflow.ask(booked, "Is it free?", clinic=Clinic.load())
        assert page.post(url_to("call_off", booked), sent).status_code == 409
        assert again(booked).consultation_at


class TestConflict:
    def test_the_second_sees_both_versions_and_sends_hers_knowingly(self, page, stored, other):
        opened = shown(stored)
        workflow.note(stored, "She said evenings.", by=other)
        workflow.ask(stored, "Is it free?", clinic=Clinic.load())
        answer = page.post(url_to("answer", stored), {**opened, "text": "Come at nine."})
        assert answer.status_code == 409
        for words in ("Something happened while you had this open", "She said evenings.", "Is it free?", "Florence"):
            assert words in answer.text
        assert "Come at nine.</textarea>" in answer.text
        assert "I read it. Put it on the private page" in answer.text
        assert not stored.entries.filter(kind=Kind.ANSWERED).exists()
        assert answer.context["read_up_to"] == stored.entries.last().pk
        page.post(url_to("answer", stored), {"read_up_to": answer.context["read_up_to"], "text": "Come at nine."})
        assert stored.entries.last().text == "Come at nine."

    @pytest.mark.parametrize("name", ["answer", "plan", "book", "pause", "close", "hand_over"])
    def test_what_came_after_the_request_was_opened_stands_on_the_page_of_each_move(self, page, stored, name):
        opened = page.get(url_to("change", stored))
        (way,) = [url for url, _label in opened.context["actions"] if url.startswith(url_to(name, stored))]
        assert "Something happened" not in page.get(way).text
        workflow.ask(stored, "Please call me today.", clinic=Clinic.load())
        late = page.get(way)
        assert "Something happened while you had this open" in late.text
        assert "Please call me today." in late.text
        assert late.context["read_up_to"] == stored.entries.last().pk

    def test_the_same_note_on_another_day_is_another_note(self, page, stored):
        for _day in range(2):
            opened = page.get(f"{url_to('note', stored)}?seen={stored.entries.last().pk}").context["read_up_to"]
            page.post(url_to("note", stored), {"read_up_to": opened, "text": "Voicemail full."})
        assert stored.entries.filter(kind=Kind.NOTED).count() == 2

    def test_a_page_without_what_was_read_has_read_nothing(self, page, stored):
        assert page.post(url_to("answer", stored), {"text": "Come at nine."}).status_code == 409

    def test_a_mistake_in_the_form_reads_no_news(self, page, stored):
        opened = shown(stored)
        workflow.ask(stored, "Is it free?", clinic=Clinic.load())
        answer = page.post(url_to("answer", stored), {**opened, "text": ""})
        assert answer.context["read_up_to"] == opened["read_up_to"]

    @pytest.mark.parametrize(
        ("name", "typed"),
        [
            ("answer", {"text": "Come at nine."}),
            ("hand_over", {"text": "Come at nine."}),
            ("close", {"reason": "answered", "text": "Come at nine."}),
            ("plan", {"day": day(2), "time": "12:00"}),
            ("book", {"day": day(2), "time": "12:00", "way": "phone"}),
        ],
    )
    def test_what_a_colleague_has_is_taken_over_and_done_in_one_press(self, page, stored, desk, other, name, typed):
        sent = {**typed, "to": other.pk, "read_up_to": 10**6}
        workflow.claim(stored, by=other)
        assert "Florence has it until" in page.get(url_to(name, stored)).text
        answer = page.post(url_to(name, stored), sent)
        assert answer.status_code == 409
        assert "A colleague has this request" in answer.text
        assert 'name="take_over" value="yes"' in answer.text
        assert typed.get("text", "") in answer.text
        assert again(stored).owner == other
        assert page.post(url_to(name, stored), {**sent, "take_over": "yes"}).status_code == 302
        kinds = [entry.kind for entry in stored.entries.filter(by=desk)]
        assert kinds[0] == Kind.CLAIMED
        assert len(kinds) == 2

    def test_a_take_over_that_leads_to_nothing_takes_nothing(self, page, stored, other):
        opened = shown(stored)
        workflow.claim(stored, by=other)
        workflow.note(stored, "New.", by=other)
        answer = page.post(url_to("answer", stored), {**opened, "text": "Come at nine.", "take_over": "yes"})
        assert answer.status_code == 409
        assert again(stored).owner == other

    @pytest.mark.parametrize("name", ["answer", "note"])
    def test_what_was_typed_for_somebody_who_took_it_back_can_still_be_copied(self, page, stored, name):
        opened = shown(stored)
        workflow.withdraw(stored)
        answer = page.post(url_to(name, stored), {**opened, "text": "Come at nine."})
        assert answer.status_code == 409
        assert "This cannot be done now: it is withdrawn." in answer.text
        assert "Come at nine.</textarea>" in answer.text
        assert 'class="button default"' not in answer.text

    def test_a_database_that_keeps_nothing_keeps_the_words(self, page, stored, monkeypatch):
        def locked(*args, **kwargs):
            raise OperationalError("database is locked")

        monkeypatch.setattr(CaseEntry, "save", locked)
        answer = page.post(url_to("answer", stored), {**shown(stored), "text": "Come at nine."})
        assert answer.status_code == 503
        assert "It could not be saved" in answer.text
        assert "Come at nine." in answer.text
        assert again(stored).state == State.NEW

    def test_without_a_key_nothing_is_kept_and_no_word_is_lost(self, page, stored, settings):
        ConsultationRequest.objects.update(**dict.fromkeys(TOLD, ""), may_call=False, phone="")
        settings.ENCRYPTION_KEYS = []
        answer = page.post(url_to("note", stored), {"text": "They work nights."})
        assert answer.status_code == 503
        assert "It could not be saved" in answer.text
        assert "They work nights.</textarea>" in answer.text
        assert stored.entries.count() == 1

    def test_without_a_record_nothing_is_done_and_nothing_is_shown(self, page, stored):
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE intake_accessrecord")
        answer = page.post(url_to("answer", stored), {**shown(stored), "text": "Come at nine."})
        assert answer.status_code == 503
        assert "Come at nine." in answer.text
        assert "Evenings are best." not in answer.text
        assert stored.entries.count() == 1

    def test_a_role_lost_meanwhile_gives_the_words_back_and_nothing_else(self, page, stored, desk):
        desk.user_permissions.clear()
        answer = page.post(url_to("answer", stored), {**shown(stored), "text": "Come at nine."})
        assert answer.status_code == 403
        assert "Come at nine." in answer.text
        assert "Marigold" not in answer.text
        assert stored.reference not in answer.text


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_goes_through_and_the_other_loses_no_word():
    factories.clinic()
    stored = factories.consultation_request(**TOLD)
    CaseEntry.objects.create(request=stored, kind=Kind.RECEIVED)
    opened, start = shown(stored), Barrier(2)
    clients = []
    for name in ("desk", "florence"):
        clients.append((name, Client()))
        clients[-1][1].force_login(colleague_with(*FRONT_DESK, name=name))

    def press(who):
        name, client = who
        try:
            start.wait()
            return name, client.post(url_to("answer", stored), {**opened, "text": f"The words of {name}."})
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as people:
        answers = list(people.map(press, clients))
    assert sorted(answer.status_code for _name, answer in answers) == [302, 409]
    [kept] = stored.entries.filter(kind=Kind.ANSWERED)
    for name, answer in answers:
        if answer.status_code == 302:
            assert kept.text == f"The words of {name}."
        else:
            assert f"The words of {name}.</textarea>" in answer.text
            assert kept.text in answer.text


class TestNoteAndHandOver:
    def test_a_note_is_for_colleagues_and_says_so(self, page, stored, other):
        workflow.claim(stored, by=other)
        assert "The person never sees it." in page.get(url_to("note", stored)).text
        page.post(url_to("note", stored), {"text": "They work nights."})
        assert stored.entries.last().text == "They work nights."
        assert again(stored).owner == other

    def test_it_is_handed_to_who_may_work_on_requests_now(self, page, stored, other):
        reader = colleague_with("view_consultationrequest", name="reader")
        gone = colleague_with(*FRONT_DESK, name="gone")
        User.objects.filter(pk=gone.pk).update(is_active=False)
        text = page.get(url_to("hand_over", stored)).text
        assert ">Florence</option>" in text
        for name in ("Reader", "Gone", "Desk"):
            assert f">{name}</option>" not in text
        for nobody in (reader, gone, ""):
            sent = {**shown(stored), "to": getattr(nobody, "pk", ""), "text": "Speaks Spanish."}
            answer = page.post(url_to("hand_over", stored), sent)
            assert "Speaks Spanish." in answer.text
            assert again(stored).owner is None
        page.post(url_to("hand_over", stored), {**shown(stored), "to": other.pk, "text": "Speaks Spanish."})
        assert (again(stored).owner, stored.entries.last().text) == (other, "Speaks Spanish.")


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


def link(page, stored, other):
    """After a look at the other one."""
    return page.post(url_to("link", stored), {"reference": other.reference, "sure": other.reference}, follow=True)


class TestLink:
    @pytest.fixture
    def same(self, stored):
        made = factories.consultation_request(phone="(207) 555-0188")
        for request in (stored, made):
            search_keys.replace_keys(request)
        return made

    def test_likely_ones_are_offered_linked_and_let_go(self, page, stored, same):
        assert f"Look at {same.reference} first" in page.get(url_to("link", stored)).text
        link(page, stored, same)
        text = page.get(url_to("link", same)).text
        assert f"Remove the link to {stored.reference}" in text
        assert "Look at it first" in text
        page.post(url_to("unlink", stored), {"other": same.reference})
        assert not stored.same_person.exists()

    def test_both_are_recorded_as_changed(self, page, stored, same):
        page.post(url_to("link", stored), {"reference": same.reference, "sure": same.reference})
        page.post(url_to("unlink", stored), {"other": same.reference})
        changed = AccessRecord.objects.filter(kind=AccessRecord.Kind.CHANGE).values_list("reference", flat=True)
        assert sorted(changed) == sorted([stored.reference, same.reference] * 2)

    def test_who_shares_a_number_is_for_who_may_see_words(self, client, stored, same):
        client.force_login(colleague_with("view_consultationrequest", "change_consultationrequest", name="no words"))
        text = client.get(url_to("link", stored)).text
        assert "Look at it first" in text
        assert "Likely the same person" not in text
        assert same.reference not in text

    def test_any_reference_may_be_typed_in_any_way(self, page, stored):
        far = factories.consultation_request(phone="207 555 0111")
        typed = f" {far.reference.lower().replace('-', ' ')} "
        page.post(url_to("link", stored), {"reference": typed, "sure": far.reference})
        assert list(stored.same_person.all()) == [far]

    def test_the_other_one_is_looked_at_before_they_are_linked(self, page, stored, same):
        far = factories.consultation_request(phone="207 555 0111", name="Tansy")
        asks = page.post(url_to("link", stored), {"reference": far.reference}).text
        assert not stored.same_person.exists()
        assert f">{far.reference}</a>, Tansy</h2>" in asks
        assert "Neither the number nor the email is the same." in asks
        assert AccessRecord.objects.filter(kind="view", reference=far.reference).count() == 1
        assert "Neither" not in page.post(url_to("link", stored), {"reference": same.reference}).text
        done = link(page, stored, far)
        assert f"{stored} is linked with {far}." in done.text
        assert list(stored.same_person.all()) == [far]

    def test_the_name_of_the_other_one_is_for_who_may_see_words(self, client, stored):
        far = factories.consultation_request(phone="207 555 0111", name="Tansy")
        client.force_login(colleague_with("view_consultationrequest", "change_consultationrequest", name="no words"))
        asks = client.post(url_to("link", stored), {"reference": far.reference}).text
        assert far.reference in asks
        for told in ("Tansy", "Neither the number"):
            assert told not in asks

    def test_what_cannot_be_linked_is_said_in_a_sentence(self, page, stored, same):
        gone = factories.consultation_request()
        workflow.withdraw(gone)
        link(page, stored, same)
        for typed, sentence in [
            ("", "Enter the reference of the other request."),
            ("AAA-AAA-AAA", "No request has this reference."),
            (stored.reference, "This is the request itself."),
            (gone.reference, "The other request was withdrawn."),
            (same.reference, "The two are linked already."),
        ]:
            assert sentence in page.post(url_to("link", stored), {"reference": typed}).text
        assert list(stored.same_person.all()) == [same]

    def test_a_link_that_is_not_there_cannot_be_removed(self, page, stored, same):
        assert page.post(url_to("unlink", stored), {"other": same.reference}).status_code == 404


class TestClose:
    @pytest.fixture
    def places(self, desk):
        return [factories.referral_contact(), factories.referral_contact()]

    @pytest.mark.parametrize("reason", sorted(set(Reason) - {Reason.ASKED_TO_STOP}))
    def test_each_reason_says_what_the_person_reads(self, page, stored, desk, places, reason):
        desk.user_permissions.add(Permission.objects.get(codename="decide_level"))
        workflow.mark_missed(stored, by=desk, clinic=Clinic.load())
        text = page.get(url_to("close", stored)).text
        assert f'value="{reason}"' in text
        assert person_words.WHY_CLOSED[reason] in text
        page.post(url_to("close", stored), {**shown(stored), "reason": reason, "alternatives": [p.pk for p in places]})
        assert (again(stored).closing_reason, set(again(stored).alternatives.all())) == (reason, set(places))

    def test_a_reason_that_is_not_true_yet_is_refused_in_words(self, page, stored):
        sent = {**shown(stored), "reason": Reason.NOT_REACHED, "text": "Moved away?"}
        answer = page.post(url_to("close", stored), sent).text
        assert "Nobody has called, written or answered yet." in answer
        assert "Moved away?</textarea>" in answer
        assert again(stored).state == State.NEW

    def test_asking_us_to_stop_is_no_reason_here(self, page, stored):
        text = page.post(url_to("close", stored), {**shown(stored), "reason": Reason.ASKED_TO_STOP}).text
        assert "Choose one of these reasons." in text
        assert again(stored).state == State.NEW

    def test_another_level_is_for_who_may_decide_it(self, page, stored, places):
        sent = {**shown(stored), "reason": Reason.NOT_THE_LEVEL, "alternatives": [place.pk for place in places]}
        answer = page.post(url_to("close", stored), sent)
        assert 'value="not_the_level"' not in answer.text
        assert "for a clinician to say" in answer.text
        assert again(stored).state == State.NEW

    def test_who_we_cannot_take_is_told_of_two_places_that_are_offered(self, page, stored, places):
        gone = factories.referral_contact(is_offered=False)
        for chosen in ([], places[:1], [places[0], gone]):
            sent = {**shown(stored), "reason": Reason.FULL, "alternatives": [p.pk for p in chosen], "text": "Sorry."}
            answer = page.post(url_to("close", stored), sent)
            assert again(stored).state == State.NEW
            assert "errorlist" in answer.text
            assert "Sorry.</textarea>" in answer.text

    def test_a_help_line_comes_last_and_is_none_of_the_two(self, page, stored, places):
        line = factories.referral_contact(name="A line", is_line=True)
        sent = {**shown(stored), "reason": Reason.FULL, "alternatives": [places[0].pk, line.pk]}
        answer = page.post(url_to("close", stored), sent).text
        assert again(stored).state == State.NEW
        assert "A help line does not count as one." in answer
        assert answer.index(places[1].name) < answer.index("A help line: it does not count as a place.")
        page.post(url_to("close", stored), sent | {"alternatives": [place.pk for place in [*places, line]]})
        assert set(again(stored).alternatives.all()) == {*places, line}

    def test_a_number_that_no_place_has_is_a_wrong_choice(self, page, stored, places):
        chosen = [places[0].pk, "9" * 30]
        answer = page.post(url_to("close", stored), {**shown(stored), "reason": Reason.FULL, "alternatives": chosen})
        assert "One of these places is no longer offered." in answer.text
        assert again(stored).state == State.NEW

    def test_a_place_says_when_it_fits(self, page, stored, places):
        assert f"It fits when: {places[0].good_when}" in page.get(url_to("close", stored)).text

    def test_the_note_is_for_colleagues(self, page, stored):
        page.post(url_to("close", stored), {**shown(stored), "reason": "answered", "text": "As agreed."})
        assert stored.entries.last().text == "As agreed."


class TestPresses:
    def test_it_is_paused_taken_up_closed_and_opened_again(self, page, stored, desk):
        for name, state in [("pause", State.PAUSED), ("resume", State.WAITING_ON_US)]:
            page.post(url_to(name, stored))
            assert (again(stored).state, stored.entries.last().by) == (state, desk)
        workflow.close(stored, Reason.ELSEWHERE, by=desk)
        assert "is open again." in page.post(url_to("reopen", stored), follow=True).text
        assert again(stored).owner == desk

    def test_who_asked_us_to_stop_is_opened_again_with_a_warning(self, page, stored, desk):
        workflow.stop(stored, by=desk)
        assert "Do not call, text or write" in page.get(url_to("reopen", stored)).text

    @pytest.mark.parametrize("name", ["reopen", "resume"])
    def test_what_cannot_be_now_is_said_and_changes_nothing(self, page, stored, name):
        assert "This cannot be done now: it is new." in page.get(url_to(name, stored)).text
        assert page.post(url_to(name, stored)).status_code == 409
        assert again(stored).state == State.NEW

    def test_an_estimate_is_marked_once(self, page, stored):
        assert "did not ask for an estimate" in page.get(url_to("estimate", stored)).text
        ConsultationRequest.objects.update(wants_estimate=True, estimate_due=timezone.localdate())
        assert "Due today." in page.get(url_to("estimate", stored)).text
        page.post(url_to("estimate", stored))
        given = again(stored).estimate_sent_at
        assert given
        assert page.post(url_to("estimate", stored)).status_code == 409
        assert again(stored).estimate_sent_at == given
        assert "It was given" in page.get(url_to("estimate", stored)).text

    def test_a_second_press_on_not_spam_makes_no_second_mail(self, page, stored):
        ConsultationRequest.objects.update(held_because="Sent within 3 seconds")
        for _ in range(2):
            page.post(url_to("release", stored))
        assert Notice.objects.count() == 1
