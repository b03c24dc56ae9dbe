"""The page of one request: the rules first, the number after a press, and who sees what."""

from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.urls import reverse

from intake import search_keys, workflow
from intake.models import AccessRecord, CaseEntry, Notice
from tests.intake.admin.one_request import DESK, EMAIL, PHONE, change_url, is_offered, log_in_with, make_request, url_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clinic")]


class TestCallSheet:
    def test_the_rules_and_the_words_to_say_stand_before_the_number(self, client, desk):
        page = client.post(url_to("reveal", make_request()), {"field": "phone"}).text
        assert page[: page.index(PHONE)].count('<strong class="no">NO</strong>') == 4
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
    def test_the_rules_stand_under_it_again_for_who_does_not_see_both(self, client, desk):
        stored = make_request(message_rule="name_and_number")
        reach = client.post(url_to("reveal", stored), {"field": "phone"}).text.partition('id="reach"')[2]
        reach = reach[: reach.index("</section>")]
        for rule in (
            "Ask for the person and say nothing more.",
            "Your first name and a number, nothing more.",
            "It is ",
        ):
            assert rule in reach
        assert "May we call?" not in reach  # which needs no care
        other = make_request()
        for one in (stored, other):
            search_keys.replace_keys(one)
        workflow.stop(other, by=desk)
        warned = client.post(url_to("reveal", stored), {"field": "phone"}).text.partition('id="reach"')[2]
        assert f">{other}</a> this person asked us to stop." in warned[: warned.index("</section>")]
        before = client.get(change_url(stored)).text.partition('id="reach"')[2]
        assert "say nothing more" not in before[: before.index("</section>")]

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
            (lambda stored: workflow.close(stored, "elsewhere", by=User.objects.get()), "It is closed."),
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
        assert response.status_code == 503
        assert PHONE not in response.text


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
        [
            *("reached", "wrote", "no_answer", "left_message", "wrong_number", "right_number", "our_turn"),
            *("stop", "claim", "let_go", "release"),
        ],
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
        client.get(url_to("history", stored))
        client.get(f"/staff/intake/consultationrequest/{stored.pk}_0A/change/")  # Django reads it as the number
        assert list(AccessRecord.objects.values_list("kind", "reference", "by")) == [
            ("view", stored.reference, desk.pk),
            ("view", stored.reference, desk.pk),
            ("change", stored.reference, desk.pk),
            ("view", stored.reference, desk.pk),
            ("view", stored.reference, desk.pk),
        ]

    def test_a_look_that_cannot_be_recorded_does_not_happen(self, client, desk):
        stored = make_request()
        client.raise_request_exception = False
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE intake_accessrecord")
        response = client.get(change_url(stored))
        assert response.status_code == 503
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

    def test_that_the_person_wanted_mail_is_for_who_sees_their_words(self, client):
        stored = make_request()
        for kind in (Notice.Kind.RECEIPT, Notice.Kind.OVERDUE):
            Notice.objects.create(kind=kind, request=stored)
        log_in_with(client, "view_consultationrequest")
        page = client.get(change_url(stored)).text
        assert "Mail: receipt" not in page
        assert "Mail: " in page
        client.force_login(User.objects.create_superuser("reads all"))
        assert "Mail: receipt" in client.get(change_url(stored)).text
