"""Access records: written before the look, written once, and whatever is done to them behind our back is found."""

import json
import re
import threading
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.utils.crypto import salted_hmac
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.roles import ROLES, rights_of
from intake import audit
from intake.models import AccessRecord, ConsultationRequest
from tests import triggers

Kind = AccessRecord.Kind
MOMENT = datetime(2026, 11, 20, 12, tzinfo=UTC)
FIELDS = {"pk": 1, "at": MOMENT, "kind": "refused", "by_id": 2, "role": "Manager"}
COLUMNS = ["at", "kind", "by_id", "role", "reference", "reason", "place", "seal"]


@pytest.fixture
def colleague(db):
    return User.objects.create(username="rosa", first_name="Rosa", last_name="Almeida")


@pytest.fixture
def five_looks(colleague):
    return [audit.record(Kind.VIEW, by=colleague, request=a_request(f"ACE-347-AA{end}")) for end in "34679"]


def a_request(reference="ACE-347-XYW"):
    return ConsultationRequest(reference=reference)


def verify_by_command(*arguments):
    out = StringIO()
    call_command("verify_audit", *arguments, stdout=out)
    return out.getvalue()


def test_a_record_says_what_was_done_in_which_role_and_to_which_request(colleague):
    audit.record(Kind.VIEW, by=colleague, request=a_request())
    row = AccessRecord.objects.get()
    assert (row.kind, row.by, row.role, row.reference) == ("view", colleague, "Team member", "ACE-347-XYW")


def test_a_look_at_all_requests_has_no_reference(colleague):
    assert audit.record("list", by=colleague).reference == ""


def test_what_was_refused_is_sealed_and_rows_of_before_keep_their_seals(colleague):
    audit.record(Kind.REFUSED, by=colleague, place="figures")
    assert audit.verify() is None
    sealed = {
        place: audit.seal(AccessRecord(**FIELDS | {"place": place}), "", "key") for place in ("figures", "", None)
    }
    assert len(set(sealed.values())) == 3
    as_reason = AccessRecord(**FIELDS | {"reason": "figures", "place": None})
    assert audit.seal(as_reason, "", "key") != sealed["figures"]
    content = json.dumps(["", 1, MOMENT.isoformat(), "refused", 2, "Manager", ""])
    before = salted_hmac("intake.audit", content, secret="key", algorithm="sha256").hexdigest()
    assert sealed[None] == before


def test_a_kind_that_does_not_exist_is_refused(colleague):
    with pytest.raises(ValueError, match="glance"):
        audit.record("glance", by=colleague)


def test_the_role_is_the_one_with_the_most_reading_of_requests(colleague):
    assert audit.role_of(colleague) == "Team member"
    colleague.is_superuser = True
    assert audit.role_of(colleague) == "Administrator"
    colleague.groups.set([Group.objects.create(name=name) for name in ("Night shift", "A first one")])
    assert audit.role_of(colleague) == "A first one"
    for name in reversed(audit.ROLES_BY_READING):
        colleague.groups.add(Group.objects.get(name=name))
        assert audit.role_of(colleague) == name


def test_every_role_of_the_desk_has_its_place_among_them():
    reading = ["intake.reveal_contact", "intake.view_consultationrequest"]
    more = [sum(right in rights_of(name) for right in reading) for name in audit.ROLES_BY_READING]
    assert more == sorted(more, reverse=True)
    assert sorted(audit.ROLES_BY_READING) == sorted(ROLES)


def test_a_role_with_a_long_name_still_fits(colleague):
    colleague.groups.add(Group.objects.create(name="x" * 150))
    audit.record(Kind.LIST, by=colleague).full_clean()


def test_a_person_sees_who_opened_their_own_request_by_role_and_time_only(colleague):
    looks = [audit.record(kind, by=colleague, request=a_request()) for kind in (Kind.VIEW, Kind.REVEAL, Kind.PRINT)]
    audit.record(Kind.CHANGE, by=colleague, request=a_request())
    audit.record(Kind.VIEW, by=colleague, request=a_request("ACE-347-AAA"))
    assert list(audit.records_of(a_request())) == [
        {"at": look.at, "kind": look.kind, "role": "Team member"} for look in looks
    ]


