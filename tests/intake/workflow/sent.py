"""Requests as people send them and as they are stored, and moments to come."""

from datetime import timedelta

from django.utils import timezone

from intake import form_token, workflow
from intake.forms import CONSENT_VERSION, IntakeForm, consent_lines
from intake.models import ConsultationRequest

ANSWERS = {"asking_for": "self", "name": "Sam", "ways": ["call"], "phone": "207 555 0188"}


def new_token(clinic):
    return form_token.read(form_token.new(consent_lines(clinic), CONSENT_VERSION))


def form_of(clinic, **answers):
    form = IntakeForm({**ANSWERS, **answers}, clinic=clinic, free_slots=workflow.free_slots(clinic))
    assert form.is_valid(), form.errors
    return form


def send(clinic, token=None, held_because="", **answers):
    return workflow.receive(
        form_of(clinic, **answers), token=token or new_token(clinic), held_because=held_because, page="/request/"
    )


def first_slot(clinic):
    """What the form sends for the first half hour that is left."""
    return form_of(clinic).fields["call_at"].choices[1][1][0][0]


def last_slot(clinic):
    return form_of(clinic).fields["call_at"].choices[-1][1][-1][0]


def stored_again(stored):
    return ConsultationRequest.objects.get(pk=stored.pk)


def in_days(days, hour=15):
    return (timezone.now() + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)
