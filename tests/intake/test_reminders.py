"""A colleague is told how much waits as often as they chose, and of what is late at once; never what it is."""

import threading
from datetime import datetime, time, timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinic.models import OpeningHours
from intake import notices, reminders, workflow
from intake.management.commands import work
from intake.models import ConsultationRequest, Notice, ReminderChoice
from tests import factories
from tests.intake.mail import MINUTE, PERSON, in_threads

HOUR = timedelta(hours=1)
AT_ONCE, HOURLY, DAILY, OFF = ReminderChoice.HowOften


@pytest.fixture
def clinic(db):
    return factories.clinic(notices_to="")


def colleague(how_often=AT_ONCE, since=None, **given):
    """Works on requests; everything up to `since`, by default this moment, is known to them."""
    name = given.pop("username", f"colleague{User.objects.count()}")
    user = User.objects.create_user(name, **{"email": f"{name}@clinic.example", "is_staff": True} | given)
    user.user_permissions.add(Permission.objects.get(codename="change_consultationrequest"))
    ReminderChoice.objects.create(user=user, how_often=how_often, reminded_at=since or timezone.now())
    return user


def arrived(**given):
    made = factories.consultation_request(**given)
    notices.announce(made)
    return made


def turn(now):
    for job in work.JOBS:
        job(now)


def later(delta=MINUTE):
    return timezone.now() + delta


def opening(clinic, days=1):
    """The moment the clinic opens, some days from now."""
    date = clinic.local_now().date() + timedelta(days=days)
    return datetime.combine(date, time(8), tzinfo=clinic.zone)


def sent_to(mailoutbox, user):
    return [mail for mail in mailoutbox if mail.to == [user.email]]


# What it says


def test_a_reminder_is_counts_and_a_link_and_nothing_else(clinic, server, settings):
    settings.SITE_URL = "https://clinic.example"
    user = colleague()
    now = later()
    for _ in range(2):
        arrived(**{name: PERSON[name] for name in ("name", "phone", "email", "message")})
    arrived(state="waiting_on_us", reply_by=now - MINUTE)
    notices.raise_alarms(now)
    reminders.make_reminders(now)
    notices.send_waiting(now)
    (mail,) = server.mails
    head, body = mail.split("\r\n\r\n", 1)
    assert f"\r\nTo: {user.email}\r\n" in head
    assert "\r\nSubject: Waiting on the desk\r\n" in head
    assert body == "New: 2. Waiting: 3. Late: 1.\r\nhttps://clinic.example/staff/\r\n"
    assert clinic.name not in mail


def test_it_counts_what_is_theirs_or_nobodys(clinic):
    me, other = colleague(), colleague()
    now = later()
    mine = {"owner": me, "claimed_until": now + HOUR}
    theirs = {"owner": other, "claimed_until": now + HOUR}
    arrived()
    arrived(**mine, reply_by=now - MINUTE)
    arrived(**theirs, reply_by=now - MINUTE)
    arrived(owner=other, claimed_until=now - MINUTE, state="waiting_on_us")
    arrived(state="waiting_on_them", reply_by=None)
    factories.consultation_request(held_because="too fast")
    assert reminders.counts(me, clinic, now) == {"New": 2, "Waiting": 3, "Late": 1}


def test_it_counts_a_late_estimate_once_though_the_reply_is_late_too(clinic):
    me, now = colleague(), later()
    yesterday = clinic.local_now().date() - timedelta(days=1)
    arrived(wants_estimate=True, estimate_due=yesterday, reply_by=now - MINUTE)
    arrived(wants_estimate=True, estimate_due=yesterday, state="waiting_on_them", reply_by=None)
    arrived(wants_estimate=True, estimate_due=clinic.local_now().date())
    assert reminders.counts(me, clinic, now)["Late"] == 2


# When: at once


def test_at_once_means_one_mail_for_what_came_since_the_last_one(clinic, mailoutbox):
    colleague()
    arrived()
    arrived()
    turn(later())
    assert [mail.body.splitlines()[0] for mail in mailoutbox] == ["New: 2. Waiting: 2. Late: 0."]
    turn(later(2 * MINUTE))
    turn(later(3 * HOUR / 2))
    assert len(mailoutbox) == 1
    workflow.ask(arrived(), "Do you have evenings?", clinic=clinic)
    Notice.objects.filter(kind="new_request").update(created_at=later(2 * HOUR))
    turn(later(3 * HOUR))
    assert len(mailoutbox) == 2


