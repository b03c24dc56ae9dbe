"""What became of a request, in words for the person who wrote: as their private page says it, and never blaming."""

from collections import Counter
from datetime import timedelta

from django.utils.text import get_text_list

from intake.models import AccessRecord, CaseEntry, ConsultationRequest

Kind, Reason = CaseEntry.Kind, ConsultationRequest.ClosingReason

WHY_CLOSED = {
    Reason.STARTED: "You start care with us. We are glad.",
    Reason.ANSWERED: "We answered your question.",
    Reason.ELSEWHERE: "You found help at another place. We wish you well there.",
    Reason.FULL: "We have no place right now. We are sorry. You still deserve help, and you can get it.",
    Reason.NOT_THE_LEVEL: "Another kind of care fits better now. We do not want you to lose time with us.",
    Reason.NOT_REACHED: "We could not reach you. That is fine. The door stays open.",
    Reason.ASKED_TO_STOP: "You asked us to stop. We do not call, text or write.",
    # Never that there is another request: whoever sent this one with somebody else’s number would learn of theirs.
    Reason.SAME_PERSON: "Nothing is left to do here. You can ask us more at any time.",
    Reason.NOT_A_REQUEST: "We did not find a question for us here. If you need help, ask us.",
}
# All else is work inside the team, and stays there.
HAPPENED = {
    Kind.RECEIVED: "We got what you sent",
    Kind.CORRECTED: "You changed it",
    Kind.ASKED: "You asked us something",
    Kind.ANSWERED: "We answered on this page",
    Kind.REACHED: "We talked",
    Kind.WROTE: "We wrote to you",
    Kind.NO_ANSWER: "We called, and nobody picked up",
    Kind.MESSAGE: "We called, and left a message",
    Kind.WRONG: "We called, and the number did not work",
    Kind.RIGHT: "We noted that your number works",
    Kind.STOPPED: "You asked us to stop",
    Kind.PLANNED: "We set a time to call you",
    Kind.BOOKED: "We set a time to talk",
    Kind.CALLED_OFF: "We had to call off the time we had agreed",
    Kind.ESTIMATE: "We gave you an estimate",
    Kind.PAUSED: "It was paused",
    Kind.RESUMED: "We went on",
    Kind.CLOSED: "We closed it",
    Kind.REOPENED: "We opened it again",
    Kind.WITHDRAWN: "It was taken back, and we erased what you told us",
}
LOOKED = {
    AccessRecord.Kind.VIEW: "looked at your request",
    AccessRecord.Kind.REVEAL: "saw your number or email",
    AccessRecord.Kind.PRINT: "printed your request",
    AccessRecord.Kind.EXPORT: "put your request into a file",
}
# Somebody who works on a request opens it again and again.
ONE_LINE = timedelta(hours=1)
BOOKED_BY = {
    ConsultationRequest.ConsultationBy.PHONE: "We call you.",
    ConsultationRequest.ConsultationBy.IN_PERSON: "You come to our place.",
    ConsultationRequest.ConsultationBy.VIDEO: "We meet by video.",
}


def is_off(entries):
    """Whether the time we had agreed is off, and we have not been in touch about another one since."""
    said = [entry.kind for entry in entries if entry.kind in (Kind.CALLED_OFF, *CaseEntry.SETS_A_TIME)]
    return said[-1:] == [Kind.CALLED_OFF]


def looks(records):
    """[(first moment, last moment, words)]: what one role did within an hour is one line, by role and never by name.

    `records` are those of audit.records_of, the oldest first.
    """
    lines, newest = [], {}
    for record in records:
        line = newest.get(record["role"])
        if line is None or record["at"] - line[0]["at"] > ONE_LINE:
            lines.append(line := [])
            newest[record["role"]] = line
        line.append(record)
    return [(line[0]["at"], line[-1]["at"], looks_words(line)) for line in lines]


def looks_words(records):
    """ "Front desk looked at your request, saw your number or email twice and printed your request"."""
    counts = Counter(record["kind"] for record in records)
    # A page is opened anew after each press, so how often says nothing of a look.
    counts[AccessRecord.Kind.VIEW] = min(1, counts[AccessRecord.Kind.VIEW])
    done = [f"{words}{times(counts[kind])}" for kind, words in LOOKED.items() if counts[kind]]
    return f"{records[0]['role']} {get_text_list(done, 'and')}"


def times(count):
    return {1: "", 2: " twice"}.get(count, f" {count} times")