def test_what_cannot_be_recorded_raises(colleague):
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE intake_accessrecord")
    with pytest.raises(DatabaseError):
        audit.record(Kind.VIEW, by=colleague, request=a_request())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE intake_accessrecord SET role = 'Manager' WHERE id = 2",
        "DELETE FROM intake_accessrecord WHERE id = 5",
        "DELETE FROM intake_accessrecord",
        "INSERT OR REPLACE INTO intake_accessrecord SELECT id, at, kind, 'x', reference, seal, by_id, reason, place"
        " FROM intake_accessrecord WHERE id = 2",
        "INSERT OR REPLACE INTO intake_accessrecord SELECT 6, at, kind, role, reference, seal, by_id, reason, place"
        " FROM intake_accessrecord WHERE id = 2",
        "UPDATE OR REPLACE intake_accessrecord SET id = 3 WHERE id = 2",
    ],
)
def test_the_database_refuses_to_change_or_delete_a_record(five_looks, statement):
    with (
        connection.cursor() as cursor,
        pytest.raises(IntegrityError, match="An access record is"),
        transaction.atomic(),
    ):
        cursor.execute(statement)
    assert list(AccessRecord.objects.all()) == five_looks
    assert audit.verify() is None


def test_a_colleague_with_records_cannot_be_deleted(five_looks, colleague):
    with pytest.raises(IntegrityError):
        colleague.delete()


@pytest.mark.django_db(transaction=True)
def test_taking_the_migration_back_lifts_the_protection_and_nothing_else(five_looks):
    migration = MigrationLoader(connection).get_migration("intake", "0003_access_records_are_written_once")
    with connection.schema_editor() as editor:
        migration.unapply(ProjectState(), editor)
    AccessRecord.objects.filter(pk=5).delete()
    with connection.schema_editor() as editor:
        migration.apply(ProjectState(), editor)
    with pytest.raises(IntegrityError):
        AccessRecord.objects.filter(pk=4).delete()


def test_an_untouched_chain_is_whole_and_so_is_an_empty_one(db, request):
    assert audit.verify(audit.head()) is None
    request.getfixturevalue("five_looks")
    assert audit.verify(audit.head()) is None


ATTACKS = {
    "edit": ("UPDATE intake_accessrecord SET reference = 'ACE-347-XYW' WHERE id = 3", 3),
    "edit of the time": ("UPDATE intake_accessrecord SET at = datetime(at, '-1 hour') WHERE id = 2", 2),
    "edit of the last": ("UPDATE intake_accessrecord SET role = 'Manager' WHERE id = 5", 5),
    "delete": ("DELETE FROM intake_accessrecord WHERE id = 2", 2),
    "delete of the first": ("DELETE FROM intake_accessrecord WHERE id = 1", 1),
    "delete and close the gap": (
        "DELETE FROM intake_accessrecord WHERE id = 2; UPDATE intake_accessrecord SET id = id - 1 WHERE id > 2",
        2,
    ),
    "reorder": (
        "UPDATE intake_accessrecord SET id = 9 WHERE id = 2; UPDATE intake_accessrecord SET id = 2 WHERE id = 4;"
        " UPDATE intake_accessrecord SET id = 4 WHERE id = 9",
        2,
    ),
    "copy to the end": (
        "INSERT INTO intake_accessrecord SELECT 6, at, kind, role, reference, 'another', by_id, reason, place"
        " FROM intake_accessrecord WHERE id = 2",
        6,
    ),
    "insert before the first": (
        "INSERT INTO intake_accessrecord SELECT 0, at, kind, role, reference, 'another', by_id, reason, place"
        " FROM intake_accessrecord WHERE id = 2",
        0,
    ),
}


@pytest.mark.parametrize(("statements", "broken"), ATTACKS.values(), ids=ATTACKS)
def test_whoever_holds_the_file_cannot_change_it_unseen(five_looks, statements, broken):
    with triggers.lifted() as cursor:
        for statement in statements.split(";"):
            cursor.execute(statement)
    assert audit.verify() == broken


def test_a_look_that_is_put_on_somebody_else_is_found(five_looks):
    another = User.objects.create(username="sam")
    with triggers.lifted():
        AccessRecord.objects.filter(pk=3).update(by=another)
    assert audit.verify() == 3


