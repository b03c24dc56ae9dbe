"""Who looked at what. Each record is sealed with the one before it, so none can be changed or taken out unseen."""

import json
from datetime import UTC

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from intake.models import AccessRecord

LOOKS = (AccessRecord.Kind.VIEW, AccessRecord.Kind.REVEAL, AccessRecord.Kind.PRINT, AccessRecord.Kind.EXPORT)
# Names of accounts.roles, the one with the most reading of requests first. Other groups come after them by name.
ROLES_BY_READING = (
    *("Manager", "Clinician", "Front desk", "Auditor"),
    *("Content editor", "Administrator of accounts"),
)
ROLE_LENGTH = AccessRecord._meta.get_field("role").max_length


def record(kind, *, by, request=None, reason=None, place=None):
    """Call it before a page with personal data is made: a look that cannot be recorded does not happen.

    Raises DatabaseError, which is not to be caught.
    """
    return record_each(kind, [request], by=by, reason=reason, place=place)[0]


def record_each(kind, requests, *, by, reason=None, place=None):
    """The same for many requests at once, in one short transaction."""
    with transaction.atomic():  # IMMEDIATE in the settings: nobody adds a record between reading the last and these
        last = AccessRecord.objects.last()
        first, seal_before = (last.pk + 1, last.seal) if last else (1, "")
        at, role = timezone.now(), role_of(by)
        made = []
        for number, request in enumerate(requests, start=first):
            row = AccessRecord(
                pk=number,
                at=at,
                kind=AccessRecord.Kind(kind),
                by=by,
                role=role,
                reference=request.reference if request else "",
                reason=reason,
                place=place,
            )
            row.seal = seal_before = seal(row, seal_before, settings.SECRET_KEY)
            made.append(row)
        return AccessRecord.objects.bulk_create(made)


def role_of(user):
    """Of several roles the one that reads the most of a request: a record never makes a look smaller than it was."""
    held = sorted(user.groups.values_list("name", flat=True), key=by_reading)
    return (held[0] if held else "Administrator" if user.is_superuser else "Team member")[:ROLE_LENGTH]


def by_reading(group):
    return ROLES_BY_READING.index(group) if group in ROLES_BY_READING else len(ROLES_BY_READING), group


def records_of(request):
    """When somebody looked, how and in what role, for the person who sent the request: never who it was."""
    return AccessRecord.objects.filter(kind__in=LOOKS, reference=request.reference).values("at", "kind", "role")


def seal(row, seal_before, key):
    at = row.at.astimezone(UTC).isoformat()
    content = [seal_before, row.pk, at, row.kind, row.by_id, row.role, row.reference]
    content += [row.reason] * (row.reason is not None)  # rows of before there were reasons keep their seals
    content += [{"place": row.place}] * (row.place is not None)  # the same; named, so that it passes for no reason
    return salted_hmac("intake.audit", json.dumps(content), secret=key, algorithm="sha256").hexdigest()


def head():
    """Number and seal of the last record, "" when there is none. Kept elsewhere, it shows later whether the end is
    missing."""
    last = AccessRecord.objects.last()
    return f"{last.pk}:{last.seal}" if last else ""


def verify(head="", *, watched=iter):
    """The number of the first record that is missing or not as it was written, or None.

    `watched` wraps the rows that are walked, such as in a progress bar. Raises ValueError when `head` is not a head.
    """
    head_number, head_seal = read_head(head)
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    number, seal_before = 1, ""
    try:
        # One at a time, so that a row that cannot even be read is named, and not the first of many fetched with it.
        for row in watched(AccessRecord.objects.iterator(chunk_size=1)):
            if row.pk != number:
                return min(row.pk, number)
            if all(row.seal != seal(row, seal_before, key) for key in keys):
                return number
            if number == head_number and row.seal != head_seal:
                return number
            number, seal_before = number + 1, row.seal
    except (AttributeError, TypeError, ValueError):
        return number  # it holds a value of another type than we write
    return number if number <= head_number else None


def read_head(text):
    if not text:
        return 0, ""
    number, _, seal_text = text.strip().partition(":")
    return int(number), seal_text
