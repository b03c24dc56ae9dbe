"""The first way in: a link that works once, a password, the phone, ten codes. No step can be left out."""

import re
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from accounts import enrolment, second_factor, totp
from accounts.models import Authenticator, RecoveryCode
from tests.accounts.conftest import PASSWORD, code_of, colleague, phone_of, sign_in, type_code, type_password

pytestmark = pytest.mark.usefixtures("clock", "clinic")

PHONE = "/staff/login/phone/"
WORDS = "other calm words here"


@pytest.fixture
def sky():
    """New here: no password, no phone."""
    return User.objects.create_user("sky", is_staff=True)


def path_of(link):
    return link.removeprefix("http://testserver")


def set_password(client, link, password=WORDS, again=None):
    return client.post(path_of(link), {"new_password1": password, "new_password2": again or password})


def shown_secret(page):
    return re.search(r'<p class="sign-in__key"><code>([A-Z2-7 ]+)</code>', page.text)[1].replace(" ", "")


def shown_codes(page):
    return re.findall(r"<li><code>([a-z0-9-]+)</code></li>", page.text)


def confirm_phone(client):
    secret = shown_secret(client.get(PHONE))
    return client.post(PHONE, {"code": totp.code_at(secret, timezone.now())})


def is_signed_in(client):
    return client.get("/staff/").status_code == 200


def test_from_the_link_to_the_desk(client, sky):
    link = enrolment.link_for(sky)
    assert "sky" in client.get(path_of(link)).text
    assert set_password(client, link)["Location"] == PHONE
    assert not is_signed_in(client)
    codes = shown_codes(confirm_phone(client))
    assert len(codes) == second_factor.HOW_MANY_CODES
    assert not is_signed_in(client)
    assert client.post(PHONE, {"codes": "shown", "kept": "on"})["Location"] == "/staff/"
    assert is_signed_in(client)
    client.post("/staff/logout/")
    type_password(client, "sky", WORDS)
    assert client.post("/staff/login/code/", {"recovery": codes[0]}).status_code == 302
    assert is_signed_in(client)


def test_a_set_up_opened_in_another_browser_says_that_the_picture_is_a_new_one(client, sky):
    set_password(client, enrolment.link_for(sky))
    secret = shown_secret(client.get(PHONE))
    other = Client()
    type_password(other, "sky", WORDS)
    other.get(PHONE)
    page = client.post(PHONE, {"code": totp.code_at(secret, timezone.now())})
    assert shown_secret(page) != secret
    assert "This picture is a new one" in page.text
    page = client.post(PHONE, {"code": "000000"})
    assert "This picture is a new one" not in page.text


def test_opening_a_link_uses_nothing_up(client, sky):
    link = enrolment.link_for(sky)
    for _ in range(3):
        assert client.get(path_of(link)).status_code == 200
        assert client.head(path_of(link)).status_code in (200, 405)
    assert set_password(client, link).status_code == 302


def test_a_link_works_once(client, sky):
    link = enrolment.link_for(sky)
    set_password(client, link)
    assert client.get(path_of(link)).status_code == 410
    page = set_password(client, link, "whatever else there is")
    assert page.status_code == 410
    assert "This link has ended" in page.text
    assert f"It works once and for {enrolment.LINK_HOURS} hours" in page.text
    sky.refresh_from_db()
    assert sky.check_password(WORDS)


def test_a_link_ends_after_a_day(client, sky, monkeypatch):
    link = enrolment.link_for(sky)
    for hours, status in ((23, 200), (25, 410)):
        later = datetime.now() + timedelta(hours=hours)
        monkeypatch.setattr(enrolment.Links, "_now", lambda self, later=later: later)
        assert client.get(path_of(link)).status_code == status


def test_a_link_ends_when_the_colleague_signs_in_or_the_phone_is_reset(client, robin):
    before = enrolment.link_for(robin)
    sign_in(client, robin)
    assert client.get(path_of(before)).status_code == 410
    robin.refresh_from_db()
    before = enrolment.link_for(robin)
    robin.authenticators.all().delete()
    assert client.get(path_of(before)).status_code == 410


@pytest.mark.parametrize("given", [{"is_active": False}, {"is_staff": False}])
def test_a_link_of_an_account_switched_off_has_ended(client, sky, given):
    link = enrolment.link_for(sky)
    User.objects.update(**given)
    assert client.get(path_of(link)).status_code == 410


@pytest.mark.parametrize(
    "code", ["", ".", "x", "OTk5.abc-def", "%00", "é.é", "MQ", "MTAwMDAwMDAwMDAwMDAwMDAwMDAwMDA.x-y", "_-.x-y"]
)
def test_a_link_made_up_has_ended(client, sky, code):
    assert client.get(f"/staff/login/link/?code={code}").status_code == 410


def test_a_link_of_one_is_not_one_of_another(client, sky, robin):
    own, other = enrolment.link_for(sky), enrolment.link_for(robin)
    mixed = f"{other.rpartition('.')[0]}.{own.rpartition('.')[2]}"
    assert client.get(path_of(mixed)).status_code == 410


