"""Accounts: who makes them, gives no rights to themselves, and nothing happens to a role unseen."""

from urllib.parse import unquote

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts import enrolment
from accounts.roles import ACCOUNTS, AUDITOR, CLINICIAN, DESK, EDITOR, MANAGER
from intake import workflow
from intake.admin import needs
from tests import factories
from tests.accounts.conftest import phone_of

pytestmark = pytest.mark.django_db

LIST, ADD = "admin:auth_user_changelist", "admin:auth_user_add"


def role(name):
    return Group.objects.get(name=name)


def url(page, user):
    return reverse(f"admin:auth_user_{page}", args=[user.pk])


def sent(user, *roles, **changes):
    """What the form sends for this account, with these roles ticked."""
    fields = {"first_name": user.first_name, "last_name": user.last_name, "email": user.email, "is_active": "on"}
    fields = {name: value for name, value in (fields | changes).items() if value is not None}
    return fields | {"groups": [role(name).pk for name in roles]}


def names_of(user):
    return sorted(user.groups.values_list("name", flat=True))


@pytest.fixture(autouse=True)
def clinic():
    return factories.clinic()


@pytest.fixture
def keeper(client):
    user = factories.colleague("keeper", roles=[ACCOUNTS])
    client.force_login(user)
    return user


class TestMakingAnAccount:
    def test_it_is_one_of_the_team_with_the_roles_that_were_ticked(self, client, keeper):
        answer = client.post(
            reverse(ADD), {"username": "new", "first_name": "Nia", "groups": [role(DESK).pk, role(EDITOR).pk]}
        )
        assert answer.status_code == 302
        new = User.objects.get(username="new")
        assert new.is_staff
        assert new.is_active
        assert not new.is_superuser
        assert names_of(new) == [EDITOR, DESK]

    def test_the_next_page_makes_its_link_and_the_list_says_that_it_needs_one(self, client, keeper):
        answer = client.post(reverse(ADD), {"username": "new"})
        new = User.objects.get(username="new")
        assert answer["Location"] == reverse("admin:colleague_sign_in", args=[new.pk])
        assert "until you make a link" in client.get(answer["Location"]).text
        assert "Not yet: needs a link" in client.get(reverse(LIST)).text
        for user in (new, keeper):
            phone_of(user)
        assert client.get(reverse(LIST)).text.count("Not yet: needs a link") == 2  # without a password, too
        User.objects.update(password=make_password("a long password for tests"))
        client.force_login(User.objects.get(pk=keeper.pk))
        assert "needs a link" not in client.get(reverse(LIST)).text

    def test_it_has_no_password_until_the_colleague_sets_one(self, client, keeper):
        client.post(reverse(ADD), {"username": "new", "password": "given by another", "password1": "x"})
        assert not User.objects.get(username="new").has_usable_password()

    def test_each_role_is_offered_with_what_it_is_for(self, client, keeper):
        Group.objects.create(name="Made by hand")
        page = client.get(reverse(ADD)).text
        assert "Front desk: Answers people" in page
        assert "Made by hand" not in page

    def test_no_right_beside_the_roles_is_offered(self, client, keeper):
        page = client.get(url("change", factories.colleague("other"))).text
        for name in ("user_permissions", "is_superuser", "is_staff", "password"):
            assert f'name="{name}' not in page


