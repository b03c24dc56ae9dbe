"""The lists of the queue: who stands in each, in what order, and what is said above it."""

from collections.abc import Callable
from typing import NamedTuple

from django.db.models import Count, F, Q

from intake.models import ConsultationRequest
from intake.models.request import (
    CALL_NOW_MINUTES,
    is_held,
    is_in_main_list,
    is_of,
    is_open,
    is_over,
    is_overdue,
    is_to_call,
    is_waiting,
)

State = ConsultationRequest.State
# Without a promise first: nobody knows how long they may wait.
SOONEST_DUE = (F("reply_by").asc(nulls_first=True), "received_at")


class Tab(NamedTuple):
    name: str
    about: str
    nothing: str
    holds: Callable  # (user, moment) -> Q
    order: tuple = SOONEST_DUE
    is_over: bool = False


def is_in_main(state):
    return lambda user, moment: Q(state=state) & is_in_main_list()


TABS = {
    "waiting": Tab(
        "Waiting on us",
        "Everyone we owe a reply, whether new or not. The soonest due comes first.",
        "Nobody is waiting on us. You are up to date.",
        lambda user, moment: is_waiting(),
    ),
    "new": Tab(
        "New",
        "Nobody has called, written or answered yet. The soonest due comes first.",
        "No new requests. Each one so far has had a first try.",
        is_in_main(State.NEW),
    ),
    "call_now": Tab(
        "Call now",
        f"The time they chose for a call has begun, or begins within {CALL_NOW_MINUTES} minutes.",
        "No call is due now.",
        lambda user, moment: is_to_call(moment),
        ("call_at", "received_at"),
    ),
    "overdue": Tab(
        "Overdue",
        "The time we promised has passed. Held requests count, too. The latest comes first.",
        "Nothing is overdue.",
        lambda user, moment: is_overdue(moment),
    ),
    "mine": Tab(
        "Mine",
        "All open requests that you have. The soonest due comes first.",
        "You have no requests. Take one from “Waiting on us”.",
        lambda user, moment: is_of(user, moment),
        (F("reply_by").asc(nulls_last=True), "received_at"),
    ),
    "theirs": Tab(
        "Waiting on them",
        "We replied: it is their turn, or we are to meet. The next consultation comes first, then the longest wait.",
        "We are not waiting on anyone.",
        is_in_main(State.WAITING_ON_THEM),
        (F("consultation_at").asc(nulls_last=True), "received_at"),
    ),
    "paused": Tab(
        "Paused",
        "They asked us to wait. Do not call. A question from them still needs an answer on the private page.",
        "Nobody has paused.",
        is_in_main(State.PAUSED),
        (F("reply_by").asc(nulls_last=True), "received_at"),
    ),
    "held": Tab(
        "Held",
        "These look like spam. A person may be among them, so look at each one.",
        "Nothing is held as spam.",
        lambda user, moment: is_held(),
    ),
    "open": Tab(
        "All open",
        "Everyone in the main list, whoever’s turn it is. The soonest due comes first.",
        "Nothing is open.",
        lambda user, moment: is_open() & is_in_main_list(),
        (F("reply_by").asc(nulls_last=True), "received_at"),
    ),
    "closed": Tab(
        "Closed",
        "Closed or withdrawn. The newest request comes first.",
        "Nothing is closed yet.",
        lambda user, moment: is_over(),
        ("-received_at",),
        is_over=True,
    ),
}
FIRST = "waiting"


def counts(user, moment, narrowed):
    """How many each tab would show with the same filters. The archive is counted apart, so that it slows nothing."""
    open_tabs = {code: Count("pk", filter=tab.holds(user, moment)) for code, tab in TABS.items() if code != "closed"}
    counted = ConsultationRequest.objects.filter(is_open(), narrowed).aggregate(**open_tabs)
    return counted | {"closed": ConsultationRequest.objects.filter(is_over(), narrowed).count()}
