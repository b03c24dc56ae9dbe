"""The list of requests: every look is recorded, it comes in pages, and it costs the same however many there are."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from intake import workflow
from intake.models import AccessRecord
from tests import factories
from tests.intake.admin.desk import LIST, VIEW, WORDS, ahead, listed, log_in_with, make_request, shown

pytestmark = pytest.mark.django_db


def test_every_look_at_the_list_is_recorded_before_it_is_made(client):
    make_request()
    user = log_in_with(client, VIEW, WORDS)
    client.get(reverse(LIST))
    assert list(AccessRecord.objects.values_list("kind", "reference", "by")) == [("list", "", user.pk)]
    client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE intake_accessrecord")
    page = client.get(reverse(LIST))
    assert page.status_code == 503
    assert "Marigold" not in page.text


def test_editors_of_content_see_no_list_and_leave_no_record(client):
    log_in_with(client, "change_program", WORDS)
    assert client.get(reverse(LIST)).status_code == 403
    assert [record.kind for record in AccessRecord.objects.all()] == ["refused"]


def test_other_pages_keep_the_filters(admin_client):
    for _ in range(51):
        make_request(asking_for="client")
    page = admin_client.get(reverse(LIST), {"asking_for": "client"})
    assert len(shown(page)) == 50
    assert '<a href="?asking_for=client&amp;p=2" rel="next">Next page</a>' in page.text
    assert len(listed(admin_client, asking_for="client", p=2)) == 1
    assert len(listed(admin_client, asking_for="client", p=99)) == 1


def test_ten_times_the_requests_cost_the_same_queries(admin_client, admin_user):
    def cost(**chosen):
        with CaptureQueriesContext(connection) as queries:
            admin_client.get(reverse(LIST), chosen)
        return len(queries)

    def add(number):
        for _ in range(number):
            make_request(owner=admin_user, claimed_until=ahead(hours=1), program=factories.program())

    add(6)
    few = cost(), cost(way="call")
    add(54)
    assert (cost(), cost(way="call")) == few


@pytest.mark.parametrize("tab", ["waiting", "closed"])
def test_a_page_is_cut_from_an_index(admin_client, admin_user, tab):
    make_request()
    workflow.close(make_request(), "elsewhere", by=admin_user)
    with CaptureQueriesContext(connection) as queries:
        admin_client.get(reverse(LIST), {"list": tab})
    (sql,) = [query["sql"] for query in queries if "IN (SELECT U0" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        plan = [step[3] for step in cursor.fetchall()]
    assert any("USING COVERING INDEX queue_counts" in step for step in plan), plan
    assert not any(step.startswith("SCAN intake_consultationrequest") for step in plan), plan


def test_the_link_to_a_file_says_that_the_whole_list_goes_whatever_the_filters(admin_client):
    words = "Take the whole list “Overdue” out as a file"
    assert f"{words}</a>" in admin_client.get(reverse(LIST), {"list": "overdue"}).text
    narrowed = admin_client.get(reverse(LIST), {"list": "overdue", "owner": "nobody"}).text
    assert f"{words}, without these filters</a>" in narrowed
