"""Without the encryption key no code from a phone can be checked: pages say so, and recovery codes work."""

import pytest

from accounts import enrolment, second_factor
from accounts.models import Authenticator
from accounts.views.pages import NO_KEY
from tests.accounts.conftest import PASSWORD, code_of, colleague, phone_of, sign_in, type_code, type_password

pytestmark = pytest.mark.usefixtures("clock", "clinic")

CODE, PHONE, OWN = "/staff/login/code/", "/staff/login/phone/", "/staff/sign-in/"


@pytest.fixture(params=["gone", "another one"])
def key(request, settings):
    """Takes the key away when it is called."""

    def is_lost():
        settings.ENCRYPTION_KEYS = [] if request.param == "gone" else ["another key that is long enough, too"]

    return is_lost


def test_a_password_is_right_and_a_code_cannot_be_checked_which_is_said(client, robin, key):
    code = code_of(robin)
    key()
    assert type_password(client)["Location"] == CODE
    page = type_code(client, code)
    assert page.status_code == 503
    assert NO_KEY in page.text
    assert "A recovery code works meanwhile." in page.text
    assert client.get("/staff/").status_code == 302


def test_a_recovery_code_lets_a_colleague_in(client, robin, key):
    codes = second_factor.new_recovery_codes(second_factor.device_of(robin))
    key()
    type_password(client)
    assert client.post(CODE, {"recovery": codes[0]})["Location"] == "/staff/"
    assert client.get("/staff/").status_code == 200
    assert client.get(OWN).status_code == 200


def test_new_codes_wait_for_the_key(client, robin, clock, key):
    sign_in(client, robin)
    clock.forward(seconds=30)
    code = code_of(robin)
    key()
    page = client.post(OWN, {"what": "codes", "code": code})
    assert page.status_code == 503
    assert NO_KEY in page.text


def test_no_phone_can_be_set_up_which_is_said(client, clinic, settings):
    colleague("sky")
    settings.ENCRYPTION_KEYS = []
    assert type_password(client, "sky")["Location"] == PHONE
    page = client.get(PHONE)
    assert page.status_code == 503
    assert "The site’s encryption key is missing or was changed" in page.text


def test_a_phone_half_set_up_under_an_older_key_is_left_for_a_new_one(client, clinic, settings):
    colleague("sky")
    type_password(client, "sky")
    client.get(PHONE)
    settings.ENCRYPTION_KEYS = ["another key that is long enough, too"]
    assert client.get(PHONE).status_code == 503
    type_password(client, "sky")
    assert client.get(PHONE).status_code == 200


def test_a_link_and_a_new_start_need_no_key(client, robin, key):
    link = enrolment.link_for(robin).removeprefix("http://testserver")
    key()
    words = {"new_password1": f"{PASSWORD} again", "new_password2": f"{PASSWORD} again"}
    assert client.post(link, words)["Location"] == CODE
    enrolment.start_again(robin)
    assert not Authenticator.objects.exists()


def test_who_looks_after_accounts_can_let_a_colleague_in(client, robin, key):
    sky = colleague("sky")
    phone_of(sky)
    sign_in(client, robin)
    key()
    assert client.post(f"{OWN}{sky.pk}/", {"what": "again"}).status_code == 200
    assert not sky.authenticators.exists()