def test_what_comes_in_while_a_turn_runs_is_told_once(clinic, mailoutbox):
    colleague()
    now = later()
    arrived().notices.update(created_at=now + MINUTE / 60)
    for minute in range(4):
        turn(now + minute * MINUTE)
    assert len(mailoutbox) == 1


def test_what_is_new_for_a_request_of_a_colleague_goes_to_them_alone(clinic, mailoutbox):
    me, other = colleague(), colleague()
    arrived(owner=me, claimed_until=later(HOUR))
    turn(later())
    assert len(sent_to(mailoutbox, me)) == 1
    assert sent_to(mailoutbox, other) == []


def test_what_waited_before_the_first_choice_is_not_new(clinic, mailoutbox):
    arrived()
    user = colleague(OFF, since=timezone.now() - 9 * HOUR)
    reminders.choose(user, AT_ONCE)
    turn(later())
    assert mailoutbox == []
    arrived()
    turn(later())
    assert len(mailoutbox) == 1


def test_choosing_the_same_again_loses_nothing_that_came_meanwhile(clinic, mailoutbox):
    user = colleague(AT_ONCE)
    arrived()
    reminders.choose(user, AT_ONCE)
    turn(later())
    assert len(mailoutbox) == 1


# When: by the clock


def test_once_an_hour_while_something_waits_and_somebody_is_in(clinic, mailoutbox):
    start = opening(clinic)
    colleague(HOURLY, since=start)
    arrived(reply_by=start + 99 * HOUR)
    for step in range(24 * 3):
        turn(start + step * HOUR / 3)
    # Open from 8 am to 8 pm: the first is due at 9 am, the last at 7 pm.
    assert len(mailoutbox) == 11


def test_once_a_day_when_the_clinic_opens(clinic, mailoutbox):
    start = opening(clinic)
    colleague(DAILY, since=start - HOUR)
    arrived(reply_by=start + 99 * HOUR)
    turn(start - MINUTE)
    assert mailoutbox == []
    for minute in (0, 1, 60, 23 * 60):
        turn(start + minute * MINUTE)
    assert len(mailoutbox) == 1
    turn(start + 24 * HOUR)
    assert len(mailoutbox) == 2


def test_on_a_day_that_is_closed_no_daily_or_hourly_mail_comes(clinic, mailoutbox):
    start = opening(clinic)
    OpeningHours.objects.create(date=start.date(), note="Holiday")
    colleague(DAILY, since=start - 2 * HOUR)
    colleague(HOURLY, since=start - 2 * HOUR)
    arrived(reply_by=start + 99 * HOUR)
    for hour in range(14):
        turn(start + hour * HOUR)
    assert mailoutbox == []


@pytest.mark.parametrize("how_often", [HOURLY, DAILY])
def test_when_nothing_waits_nobody_is_reminded(clinic, mailoutbox, how_often):
    start = opening(clinic)
    colleague(how_often, since=start - 2 * HOUR)
    arrived(state="waiting_on_them", reply_by=None)
    turn(start + MINUTE)
    assert mailoutbox == []
    assert not Notice.objects.filter(kind="reminder").exists()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(minutes=st.lists(st.integers(0, 3 * 24 * 60), min_size=1, max_size=30))
def test_however_the_worker_stumbles_a_day_brings_at_most_one_daily_mail(clinic, minutes):
    start = opening(clinic) - 8 * HOUR
    since, made = start - HOUR, []
    for minute in sorted(minutes):
        moment = start + minute * MINUTE
        if reminders.is_time(DAILY, since, clinic, moment):
            made.append(moment.astimezone(clinic.zone))
            since = moment
    days = [moment.date() for moment in made]
    assert len(days) == len(set(days))
    assert all(moment.time() >= time(8) for moment in made)
    tried = {(start + minute * MINUTE).astimezone(clinic.zone) for minute in minutes}
    assert set(days) == {moment.date() for moment in tried if moment.time() >= time(8)}


# Who


@pytest.mark.parametrize(
    "lost",
    [
        lambda user: User.objects.filter(pk=user.pk).update(email=""),
        lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
        lambda user: User.objects.filter(pk=user.pk).update(is_staff=False),
        lambda user: user.user_permissions.clear(),
        lambda user: reminders.choose(user, OFF),
    ],
    ids=["no address", "account off", "not staff", "no right", "switched off"],
)
def test_who_can_not_or_does_not_want_gets_none_even_if_one_waits(clinic, mailoutbox, lost):
    user = colleague()
    arrived()
    reminders.make_reminders(later())
    lost(user)
    arrived()
    turn(later(2 * MINUTE))
    assert mailoutbox == []
    assert list(Notice.objects.filter(kind="reminder").values_list("state", flat=True)) == ["not_needed"]


