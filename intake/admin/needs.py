"""What needs somebody now, in the order of its urgency: how many requests, and the most pressing ones by reference.

One query for each kind, however many requests there are. Nothing is decrypted.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.db.models import Count, F, OuterRef, Subquery, Window
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.utils import timezone

from clinic import hours
from intake import permissions, reminders, workflow
from intake.admin import turn, words
from intake.admin.filters import condition
from intake.models import CaseEntry, ConsultationRequest, Notice

MOST_NAMED = 3
NOW, NEXT, LATER = "Now", "Next", "To look at"


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
    asks: dict  # filters of the queue: what they list there is what counts here
    urgency: str  # the field that says which comes first
    words: Callable
    alarms: bool = False  # when one of them is late


def due_words(stored, now):
    return f"due {words.seen_from(stored.reply_by, now)}" if stored.reply_by else received_words(stored, now)


def call_words(stored, now):
    return f"call at {words.seen_from(stored.call_at, now)}"


def mine_words(stored, now):
    due = due_words(stored, now) if stored.reply_by else stored.get_state_display().lower()
    return f"handed to you, {due}" if stored.taken == CaseEntry.Kind.HANDED else due


def meeting_words(stored, now):
    return f"met {words.seen_from(stored.consultation_at, now)}"


def to_meet_words(stored, now):
    return workflow.meets(stored, now)


def received_words(stored, now):
    return f"came {words.seen_from(stored.received_at, now)}"


def estimate_words(stored, now):
    today = timezone.localdate(now)
    if stored.is_estimate_late(today):
        late = (today - stored.estimate_due).days
        return f"{late} day{pluralize(late)} late, was due {hours.date_words(stored.estimate_due)}"
    return f"due {hours.day_words(stored.estimate_due, today)}"


KINDS = [
    Kind(
        NOW, "overdue", "The time we promised a reply by has passed.", {"list": "overdue"}, "reply_by", due_words, True
    ),
    Kind(NOW, "to call now", "They chose this half hour for our call.", {"list": "call_now"}, "call_at", call_words),
    Kind(
        NOW,
        "due within the hour",
        "We promised these people a reply by then.",
        {"list": "waiting", "need": "soon"},
        "reply_by",
        due_words,
    ),
    Kind(
        NOW,
        "to meet today",
        "Their consultation is still to come.",
        {"list": "open", "need": "today"},
        "consultation_at",
        to_meet_words,
    ),
    Kind(
        NOW,
        "called off",
        "They took their request back or asked us to stop, and a consultation with it. Tell whoever was to meet them.",
        {"list": "closed", "need": "called_off"},
        "consultation_at",
        to_meet_words,
    ),
    Kind(
        NOW,
        "off in a pause",
        "They paused, and a consultation is off unless they go on. Tell whoever was to meet them.",
        {"list": "paused", "need": "called_off"},
        "consultation_at",
        to_meet_words,
    ),
    Kind(
        NEXT,
        "asked a question",
        "They wait for an answer on their private page.",
        {"list": "waiting", "need": "question"},
        "reply_by",
        due_words,
    ),
    Kind(
        NEXT,
        "with nobody",
        "We owe a reply, and no colleague has it now.",
        {"list": "waiting", "owner": "nobody"},
        "reply_by",
        due_words,
    ),
    Kind(NEXT, "with you", "You have taken these.", {"list": "mine"}, "reply_by", mine_words),
    Kind(
        NEXT,
        "waiting for an estimate",
        "The law sets the day it is due.",
        {"list": "open", "estimate": "yes"},
        "estimate_due",
        estimate_words,
        True,
    ),
    Kind(
        NEXT,
        "met, with no next step",
        "Say what came of the consultation: book again or close it.",
        {"list": "theirs", "need": "met"},
        "consultation_at",
        meeting_words,
    ),
    Kind(
        LATER,
        "with no word for three days",
        "We reached or answered them. Ask how they are, book, or close it.",
        {"list": "theirs", "need": "quiet"},
        "received_at",
        received_words,
    ),
    Kind(
        LATER,
        "held as possible spam",
        "They may be people. Somebody has to look.",
        {"list": "held"},
        "received_at",
        received_words,
    ),
]
# What the words of all kinds read, besides the field of their urgency.
READ = ("reference", "state", "reply_by", "received_at", "wants_estimate", "estimate_sent_at", "consultation_by")

TAKEN = CaseEntry.objects.filter(turn.is_taken(by=OuterRef("owner")), request=OuterRef("pk")).order_by("-at", "-pk")


def of_requests(user, now):
    """What the requests need of this colleague, who may see them."""
    needs = (of_kind(kind, user, now) for kind in KINDS)
    return [need for need in needs if need]


def of_kind(kind, user, now):
    """The need, or None when there is none."""
    first = list(
        ConsultationRequest.objects.filter(condition(kind.asks, user=user, moment=now))
        .only(*READ, kind.urgency)
        .annotate(together=Window(Count("pk")), taken=Subquery(TAKEN.values("kind")[:1]))
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
    """What these words say is due: the estimate, or our next step."""
    if kind.urgency == "estimate_due":
        return stored.is_estimate_late(timezone.localdate(now))
    return stored.is_late(now)


NOT_SENT = {
    Notice.State.FAILED: ("failed to send", "The mail server refused them. Somebody may not have been told."),
    Notice.State.NOBODY: ("with nobody to go to", "Nobody was there to get them, so nobody was told."),
}


def of_notices():
    unsent = Notice.objects.filter(state__in=NOT_SENT).values_list("state")
    counts = dict(unsent.annotate(count=Count("pk")).order_by())
    url = reverse("admin:intake_notice_changelist")
    return [
        Need(LATER, f"{url}?state__exact={state}", counts[state], *words)
        for state, words in NOT_SENT.items()
        if state in counts
    ]


def of_mail(user):
    """Before all else: whoever waits now may wait unseen. It leads to what this colleague can mend."""
    if not permissions.may_work(user) or not reminders.nobody_hears():
        return []
    name, unseen = "people get mail about new or late requests", "Requests may wait unseen."
    if user.has_perm("clinic.change_clinic"):
        url = reverse("admin:clinic_clinic_change", args=[1])
        why = f"{unseen} Enter an address under “mail about new requests”."
    else:
        url = reverse("reminders")
        why = f"{unseen} Choose reminders for yourself, and ask a content editor to enter an address of the clinic."
    return [Need(NOW, url, 0, name, why, is_alarm=True)]
