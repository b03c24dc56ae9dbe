"""What was said under other requests of the same person, as it seems: of two rules for one number the stricter holds,
linked or not."""

from typing import NamedTuple

from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils.text import get_text_list

from intake import contact_rules, search_keys
from intake.encryption import CannotDecrypt, decrypt
from intake.models import ConsultationRequest, SearchKey

MessageRule, State = ConsultationRequest.MessageRule, ConsultationRequest.State
FORBIDS = {
    MessageRule.NO: "leave no message",
    MessageRule.NAME_AND_NUMBER: "leave a first name and a number, nothing more",
    MessageRule.YES: "",
}
STRICTEST_FIRST = list(FORBIDS)
CODE_WORD, NAME = (ConsultationRequest._meta.get_field(name) for name in ("code_word", "name_to_ask_for"))
WAYS = {"may_call": "do not call", "may_text": "do not text", "may_email": "do not write an email"}


class Rules(NamedTuple):
    may_say_who: bool
    message_rule: str


class Warned(NamedTuple):
    """A sentence for staff, in which another request is named."""

    before: str
    other: ConsultationRequest
    after: str

    def __str__(self):
        return f"{self.before}{self.other}{self.after}"


def others(request):
    """With the same number or email, and those that are linked. Nothing that a person wrote is read."""
    number = search_keys.with_the_same_contact(request, [SearchKey.Kind.PHONE]).values("pk")
    contact = search_keys.with_the_same_contact(request).values("pk")
    found = Q(pk__in=contact) | Q(pk__in=request.same_person.values("pk"))
    return ConsultationRequest.objects.filter(found).annotate(has_number=Q(pk__in=number))


def stopped(request):
    """Under which other requests they asked us to stop."""
    if request.state in ConsultationRequest.SILENT:
        return []
    return [
        Warned(
            "Under ",
            other,
            " this person asked us to stop. "
            + (
                "They sent this one later: do only what it allows."
                if other.stopped_at < request.consented_at
                else "Do not call, text or write before you have looked there."
            ),
        )
        for other in others(request).exclude(stopped_at=None).only("reference", "stopped_at")
    ]


def still_open(request):
    """What only a key can read stays sealed: without it the page of this one must open all the same."""
    rules = "may_call", "may_text", "may_email", "may_say_who", "message_rule"
    found = others(request).filter(state__in=ConsultationRequest.OPEN).only("reference", "state", *rules)
    return found.annotate(sealed_code=Cast("code_word", TextField()), sealed_name=Cast("name_to_ask_for", TextField()))


def stricter(request):
    """What other open requests ask for and this one does not."""
    if request.state in ConsultationRequest.SILENT or not any(getattr(request, way) for way in WAYS):
        return []
    return [
        Warned(f"Another open request {'with this number' if other.has_number else 'of this person'}, ", other, after)
        for other in still_open(request)
        if (after := asks_for(other, request))
    ]


def asks_for(other, request):
    """ ", says: do not text. It has a code word: look there before you call or write.", or ""."""
    forbids = ", ".join(forbidden(other, request))
    said = f", says: {forbids}." if forbids else ""
    if held := get_text_list(list(held_there(other, request)), "and"):
        said += f"{' It' if said else ','} has {held}: look there before you call or write."
    return said


def held_there(other, request):
    """What the first words of a call depend on. It is not said here: whoever looks there is recorded there."""
    if other.state == State.PAUSED:
        return
    try:
        code_word, name = opened(other.sealed_code, CODE_WORD), opened(other.sealed_name, NAME)
    except CannotDecrypt:
        yield "words that cannot be read now"
        return
    if code_word not in ("", request.code_word.casefold()):
        yield "a code word"
    if name not in ("", contact_rules.name_to_say(request).casefold()):
        yield "another name to ask for"


def opened(sealed, field):
    return decrypt(sealed, field.place).casefold() if sealed else ""


def forbidden(other, request):
    if other.state == State.PAUSED:
        yield "do not call, text or write while it is paused"
        return
    if other.has_number and request.may_call and other.may_call:  # another number has rules of its own
        if rank(other.message_rule) < rank(request.message_rule):
            yield FORBIDS[other.message_rule]
        if request.may_say_who and not other.may_say_who:
            yield "do not say where you call from"
    yield from (words for way, words in WAYS.items() if getattr(request, way) and not getattr(other, way))


def strictest(request):
    """The rules of a call that keeps to all open requests with this number."""
    same = list(still_open(request).filter(has_number=True))
    return Rules(
        may_say_who=request.may_say_who and all(other.may_say_who for other in same),
        message_rule=min([request.message_rule, *map(rule_of, same)], key=rank),
    )


def rule_of(other):
    return MessageRule.NO if other.state == State.PAUSED else other.message_rule


def rank(rule):
    return STRICTEST_FIRST.index(rule)


def takes_messages(request):
    return strictest(request).message_rule != MessageRule.NO
