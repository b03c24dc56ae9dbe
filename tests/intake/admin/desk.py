"""What the tests of the queue share: its address, requests in each state, and colleagues with rights."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from tests import factories

LIST = "admin:intake_consultationrequest_changelist"
VIEW, WORK, WORDS = "view_consultationrequest", "change_consultationrequest", "see_words"


def make_request(**fields):
    told = {"name": "Marigold", "email": "marigold@example.com", "message": "Evenings are best."}
    stored = factories.consultation_request(**told | fields)
    stored.entries.create(kind="received", at=stored.received_at)
    return stored


def colleague(name, *codenames, **given):
    return factories.colleague(name, rights=codenames, **given)


def log_in_with(client, *codenames):
    user = colleague("desk", *codenames)
    client.force_login(user)
    return user


def url_of(name, *args):
    return reverse(f"admin:intake_consultationrequest_{name}", args=args)


def shown(page):
    """The references of the rows, in order."""
    rows = page.context["cl"].rows if "cl" in page.context else page.context["rows"]
    return [row.reference for row in rows]


def listed(client, **chosen):
    return shown(client.get(reverse(LIST), chosen))


def ago(**span):
    return timezone.now() - timedelta(**span)


def ahead(**span):
    return timezone.now() + timedelta(**span)
