"""One move by a colleague: who makes it, of which request, and what the page carries on which it is made."""

from datetime import timedelta

from django.utils import timezone

from intake.models import CaseEntry, ConsultationRequest
from tests import factories

FRONT_DESK = ["view_consultationrequest", "change_consultationrequest", "see_words"]
TOLD = {"name": "Marigold", "message": "Evenings are best.", "safe_times": "After the school run"}


def colleague_with(*rights, name="desk"):
    return factories.colleague(name, rights=rights, first_name=name.title())


def received():
    made = factories.consultation_request(**TOLD)
    CaseEntry.objects.create(request=made, kind=CaseEntry.Kind.RECEIVED)
    return made


def again(stored):
    return ConsultationRequest.objects.get(pk=stored.pk)


def shown(stored):
    """What the page carries that was open when nothing had happened since."""
    return {"read_up_to": stored.entries.last().pk}


def day(days):
    return f"{timezone.localdate() + timedelta(days=days):%Y-%m-%d}"