class TestWhatNobodyCanTake:
    def sneaked(self):
        every = [permission.pk for permission in Permission.objects.all()]
        return {"is_superuser": "on", "is_staff": "on", "user_permissions": every, "password": "known"}

    def test_an_account_is_made_a_superuser_by_nobody_here(self, admin_client):
        other = factories.colleague("other", roles=[DESK])
        admin_client.post(url("change", other), sent(other, DESK, **self.sneaked()))
        admin_client.post(reverse(ADD), {"username": "new", **self.sneaked()})
        for user in User.objects.filter(username__in=["other", "new"]):
            assert not user.is_superuser
            assert not user.user_permissions.exists()
            assert not user.check_password("known")

    def test_an_administrator_of_accounts_changes_no_role_of_their_own(self, client, keeper):
        assert client.post(url("change", keeper), sent(keeper, ACCOUNTS, MANAGER)).status_code == 302
        assert names_of(keeper) == [ACCOUNTS]

    def test_nobody_switches_themselves_off(self, client, keeper):
        client.post(url("change", keeper), sent(keeper, ACCOUNTS, is_active=None, first_name="Kim"))
        keeper.refresh_from_db()
        assert (keeper.first_name, keeper.is_active) == ("Kim", True)

    def test_an_account_that_may_do_everything_is_only_read(self, client, keeper):
        chief = User.objects.create_superuser("chief", email="chief@example.com")
        assert client.get(url("change", chief)).status_code == 200
        assert (
            client.post(url("change", chief), sent(chief, is_active=None, email="mine@example.com")).status_code == 403
        )
        chief.refresh_from_db()
        assert (chief.is_active, chief.email) == (True, "chief@example.com")

    def test_a_group_that_is_no_role_is_not_given(self, client, keeper):
        strange, other = Group.objects.create(name="Made by hand"), factories.colleague("other")
        answer = client.post(url("change", other), sent(other) | {"groups": [strange.pk]})
        assert "not one of the available choices" in answer.text
        assert names_of(other) == []

    @pytest.mark.parametrize(
        ("one", "other"),
        [(AUDITOR, MANAGER), (AUDITOR, CLINICIAN), (AUDITOR, DESK), (ACCOUNTS, CLINICIAN), (ACCOUNTS, DESK)],
    )
    def test_two_roles_that_are_for_two_people_are_not_given_together(self, client, keeper, one, other):
        colleague = factories.colleague("other", roles=[EDITOR])
        for page in (reverse(ADD), url("change", colleague)):
            answer = client.post(page, sent(colleague, one, other) | {"username": "new"})
            assert f"“{one}” and “{other}” are for two people." in answer.text
        assert names_of(colleague) == [EDITOR]
        assert not User.objects.filter(username="new").exists()

    def test_a_manager_may_give_roles(self, client, keeper):
        other = factories.colleague("other")
        client.post(url("change", other), sent(other, MANAGER, ACCOUNTS))
        assert names_of(other) == [ACCOUNTS, MANAGER]

    @pytest.mark.parametrize("number", ["9" * 30, "-" + "9" * 30, "nine"])
    def test_a_number_that_no_group_has_is_a_wrong_choice(self, client, keeper, number):
        other = factories.colleague("other", roles=[DESK])
        for page in (reverse(ADD), url("change", other)):
            answer = client.post(page, sent(other) | {"username": "new", "groups": [role(DESK).pk, number]})
            assert answer.status_code == 200
            assert number in answer.text
        assert names_of(other) == [DESK]

    def test_a_password_is_set_for_nobody_and_guessed_by_no_filter(self, client, keeper):
        with pytest.raises(NoReverseMatch):
            url("password_change", keeper)
        assert client.get(reverse(LIST), {"password__startswith": "md5"}).status_code == 400

    def test_a_name_that_stands_beside_records_stays(self, client, keeper):
        other = factories.colleague("other")
        client.post(url("change", other), sent(other, username="someone-else"))
        assert User.objects.filter(username="other").exists()

    def test_no_account_is_deleted(self, admin_client):
        other = factories.colleague("other")
        assert admin_client.post(url("delete", other), {"post": "yes"}).status_code == 403
        assert User.objects.filter(pk=other.pk).exists()

    def test_no_role_is_changed_here(self, admin_client):
        desk = role(DESK)
        before = set(desk.permissions.all())
        change = reverse("admin:auth_group_change", args=[desk.pk])
        assert "Can read what the person told us" in admin_client.get(change).text
        assert admin_client.post(change, {"name": "Front desk", "permissions": []}).status_code == 403
        assert set(desk.permissions.all()) == before


