"""Requests that mail tells of, the states of that mail, and jobs that run at the same time."""

import threading
import uuid
from datetime import timedelta

from django.db import connections

from intake import notices
from intake.models import ConsultationRequest, Notice

PERSON = {
    "name": "Quillon",
    "phone": "207-555-0142",
    "email": "quillon@example.com",
    "message": "marmalade umbrella",
    "organization": "Zanzibar House",
    "code_word": "periwinkle",
}
MINUTE = timedelta(minutes=1)


def request_of(**given):
    values = {"form_token": uuid.uuid4(), "asking_for": "self", "may_call": True, "consent_wording": "Yes."}
    return ConsultationRequest.objects.create(**values | PERSON | given)


def announced(**given):
    stored = request_of(**given)
    notices.announce(stored)
    notices.confirm(stored)
    return stored


def states():
    return list(Notice.objects.order_by("pk").values_list("state", flat=True))


def in_threads(*jobs):
    def closing(job):
        try:
            job()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=closing, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    return threads
