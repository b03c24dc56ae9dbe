"""Encrypted fields: unreadable without the key, bound to their place, and never returned as they are stored."""

import uuid

import pytest
from django.core.exceptions import FieldError
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from intake.encryption import CannotDecrypt, EncryptionError, NoKey, decrypt, encrypt, is_ready, is_under_first_key
from intake.models import ConsultationRequest
from tests import factories

PLACE = "intake.consultationrequest.name"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back_as_it_was(text):
    assert decrypt(encrypt(text, PLACE), PLACE) == text


def test_the_same_text_never_looks_the_same_twice():
    assert encrypt("Sam", PLACE) != encrypt("Sam", PLACE)


def test_a_value_moved_to_another_field_does_not_open():
    with pytest.raises(CannotDecrypt):
        decrypt(encrypt("Sam", PLACE), "intake.consultationrequest.phone")


@given(st.text(max_size=200))
def test_what_was_never_encrypted_does_not_open(text):
    with pytest.raises(CannotDecrypt):
        decrypt(text, PLACE)


@pytest.mark.parametrize("position", [0, 10, 30, -1])
def test_a_changed_value_does_not_open(position):
    sealed = encrypt("a long enough text", PLACE)
    changed = list(sealed)
    changed[position] = "A" if changed[position] != "A" else "B"
    with pytest.raises(CannotDecrypt):
        decrypt("".join(changed), PLACE)


def test_an_older_key_still_opens_and_the_newest_encrypts(settings):
    settings.ENCRYPTION_KEYS = ["old"]
    old = encrypt("Sam", PLACE)
    settings.ENCRYPTION_KEYS = ["new", "old"]
    assert decrypt(old, PLACE) == "Sam"
    new = encrypt("Sam", PLACE)
    settings.ENCRYPTION_KEYS = ["old"]
    with pytest.raises(CannotDecrypt):
        decrypt(new, PLACE)


def test_it_is_known_which_values_still_need_an_older_key(settings):
    settings.ENCRYPTION_KEYS = ["old"]
    old = encrypt("Sam", PLACE)
    settings.ENCRYPTION_KEYS = ["new", "old"]
    assert is_under_first_key(encrypt("Sam", PLACE))
    assert not is_under_first_key(old)


def test_without_a_key_nothing_is_written_or_read(settings):
    sealed = encrypt("Quillon", PLACE)
    assert is_ready()
    settings.ENCRYPTION_KEYS = []
    assert not is_ready()
    with pytest.raises(NoKey) as not_written:
        encrypt("Quillon", PLACE)
    with pytest.raises(CannotDecrypt) as not_read:
        decrypt(sealed, PLACE)
    for problem in (not_written.value, not_read.value):
        assert isinstance(problem, EncryptionError)
        assert "Quillon" not in str(problem)


@pytest.mark.django_db
def test_without_a_key_no_row_is_stored_half(settings):
    settings.ENCRYPTION_KEYS = []
    with pytest.raises(NoKey), transaction.atomic():
        ConsultationRequest.objects.create(
            form_token=uuid.uuid4(), asking_for="self", name="Sam", consent_wording="Yes."
        )
    assert not ConsultationRequest.objects.exists()


@pytest.mark.django_db
def test_without_a_key_the_help_lines_and_programs_stay(settings, client):
    factories.clinic()
    settings.ENCRYPTION_KEYS = []
    for address in ("/", "/programs/", "/help-now/"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "tel:988" in answer.text


def test_an_encrypted_field_refuses_to_be_searched():
    with pytest.raises(FieldError, match="encrypted"):
        str(ConsultationRequest.objects.filter(name="Sam").query)
