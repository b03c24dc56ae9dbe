"""The made-up month is what the workflow would have made of a real one."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from clinic.models import Clinic
from intake import audit, slots
from intake.models import AccessRecord, CaseEntry, ConsultationRequest
from iop_site import demo_month
from tests import factories


@pytest.mark.django_db
def test_the_month_is_in_order_and_nobody_in_it_is_real():
    factories.clinic()
    for _ in range(3):
        factories.referral_contact()
    before = timezone.now()
    moments = list(demo_month.steps(Clinic.load(), [User.objects.create_user("one"), User.objects.create_user("two")]))
    now = timezone.now()
    assert now >= before, "the clock is the real one again"
    assert moments == sorted(moments)
    assert before - timedelta(days=demo_month.DAYS + 1) < moments[0] < moments[-1] <= now

    ends_and_open_ones_are_there(now)
    for stored in ConsultationRequest.objects.prefetch_related("entries"):
        times = [entry.at for entry in stored.entries.all().order_by("pk")]
        assert times == sorted(times)
        assert stored.received_at == times[0] < now
        assert stored.first_promise > stored.received_at
        assert stored.name.startswith("Sample ") or stored.state == "withdrawn"
        assert "555-01" in stored.phone or stored.phone == ""
        assert stored.email.endswith("@example.com") or stored.email == ""
    assert not CaseEntry.objects.filter(at__gt=now).exists()
    nobody_is_called_who_did_not_ask_for_it()
    assert audit.verify() is None


def nobody_is_called_who_did_not_ask_for_it():
    requests = ConsultationRequest.objects
    looks = AccessRecord.objects.filter(kind=AccessRecord.Kind.REVEAL).values("reference")
    for called in (requests.filter(entries__kind=CaseEntry.Kind.NO_ANSWER), requests.filter(reference__in=looks)):
        assert called.exists()
        assert not called.filter(may_call=False, stopped_at=None).exists()


def ends_and_open_ones_are_there(now):
    requests = ConsultationRequest.objects
    # Which calls fit into the month depends on the hour at which it is made.
    assert set(requests.values_list("closing_reason", flat=True)) >= {"started", "full", "not_the_level", "not_reached"}
    assert requests.waiting().count() >= 5
    assert requests.overdue(now).exists()
    assert {
        slot.minute % slots.SLOT_MINUTES for slot in requests.exclude(call_at=None).values_list("call_at", flat=True)
    } <= {0}
    assert requests.held().count() == len(demo_month.HELD)
    assert requests.filter(state="withdrawn").count() == 2
    for closed in requests.filter(closing_reason__in=ConsultationRequest.NEEDS_ALTERNATIVES):
        assert closed.alternatives.count() == 2
