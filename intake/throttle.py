"""How often something happened lately, counted under a key that names nobody and is another one tomorrow."""

import ipaddress
import json
from contextlib import contextmanager
from datetime import UTC, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac

from intake.models import Tally

# A count is worth less than the request that is stored after it. While something else holds SQLite's write lock, the
# count gives up early and leaves the 20 seconds of the settings, and the rest of the proxy's 60, to the request.
LOCK_WAIT_MILLISECONDS = 1000
LONGEST_SECONDS = 60 * 60
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052

# One statement, so that tries at the same moment are all counted. A window that ended starts again at 1.
COUNT_ONE = f"""
    INSERT INTO {Tally._meta.db_table} AS tally ("key", "count", "ends_at") VALUES (%s, 1, %s)
    ON CONFLICT ("key") DO UPDATE SET
        "count" = CASE WHEN tally."ends_at" <= %s THEN 1 ELSE tally."count" + 1 END,
        "ends_at" = CASE WHEN tally."ends_at" <= %s THEN excluded."ends_at" ELSE tally."ends_at" END
    RETURNING "count"
"""


def count(*parts, seconds, now=None):
    """How many times this happened, this time included, in the `seconds` that began at the first.

    The parts start with what is counted: count("request", source, seconds=3600). A window also ends with the day in
    UTC, when the keys change. Raises DatabaseError.
    """
    if seconds > LONGEST_SECONDS:
        raise ValueError("No count lasts longer than docs/data.md says.")
    now = now or timezone.now()
    moment, end = (connection.ops.adapt_datetimefield_value(at) for at in (now, now + timedelta(seconds=seconds)))
    with short_lock_wait(), connection.cursor() as cursor:
        cursor.execute(COUNT_ONE, [key_of(parts, now), end, moment, moment])
        return cursor.fetchone()[0]


def seen(*parts, now=None):
    """How many times this happened, without counting. Raises DatabaseError."""
    now = now or timezone.now()
    tally = Tally.objects.filter(key=key_of(parts, now), ends_at__gt=now).first()
    return tally.count if tally else 0


def forget(*parts, now=None):
    """Start again at nothing, such as after a sign-in that worked. Raises DatabaseError."""
    with short_lock_wait():
        Tally.objects.filter(key=key_of(parts, now or timezone.now())).delete()


def key_of(parts, now):
    """A keyed hash under the key of that day, so that nothing links one day to another."""
    return salted_hmac(
        f"intake.throttle {now.astimezone(UTC).date()}", json.dumps(parts), algorithm="sha256"
    ).hexdigest()


@contextmanager
def short_lock_wait():
    if connection.vendor != "sqlite":
        yield  # other databases lock one row, and only as long as one count takes
        return
    with connection.cursor() as cursor:
        usual = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {LOCK_WAIT_MILLISECONDS}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")


def without_port(text):
    """Some proxies add it: "203.0.113.7:1234", "[2001:db8::1]:1234"."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text


def ipv4_inside(address):
    """The IPv4 address that this IPv6 address stands for, or None."""
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) % 2**32)
    return address.ipv4_mapped or address.sixtofour


def source_of(request):
    """The address a request came from, or "" when that is unknown. It is only ever counted: never stored or logged.

    Of IPv6 the first half, which is one household or one house: its devices pick the other half as they like.
    """
    if settings.BEHIND_PROXY:
        # The last entry is what our proxy saw. Those before it are whatever the sender made up.
        text = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    else:
        text = request.META.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(without_port(text))
    except ValueError:
        return ""
    if address.version == 4:
        return str(address)
    if inside := ipv4_inside(address):
        return str(inside)
    number = int(address)  # without the zone after "%", which can be any text
    return str(ipaddress.IPv6Address(number if address.is_loopback else number >> 64 << 64))
