"""The groups in the database are what the table of roles says, and stay so."""

import pytest
from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from accounts import roles, roles_page
from accounts.management.commands import write_roles_page
from accounts.roles import ACCOUNTS, AUDITOR, CLINICIAN, DESK, EDITOR, MANAGER, ROLES, Role, rights_of

# What only some may do: said here once more, so that a slip in the table is noticed.
READING = {"intake.view_consultationrequest", "intake.see_words", "intake.reveal_contact"}


def stored_rights(role):
    permissions = Group.objects.get(name=role).permissions.select_related("content_type")
    return {f"{one.content_type.app_label}.{one.codename}" for one in permissions}


@pytest.mark.django_db
class TestGroups:
    def test_the_migration_makes_them_as_the_table_says(self):
        assert {role: stored_rights(role) for role in ROLES} == {role: rights_of(role) for role in ROLES}

    def test_they_are_put_right_again(self):
        desk = Group.objects.get(name=DESK)
        desk.permissions.clear()
        Group.objects.get(name=ACCOUNTS).permissions.add(Permission.objects.get(codename="see_words"))
        Group.objects.get(name=AUDITOR).delete()
        roles.write_groups(apps)
        assert {role: stored_rights(role) for role in ROLES} == {role: rights_of(role) for role in ROLES}
        assert Group.objects.get(name=DESK) == desk

    def test_permissions_that_are_not_there_yet_are_made_as_django_makes_them(self):
        before = set(Permission.objects.values_list("content_type", "codename", "name"))
        Permission.objects.all().delete()
        roles.write_groups(apps)
        made = set(Permission.objects.values_list("content_type", "codename", "name"))
        assert made
        assert made <= before
        for config in apps.get_app_configs():
            create_permissions(config, verbosity=0)
        assert set(Permission.objects.values_list("content_type", "codename", "name")) == before

    def test_nobody_loses_a_role_by_it(self, django_user_model):
        colleague = django_user_model.objects.create_user("colleague")
        colleague.groups.add(Group.objects.get(name=MANAGER))
        roles.write_groups(apps)
        assert colleague.has_perm("intake.see_figures")


class TestRights:
    def test_a_content_editor_has_nothing_of_requests_or_accounts(self):
        assert {right.partition(".")[0] for right in rights_of(EDITOR)} == {"clinic", "programs"}

    def test_a_clinician_is_a_front_desk_that_decides_the_level(self):
        assert rights_of(CLINICIAN) - rights_of(DESK) == {"intake.decide_level"}
        assert rights_of(DESK) < rights_of(CLINICIAN) < rights_of(MANAGER)

    def test_an_auditor_changes_nothing_and_reads_no_word(self):
        assert {right for right in rights_of(AUDITOR) if ".view_" not in right} == {"intake.see_figures"}
        assert rights_of(AUDITOR) & READING == {"intake.view_consultationrequest"}

    def test_an_administrator_of_accounts_reads_no_request_and_no_content(self):
        assert {right.partition(".")[0] for right in rights_of(ACCOUNTS)} == {"auth"}

    def test_who_reads_requests_does_not_check_who_read_them(self):
        assert [role for role in ROLES if "intake.view_accessrecord" in rights_of(role)] == [AUDITOR]

    def test_nobody_may_delete_a_request_an_account_or_a_record(self):
        kept = {
            f"{action}_{model}"
            for action in ("add", "delete")
            for model in ("consultationrequest", "caseentry", "accessrecord", "notice")
        }
        kept |= {"delete_user", "change_accessrecord", "change_caseentry", "change_group", "add_group", "delete_group"}
        for role in ROLES:
            assert not {right.partition(".")[2] for right in rights_of(role)} & kept

    def test_a_permission_that_does_not_exist_is_named(self, monkeypatch):
        monkeypatch.setitem(ROLES, DESK, Role("", "", ("intake.see_wrods",)))
        with pytest.raises(LookupError, match=r"Front desk: .*see_wrods"):
            rights_of(DESK)


class TestTwoPeople:
    def test_who_checks_looks_and_who_works_on_requests_are_two(self):
        working = [role for role in ROLES if "intake.see_words" in rights_of(role)]
        assert [roles.clash([role, AUDITOR]) for role in working] == [(AUDITOR, role) for role in working]

    def test_so_are_who_gives_roles_and_who_answers_people(self):
        assert roles.clash([DESK, EDITOR, ACCOUNTS]) == (ACCOUNTS, DESK)
        assert roles.clash([CLINICIAN, ACCOUNTS]) == (ACCOUNTS, CLINICIAN)

    def test_the_first_manager_of_a_new_site_gives_roles_too(self):
        assert roles.clash([MANAGER, ACCOUNTS, EDITOR]) is None

    @pytest.mark.parametrize("role", ROLES)
    def test_no_role_is_for_two_people_by_itself(self, role):
        assert roles.clash([role]) is None


class TestPage:
    def test_it_is_up_to_date(self):
        """If this fails, run manage.py write_roles_page and read what changed."""
        assert write_roles_page.PAGE.read_text(encoding="utf-8") == roles_page.as_markdown()

    def test_the_command_writes_it(self, tmp_path, monkeypatch):
        page = tmp_path / "roles.md"
        monkeypatch.setattr(write_roles_page, "PAGE", page)
        call_command("write_roles_page")
        assert page.read_text(encoding="utf-8") == roles_page.as_markdown()

    def test_every_right_that_is_more_than_a_standard_one_is_explained(self):
        """The rights over requests, in words that somebody who gives a role understands."""
        explained = {right for _, right in roles_page.THINGS_TO_DO}
        assert {right for right in rights_of(MANAGER) if right.startswith("intake.")} - explained == {
            "intake.add_messagetemplate",
            "intake.delete_messagetemplate",
        }

    def test_number_and_email_come_by_a_press_and_for_no_auditor(self):
        (phone,) = [line for line in roles_page.as_markdown().splitlines() if "(`phone`)" in line]
        assert phone.split("|")[2:-1] == [" – ", " Press ", " Press ", " Press ", " – ", " – "]
