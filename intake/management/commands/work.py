"""The worker beside the web server: it raises alarms, sends mail and forgets old tallies, again and again."""

import logging
import os
import signal
import threading

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from django.utils import timezone

from intake import notices, reminders
from intake.models import Tally

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_TURNS = 15
SECONDS_TO_STOP = 1


class Command(BaseCommand):
    help = "Raise alarms, send mail that waits and forget old tallies, until stopped. Run one beside the web server."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="Do what is due, then end.")
        parser.add_argument("--every", type=float, default=SECONDS_BETWEEN_TURNS, help="Seconds between two turns.")

    def handle(self, *, once, every, **options):
        os.umask(0o077)
        if not once:
            work_until_stopped(every)
        elif not turn():
            raise CommandError("Not everything could be done. It is tried again next time.")


def work_until_stopped(every):
    # A thread works, so that a mail server or a name server that hangs cannot keep this process from stopping. Work
    # that is cut off is safe: a mail whose end was not written is sent again.
    stops = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, stops)
    is_stopped = threading.Event()
    worker = threading.Thread(target=work, args=[is_stopped, every], daemon=True)
    worker.start()
    logger.info("The worker has started.")
    signal.sigwait(stops)
    is_stopped.set()
    worker.join(SECONDS_TO_STOP)
    logger.info("The worker has stopped.")


def work(is_stopped, every):
    while not is_stopped.is_set():
        turn()
        close_old_connections()
        is_stopped.wait(every)


def turn():
    """Returns whether everything could be done. What could not be is done in the next turn."""
    undone = [job for job in JOBS if not is_done(job)]
    return not undone


def is_done(job):
    try:
        job(timezone.now())
    except Exception as problem:  # a database that is busy or away comes back; only the class, its text may quote a row
        logger.error("The job %s failed (%s).", job.__name__, type(problem).__name__)
        return False
    return True


def forget_old_tallies(now):
    Tally.objects.filter(ends_at__lt=now).delete()


JOBS = [
    notices.raise_alarms,
    notices.raise_estimate_alarms,
    reminders.make_reminders,
    notices.send_waiting,
    forget_old_tallies,
]
