"""Search on the desk: by POST, by whole words, recorded, and never in an address or a title."""

import pytest
from django.db import connection
from django.test import override_settings

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
    return client.post(url_of("search"), {"text": text})


@pytest.mark.parametrize("write", [str, str.lower, lambda r: r.replace("-", ""), lambda r: f"  {r.replace('-', ' ')} "])
def test_a_reference_is_found_however_it_is_written(admin_client, write):
    stored = stored_for_search()
    stored_for_search()
    assert shown(search(admin_client, write(stored.reference))) == [stored.reference]


@pytest.mark.parametrize(
    "text", ["2075550188", "+1 (207) 555-0188", "207.555.0188", "MARIGOLD@example.com ", "marigold", "Fields marigold"]
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
    workflow.close(closed, "answered", by=admin_user)
    page = search(admin_client, "marigold")
    assert set(shown(page)) == {held.reference, closed.reference}
    assert ": Had a question, which is answered" in page.text


def test_a_withdrawn_request_is_found_by_its_reference_alone(admin_client):
    stored = stored_for_search()
    workflow.withdraw(stored)
    assert shown(search(admin_client, "marigold")) == []
    assert '<span class="rows__name">Withdrawn</span>' in search(admin_client, stored.reference).text


def test_who_may_not_see_words_finds_by_reference_alone(client):
    stored = stored_for_search()
    log_in_with(client, VIEW)
    assert "whole words of a name" not in client.get(url_of("search")).text
    for text in ("marigold", stored.phone, stored.email):
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
    assert list(AccessRecord.objects.values_list("kind", "reference", "by")) == [("search", "", user.pk)]
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