@pytest.mark.parametrize(("kept", "broken"), [(4, 5), (2, 3), (0, 1)])
def test_a_missing_end_is_found_against_a_head_kept_elsewhere(five_looks, kept, broken):
    head = audit.head()
    with triggers.lifted() as cursor:
        cursor.execute("DELETE FROM intake_accessrecord WHERE id > %s", [kept])
    assert audit.verify() is None
    assert audit.verify(head) == broken


def test_an_end_that_was_cut_off_and_grown_again_is_found(five_looks, colleague):
    head = audit.head()
    with triggers.lifted() as cursor:
        cursor.execute("DELETE FROM intake_accessrecord WHERE id > 3")
    for _ in range(3):
        audit.record(Kind.LIST, by=colleague)
    assert audit.verify() is None
    assert audit.verify(head) == 5


def test_an_older_head_still_holds_after_more_looks(five_looks, colleague):
    head = audit.head()
    audit.record(Kind.LIST, by=colleague)
    assert audit.verify(head) is None


def test_a_chain_sealed_without_our_key_is_found(five_looks, colleague, settings):
    own_key = settings.SECRET_KEY
    with triggers.lifted() as cursor:
        cursor.execute("DELETE FROM intake_accessrecord WHERE id > 3")
    settings.SECRET_KEY = "what somebody guesses"
    audit.record(Kind.LIST, by=colleague)
    settings.SECRET_KEY = own_key
    assert audit.verify() == 4


def test_a_changed_secret_key_needs_the_older_ones(five_looks, colleague, settings):
    older = settings.SECRET_KEY
    settings.SECRET_KEY = "a newer secret"
    audit.record(Kind.LIST, by=colleague)
    assert audit.verify() == 1
    settings.SECRET_KEY_FALLBACKS = ["another", older]
    assert audit.verify() is None


class AnyValue(TestCase):
    """In an SQLite column there can be anything."""

    @given(
        column=st.sampled_from(COLUMNS),
        value=st.text(alphabet=st.characters(exclude_categories=["Cs"]))
        | st.binary()
        | st.integers(-(2**63), 2**63 - 1),
    )
    def test_any_other_value_in_any_column_is_found(self, column, value):
        rosa = User.objects.create(username="rosa")
        for _ in range(3):
            audit.record(Kind.LIST, by=rosa)
        stored = f"SELECT typeof({column}), hex({column}) FROM intake_accessrecord WHERE id = 2"
        with triggers.lifted() as cursor:
            before = cursor.execute(stored).fetchone()
            cursor.execute(f"UPDATE intake_accessrecord SET {column} = %s WHERE id = 2", [value])
            changed = cursor.execute(stored).fetchone() != before
            assert audit.verify() == (2 if changed else None)
            cursor.execute("DELETE FROM intake_accessrecord")


@pytest.mark.django_db(transaction=True)
def test_twenty_threads_at_once_make_one_unbroken_chain(colleague):
    start = threading.Barrier(20)

    def look():
        try:
            start.wait()
            for _ in range(5):
                audit.record(Kind.VIEW, by=colleague, request=a_request())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=look) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert AccessRecord.objects.count() == 100
    assert audit.verify(audit.head()) is None


@pytest.mark.django_db(transaction=True)
def test_a_record_taken_back_with_its_transaction_leaves_no_gap(five_looks, colleague):
    with transaction.atomic():
        audit.record(Kind.VIEW, by=colleague)
        transaction.set_rollback(True)
    audit.record(Kind.VIEW, by=colleague)
    assert audit.verify() is None
    assert AccessRecord.objects.count() == 6


def test_the_command_prints_a_head_that_the_next_run_takes(five_looks):
    said = verify_by_command()
    head = re.search(r"5:[0-9a-f]{64}", said).group()
    assert "5 access records" in said
    assert verify_by_command("--seal", head) == said


def test_the_command_names_the_first_broken_record(five_looks):
    head = audit.head()
    with triggers.lifted() as cursor:
        cursor.execute("DELETE FROM intake_accessrecord WHERE id > 3")
    with pytest.raises(CommandError, match="Access record 4 is missing") as raised:
        verify_by_command("--seal", head)
    assert raised.value.returncode == 1


def test_the_command_works_before_the_first_look(db):
    assert verify_by_command() == "0 access records, all as they were written.\n"


@pytest.mark.parametrize("head", ["abc", "x:1", ":"])
def test_the_command_refuses_what_is_no_head(db, head):
    with pytest.raises(CommandError, match="looks like"):
        verify_by_command("--seal", head)
