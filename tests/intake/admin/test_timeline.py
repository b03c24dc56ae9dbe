"""All that happened around one request, as one list: the newest on top, and who looked for who checks looks."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.roles import AUDITOR, CLINICIAN, DESK, MANAGER
from intake import audit, search_keys, workflow
from intake.models import AccessRecord, CaseEntry, Notice
from tests import factories
from tests.intake.admin.one_request import change_url, make_request

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clinic")]


def test_all_that_happened_stands_in_one_list_the_newest_on_top(client, desk, ana):
    stored = make_request()
    Notice.objects.create(kind="new_request", request=stored)
    CaseEntry.objects.create(request=stored, kind="received", at=stored.received_at)
    workflow.note(stored, "Prefers mornings.", by=ana)
    CaseEntry.objects.create(request=stored, kind="asked", text="Is it free?")
    page = client.get(change_url(stored)).text
    past = re.sub(r"<[^>]+>", " ", page[page.index('id="past"') :])
    places = [
        past.index(words)
        for words in (
            "1 look",
            "Opened the request: Team member",
            "Is it free?",
            "Ana Lopez",
            "Prefers mornings.",
            "Mail: new on the desk, to staff. Waiting.",
            "Request received",
        )
    ]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("role", "line"),
    [
        *[(role, "Opened the request: Clinician") for role in (DESK, CLINICIAN, MANAGER)],
        (AUDITOR, "Opened the request: Ana Lopez (Clinician)"),
    ],
)
def test_who_looked_is_named_only_to_who_checks_looks(client, role, line):
    stored = make_request()
    looked = factories.colleague("ana", first_name="Ana", last_name="Lopez", roles=[CLINICIAN])
    audit.record(AccessRecord.Kind.VIEW, by=looked, request=stored)
    client.force_login(factories.colleague(roles=[role]))
    page = client.get(change_url(stored)).text
    assert f"{line}</li>" in page
    assert ("Ana Lopez" in page) == (role == AUDITOR)


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ("no_address", "the clinic has no address for it, and colleagues get reminders."),
        ("not_needed", "no longer needed."),
    ],
)
def test_a_mail_that_was_not_sent_says_why(client, desk, state, why):
    stored = make_request()
    Notice.objects.create(kind="overdue", request=stored, state=state, ended_at=timezone.now())
    assert f"Mail: overdue request, to staff. Not sent: {why}" in client.get(change_url(stored)).text


def test_a_long_history_costs_no_more_queries(client, desk, ana):
    stored = make_request()
    search_keys.replace_keys(stored)
    stored.same_person.add(make_request())

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(change_url(stored))
        return len(asked)

    queries()
    few = queries()
    for _ in range(4):
        workflow.note(stored, "Again.", by=ana)
        CaseEntry.objects.create(request=stored, kind="asked", text="Is it free?")
        Notice.objects.create(kind="new_request", request=stored)
        same = make_request()
        search_keys.replace_keys(same)
        stored.same_person.add(make_request())
    assert queries() == few
