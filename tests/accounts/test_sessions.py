"""Somebody who left is signed out, and so is everybody after twelve hours."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from tests.accounts.conftest import PASSWORD, sign_in

pytestmark = pytest.mark.usefixtures("clock", "clinic")

HOME, TIME = "/staff/", "/staff/session/"
IDLE, MOST = 15 * 60, 12 * 60 * 60


@pytest.fixture
def desk(client, robin):
    sign_in(client, robin)
    return client


def test_fifteen_idle_minutes_end_the_session(desk, clock):
    clock.forward(seconds=IDLE - 1)
    assert desk.get(HOME).status_code == 200
    clock.forward(seconds=IDLE + 1)
    assert desk.get(HOME)["Location"] == "/staff/login/?next=/staff/"
    assert desk.get(TIME).json() == {"seconds": 0, "who": None}


def test_each_page_starts_the_time_again_up_to_twelve_hours(desk, clock):
    passed = 0
    while passed + 600 < MOST:
        clock.forward(seconds=600)
        passed += 600
        assert desk.get(HOME).status_code == 200
    clock.forward(seconds=601)
    assert desk.get(HOME).status_code == 302


def test_pages_of_the_public_site_do_not_keep_a_session_open(desk, clock):
    before = Session.objects.get().expire_date
    clock.forward(seconds=60)
    desk.get("/request/")
    assert Session.objects.get().expire_date == before


def test_asking_how_long_does_not_make_it_longer_and_a_press_does(desk, clock):
    desk.get(HOME)
    clock.forward(seconds=800)
    assert desk.get(TIME).json()["seconds"] == IDLE - 800
    assert desk.get(TIME).json()["seconds"] == IDLE - 800
    assert desk.post(TIME).json()["seconds"] == IDLE
    assert desk.get(TIME).json()["seconds"] == IDLE


def test_a_press_does_not_reach_beyond_twelve_hours(desk, clock):
    for _ in range(MOST // 600 - 1):
        clock.forward(seconds=600)
        desk.post(TIME)
    clock.forward(seconds=400)
    assert desk.post(TIME).json()["seconds"] == pytest.approx(200, abs=1)
    assert 'data-seconds="200"' in desk.get(HOME).text or 'data-seconds="199"' in desk.get(HOME).text


def test_a_press_needs_its_token(robin):
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(robin)
    assert careful.post(TIME).status_code == 403
    token = careful.get(TIME).json()["token"]
    assert careful.post(TIME, headers={"X-CSRFToken": token}).status_code == 200


def test_a_form_that_comes_too_late_says_that_nothing_was_saved(desk, clock):
    clock.forward(seconds=IDLE + 1)
    page = desk.post("/staff/clinic/alert/add/", {"body": "A word of a person"})
    assert page.status_code == 403
    assert "Nothing was saved" in page.text
    assert "A word of a person</textarea>" in page.text


def test_it_says_after_how_long_that_happens(client, clinic, settings):
    settings.SESSION_COOKIE_AGE, settings.SESSION_MOST_SECONDS = 20 * 60, 8 * 60 * 60
    page = client.post("/staff/clinic/alert/add/").text
    assert "That happens after 20 minutes without a page, and 8 hours after you signed in." in page


def test_every_page_carries_the_warning_and_the_sign_in_pages_do_not(desk):
    page = desk.get(HOME).text
    assert f'data-seconds="{IDLE}" data-warning="120"' in page
    assert "session.js" in page
    desk.post("/staff/logout/")
    assert "session.js" not in desk.get("/staff/login/").text


def test_a_new_password_keeps_this_browser_signed_in_and_ends_the_others(desk, robin, clock):
    other = Client()
    other.force_login(robin)
    words = {
        "old_password": PASSWORD,
        "new_password1": "other calm words here",
        "new_password2": "other calm words here",
    }
    assert desk.post("/staff/password_change/", words).status_code == 302
    assert desk.get(HOME).status_code == 200
    assert other.get(HOME).status_code == 302


def test_signing_out_leaves_nothing(desk):
    key = desk.session.session_key
    assert desk.post("/staff/logout/").status_code == 200
    assert not Session.objects.filter(session_key=key).exists()
    assert desk.get(HOME).status_code == 302


def test_a_session_is_its_owners_own_and_not_made_by_an_address(desk):
    assert desk.get("/staff/logout/").status_code == 405
    assert desk.get(HOME).status_code == 200
