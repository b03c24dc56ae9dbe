"""One request on the desk: how tests make it, open its page and press what stands there."""

from django.urls import reverse
from django.utils import timezone

from intake.admin import words
from tests import factories

DESK = ["change_consultationrequest", "see_words", "reveal_contact"]
PHONE, EMAIL = "207 555 0188", "marigold@example.com"


def make_request(**fields):
    told = {"name": "Marigold", "email": EMAIL, "message": "Evenings are best."}
    return factories.consultation_request(**told | fields)


def change_url(stored):
    return reverse("admin:intake_consultationrequest_change", args=[stored.pk])


def url_to(what, stored):
    return reverse(f"admin:intake_consultationrequest_{what}", args=[stored.pk])


def log_in_with(client, *codenames):
    user = factories.colleague(first_name="Kim", rights=codenames)
    client.force_login(user)
    return user


def press(client, what, stored, **typed):
    """As on the page that is open: it carries the last entry."""
    last = stored.entries.values_list("pk", flat=True).last() or 0
    return client.post(url_to(what, stored), {"read_up_to": last} | typed, follow=True)


def is_offered(page, what, stored):
    return f'action="{url_to(what, stored)}' in page.text


def said(at):
    """A moment in the words of the desk, by the clock of the clinic."""
    with timezone.override("America/New_York"):
        return words.moment(at)