class TestWhatIsSeen:
    def test_a_change_of_roles_stands_in_the_history_with_before_and_after(self, client, keeper):
        other = factories.colleague("other", roles=[DESK])
        client.post(url("change", other), sent(other, DESK, MANAGER))
        entry = LogEntry.objects.get()
        assert (entry.user, entry.object_id) == (keeper, str(other.pk))
        assert "roles from Front desk to Front desk, Manager" in entry.get_change_message()

    def test_so_do_switching_off_and_on(self, client, keeper):
        other = factories.colleague("other", roles=[DESK])
        client.post(url("change", other), sent(other, DESK, is_active=None))
        client.post(url("change", other), sent(other, DESK, first_name="Kim"))
        told = [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]
        assert told == [
            "Changed the account from on to off.",
            "Changed First name. Changed the account from off to on.",
        ]

    def test_so_do_the_roles_of_a_new_account(self, client, keeper):
        client.post(reverse(ADD), {"username": "new", "groups": [role(MANAGER).pk]})
        assert "roles from none to Manager" in LogEntry.objects.get().get_change_message()

    def test_the_auditor_reads_it_and_changes_nothing(self, client, keeper):
        other = factories.colleague("other", roles=[DESK])
        client.post(url("change", other), sent(other))
        auditor = factories.colleague("auditor", roles=[AUDITOR])
        client.force_login(auditor)
        assert "roles from Front desk to none" in client.get(url("history", other)).text
        page = client.get(url("change", other)).text
        assert "Roles:" in page
        assert "Groups" not in page
        assert "each of their groups" not in page
        assert client.post(url("change", auditor), sent(auditor, MANAGER)).status_code == 403
        assert names_of(auditor) == [AUDITOR]

    def test_the_list_says_who_has_which_role(self, client, keeper):
        factories.colleague("other", roles=[DESK, AUDITOR])
        User.objects.create_superuser("chief")
        page = client.get(reverse(LIST)).text
        assert "Auditor, Front desk" in page
        assert "Everything, given on the server" in page

    def test_the_list_costs_the_same_however_long(self, client, keeper, django_assert_max_num_queries):
        for number in range(20):
            factories.colleague(f"colleague-{number}", roles=[DESK])
        with django_assert_max_num_queries(14):
            client.get(reverse(LIST))


def test_a_colleague_who_is_switched_off_is_out_at_once(client, keeper):
    other = factories.colleague("other", roles=[DESK])
    theirs = Client()
    theirs.force_login(other)
    requests = reverse("admin:intake_consultationrequest_changelist")
    assert theirs.get(requests).status_code == 200
    client.post(url("change", other), sent(other, DESK, is_active=None))
    assert theirs.get(requests).status_code == 302


def test_what_a_colleague_had_taken_is_nobodys_once_they_are_switched_off(client, keeper):
    nia, kim = factories.colleague("nia", roles=[DESK]), factories.colleague("kim", roles=[DESK])
    hers, his = factories.consultation_request(), factories.consultation_request()
    workflow.claim(hers, by=nia)
    workflow.claim(his, by=kim)
    client.post(url("change", nia), sent(nia, DESK, email="nia@example.com"))
    assert needs_of(kim) == {"with you": [his.reference]}
    client.post(url("change", nia), sent(nia, DESK, email="nia@example.com", is_active=None))
    assert needs_of(kim) == {"with nobody": [hers.reference], "with you": [his.reference]}


def needs_of(user):
    """{name: references} of the home of this colleague."""
    found = needs.of_requests(user, timezone.now())
    return {need.name: [named.reference for named in need.named] for need in found if need.name.startswith("with ")}


def test_switching_on_again_opens_nothing_from_before(client, keeper):
    other = factories.colleague("other", roles=[DESK])
    theirs = Client()
    theirs.force_login(other)
    link = enrolment.link_for(other).partition("code=")[2]
    assert enrolment.owner_of(unquote(link)) == other
    client.post(url("change", other), sent(other, DESK, is_active=None))
    client.post(url("change", other), sent(other, DESK))
    other.refresh_from_db()
    assert other.is_active
    assert theirs.get("/staff/").status_code == 302
    assert enrolment.owner_of(unquote(link)) is None
    assert not other.has_usable_password()


def test_any_other_change_of_an_account_signs_nobody_out(client, keeper):
    other = factories.colleague("other", roles=[DESK])
    theirs = Client()
    theirs.force_login(other)
    client.post(url("change", other), sent(other, DESK, EDITOR, first_name="Sky"))
    assert theirs.get("/staff/").status_code == 200


def test_accounts_are_called_accounts_and_groups_roles(client, keeper):
    pages = [client.get(reverse(name)).text for name in (LIST, ADD, "admin:auth_group_changelist", "admin:index")]
    for words in ("Authentication and Authorization", "Select user", "Select group", ">Groups<", ">Users<"):
        assert not any(words in page for page in pages), words


def test_accounts_without_a_role_are_found(client, keeper):
    factories.colleague("without")
    page = client.get(reverse(LIST), {"groups__isnull": "True"})
    assert [user.username for user in page.context["cl"].result_list] == ["without"]
    assert ">No role</a>" in page.text
