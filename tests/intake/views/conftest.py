"""A clinic, and somebody who wrote to us."""

import pytest

from clinic.models import Clinic
from intake import form_token, private_page, workflow
from intake.forms import CONSENT_VERSION, IntakeForm, consent_lines
from tests import factories


@pytest.fixture
def clinic(db):
    return factories.clinic()


@pytest.fixture
def sent(db):
    """(request, its secret)."""
    factories.clinic()
    clinic = Clinic.load()
    token = form_token.read(form_token.new(consent_lines(clinic), CONSENT_VERSION))
    answers = {
        "asking_for": "self",
        "name": "Quillon",
        "ways": ["call"],
        "phone": "207 555 0177",
        "message": "zanzibar",
    }
    form = IntakeForm(answers, clinic=clinic)
    assert form.is_valid()
    return workflow.receive(form, token=token, page="/request/"), private_page.secret_of(token.id)
