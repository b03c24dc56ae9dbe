"""Who is refused at a request is recorded; a key that is gone is said in words and costs nobody what they typed."""

import pytest
from django.db import connection
from django.urls import reverse

from accounts.addresses import every_address
from intake.models import AccessRecord
from tests.intake.admin.desk import LIST, VIEW, WORK, log_in_with, make_request, url_of
from tests.intake.admin.one_request import change_url, press, url_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clinic")]

REQUEST = "intake_consultationrequest_"
OF_ONE = sorted(
    address.name.removeprefix(REQUEST)
    for address in every_address()
    if address.name.startswith(REQUEST) and "object_id" in address.path
)
UNREADABLE = "cannot be read: the key for it is missing."


def lose_the_key():
    with connection.cursor() as cursor:
        cursor.execute("UPDATE intake_consultationrequest SET name = 'sealed by a key that is gone'")
        cursor.execute("UPDATE intake_caseentry SET text = 'sealed by a key that is gone'")


@pytest.mark.parametrize("name", [name for name in OF_ONE if name != "short"])
def test_every_refused_try_on_a_request_is_recorded(client, name):
    stored = make_request()
    desk = log_in_with(client)
    refused = [ask(url_to(name, stored)).status_code for ask in (client.get, client.post)].count(403)
    assert refused
    found = list(AccessRecord.objects.values_list("kind", "reference", "by"))
    assert found == [("refused", stored.reference, desk.pk)] * refused


@pytest.mark.parametrize("text", [None, "", " \n"])
def test_where_nothing_was_typed_there_is_nothing_to_copy(client, text):
    stored = make_request()
    log_in_with(client, VIEW)
    page = press(client, "note", stored, **{} if text is None else {"text": text})
    assert page.status_code == 403
    assert "<textarea" not in page.text


def test_a_refused_try_with_typed_words_is_recorded_and_gives_them_back(client):
    stored = make_request()
    log_in_with(client, VIEW)
    page = press(client, "note", stored, text="Call in the evening.")
    assert page.status_code == 403
    assert "Call in the evening.</textarea>" in page.text
    assert list(AccessRecord.objects.values_list("kind", "reference")) == [("refused", stored.reference)]


@pytest.mark.parametrize("name", ["bulk", "export"])
def test_so_is_one_on_many(client, name):
    log_in_with(client, VIEW)
    assert client.post(url_of(name)).status_code == 403
    assert AccessRecord.objects.get().kind == "refused"


def test_one_on_a_request_that_does_not_exist_is_recorded_and_breaks_nothing(client):
    log_in_with(client)
    for number in ("7", "9" * 40, "x", "_5F"):
        assert client.get(reverse("admin:intake_consultationrequest_change", args=[number])).status_code == 403
    assert set(AccessRecord.objects.values_list("kind", "reference")) == {("refused", "")}


def test_a_request_whose_key_is_gone_leads_back_to_the_list_with_a_sentence(client, desk):
    stored = make_request()
    lose_the_key()
    page = client.get(change_url(stored), follow=True)
    assert page.redirect_chain == [(reverse(LIST), 302)]
    assert f"{stored.reference} {UNREADABLE}" in page.text


def test_so_does_a_request_of_which_only_the_history_cannot_be_read(client, desk):
    stored = make_request()
    stored.entries.create(kind="asked", text="Is it free?")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE intake_caseentry SET text = 'sealed by a key that is gone'")
    assert f"{stored.reference} {UNREADABLE}" in client.get(change_url(stored), follow=True).text


@pytest.mark.parametrize("what", ["reveal", "print", "claim", "reached"])
def test_a_press_on_it_is_said_too(client, desk, what):
    stored = make_request()
    lose_the_key()
    assert f"{stored.reference} {UNREADABLE}" in press(client, what, stored, field="phone").text


@pytest.mark.parametrize("name", ["note", "hand_over", "plan", "book", "link", "close", "pause", "erase"])
def test_what_needs_none_of_its_words_can_still_be_done(admin_client, clinic, name):
    stored = make_request()
    stored.entries.create(kind="asked", text="Is it free?")
    lose_the_key()
    assert admin_client.get(url_to(name, stored)).status_code == 200


def test_an_answer_to_it_is_given_back_to_copy(client, desk):
    stored = make_request()
    stored.entries.create(kind="asked", text="Is it free?")
    lose_the_key()
    assert UNREADABLE in client.get(url_to("answer", stored), follow=True).text
    page = press(client, "answer", stored, text="Come at nine.")
    assert page.status_code == 503
    assert UNREADABLE in page.text
    assert "Come at nine.</textarea>" in page.text


def test_who_may_not_see_words_still_works_on_it(client):
    log_in_with(client, VIEW, WORK)
    stored = make_request()
    lose_the_key()
    assert client.get(change_url(stored)).status_code == 200