def test_one_that_nothing_waits_for_any_more_is_not_sent(clinic, mailoutbox):
    colleague()
    stored = arrived()
    reminders.make_reminders(later())
    workflow.close(stored, "not_a_request", by=User.objects.create(username="closer"))
    turn(later(2 * MINUTE))
    assert mailoutbox == []
    assert Notice.objects.get(kind="reminder").state == "not_needed"


def test_the_database_lets_one_reminder_wait_for_a_colleague(clinic):
    user = colleague()
    Notice.objects.create(kind="reminder", to=user)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(kind="reminder", to=user)


@pytest.mark.django_db(transaction=True)
def test_four_workers_make_one_reminder():
    factories.clinic()
    colleague()
    arrived()
    start = threading.Barrier(4)
    now = later()

    def make():
        start.wait()
        reminders.make_reminders(now)

    for thread in in_threads(*[make] * 4):
        thread.join()
    assert Notice.objects.filter(kind="reminder").count() == 1


def test_a_worker_that_looked_before_another_one_made_and_sent_it_makes_no_second(clinic, mailoutbox):
    choice = colleague().reminder_choice
    arrived()
    turn(later())
    reminders.remind(choice, later())
    assert len(mailoutbox) == Notice.objects.filter(kind="reminder").count() == 1


def test_a_turn_costs_the_same_however_many_requests_wait(clinic, django_assert_max_num_queries):
    colleague(HOURLY)
    for _ in range(12):
        arrived()
    with django_assert_max_num_queries(4):
        reminders.make_reminders(later())


# Trouble, and its end


def test_what_came_in_an_hour_without_a_mail_server_is_one_mail(clinic, server, mailoutbox):
    colleague()
    server.stop()
    now = timezone.now()
    for minute in range(0, 60, 5):
        Notice.objects.filter(request=arrived(), kind="new_request").update(created_at=now + minute * MINUTE)
        turn(now + minute * MINUTE + MINUTE)
    assert Notice.objects.get(kind="reminder").state == "waiting"
    server.start()
    for minute in range(60, 70):
        turn(now + minute * MINUTE)
    (mail,) = server.mails
    assert "New: 12. Waiting: 12. Late: 0." in mail


def test_an_address_that_is_refused_is_seen_once_and_tried_again_with_the_next(clinic, server):
    colleague()
    server.answers = {"RCPT": "550 nobody here"}
    for step in (1, 2):
        arrived()
        Notice.objects.filter(kind="new_request").update(created_at=later(step * HOUR))
        turn(later(step * HOUR + MINUTE))
        assert Notice.objects.filter(kind="reminder", state="failed").count() == 1
    server.answers = {}
    assert notices.try_again(Notice.objects.all(), later(3 * HOUR)) == 1
    turn(later(3 * HOUR))
    assert len(server.mails) == 1
    assert not Notice.objects.filter(kind="reminder", state__in=["failed", "waiting"]).exists()


def test_two_colleagues_whose_mail_failed_are_tried_again_together(clinic, server):
    users = [colleague(), colleague()]
    for user in users:
        Notice.objects.create(kind="reminder", to=user, state="failed", ended_at=timezone.now())
        Notice.objects.create(kind="reminder", to=user)
    arrived()
    notices.try_again(Notice.objects.all(), later())
    turn(later(2 * MINUTE))
    assert len(server.mails) >= 2
    assert not Notice.objects.filter(state__in=["failed", "waiting"], kind="reminder").exists()


def test_one_colleague_whose_address_breaks_stops_nobody(clinic, server):
    bad, good = colleague(email="a@b.example\nBcc: c@d.example"), colleague()
    arrived()
    turn(later())
    (mail,) = server.mails
    assert f"To: {good.email}" in mail
    assert Notice.objects.get(to=bad).problem == "ValueError"


def test_nothing_of_a_person_or_a_colleague_is_in_the_log(clinic, server, caplog):
    caplog.set_level("DEBUG")
    user = colleague(username="ottoline")
    stored = arrived(name=PERSON["name"], reply_by=timezone.now() - MINUTE)
    turn(later())
    assert "reminder, 1" in caplog.text
    for word in (PERSON["name"], user.username, stored.reference):
        assert word not in caplog.text
    assert ConsultationRequest.objects.count() == len(server.mails) == 1
