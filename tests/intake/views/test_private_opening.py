"""The private page opens for who has both words, and says the same to everybody else."""

import html
import logging
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Group, User
from django.db import OperationalError, connection

from clinic import error_pages
from intake import audit, private_page
from intake.models import AccessRecord, ConsultationRequest
from tests import factories
from tests.intake.views.private_page import open_page, pass_of, post, press, token_of

pytestmark = pytest.mark.django_db

State = ConsultationRequest.State


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

    @pytest.mark.parametrize("address", ["", "ask/", "calendar/", "change/", "look/", "pause/", "resume/", "withdraw/"])
    def test_another_site_cannot_press_anything(self, client, sent, address):
        response = client.post(f"/request/private/{address}", {}, headers={"sec-fetch-site": "cross-site"})
        assert response.status_code == 403

    @pytest.mark.parametrize("address", ["ask/", "calendar/", "change/", "look/", "pause/", "resume/", "withdraw/"])
    def test_following_a_link_to_a_step_leads_to_the_page_and_does_nothing(self, client, sent, address):
        for follow in (client.get, client.head):
            response = follow(f"/request/private/{address}")
            assert (response.status_code, response.url) == (302, "/request/private/")

    @pytest.mark.parametrize("address", ["ask", "calendar", "change", "look", "pause", "resume", "withdraw"])
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


def test_it_shows_what_was_agreed_to_and_the_wish_for_a_mail(client, sent):
    stored, _secret = sent
    stored.wants_receipt, stored.email = True, "alex@example.com"
    stored.save()
    text = html.unescape(open_page(client, sent).text)
    for what, words in [
        ("Your reference by email", "Yes"),
        ("What you agreed to", stored.consent_wording.replace("\n", "<br>")),
        ("Where you agreed", "/request/"),
        ("Version of these words", stored.consent_version),
    ]:
        assert f"<dt>{what}</dt><dd>{words}</dd>" in text
    assert "<dt>When you agreed</dt>" in text


def test_who_is_in_another_zone_reads_each_time_with_its_zone(client, sent):
    one_pm = datetime.now(ZoneInfo("America/New_York")).replace(hour=13, minute=0) + timedelta(days=2)
    ConsultationRequest.objects.update(time_zone="America/Los_Angeles", reply_by=one_pm)
    text = open_page(client, sent).text
    assert re.search(r"A person replies <strong>by 1 pm Eastern time \w+, which is 10 am Pacific time</strong>", text)
    assert re.search(r"<dt>[\d:]+ [ap]m Pacific time today</dt><dd>We got what you sent</dd>", text)


class TestLooks:
    def test_who_opened_it_is_shown_by_role_and_never_by_name(self, client, sent):
        colleague = User.objects.create_user("Florence", first_name="Florence")
        colleague.groups.add(Group.objects.get_or_create(name="Front desk")[0])
        audit.record(AccessRecord.Kind.VIEW, by=colleague, request=sent[0])
        text = open_page(client, sent).text
        assert "Front desk looked at your request" in text
        assert "Florence" not in text

    @pytest.mark.parametrize(
        ("kind", "said"),
        [
            (AccessRecord.Kind.REVEAL, "Team member saw your number or email"),
            (AccessRecord.Kind.PRINT, "Team member printed your request"),
        ],
    )
    def test_who_saw_the_number_or_printed_it_is_shown_too(self, client, sent, kind, said):
        audit.record(kind, by=User.objects.create_user("Florence"), request=sent[0])
        text = open_page(client, sent).text
        assert said in text
        assert "Nobody of our team has opened it yet." not in text

    def test_what_one_role_did_within_an_hour_is_one_line(self, client, sent, monkeypatch):
        colleagues = {role: User.objects.create_user(role) for role in ("Front desk", "Manager")}
        for role, user in colleagues.items():
            user.groups.add(Group.objects.get_or_create(name=role)[0])
        start = datetime.now(ZoneInfo("America/New_York")).replace(hour=9, minute=2)
        Kind = AccessRecord.Kind
        for minutes, kind, role in [
            (0, Kind.VIEW, "Front desk"),
            (1, Kind.REVEAL, "Front desk"),
            (2, Kind.VIEW, "Manager"),
            (2, Kind.VIEW, "Manager"),
            (3, Kind.VIEW, "Front desk"),
            (8, Kind.REVEAL, "Front desk"),
            (9, Kind.PRINT, "Front desk"),
            (60, Kind.VIEW, "Front desk"),
            (61, Kind.VIEW, "Front desk"),
        ]:
            monkeypatch.setattr(audit.timezone, "now", lambda moment=start + timedelta(minutes=minutes): moment)
            audit.record(kind, by=colleagues[role], request=sent[0])
        monkeypatch.undo()
        lines = re.findall(r"<dt>([^<]*)</dt><dd>((?:Front desk|Manager) [^<]*)</dd>", open_page(client, sent).text)
        assert [what for _when, what in lines] == [
            "Front desk looked at your request, saw your number or email twice and printed your request",
            "Manager looked at your request",
            "Front desk looked at your request",
        ]
        assert [when.rpartition(" ")[0] for when, _what in lines] == ["9:02 am to 10:02 am", "9:04 am", "10:03 am"]


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

    @pytest.mark.parametrize(
        "damage",
        ["UPDATE intake_consultationrequest SET phone = 'damaged'", "UPDATE intake_caseentry SET text = 'damaged'"],
    )
    def test_what_cannot_be_read_can_still_be_taken_back(self, client, sent, damage):
        stored, _secret = sent
        with connection.cursor() as cursor:
            cursor.execute(damage)
        opened = open_page(client, sent)
        assert opened.status_code == 503
        for words in ("We cannot read what you sent right now.", "Take it back", stored.reference, "(207) 555-0100"):
            assert words in opened.text
        held = pass_of(opened)
        assert "We cannot read" in post(client, "look/", **{"pass": held}).text
        assert "Yes, erase it" in post(client, "withdraw/", **{"pass": held}).text
        done = post(client, "withdraw/", **{"pass": held}, sure="yes")
        assert (done.status_code, "It is done. We erased what you told us." in done.text) == (200, True)
        stored.refresh_from_db()
        assert (stored.state, stored.phone) == ("withdrawn", "")

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
