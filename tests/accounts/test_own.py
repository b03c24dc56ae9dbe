"""New codes and another phone take a code first, a new password the old one: a desk left open gives none away."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from accounts import second_factor, totp
from accounts.models import FREE_TRIES, Authenticator
from accounts.views.own import MOST_PASSWORD_TRIES, PASSWORD_SECONDS
from intake.models import AccessRecord
from tests.accounts.conftest import PASSWORD, code_of, colleague, sign_in, type_code, type_password, wrong_code

pytestmark = pytest.mark.usefixtures("clock", "clinic")

OWN, PHONE = "/staff/sign-in/", "/staff/login/phone/"


@pytest.fixture
def desk(client, robin, clock):
    second_factor.new_recovery_codes(second_factor.device_of(robin))
    sign_in(client, robin)
    clock.forward(seconds=30)
    return client


def shown_codes(page):
    return re.findall(r"<li><code>([a-z0-9-]+)</code></li>", page.text)


def test_the_page_tells_how_many_codes_are_left(desk, robin):
    second_factor.device_of(robin).recovery_codes.first().delete()
    assert "9 of 10 recovery codes left" in desk.get(OWN).text


def test_it_counts_by_as_many_codes_as_are_made(desk, monkeypatch):
    monkeypatch.setattr(second_factor, "HOW_MANY_CODES", 12)
    page = desk.get(OWN).text
    assert "10 of 12 recovery codes left" in page
    assert "Make 12 new recovery codes" in page


def test_new_codes_are_shown_once_and_work(desk, robin):
    codes = shown_codes(desk.post(OWN, {"what": "codes", "code": code_of(robin)}))
    assert len(codes) == 10
    assert shown_codes(desk.get(OWN)) == []
    assert second_factor.is_recovered_by(robin, codes[0], "")


@pytest.mark.parametrize("what", ["codes", "phone"])
def test_a_wrong_code_changes_nothing_and_is_recorded(desk, robin, what):
    before = set(second_factor.device_of(robin).recovery_codes.values_list("digest", flat=True))
    page = desk.post(OWN, {"what": what, "code": wrong_code(robin)})
    assert "That code is not right" in page.text
    assert set(second_factor.device_of(robin).recovery_codes.values_list("digest", flat=True)) == before
    assert AccessRecord.objects.filter(kind="refused", by=robin).count() == 1


def test_wrong_codes_are_slowed_down_here_too(desk, robin):
    for _ in range(FREE_TRIES):
        desk.post(OWN, {"what": "codes", "code": wrong_code(robin)})
    assert desk.post(OWN, {"what": "codes", "code": code_of(robin)}).status_code == 429


def test_the_old_phone_works_until_the_new_one_is_kept(desk, robin, clock):
    old = second_factor.device_of(robin)
    old_secret = old.secret
    assert desk.post(OWN, {"what": "phone", "code": code_of(robin)})["Location"] == PHONE
    assert desk.get("/staff/").status_code == 302, "nobody is signed in on the way"
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", desk.get(PHONE).text)[1].replace(" ", "")
    assert len(shown_codes(desk.post(PHONE, {"code": totp.code_at(secret, timezone.now())}))) == 10
    assert second_factor.device_of(robin) == old
    assert desk.post(PHONE, {"codes": "shown", "kept": "on"}).status_code == 302
    assert second_factor.device_of(robin).secret == secret
    assert Authenticator.objects.count() == 1
    desk.post("/staff/logout/")
    clock.forward(seconds=60)
    type_password(desk)
    assert type_code(desk, totp.code_at(old_secret, timezone.now())).status_code == 200
    assert type_code(desk, totp.code_at(secret, timezone.now())).status_code == 302


def change_password(desk, old, new="other calm words here"):
    words = {"old_password": old, "new_password1": new, "new_password2": new}
    return desk.post("/staff/password_change/", words)


def test_wrong_old_passwords_are_recorded_and_slowed_down(desk, robin, clock):
    for _ in range(MOST_PASSWORD_TRIES):
        assert change_password(desk, "a wrong old password").status_code == 200
    assert AccessRecord.objects.filter(kind="refused", by=robin).count() == MOST_PASSWORD_TRIES
    page = change_password(desk, PASSWORD)
    assert page.status_code == 429
    assert page["Retry-After"] == str(PASSWORD_SECONDS)
    assert "Too many wrong tries. Wait 15 minutes, then try again." in page.text
    robin.refresh_from_db()
    assert robin.check_password(PASSWORD)
    assert desk.get("/staff/password_change/").status_code == 200
    clock.forward(seconds=PASSWORD_SECONDS - 1)
    desk.post("/staff/session/")
    clock.forward(seconds=1)
    assert change_password(desk, PASSWORD).status_code == 302


def test_the_right_old_password_with_a_new_one_that_is_too_short_counts_for_nothing(desk):
    for _ in range(MOST_PASSWORD_TRIES + 1):
        assert change_password(desk, PASSWORD, new="short").status_code == 200
    assert change_password(desk, PASSWORD).status_code == 302


def test_another_phone_ends_what_the_old_one_opened(desk, robin, clock):
    elsewhere, half_way, colleagues = Client(), Client(), Client()
    clock.forward(seconds=30)
    sign_in(elsewhere, robin)
    clock.forward(seconds=30)
    type_password(half_way)
    assert half_way.get("/staff/login/code/").status_code == 200
    colleagues.force_login(colleague("sky"))
    desk.post(OWN, {"what": "phone", "code": code_of(robin)})
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", desk.get(PHONE).text)[1].replace(" ", "")
    desk.post(PHONE, {"code": totp.code_at(secret, timezone.now())})
    assert elsewhere.get("/staff/").status_code == 200
    desk.post(PHONE, {"codes": "shown", "kept": "on"})
    assert desk.get("/staff/").status_code == 200
    assert elsewhere.get("/staff/").status_code == 302
    assert half_way.get("/staff/login/code/")["Location"] == "/staff/login/"
    assert colleagues.get("/staff/").status_code == 200
