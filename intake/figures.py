"""The figures of the desk: how soon we call, how often, how many ask. They count requests and show no person."""

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from statistics import median

from django.core.cache import cache
from django.db.models import Count, OuterRef, Subquery
from django.utils import timezone

from clinic.hours import length_words
from intake.contact_rules import ASKS_FOR
from intake.models import CaseEntry, ConsultationRequest
from programs.models import Program

DAYS = 30
WEEKS = 12
LEAST_SHOWN = 5
LEAST_FOR_A_RATE = 10
LEAST_IN_PUBLIC = 20
PUBLIC_RATE_KEPT_SECONDS = 60 * 60
MOST_TRIES_SHOWN = 6

Kind, Route = CaseEntry.Kind, ConsultationRequest.AskingFor
# From then on nobody waits for our call.
ENDS = (Kind.WITHDRAWN, Kind.PAUSED, Kind.STOPPED, Kind.CLOSED)
UNANSWERED = (Kind.NO_ANSWER, Kind.MESSAGE, Kind.WRONG)
REACHED = (Kind.REACHED, Kind.WROTE, Kind.BOOKED)
ANOTHER = "Not sure, another one, or withdrawn"

logger = logging.getLogger(__name__)


# Small counts


@dataclass(frozen=True)
class Row:
    label: str
    count: int | None  # None: hidden


def hide_small(counts):
    """The counts with None in place of those that are hidden: all up to a bound, which is 4 or, when those alone would
    not hide each other, the next larger count. What stays hidden then holds two different numbers, and each of them
    could stand in each other's place: neither the total nor knowing this rule tells which is which.
    """
    if all(count >= LEAST_SHOWN for count in counts):
        return list(counts)
    bounds = [LEAST_SHOWN - 1, *sorted(count for count in set(counts) if count >= LEAST_SHOWN)]
    hiding = (bound for bound in bounds if len({count for count in counts if count <= bound}) > 1)
    bound = next(hiding, max(counts))
    return [None if count <= bound else count for count in counts]


def rows(counts):
    """The rows of a table, from {label: count}."""
    return [Row(label, count) for label, count in zip(counts, hide_small(counts.values()), strict=True)]


# How soon


@dataclass(frozen=True)
class Replies:
    """Of the last 30 days. None where there are too few to say."""

    median: timedelta | None
    kept: int | None
    promised: int | None

    @property
    def median_words(self):
        return length_words(self.median) if self.median is not None else ""

    @property
    def percent(self):
        # Rounded down: nobody reads 100 where one promise was broken.
        return None if self.promised is None else 100 * self.kept // self.promised

    @property
    def has_counts(self):
        """Whether kept and broken promises may stand as counts: one to four of either would be about single people."""
        if self.promised is None:
            return False
        return all(count == 0 or count >= LEAST_SHOWN for count in (self.kept, self.promised - self.kept))


def requests_since(start, now):
    """Those of people: held ones may be spam, and advertisements are closed as no request."""
    no_request = ConsultationRequest.ClosingReason.NOT_A_REQUEST
    return (
        ConsultationRequest.objects.main_list()
        .exclude(closing_reason=no_request)
        .filter(received_at__gte=start, received_at__lte=now)
        .order_by()
    )


def was_kept(promised, tried, ended, now):
    """Whether we called, wrote or answered by the time we promised; None while that is open, or when the person no
    longer waited for it by then."""
    if promised is None:
        return None
    if tried and tried <= promised:
        return True
    if promised >= now or (ended and ended <= promised):
        return None
    return False


def replies(now, least=LEAST_FOR_A_RATE):
    ended = CaseEntry.objects.filter(request=OuterRef("pk"), kind__in=ENDS).order_by("at", "pk").values("at")[:1]
    found = requests_since(now - timedelta(days=DAYS), now).annotate(ended=Subquery(ended))
    waits, kept = [], []
    for received, promised, tried, end in found.values_list("received_at", "first_promise", "first_tried_at", "ended"):
        if tried:
            waits.append(tried - received)
        if (outcome := was_kept(promised, tried, end, now)) is not None:
            kept.append(outcome)
    enough = len(kept) >= least
    return Replies(
        median=median(waits) if len(waits) >= least else None,
        kept=sum(kept) if enough else None,
        promised=len(kept) if enough else None,
    )


def public_rate(clinic):
    """What the public site may say of kept promises, or None. It never costs a visitor the page."""
    if not clinic.shows_promise_rate:
        return None
    try:
        found = cache.get_or_set(
            "intake.public_rate", lambda: replies(timezone.now(), LEAST_IN_PUBLIC), PUBLIC_RATE_KEPT_SECONDS
        )
    except Exception as problem:  # whatever the cache or the database has
        logger.warning("The rate of kept promises could not be counted: %s", type(problem).__name__)
        return None
    # Both counts are said, few or not: the clinic chose to own up in public to each promise it broke, and whoever reads
    # it there sees no request beside it. On the desk one does.
    return found if found.promised else None


# How many


def mondays(today):
    """Of the last weeks, this one too."""
    this_week = today - timedelta(days=today.weekday())
    return [this_week - timedelta(weeks=back) for back in reversed(range(WEEKS))]


def week_words(monday):
    return f"{monday:%b} {monday.day}"


def start_of(date, zone):
    return datetime.combine(date, time(), tzinfo=zone)


def asked(now, zone):
    """Three tables of the same requests: by the week they came in, by route, by program."""
    weeks = mondays(now.astimezone(zone).date())
    programs = Program.objects.published().filter(is_offered=True).by_level()
    names = dict(programs.values_list("pk", "short_name"))
    by_week, by_route, by_program = Counter(), Counter(), Counter()
    found = requests_since(start_of(weeks[0], zone), now)
    for received, route, program in found.values_list("received_at", "asking_for", "program"):
        date = received.astimezone(zone).date()
        by_week[date - timedelta(days=date.weekday())] += 1
        by_route[route] += 1
        # Of who withdrew we no longer know the program.
        by_program[names.get(program, ANOTHER)] += 1
    return (
        rows({week_words(week): by_week[week] for week in weeks}),
        rows({label: by_route[route] for route, label in ASKS_FOR.items()}),
        rows({name: by_program[name] for name in [*names.values(), ANOTHER]}),
    )


def tries_until_reached(now, zone):
    """How many calls it took until we first spoke with, or booked, those who wrote in the last weeks."""
    start = start_of(mondays(now.astimezone(zone).date())[0], zone)
    happened = (
        CaseEntry.objects.filter(request__in=requests_since(start, now), kind__in=UNANSWERED + REACHED, at__lte=now)
        .order_by("request_id", "at", "pk")
        .values_list("request_id", "kind")
    )
    missed, tries = Counter(), {}
    for request, kind in happened:
        if request in tries:
            continue
        if kind in REACHED:
            tries[request] = missed[request] + 1
        else:
            missed[request] += 1
    found = Counter(min(count, MOST_TRIES_SHOWN) for count in tries.values())
    return rows({tries_words(count): found[count] for count in range(1, MOST_TRIES_SHOWN + 1)})


def tries_words(count):
    if count == MOST_TRIES_SHOWN:
        return f"{count} tries or more"
    return "1 try" if count == 1 else f"{count} tries"


def closing_reasons(now, zone):
    start = start_of(mondays(now.astimezone(zone).date())[0], zone)
    closed = ConsultationRequest.objects.main_list().filter(closed_at__gte=start, closed_at__lte=now)
    counted = dict(closed.order_by().values_list("closing_reason").annotate(Count("pk")))
    return rows({reason.label: counted.get(reason, 0) for reason in ConsultationRequest.ClosingReason})
