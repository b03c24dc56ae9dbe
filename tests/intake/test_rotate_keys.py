"""Changing the encryption key loses nothing: not by an interruption, nor by what the site writes meanwhile."""

import io
import uuid

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import TextField, Value

from intake import search_keys
from intake.encryption import encrypt
from intake.management.commands import rotate_keys
from intake.models import CaseEntry, ConsultationRequest

pytestmark = pytest.mark.django_db(transaction=True)

OLD, NEW = "an old key that is long enough to be one", "a new key that is long enough to be one"
NAMES = [f"Quillonia{n}" for n in range(7)]


@pytest.fixture(autouse=True)
def stored(settings, monkeypatch):
    """Requests under the old key, just when the new one was put in front of it."""
    monkeypatch.setattr(rotate_keys, "BATCH", 3)
    settings.ENCRYPTION_KEYS = [OLD]
    requests = [made(name) for name in NAMES]
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    return requests


def made(name):
    request = ConsultationRequest.objects.create(
        form_token=uuid.uuid4(),
        asking_for="self",
        name=name,
        phone="2075550100",
        may_call=True,
        message=f"A word of {name}.",
        consent_wording="Yes.",
    )
    request.entries.create(kind="received", text=f"An entry about {name}.")
    search_keys.replace_keys(request)
    return request


