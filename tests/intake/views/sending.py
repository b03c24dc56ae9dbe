"""The request form as a person fills it and sends it."""

from clinic.models import Clinic
from intake import form_token
from intake.forms import CONSENT_VERSION, consent_lines
from tests.intake.views.private_page import OWN_PAGE

PLANTED = {
    "name": "Quillon",
    "phone": "(207) 555-0177",
    "email": "zanzibar@example.com",
    "message": "marmalade umbrella",
    "name_to_ask_for": "Perdita",
    "code_word": "heliotrope",
    "safe_times": "before the kettle boils",
    "language": "Esperanto",
}
ANSWERS = {"asking_for": "self", "ways": ["call", "email"]}


def new_token():
    return form_token.new(consent_lines(Clinic.load()), CONSENT_VERSION)


def send(client, **changed):
    if "token" not in changed:
        changed["token"] = new_token()
    answers = {**ANSWERS, **PLANTED, **changed}
    return client.post("/request/", answers, headers=OWN_PAGE)
