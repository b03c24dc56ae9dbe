"""What was said under other requests of the same person, as it seems: of two rules for one number the stricter holds,
linked or not."""

from typing import NamedTuple

from django.db.models import Q

from intake import search_keys
from intake.models import ConsultationRequest, SearchKey

MessageRule, State = ConsultationRequest.MessageRule, ConsultationRequest.State
FORBIDS = {
    MessageRule.NO: "leave no message",
    MessageRule.NAME_AND_NUMBER: "leave a first name and a number, nothing more",
    MessageRule.YES: "",
}
STRICTEST_FIRST = list(FORBIDS)


class Rules(NamedTuple):
    may_say_who: bool
    message_rule: str


def stopped(request):
    """Sentences for staff: under which other requests they asked us to stop."""
    if request.state in ConsultationRequest.SILENT:
        return []
    same_contact = search_keys.with_the_same_contact(request).values("pk")
    others = ConsultationRequest.objects.filter(Q(pk__in=same_contact) | Q(same_person=request)).distinct()
    found = others.exclude(stopped_at=None).values_list("reference", "stopped_at")
    return [
        f"Under {reference} this person asked us to stop. "
        + (
            "They sent this one later: do only what it allows."
            if stopped_at < request.consented_at
            else "Do not call, text or write before you have looked there."
        )
        for reference, stopped_at in found
    ]


def with_the_same_number(request):
    """The open ones."""
    same = search_keys.with_the_same_contact(request, [SearchKey.Kind.PHONE])
    return same.filter(state__in=ConsultationRequest.OPEN).only(
        "reference", "state", "may_call", "may_text", "may_say_who", "message_rule"
    )


def stricter(request):
    """Sentences for staff: what other open requests with this number forbid and this one allows."""
    if request.state in ConsultationRequest.SILENT:
        return []
    found = [(other.reference, list(forbidden(other, request))) for other in with_the_same_number(request)]
    return [
        f"Another open request with this number, {reference}, says: {', '.join(words)}."
        for reference, words in found
        if words
    ]


def forbidden(other, request):
    if other.state == State.PAUSED:
        yield "do not call, text or write while it is paused"
        return
    if request.may_call and not other.may_call:
        yield "do not call"
    if request.may_call and rank(rule_of(other)) < rank(request.message_rule):
        yield FORBIDS[rule_of(other)]
    if request.may_call and request.may_say_who and not other.may_say_who:
        yield "do not say where you call from"
    if request.may_text and not other.may_text:
        yield "do not text"


def strictest(request):
    """The rules of a call that keeps to all open requests with this number."""
    others = list(with_the_same_number(request))
    return Rules(
        may_say_who=request.may_say_who and all(other.may_say_who for other in others),
        message_rule=min([request.message_rule, *map(rule_of, others)], key=rank),
    )


def rule_of(other):
    return MessageRule.NO if other.state == State.PAUSED else other.message_rule


def rank(rule):
    return STRICTEST_FIRST.index(rule)


def takes_messages(request):
    return strictest(request).message_rule != MessageRule.NO