@pytest.mark.parametrize(
    ("password", "again", "why"),
    [
        ("four words no", None, "at least 15 characters"),
        ("passwordpassword", None, "easy to guess"),
        ("four calm words", "four calm wordz", "match"),
    ],
)
def test_a_password_that_is_weak_or_mistyped_is_refused_in_words(client, sky, password, again, why):
    page = set_password(client, enrolment.link_for(sky), password, again)
    assert why in page.text
    sky.refresh_from_db()
    assert not sky.has_usable_password()


def test_a_link_for_a_forgotten_password_does_not_get_around_the_phone(client, robin):
    assert set_password(client, enrolment.link_for(robin))["Location"] == "/staff/login/code/"
    assert client.get(PHONE)["Location"] == "/staff/login/code/"
    assert not is_signed_in(client)
    assert type_code(client, code_of(robin)).status_code == 302
    assert is_signed_in(client)


def test_a_password_alone_never_replaces_a_phone(client, robin):
    device = second_factor.device_of(robin)
    type_password(client)
    for sent in ({"code": code_of(robin)}, {"codes": "shown", "kept": "on"}):
        assert client.post(PHONE, sent)["Location"] == "/staff/login/code/"
    assert list(Authenticator.objects.all()) == [device]


def test_an_account_made_on_the_server_sets_up_a_phone_first(client):
    User.objects.create_superuser("root", password=PASSWORD)
    assert type_password(client, "root")["Location"] == PHONE
    assert not is_signed_in(client)
    assert client.get("/staff/login/code/")["Location"] == "/staff/login/"


def test_a_wrong_code_sets_nothing_up(client, sky):
    set_password(client, enrolment.link_for(sky))
    secret = shown_secret(client.get(PHONE))
    page = client.post(PHONE, {"code": "000000"})
    assert "That code is not right." in page.text
    assert shown_secret(page) == secret, "the app that scanned it stays right"
    assert not RecoveryCode.objects.exists()
    assert client.post(PHONE, {"codes": "shown", "kept": "on"})["Location"] == PHONE
    assert second_factor.device_of(sky) is None


def test_the_codes_must_be_kept_before_the_desk_opens(client, sky):
    set_password(client, enrolment.link_for(sky))
    first = shown_codes(confirm_phone(client))
    page = client.post(PHONE, {"codes": "shown"})
    assert "Keep the codes first" in page.text
    assert len(shown_codes(page)) == 10
    assert not set(shown_codes(page)) & set(first), "a list is shown once"
    assert second_factor.device_of(sky) is None
    assert not is_signed_in(client)


def test_who_stops_half_way_starts_with_another_secret(client, sky):
    """Or somebody who once had only the password would know the secret of the phone that is confirmed later."""
    set_password(client, enrolment.link_for(sky))
    before = shown_secret(client.get(PHONE))
    confirm_phone(client)
    client.cookies.clear()
    assert type_password(client, "sky", WORDS)["Location"] == PHONE
    assert shown_secret(client.get(PHONE)) != before
    assert Authenticator.objects.count() == 1


def test_the_app_of_the_same_phone_opens_with_a_press_and_nothing_of_the_page_is_stored(client, sky):
    set_password(client, enrolment.link_for(sky))
    page = client.get(PHONE)
    address = totp.address(shown_secret(page), "sky")
    assert f'href="{escape(address)}"' in page.text
    assert "no-store" in page["Cache-Control"]


def test_the_picture_holds_what_can_be_typed_and_no_style(client, sky):
    set_password(client, enrolment.link_for(sky))
    page = client.get(PHONE)
    size, path = totp.drawing(totp.address(shown_secret(page), "sky"))
    assert f'viewBox="0 0 {size} {size}"' in page.text
    assert path in page.text
    assert "style=" not in page.text


def test_start_again_ends_password_phone_codes_and_every_browser(client, robin):
    codes = second_factor.new_recovery_codes(second_factor.device_of(robin))
    sign_in(client, robin)
    robin.refresh_from_db()
    enrolment.start_again(robin)
    assert not is_signed_in(client)
    assert type_password(client).status_code == 200
    assert not Authenticator.objects.exists()
    set_password(client, enrolment.link_for(robin))
    assert client.post("/staff/login/code/", {"recovery": codes[0]})["Location"] == "/staff/login/"
    assert len(shown_codes(confirm_phone(client))) == 10


def test_nothing_that_opens_an_account_is_logged_or_mailed(client, sky, caplog):
    caplog.set_level("DEBUG")
    link = enrolment.link_for(sky)
    client.get(path_of(link))
    set_password(client, link)
    secret = shown_secret(client.get(PHONE))
    codes = shown_codes(confirm_phone(client))
    client.get(path_of(link))
    token = link.rpartition("=")[2]
    assert not [word for word in (secret, token, WORDS, *codes) if word in caplog.text]
    assert mail.outbox == []


def test_the_phone_of_one_is_not_set_up_by_another(client, robin, sky):
    other = phone_of(colleague("kit"))
    set_password(client, enrolment.link_for(sky))
    client.get(PHONE)
    assert client.post(PHONE, {"code": totp.code_at(other.secret, timezone.now())}).status_code == 200
    assert second_factor.device_of(sky) is None
