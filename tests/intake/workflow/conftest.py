"""A clinic with hours, and two of its team."""

import pytest
from django.contrib.auth.models import User

from clinic.models import Clinic
from tests import factories


@pytest.fixture
def clinic(db):
    factories.clinic(calls_per_half_hour=1, notices_to="desk@example.com")
    return Clinic.load()


@pytest.fixture
def colleague(db):
    return User.objects.create_user("colleague")


@pytest.fixture
def other_colleague(db):
    return User.objects.create_user("other_colleague")
