"""The demo: real requests through the real form, accounts whose passwords are shown once, and only on this machine."""

from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import totp
from intake import reminders
from intake.models import ConsultationRequest
from iop_site import demo_month
from iop_site.management.commands.demo import ACCOUNTS
from tests import factories


def run_demo():
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def local_clinic(db, settings, monkeypatch):
    settings.IS_LOCAL = True
    factories.clinic()
    # The whole month is made in test_demo_month.py.
    monkeypatch.setattr(demo_month, "PAST", {})


def printed_accounts():
    lines = [line.split() for line in run_demo().splitlines() if line.strip().startswith("demo-")]
    return {username: rest for username, *rest in lines}


def test_what_is_printed_opens_the_accounts(client):
    printed = printed_accounts()
    assert set(printed) == set(ACCOUNTS)
    for username, (password, key) in printed.items():
        client.post("/staff/login/", {"username": username, "password": password})
        code = totp.code_at(key, timezone.now())
        assert client.post("/staff/login/code/", {"code": code})["Location"] == "/staff/"
        assert client.get("/staff/").status_code == 200
        client.post("/staff/logout/")


def test_somebody_hears_of_what_waits():
    assert reminders.nobody_hears()
    run_demo()
    assert not reminders.nobody_hears()


def test_the_command_stands_in_for_the_phone_and_gives_no_code_twice(client):
    password, _ = printed_accounts()["demo-desk"]
    for _ in range(2):
        client.post("/staff/login/", {"username": "demo-desk", "password": password})
        assert client.post("/staff/login/code/", {"code": printed_code("demo-desk")}).status_code == 302
        client.post("/staff/logout/")


def printed_code(username):
    out = StringIO()
    call_command("demo_code", username, stdout=out)
    return out.getvalue().strip()


def test_each_account_has_the_role_of_its_name():
    for role in ACCOUNTS.values():
        Group.objects.get_or_create(name=role)
    run_demo()
    roles = get_user_model().objects.values_list("username", "groups__name")
    assert dict(roles) == ACCOUNTS


def test_a_second_run_changes_nothing_and_prints_no_password():
    run_demo()
    requests = ConsultationRequest.objects.count()
    assert "demo-desk" not in run_demo()
    assert ConsultationRequest.objects.count() == requests


def test_a_public_site_gives_no_code(settings):
    printed_accounts()
    settings.IS_LOCAL = False
    with pytest.raises(CommandError, match="only for this machine"):
        printed_code("demo-desk")


def test_a_public_site_gets_no_demo(settings):
    settings.IS_LOCAL = False
    with pytest.raises(CommandError, match="only for this machine"):
        run_demo()
    assert not get_user_model().objects.exists()
