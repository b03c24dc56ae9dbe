"""What happens to a request at one press: attempts, stopping, and who has it."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from clinic.models import Clinic
from intake import audit, search_keys, workflow
from intake.admin import needs
from intake.models import AccessRecord, CaseEntry, Notice
from tests.intake.admin.one_request import (
    change_url,
    is_offered,
    make_request,
    press,
    said,
    url_to,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clinic")]


def messages_of(page):
    return [str(message) for message in page.context["messages"]]


class TestAttempts:
    @pytest.mark.parametrize(
        ("what", "said", "kind"),
        [
            ("reached", "Logged: you spoke with them. Wait for the person.", "reached"),
            ("wrote", "Logged: you wrote to them. Wait for the person.", "wrote"),
            ("no_answer", "Logged: nobody answered. Call: try 2 of 5. Due by ", "no_answer"),
            ("left_message", "Logged: you left a message. Call: try 2 of 5. Due by ", "message"),
            ("wrong_number", "Logged: wrong number. Answer on the private page. Due by ", "wrong"),
        ],
    )
    def test_one_press_logs_it_and_says_what_comes_next(self, client, desk, what, said, kind):
        stored = make_request(message_rule="yes", may_text=True)
        page = press(client, what, stored)
        assert said in page.text
        assert (stored.entries.get().kind, stored.entries.get().by) == (kind, desk)

    @pytest.mark.parametrize(
        "what", ["reached", "no_answer", "left_message", "wrong_number", "stop", "claim", "let_go"]
    )
    def test_a_double_press_counts_once_and_says_so_in_the_same_words(self, client, desk, what):
        stored = make_request(message_rule="yes", owner=desk, claimed_until=timezone.now())
        CaseEntry.objects.create(request=stored, kind="received")
        typed = {"read_up_to": stored.entries.get().pk}
        first, second = (client.post(url_to(what, stored), typed, follow=True) for _press in range(2))
        assert messages_of(first) == messages_of(second)
        assert stored.entries.count() == 2
        stored.refresh_from_db()
        assert stored.attempts == (1 if what in ("no_answer", "left_message") else 0)

    def test_one_of_somebody_held_says_that_it_stands_in_the_main_list_now(self, client, desk):
        stored = make_request(held_because="Sent within 3 seconds")
        assert "Calling, writing or answering moves it to the main list." in client.get(change_url(stored)).text
        [said] = messages_of(press(client, "reached", stored))
        assert said == "Logged: you spoke with them. Wait for the person. It stands in the main list now."
        assert messages_of(press(client, "reached", stored)) == ["Logged: you spoke with them. Wait for the person."]

    def test_a_message_that_is_not_allowed_is_neither_offered_nor_logged(self, client, desk):
        stored = make_request()
        page = client.get(change_url(stored))
        assert not is_offered(page, "left_message", stored)
        assert "No message may be left, so “I left a message” is not offered." in page.text
        assert "Not logged: you left a message. No message may be left" in press(client, "left_message", stored).text
        assert not stored.entries.exists()

    def test_a_message_that_another_request_with_the_number_forbids_is_neither_offered_nor_logged(self, client, desk):
        stored, other = make_request(message_rule="yes"), make_request(email="")
        search_keys.replace_keys(stored)
        assert is_offered(client.get(change_url(stored)), "left_message", stored)
        search_keys.replace_keys(other)
        page = client.get(change_url(stored))
        assert not is_offered(page, "left_message", stored)
        assert "No message may be left, so “I left a message” is not offered." in page.text
        assert "Not logged: you left a message. No message may be left" in press(client, "left_message", stored).text
        assert not stored.entries.exists()

    def test_a_wrong_number_pressed_by_mistake_has_a_way_back(self, client, desk):
        stored = make_request(message_rule="yes")
        assert not is_offered(client.get(change_url(stored)), "right_number", stored)
        page = press(client, "wrong_number", stored)
        for call in ("no_answer", "left_message", "wrong_number"):
            assert not is_offered(page, call, stored)
        assert is_offered(page, "right_number", stored)
        page = press(client, "right_number", stored)
        assert "Logged: the number is right after all. Call: try 1 of 5." in page.text
        assert "Show the number" in page.text
        assert not is_offered(page, "right_number", stored)

    @pytest.mark.parametrize("what", ["no_answer", "left_message", "wrong_number"])
    def test_a_call_to_a_wrong_number_is_refused_in_words(self, client, desk, what):
        stored = make_request(message_rule="yes", number_is_wrong=True)
        [said] = messages_of(press(client, what, stored))
        assert said.startswith("Not logged: ")
        assert said.endswith(f"{stored} changed a moment ago. Look at it again.")
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

    def test_each_request_that_stops_along_is_recorded_as_changed(self, client, desk):
        stored, open_one, stopped = make_request(), make_request(), make_request()
        for other in (open_one, stopped):
            workflow.link(stored, other, by=desk)
        workflow.stop(stopped, by=desk)  # and with it the others
        for again in (stored, open_one):
            again.refresh_from_db()
            again.stopped_at = None
            again.save()
        before = AccessRecord.objects.count()
        press(client, "stop", stored)
        changes = AccessRecord.objects.filter(kind=AccessRecord.Kind.CHANGE, pk__gt=before)
        assert sorted(row.reference for row in changes) == sorted([stored.reference, open_one.reference])

    def test_what_stops_with_it_is_named_before_and_after(self, client, desk):
        stored, other, further = make_request(), make_request(), make_request()
        assert "and so also" not in client.get(change_url(stored)).text
        workflow.link(stored, other, by=desk)
        workflow.link(other, further, by=desk)
        both = f"{other} and {further}"
        assert f"closes the request at once, and so also {both}, linked" in client.get(change_url(stored)).text
        done = press(client, "stop", stored).text
        assert f"{stored} is closed, and so are {both}. Nothing goes out to them any more." in done

    def test_which_consultations_go_with_it_is_said_before_and_after(self, client, desk, ana):
        stored, other = make_request(), make_request()
        workflow.link(stored, other, by=desk)
        assert "A consultation is then off" not in client.get(change_url(stored)).text
        at = timezone.now() + timedelta(days=1)
        for one, way in ((stored, "in_person"), (other, "video")):
            workflow.book(one, at, way, by=desk, clinic=Clinic.load())
        both = f"{stored}, {said(at)}, at our place; {other}, {said(at)}, by video. Tell whoever was to meet them."
        assert f"A consultation is then off: {both}" in client.get(change_url(stored)).text
        assert f"Nothing goes out to them any more. Called off: {both}" in press(client, "stop", stored).text
        [need] = [need for need in needs.of_requests(ana, timezone.now()) if need.name == "called off"]
        assert {named.reference for named in need.named} == {stored.reference, other.reference}

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
        [said] = messages_of(page)
        assert said == (
            f"Not logged: nobody answered. {stored} changed while you had it open. Read what is new, then press again."
        )
        assert "Something is new since you opened it." in page.text
        assert page.text.count("<mark>new since you opened it</mark>") == 1
        assert page.text.index("<mark>new since") < page.text.rindex("Is it free?")
        assert "<mark>" not in client.get(change_url(stored)).text
        assert stored.entries.count() == 2
        press(client, "no_answer", stored)
        assert stored.entries.count() == 3

    def test_another_attempt_from_an_older_window_of_ones_own_asks_first(self, client, desk):
        stored = make_request(message_rule="yes")
        CaseEntry.objects.create(request=stored, kind="received")
        older = {"read_up_to": stored.entries.get().pk}
        client.post(url_to("no_answer", stored), older)
        page = client.post(url_to("left_message", stored), older)
        assert "changed while you had it open. Read what is new, then press again." in page.text
        assert page.text.count("<mark>new since you opened it</mark>") == 1
        stored.refresh_from_db()
        assert (stored.attempts, stored.entries.count()) == (1, 2)
        read = re.search(r'name="read_up_to" value="(\d+)"', page.text)[1]
        client.post(url_to("left_message", stored), {"read_up_to": read})
        assert stored.entries.last().kind == "message"

    def test_a_half_hour_that_one_planned_in_another_window_is_not_wiped_unseen(self, client, desk):
        stored = make_request()
        CaseEntry.objects.create(request=stored, kind="received")
        older = {"read_up_to": stored.entries.get().pk}
        at = timezone.now().replace(hour=17, minute=0, second=0, microsecond=0) + timedelta(days=1)
        workflow.plan_call(stored, at, by=desk, clinic=Clinic.load())
        assert "Read what is new, then press again." in client.post(url_to("reached", stored), older).text
        stored.refresh_from_db()
        assert stored.call_at == at

    def test_ones_own_note_is_no_news(self, client, desk):
        stored = make_request()
        CaseEntry.objects.create(request=stored, kind="received")
        older = {"read_up_to": stored.entries.get().pk}
        workflow.note(stored, "Rings long.", by=desk)
        workflow.claim(stored, by=desk)
        assert "Logged: nobody answered." in client.post(url_to("no_answer", stored), older, follow=True).text

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
        assert (
            "Read what is new, then press again." in client.post(url_to("no_answer", stored), {"read_up_to": seen}).text
        )

    @pytest.mark.parametrize("number", ["", "-1", "9" * 30, "٣x", "None"])
    def test_a_press_that_does_not_know_what_it_read_has_read_nothing(self, client, desk, number):
        stored = make_request()
        CaseEntry.objects.create(request=stored, kind="asked", text="Is it free?")
        page = client.post(url_to("reached", stored), {"read_up_to": number})
        assert "Read what is new, then press again." in page.text
        stored.refresh_from_db()
        assert stored.answered_at is None

    def test_a_colleague_who_was_faster_is_told_of_in_words(self, client, desk, ana):
        stored = make_request()
        workflow.mark_reached(stored, by=ana)
        page = press(client, "no_answer", stored)
        assert f"Not logged: nobody answered. {stored} is with a colleague. Take it over first." in page.text
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

    def test_each_press_stands_in_the_history_as_it_was_pressed(self, client, desk):
        stored = make_request(may_email=True)
        page = client.get(change_url(stored)).text
        assert "I spoke with them</button>" in page
        assert "I wrote to them</button>" in page
        assert "<strong>Wrote to them</strong>" in press(client, "wrote", stored).text
        assert "<strong>Spoke with them</strong>" in press(client, "reached", stored).text

    @pytest.mark.parametrize("what", ["reached", "wrote"])
    def test_where_the_private_page_is_the_only_way_nobody_spoke_or_wrote(self, client, desk, what):
        stored = make_request(may_call=False)
        workflow.ask(stored, "Is it free?", clinic=Clinic.load())
        page = client.get(change_url(stored))
        assert not is_offered(page, what, stored)
        assert ">Answer it</a>" in page.text
        assert "changed a moment ago" in press(client, what, stored).text
        stored.refresh_from_db()
        assert (stored.state, stored.answered_at) == ("new", None)

    def test_who_will_call_us_can_be_spoken_with_and_not_written_to(self, client, desk):
        stored = make_request(may_call=False, will_call=True)
        page = client.get(change_url(stored))
        assert is_offered(page, "reached", stored)
        assert not is_offered(page, "wrote", stored)

    @pytest.mark.parametrize("what", ["reached", "wrote"])
    def test_a_question_waits_until_it_is_answered_on_the_page(self, client, desk, what):
        stored = make_request(may_email=True)
        workflow.ask(stored, "Is it free?", clinic=Clinic.load())
        due = stored.reply_by
        page = press(client, what, stored)
        assert "Answer the question on the private page. Due by" in page.text
        assert "Our turn" in page.text
        assert "A question waits for an answer:" in page.text
        stored.refresh_from_db()
        assert (stored.state, stored.reply_by) == ("waiting_on_us", due)
        workflow.answer(stored, "Yes.", by=desk)
        assert "Their turn" in client.get(change_url(stored)).text


class TestClaim:
    def test_a_request_is_taken_and_given_back(self, client, desk):
        stored = make_request()
        assert "Nobody has it." in client.get(change_url(stored)).text
        page = press(client, "claim", stored)
        assert f"{stored.reference} is yours now." in page.text
        assert "You have it until" in page.text
        assert "Nobody has it." in press(client, "let_go", stored).text
        assert list(stored.entries.values_list("kind", flat=True)) == ["claimed", "let_go"]

    def test_who_is_slower_takes_nothing_away_and_is_shown_who_was_faster(self, client, desk, ana):
        stored = make_request()
        CaseEntry.objects.create(request=stored, kind="received")
        seen = {"read_up_to": stored.entries.get().pk}
        workflow.claim(stored, by=ana)
        page = client.post(url_to("claim", stored), seen)
        assert "changed while you had it open. Read what is new, then press again." in page.text
        assert "Ana Lopez has it until" in page.text
        assert "Take it over" in page.text
        stored.refresh_from_db()
        assert stored.owner == ana
        press(client, "claim", stored)
        stored.refresh_from_db()
        assert stored.owner == desk

    def test_taking_over_is_one_press_and_stands_in_the_history(self, client, desk, ana):
        stored = make_request()
        workflow.claim(stored, by=ana)
        assert "Take it over" in client.get(change_url(stored)).text
        page = press(client, "claim", stored)
        assert "You have it until" in page.text
        assert page.text.count("<strong>Taken</strong>") == 2

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
