"""A request shows its reference and nothing else."""

import uuid

import pytest
from django.core.exceptions import FieldError
from django.db import IntegrityError
from django.utils import timezone

from intake import privacy, workflow
from intake.models import REFERENCE_ALPHABET, REFERENCE_SHAPE, ConsultationRequest, new_reference
from tests import factories


def test_references_have_no_characters_that_look_alike():
    assert not set("0O1IL5S8B2ZG") & set(REFERENCE_ALPHABET)
    assert len({new_reference() for _ in range(1000)}) == 1000
    REFERENCE_SHAPE(new_reference())


@pytest.mark.django_db
def test_a_request_prints_as_its_reference():
    stored = factories.consultation_request(name="Quillon")
    assert str(stored) == stored.reference
    assert "Quillon" not in repr(stored)


@pytest.mark.django_db
def test_one_token_is_one_row():
    token = uuid.uuid4()
    factories.consultation_request(form_token=token)
    with pytest.raises(IntegrityError):
        factories.consultation_request(form_token=token)


@pytest.mark.django_db
def test_an_answer_has_both_a_moment_and_a_person():
    with pytest.raises(IntegrityError):
        factories.consultation_request(answered_at=timezone.now())


@pytest.mark.django_db
@pytest.mark.parametrize(
    "given",
    [
        {"may_call": True, "phone": ""},
        {"may_text": True, "phone": ""},
        {"may_email": True},
        {"wants_receipt": True},
        {"person_name": "Robin", "asking_for": "client"},
        {"person_name": "Robin", "person_agreed": True},
        {"wants_estimate": True},
        {"call_at": timezone.now(), "may_call": False},
        {"state": "withdrawn"},
    ],
)
def test_the_database_refuses_what_cannot_be(given):
    with pytest.raises(IntegrityError):
        factories.consultation_request(**given)


PERMISSIONS = ["person_agreed", "may_call", "may_text", "may_email", "will_call", "may_say_who", "wants_receipt"]
WORDS = privacy.written_by_a_person(ConsultationRequest)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "kept", [*({name: "marmalade"} for name in WORDS), *({name: True} for name in PERMISSIONS), {"message_rule": "yes"}]
)
def test_the_database_keeps_no_word_and_no_permission_of_who_withdrew(kept):
    stored = factories.consultation_request()
    workflow.withdraw(stored)
    with pytest.raises(IntegrityError):
        ConsultationRequest.objects.update(**kept)


@pytest.mark.django_db
def test_what_is_encrypted_cannot_be_searched():
    with pytest.raises(FieldError):
        ConsultationRequest.objects.filter(name="Sam").count()
