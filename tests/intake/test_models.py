"""A request shows its reference and nothing else, and says of itself what the lists of the desk say of it."""

import uuid
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import FieldError
from django.db import IntegrityError
from django.utils import timezone

from intake import privacy, workflow
from intake.models import REFERENCE_ALPHABET, REFERENCE_SHAPE, ConsultationRequest, new_reference
from intake.models.request import NO_PROMISE_LASTS, is_free
from tests import factories

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
AROUND_NOW = (NOW - MINUTE, NOW, NOW + MINUTE)


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


@pytest.fixture(params=ConsultationRequest.State)
def in_state(request):
    """Makes requests in one state, with what that state must have."""
    user = User.objects.create_user("someone")
    needed = {
        "closed": {"closed_at": NOW, "closed_by": user, "closing_reason": "answered"},
        "withdrawn": {"name": "", "phone": "", "may_call": False},
    }.get(request.param, {})
    return lambda **given: factories.consultation_request(state=request.param, **needed | given)


def those(is_so):
    return [stored for stored in ConsultationRequest.objects.order_by("pk") if is_so(stored)]


@pytest.mark.django_db
def test_one_request_is_owed_and_late_as_the_lists_say(in_state):
    requests = ConsultationRequest.objects.order_by("pk")
    for reply_by, received_at in product((None, *AROUND_NOW), AROUND_NOW):
        in_state(reply_by=reply_by, received_at=received_at - NO_PROMISE_LASTS)
    assert those(lambda stored: stored.is_owed) == list(requests.owed())
    assert those(lambda stored: stored.is_late(NOW)) == list(requests.overdue(NOW))


@pytest.mark.django_db
def test_one_estimate_is_late_as_the_lists_say(in_state):
    for day, sent in product((NOW - timedelta(days=1), NOW), (None, NOW)):
        in_state(wants_estimate=True, estimate_due=day.date(), estimate_sent_at=sent)
    in_state()
    late = ConsultationRequest.objects.order_by("pk").estimates_late(NOW.date())
    assert those(lambda stored: stored.is_estimate_late(NOW.date())) == list(late)


@pytest.mark.django_db
def test_one_request_is_free_as_the_lists_say():
    someone = User.objects.create_user("someone")
    factories.consultation_request()
    for until in AROUND_NOW:
        factories.consultation_request(owner=someone, claimed_until=until)
    free = ConsultationRequest.objects.filter(is_free(NOW)).order_by("pk")
    assert those(lambda stored: stored.is_free(NOW)) == list(free)
    assert [stored.holder(NOW) for stored in ConsultationRequest.objects.order_by("pk")] == [None, None, None, someone]


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
