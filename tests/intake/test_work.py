"""The worker does what is due, goes on after trouble, and stops when it is told to."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from intake.management.commands import work
from intake.models import Notice, Tally
from iop_site import launch
from tests import factories
from tests.intake.mail import MINUTE, announced, request_of, states
from tests.intake.mail_server import MailServer
from tests.intake.test_reminders import colleague

SECONDS_TO_WAIT = 30


@pytest.fixture
def server():
    running = MailServer()
    running.start()
    yield running
    running.speaks.set()
    running.stop()


@pytest.fixture
def clinic(transactional_db):
    return factories.clinic(notices_to="desk@clinic.example")


@pytest.fixture
def folder(tmp_path):
    """A folder for a site of its own, on this test's database."""
    (tmp_path / "site.sqlite3").symlink_to(Path(connection.settings_dict["NAME"]))
    return tmp_path


@pytest.fixture
def worker(clinic, folder, server):
    """Starts a real worker; what it logs is in worker.log."""
    started = []

    def start(*arguments):
        with (folder / "worker.log").open("a") as log:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "work", *arguments],
                cwd=launch.ROOT,
                env={
                    **os.environ,
                    "DJANGO_SETTINGS_MODULE": "iop_site.settings",
                    "VAR_DIR": str(folder),
                    "SITE_URL": "https://clinic.example",
                    "MAIL_HOST": "127.0.0.1",
                    "MAIL_PORT": str(server.port),
                    "MAIL_TLS": "none",
                    "MAIL_FROM": "desk@clinic.example",
                },
                stdout=log,
                stderr=log,
            )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def wait_until(is_so):
    end = time.monotonic() + SECONDS_TO_WAIT
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


# One turn


@pytest.mark.django_db
def test_one_turn_does_everything_that_is_due(mailoutbox):
    factories.clinic(notices_to="desk@clinic.example")
    now = timezone.now()
    announced(wants_receipt=True, reply_by=now - MINUTE)
    Tally.objects.create(key="old", count=1, ends_at=now - MINUTE)
    Tally.objects.create(key="new", count=1, ends_at=now + MINUTE)
    call_command("work", once=True)
    assert [mail.subject for mail in mailoutbox] == ["New on the desk", "Late on the desk", "Your reference"]
    assert Tally.objects.get().key == "new"


@pytest.mark.django_db
def test_staff_hear_of_a_late_request_within_ten_minutes_though_mail_fails_at_first(mailoutbox, settings):
    factories.clinic(notices_to="desk@clinic.example")
    promised = timezone.now()
    request_of(reply_by=promised)
    away, back = "django.core.mail.backends.smtp.EmailBackend", settings.EMAIL_BACKEND
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    moment = promised
    while not mailoutbox:
        moment += timedelta(seconds=work.SECONDS_BETWEEN_TURNS)
        assert moment < promised + 10 * MINUTE
        settings.EMAIL_BACKEND = away if moment < promised + 5 * MINUTE else back
        for job in work.JOBS:
            job(moment)
    assert [mail.subject for mail in mailoutbox] == ["Late on the desk"]


def test_a_real_worker_tells_the_clinic_and_a_colleague_of_a_time_that_passes_while_it_runs(worker, server):
    """Its turns are quicker here; in real life 15 s apart, so that two of them are far below ten minutes."""
    soon = timezone.now() + timedelta(seconds=3)
    me = colleague("daily", since=timezone.now())
    held = {"held_because": "too fast", "reply_by": soon}
    slot = {"reply_by": soon, "call_at": soon - 30 * MINUTE}
    mine = {"reply_by": soon, "owner": me, "claimed_until": soon + 60 * MINUTE}
    for given in (held, slot, mine):
        request_of(**given)
    worker("--every", "0.2")
    wait_until(lambda: len(server.mails) == 2)
    assert timezone.now() >= soon
    to_the_clinic, to_me = sorted(server.mails, key=lambda mail: me.email in mail)
    assert "Late on the desk: 3" in to_the_clinic
    assert f"To: {me.email}" in to_me
    assert "Late: 3." in to_me
    assert work.SECONDS_BETWEEN_TURNS * 2 < 10 * 60


@pytest.mark.django_db
def test_trouble_in_one_job_stops_no_other_and_is_told_without_its_words(caplog, monkeypatch):
    def periwinkle(now):
        raise RuntimeError("marmalade umbrella")

    Tally.objects.create(key="old", count=1, ends_at=timezone.now() - MINUTE)
    monkeypatch.setattr(work, "JOBS", [periwinkle, work.forget_old_tallies])
    with pytest.raises(CommandError, match="tried again next time"):
        call_command("work", once=True)
    assert not Tally.objects.exists()
    assert "periwinkle failed (RuntimeError)" in caplog.text
    assert "marmalade" not in caplog.text


# A worker as it runs


def test_a_worker_killed_while_it_sends_sends_again_when_its_lease_is_over(worker, server):
    announced()
    server.speaks.clear()
    process = worker()
    assert server.reached.wait(SECONDS_TO_WAIT)
    process.kill()
    process.wait()
    server.speaks.set()
    assert states() == ["waiting"]
    assert Notice.objects.get().tries == 1
    # Another worker leaves it alone until then.
    worker("--once").wait()
    assert server.mails == []
    Notice.objects.update(next_try_at=timezone.now())
    worker("--once").wait()
    assert states() == ["delivered"]
    assert len(server.mails) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_is_told_to_stop_does_not_wait_for_a_mail_server_that_hangs(worker, server, settings, number):
    announced()
    server.speaks.clear()
    process = worker()
    assert server.reached.wait(SECONDS_TO_WAIT)
    process.send_signal(number)
    assert process.wait(timeout=settings.EMAIL_TIMEOUT - 2) == 0
    assert states() == ["waiting"]


def test_a_worker_that_has_nothing_to_do_stops_at_once(worker, folder):
    process = worker()
    wait_until(lambda: "The worker has started" in (folder / "worker.log").read_text())
    process.terminate()
    assert process.wait(timeout=work.SECONDS_BETWEEN_TURNS - 5) == 0
    assert "Traceback" not in (folder / "worker.log").read_text()


def test_a_worker_outlives_a_database_that_is_away_and_says_nothing_of_a_person(worker, folder, server):
    announced(wants_receipt=True)
    request_of(reply_by=timezone.now() - MINUTE)
    database, away = folder / "site.sqlite3", folder / "away"
    database.rename(away)
    process = worker("--every", "0.1")
    wait_until(lambda: "send_waiting failed (OperationalError)" in (folder / "worker.log").read_text())
    away.rename(database)
    wait_until(lambda: states() == ["delivered"] * 3)
    assert len(server.mails) == 3
    assert process.poll() is None
    assert "uillon" not in (folder / "worker.log").read_text()


def test_mail_kept_in_files_is_for_this_account_alone(clinic, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    announced()
    before = os.umask(0)
    try:
        call_command("work", once=True)
    finally:
        os.umask(before)
    (mail,) = (tmp_path / "mail").iterdir()
    assert mail.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "mail").stat().st_mode & 0o777 == 0o700
