"""A row of the list: when it is due, what must not happen, who has it, and the name for who may see it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.urls import reverse

from intake import workflow
from intake.admin.rows import row
from intake.models import ConsultationRequest
from tests.intake.admin.desk import LIST, VIEW, WORDS, WORK, ago, ahead, log_in_with, make_request, shown

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)


def row_of(stored, user, now=NOW):
    return row(stored, user=user, now=now, may_see_names=False)


# What a row says


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


@pytest.mark.parametrize(("reason", "is_off"), [("asked_to_stop", True), ("elsewhere", False)])
def test_a_consultation_that_a_stop_took_off_stands_in_the_row(admin_user, reason, is_off):
    closed = {"state": "closed", "closing_reason": reason, "closed_at": NOW, "closed_by": admin_user}
    stored = make_request(**closed, consultation_at=NOW + timedelta(days=1), consultation_by="video")
    due = row_of(stored, admin_user).due.words
    assert due.endswith(". Called off: 3 pm tomorrow, by video") == is_off
    assert due.endswith("elsewhere") != is_off


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


def test_a_consultation_that_is_to_come_stays_in_sight_whoevers_turn_it_is(admin_user):
    booked = {"consultation_at": NOW + timedelta(days=1), "consultation_by": "video"}
    theirs = row_of(make_request(state="waiting_on_them", reply_by=None, **booked), admin_user)
    assert (theirs.due.words, theirs.next_step) == ("Consultation 3 pm tomorrow, by video", "")
    tried = row_of(make_request(state="waiting_on_us", attempts=1, **booked), admin_user)
    assert "Consultation 3 pm tomorrow, by video" in [mark.words for mark in tried.marks]
    assert tried.next_step == "Call: try 2 of 5."


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
