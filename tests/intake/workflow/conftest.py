"""A clinic with hours and a clock, and two of its team."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from clinic.models import Clinic
from tests import factories


@pytest.fixture
def clinic(db):
    factories.clinic(calls_per_half_hour=1, notices_to="desk@example.com")
    return Clinic.load()


@pytest.fixture
def at(monkeypatch, clinic):
    """Sets the clock, as read off the wall of the clinic."""

    def set_to(*clock):
        now = datetime(*clock, tzinfo=clinic.zone)
        monkeypatch.setattr(timezone, "now", lambda: now.astimezone(UTC))
        return now

    return set_to


@pytest.fixture
def colleague(db):
    return User.objects.create_user("colleague")


@pytest.fixture
def other_colleague(db):
    return User.objects.create_user("other_colleague")
