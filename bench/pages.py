"""How much work each public page is, against floors measured in the same run: an empty view, and one query.

    make bench

Prints the median CPU time of a page on this machine and how many times the empty view that is, slowest first.
Nothing here passes or fails: a machine's seconds say nothing about the next one.
"""

import os
import statistics
import tempfile
import time

ROUNDS = 40
SENDING = "/request/ (sent)"


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
    from django.core.management import call_command
    from django.db import connection
    from django.http import HttpResponse
    from django.test import Client
    from django.urls import path

    from clinic.models import Clinic
    from intake import form_token
    from intake.forms import CONSENT_VERSION, consent_lines
    from iop_site import urls
    from programs.models import Program, SpecialtyGroup

    call_command("prepare", verbosity=0)
    urls.urlpatterns += [
        path("bench/empty/", lambda request: HttpResponse("empty")),
        path("bench/query/", lambda request: HttpResponse(Clinic.load().name)),
    ]
    client = Client(headers={"host": "127.0.0.1"})
    names = [
        "/",
        "/programs/",
        "/compare/",
        "/groups/",
        "/questions/",
        "/about/",
        "/help-now/",
        "/request/",
        "/request/private/",
        SENDING,
        "/is-iop-right-for-me/",
        "/fit-my-week/",
        "/search/",
        "/families/",
    ]
    names += [Program.objects.published().first().get_absolute_url()]
    names += [SpecialtyGroup.objects.published().first().get_absolute_url()]
    floors = ["/bench/empty/", "/bench/query/"]

    typed = {
        "/search/": lambda: {"q": "detox"},
        SENDING: lambda: {
            **{"asking_for": "self", "name": "Sam", "ways": "call", "phone": "2075550188"},
            "token": form_token.new(consent_lines(Clinic.load()), CONSENT_VERSION),
        },
    }

    def milliseconds(address):
        sent = typed[address]() if address in typed else None
        begin = time.process_time()
        answer = client.get(address) if sent is None else client.post(address.split()[0], sent)
        spent = (time.process_time() - begin) * 1000
        assert answer.status_code == (302 if address == SENDING else 200), (address, answer.status_code)
        return spent

    # Rounds go over all addresses in turn, so that a busy moment of the machine falls on all of them.
    times = {address: [] for address in [*floors, *names]}
    for address in times:
        milliseconds(address)
    for _ in range(ROUNDS):
        for address, spent in times.items():
            spent.append(milliseconds(address))
    medians = {address: statistics.median(spent) for address, spent in times.items()}
    empty = medians["/bench/empty/"]
    print(f"{'address':<36}{'CPU ms':>10}{'x empty':>9}")
    for address, median in sorted(medians.items(), key=lambda item: -item[1]):
        print(f"{address:<36}{median:>10.2f}{median / empty:>9.1f}")
    connection.close()


if __name__ == "__main__":
    main()
