"""What the pages of all moves share: who may use them, what stops a move, and that no typed word is lost to it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic.models import Clinic
from intake import workflow
from intake.models import AccessRecord, CaseEntry, ConsultationRequest
from tests import factories
from tests.intake.admin.moves.one_move import FRONT_DESK, TOLD, again, colleague_with, day, received, shown
from tests.intake.admin.one_request import url_to

pytestmark = pytest.mark.django_db

Kind, State = CaseEntry.Kind, ConsultationRequest.State
MOVES = [
    *("answer", "note", "hand_over", "plan", "book", "call_off", "link", "unlink", "estimate"),
    *("close", "reopen", "pause", "resume", "release", "erase", "consultation_ics"),
]
PRESS_ONLY = ("unlink", "release")


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
        stale = {"read_up_to": 0, "text": "Mine.", "to": other.pk, "reason": "full", "day": day(2), "time": "12:00"}
        for answer in (client.get(url_to(name, stored)), client.post(url_to(name, stored), stale | {"way": "phone"})):
            for words in (*TOLD.values(), "wombat", "walrus"):
                assert words not in answer.text

    def test_erasing_is_a_permission_of_its_own(self, page, client, stored):
        assert page.post(url_to("erase", stored)).status_code == 403
        client.force_login(colleague_with("erase_request", name="manager"))
        assert "You cannot undo this." in client.get(url_to("erase", stored)).text
        assert again(stored).name == "Marigold"
        client.post(url_to("erase", stored), shown(stored))
        assert (again(stored).name, again(stored).state) == ("", State.WITHDRAWN)

    def test_before_it_is_erased_it_is_said_that_a_consultation_goes_with_it(self, admin_client, admin_user, stored):
        then_off = "The consultation is then off. Tell whoever was to meet them."
        assert then_off not in admin_client.get(url_to("erase", stored)).text
        workflow.book(stored, timezone.now() + timedelta(days=1), "video", by=admin_user, clinic=Clinic.load())
        assert then_off in admin_client.get(url_to("erase", stored)).text

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


class TestDoublePress:
    @pytest.mark.parametrize(
        ("name", "typed"),
        [
            ("answer", {"text": "Come at nine."}),
            ("note", {"text": "They work nights."}),
            ("plan", {"day": day(2), "time": "12:00"}),
            ("book", {"day": day(2), "time": "12:00", "way": "phone"}),
            ("close", {"reason": "elsewhere"}),
            ("hand_over", {"text": "Speaks Spanish."}),
        ],
    )
    def test_it_is_done_once(self, page, stored, other, name, typed):
        sent = {**shown(stored), **typed, "to": other.pk}
        for _press in range(2):
            assert page.post(url_to(name, stored), sent).status_code == 302
        assert stored.entries.count() == 2


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

    BEFORE = {
        "pause": lambda stored, by: None,
        "estimate": lambda stored, by: None,
        "erase": lambda stored, by: None,
        "resume": lambda stored, by: workflow.pause(stored),
        "reopen": lambda stored, by: workflow.close(stored, "elsewhere", by=by),
    }

    @pytest.mark.parametrize("name", BEFORE)
    def test_what_needs_no_words_is_done_once_and_not_unread(self, admin_client, admin_user, stored, other, name):
        ConsultationRequest.objects.update(wants_estimate=True, estimate_due=timezone.localdate())
        self.BEFORE[name](stored, other)
        opened = admin_client.get(url_to(name, stored)).context["read_up_to"]
        workflow.note(again(stored), "Please do not, she said.", by=other)
        before = again(stored).state
        answer = admin_client.post(url_to(name, stored), {"read_up_to": opened})
        assert (answer.status_code, again(stored).state) == (409, before)
        assert "Please do not, she said." in answer.text
        assert "I read it. " in answer.text
        read = {"read_up_to": answer.context["read_up_to"]}
        count = stored.entries.count()
        assert [admin_client.post(url_to(name, stored), read).status_code for _press in range(2)] == [302, 302]
        assert stored.entries.count() == count + 1
        assert stored.entries.last().by == admin_user

    @pytest.mark.parametrize("name", ["note", "answer", "hand_over", "link"])
    def test_a_consultation_that_went_with_a_request_taken_back_is_said(self, page, stored, other, name):
        workflow.book(stored, timezone.now() + timedelta(days=1), "video", by=other, clinic=Clinic.load())
        workflow.let_go(stored, by=other)
        reference = factories.consultation_request().reference
        sent = {**shown(stored), "text": "Mine.", "to": other.pk, "reference": reference, "sure": reference}
        workflow.withdraw(stored)
        answer = page.post(url_to(name, stored), sent)
        assert answer.status_code == 409
        assert "it is withdrawn. The consultation is called off: " in answer.text
        assert "Tell whoever was to meet them." in answer.text

    @pytest.mark.parametrize("name", ["note", "answer", "hand_over"])
    def test_what_cannot_be_done_any_more_leaves_what_was_typed_to_copy(self, page, stored, other, name):
        opened = shown(stored)
        workflow.withdraw(stored)
        answer = page.post(url_to(name, stored), {**opened, "text": "She said evenings.", "to": other.pk})
        assert answer.status_code == 409
        assert "Copy what you typed if you need it." in answer.text
        assert "She said evenings.</textarea>" in answer.text
        assert 'type="submit" class="button default"' not in answer.text
        assert "<textarea" not in page.get(url_to(name, stored)).text

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
            ("close", {"reason": "elsewhere", "text": "Come at nine."}),
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
    stored = received()
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
