"""The list of requests: who stands in which tab, what a row says, and what it costs."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake import workflow
from intake.admin.filters import NEEDS
from intake.admin.rows import row
from intake.admin.tabs import TABS
from intake.models import AccessRecord, ConsultationRequest
from tests import factories
from tests.intake.admin.desk import (
    LIST,
    VIEW,
    WORDS,
    WORK,
    ago,
    ahead,
    colleague,
    log_in_with,
    make_request,
    shown,
    url_of,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)


def listed(client, **chosen):
    return shown(client.get(reverse(LIST), chosen))


def row_of(stored, user, now=NOW):
    return row(stored, user=user, now=now, may_see_names=False)


# Tabs


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
    workflow.close(made["closed"], "answered", by=admin_user)
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


# Rows


def test_overdue_and_a_call_that_is_due_are_marked_in_words(admin_client):
    make_request(reply_by=ago(minutes=40, seconds=5))
    make_request(call_at=ahead(minutes=5), reply_by=ahead(minutes=35))
    page = admin_client.get(reverse(LIST)).text
    assert '<strong class="alarm">Overdue</strong>' in page
    assert "40 minutes late" in page
    assert '<strong class="alarm">Call now</strong>' in page


@pytest.mark.parametrize(
    ("fields", "words", "alarm"),
    [
        ({"reply_by": NOW + timedelta(hours=1, minutes=30)}, "By 4:30 pm today", ""),
        ({"reply_by": NOW - timedelta(hours=3)}, "3 hours late", "Overdue"),
        ({"reply_by": None, "received_at": NOW - timedelta(hours=5)}, "No time was promised", ""),
        ({"reply_by": None, "received_at": NOW - timedelta(days=2)}, "No time was promised", "Overdue"),
        (
            {"call_at": NOW + timedelta(hours=2), "reply_by": NOW + timedelta(hours=2.5)},
            "Call 5 to 5:30 pm today",
            "",
        ),
        (
            {"call_at": NOW + timedelta(minutes=10), "reply_by": NOW + timedelta(minutes=40)},
            "Call 3:10 to 3:40 pm today",
            "Call now",
        ),
        (
            {"call_at": NOW, "reply_by": NOW + timedelta(minutes=30), "held_because": "Fast"},
            "Call 3 to 3:30 pm today",
            "",
        ),
        ({"state": "waiting_on_them"}, "Waiting on them", ""),
        (
            {"state": "waiting_on_them", "consultation_at": NOW + timedelta(days=1), "consultation_by": "phone"},
            "Consultation 3 pm tomorrow, by phone",
            "",
        ),
        (
            {"state": "waiting_on_them", "consultation_at": NOW - timedelta(hours=1), "consultation_by": "phone"},
            "Consultation was 1 hour ago",
            "",
        ),
        ({"state": "paused", "reply_by": None}, "Paused", ""),
        ({"state": "paused", "reply_by": NOW - timedelta(minutes=2)}, "2 minutes late", "Overdue"),
    ],
)
def test_the_clock_of_a_row_is_in_words(admin_user, fields, words, alarm):
    due = row_of(make_request(**fields), admin_user).due
    assert (due.words, due.alarm) == (words, alarm)


@pytest.mark.parametrize(
    ("fields", "warnings", "others"),
    [
        ({}, ["No message", "Do not name us"], ["Call"]),
        ({"message_rule": "yes", "may_say_who": True}, [], ["Call"]),
        ({"may_call": False, "may_text": True, "may_email": True}, [], ["Text", "Email"]),
        ({"may_call": False}, [], ["Private page only"]),
        ({"state": "paused"}, ["Do not call"], []),
        (
            {"first_promise": NOW - timedelta(hours=1), "reply_by": NOW + timedelta(hours=1)},
            ["Not reached in time", "No message", "Do not name us"],
            ["Call"],
        ),
        (
            {"first_promise": NOW - timedelta(hours=1), "reply_by": NOW - timedelta(hours=1)},
            ["No message", "Do not name us"],
            ["Call"],
        ),
        ({"state": "withdrawn", "name": "", "phone": "", "email": "", "message": "", "may_call": False}, [], []),
        (
            {"number_is_wrong": True, "message_rule": "yes", "may_say_who": True, "needs_interpreter": True},
            ["Wrong number"],
            ["Call", "Interpreter"],
        ),
        (
            {"may_call": False, "may_email": True, "wants_estimate": True, "estimate_due": NOW.date()},
            [],
            ["Email", "Estimate by today"],
        ),
        (
            {"may_call": False, "wants_estimate": True, "estimate_due": NOW.date() - timedelta(days=1)},
            ["Estimate is late"],
            ["Private page only"],
        ),
    ],
)
def test_a_row_warns_of_what_must_not_happen(admin_user, fields, warnings, others):
    marks = row_of(make_request(**fields), admin_user).marks
    assert [mark.words for mark in marks if mark.is_warning] == warnings
    assert [mark.words for mark in marks if not mark.is_warning] == others


def test_a_row_says_who_has_it(admin_user):
    assert row_of(make_request(), admin_user).who == "Nobody"
    mine = make_request(owner=admin_user, claimed_until=NOW + timedelta(hours=1))
    assert row_of(mine, admin_user).who == "You, until 4 pm today"


def test_a_claim_that_has_ended_is_nobodys_wherever_it_is_counted(admin_client, admin_user):
    factories.clinic()
    stored = make_request(owner=admin_user, claimed_until=ago(minutes=1))
    for chosen in ({"list": "mine"}, {"owner": "me"}):
        assert listed(admin_client, **chosen) == []
    assert listed(admin_client, owner="nobody") == [stored.reference]
    page = admin_client.get(url_of("change", stored.pk)).text
    assert "Yours until" in page
    assert "Take it again</button>" in page
    workflow.claim(stored, by=admin_user)
    for chosen in ({"list": "mine"}, {"owner": "me"}):
        assert listed(admin_client, **chosen) == [stored.reference]
    assert listed(admin_client, owner="nobody") == []


def test_a_consultation_that_is_to_come_stays_in_sight_whoevers_turn_it_is(admin_user):
    booked = {"consultation_at": NOW + timedelta(days=1), "consultation_by": "video"}
    theirs = row_of(make_request(state="waiting_on_them", reply_by=None, **booked), admin_user)
    assert (theirs.due.words, theirs.next_step) == ("Consultation 3 pm tomorrow, by video", "")
    tried = row_of(make_request(state="waiting_on_us", attempts=1, **booked), admin_user)
    assert "Consultation 3 pm tomorrow, by video" in [mark.words for mark in tried.marks]
    assert tried.next_step == "Call: try 2 of 5."


def test_the_consultations_of_today_are_listed(db):
    midnight = datetime.combine(
        timezone.localdate() + timedelta(days=1), time.min, tzinfo=timezone.get_current_timezone()
    )
    now = midnight - timedelta(hours=6)
    today = {"consultation_at": midnight - timedelta(hours=1), "consultation_by": "phone"}
    found = [make_request(state=state, **today) for state in ("new", "waiting_on_us", "waiting_on_them")]
    make_request(state="paused", **today)
    make_request(consultation_at=midnight, consultation_by="phone")
    make_request(consultation_at=now, consultation_by="phone")
    condition = NEEDS["today"][1](now)
    assert set(ConsultationRequest.objects.filter(condition)) == set(found)


def test_the_tabs_count_what_they_would_show_with_the_same_filters(admin_client):
    make_request(asking_for="client")
    make_request()
    make_request(asking_for="client", state="waiting_on_them", reply_by=None)
    workflow.withdraw(make_request(asking_for="client"))
    tabs = admin_client.get(reverse(LIST), {"asking_for": "client"}).context["cl"].tabs
    counted = {name: count for name, count, _query, _is_here in tabs}
    names = ("Waiting on us", "Waiting on them", "All open", "Closed")
    assert [counted[name] for name in names] == [1, 1, 2, 1]


def test_what_is_closed_has_dates_and_no_buttons(admin_client, admin_user):
    stored = make_request(received_at=datetime(2026, 11, 18, 15, tzinfo=UTC))
    workflow.close(stored, "elsewhere", by=admin_user)
    ConsultationRequest.objects.update(closed_at=datetime(2026, 11, 19, 15, tzinfo=UTC))
    page = admin_client.get(reverse(LIST), {"list": "closed"}).text
    assert "Closed November 19, 2026: Chose help elsewhere" in page
    assert ">November 18, 2026</time>" in page
    assert 'name="chosen"' not in page
    assert "With the ticked requests" not in page


# Names


def test_a_name_is_for_who_may_see_words(client):
    stored = make_request()
    log_in_with(client, VIEW, WORDS)
    page = client.get(reverse(LIST)).text
    assert "Marigold" in page
    assert not any(told in page for told in [stored.phone, stored.email, stored.message])


def test_all_others_see_references_only_and_nothing_is_decrypted_for_them(client):
    stored = make_request()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE intake_consultationrequest SET phone = 'sealed by a key that is gone'")
    log_in_with(client, VIEW, WORK)
    page = client.get(reverse(LIST)).text
    assert stored.reference in page
    assert "Marigold" not in page
    assert "cannot be read" not in page


def test_a_name_that_cannot_be_read_does_not_take_the_list_down(admin_client):
    broken, whole = make_request(), make_request(name="Juniper")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE intake_consultationrequest SET name = 'gone' WHERE id = %s", [broken.pk])
    page = admin_client.get(reverse(LIST))
    assert set(shown(page)) == {broken.reference, whole.reference}
    assert "The name cannot be read" in page.text
    assert "Juniper" in page.text


def test_only_the_names_of_the_page_are_decrypted(admin_client, monkeypatch):
    from intake.admin import rows

    for number in range(60):
        make_request(name=f"Person {number}")
    opened = []
    monkeypatch.setattr(rows, "decrypt", lambda sealed, place: opened.append(sealed) or "Somebody")
    admin_client.get(reverse(LIST))
    assert len(opened) == 50


def test_what_a_person_typed_as_their_name_is_text(admin_client):
    make_request(name="<script>alert(1)</script>")
    assert "<script>alert" not in admin_client.get(reverse(LIST)).text


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


# Filters


def test_filters_combine(admin_client, admin_user):
    program = factories.program()
    common = {"asking_for": "loved_one", "program": program, "needs_interpreter": True}
    both = make_request(**common, owner=admin_user, claimed_until=ahead(hours=1))
    make_request(**common)
    make_request(**common | {"program": None}, owner=admin_user, claimed_until=ahead(hours=1))
    chosen = {"asking_for": "loved_one", "program": program.pk, "interpreter": "yes", "owner": "me"}
    page = admin_client.get(reverse(LIST), chosen)
    assert shown(page) == [both.reference]
    assert "For whom: Someone they care about" in page.text
    assert f"Program: {program.short_name}" in page.text


@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        ({"owner": "me"}, {"mine"}),
        ({"owner": "nobody"}, {"nobodys", "expired"}),
        ({"program": "none"}, {"mine", "nobodys", "expired"}),
        ({"way": "call"}, {"mine", "nobodys"}),
        ({"way": "text"}, {"mine"}),
        ({"way": "page"}, {"expired"}),
        ({"estimate": "yes"}, {"mine"}),
        ({"need": "soon"}, {"expired"}),
        ({"need": "question"}, {"nobodys"}),
        ({"need": "met", "list": "open"}, {"met"}),
    ],
)
def test_each_filter_narrows_to_what_it_says(admin_client, admin_user, chosen, names):
    ana = colleague("ana", WORK)
    estimate = {"wants_estimate": True, "estimate_due": timezone.localdate()}
    made = {
        "mine": make_request(owner=admin_user, claimed_until=ahead(hours=1), may_text=True, **estimate),
        "nobodys": make_request(**estimate, estimate_sent_at=ago(hours=1)),
        "expired": make_request(owner=ana, claimed_until=ago(hours=1), may_call=False, reply_by=ahead(minutes=50)),
        "met": make_request(state="waiting_on_them", consultation_at=ago(hours=1), consultation_by="phone"),
    }
    made["nobodys"].entries.create(kind="asked")
    assert set(listed(admin_client, **chosen)) == {made[name].reference for name in names}


def test_a_colleague_is_a_filter(admin_client):
    ana = colleague("ana", WORK, first_name="Ana")
    hers = make_request(owner=ana, claimed_until=ahead(hours=1))
    make_request()
    assert listed(admin_client, owner=ana.pk) == [hers.reference]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    chosen=st.dictionaries(
        st.sampled_from(
            ["list", "need", "owner", "asking_for", "program", "way", "interpreter", "estimate", "p", "q", "e", "o"]
        ),
        st.one_of(st.text(max_size=30), st.integers().map(str)),
    )
)
def test_no_address_leads_to_an_error(admin_client, chosen):
    assert admin_client.get(reverse(LIST), chosen).status_code == 200


@pytest.mark.parametrize("asked", ["name__contains=M", "phone=1", "program__title=x", "state__exact=new", "q=Marigold"])
def test_what_is_no_filter_is_ignored_and_searches_nothing(admin_client, asked):
    stored = make_request()
    page = admin_client.get(f"{reverse(LIST)}?{asked}")
    assert shown(page) == [stored.reference]


def test_other_pages_keep_the_filters(admin_client):
    for _ in range(51):
        make_request(asking_for="client")
    page = admin_client.get(reverse(LIST), {"asking_for": "client"})
    assert len(shown(page)) == 50
    assert '<a href="?asking_for=client&amp;p=2" rel="next">Next page</a>' in page.text
    assert len(listed(admin_client, asking_for="client", p=2)) == 1
    assert len(listed(admin_client, asking_for="client", p=99)) == 1


# Costs


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


@pytest.mark.parametrize("tab", ["waiting", "closed"])
def test_a_page_is_cut_from_an_index(admin_client, admin_user, tab):
    make_request()
    workflow.close(make_request(), "answered", by=admin_user)
    with CaptureQueriesContext(connection) as queries:
        admin_client.get(reverse(LIST), {"list": tab})
    (sql,) = [query["sql"] for query in queries if "IN (SELECT U0" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        plan = [step[3] for step in cursor.fetchall()]
    assert any("USING COVERING INDEX queue_counts" in step for step in plan), plan
    assert not any(step.startswith("SCAN intake_consultationrequest") for step in plan), plan
