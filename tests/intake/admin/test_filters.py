"""What narrows the list, and that no address leads to an error or to a search."""

from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake import workflow
from intake.admin import rows
from intake.admin.filters import NEEDS
from intake.models import ConsultationRequest
from tests import factories
from tests.intake.admin.desk import LIST, WORK, ago, ahead, colleague, listed, make_request, shown, url_of

pytestmark = pytest.mark.django_db


def test_the_consultations_of_today_are_listed(db):
    midnight = datetime.combine(
        timezone.localdate() + timedelta(days=1), time.min, tzinfo=timezone.get_current_timezone()
    )
    now = midnight - timedelta(hours=6)
    today = {"consultation_at": midnight - timedelta(hours=1), "consultation_by": "phone"}
    found = [make_request(state=state, **today) for state in ("new", "waiting_on_us", "waiting_on_them")]
    make_request(state="paused", **today)
    make_request(consultation_at=midnight, consultation_by="phone")
    make_request(consultation_at=now, consultation_by="phone")
    condition = NEEDS["today"][1](now)
    assert set(ConsultationRequest.objects.filter(condition)) == set(found)


def test_filters_combine(admin_client, admin_user):
    program = factories.program()
    common = {"asking_for": "loved_one", "program": program, "needs_interpreter": True}
    both = make_request(**common, owner=admin_user, claimed_until=ahead(hours=1))
    make_request(**common)
    make_request(**common | {"program": None}, owner=admin_user, claimed_until=ahead(hours=1))
    chosen = {"asking_for": "loved_one", "program": program.pk, "interpreter": "yes", "owner": "me"}
    page = admin_client.get(reverse(LIST), chosen)
    assert shown(page) == [both.reference]
    assert "For whom: Someone they care about" in page.text
    assert f"Program: {program.short_name}" in page.text


@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        ({"owner": "me"}, {"mine"}),
        ({"owner": "nobody"}, {"nobodys", "expired"}),
        ({"program": "none"}, {"mine", "nobodys", "expired"}),
        ({"way": "call"}, {"mine", "nobodys"}),
        ({"way": "text"}, {"mine"}),
        ({"way": "page"}, {"expired"}),
        ({"estimate": "yes"}, {"mine"}),
        ({"need": "soon"}, {"expired"}),
        ({"need": "question"}, {"nobodys"}),
        ({"need": "met", "list": "open"}, {"met"}),
    ],
)
def test_each_filter_narrows_to_what_it_says(admin_client, admin_user, chosen, names):
    ana = colleague("ana", WORK)
    estimate = {"wants_estimate": True, "estimate_due": timezone.localdate()}
    made = {
        "mine": make_request(owner=admin_user, claimed_until=ahead(hours=1), may_text=True, **estimate),
        "nobodys": make_request(**estimate, estimate_sent_at=ago(hours=1)),
        "expired": make_request(owner=ana, claimed_until=ago(hours=1), may_call=False, reply_by=ahead(minutes=50)),
        "met": make_request(state="waiting_on_them", consultation_at=ago(hours=1), consultation_by="phone"),
    }
    made["nobodys"].entries.create(kind="asked")
    assert set(listed(admin_client, **chosen)) == {made[name].reference for name in names}


def test_a_colleague_is_a_filter(admin_client):
    ana = colleague("ana", WORK, first_name="Ana")
    hers = make_request(owner=ana, claimed_until=ahead(hours=1))
    make_request()
    assert listed(admin_client, owner=ana.pk) == [hers.reference]


def test_a_claim_that_has_ended_is_nobodys_wherever_it_is_counted(admin_client, admin_user):
    factories.clinic()
    stored = make_request(owner=admin_user, claimed_until=ago(minutes=1))
    for chosen in ({"list": "mine"}, {"owner": "me"}):
        assert listed(admin_client, **chosen) == []
    assert listed(admin_client, owner="nobody") == [stored.reference]
    page = admin_client.get(url_of("change", stored.pk)).text
    assert "Yours until" in page
    assert "Take it again</button>" in page
    workflow.claim(stored, by=admin_user)
    for chosen in ({"list": "mine"}, {"owner": "me"}):
        assert listed(admin_client, **chosen) == [stored.reference]
    assert listed(admin_client, owner="nobody") == []


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    chosen=st.dictionaries(
        st.sampled_from(
            ["list", "need", "owner", "asking_for", "program", "way", "interpreter", "estimate", "p", "q", "e", "o"]
        ),
        st.one_of(st.text(max_size=30), st.integers().map(str)),
    )
)
def test_no_address_leads_to_an_error(admin_client, chosen):
    assert admin_client.get(reverse(LIST), chosen).status_code == 200


@pytest.mark.parametrize("asked", ["name__contains=M", "phone=1", "program__title=x", "state__exact=new", "q=Marigold"])
def test_what_is_no_filter_is_ignored_and_searches_nothing(admin_client, asked):
    stored = make_request()
    page = admin_client.get(f"{reverse(LIST)}?{asked}")
    assert shown(page) == [stored.reference]


@pytest.mark.parametrize(("minutes", "is_off"), [(-1, True), (29, True), (30, False)])
def test_a_consultation_that_they_took_back_is_called_off_until_its_half_hour_is_over(minutes, is_off):
    """`minutes` after it began."""
    now = timezone.now()
    booked = {"consultation_at": now - timedelta(minutes=minutes), "consultation_by": "video"}
    stored = make_request(state="withdrawn", name="", phone="", email="", message="", may_call=False, **booked)
    assert ConsultationRequest.objects.filter(NEEDS["called_off"][1](now)).exists() == is_off
    assert rows.due(stored, now).words.startswith("Withdrawn. Called off") == is_off
