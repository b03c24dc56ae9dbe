"""A request that nobody has looked at yet, and two colleagues of the front desk, one of them signed in."""

import pytest

from tests import factories
from tests.intake.admin.moves.one_move import FRONT_DESK, colleague_with, received


@pytest.fixture
def desk(db):
    factories.clinic()
    return colleague_with(*FRONT_DESK)


@pytest.fixture
def other(db):
    return colleague_with(*FRONT_DESK, name="florence")


@pytest.fixture
def page(client, desk):
    client.force_login(desk)
    return client


@pytest.fixture
def stored(desk):
    return received()
