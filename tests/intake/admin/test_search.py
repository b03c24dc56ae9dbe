"""Search on the desk: by POST, by whole words, recorded, and never in an address or a title."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from intake import search_keys, workflow
from intake.models import AccessRecord
from tests.intake.admin.desk import VIEW, WORDS, log_in_with, make_request, shown, url_of

pytestmark = pytest.mark.django_db

NOTHING = "Nothing found. Check the spelling:"


def stored_for_search(**fields):
    stored = make_request(**fields)
    search_keys.replace_keys(stored)
    return stored


def search(client, text):
    return client.post(url_of("search"), {"text": text}, follow=True)


@pytest.mark.parametrize("write", [str, str.lower, lambda r: r.replace("-", ""), lambda r: f"  {r.replace('-', ' ')} "])
def test_a_reference_is_found_however_it_is_written(admin_client, write):
    stored = stored_for_search()
    stored_for_search()
    assert shown(search(admin_client, write(stored.reference))) == [stored.reference]


@pytest.mark.parametrize("text", ["K7QF", "k7q", " k7-qf ", "A3K7QFXYW", "a3k-7qf", "７qf", "QFXY", "XYW"])
def test_a_part_of_a_reference_is_enough(admin_client, text):
    stored = stored_for_search(reference="A3K-7QF-XYW")
    stored_for_search(reference="ACE-347-TUV")
    assert shown(search(admin_client, text)) == [stored.reference]


@pytest.mark.parametrize("text", ["A3", "W", "K-7", "XYWA", "7XYW", "A3K7QFXYX", "%3K", "A_K", "---", "___"])
def test_less_than_three_letters_or_others_find_no_reference(admin_client, text):
    stored_for_search(reference="A3K-7QF-XYW")
    assert shown(search(admin_client, text)) == []


@pytest.mark.parametrize(
    "text",
    ["2075550188", "0188", "+1 (207) 555-0188", "207.555.0188", "MARIGOLD@example.com ", "marigold", "Fields marigold"],
)
def test_a_person_is_found_by_number_email_and_whole_words_of_the_name(admin_client, text):
    stored = stored_for_search(name="Marigold Fields", phone="207 555 0188")
    stored_for_search(name="Juniper", phone="207 555 0199", email="juniper@example.com")
    page = search(admin_client, text)
    assert shown(page) == [stored.reference]
    assert "1 request found" in page.text


@pytest.mark.parametrize("text", ["Mari", "marigold juniper", "207 555 0177", "ACE-347-XYW", "%", "' OR 1=1 --"])
def test_nothing_found_says_what_to_try(admin_client, text):
    stored_for_search()
    page = search(admin_client, text)
    assert shown(page) == []
    assert f"{NOTHING} a name is found by whole words" in page.text


def test_held_and_closed_ones_are_found_too(admin_client, admin_user):
    held, closed = stored_for_search(held_because="Sent within 3 seconds"), stored_for_search()
    workflow.close(closed, "elsewhere", by=admin_user)
    page = search(admin_client, "marigold")
    assert set(shown(page)) == {held.reference, closed.reference}
    assert ": Chose help elsewhere" in page.text


def test_a_withdrawn_request_is_found_by_its_reference_alone(admin_client):
    stored = stored_for_search()
    workflow.withdraw(stored)
    assert shown(search(admin_client, "marigold")) == []
    assert '<span class="rows__name">Withdrawn</span>' in search(admin_client, stored.reference).text


def test_who_may_not_see_words_finds_by_reference_alone(client):
    stored = stored_for_search()
    log_in_with(client, VIEW)
    assert "whole words of a name" not in client.get(url_of("search")).text
    for text in ("marigold", stored.phone, stored.phone[-4:], stored.email):
        page = search(client, text)
        assert shown(page) == []
        assert NOTHING in page.text
    page = search(client, stored.reference)
    assert shown(page) == [stored.reference]
    assert "Marigold" not in page.text


def test_the_search_is_recorded_and_what_was_looked_for_is_not(client):
    stored_for_search()
    user = log_in_with(client, VIEW, WORDS)
    page = search(client, "Marigold")
    assert list(AccessRecord.objects.values_list("kind", "reference", "by")) == [
        ("search", "", user.pk),
        ("list", "", user.pk),
    ]
    assert page["Cache-Control"] == "no-store"
    assert "Marigold" not in page.text[: page.text.index("</title>")]


def test_a_search_that_cannot_be_recorded_shows_nothing(admin_client):
    stored = stored_for_search()
    admin_client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE intake_accessrecord")
    page = search(admin_client, "Marigold")
    assert page.status_code == 503
    assert stored.reference not in page.text


def test_an_address_searches_nothing(admin_client):
    stored = stored_for_search()
    page = admin_client.get(url_of("search"), {"text": "Marigold"})
    assert stored.reference not in page.text
    assert not AccessRecord.objects.filter(kind="search").exists()


def test_an_empty_search_says_what_is_missing(admin_client):
    assert "Type what you look for." in search(admin_client, "  ").text


def test_without_the_key_the_desk_says_so(admin_client):
    stored_for_search()
    with override_settings(ENCRYPTION_KEYS=[]):
        page = search(admin_client, "Marigold")
    assert page.status_code == 200
    assert "the key is missing" in page.text


def test_more_than_a_page_is_said(admin_client):
    for _ in range(51):
        stored_for_search()
    page = search(admin_client, "marigold")
    assert len(shown(page)) == 50
    assert "More than 50 found." in page.text


def test_editors_of_content_may_not_search(client):
    stored_for_search()
    log_in_with(client, "change_program", WORDS)
    assert client.get(url_of("search")).status_code == 403
    assert search(client, "marigold").status_code == 403


def answered(client, text):
    return client.post(url_of("search"), {"text": text})


def found(client, text):
    """The address that leads back to what this search finds."""
    return answered(client, text)["Location"]


class TestBack:
    def test_the_answer_is_a_page_that_can_be_gone_back_to_and_loaded_again(self, admin_client):
        stored = stored_for_search()
        answer = answered(admin_client, "marigold")
        assert answer.status_code == 303
        assert re.fullmatch(re.escape(url_of("search")) + r"\?found=[0-9a-f]{8}", answer["Location"])
        for _ in range(2):
            assert shown(admin_client.get(answer["Location"])) == [stored.reference]

    def test_each_look_at_it_is_recorded_before_it_is_shown(self, admin_client):
        stored_for_search()
        back = found(admin_client, "marigold")
        admin_client.get(back)
        assert list(AccessRecord.objects.values_list("kind", flat=True)) == ["search", "list"]
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE intake_accessrecord")
        admin_client.raise_request_exception = False
        page = admin_client.get(back)
        assert (page.status_code, "1 request found" in page.text) == (503, False)

    @pytest.mark.parametrize("address", ["", "?found", "?found=1", "?found=None", "?found=%00"])
    def test_who_only_begins_sees_nothing_of_the_last_search(self, admin_client, address):
        stored_for_search()
        search(admin_client, "marigold")
        assert shown(admin_client.get(url_of("search") + address)) == []

    def test_what_was_looked_for_is_kept_nowhere(self, admin_client):
        stored = stored_for_search()
        assert "mArIgOlD" not in search(admin_client, "mArIgOlD").text
        session = dict(admin_client.session.items())
        [waiting] = session["searches"]
        assert (waiting.keys(), waiting["keys"]) == ({"code", "keys", "at"}, [stored.pk])
        assert "marigold" not in str(session).casefold()

    def test_two_tabs_each_go_back_to_what_they_found(self, admin_client):
        names = ("Marigold", "Primrose")
        stored = [stored_for_search(name=name, email=f"{name}@example.com") for name in names]
        tabs = [found(admin_client, name) for name in names]
        for text in ("Juniper", ""):
            answered(admin_client, text)  # finds nothing, in a third one
        assert [shown(admin_client.get(tab)) for tab in tabs] == [[one.reference] for one in stored]

    def test_the_last_five_searches_are_kept(self, admin_client):
        stored_for_search()
        tabs = [found(admin_client, "marigold") for _search in range(6)]
        assert [bool(shown(admin_client.get(tab))) for tab in tabs] == [False, *5 * [True]]

    def test_what_was_typed_stays_when_nothing_was_found(self, admin_client):
        assert 'value="Marigld"' in answered(admin_client, "Marigld").text

    @pytest.mark.parametrize(("minutes", "is_there"), [(14, True), (15, False)])
    def test_it_is_gone_after_a_quarter_of_an_hour(self, admin_client, minutes, is_there):
        stored_for_search()
        back = found(admin_client, "marigold")
        session = admin_client.session
        session["searches"][0]["at"] -= minutes * 60
        session.save()
        assert (shown(admin_client.get(back)) != []) == is_there

    def test_it_is_gone_after_signing_out(self, admin_client, admin_user):
        stored_for_search()
        back = found(admin_client, "marigold")
        admin_client.post(reverse("admin:logout"))
        admin_client.force_login(admin_user)
        answered(admin_client, "marigold")
        assert shown(admin_client.get(back)) == []

    def test_a_role_that_ended_meanwhile_ends_it(self, client):
        stored = stored_for_search()
        user = log_in_with(client, VIEW, WORDS)
        back = found(client, "marigold")
        user.user_permissions.set(Permission.objects.filter(codename=VIEW))
        page = client.get(back)
        assert shown(page) == [stored.reference]
        assert "Marigold" not in page.text
        user.user_permissions.clear()
        assert stored.reference not in client.get(back).text

    def test_it_costs_the_same_however_many_are_found(self, admin_client):
        costs = []
        for _ in range(2):
            for _ in range(3):
                stored_for_search()
            with CaptureQueriesContext(connection) as asked:
                search(admin_client, "marigold")
            costs.append(len(asked))
        assert costs[0] == costs[1]
