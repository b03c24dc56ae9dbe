"""What needs somebody now, as the home of the desk says it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from clinic.models import Clinic
from intake import reminders, workflow
from intake.admin import needs
from intake.models import CaseEntry, ConsultationRequest, Notice
from tests import factories
from tests.intake.admin.desk import shown

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 17, tzinfo=UTC)  # a Wednesday, noon in New York
TODAY = date(2026, 11, 25)
Kind = CaseEntry.Kind


@pytest.fixture(autouse=True)
def _in_clinic_time():
    with timezone.override("America/New_York"):
        yield


@pytest.fixture
def me():
    return User.objects.create_user("me")


@pytest.fixture
def colleague():
    return User.objects.create_user("colleague")


def in_hours(count):
    return NOW + timedelta(hours=count)


def asked(**given):
    return factories.consultation_request(**{"received_at": in_hours(-1), "reply_by": in_hours(5)} | given)


def said(stored, *kinds):
    for minute, kind in enumerate(kinds):
        CaseEntry.objects.create(request=stored, kind=kind, at=in_hours(-1) + timedelta(minutes=minute))
    return stored


def found(me):
    """{name: references} of the home of this colleague."""
    return {need.name: [named.reference for named in need.named] for need in needs.of_requests(me, NOW)}


def need(me, name):
    return next(need for need in needs.of_requests(me, NOW) if need.name == name)


def test_nothing_is_needed_of_an_empty_desk(me):
    assert needs.of_requests(me, NOW) == []


def test_each_kind_of_need_is_found(me, colleague):
    taken = {"owner": colleague, "claimed_until": in_hours(2)}
    late = asked(reply_by=in_hours(-1), **taken)
    slot = asked(call_at=in_hours(0.1), reply_by=in_hours(2), **taken)
    soon = asked(reply_by=in_hours(0.5), **taken)
    question = said(asked(**taken), Kind.RECEIVED, Kind.ASKED, Kind.CLAIMED)
    nobodys = asked()
    ended = asked(owner=colleague, claimed_until=in_hours(-2), reply_by=in_hours(6))
    mine = asked(owner=me, claimed_until=in_hours(2))
    estimate = asked(state="waiting_on_them", reply_by=None, wants_estimate=True, estimate_due=TODAY)
    met = asked(state="waiting_on_them", reply_by=None, consultation_at=in_hours(-3), consultation_by="phone")
    held = asked(held_because="Sent within 3 seconds")
    booked = {"reply_by": None, "consultation_at": in_hours(3), "consultation_by": "phone"}
    today, off = asked(state="waiting_on_them", **booked), asked(state="withdrawn", may_call=False, name="", phone="")
    ConsultationRequest.objects.filter(pk=off.pk).update(**booked)
    stopped = asked(state="closed", closing_reason="asked_to_stop", closed_at=NOW, closed_by=me, **booked)
    in_a_pause = asked(state="paused", **booked)
    begun = {"reply_by": None, "consultation_at": in_hours(-0.4), "consultation_by": "phone"}
    asked(state="closed", closing_reason="answered", closed_at=NOW, closed_by=me, **begun)
    just_begun = asked(state="paused", **begun)
    for state in ("closed", "paused"):
        over = {"closing_reason": "asked_to_stop", "closed_at": NOW, "closed_by": me} if state == "closed" else {}
        asked(state=state, **over, **begun | {"consultation_at": in_hours(-0.5)})
    assert found(me) == {
        "overdue": [late.reference],
        "to call now": [slot.reference],
        "due within the hour": [soon.reference],
        "to meet today": [today.reference],
        "called off": [off.reference, stopped.reference],
        "off in a pause": [just_begun.reference, in_a_pause.reference],
        "asked a question": [question.reference],
        "with nobody": [nobodys.reference, ended.reference],
        "with you": [mine.reference],
        "waiting for an estimate": [estimate.reference],
        "met, with no next step": [met.reference],
        "held as possible spam": [held.reference],
    }


def test_what_a_colleague_handed_over_says_so(me, colleague):
    mine = {"owner": me, "claimed_until": in_hours(2)}
    handed, taken = said(asked(**mine), Kind.CLAIMED, Kind.HANDED), said(asked(**mine), Kind.HANDED, Kind.CLAIMED)
    worked_on = said(asked(**mine), Kind.CLAIMED, Kind.HANDED)
    worked_on.entries.create(kind=Kind.NO_ANSWER, by=me, at=NOW)
    named = {one.reference: one.words for one in need(me, "with you").named}
    assert named[worked_on.reference].startswith("due ")
    assert named[handed.reference].startswith("handed to you, due ")
    assert named[taken.reference].startswith("due ")


def test_a_note_from_an_older_page_does_not_hide_that_it_was_handed_over(me):
    noted = said(asked(owner=me, claimed_until=in_hours(2)), Kind.HANDED)
    noted.entries.create(kind=Kind.NOTED, by=me, at=NOW)
    assert need(me, "with you").named[0].words.startswith("handed to you, due ")


def test_what_is_counted_is_what_its_link_lists(admin_client, admin_user):
    factories.clinic()
    other, soon = User.objects.create_user("other"), timezone.now() + timedelta(minutes=30)
    late, later, today = soon - timedelta(hours=2), soon + timedelta(hours=9), timezone.localdate()
    taken = {"owner": other, "claimed_until": later}
    for fields in (
        {"reply_by": late},
        {"reply_by": None, "received_at": late - timedelta(days=2)},
        {"reply_by": late, "held_because": "Sent within 3 seconds"},
        {"reply_by": soon},
        {"reply_by": soon, **taken, "call_at": late},
        {"reply_by": later, **taken},
        {"reply_by": later, "owner": other, "claimed_until": late},
        {"reply_by": later, "owner": admin_user, "claimed_until": late},
        {"reply_by": later, "owner": admin_user, "claimed_until": later},
        {"reply_by": later, "wants_estimate": True, "estimate_due": today, **taken},
        {"reply_by": later, "wants_estimate": True, "estimate_due": today, "estimate_sent_at": late, **taken},
        {"state": "waiting_on_them", "reply_by": None},
        {"state": "waiting_on_them", "reply_by": None, "received_at": late - timedelta(days=4)},
        {"state": "waiting_on_them", "reply_by": None, "consultation_at": late, "consultation_by": "phone"},
        {"state": "waiting_on_them", "reply_by": None, "consultation_at": later, "consultation_by": "phone"},
        {"state": "paused", "reply_by": None},
        {"state": "paused", "reply_by": None, "consultation_at": later, "consultation_by": "phone"},
    ):
        asked(**fields)
    booked = {"consultation_at": timezone.now() + timedelta(days=1), "consultation_by": "phone"}
    said(asked(state="withdrawn", may_call=False, name="", phone="", reply_by=None, **booked), Kind.WITHDRAWN)
    said(asked(reply_by=later, **taken), Kind.ASKED)
    said(asked(reply_by=later, **taken), Kind.ASKED, Kind.CLOSED, Kind.REOPENED)
    said(asked(reply_by=later, state="paused", **taken), Kind.ASKED, Kind.PAUSED)
    found = needs.of_requests(admin_user, timezone.now())
    # Late in the evening none is to come on this day.
    assert {kind.name for kind in needs.KINDS} - {need.name for need in found} <= {"to meet today"}
    listed = {need.name: shown(admin_client.get(need.url)) for need in found}
    assert {name: len(references) for name, references in listed.items()} == {need.name: need.count for need in found}
    for need in found:
        assert {named.reference for named in need.named} <= set(listed[need.name])


def test_what_is_over_or_not_yet_due_needs_nobody(me, colleague):
    asked(state="withdrawn", name="", phone="", may_call=False, reply_by=in_hours(-1))
    closed = {"state": "closed", "closing_reason": "answered", "closed_at": NOW, "closed_by": me}
    asked(**closed, wants_estimate=True, estimate_due=TODAY)
    asked(state="paused", reply_by=None)
    asked(state="waiting_on_them", reply_by=None, consultation_at=in_hours(30), consultation_by="phone")
    asked(owner=colleague, claimed_until=in_hours(1))
    estimate = {"wants_estimate": True, "estimate_due": TODAY, "estimate_sent_at": in_hours(-1)}
    asked(state="waiting_on_them", reply_by=None, **estimate)
    assert found(me) == {}


@pytest.mark.parametrize("end", CaseEntry.ENDS_A_QUESTION)
def test_a_question_waits_until_it_is_answered_here_and_on_its_own_page(me, end):
    stored = said(asked(), Kind.ASKED, Kind.NO_ANSWER, Kind.NOTED)
    assert found(me)["asked a question"] == [stored.reference]
    assert workflow.question_that_waits(stored).kind == Kind.ASKED
    said(stored, Kind.ASKED, end, Kind.REOPENED)
    assert "asked a question" not in found(me)
    assert workflow.question_that_waits(stored) is None


def test_a_question_of_somebody_who_paused_is_found(me):
    stored = said(asked(state="paused"), Kind.PAUSED, Kind.ASKED)
    assert found(me)["asked a question"] == [stored.reference]


def test_the_most_pressing_come_first_and_all_are_counted(me):
    moments = [in_hours(-count) for count in (1, 5, 3, 4)]
    made = {moment: asked(reply_by=moment).reference for moment in moments}
    overdue = need(me, "overdue")
    assert overdue.count == 4
    assert [named.reference for named in overdue.named] == [made[moment] for moment in sorted(moments)[:3]]


def test_mine_that_are_due_come_before_those_that_wait_on_them(me):
    taken = {"owner": me, "claimed_until": in_hours(1)}
    waits = asked(state="waiting_on_them", reply_by=None, **taken)
    due = asked(**taken)
    assert found(me)["with you"] == [due.reference, waits.reference]


@pytest.mark.parametrize(
    ("due", "words", "is_late"),
    [
        (TODAY, "due today", False),
        (TODAY + timedelta(days=1), "due tomorrow", False),
        (TODAY - timedelta(days=1), "1 day late, was due Tuesday, November 24", True),
        (TODAY - timedelta(days=2), "2 days late, was due Monday, November 23", True),
    ],
)
def test_an_estimate_that_is_late_raises_an_alarm(me, due, words, is_late):
    asked(state="waiting_on_them", reply_by=None, wants_estimate=True, estimate_due=due)
    estimate = need(me, "waiting for an estimate")
    assert estimate.named[0].words == words
    assert estimate.named[0].is_late == estimate.is_alarm == is_late


def test_an_estimate_is_due_by_the_clinics_day_and_not_by_the_servers(me):
    asked(state="waiting_on_them", reply_by=None, wants_estimate=True, estimate_due=TODAY)
    late_in_the_evening = datetime(2026, 11, 26, 3, tzinfo=UTC)
    assert not needs.of_requests(me, late_in_the_evening)[0].is_alarm


def test_each_leads_into_the_queue_and_to_the_request(me):
    stored = asked()
    nobody = need(me, "with nobody")
    assert nobody.url == reverse("admin:intake_consultationrequest_changelist") + "?list=waiting&owner=nobody"
    assert nobody.named[0].url == reverse("admin:intake_consultationrequest_change", args=[stored.pk])


def test_costs_the_same_however_many_and_decrypts_nothing(me, django_assert_num_queries):
    late = {"owner": me, "claimed_until": in_hours(-1), "reply_by": in_hours(-1), "wants_estimate": True}
    for _ in range(8):
        said(asked(**late, estimate_due=TODAY - timedelta(days=1)), Kind.ASKED)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE intake_consultationrequest SET name = 'sealed by a key that is gone'")
    with django_assert_num_queries(len(needs.KINDS)):
        needs.of_requests(me, NOW)


def test_mail_that_failed_or_went_to_nobody_is_counted(admin_client):
    assert needs.of_notices() == []
    for state in (Notice.State.FAILED, Notice.State.FAILED, Notice.State.NOBODY, Notice.State.NOT_NEEDED):
        Notice.objects.create(kind=Notice.Kind.OVERDUE, request=asked(), state=state, ended_at=NOW)
    failed, to_nobody = needs.of_notices()
    assert (failed.count, failed.name) == (2, "failed to send")
    assert (to_nobody.count, to_nobody.name) == (1, "with nobody to go to")
    for need in (failed, to_nobody):
        assert admin_client.get(need.url).text.count('name="_selected_action"') == need.count


class TestNobodyHears:
    @pytest.fixture
    def desk(self):
        factories.clinic(notices_to="")
        return factories.colleague(rights=["view_consultationrequest", "change_consultationrequest"])

    def test_the_home_says_so_before_all_else(self, client, desk):
        late = asked(reply_by=in_hours(-1), received_at=in_hours(-9))
        client.force_login(desk)
        page = client.get(reverse("admin:index"))
        first, second, *_ = page.context["waiting"]
        assert (first.count, first.name) == (0, "people get mail about new or late requests")
        assert "Requests may wait unseen." in page.text
        assert (first.url, second.named[0].reference) == (reverse("reminders"), late.reference)

    def test_who_may_change_the_clinic_is_led_there(self, admin_user, desk):
        (said,) = needs.of_mail(admin_user)
        assert said.url == reverse("admin:clinic_clinic_change", args=[1])

    def test_who_does_not_work_on_requests_is_not_asked(self, me, desk):
        assert needs.of_mail(me) == []

    def test_an_address_of_the_clinic_is_enough(self, desk):
        Clinic.objects.update(notices_to="desk@clinic.example")
        assert needs.of_mail(desk) == []

    @pytest.mark.parametrize(
        ("email", "how_often", "is_heard"),
        [("kit@clinic.example", "daily", True), ("", "daily", False), ("kit@clinic.example", "off", False)],
    )
    def test_a_colleague_with_an_email_and_reminders_is_enough(self, desk, email, how_often, is_heard):
        User.objects.update(email=email)
        reminders.choose(desk, how_often)
        assert (needs.of_mail(desk) == []) == is_heard


def test_who_was_answered_and_heard_nothing_more_is_not_forgotten(me):
    theirs = {"state": "waiting_on_them", "reply_by": None}
    quiet, lately, meets = (asked(received_at=in_hours(-200), **theirs) for _ in range(3))
    CaseEntry.objects.create(request=quiet, kind=Kind.REACHED, at=in_hours(-80))
    CaseEntry.objects.create(request=lately, kind=Kind.REACHED, at=in_hours(-60))
    ConsultationRequest.objects.filter(pk=meets.pk).update(consultation_at=in_hours(9), consultation_by="phone")
    for kind in (Kind.CLAIMED, Kind.LET_GO, Kind.NOTED):
        quiet.entries.create(kind=kind, by=me, at=in_hours(-1))
    assert found(me)["with no word for three days"] == [quiet.reference]
    for word in ({"kind": Kind.NO_ANSWER, "by": me}, {"kind": Kind.CORRECTED}):
        entry = quiet.entries.create(**word, at=in_hours(-1))
        assert "with no word for three days" not in found(me)
        entry.delete()
