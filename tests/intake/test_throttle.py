"""Counting: exact when many come at once, and nothing left that says who was counted."""

import importlib
import ipaddress
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.test import RequestFactory, override_settings
from hypothesis import given
from hypothesis import strategies as st

import iop_site.settings
from intake import privacy, throttle
from intake.models import Tally
from tests.intake.faults import another_program_writes

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = 3600


def lock_wait():
    with connection.cursor() as cursor:
        return cursor.execute("PRAGMA busy_timeout").fetchone()[0]


# Counting


@pytest.mark.django_db
def test_each_time_is_counted_and_each_thing_by_itself():
    assert [throttle.count("try", "ann", seconds=HOUR, now=NOON) for _ in range(3)] == [1, 2, 3]
    assert throttle.count("try", "ben", seconds=HOUR, now=NOON) == 1
    assert throttle.seen("try", "ann", now=NOON) == 3
    assert throttle.seen("try", "nobody", now=NOON) == 0


@pytest.mark.django_db
def test_parts_are_not_run_together():
    throttle.count("try", "ann", "1", seconds=HOUR, now=NOON)
    assert throttle.seen("try", "ann1", now=NOON) == 0
    assert throttle.seen("try", "an", "n1", now=NOON) == 0
    assert throttle.seen("tryann", "1", now=NOON) == 0


@pytest.mark.django_db
def test_a_window_begins_at_the_first_and_is_not_prolonged_by_the_next():
    throttle.count("try", seconds=HOUR, now=NOON)
    assert throttle.count("try", seconds=HOUR, now=NOON + timedelta(minutes=59)) == 2
    assert throttle.seen("try", now=NOON + timedelta(minutes=60)) == 0
    assert throttle.count("try", seconds=HOUR, now=NOON + timedelta(minutes=60)) == 1
    assert throttle.count("try", seconds=HOUR, now=NOON + timedelta(minutes=119)) == 2


@pytest.mark.django_db
def test_what_is_forgotten_starts_again_and_nothing_else_does():
    for who in ("ann", "ann", "ben"):
        throttle.count("try", who, seconds=HOUR, now=NOON)
    throttle.forget("try", "ann", now=NOON)
    assert throttle.seen("try", "ann", now=NOON) == 0
    assert throttle.count("try", "ann", seconds=HOUR, now=NOON) == 1
    assert throttle.seen("try", "ben", now=NOON) == 1


@pytest.mark.django_db
def test_without_a_moment_it_is_now():
    throttle.count("try", seconds=HOUR)
    assert throttle.seen("try") == 1
    throttle.forget("try")
    assert throttle.seen("try") == 0


def test_nothing_is_counted_for_longer_than_the_page_in_docs_says():
    with pytest.raises(ValueError, match=r"docs/data\.md"):
        throttle.count("try", seconds=privacy.TALLY_HOURS * HOUR + 1)


