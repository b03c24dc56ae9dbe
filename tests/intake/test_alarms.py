"""What is late is told within ten minutes, once for each time that passes: to the clinic and to whom it concerns."""

from datetime import datetime, time, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from clinic.models import Clinic
from intake import notices, reminders, workflow
from intake.management.commands import work
from intake.models import Notice
from tests import factories
from tests.intake.mail import MINUTE, request_of, states
from tests.intake.test_reminders import AT_ONCE, DAILY, HOUR, HOURLY, OFF, colleague, later, opening, sent_to, turn
from tests.intake.workflow.sent import form_of, new_token


@pytest.fixture
def clinic(db):
    return factories.clinic(notices_to="")


@pytest.fixture
def shared_mailbox(clinic):
    Clinic.objects.update(notices_to="desk@clinic.example")


# What alarms


def test_staff_hear_once_of_a_request_that_is_past_its_time(shared_mailbox, server):
    now = timezone.now()
    late = request_of(reply_by=now - MINUTE)
    request_of(reply_by=now + MINUTE)
    request_of(reply_by=now - MINUTE, held_because="too fast")
    notices.raise_alarms(now)
    notices.raise_alarms(now + MINUTE / 2)
    notices.send_waiting(timezone.now())
    (mail,) = server.mails
    assert "\r\nSubject: Late on the desk\r\n" in mail
    assert "Late on the desk: 2\r\n" in mail
    late.refresh_from_db()
    assert late.alarmed_at == now


@pytest.fixture
def yesterday(clinic):
    return clinic.local_now().date() - timedelta(days=1)


def test_the_clinic_hears_once_of_an_estimate_that_is_late(shared_mailbox, server, yesterday):
    now = timezone.now()
    late = request_of(wants_estimate=True, estimate_due=yesterday, state="waiting_on_them")
    request_of(wants_estimate=True, estimate_due=yesterday + timedelta(days=1), state="waiting_on_them")
    request_of(wants_estimate=True, estimate_due=yesterday, estimate_sent_at=now)
    request_of(wants_estimate=True, estimate_due=yesterday, **closed())
    for _ in range(2):
        notices.raise_estimate_alarms(now)
    notices.send_waiting(timezone.now())
    (mail,) = server.mails
    assert "\r\nSubject: Late estimate on the desk\r\n" in mail
    assert "\r\n\r\nLate estimate on the desk: 1\r\n" in mail
    late.refresh_from_db()
    assert late.estimate_alarmed_at == now


@pytest.mark.parametrize(("clock", "count"), [("23:59", 0), ("00:01", 1)])
def test_the_day_of_an_estimate_ends_at_midnight_where_the_clinic_is(clinic, clock, count):
    Clinic.objects.update(time_zone="Pacific/Honolulu")
    due = timezone.now().date()
    request_of(wants_estimate=True, estimate_due=due)
    day = due + timedelta(days=count)
    notices.raise_estimate_alarms(datetime.fromisoformat(f"{day} {clock}-10:00"))
    assert Notice.objects.filter(kind="estimate").count() == count


@pytest.mark.parametrize("end", ["given", "closed"])
def test_an_alarm_of_an_estimate_that_came_meanwhile_ends(shared_mailbox, server, yesterday, end):
    stored = request_of(wants_estimate=True, estimate_due=yesterday, state="waiting_on_them")
    notices.raise_estimate_alarms(timezone.now())
    by = colleague()
    if end == "given":
        workflow.give_estimate(stored, by=by)
    else:
        workflow.close(stored, "elsewhere", by=by)
    notices.send_waiting(timezone.now())
    assert states() == ["not_needed"]
    assert server.mails == []


def test_an_estimate_asked_for_anew_alarms_anew(clinic, yesterday):
    stored = request_of(wants_estimate=True, estimate_due=yesterday)
    notices.raise_estimate_alarms(timezone.now())
    for asked in ({}, {"wants_estimate": "on"}):
        workflow.correct(stored, form_of(clinic, **asked), token=new_token(clinic))
    notices.raise_estimate_alarms(timezone.now() + timedelta(days=9))
    assert stored.notices.filter(kind="estimate").count() == 2


