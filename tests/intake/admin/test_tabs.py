"""Who stands in which tab of the list, in what order, and what it costs to count them."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from intake import workflow
from intake.admin.tabs import TABS
from tests.intake.admin.desk import LIST, ago, ahead, listed, make_request, shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def one_in_each(admin_user):
    made = {
        "new": make_request(),
        "tried": make_request(state="waiting_on_us", attempts=1),
        "call": make_request(call_at=ahead(minutes=5), reply_by=ahead(minutes=35)),
        "late": make_request(reply_by=ago(minutes=5)),
        "mine": make_request(owner=admin_user, claimed_until=ahead(hours=1), reply_by=ahead(hours=9)),
        "answered": make_request(),
        "paused": make_request(),
        "held": make_request(held_because="Sent within 3 seconds", reply_by=ago(minutes=9)),
        "closed": make_request(),
        "withdrawn": make_request(),
    }
    workflow.mark_reached(made["answered"], by=User.objects.create_user("other"))
    workflow.pause(made["paused"])
    workflow.close(made["closed"], "elsewhere", by=admin_user)
    workflow.withdraw(made["withdrawn"])
    return made


@pytest.mark.parametrize(
    ("tab", "names"),
    [
        ("waiting", ["late", "call", "new", "tried", "mine"]),
        ("new", ["late", "call", "new", "mine"]),
        ("call_now", ["call"]),
        ("overdue", ["held", "late"]),
        ("mine", ["mine"]),
        ("theirs", ["answered"]),
        ("paused", ["paused"]),
        ("held", ["held"]),
        ("closed", ["withdrawn", "closed"]),
    ],
)
def test_each_tab_holds_what_it_says_in_its_order_and_counts_it(admin_client, one_in_each, tab, names):
    page = admin_client.get(reverse(LIST), {"list": tab})
    assert shown(page) == [one_in_each[name].reference for name in names]
    assert page.context["cl"].counts[tab] == len(names)
    assert TABS[tab].about in page.text


def test_the_first_list_is_who_waits_on_us(admin_client, one_in_each):
    page = admin_client.get(reverse(LIST))
    assert shown(page) == listed(admin_client, list="waiting")
    assert '<a href="?list=waiting" aria-current="page">Waiting on us' in page.text


def test_nobody_is_in_no_tab(admin_client, one_in_each):
    everyone = {stored.reference for stored in one_in_each.values()}
    assert {reference for tab in TABS for reference in listed(admin_client, list=tab)} == everyone


@pytest.mark.parametrize("tab", TABS)
def test_an_empty_tab_says_so_in_its_own_words(admin_client, tab):
    page = admin_client.get(reverse(LIST), {"list": tab}).text
    assert TABS[tab].nothing in page
    assert "With the ticked requests" not in page


def test_the_tabs_count_what_they_would_show_with_the_same_filters(admin_client):
    make_request(asking_for="client")
    make_request()
    make_request(asking_for="client", state="waiting_on_them", reply_by=None)
    workflow.withdraw(make_request(asking_for="client"))
    tabs = admin_client.get(reverse(LIST), {"asking_for": "client"}).context["cl"].tabs
    counted = {name: count for name, count, _query, _is_here in tabs}
    names = ("Waiting on us", "Waiting on them", "All open", "Closed")
    assert [counted[name] for name in names] == [1, 1, 2, 1]


def test_the_counts_of_the_tabs_read_the_index_and_no_row(admin_client):
    with CaptureQueriesContext(connection) as queries:
        admin_client.get(reverse(LIST))
    counting = [query["sql"] for query in queries if "COUNT(" in query["sql"] and "consultationrequest" in query["sql"]]
    assert len(counting) == 2
    for sql in counting:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            plan = cursor.fetchall()
        assert all("COVERING INDEX queue_counts" in step[3] for step in plan), plan
