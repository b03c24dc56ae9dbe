"""Two workers and a web server at the same time: each mail goes out once, and none to whoever ended it meanwhile."""

import threading

import pytest
from django.utils import timezone

from clinic.models import Clinic
from intake import notices, workflow
from intake.models import Notice
from tests import factories
from tests.intake.mail import MINUTE, announced, in_threads, request_of, states


@pytest.fixture
def shared_clinic(transactional_db):
    return factories.clinic(notices_to="desk@clinic.example")


def test_a_second_worker_leaves_alone_what_the_first_is_sending(shared_clinic, server):
    announced(wants_receipt=True)
    now = timezone.now()
    server.speaks.clear()
    (first,) = in_threads(lambda: notices.send_waiting(now))
    assert server.reached.wait(5)
    Notice.objects.filter(kind="receipt").update(next_try_at=now + 60 * MINUTE)
    notices.send_waiting(now)
    assert first.is_alive()
    server.speaks.set()
    first.join()
    assert len(server.mails) == 1


def test_workers_that_start_in_the_same_moment_send_each_mail_once(shared_clinic, server):
    for _ in range(5):
        announced(wants_receipt=True)
    start = threading.Barrier(4)
    now = timezone.now()

    def work():
        start.wait()
        notices.send_waiting(now)

    for thread in in_threads(*[work] * 4):
        thread.join()
    assert len(server.mails) == 6
    assert set(states()) == {"delivered"}


def test_alarms_raised_by_two_workers_are_one(shared_clinic):
    now = timezone.now()
    request_of(reply_by=now - MINUTE)
    start = threading.Barrier(4)

    def work():
        start.wait()
        notices.raise_alarms(now)

    for thread in in_threads(*[work] * 4):
        thread.join()
    assert Notice.objects.count() == 1


@pytest.mark.parametrize("end", ["asked us to stop", "withdrew"])
def test_what_a_worker_already_holds_is_not_sent_to_whoever_ended_it(shared_clinic, server, end):
    stored = request_of(wants_receipt=True)
    notices.confirm(stored)
    server.speaks.clear()
    (sending,) = in_threads(lambda: notices.send_waiting(timezone.now()))
    assert server.reached.wait(5)
    if end == "withdrew":
        workflow.withdraw(stored)
    else:
        workflow.stop(stored, by=factories.colleague())
    server.speaks.set()
    sending.join()
    assert server.mails == []
    assert states() == ["not_needed"]


def test_what_a_worker_already_holds_waits_for_whoever_paused(shared_clinic, server):
    stored = request_of(wants_receipt=True)
    notices.confirm(stored)
    server.speaks.clear()
    (sending,) = in_threads(lambda: notices.send_waiting(timezone.now()))
    assert server.reached.wait(5)
    workflow.pause(stored)
    server.speaks.set()
    sending.join()
    assert (server.mails, states()) == ([], ["waiting"])
    workflow.resume(stored, clinic=Clinic.load())
    notices.send_waiting(timezone.now() + notices.LEASE + MINUTE)
    assert len([mail for mail in server.mails if "quillon" in mail]) == 1


def test_a_request_is_stored_while_the_mail_server_hangs(shared_clinic, server):
    announced()
    server.speaks.clear()
    (sending,) = in_threads(lambda: notices.send_waiting(timezone.now()))
    assert server.reached.wait(5)
    announced()
    assert sending.is_alive()
    server.speaks.set()
    sending.join()
    assert states() == ["delivered", "waiting"]
