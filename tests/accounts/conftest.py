"""A colleague, the phone in their pocket, and a clock that can be moved."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from accounts import second_factor, totp
from accounts.models import Authenticator
from tests import factories

PASSWORD = "four calm words here"


class Clock:
    def __init__(self):
        self.now = timezone.now()

    def forward(self, **given):
        self.now += timedelta(**given)


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    return clock


@pytest.fixture
def clinic(db):
    return factories.clinic()


def colleague(username="robin", **given):
    return User.objects.create_user(username, password=PASSWORD, **{"is_staff": True} | given)


def phone_of(user):
    return Authenticator.objects.create(user=user, secret=totp.new_secret(), confirmed_at=timezone.now())


def code_of(user):
    """What the phone of this colleague shows now."""
    return totp.code_at(second_factor.device_of(user).secret, timezone.now())


def wrong_code(user):
    return f"{(int(code_of(user)) + 1) % 1_000_000:06}"


def type_password(client, username="robin", password=PASSWORD, address="/staff/login/", **more):
    return client.post(address, {"username": username, "password": password}, **more)


def type_code(client, code, **more):
    return client.post("/staff/login/code/", {"code": code}, **more)


def sign_in(client, user):
    type_password(client, user.username)
    assert type_code(client, code_of(user)).status_code == 302


@pytest.fixture
def robin(db):
    """With a phone that is set up."""
    user = colleague(is_superuser=True)
    phone_of(user)
    return user