def rotate():
    out, err = io.StringIO(), io.StringIO()
    call_command("rotate_keys", stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def assert_all_is_readable():
    assert [request.name for request in ConsultationRequest.objects.order_by("pk")] == NAMES
    assert {request.message for request in ConsultationRequest.objects.all()} == {f"A word of {n}." for n in NAMES}
    assert [entry.text for entry in CaseEntry.objects.order_by("pk")] == [f"An entry about {n}." for n in NAMES]


def assert_all_is_found():
    for request in ConsultationRequest.objects.all():
        assert list(search_keys.find(request.name)) == [request]
    assert search_keys.find("(207) 555-0100").count() == len(NAMES)


def write_as_it_is(request, sealed):
    ConsultationRequest.objects.filter(pk=request.pk).update(message=Value(sealed, output_field=TextField()))


def change_between_reading_and_writing(monkeypatch, change):
    """Make a change once, at the moment when the first values are read and the new ones are not stored yet."""
    changes = [change]

    def encrypt_later(text, place):
        if changes:
            changes.pop()()
        return encrypt(text, place)

    monkeypatch.setattr(rotate_keys, "encrypt", encrypt_later)


def test_afterwards_the_old_key_can_go(settings):
    out, err = rotate()
    assert "28 values are encrypted with the first key, 28 of them since now." in out
    assert "can be removed" in out
    assert "35/35" in err  # 14 rows twice, and the search keys of 7 requests
    settings.ENCRYPTION_KEYS = [NEW]
    assert_all_is_readable()
    assert_all_is_found()


def test_a_second_time_nothing_is_left_to_do():
    rotate()
    out, _ = rotate()
    assert "28 values are encrypted with the first key, 0 of them since now." in out


def test_every_model_with_an_encrypted_field_is_among_them():
    fields = {str(field) for fields in rotate_keys.encrypted_fields().values() for field in fields}
    assert {"intake.ConsultationRequest.code_word", "intake.CaseEntry.text"} <= fields


class PowerCut(BaseException):
    """What no part of the program expects."""


@pytest.mark.parametrize("writes", [1, 5, 12, 27, 29, 40])
@pytest.mark.parametrize("fault", [KeyboardInterrupt, PowerCut])
def test_half_way_all_is_readable_and_found_and_the_rest_follows(settings, writes, fault):
    left = writes

    def stop_after(execute, sql, params, many, context):
        nonlocal left
        left -= sql.startswith(("UPDATE", "INSERT", "DELETE"))
        if left < 0:
            raise fault
        return execute(sql, params, many, context)

    expected = CommandError if fault is KeyboardInterrupt else PowerCut
    with connection.execute_wrapper(stop_after), pytest.raises(expected):
        rotate()
    assert_all_is_readable()
    assert_all_is_found()
    rotate()
    settings.ENCRYPTION_KEYS = [NEW]
    assert_all_is_readable()
    assert_all_is_found()


def test_a_change_made_meanwhile_is_not_lost(settings, stored, monkeypatch):
    def change():
        with transaction.atomic():
            request = ConsultationRequest.objects.get(pk=stored[1].pk)
            request.name, request.message = "Changed", "Please call my sister."
            request.save()
            search_keys.replace_keys(request)

    change_between_reading_and_writing(monkeypatch, change)
    rotate()
    settings.ENCRYPTION_KEYS = [NEW]
    changed = ConsultationRequest.objects.get(pk=stored[1].pk)
    assert (changed.name, changed.message) == ("Changed", "Please call my sister.")
    assert list(search_keys.find("Changed")) == [changed]
    assert not search_keys.find(NAMES[1]).exists()


def test_a_request_deleted_meanwhile_stays_deleted(stored, monkeypatch):
    change_between_reading_and_writing(monkeypatch, stored[0].delete)
    rotate()
    assert ConsultationRequest.objects.count() == len(NAMES) - 1
    assert not search_keys.find(NAMES[0]).exists()


def test_a_site_that_still_writes_with_the_old_key_is_noticed(settings, stored, monkeypatch):
    def change():
        settings.ENCRYPTION_KEYS = [OLD]
        ConsultationRequest.objects.filter(pk=stored[1].pk).update(message="Please call my sister.")
        settings.ENCRYPTION_KEYS = [NEW, OLD]

    change_between_reading_and_writing(monkeypatch, change)
    with pytest.raises(CommandError, match="Remove no key: the site still writes with an older one"):
        rotate()
    assert ConsultationRequest.objects.get(pk=stored[1].pk).message == "Please call my sister."
    out, _ = rotate()
    assert "can be removed" in out


@pytest.mark.parametrize("kind", ["under a lost key", "moved from another field", "damaged", "never encrypted"])
def test_what_cannot_be_read_is_named_and_left_as_it_is(settings, stored, kind):
    settings.ENCRYPTION_KEYS = [NEW]
    sealed = {
        "moved from another field": encrypt("tangerine", "intake.consultationrequest.name"),
        "damaged": encrypt("tangerine", "intake.consultationrequest.message")[:-8],
        "never encrypted": "tangerine",
    }.get(kind)
    if sealed is None:
        settings.ENCRYPTION_KEYS = ["a key that nobody has any more, sadly"]
        sealed = encrypt("tangerine", "intake.consultationrequest.message")
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    write_as_it_is(stored[4], sealed)
    out = io.StringIO()
    with pytest.raises(CommandError) as failed:
        call_command("rotate_keys", stdout=out, stderr=io.StringIO())
    assert failed.value.returncode == 1
    assert f"1 cannot be read with any key:\n  intake.ConsultationRequest {stored[4].pk}: message\n" in str(
        failed.value
    )
    assert "Remove no key" in str(failed.value)
    assert "tangerine" not in str(failed.value) + out.getvalue()
    assert "can be removed" not in out.getvalue()
    assert "27 values are encrypted with the first key" in out.getvalue()
    with connection.cursor() as cursor:
        cursor.execute("SELECT message FROM intake_consultationrequest WHERE id = %s", [stored[4].pk])
        assert cursor.fetchone() == (sealed,)
    # All else went on, and its keys too: the name of this request can be read.
    settings.ENCRYPTION_KEYS = [NEW]
    assert search_keys.find(NAMES[4]).values_list("pk", flat=True).get() == stored[4].pk


def test_without_a_key_nothing_is_touched(settings):
    settings.ENCRYPTION_KEYS = []
    with pytest.raises(CommandError, match="ENCRYPTION_KEYS is empty"):
        rotate()
    settings.ENCRYPTION_KEYS = [OLD]
    assert_all_is_readable()