def test_an_estimate_of_a_request_that_was_closed_and_opened_again_alarms_anew(clinic, yesterday):
    stored = request_of(wants_estimate=True, estimate_due=yesterday)
    notices.raise_estimate_alarms(timezone.now())
    workflow.close(stored, "elsewhere", by=colleague())
    notices.send_waiting(timezone.now())
    notices.raise_estimate_alarms(timezone.now())
    workflow.ask(stored, "And the estimate?", clinic=clinic)
    notices.raise_estimate_alarms(timezone.now())
    assert stored.notices.filter(kind="estimate").count() == 2


def closed():
    return {"state": "closed", "closing_reason": "elsewhere", "closed_at": timezone.now(), "closed_by": colleague()}


def missed(stored, clinic):
    workflow.mark_missed(stored, by=colleague(), clinic=clinic)


def wrong_number(stored, clinic):
    workflow.mark_wrong_number(stored, by=colleague(), clinic=clinic)


def planned(stored, clinic):
    noon = datetime.combine(clinic.local_now().date() + timedelta(days=1), time(12), tzinfo=clinic.zone)
    workflow.plan_call(stored, noon, by=colleague(), clinic=clinic)


def asked_after_a_talk(stored, clinic):
    workflow.mark_reached(stored, by=colleague())
    workflow.ask(stored, "And on Sundays?", clinic=clinic)


def paused_and_resumed(stored, clinic):
    workflow.pause(stored)
    workflow.resume(stored, clinic=clinic)


def paused_and_asked(stored, clinic):
    workflow.pause(stored)
    workflow.ask(stored, "One thing.", clinic=clinic)


def closed_and_reopened(stored, clinic):
    workflow.close(stored, "elsewhere", by=colleague())
    workflow.reopen(stored, by=colleague(), clinic=clinic)


def closed_and_asked(stored, clinic):
    workflow.close(stored, "elsewhere", by=colleague())
    workflow.ask(stored, "I would like to come after all.", clinic=clinic)


MOVES_WITH_A_NEW_TIME = [
    missed,
    wrong_number,
    planned,
    asked_after_a_talk,
    paused_and_resumed,
    paused_and_asked,
    closed_and_reopened,
    closed_and_asked,
]


@pytest.mark.parametrize("happens", MOVES_WITH_A_NEW_TIME)
def test_each_new_time_that_passes_alarms_anew(clinic, happens):
    stored = request_of(reply_by=timezone.now() - MINUTE)
    notices.raise_alarms(timezone.now())
    happens(stored, clinic)
    stored.refresh_from_db()
    assert stored.reply_by > timezone.now()
    notices.raise_alarms(stored.reply_by - MINUTE)
    assert stored.notices.filter(kind="overdue").count() == 1
    for _ in range(2):
        notices.raise_alarms(stored.reply_by + MINUTE)
    assert stored.notices.filter(kind="overdue").count() == 2


def test_a_call_that_is_logged_while_alarms_are_raised_keeps_its_own_alarm(clinic, monkeypatch):
    stored = request_of(reply_by=timezone.now() - MINUTE)
    begin = transaction.atomic

    def a_colleague_is_faster():
        monkeypatch.undo()
        missed(stored, clinic)
        return begin()

    monkeypatch.setattr(transaction, "atomic", a_colleague_is_faster)
    notices.raise_alarms(timezone.now())
    assert not stored.notices.exists()
    stored.refresh_from_db()
    notices.raise_alarms(stored.reply_by + MINUTE)
    assert stored.notices.filter(kind="overdue").count() == 1


# Who hears of it


def rhythm(until_mail, since):
    """Turns of a worker, until there is mail. Returns how long that took."""
    moment = since
    while not until_mail():
        moment += timedelta(seconds=work.SECONDS_BETWEEN_TURNS)
        assert moment - since <= HOUR
        turn(moment)
    return moment - since


