"""The page of one request: the rules first, the number after a press, one press for each thing that can happen."""

import re
from datetime import date, timedelta
from urllib.parse import quote

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from intake import audit, search_keys, workflow
from intake.models import AccessRecord, CaseEntry, Notice
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clinic")]

DESK = ["change_consultationrequest", "see_words", "reveal_contact"]
PHONE, EMAIL = "207 555 0188", "marigold@example.com"


@pytest.fixture
def clinic():
    return factories.clinic()


@pytest.fixture
def desk(client):
    return log_in_with(client, *DESK)


@pytest.fixture
def ana():
    return User.objects.create_user("ana", first_name="Ana", last_name="Lopez")


def make_request(**fields):
    told = {"name": "Marigold", "email": EMAIL, "message": "Evenings are best."}
    return factories.consultation_request(**told | fields)


def change_url(stored):
    return reverse("admin:intake_consultationrequest_change", args=[stored.pk])


def url_to(what, stored):
    return reverse(f"admin:intake_consultationrequest_{what}", args=[stored.pk])


def log_in_with(client, *codenames):
    user = User.objects.create_user("desk", first_name="Kim", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(user)
    return user


def press(client, what, stored, **typed):
    """As on the page that is open: it carries the last entry."""
    last = stored.entries.values_list("pk", flat=True).last() or 0
    return client.post(url_to(what, stored), {"read_up_to": last} | typed, follow=True)


def is_offered(page, what, stored):
    return f'action="{url_to(what, stored)}' in page.text


class TestCallSheet:
    def test_the_rules_and_the_words_to_say_stand_before_the_number(self, client, desk):
        page = client.post(url_to("reveal", make_request()), {"field": "phone"}).text
        assert page.count('<strong class="no">NO</strong>') == 4
        for rule in ("Ask for the person and say nothing more.", "Leave no message.", "May I speak with Marigold?"):
            assert page.index(rule) < page.index(PHONE)

    def test_permissions_that_were_given_are_said(self, client, desk):
        page = client.get(change_url(make_request(may_say_who=True, message_rule="name_and_number"))).text
        assert page.count('<strong class="yes">YES</strong>') == 3
        assert "You may name the clinic." in page

    def test_the_words_to_say_hold_the_colleagues_own_name_and_the_code_word_first(self, client, desk):
        page = client.get(change_url(make_request(code_word="Blue boat"))).text
        assert page.index("“Blue boat”") < page.index("“Hello, this is Kim. May I speak with Marigold?”")

    def test_what_matters_before_a_call_is_said(self, client, desk):
        told = {"safe_times": "Workdays before 3", "language": "Spanish", "needs_interpreter": True}
        page = client.get(change_url(make_request(**told))).text
        for words in ("Workdays before 3", "Spanish", "Bring an interpreter", "It is "):
            assert words in page

    def test_a_pause_stands_in_the_place_of_the_rules(self, client, desk):
        stored = make_request()
        workflow.pause(stored)
        page = client.get(change_url(stored))
        assert "Paused. May we call, text or write?" in page.text
        assert "May we call?" not in page.text
        assert "What to say" not in page.text
        assert not is_offered(page, "reveal", stored)


class TestTheNumber:
    def test_it_is_nowhere_on_the_page_before_it_was_asked_for(self, client, desk):
        page = client.get(change_url(make_request())).text
        for hidden in (PHONE, "2075550188", "0188", EMAIL):
            assert hidden not in page
        assert "Evenings are best." in page

    @pytest.mark.parametrize(("field", "shown", "still_hidden"), [("phone", PHONE, EMAIL), ("email", EMAIL, PHONE)])
    def test_a_press_shows_one_of_them_on_one_page_and_is_recorded(self, client, desk, field, shown, still_hidden):
        stored = make_request(may_email=True)
        page = client.post(url_to("reveal", stored), {"field": field})
        assert shown in page.text
        assert still_hidden not in page.text
        assert page["Cache-Control"] == "no-store"
        assert list(AccessRecord.objects.values_list("kind", "reference", "by")) == [
            ("reveal", stored.reference, desk.pk)
        ]
        again = client.get(change_url(stored)).text
        assert shown not in again
        assert "Saw the number or the email" in again

    def test_the_number_can_be_dialed_and_the_address_written_to(self, client, desk):
        stored = make_request(may_email=True, email="a&b?c@example.com")
        assert 'href="tel:+12075550188"' in client.post(url_to("reveal", stored), {"field": "phone"}).text
        page = client.post(url_to("reveal", stored), {"field": "email"}).text
        assert f'href="mailto:{quote("a&b?c@example.com", safe="@")}"' in page

    def test_opening_its_address_shows_nothing(self, client, desk):
        assert client.get(url_to("reveal", make_request())).status_code == 405
        assert not AccessRecord.objects.exists()

    def test_nothing_else_can_be_asked_for(self, client, desk):
        assert client.post(url_to("reveal", make_request()), {"field": "code_word"}).status_code == 404

    @pytest.mark.parametrize("left_out", DESK[1:])
    def test_a_role_that_may_not_see_it_is_refused(self, client, left_out):
        log_in_with(client, *(set(DESK) - {left_out}))
        stored = make_request()
        assert not is_offered(client.get(change_url(stored)), "reveal", stored)
        assert client.post(url_to("reveal", stored), {"field": "phone"}).status_code == 403

    @pytest.mark.parametrize(
        ("told", "field", "why"),
        [
            ({"may_call": False}, "phone", "They did not allow calls or texts."),
            ({"number_is_wrong": True}, "phone", "The number is wrong."),
            ({}, "email", "They did not allow email."),
        ],
    )
    def test_what_may_not_be_used_is_not_shown_and_the_page_says_why(self, client, desk, told, field, why):
        stored = make_request(**told)
        page = client.get(change_url(stored)).text
        assert why in page
        assert f'name="field" value="{field}"' not in page
        refused = client.post(url_to("reveal", stored), {"field": field}).text
        assert "changed a moment ago" in refused
        assert PHONE not in refused
        assert EMAIL not in refused

    @pytest.mark.parametrize(
        ("happens", "why"),
        [
            (workflow.pause, "They paused this."),
            (lambda stored: workflow.stop(stored, by=User.objects.get()), "They asked us to stop."),
            (lambda stored: workflow.close(stored, "answered", by=User.objects.get()), "It is closed."),
            (workflow.withdraw, "They took this back."),
        ],
    )
    def test_it_stays_hidden_while_nobody_may_write_or_call(self, client, desk, happens, why):
        stored = make_request(may_email=True)
        happens(stored)
        page = client.get(change_url(stored))
        assert why in page.text
        assert not is_offered(page, "reveal", stored)
        assert PHONE not in client.post(url_to("reveal", stored), {"field": "phone"}).text

    def test_it_stays_hidden_while_a_colleague_has_the_request(self, client, desk, ana):
        stored = make_request()
        workflow.claim(stored, by=ana)
        page = client.get(change_url(stored))
        assert "Take it over first, so that the person hears from one of us." in page.text
        assert not is_offered(page, "reveal", stored)
        assert PHONE not in client.post(url_to("reveal", stored), {"field": "phone"}).text

    def test_it_is_not_shown_when_that_cannot_be_recorded(self, client, desk):
        stored = make_request()
        client.raise_request_exception = False
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE intake_accessrecord")
        response = client.post(url_to("reveal", stored), {"field": "phone"})
        assert response.status_code == 500
        assert PHONE not in response.text


class TestAttempts:
    @pytest.mark.parametrize(
        ("what", "said", "kind"),
        [
            ("reached", "Logged: you spoke with them. Wait for the person.", "reached"),
            ("no_answer", "Logged: nobody answered. Call: try 2 of 5. Due by ", "no_answer"),
            ("left_message", "Logged: you left a message. Call: try 2 of 5. Due by ", "message"),
            ("wrong_number", "Logged: wrong number. Answer on the private page. Due by ", "wrong"),
        ],
    )
    def test_one_press_logs_it_and_says_what_comes_next(self, client, desk, what, said, kind):
        stored = make_request(message_rule="yes")
        page = press(client, what, stored)
        assert said in page.text
        assert (stored.entries.get().kind, stored.entries.get().by) == (kind, desk)

    def test_a_message_that_is_not_allowed_is_neither_offered_nor_logged(self, client, desk):
        stored = make_request()
        page = client.get(change_url(stored))
        assert not is_offered(page, "left_message", stored)
        assert "They want no message, so “I left a message” is not offered." in page.text
        assert "is not logged: they want no message." in press(client, "left_message", stored).text
        assert not stored.entries.exists()

    def test_who_asks_us_to_stop_gets_nothing_more_not_even_a_mail_that_waits(self, client, desk):
        stored = make_request(may_email=True, wants_receipt=True)
        mail = Notice.objects.create(kind="receipt", request=stored)
        page = press(client, "stop", stored)
        assert "Nothing goes out to them any more." in page.text
        assert "Closed: Asked us to stop" in page.text
        stored.refresh_from_db()
        mail.refresh_from_db()
        assert (stored.state, stored.may_call, mail.state) == ("closed", False, "not_needed")

    def test_stopping_is_offered_once(self, client, desk):
        stored = make_request()
        assert not is_offered(press(client, "stop", stored), "stop", stored)

    def test_stopping_asks_once_more_because_it_closes(self, client, desk):
        stored = make_request()
        page = client.get(change_url(stored)).text
        folded = page[page.index('<details class="stop">') :]
        assert url_to("stop", stored) in folded[: folded.index("</details>")]
        assert page.count(url_to("stop", stored)) == 1

    def test_a_press_that_has_not_read_what_the_person_wrote_changes_nothing_and_shows_what_is_new(self, client, desk):
        stored = make_request()
        workflow.note(stored, "Called before.", by=desk)
        seen = stored.entries.get().pk
        CaseEntry.objects.create(request=stored, kind="asked", text="Is it free?")
        page = client.post(url_to("no_answer", stored), {"read_up_to": seen})
        assert "changed while you had it open. Read that first." in page.text
        assert "Something is new since you opened it." in page.text
        assert page.text.count("<mark>new since you opened it</mark>") == 1
        assert page.text.index("<mark>new since") < page.text.rindex("Is it free?")
        assert "<mark>" not in client.get(change_url(stored)).text
        assert stored.entries.count() == 2
        press(client, "no_answer", stored)
        assert stored.entries.count() == 3

    def test_what_comes_while_the_page_is_made_counts_as_unread(self, client, desk, monkeypatch):
        stored = make_request()
        made = audit.record

        def meanwhile(kind, **about):
            monkeypatch.undo()
            CaseEntry.objects.create(request=stored, kind="corrected")
            return made(kind, **about)

        monkeypatch.setattr(audit, "record", meanwhile)
        page = client.get(change_url(stored)).text
        seen = re.search(r'name="read_up_to" value="(\d+)"', page)[1]
        assert "Read that first." in client.post(url_to("no_answer", stored), {"read_up_to": seen}).text

    @pytest.mark.parametrize("number", ["", "-1", "9" * 30, "٣x", "None"])
    def test_a_press_that_does_not_know_what_it_read_has_read_nothing(self, client, desk, number):
        stored = make_request()
        CaseEntry.objects.create(request=stored, kind="asked", text="Is it free?")
        page = client.post(url_to("reached", stored), {"read_up_to": number})
        assert "Read that first." in page.text
        stored.refresh_from_db()
        assert stored.answered_at is None

    def test_a_colleague_who_was_faster_is_told_of_in_words(self, client, desk, ana):
        stored = make_request()
        workflow.mark_reached(stored, by=ana)
        page = press(client, "no_answer", stored)
        assert "is with a colleague. Take it over first." in page.text
        assert "Ana Lopez has it until" in page.text
        assert is_offered(page, "claim", stored)
        assert not is_offered(page, "no_answer", stored)
        stored.refresh_from_db()
        assert stored.answered_by == ana

    def test_an_attempt_on_what_was_withdrawn_changes_nothing(self, client, desk):
        stored = make_request()
        workflow.withdraw(stored)
        assert "changed a moment ago" in press(client, "no_answer", stored).text
        assert stored.entries.get().kind == "withdrawn"

    def test_calls_are_not_logged_for_who_may_not_be_called(self, client, desk):
        stored = make_request(may_call=False, will_call=True)
        page = client.get(change_url(stored))
        assert is_offered(page, "reached", stored)
        assert not is_offered(page, "no_answer", stored)


class TestClaim:
    def test_a_request_is_taken_and_given_back(self, client, desk):
        stored = make_request()
        assert "Nobody has it." in client.get(change_url(stored)).text
        page = press(client, "claim", stored)
        assert f"{stored.reference} is yours now." in page.text
        assert "You have it until" in page.text
        assert "Nobody has it." in press(client, "let_go", stored).text
        assert list(stored.entries.values_list("kind", flat=True)) == ["claimed", "let_go"]

    def test_taking_over_is_one_press_and_stands_in_the_history(self, client, desk, ana):
        stored = make_request()
        workflow.claim(stored, by=ana)
        assert "Take it over" in client.get(change_url(stored)).text
        page = press(client, "claim", stored)
        assert "You have it until" in page.text
        assert page.text.count("Taken by a colleague") == 2

    def test_a_claim_that_ran_out_is_nobodys(self, client, desk, ana):
        stored = make_request(owner=ana, claimed_until=timezone.now() - timedelta(minutes=1))
        page = client.get(change_url(stored)).text
        assert "Nobody has it." in page
        assert "Take it<" in page

    def test_what_a_colleague_has_is_not_given_back_for_them(self, client, desk, ana):
        stored = make_request()
        workflow.claim(stored, by=ana)
        assert "is with a colleague." in press(client, "let_go", stored).text
        stored.refresh_from_db()
        assert stored.owner == ana


class TestWhoMaySee:
    def test_a_role_without_words_sees_states_and_times_only(self, client):
        log_in_with(client, "view_consultationrequest")
        told = {"code_word": "Blue boat", "safe_times": "Workdays", "name_to_ask_for": "Alex", "language": "Spanish"}
        stored, linked = make_request(**told), make_request()
        for each in (stored, linked):
            search_keys.replace_keys(each)
        CaseEntry.objects.create(request=stored, kind="asked", text="Is it free?")
        page = client.get(change_url(stored)).text
        assert "Your role sees states and times" in page
        assert "Question from the person" in page
        for personal in [*told.values(), "Marigold", PHONE, EMAIL, "Evenings", "Is it free?", "Call me"]:
            assert personal not in page
        assert linked.reference not in page

    def test_what_a_role_may_not_read_is_not_even_decrypted(self, client):
        log_in_with(client, "view_consultationrequest")
        stored = make_request()
        CaseEntry.objects.create(request=stored, kind="asked", text="Is it free?")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE intake_consultationrequest SET name = 'sealed by a key that is gone'")
            cursor.execute("UPDATE intake_caseentry SET text = 'sealed by a key that is gone'")
        assert client.get(change_url(stored)).status_code == 200

    @pytest.mark.parametrize(
        "what",
        ["reached", "no_answer", "left_message", "wrong_number", "stop", "claim", "let_go", "release"],
    )
    def test_a_reader_may_press_nothing(self, client, what):
        log_in_with(client, "view_consultationrequest", "see_words")
        stored = make_request(message_rule="yes", held_because="Sent within 3 seconds")
        assert not is_offered(client.get(change_url(stored)), what, stored)
        assert client.post(url_to(what, stored)).status_code == 403
        assert not stored.entries.exists()

    @pytest.mark.parametrize("what", ["reached", "no_answer", "stop", "claim", "release"])
    def test_opening_an_address_changes_nothing(self, client, desk, what):
        stored = make_request()
        assert client.get(url_to(what, stored)).status_code == 405
        assert not stored.entries.exists()

    def test_unknown_request_is_not_found(self, client, desk):
        assert client.get(reverse("admin:intake_consultationrequest_change", args=[7])).status_code == 404
        for what in ("reached", "reveal", "claim"):
            url = reverse(f"admin:intake_consultationrequest_{what}", args=[7])
            assert client.post(url, {"field": "phone"}).status_code == 404

    def test_editors_of_content_see_no_requests(self, client):
        log_in_with(client, "change_program")
        assert client.get(change_url(make_request())).status_code == 403

    def test_every_look_is_recorded_before_it_is_shown(self, client, desk):
        stored = make_request()
        client.get(change_url(stored))
        client.head(change_url(stored))
        client.post(url_to("claim", stored))
        client.get(f"/staff/intake/consultationrequest/{stored.pk}_0A/change/")  # Django reads it as the number
        assert list(AccessRecord.objects.values_list("kind", "reference", "by")) == [
            ("view", stored.reference, desk.pk),
            ("view", stored.reference, desk.pk),
            ("change", stored.reference, desk.pk),
            ("view", stored.reference, desk.pk),
        ]

    def test_a_look_that_cannot_be_recorded_does_not_happen(self, client, desk):
        stored = make_request()
        client.raise_request_exception = False
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE intake_accessrecord")
        response = client.get(change_url(stored))
        assert response.status_code == 500
        assert "Marigold" not in response.text

    def test_nothing_the_person_wrote_can_be_changed(self, admin_client):
        stored = make_request()
        assert admin_client.post(change_url(stored), {"name": "Somebody else"}).status_code == 403
        stored.refresh_from_db()
        assert stored.name == "Marigold"

    def test_requests_are_neither_added_nor_deleted(self, admin_client):
        stored = make_request()
        assert admin_client.get(reverse("admin:intake_consultationrequest_add")).status_code == 403
        delete = reverse("admin:intake_consultationrequest_delete", args=[stored.pk])
        assert admin_client.post(delete, {"post": "yes"}).status_code == 403


class TestThePage:
    def test_the_title_holds_no_name(self, client, desk):
        stored = make_request()
        page = client.get(change_url(stored)).text
        title = page[page.index("<title>") : page.index("</title>")]
        assert stored.reference in title
        assert stored.name not in title

    def test_whose_turn_it_is_and_how_late_we_are_is_said_in_words(self, client, desk):
        stored = make_request(reply_by=timezone.now() - timedelta(minutes=65))
        page = client.get(change_url(stored)).text
        assert "Our turn" in page
        assert "Call: try 1 of 5." in page
        assert "1\xa0hour, 5\xa0minutes late" in page
        workflow.mark_reached(stored, by=desk)
        assert "Their turn" in client.get(change_url(stored)).text

    def test_a_question_stands_on_top_until_it_is_answered(self, client, desk):
        stored = make_request()
        CaseEntry.objects.create(request=stored, kind="asked", text="Is it free?")
        workflow.note(stored, "Ask the biller.", by=desk)
        page = client.get(change_url(stored)).text
        assert "A question waits for an answer:</strong> “Is it free?”" in page
        assert f'<a href="{url_to("answer", stored)}">Answer it</a>' in page
        workflow.answer(stored, "Yes.", by=desk)
        assert "A question waits" not in client.get(change_url(stored)).text

    def test_a_held_request_is_moved_to_the_main_list(self, client, desk):
        stored = make_request(held_because="Sent within 3 seconds")
        assert "Held as possible spam: Sent within 3 seconds" in client.get(change_url(stored)).text
        press(client, "release", stored)
        stored.refresh_from_db()
        assert stored.held_because == ""

    def test_a_withdrawn_request_can_be_opened_and_offers_nothing(self, client, desk):
        stored = make_request()
        workflow.withdraw(stored)
        page = client.get(change_url(stored))
        assert "Taken back" in page.text
        assert "It is erased." in page.text
        assert 'class="press' not in page.text

    def test_all_that_happened_stands_in_one_list_the_newest_on_top(self, client, desk, ana):
        stored = make_request()
        Notice.objects.create(kind="new_request", request=stored)
        CaseEntry.objects.create(request=stored, kind="received", at=stored.received_at)
        workflow.note(stored, "Prefers mornings.", by=ana)
        CaseEntry.objects.create(request=stored, kind="asked", text="Is it free?")
        page = client.get(change_url(stored)).text
        past = re.sub(r"<[^>]+>", " ", page[page.index('id="past"') :])
        places = [
            past.index(words)
            for words in (
                "1 look",
                "Opened the request: Kim (Team member)",
                "Is it free?",
                "Ana Lopez",
                "Prefers mornings.",
                "Mail: new request, to staff. Waiting.",
                "Request received",
            )
        ]
        assert places == sorted(places)

    def test_a_long_history_costs_no_more_queries(self, client, desk, ana):
        stored = make_request()
        search_keys.replace_keys(stored)

        def queries():
            with CaptureQueriesContext(
                connection,
            ) as asked:
                client.get(change_url(stored))
            return len(asked)

        queries()
        few = queries()
        for _ in range(4):
            workflow.note(stored, "Again.", by=ana)
            CaseEntry.objects.create(request=stored, kind="asked", text="Is it free?")
            Notice.objects.create(kind="new_request", request=stored)
            same = make_request()
            search_keys.replace_keys(same)
            stored.same_person.add(make_request())
        assert queries() == few

    def test_requests_that_share_a_number_are_linked(self, client, desk):
        stored, same = make_request(), make_request(email="other@example.com", phone="(207) 555-0188")
        other = make_request(email="third@example.com", phone="207 555 0199")
        for request in (stored, same, other):
            search_keys.replace_keys(request)
        page = client.get(change_url(stored)).text
        assert "Perhaps the same person" in page
        assert f">{same.reference}</a>" in page
        assert other.reference not in page
        workflow.link(stored, same, by=desk)
        page = client.get(change_url(stored)).text
        assert "Of the same person" in page
        assert "Perhaps the same person" not in page

    def test_an_estimate_shows_its_day_and_that_it_is_late(self, client, desk):
        stored = make_request(wants_estimate=True, estimate_due=date(2020, 1, 2))
        assert "Late: it was due Thursday, January 2" in client.get(change_url(stored)).text
        workflow.give_estimate(stored, by=desk)
        page = client.get(change_url(stored)).text
        assert "Late:" not in page
        assert "Given " in page

    def test_a_closed_request_says_why_and_where_else_the_person_was_sent(self, client, desk):
        stored = make_request()
        places = [factories.referral_contact(name=name) for name in ("Harbor House", "Day Program")]
        workflow.close(stored, "full", by=desk, alternatives=places)
        page = client.get(change_url(stored)).text
        assert "We are full" in page
        for place in places:
            assert place.name in page

    def test_what_the_person_wrote_is_shown_as_text(self, client, desk):
        stored = make_request(message="<script>alert(1)</script>", code_word="<b>boat</b>")
        page = client.get(change_url(stored)).text
        assert "<script>alert" not in page
        assert "<b>boat" not in page
