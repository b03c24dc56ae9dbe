"""A request shows its reference and nothing else."""

import uuid

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError
from django.utils import timezone

from intake.models import REFERENCE_ALPHABET, REFERENCE_SHAPE, ConsultationRequest, new_reference
from intake.workflow import AlreadyAnswered, mark_answered


def request_of(name="Sam", **given):
    values = {"form_token": uuid.uuid4(), "asking_for": "self", "name": name, "consent_wording": "Yes."}
    return ConsultationRequest.objects.create(**values | given)


def test_references_have_no_characters_that_look_alike():
    assert not set("0O1IL5S8B2ZG") & set(REFERENCE_ALPHABET)
    assert len({new_reference() for _ in range(1000)}) == 1000
    REFERENCE_SHAPE(new_reference())


@pytest.mark.django_db
def test_a_request_prints_as_its_reference():
    stored = request_of(name="Quillon")
    assert str(stored) == stored.reference
    assert "Quillon" not in repr(stored)


@pytest.mark.django_db
def test_one_token_is_one_row():
    token = uuid.uuid4()
    request_of(form_token=token)
    with pytest.raises(IntegrityError):
        request_of(form_token=token)


@pytest.mark.django_db
def test_an_answer_has_both_a_moment_and_a_person():
    with pytest.raises(IntegrityError):
        request_of(answered_at=timezone.now())


@pytest.mark.django_db
def test_a_request_is_answered_once():
    stored = request_of()
    colleague = get_user_model().objects.create_user("colleague")
    mark_answered(stored, by=colleague)
    stored.refresh_from_db()
    assert stored.answered_by == colleague
    with pytest.raises(AlreadyAnswered):
        mark_answered(stored, by=colleague)
