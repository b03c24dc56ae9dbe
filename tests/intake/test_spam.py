"""The traps mark what a program sends, and never a family that happens to write at the same time."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from intake import spam
from intake.models import ConsultationRequest, Tally
from tests.intake.faults import another_program_writes

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BOT = "203.0.113.77"


def assess(*, unseen="", seconds_open=90, source="192.0.2.1", now=NOON):
    post = QueryDict(mutable=True)
    post.update({"name": "Ann", spam.HONEYPOT: unseen})
    return spam.assess(post, seconds_open=seconds_open, source=source, now=now)


# Each trap


@pytest.mark.django_db
def test_a_form_filled_in_by_a_person_is_not_marked():
    assert assess() == ""
    assert assess(unseen=" ") == ""
    assert spam.assess(QueryDict("name=Ann"), seconds_open=90, source="192.0.2.1") == ""


@pytest.mark.django_db
def test_filling_what_people_do_not_see_is_marked():
    assert assess(unseen="https://casino.example") == "Filled the field that people do not see"


@pytest.mark.django_db
@pytest.mark.parametrize("seconds", [0, 2.9])
def test_sending_faster_than_a_person_can_is_marked(seconds):
    assert assess(seconds_open=seconds) == "Sent within 3 seconds"


@pytest.mark.django_db
@pytest.mark.parametrize("seconds", [3, 86_400, -5])
def test_slow_and_impossible_times_are_not_marked(seconds):
    assert assess(seconds_open=seconds) == ""


@pytest.mark.django_db
def test_the_eleventh_request_of_an_hour_from_one_place_is_marked():
    assert [assess() for _ in range(10)] == [""] * 10
    assert assess() == "More than 10 requests in an hour from one place"
    assert assess(source="192.0.2.2") == ""
    assert assess(now=NOON + timedelta(hours=1)) == ""


@pytest.mark.django_db
def test_people_whose_address_is_unknown_are_not_one_person():
    assert [assess(source="") for _ in range(30)] == [""] * 30


@pytest.mark.parametrize("reason", [spam.FILLED_HONEYPOT, spam.TOO_FAST, spam.TOO_MANY])
def test_a_reason_fits_where_it_is_kept(reason):
    assert 0 < len(reason) <= ConsultationRequest._meta.get_field("held_because").max_length


@given(st.text(), st.floats())
def test_whatever_is_sent_it_is_marked_or_not_and_never_refused(website, seconds):
    assert assess(unseen=website, seconds_open=seconds, source="") in ("", spam.FILLED_HONEYPOT, spam.TOO_FAST)


# A flood


@pytest.mark.django_db
def test_twenty_families_during_a_flood_are_all_left_alone():
    bots, families = [], []
    for i in range(200):
        bots.append(assess(unseen="https://casino.example", seconds_open=0, source=BOT))
        if i % 10 == 5:
            families.append(assess(source=f"198.51.100.{i}"))
    assert all(bots)
    assert families == [""] * 20


@pytest.mark.django_db
def test_a_family_behind_the_address_of_the_flood_is_marked_and_the_next_day_not():
    for _ in range(200):
        assess(unseen="https://casino.example", source=BOT)
    assert assess(source=BOT) == spam.TOO_MANY
    assert assess(source=BOT, now=NOON + timedelta(days=1)) == ""


# The check itself fails


def drop_the_table():
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {Tally._meta.db_table}")


@contextmanager
def read_only():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON")
        try:
            yield
        finally:
            cursor.execute("PRAGMA query_only = OFF")


def assess_unmarked_and_unheard(caplog):
    assert assess(source=BOT) == ""
    assert caplog.messages == ["A request was not counted: OperationalError"]
    assert BOT not in caplog.text


@pytest.mark.django_db
def test_without_a_place_to_count_nobody_is_marked(caplog):
    drop_the_table()
    assess_unmarked_and_unheard(caplog)


@pytest.mark.django_db
def test_without_a_place_to_count_the_other_traps_still_mark():
    drop_the_table()
    assert assess(unseen="https://casino.example") == spam.FILLED_HONEYPOT
    assert assess(seconds_open=0) == spam.TOO_FAST


@pytest.mark.django_db
def test_a_read_only_database_marks_nobody(caplog):
    for _ in range(30):
        assess(source=BOT)
    with read_only():
        assess_unmarked_and_unheard(caplog)


@pytest.mark.django_db(transaction=True)
def test_a_locked_database_marks_nobody_and_leaves_time_to_store_the_request(caplog):
    for _ in range(30):
        assess(source=BOT)
    started = datetime.now(UTC)
    with another_program_writes():
        assess_unmarked_and_unheard(caplog)
    assert datetime.now(UTC) - started < timedelta(seconds=10)
    with transaction.atomic():  # as the request is stored next
        Tally.objects.create(key="next", count=1, ends_at=NOON)
    assert Tally.objects.filter(key="next").exists()