@pytest.mark.parametrize("how_often", [AT_ONCE, HOURLY, DAILY])
@pytest.mark.parametrize("at", [time(3), time(12)], ids=["at night", "by day"])
def test_the_owner_hears_within_ten_minutes_of_what_is_late(clinic, mailoutbox, how_often, at):
    due = datetime.combine(opening(clinic).date(), at, tzinfo=clinic.zone)
    me, other = colleague(how_often, since=due - MINUTE), colleague(how_often, since=due - MINUTE)
    factories.consultation_request(reply_by=due, owner=me, claimed_until=due + HOUR)
    turn(due - MINUTE)
    assert rhythm(lambda: mailoutbox, due) <= 10 * MINUTE
    assert [mail.to for mail in mailoutbox] == [[me.email]]
    assert "Late: 1." in mailoutbox[0].body
    for _ in range(8):
        turn(due + 2 * MINUTE)
    assert sent_to(mailoutbox, other) == []
    assert len(sent_to(mailoutbox, me)) == 1


@pytest.mark.parametrize("claim", ["none", "ended", "of one who has no reminders"])
def test_of_what_is_late_and_nobodys_all_hear(clinic, mailoutbox, claim):
    due = opening(clinic) - 4 * HOUR
    all_of_us = [colleague(how_often, since=due) for how_often in (AT_ONCE, HOURLY, DAILY)]
    silent = colleague(OFF, since=due)
    held_by = {
        "none": {},
        "ended": {"owner": all_of_us[0], "claimed_until": due - MINUTE},
        "of one who has no reminders": {"owner": silent, "claimed_until": due + HOUR},
    }[claim]
    factories.consultation_request(reply_by=due, **held_by)
    assert rhythm(lambda: len(mailoutbox) == 3, due) <= 10 * MINUTE
    assert {mail.to[0] for mail in mailoutbox} == {user.email for user in all_of_us}


def test_of_a_late_estimate_its_owner_hears_once(clinic, mailoutbox):
    midnight = opening(clinic) - 8 * HOUR
    me, other = colleague(DAILY, since=midnight - HOUR), colleague(DAILY, since=midnight - HOUR)
    given = {"wants_estimate": True, "estimate_due": (midnight - HOUR).date()}
    claimed = {"owner": me, "claimed_until": midnight + HOUR}
    factories.consultation_request(state="waiting_on_them", reply_by=None, **given, **claimed)
    turn(midnight - MINUTE)
    assert rhythm(lambda: mailoutbox, midnight) <= 10 * MINUTE
    turn(midnight + 10 * MINUTE)
    assert [mail.to for mail in mailoutbox] == [[me.email]]
    assert "Waiting: 0. Late: 1." in mailoutbox[0].body
    assert sent_to(mailoutbox, other) == []


def test_when_the_claim_on_what_is_late_ends_the_others_hear(clinic, mailoutbox):
    due = opening(clinic) - 7 * HOUR
    me, other = colleague(DAILY, since=due), colleague(DAILY, since=due)
    factories.consultation_request(reply_by=due, owner=me, claimed_until=due + HOUR)
    turn(due + MINUTE)
    factories.consultation_request(reply_by=due + 2 * MINUTE)
    turn(due + 3 * MINUTE)
    assert len(sent_to(mailoutbox, other)) == 1
    turn(due + HOUR + MINUTE)
    assert ["Late: 1." in mail.body for mail in sent_to(mailoutbox, other)] == [True, False]
    assert "Late: 2." in sent_to(mailoutbox, other)[1].body


def test_the_shared_mailbox_and_a_colleague_hear_both(shared_mailbox, mailoutbox):
    due = later()
    me = colleague(DAILY, since=due)
    factories.consultation_request(reply_by=due)
    turn(due + MINUTE)
    assert sorted(mail.to[0] for mail in mailoutbox) == [me.email, "desk@clinic.example"]


def test_an_alarm_that_came_while_another_mail_was_under_way_is_told_in_the_next(clinic, mailoutbox, monkeypatch):
    me, due = colleague(DAILY), later(HOUR)
    count, raised = reminders.counts, []

    def another_worker_raises_one(*given):
        found = count(*given)
        if not raised:
            raised.append(factories.consultation_request(reply_by=due + MINUTE))
            notices.raise_alarms(due + 2 * MINUTE)
        return found

    factories.consultation_request(reply_by=due)
    notices.raise_alarms(due + MINUTE)
    reminders.make_reminders(due + MINUTE)
    monkeypatch.setattr(reminders, "counts", another_worker_raises_one)
    notices.send_waiting(due + MINUTE)
    turn(due + 3 * MINUTE)
    assert "Late: 2." in sent_to(mailoutbox, me)[-1].body
