"""The words that all screens of the desk share."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from intake import workflow
from intake.admin import turn, words
from intake.admin.needs import of_requests
from intake.admin.rows import row
from tests.intake.admin.desk import make_request

NOW = datetime(2026, 11, 25, 17, tzinfo=UTC)  # a Wednesday, noon in New York


@pytest.fixture(autouse=True)
def _in_clinic_time():
    with timezone.override("America/New_York"):
        yield


@pytest.mark.parametrize(
    ("hours_away", "said"),
    [
        (0.5, "12:30 pm today, in 30 minutes"),
        (20, "8 am tomorrow, in 20 hours"),
        (-1.5, "10:30 am today, 1 hour 30 minutes ago"),
        (-20, "4 pm yesterday, 20 hours ago"),
        (-40, "8 pm Monday, November 23, 1 day 16 hours ago"),
        (0, "noon today, less than a minute ago"),
    ],
)
def test_a_moment_is_said_with_how_far_away_it_is(hours_away, said):
    assert words.seen_from(NOW + timedelta(hours=hours_away), NOW) == said


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("minutes", "length"),
    [(5, "5 minutes"), (65, "1 hour 5 minutes"), (119, "1 hour 59 minutes"), (3000, "2 days 2 hours")],
)
def test_one_lateness_is_the_same_on_the_home_in_the_list_and_on_its_page(minutes, length):
    me = User.objects.create_user("me")
    stored = make_request(reply_by=NOW - timedelta(minutes=minutes))
    (home, *_) = of_requests(me, NOW)
    assert home.named[0].words.endswith(f", {length} ago")
    assert row(stored, user=me, now=NOW, may_see_names=False).due.words == f"{length} late"
    assert turn.due(stored, NOW)[1] == f"{length} late"


@pytest.mark.django_db
def test_who_has_a_request_is_the_same_in_the_list_and_on_its_page():
    me, ana = User.objects.create_user("me"), User.objects.create_user("ana", first_name="Ana", last_name="Example")
    until = {"claimed_until": NOW + timedelta(hours=1)}
    for fields, in_the_list, on_the_page, whose in (
        ({}, "Nobody", "Nobody has it.", "nobody"),
        ({"owner": me, **until}, "You, until 1 pm today", "You have it until 1 pm today.", "mine"),
        ({"owner": ana, **until}, "Ana Example, until 1 pm today", "Ana Example has it until 1 pm today.", "another"),
        ({"owner": ana, "claimed_until": NOW}, "Nobody now. Last: Ana Example", "Nobody has it.", "nobody"),
        (
            {"owner": me, "claimed_until": NOW},
            "Yours until noon today, ended",
            "Yours until noon today, ended.",
            "nobody",
        ),
    ):
        stored = make_request(**fields)
        assert words.holder(stored, me, NOW) == in_the_list
        assert words.has_it(stored, me, NOW) == on_the_page
        assert turn.whose(stored, me, NOW) == whose


@pytest.mark.django_db
def test_nothing_is_due_of_what_waits_on_them_or_is_closed():
    me = User.objects.create_user("me")
    waits, closed = make_request(), make_request()
    workflow.mark_reached(waits, by=me)
    workflow.close(closed, "elsewhere", by=me)
    assert turn.due(waits, NOW) is turn.due(closed, NOW) is None
