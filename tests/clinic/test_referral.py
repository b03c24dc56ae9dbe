"""Where else a person can turn: staff keep the places, and no place disappears from under those who were told of it."""

import pytest
from django.urls import reverse

from clinic.models import ReferralContact
from intake.workflow import ALTERNATIVES
from tests import factories
from tests.programs.admin.desk import change_url, delete_url

pytestmark = pytest.mark.django_db

LIST, ADD = "admin:clinic_referralcontact_changelist", "admin:clinic_referralcontact_add"
PLACE = {"name": "Hill House", "offers": "A bed.", "good_when": "You need a bed.", "phone": "+12075550160"}


def test_a_place_is_added(admin_client):
    admin_client.post(reverse(ADD), PLACE | {"is_offered": "on"})
    assert ReferralContact.objects.offered().get().name == "Hill House"
    page = admin_client.get(reverse(LIST)).text
    assert "(207) 555-0160" in page


def test_a_place_that_cannot_be_reached_is_refused_in_words(admin_client):
    assert "Enter a number or a web address." in admin_client.post(reverse(ADD), PLACE | {"phone": ""}).text
    assert not ReferralContact.objects.exists()


def test_words_that_hurt_are_warned_of(admin_client):
    page = admin_client.post(reverse(ADD), PLACE | {"good_when": "You are an addict."}, follow=True)
    assert "Referral contact: Good when: “addict”." in page.text


def test_a_place_that_somebody_was_told_of_is_not_deleted(admin_client):
    place = factories.referral_contact(name="Hill House")
    factories.consultation_request().alternatives.add(place)
    page = admin_client.get(delete_url(place)).text
    assert "Somebody was told of “Hill House”. Untick" in page
    admin_client.post(delete_url(place), {"post": "yes"})
    assert ReferralContact.objects.filter(pk=place.pk).exists()


def test_a_place_that_nobody_was_told_of_is_deleted(admin_client):
    place = factories.referral_contact()
    factories.consultation_request().alternatives.add(factories.referral_contact())
    admin_client.post(delete_url(place), {"post": "yes"})
    assert not ReferralContact.objects.filter(pk=place.pk).exists()


def test_who_reads_requests_only_does_not_change_places(client):
    client.force_login(factories.colleague(rights=["view_consultationrequest", "view_referralcontact"]))
    place = factories.referral_contact()
    assert client.get(change_url(place)).status_code == 200
    assert client.post(change_url(place), PLACE).status_code == 403
    assert client.get(reverse(ADD)).status_code == 403


def test_no_public_page_lists_places(client, starting_content):
    for path in ("/", "/help-now/", "/questions/", "/search/?q=Sample+Bay+Hospital", "/sitemap.xml"):
        assert "Sample Bay Hospital</" not in client.get(path, follow=True).text


def test_starting_places_are_enough_to_close_a_request_and_the_made_up_ones_say_so(starting_content):
    offered, places = ReferralContact.objects.offered(), ReferralContact.objects.places()
    assert {line.name for line in set(offered) - set(places)} == {"211", "SAMHSA National Helpline"}
    assert places.count() > ALTERNATIVES
    assert not offered.review_due(offered.first().reviewed_on)
    for place in places:
        assert "Sample entry." in place.offers
        assert place.phone.startswith("+1207555016")
