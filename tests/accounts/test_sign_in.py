"""Nothing of the staff desk answers before password and code were both right."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.urls import URLResolver

from accounts import second_factor
from accounts.forms import CodeForm
from accounts.models import FREE_TRIES
from accounts.views import sign_in as views
from intake.models import AccessRecord
from tests.accounts.conftest import (
    PASSWORD,
    code_of,
    colleague,
    phone_of,
    sign_in,
    type_code,
    type_password,
    wrong_code,
)

pytestmark = pytest.mark.usefixtures("clock", "clinic")

HOME = "/staff/"
BEFORE_SIGN_IN = {"/staff/login/", "/staff/login/code/", "/staff/login/phone/", "/staff/login/link/", "/staff/session/"}


def addresses(patterns, before=HOME):
    for pattern in patterns:
        text = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, text)
        else:
            plain = re.sub(r"<[^>]+>", "1", re.sub(r"\(\?P<app_label>(\w+)[^)]*\)", r"\1", text))
            yield plain.replace("^", "").replace("$", "")


ADDRESSES = sorted({address for address in addresses(admin.site.urls[0]) if "(?P" not in address})


def from_place(number):
    return {"REMOTE_ADDR": f"203.0.113.{number}"}


def is_signed_in(client):
    return client.get(HOME).status_code == 200


def test_the_walk_finds_the_whole_desk():
    assert len(ADDRESSES) > 100
    assert set(ADDRESSES) > BEFORE_SIGN_IN
    assert {HOME, "/staff/intake/consultationrequest/1/change/", "/staff/password_change/", "/staff/jsi18n/"} < set(
        ADDRESSES
    )
    assert not any("<" in address for address in ADDRESSES)


@pytest.mark.parametrize("stage", ["nobody", "password", "password without a phone", "marked by hand"])
def test_no_address_answers_before_both_factors(client, robin, stage):
    if stage == "password":
        type_password(client)
    elif stage == "password without a phone":
        colleague("sky", is_superuser=True)
        type_password(client, "sky")
    elif stage == "marked by hand":
        client.force_login(robin)
        session = client.session
        del session["signed_in_at"]
        session.save()
    for address in [*ADDRESSES, "/staff/nothing-here/"]:
        if address in BEFORE_SIGN_IN:
            continue
        asked, sent = client.get(address), client.post(address)
        if address != "/staff/logout/":
            assert asked["Location"].startswith("/staff/login/?next="), address
            assert sent.status_code == 403, address
        assert sent.status_code != 200, address
    assert client.get("/staff/session/").json()["seconds"] == 0


def test_password_then_code_then_the_page_that_was_asked_for(client, robin):
    asked = client.get("/staff/clinic/alert/")
    answer = type_password(client, address=asked["Location"])
    assert answer["Location"] == "/staff/login/code/"
    assert not is_signed_in(client)
    assert SESSION_KEY not in client.session
    assert type_code(client, code_of(robin))["Location"] == "/staff/clinic/alert/"
    assert is_signed_in(client)


def test_the_key_of_the_session_changes_with_each_factor(client, robin):
    client.get("/staff/login/")
    type_password(client)
    first = client.session.session_key
    type_code(client, code_of(robin))
    second = client.session.session_key
    assert first != second
    client.cookies["staff"] = first
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "page", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", "http:///x"]
)
def test_nobody_is_sent_to_another_site(client, robin, page):
    type_password(client, address=f"/staff/login/?next={page}")
    assert type_code(client, code_of(robin))["Location"] == HOME
    assert client.get("/staff/login/", {"next": page})["Location"] == HOME


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("robin", "wrong"),
        ("nobody", PASSWORD),
        ("visitor", PASSWORD),
        ("left", PASSWORD),
        ("unset", PASSWORD),
        ("robin", ""),
    ],
)
def test_every_wrong_sign_in_reads_the_same(client, robin, username, password):
    colleague("visitor", is_staff=False)
    colleague("left", is_active=False)
    User.objects.create_user("unset", is_staff=True)
    page = type_password(client, username, password)
    assert page.status_code == 200
    assert ("Type your password." if not password else views.WRONG) in page.text
    assert not client.session.keys()


def test_an_unknown_name_takes_the_same_work(client, robin, monkeypatch):
    hashed = []
    make = User.set_password
    monkeypatch.setattr(User, "set_password", lambda user, raw: hashed.append(raw) or make(user, raw))
    type_password(client, "nobody", "wrong")
    assert hashed == ["wrong"]


def test_the_password_is_on_no_page(client, robin):
    assert "wrong words" not in type_password(client, "robin", "wrong words").text


def test_wrong_passwords_slow_down_this_name_from_this_place_alone(client, robin):
    phone_of(colleague("sky"))
    for _ in range(views.MOST_TRIES):
        assert type_password(client, password="wrong", **from_place(1)).status_code == 200
    page = type_password(client, **from_place(1))
    assert page.status_code == 429
    assert page["Retry-After"] == "900"
    assert "Too many wrong tries. Wait 15 minutes, then try again." in page.text
    assert type_password(client, username="ROBIN", **from_place(1)).status_code == 429
    assert type_password(client, username="sky", **from_place(1)).status_code == 302
    assert type_password(client, **from_place(2)).status_code == 302


def test_the_wait_ends(client, robin, clock):
    for _ in range(views.MOST_TRIES + 1):
        type_password(client, password="wrong")
    clock.forward(seconds=views.TRY_SECONDS)
    assert type_password(client).status_code == 302


def test_a_right_password_starts_the_count_again(client, robin):
    for _ in range(3):
        for _ in range(views.MOST_TRIES - 1):
            type_password(client, password="wrong")
        assert type_password(client).status_code == 302


def test_many_names_from_one_place_are_slowed_down_too(client, robin, monkeypatch):
    monkeypatch.setattr(views, "MOST_FROM_ONE_PLACE", 7)
    for number in range(7):
        type_password(client, f"name{number}", "wrong", **from_place(1))
    assert type_password(client, **from_place(1)).status_code == 429
    assert type_password(client, **from_place(2)).status_code == 302


def test_wrong_codes_wait_wherever_they_come_from_and_a_recovery_code_goes_on(client, robin):
    codes = second_factor.new_recovery_codes(second_factor.device_of(robin))
    type_password(client)
    for number in range(FREE_TRIES):
        page = type_code(client, wrong_code(robin), **from_place(number))
        assert CodeForm.wrong in page.text
    page = type_code(client, code_of(robin), **from_place(99))
    assert page.status_code == 429
    assert "Wait 1 minute, then try again." in page.text
    assert client.post("/staff/login/code/", {"recovery": codes[0]}).status_code == 302
    assert is_signed_in(client)


def test_the_owner_is_told_of_codes_that_somebody_else_tried(client, robin, clock):
    type_password(client)
    for _ in range(FREE_TRIES):
        type_code(client, wrong_code(robin))
    clock.forward(seconds=60)
    type_code(client, code_of(robin))
    assert f"{FREE_TRIES} wrong codes were tried with your password" in client.get(HOME).text


def test_a_wrong_second_factor_is_recorded(client, robin):
    type_password(client)
    type_code(client, wrong_code(robin))
    client.post("/staff/login/code/", {"recovery": "aaaa-aaaa-aaaa"})
    assert list(AccessRecord.objects.values_list("kind", "by", "reference")) == [("refused", robin.pk, "")] * 2


def test_a_code_that_was_used_signs_nobody_in_again(client, robin):
    sign_in(client, robin)
    code = code_of(robin)
    client.post("/staff/logout/")
    type_password(client)
    assert CodeForm.wrong in type_code(client, code).text
    assert not is_signed_in(client)


def test_a_code_without_a_password_is_nothing(client, robin):
    assert type_code(client, code_of(robin))["Location"] == "/staff/login/"


def test_a_password_that_changed_meanwhile_ends_the_sign_in(client, robin):
    type_password(client)
    robin.set_password("another four calm words")
    robin.save()
    assert type_code(client, code_of(robin))["Location"] == "/staff/login/"


def test_an_account_switched_off_meanwhile_does_not_get_in(client, robin):
    type_password(client)
    User.objects.update(is_active=False)
    assert type_code(client, code_of(robin))["Location"] == "/staff/login/"


def test_who_is_signed_in_sees_no_sign_in_page(client, robin):
    sign_in(client, robin)
    assert client.get("/staff/login/?next=/staff/clinic/alert/")["Location"] == "/staff/clinic/alert/"


def test_codes_can_be_pasted_and_are_offered_by_the_phone(client, robin):
    type_password(client)
    page = client.get("/staff/login/code/").text
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    assert "onpaste" not in page


@pytest.mark.parametrize("typed", ["\0", "x" * 10_000, "é", "' OR 1=1 --", "1" * 6])
def test_whatever_is_typed_is_answered_with_a_page(client, robin, typed):
    assert type_password(client, typed, typed).status_code == 200
    type_password(client)
    for name in ("code", "recovery"):
        assert client.post("/staff/login/code/", {name: typed}).status_code == 200


def test_no_password_and_no_code_reaches_a_log(client, robin, caplog):
    caplog.set_level("DEBUG")
    type_password(client, password="wrong words")
    type_password(client)
    code = code_of(robin)
    type_code(client, wrong_code(robin))
    type_code(client, code)
    assert not [word for word in ("wrong words", PASSWORD, code) if word in caplog.text]


def test_a_wrong_code_does_not_stay_in_its_field(client, robin):
    type_password(client)
    code = wrong_code(robin)
    assert code not in type_code(client, code).text
    assert "aaaa-bbbb-cccc" not in client.post("/staff/login/code/", {"recovery": "aaaa-bbbb-cccc"}).text
