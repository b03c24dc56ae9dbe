"""A clinic, and colleagues who answer requests."""

import pytest
from django.contrib.auth.models import User

from tests import factories
from tests.intake.admin.one_request import DESK, log_in_with


@pytest.fixture
def clinic():
    return factories.clinic()


@pytest.fixture
def desk(client):
    return log_in_with(client, *DESK)


@pytest.fixture
def ana():
    return User.objects.create_user("ana", first_name="Ana", last_name="Lopez")
