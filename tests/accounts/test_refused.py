"""Who may not do something on the desk reads so in the words of the desk, and an address for presses leads back."""

import pytest
from django.urls import reverse

from accounts.roles import AUDITOR, DESK
from intake.models import AccessRecord
from tests import factories

pytestmark = pytest.mark.django_db

REMINDERS = "reminders"
REQUEST = "admin:intake_consultationrequest_"


@pytest.fixture(autouse=True)
def clinic():
    return factories.clinic()


@pytest.fixture
def auditor(client):
    user = factories.colleague("auditor", roles=[AUDITOR])
    client.force_login(user)
    return user


def test_a_refusal_names_the_roles_and_speaks_of_the_desk(client, auditor):
    answer = client.get(reverse(REMINDERS))
    assert answer.status_code == 403
    assert "Your roles: Auditor." in answer.text
    assert "Go to the staff desk" in answer.text
    assert "own form" not in answer.text  # the public page speaks of requests
    assert AccessRecord.objects.get().kind == "refused"


def test_it_says_when_there_is_no_role_at_all(client):
    client.force_login(factories.colleague("nobody", roles=[]))
    assert "Your account has no role yet." in client.get(reverse(REMINDERS)).text


@pytest.mark.parametrize("name", ["print", "reveal", "claim", "no_answer", "stop"])
def test_an_address_of_a_press_leads_to_its_request(client, name):
    stored = factories.consultation_request()
    client.force_login(factories.colleague("desk", roles=[DESK]))
    answer = client.get(reverse(f"{REQUEST}{name}", args=[stored.pk]))
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert f'href="{reverse(f"{REQUEST}change", args=[stored.pk])}"' in answer.text
    assert stored.reference not in answer.text
    assert not AccessRecord.objects.exists()


def test_that_of_many_leads_to_the_list(client):
    client.force_login(factories.colleague("desk", roles=[DESK]))
    answer = client.get(reverse(f"{REQUEST}bulk"))
    assert answer.status_code == 405
    assert f'href="{reverse(f"{REQUEST}changelist")}"' in answer.text


def test_nobody_learns_of_it_before_signing_in(client):
    stored = factories.consultation_request()
    answer = client.get(reverse(f"{REQUEST}print", args=[stored.pk]))
    assert answer["Location"].startswith("/staff/login/")


def test_an_auditors_home_does_not_say_that_requests_need_them(client, auditor):
    factories.consultation_request()
    assert "What waits for the team" in client.get(reverse("admin:index")).text
    client.force_login(factories.colleague("desk", roles=[DESK]))
    assert "What waits for the team" not in client.get(reverse("admin:index")).text
