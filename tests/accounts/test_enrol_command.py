"""The first manager gets in by one command, and so does whoever nobody else can help."""

from io import StringIO

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command

from accounts import second_factor
from tests.accounts.conftest import colleague

pytestmark = pytest.mark.usefixtures("clock", "clinic")


@pytest.fixture(autouse=True)
def roles(db):
    for name in ("Manager", "Auditor", "Administrator of accounts"):
        Group.objects.get_or_create(name=name)


def enrol(*arguments):
    out = StringIO()
    call_command("enrol", *arguments, stdout=out)
    return out.getvalue()


def link_in(text):
    (link,) = [line.strip() for line in text.splitlines() if "?code=" in line]
    return link.removeprefix("http://testserver")


def test_the_first_manager_gets_an_account_a_role_and_a_link(client):
    said = enrol("kit", "--role", "Manager", "--role", "Administrator of accounts", "--email", "kit@clinic.example")
    kit = User.objects.get()
    assert (kit.is_staff, kit.is_superuser, kit.email) == (True, False, "kit@clinic.example")
    assert not kit.has_usable_password()
    assert "kit (Administrator of accounts, Manager) opens this link" in said
    assert client.get(link_in(said)).status_code == 200


def test_an_account_that_is_there_keeps_its_password_phone_and_roles(client, robin):
    robin.groups.add(Group.objects.get(name="Administrator of accounts"))
    said = enrol("robin", "--role", "Manager")
    robin.refresh_from_db()
    assert robin.has_usable_password()
    assert second_factor.device_of(robin)
    assert robin.groups.count() == 2
    assert client.get(link_in(said)).status_code == 200


def test_a_lost_phone_starts_again(client, robin):
    said = enrol("robin", "--start-again")
    robin.refresh_from_db()
    assert not robin.has_usable_password()
    assert second_factor.device_of(robin) is None
    assert client.get(link_in(said)).status_code == 200


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["kit", "--role", "Chief"], "The roles are: .*Auditor.*Manager"),
        (["a name with spaces"], "valid username"),
        (["kit", "--email", "no address"], "valid email"),
        (["left"], "switched off"),
        (["kit", "--role", "Manager", "--role", "Auditor"], "“Auditor” and “Manager” are for two people."),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(arguments, why):
    colleague("left", is_active=False)
    with pytest.raises(CommandError, match=why) as problem:
        enrol(*arguments)
    assert "Nothing was changed." in str(problem.value)
    assert User.objects.count() == 1


def test_a_role_that_does_not_go_with_one_they_have_is_refused(robin):
    robin.groups.add(Group.objects.get(name="Auditor"))
    with pytest.raises(CommandError, match="“Auditor” and “Manager” are for two people"):
        enrol("robin", "--role", "Manager", "--start-again")
    assert [group.name for group in robin.groups.all()] == ["Auditor"]
    robin.refresh_from_db()
    assert robin.has_usable_password()


def test_a_lost_phone_is_helped_whatever_roles_there_are(robin):
    robin.groups.set(Group.objects.filter(name__in=["Auditor", "Manager"]))
    enrol("robin", "--start-again")
    robin.refresh_from_db()
    assert not robin.has_usable_password()


@pytest.mark.parametrize("is_local", [True, False])
def test_on_this_machine_it_says_how_to_name_another_port(settings, is_local):
    settings.IS_LOCAL = is_local
    assert ("name its address in SITE_URL" in enrol("kit")) is is_local
