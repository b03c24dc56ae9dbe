"""What a person told us, planted word by word, and looked for on every page of the desk as each kind of colleague."""

import logging

import pytest
from django.contrib.auth.models import Permission

from accounts.addresses import every_address
from accounts.roles import ACCOUNTS, AUDITOR, DESK, EDITOR
from intake import privacy
from intake.models import CaseEntry, ConsultationRequest
from tests import factories
from tests.accounts.staff_rows import Visitor, one_of_everything

pytestmark = pytest.mark.django_db

FIELDS = privacy.TABLES["intake.ConsultationRequest"].fields
WRITTEN = privacy.written_by_a_person(ConsultationRequest)
CONTACT = [name for name in WRITTEN if FIELDS[name].kind == privacy.Kind.CONTACT]
PLANTED = {name: f"planted{name.replace('_', '')}" for name in WRITTEN} | {
    "phone": "207 555 0147",
    "email": "plantedemail@example.com",
}
# As somebody may write a number: each of these is the person's.
NUMBERS = ("207 555 0147", "(207) 555-0147", "207-555-0147", "2075550147", "5550147", "555-0147")
ENTRY = "plantedentry"


# Whoever may not open content is kept out of it in test_role_matrix.py.
CONTENT = [address for address in every_address() if address.name.startswith(("clinic_", "programs_"))]
BUT_CONTENT = [address for address in every_address() if address not in CONTENT]


@pytest.fixture(autouse=True)
def no_log_of_refusals(caplog):
    caplog.set_level(logging.CRITICAL, logger="django.request")


@pytest.fixture(autouse=True)
def stored():
    made = one_of_everything(
        **PLANTED,
        asking_for=ConsultationRequest.AskingFor.CLIENT,
        person_agreed=True,
        may_email=True,
        may_text=True,
        wants_receipt=True,
    )
    CaseEntry.objects.create(request=made, kind=CaseEntry.Kind.ASKED, text=ENTRY)
    return made


def somebody(client, *roles, rights=()):
    user = factories.colleague("visitor", roles=roles)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="intake", codename__in=rights))
    return Visitor(client, user)


def found(visitor, words, addresses=BUT_CONTENT, methods=("GET", "POST")):
    """Where on the desk each of these words stands."""
    for address in addresses:
        for method in methods:
            answer = visitor.answer(method, address)
            said = f"{answer.content.decode()} {answer.headers}"
            yield from (f"{word}: {method} {address.path}" for word in words if word in said)


def words_of(names):
    return [ENTRY, *(PLANTED[name] for name in names if name != "phone"), *NUMBERS]


@pytest.mark.parametrize("role", [AUDITOR, ACCOUNTS])
def test_a_role_that_answers_nobody_reads_no_word_of_a_person(client, role):
    assert list(found(somebody(client, role), words_of(WRITTEN))) == []


def test_a_content_editor_reads_no_word_of_a_person_on_any_page_of_content(client):
    editor = somebody(client, EDITOR)
    assert list(found(editor, words_of(WRITTEN))) == []
    assert list(found(editor, words_of(WRITTEN), CONTENT, ["GET"])) == []  # with a POST it is the same form again


# The least that opens a request, which is shown as text to read then, and all but the right in question.
LOOKS = ["view_consultationrequest"]
WORKS = [*LOOKS, "change_consultationrequest", "erase_request", "decide_level", "export_requests", "see_figures"]


@pytest.mark.parametrize(
    "rights", [LOOKS, [*WORKS, "view_notice", "view_accessrecord", "view_caseentry", "view_searchkey"]], ids=" ".join
)
def test_who_may_not_see_words_reads_none_on_any_page(client, rights):
    assert list(found(somebody(client, rights=rights), words_of(WRITTEN))) == []


@pytest.mark.parametrize("rights", [[*LOOKS, "see_words"], [*WORKS, "see_words"]], ids=" ".join)
def test_who_may_not_reveal_a_contact_reads_no_number_and_no_email(client, rights):
    words = [PLANTED["email"], *NUMBERS]
    assert list(found(somebody(client, rights=rights), words)) == []


def test_no_page_shows_a_number_or_an_email_before_it_is_revealed(client):
    words = [PLANTED["email"], *NUMBERS]
    shown = [place for place in found(somebody(client, DESK), words) if "GET" in place]
    assert shown == []


def test_the_search_for_words_finds_what_is_there(client):
    """Or the tests above could not fail: the front desk reads them."""
    assert list(found(somebody(client, DESK), [PLANTED["message"], ENTRY]))
