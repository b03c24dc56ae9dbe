"""One row of everything the staff desk shows, the addresses filled in with them, and somebody who goes there."""

import re

from django.apps import apps
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from clinic.models import InsurancePlan, LanguageLine, PageVersion, Redirect, WordingException
from intake import audit
from intake.models import AccessRecord, Notice
from programs.models import Program, SearchAlias, SessionOutline
from tests import factories

REFUSED = (403, 404, 405)
PLACE = re.compile(r"<(?:\w+:)?(\w+)>")


def colleague(username, *roles):
    user = User.objects.create_user(username, is_staff=True)
    user.groups.set(Group.objects.filter(name__in=roles))
    return user


def one_of_everything(**told):
    """Returns the request, with what a person told us."""
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
    stored = factories.consultation_request(**told)
    Notice.objects.create(kind=Notice.Kind.NEW_REQUEST, request=stored)
    audit.record(AccessRecord.Kind.LIST, by=colleague("somebody else"))
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
    return {"object_id": row_of(path).pk}


def filled_in(address):
    if address.name == "anything_else":
        return "/staff/nothing/here/"
    path = address.path
    if PLACE.search(path):
        known = values(path)
        path = PLACE.sub(lambda place: str(known[place[1]]), path)
    return f"/staff/{path}"


class Visitor:
    """Somebody who is signed in. Nothing they do stays."""

    def __init__(self, client, user):
        client.force_login(user)
        self.client, self.cookies = client, client.cookies.copy()

    def answer(self, method, path, **sent):
        self.client.cookies = self.cookies.copy()
        with transaction.atomic():
            answer = getattr(self.client, method.lower())(path, **sent)
            if answer.streaming:
                answer.content = b"".join(answer.streaming_content)
            transaction.set_rollback(True)
        return answer

    def is_let_in(self, method, path):
        answer = self.answer(method, path)
        return answer.status_code not in REFUSED and not answer.get("Location", "").startswith("/staff/login/")