@pytest.mark.django_db(transaction=True)
def test_twenty_at_the_same_moment_are_twenty(monkeypatch):
    monkeypatch.setattr(throttle, "LOCK_WAIT_MILLISECONDS", 20_000)  # a slow disk is not a wrong count
    start = threading.Barrier(20)

    def one(_):
        try:
            connection.ensure_connection()
            start.wait()
            return throttle.count("try", seconds=HOUR, now=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as threads:
        assert sorted(threads.map(one, range(20))) == list(range(1, 21))
    assert throttle.seen("try", now=NOON) == 20


# A database that is busy


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("write", [lambda: throttle.count("try", seconds=HOUR), lambda: throttle.forget("try")])
def test_a_locked_database_is_given_up_on_early_and_the_next_write_waits_as_long_as_ever(write):
    usual = lock_wait()
    started = datetime.now(UTC)
    with another_program_writes(), pytest.raises(OperationalError, match="locked"):
        write()
    assert datetime.now(UTC) - started < timedelta(seconds=10)
    assert lock_wait() == usual == 20_000


@pytest.mark.django_db(transaction=True)
def test_a_count_leaves_the_wait_for_a_lock_as_it_was():
    throttle.count("try", seconds=HOUR)
    assert lock_wait() == 20_000


# What is kept


@pytest.mark.django_db
def test_the_key_is_another_one_the_next_day_and_not_before():
    def key(now):
        throttle.count("request", "203.0.113.77", seconds=HOUR, now=now)
        return set(Tally.objects.values_list("key", flat=True))

    today = key(NOON)
    assert key(NOON.replace(hour=23, minute=59)) == today
    assert len(key(NOON + timedelta(days=1)) - today) == 1


def test_the_day_is_the_same_in_every_time_zone():
    east = NOON.astimezone(timezone(timedelta(hours=13)))
    assert east.date() != NOON.date()
    assert throttle.key_of(["try"], east) == throttle.key_of(["try"], NOON)


def test_the_key_cannot_be_made_without_the_secret():
    ours = throttle.key_of(["try"], NOON)
    with override_settings(SECRET_KEY="another one"):
        assert throttle.key_of(["try"], NOON) != ours


@pytest.mark.django_db(transaction=True)
def test_no_address_reaches_the_database_or_a_log(caplog):
    caplog.set_level("DEBUG")
    # Found if it were there: a key that is planted as it is.
    Tally.objects.create(key="planted 198.51.100.9", count=1, ends_at=datetime.now(UTC) + timedelta(hours=1))
    for address in ("203.0.113.77", "2001:db8:5eed:77::"):
        throttle.count("request", address, seconds=HOUR)
    with another_program_writes(), pytest.raises(OperationalError):
        throttle.count("request", "203.0.113.77", seconds=HOUR)
    database = Path(connection.settings_dict["NAME"])
    # By another process: closing a file that SQLite has open here would drop its locks on it.
    kept = subprocess.check_output(["cat", database, f"{database}-wal"])
    assert b"198.51.100.9" in kept
    assert b"203.0.113.77" not in kept
    assert b"2001:db8:5eed" not in kept
    assert ipaddress.ip_address("2001:db8:5eed:77::").packed[:8] not in kept
    assert "203.0.113.77" not in caplog.text


# Where a request came from


def source(forwarded=None, *, address="192.0.2.1"):
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return throttle.source_of(RequestFactory().get("/", headers=headers, REMOTE_ADDR=address))


@override_settings(BEHIND_PROXY=True)
@pytest.mark.parametrize(
    ("forwarded", "expected"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("made up, 10.0.0.1,203.0.113.7", "203.0.113.7"),
        ("203.0.113.7, made up", ""),
        ("203.0.113.7,", ""),
        ("unix:", ""),
        ("", ""),
        (None, ""),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("64:ff9b::203.0.113.7", "203.0.113.7"),
        ("2002:cb00:7107:1::9", "203.0.113.7"),
        ("203.0.113.7:51234", "203.0.113.7"),
        ("198.51.100.1:1, 203.0.113.7:51234", "203.0.113.7"),
        ("[2001:db8:1:2:3:4:5:6]:443", "2001:db8:1:2::"),
        ("[2001:db8:1:2:3:4:5:6]", "2001:db8:1:2::"),
    ],
)
def test_behind_our_proxy_only_its_own_word_counts(forwarded, expected):
    assert source(forwarded) == expected


@override_settings(BEHIND_PROXY=False)
@pytest.mark.parametrize(
    ("address", "expected"),
    [("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("192.0.2.1", "192.0.2.1"), ("2001:db8::9", "2001:db8::"), ("", "")],
)
def test_without_a_proxy_the_header_is_whatever_the_sender_made_up(address, expected):
    assert source("203.0.113.7", address=address) == expected


addresses = st.ip_addresses().map(str)
wild = st.one_of(st.text(), addresses, st.builds("{}%{}".format, addresses, st.text()))


@given(st.one_of(wild, st.lists(wild).map(",".join)))
@override_settings(BEHIND_PROXY=True)
def test_no_header_is_an_error_or_becomes_anything_but_an_address(text):
    found = source(text)
    assert found == "" or str(ipaddress.ip_address(found)) == found
    assert "%" not in found


@given(st.ip_addresses(v=6), st.integers(0, 2**64 - 1))
@override_settings(BEHIND_PROXY=True)
def test_all_devices_of_one_household_are_one_source(address, device):
    neighbor = ipaddress.IPv6Address(int(address) >> 64 << 64 | device)
    # The very first network and that of NAT64 hold the addresses of IPv4.
    if int(address) >> 64 and address not in ipaddress.IPv6Network("64:ff9b::/64"):
        assert source(str(neighbor)) == source(str(address))


@pytest.fixture
def settings_read_with(monkeypatch):
    def read(**environment):
        monkeypatch.delenv("BEHIND_PROXY", raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return importlib.reload(iop_site.settings)

    yield read
    monkeypatch.undo()
    importlib.reload(iop_site.settings)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"SITE_URL": "https://clinic.example"}, True),
        ({"SITE_URL": "https://clinic.example", "BEHIND_PROXY": ""}, True),
        ({"SITE_URL": "https://clinic.example", "BEHIND_PROXY": "false"}, False),
        ({"SITE_URL": "http://127.0.0.1:8000"}, False),
        ({"SITE_URL": "http://127.0.0.1:8000", "BEHIND_PROXY": "true"}, True),
    ],
)
def test_the_environment_says_whether_a_proxy_stands_in_front(settings_read_with, environment, expected):
    assert settings_read_with(**environment).BEHIND_PROXY is expected
