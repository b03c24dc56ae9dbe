"""What needs somebody now, in the order of its urgency: how many requests, and the most pressing ones by reference.

One query for each kind, however many requests there are. Nothing is decrypted.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode

from django.db.models import Count, F, OuterRef, Subquery, Window
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.utils import timezone

from clinic import hours
from intake.models import CaseEntry, ConsultationRequest, Notice

SOON = timedelta(hours=1)
MOST_NAMED = 3
NOW, NEXT, LATER = "Now", "Next", "To look at"

Entry, State = CaseEntry.Kind, ConsultationRequest.State
TALK = (Entry.ASKED, Entry.ANSWERED, Entry.REACHED, Entry.BOOKED)


@dataclass(frozen=True)
class Named:
    url: str
    reference: str
    words: str
    is_late: bool


@dataclass(frozen=True)
class Need:
    when: str
    url: str
    count: int
    name: str
    why: str
    is_alarm: bool = False
    named: list[Named] = field(default_factory=list)


@dataclass(frozen=True)
class Kind:
    when: str
    name: str  # reads on from a number: "3 overdue"
    why: str
    asks: dict  # of the queue: this is the only place that knows its addresses
    urgency: str  # the field that says which comes first
    words: Callable
    alarms: bool = False  # when one of them is late


def roughly(length):
    """One unit: "45 minutes", "5 hours", "3 days"."""
    minutes = int(length.total_seconds() // 60)
    count, unit = minutes, "minute"
    if minutes >= 90:
        count, unit = minutes // 60, "hour"
    if minutes >= 36 * 60:
        count, unit = minutes // (24 * 60), "day"
    return f"{count} {unit}{pluralize(count)}" if count else "a moment"


def moment_words(moment, now):
    """A moment seen from now: "3 pm, in 20 minutes", "3 pm yesterday, 20 hours ago", "Friday, November 20"."""
    if now - moment > timedelta(days=2):
        return hours.date_words(timezone.localtime(moment))
    there, here = timezone.localtime(moment), timezone.localtime(now)
    days = (there.date() - here.date()).days
    day = {0: "", -1: " yesterday"}.get(days, f" {hours.day_words(there.date(), here.date())}")
    far = f"{roughly(now - moment)} ago" if moment <= now else f"in {roughly(moment - now)}"
    return f"{hours.clock(there)}{day}, {far}"


def due_words(stored, now):
    return f"due {moment_words(stored.reply_by, now)}" if stored.reply_by else received_words(stored, now)


def call_words(stored, now):
    return f"call at {moment_words(stored.call_at, now)}"


def mine_words(stored, now):
    return due_words(stored, now) if stored.reply_by else stored.get_state_display().lower()


def claim_words(stored, now):
    return f"taken until {moment_words(stored.claimed_until, now)}"


def meeting_words(stored, now):
    return f"met {moment_words(stored.consultation_at, now)}"


def received_words(stored, now):
    return f"came {moment_words(stored.received_at, now)}"


def estimate_words(stored, now):
    today = timezone.localdate(now)
    late = (today - stored.estimate_due).days
    if late > 0:
        return f"{late} day{pluralize(late)} late, was due {hours.date_words(stored.estimate_due)}"
    return f"due {hours.day_words(stored.estimate_due, today)}"


def unanswered(requests):
    """Those whose question on the private page nobody has answered since."""
    talk = CaseEntry.objects.filter(request=OuterRef("pk"), kind__in=TALK).order_by("-at", "-pk").values("kind")[:1]
    return requests.annotate(last_said=Subquery(talk)).filter(last_said=Entry.ASKED)


KINDS = {
    "overdue": Kind(
        NOW, "overdue", "The time we promised a reply by has passed.", {"list": "overdue"}, "reply_by", due_words, True
    ),
    "call_now": Kind(
        NOW, "to call now", "They chose this half hour for our call.", {"list": "call_now"}, "call_at", call_words
    ),
    "soon": Kind(
        NOW,
        "due within the hour",
        "We promised these people a reply by then.",
        {"list": "waiting"},
        "reply_by",
        due_words,
    ),
    "asked": Kind(
        NEXT,
        "asked a question",
        "They wait for an answer on their private page.",
        {"list": "waiting"},
        "reply_by",
        due_words,
    ),
    "nobodys": Kind(
        NEXT,
        "with nobody",
        "We owe a reply, and no colleague has taken it.",
        {"list": "waiting", "owner": "nobody"},
        "reply_by",
        due_words,
    ),
    "claim_ended": Kind(
        NEXT,
        "taken too long ago",
        "A colleague’s time with it is over: anybody may take it.",
        {"list": "waiting", "owner": "nobody"},
        "claimed_until",
        claim_words,
    ),
    "mine": Kind(NEXT, "with you", "You have taken these.", {"list": "mine"}, "reply_by", mine_words),
    "estimates": Kind(
        NEXT,
        "waiting for an estimate",
        "The law sets the day it is due.",
        {"list": "open", "estimate": "yes"},
        "estimate_due",
        estimate_words,
        True,
    ),
    "consultations": Kind(
        NEXT,
        "met, with no next step",
        "Say what came of the consultation: book again or close it.",
        {"list": "theirs"},
        "consultation_at",
        meeting_words,
    ),
    "held": Kind(
        LATER,
        "held as possible spam",
        "They may be people. Somebody has to look.",
        {"list": "held"},
        "received_at",
        received_words,
    ),
}


def found(user, now):
    """The requests of each kind."""
    requests = ConsultationRequest.objects
    waiting = requests.waiting()
    return {
        "overdue": requests.overdue(now),
        "call_now": requests.call_now(now),
        "soon": waiting.filter(reply_by__range=(now, now + SOON)),
        "asked": unanswered(waiting),
        "nobodys": waiting.filter(owner=None),
        "claim_ended": waiting.filter(claimed_until__lte=now),
        "mine": requests.of(user),
        "estimates": requests.main_list().estimates_owed(),
        "consultations": requests.main_list().filter(state=State.WAITING_ON_THEM, consultation_at__lte=now),
        "held": requests.held(),
    }


def of_requests(user, now):
    """What the requests need of this colleague, who may see them."""
    by_kind = found(user, now)
    needs = (of_kind(kind, by_kind[key], now) for key, kind in KINDS.items())
    return [need for need in needs if need]


def of_kind(kind, requests, now):
    """The need, or None when there is none."""
    first = list(
        requests.only("reference", "state", "reply_by", "received_at", kind.urgency)
        .annotate(together=Window(Count("pk")))
        .order_by(F(kind.urgency).asc(nulls_last=True), "pk")[:MOST_NAMED]
    )
    if not first:
        return None
    named = [
        Named(
            reverse("admin:intake_consultationrequest_change", args=[stored.pk]),
            stored.reference,
            kind.words(stored, now),
            is_late(stored, kind, now),
        )
        for stored in first
    ]
    queue = reverse("admin:intake_consultationrequest_changelist")
    url = f"{queue}?{urlencode(kind.asks)}"
    is_alarm = kind.alarms and any(one.is_late for one in named)
    return Need(kind.when, url, first[0].together, kind.name, kind.why, is_alarm, named)


def is_late(stored, kind, now):
    if kind.urgency == "estimate_due":
        return stored.estimate_due < timezone.localdate(now)
    return kind is KINDS["overdue"] or (kind.urgency == "reply_by" and bool(stored.reply_by) and stored.reply_by < now)


def of_notices():
    failed = Notice.objects.filter(state=Notice.State.FAILED).count()
    if not failed:
        return []
    url = reverse("admin:intake_notice_changelist")
    why = "The mail server refused them. Somebody may not have been told."
    return [Need(LATER, f"{url}?state__exact=failed", failed, "failed to send", why)]
