"""Who looks after accounts lets a colleague in again, and gets no further rights by it."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client

from accounts import second_factor
from accounts.models import Authenticator
from tests.accounts.conftest import code_of, colleague, phone_of

pytestmark = pytest.mark.usefixtures("clock", "clinic")


@pytest.fixture
def sky():
    user = colleague("sky")
    phone_of(user)
    return user


@pytest.fixture
def desk(client):
    """Signed in as the administrator of accounts."""
    user = colleague("kit")
    user.user_permissions.add(Permission.objects.get(codename="change_user"))
    client.force_login(user)
    client.user = user
    return client


@pytest.fixture
def client_of_sky():
    return Client()


def page_of(user):
    return f"/staff/sign-in/{user.pk}/"


def link_on(page):
    return re.search(r"http://testserver(/staff/login/link/[^<]+)</code>", page.text)[1].replace("&amp;", "&")


def test_a_link_for_a_forgotten_password_keeps_the_phone(desk, sky, client_of_sky):
    link = link_on(desk.post(page_of(sky), {"what": "link"}))
    sent = {"new_password1": "other calm words here", "new_password2": "other calm words here"}
    assert client_of_sky.post(link, sent)["Location"] == "/staff/login/code/"
    assert second_factor.device_of(sky)


def test_a_lost_phone_ends_all_and_the_link_starts_from_the_beginning(desk, sky, client_of_sky):
    client_of_sky.force_login(sky)
    assert client_of_sky.get("/staff/").status_code == 200
    link = link_on(desk.post(page_of(sky), {"what": "again"}))
    assert client_of_sky.get("/staff/").status_code == 302
    assert not Authenticator.objects.exists()
    sky.refresh_from_db()
    assert not sky.has_usable_password()
    assert client_of_sky.get(link).status_code == 200


def test_looking_changes_nothing(desk, sky):
    page = desk.get(page_of(sky))
    assert "End the sign-in and make a link" in page.text
    assert "/staff/login/link/" not in page.text
    desk.post(page_of(sky), {"what": "something else"})
    assert second_factor.device_of(sky)
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("what", ["link", "again"])
def test_it_stands_in_the_history_of_the_account_without_the_link(desk, sky, what):
    link = link_on(desk.post(page_of(sky), {"what": what}))
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (desk.user, str(sky.pk))
    assert "link" in entry.change_message
    assert link.rpartition(".")[2] not in entry.change_message


def test_nobody_makes_a_link_for_an_account_that_may_do_more(desk, robin):
    for what in ("link", "again"):
        assert desk.post(page_of(robin), {"what": what}).status_code == 403
    assert second_factor.device_of(robin)


def test_a_superuser_lets_another_in(client, robin):
    other = colleague("sky", is_superuser=True)
    client.force_login(robin)
    assert link_on(client.post(page_of(other), {"what": "link"}))


def test_not_for_oneself(desk):
    assert desk.post(page_of(desk.user), {"what": "again"}).status_code == 403


@pytest.mark.parametrize("given", [{"is_active": False}, {"is_staff": False}])
def test_not_for_an_account_switched_off(desk, sky, given):
    User.objects.filter(pk=sky.pk).update(**given)
    assert desk.post(page_of(sky), {"what": "link"}).status_code == 404


def test_not_without_the_right(client, sky):
    client.force_login(colleague("kit"))
    for answer in (client.get(page_of(sky)), client.post(page_of(sky), {"what": "again"})):
        assert answer.status_code == 403
    assert code_of(sky)


def test_the_page_of_an_account_leads_here(client, robin, sky):
    client.force_login(robin)
    assert page_of(sky) in client.get(f"/staff/auth/user/{sky.pk}/change/").text
    assert page_of(robin) not in client.get(f"/staff/auth/user/{robin.pk}/change/").text
