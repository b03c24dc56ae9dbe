"""The receipt and the form shown again say what a person needs next."""

import html
import re
from datetime import time, timedelta

import pytest

from clinic.models import OpeningHours
from intake import form_token
from intake.forms import CONSENT_VERSION, consent_lines
from tests.intake.views.private_page import OWN_PAGE, pass_of, post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clinic")]

ANSWERS = {"asking_for": "self", "name": "Quillon", "ways": ["email"], "email": "zanzibar@gmail.com"}


@pytest.fixture
def send(client, clinic):
    def send(**changed):
        token = form_token.new(consent_lines(clinic), CONSENT_VERSION)
        return client.post("/request/", {**ANSWERS, "token": token, **changed}, headers=OWN_PAGE)

    return send


@pytest.fixture
def receipt(client, send):
    return lambda **changed: html.unescape(client.get(send(**changed).url).text)


def test_by_mail_alone_it_hints_at_the_address_and_says_what_the_mail_shows(receipt):
    text = receipt()
    assert "We write to z…@g…l.com." in text
    assert "zanzibar" not in text
    assert "The subject is “Hello”, and the mail says nothing about care. Its address may show our name." in text
    assert "look among your spam too" in text
    assert "If you miss us, you can call us at" in text
    assert "Your reference”. It comes from" not in text


def test_who_asked_for_a_mail_reads_from_where_it_comes(receipt, settings):
    settings.DEFAULT_FROM_EMAIL = "Front desk <desk@example.org>"
    assert "The mail with your reference is called “Your reference”. It comes from desk@example.org." in receipt(
        wants_receipt="on"
    )


def test_who_writes_for_another_reads_again_that_we_do_not_tell(receipt):
    words = "We will not tell the person you care about that you wrote."
    assert words in receipt(asking_for="loved_one")
    assert words not in receipt()


def test_it_names_the_zone_of_its_promise_and_the_hour_of_the_person(receipt):
    call = {"ways": ["call"], "phone": "207 555 0177"}
    assert re.search(r"A person replies by [\w:]+( [ap]m)? Eastern time \w+\.", receipt(**call))
    there = receipt(**call, time_zone="America/Los_Angeles")
    assert re.search(r"by [\w:]+( [ap]m)? Eastern time \w+, which is [\w:]+( [ap]m)? Pacific time\.", there)


def test_its_button_opens_the_private_page_while_its_code_is_shown(client, send):
    address = send().url
    opened = client.get(address)
    assert "zanzibar@gmail.com" in post(client, "look/", **{"pass": pass_of(opened)}).text
    assert 0 < int(re.search(r'data-seconds="(\d+)"', opened.text)[1]) <= 300
    without_code = client.get(address.partition("&secret=")[0]).text
    assert 'name="pass"' not in without_code


def test_the_phone_number_stands_close_to_its_full_stop(client, receipt):
    for text in (receipt(), client.get("/request/sent/").text):
        assert not re.search(r"</a>\s+[.,]", text)


def test_the_form_shown_again_keeps_the_promise_while_we_are_in(send):
    OpeningHours.objects.update(opens=time(0), closes=time(23, 59))
    text = send(email="wrong").text
    assert "<title>Error: " in text
    assert re.search(r"We are here now. A person replies by <strong>[^<]+ Eastern time \w+</strong>", text)


def test_the_form_shown_again_keeps_help_and_hours_while_nobody_is_in(send, clinic):
    OpeningHours.objects.all().delete()
    in_two_days = clinic.local_now().date() + timedelta(days=2)
    OpeningHours.objects.create(date=in_two_days, opens=time(8), closes=time(20))
    text = send(email="wrong").text
    assert "<title>Error: " in text
    for words in (
        '<a href="tel:988">call 988</a>',
        "Lines that answer now",
        "A person reads this then, and replies by",
    ):
        assert words in text


def test_no_name_of_a_client_who_did_not_agree_is_sent_back(send):
    client_route = {"asking_for": "client", "person_name": "Robin", "email": "wrong"}
    assert 'value="Robin"' in send(**client_route, person_agreed="yes").text
    for answer in ({"person_agreed": "no"}, {}):
        text = send(**client_route, **answer).text
        assert 'name="person_name"' in text
        assert "Robin" not in text
