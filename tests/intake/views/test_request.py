"""Sending a request: stored once, shown by its reference, and shown again with everything that was typed."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from clinic.models import Clinic
from intake import form_token, slots, spam, workflow
from intake.forms import CONSENT_VERSION, consent_lines
from intake.models import REFERENCE_SHAPE, ConsultationRequest, Tally
from tests import factories
from tests.intake.views.private_page import token_of
from tests.intake.views.sending import PLANTED, new_token, send
from tests.site import form_of


def first_slot():
    return workflow.free_slots(Clinic.load())[0]


@pytest.mark.usefixtures("clinic")
class TestSending:
    def test_a_request_is_stored_and_its_reference_shown(self, client):
        response = send(client)
        stored = ConsultationRequest.objects.get()
        assert response.status_code == 302
        receipt = client.get(response.url)
        assert stored.reference in receipt.text
        REFERENCE_SHAPE(stored.reference)
        assert {name: getattr(stored, name) for name in PLANTED} == PLANTED
        assert stored.consent_wording.startswith("Call me\nEmail me\nBy sending this, I let Test keep")
        assert (stored.may_say_who, stored.message_rule) == (False, "no")

    def test_the_receipt_and_the_request_name_the_same_moment(self, client):
        response = send(client)
        stored = ConsultationRequest.objects.get()
        assert stored.reply_by > stored.received_at
        assert "A person replies by" in client.get(response.url).text

    def test_the_receipt_says_what_we_may_do_and_not_who_wrote(self, client):
        text = client.get(send(client, message_rule="name_and_number").url).text
        assert "we do not say where we call from" in text
        assert "we leave a first name and a number" in text
        assert "ends in 77" in text
        for name, word in PLANTED.items():
            assert word not in text or name == "name_to_ask_for"

    def test_the_receipt_is_gone_after_half_an_hour(self, client, monkeypatch):
        address = send(client).url
        later = timezone.now() + timedelta(minutes=31)
        monkeypatch.setattr(timezone, "now", lambda: later)
        response = client.get(address)
        assert "Nothing to show here" in response.text
        assert ConsultationRequest.objects.get().reference not in response.text

    def test_its_code_is_shown_for_five_minutes_and_once_more_after_a_double_press(self, client, monkeypatch):
        token = new_token()
        first, second = send(client, token=token).url, send(client, token=token).url
        code = re.compile(r"([A-Z0-9]{4}-){3}[A-Z0-9]{4}")
        shown = {code.search(client.get(address).text)[0] for address in (first, second, first)}
        assert len(shown) == 1
        later = timezone.now() + timedelta(minutes=6)
        monkeypatch.setattr(timezone, "now", lambda: later)
        text = client.get(first).text
        assert "We showed the code for 5 minutes" in text
        assert ConsultationRequest.objects.get().reference in text
        assert not code.search(text)

    @pytest.mark.parametrize("query", ["", "?receipt=", "?receipt=nonsense", "?receipt=%00", "?other=1"])
    def test_an_unknown_receipt_looks_like_an_old_one(self, client, query):
        response = client.get(f"/request/sent/{query}")
        assert response.status_code == 200
        assert "Nothing to show here" in response.text

    def test_sent_twice_makes_one_request_with_one_receipt(self, client):
        token = new_token()
        first, second = send(client, token=token), send(client, token=token)
        assert ConsultationRequest.objects.count() == 1
        reference = ConsultationRequest.objects.get().reference
        assert reference in client.get(first.url).text
        assert reference in client.get(second.url).text

    def test_a_form_sent_before_and_changed_since_loses_neither(self, client):
        token = new_token()
        send(client, token=token)
        response = send(client, token=token, message="a second thought")
        assert ConsultationRequest.objects.count() == 1
        assert "You sent this form before" in response.text
        assert "a second thought" in response.text
        send(client, token=token_of(response), message="a second thought")
        assert {stored.message for stored in ConsultationRequest.objects.all()} == {
            PLANTED["message"],
            "a second thought",
        }

    def test_a_form_sent_again_after_a_pause_is_not_told_that_it_was_changed(self, client):
        token, chosen = new_token(), slots.value(first_slot())
        send(client, token=token, call_at=chosen)
        workflow.pause(ConsultationRequest.objects.get())
        text = send(client, token=token, call_at=chosen).text
        assert "You sent this form before" in text
        assert "If you changed something since, it is still below" in text

    def test_the_last_place_of_a_slot_is_kept_for_who_has_it(self, client, monkeypatch):
        Clinic.objects.update(calls_per_half_hour=1)
        token, chosen = new_token(), slots.value(first_slot())
        free_slots = workflow.free_slots

        def after_the_other_press(*args, **kwargs):
            monkeypatch.setattr(workflow, "free_slots", free_slots)
            assert send(Client(), token=token, call_at=chosen).status_code == 302
            return free_slots(*args, **kwargs)

        monkeypatch.setattr(workflow, "free_slots", after_the_other_press)
        assert send(client, token=token, call_at=chosen).status_code == 302
        assert ConsultationRequest.objects.count() == 1

    def test_a_form_that_was_sent_and_is_wrong_now_says_that_it_was_sent(self, client):
        token = new_token()
        send(client, token=token)
        response = send(client, token=token, phone="12")
        assert "You sent this form before" in response.text
        assert form_token.read(token_of(response)).id != form_token.read(token).id

    @pytest.mark.parametrize("changed", [{}, {"phone": "12"}])
    def test_a_form_that_was_taken_back_says_so_and_can_be_sent_anew(self, client, changed):
        token = new_token()
        send(client, token=token)
        workflow.withdraw(ConsultationRequest.objects.get())
        response = send(client, token=token, **changed)
        assert "You took this back" in response.text
        assert "You sent this form before" not in response.text
        assert send(client, token=token_of(response)).status_code == 302
        assert ConsultationRequest.objects.count() == 2

    def test_repeats_of_one_form_are_counted_once(self, client):
        token = new_token()
        for _ in range(4):
            send(client, token=token)
        assert Tally.objects.get().count == 1

    def test_what_people_do_not_see_is_on_the_form_and_marks_who_fills_it(self, client):
        assert f'name="{spam.HONEYPOT}"' in client.get("/request/").text
        send(client, **{spam.HONEYPOT: "https://casino.example"})
        assert ConsultationRequest.objects.get().held_because == spam.FILLED_HONEYPOT

    def test_after_an_error_the_words_that_are_kept_are_those_shown_again(self, client):
        old = form_token.new({**consent_lines(Clinic.load()), "": "Old words.", "call": "Ring me"}, "2020-01")
        response = send(client, token=old, phone="12")
        assert "Old words." not in response.text
        assert send(client, token=token_of(response)).status_code == 302
        stored = ConsultationRequest.objects.get()
        assert stored.form_token == form_token.read(old).id
        assert stored.consent_wording.startswith("Call me\nEmail me\nBy sending this")
        assert stored.consent_version == CONSENT_VERSION

    def test_a_form_older_than_a_way_is_shown_again_with_the_words_of_that_way(self, client):
        lines = {way: words for way, words in consent_lines(Clinic.load()).items() if way != "email"}
        response = send(client, token=form_token.new(lines, "2020-01"))
        assert ConsultationRequest.objects.count() == 0
        assert "Please send it once more" in response.text
        send(client, token=token_of(response))
        assert "Email me" in ConsultationRequest.objects.get().consent_wording

    def test_a_way_that_is_switched_off_meanwhile_loses_nothing_typed(self, client):
        Clinic.objects.update(answers_by_phone=False)
        response = send(client, ways=["call"])
        assert "We do not call at the moment." in response.text
        for word in (PLANTED["phone"], PLANTED["code_word"], PLANTED["name_to_ask_for"]):
            assert f'value="{word}"' in response.text

    def test_the_form_sends_back_what_was_typed_with_each_error(self, client):
        response = send(client, phone="12", name="")
        assert response.status_code == 200
        assert ConsultationRequest.objects.count() == 0
        assert "2 answers need a look" in response.text
        assert "<title>Error: " in response.text
        for word in ("zanzibar@example.com", "marmalade umbrella", "Perdita", "heliotrope", 'value="12"'):
            assert word in response.text
        for link in ('href="#id_phone"', 'href="#id_name"'):
            assert link in response.text

    @pytest.mark.parametrize("token", ["", "stale", "a" * 500])
    def test_a_stale_form_comes_back_with_everything_typed_and_a_fresh_token(self, client, token):
        response = send(client, token=token)
        assert ConsultationRequest.objects.count() == 0
        assert "Please send it once more" in response.text
        assert "marmalade umbrella" in response.text
        assert send(client, token=token_of(response)).status_code == 302
        assert ConsultationRequest.objects.count() == 1

    def test_a_long_text_is_refused_in_words_and_not_cut(self, client):
        page = client.get("/request/").text
        assert "maxlength" not in page
        response = send(client, message="long " * 500)
        assert "Please keep it under 2,000 letters." in response.text
        assert "long " * 500 in response.text

    def test_the_empty_form_is_made_once_for_many_and_each_gets_a_token_of_its_own(
        self, client, django_assert_num_queries
    ):
        first = client.get("/request/").text
        with django_assert_num_queries(0):
            second = client.get("/request/").text
        tokens = [form_token.read(re.search(r'name="token" value="([^"]+)"', page)[1]) for page in (first, second)]
        assert tokens[0].id != tokens[1].id
        assert tokens[0].consent_lines == consent_lines(Clinic.load())
        assert tokens[0].seconds_open < 60

    def test_posting_costs_a_bounded_number_of_queries(self, client, django_assert_max_num_queries):
        with django_assert_max_num_queries(20):
            send(client)


@pytest.mark.django_db(transaction=True)
def test_twenty_presses_at_once_make_one_request():
    factories.clinic()
    token = new_token()

    def press(_):
        try:
            return send(Client(), token=token).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as people:
        assert set(people.map(press, range(20))) == {302}
    assert ConsultationRequest.objects.count() == 1


@pytest.mark.parametrize(("typed", "is_said"), [({}, False), ({"name": "Quillon"}, True)])
def test_only_of_a_form_with_something_in_it_it_is_said_that_nothing_is_lost(client, clinic, typed, is_said):
    empty = dict(form_of(client.get("/request/").text))
    page = client.post("/request/", {**empty, **typed}, headers={"sec-fetch-site": "same-origin"})
    assert "answers need a look" in page.text
    assert ("Nothing is lost" in page.text) is is_said
