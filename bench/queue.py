"""How long the queue takes with a few requests and with 50,000, against an empty view of the staff site.

    make bench

The archive may not slow the desk: all but a few hundred requests are closed. Nothing here passes or fails.
"""

import os
import random
import statistics
import tempfile
import time
from datetime import timedelta
from uuid import uuid4

ROUNDS = 15
OPEN, ALL = 500, 50_000
ADDRESSES = ["", "?list=new", "?list=mine", "?list=overdue", "?way=call&interpreter=yes", "?list=closed"]


def main():
    os.environ.update(
        VAR_DIR=tempfile.mkdtemp(),
        SECRET_KEY="bench",
        ENCRYPTION_KEYS="only for the benchmark: nothing is encrypted",
        SITE_URL="http://127.0.0.1",
    )
    os.environ["DJANGO_SETTINGS_MODULE"] = "iop_site.settings"
    import django

    django.setup()
    from django.contrib import admin
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.db import connection
    from django.http import HttpResponse
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import path, reverse
    from django.utils import timezone

    from accounts import sessions
    from intake import search_keys
    from intake.models import CaseEntry, ConsultationRequest
    from iop_site import urls

    call_command("prepare", verbosity=0)
    urls.urlpatterns.insert(0, path("staff/empty/", admin.site.admin_view(lambda request: HttpResponse("empty"))))
    user = User.objects.create_superuser("bench")
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    session = client.session
    session[sessions.SIGNED_IN_AT] = int(sessions.now())  # with the second factor, too
    session.save()
    queue = reverse("admin:intake_consultationrequest_changelist")
    now = timezone.now()

    def made(is_open):
        over = {} if is_open else {"state": "closed", "closed_at": now, "closed_by": user, "closing_reason": "answered"}
        return ConsultationRequest(
            form_token=uuid4(),
            asking_for=random.choice(["self", "loved_one", "client"]),
            name="Sample Person",
            phone="207 555 0100",
            may_call=True,
            message="Evenings are best for me. " * 20,
            consent_wording="Call me, and keep this until I say no. " * 20,
            received_at=now - timedelta(minutes=random.randrange(500_000)),
            reply_by=now + timedelta(minutes=random.randrange(-60, 600)) if is_open else None,
            needs_interpreter=random.random() < 0.1,
            **over,
        )

    def fill(requests):
        stored = ConsultationRequest.objects.bulk_create(requests, batch_size=500)
        CaseEntry.objects.bulk_create([CaseEntry(request=one, kind="received") for one in stored], batch_size=500)
        for one in stored[:OPEN]:
            search_keys.replace_keys(one)

    def cost(ask):
        assert ask().status_code == 200  # a refusal is quick
        spent = []
        for _ in range(ROUNDS):
            begin = time.process_time()
            with CaptureQueriesContext(connection) as queries:
                ask()
            spent.append((time.process_time() - begin) * 1000)
        return statistics.median(spent), len(queries)

    def costs():
        asks = {f"{queue}{address}": lambda address=address: client.get(queue + address) for address in ADDRESSES}
        asks["search by a name"] = lambda: client.post(f"{queue}search/", {"text": "sample person"}, follow=True)
        return {name: cost(ask) for name, ask in asks.items()}

    empty, _ = cost(lambda: client.get("/staff/empty/"))
    fill([made(is_open=True) for _ in range(OPEN)])
    few = costs()
    fill([made(is_open=False) for _ in range(ALL - OPEN)])
    many = costs()
    print(f"\nCPU ms of an empty page of the desk: {empty:.1f}")
    print(f"{'the queue':<64}{OPEN:>10,}{'queries':>9}{ALL:>12,}{'queries':>9}{'x empty':>9}")
    for name, (ms, number) in few.items():
        later, later_number = many[name]
        print(f"{name:<64}{ms:>10.1f}{number:>9}{later:>12.1f}{later_number:>9}{later / empty:>9.1f}")
    connection.close()


if __name__ == "__main__":
    main()
