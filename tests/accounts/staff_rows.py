"""One row of everything the staff desk shows, the addresses filled in with them, and somebody who goes there."""

import re

from django.apps import apps
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone

from clinic.models import Clinic, InsurancePlan, LanguageLine, PageVersion, Redirect, ReferralContact, WordingException
from intake import audit
from intake.models import AccessRecord, ConsultationRequest, MessageTemplate, Notice, SavedView
from programs.models import Program, SearchAlias, SessionOutline
from tests import factories

REFUSED = (403, 404, 405, 410)
SOMEBODY_ELSE = "somebody-else"
# What an address needs to be sent, to get further than “there is no such thing”.
LINKED = "ACE-347-XYW"
SENT = {
    "intake_consultationrequest_reveal": {"field": "phone"},
    "intake_consultationrequest_unlink": {"other": LINKED},
}
PLACE = re.compile(r"<(?:\w+:)?(\w+)>")


def one_of_everything(**told):
    """Returns the request, with what a person told us."""
    if not Clinic.objects.exists():
        factories.clinic()
    factories.signpost()
    factories.call_step()
    factories.support_group()
    factories.alert()
    factories.photo()
    factories.program_with_everything()
    factories.guide_question()
    SessionOutline.objects.create(name="Three hours")
    PageVersion.objects.create(page=factories.page(), number=1, title="Page", lead="A lead.", body="Words.")
    InsurancePlan.objects.create(name="Plan", kind=InsurancePlan.Kind.PRIVATE)
    LanguageLine.objects.create(name="Spanish", own_name="Español", code="es", text="Ayuda gratis.")
    Redirect.objects.create(old_path="/family/", new_path="/families/")
    WordingException.objects.create(phrase="Alcoholics Anonymous", reason="The group's own name.")
    SearchAlias.objects.create(typed="rehab", finds="inpatient care")
    meets = {"consultation_at": timezone.now(), "consultation_by": ConsultationRequest.ConsultationBy.PHONE}
    stored = factories.consultation_request(**meets | told)
    stored.same_person.add(factories.consultation_request(reference=LINKED))
    Notice.objects.create(kind=Notice.Kind.NEW_REQUEST, request=stored)
    MessageTemplate.objects.create(name="Evenings", text="Hello {name},")
    ReferralContact.objects.create(name="Help line", offers="Advice", good_when="At any time.", phone="211")
    other = factories.colleague(SOMEBODY_ELSE)
    SavedView.objects.create(owner=other, name="Theirs", query="")
    audit.record(AccessRecord.Kind.LIST, by=other)
    return stored


def row_of(path):
    """The row of the model that an address is about, such as intake/consultationrequest/."""
    label, name = path.split("/")[:2]
    row = apps.get_model(label, name).objects.order_by("pk").first()
    assert row, f"Add a row of {label}.{name} to tests/accounts/staff_rows.py."
    return row


def values(path):
    """What stands in an address for each of its places. A new kind of place is added here."""
    if path.startswith("r/"):
        program = Program.objects.first()
        return {"content_type_id": ContentType.objects.get_for_model(Program).pk, "object_id": program.pk}
    if path.startswith("intake/consultationrequest/views/"):
        return {"pk": SavedView.objects.order_by("pk").last().pk}
    if path.startswith("sign-in/"):
        return {"pk": User.objects.get(username=SOMEBODY_ELSE).pk}
    return {"object_id": row_of(path).pk}


def filled_in(address):
    if address.name == "anything_else":
        return "/staff/nothing/here/"
    if address.name == "autocomplete":
        return "/staff/autocomplete/?app_label=programs&model_name=track&field_name=program"
    path = address.path
    if PLACE.search(path):
        known = values(path)
        path = PLACE.sub(lambda place: str(known[place[1]]), path)
    return f"/staff/{path}"


class Visitor:
    """Somebody who is signed in. Nothing they do stays."""

    def __init__(self, client, user):
        client.force_login(user)
        SavedView.objects.create(owner=user, name="Mine", query="")
        self.client, self.cookies = client, client.cookies.copy()

    def answer(self, method, address):
        self.client.cookies = self.cookies.copy()
        sent = [SENT.get(address.name, {})] if method == "POST" else []
        with transaction.atomic():
            answer = getattr(self.client, method.lower())(filled_in(address), *sent)
            if answer.streaming:
                answer.content = b"".join(answer.streaming_content)
            transaction.set_rollback(True)
        return answer

    def is_let_in(self, method, address):
        answer = self.answer(method, address)
        return answer.status_code not in REFUSED and not answer.get("Location", "").startswith("/staff/login/")
