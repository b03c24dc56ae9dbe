"""Requests as a file for a spreadsheet: which columns there are, and cells that no program takes for a formula."""

import csv
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import TextField
from django.db.models.functions import Cast

from clinic import hours
from intake import contact_rules
from intake.encryption import CannotDecrypt, decrypt, sealed_fields
from intake.models import ConsultationRequest

CHUNK = 200  # requests read, recorded and sent at a time
CANNOT_BE_READ = "Cannot be read: the key for it is missing."
BYTE_ORDER_MARK = "\ufeff"  # without it some spreadsheets misread every letter that is not English
# A cell that begins so is run as a formula by one spreadsheet or another. The last is the typographer's minus.
FORMULA_SIGNS = tuple("=+-@\u2212")
UNSEEN = {"Cc", "Cf", "Zs", "Zl", "Zp"}


@dataclass(frozen=True)
class Column:
    words: str
    read: Callable  # (request, clinic) -> text, moment, number or None


def as_it_is(name, words=""):
    """A column of what one field holds, in words where it is a choice."""
    field = ConsultationRequest._meta.get_field(name)
    label = words or field.verbose_name
    read = f"get_{name}_display" if field.choices else name

    def value(request, clinic):
        found = getattr(request, read)
        return found() if callable(found) else found

    return Column(label[0].upper() + label[1:], value)


def time_zone_words(request, clinic):
    return hours.TIME_ZONES.get(request.time_zone, request.time_zone)


def rules_words(request, clinic):
    return "\n".join(
        f"{question}: {'Yes' if is_allowed else 'NO'}. {what_to_do}".rstrip()
        for question, is_allowed, what_to_do in contact_rules.call_sheet(request)
    )


ABOUT = {
    "reference": as_it_is("reference"),
    "received_at": as_it_is("received_at", "Received"),
    "state": as_it_is("state"),
    "asking_for": Column("Asks for", lambda request, clinic: contact_rules.ASKS_FOR[request.asking_for]),
    "program": Column("Program", lambda request, clinic: request.program_words),
    "reply_by": as_it_is("reply_by", "Our next step is due"),
    "call_at": as_it_is("call_at"),
    "owner": as_it_is("owner"),
    "attempts": as_it_is("attempts"),
    "needs_interpreter": as_it_is("needs_interpreter"),
    "uses_relay": as_it_is("uses_relay"),
    "first_promise": as_it_is("first_promise", "Reply promised by"),
    "first_tried_at": as_it_is("first_tried_at"),
    "answered_at": as_it_is("answered_at"),
    "consultation_at": as_it_is("consultation_at", "Consultation"),
    "consultation_by": as_it_is("consultation_by", "Consultation, how"),
    "estimate_due": as_it_is("estimate_due"),
    "estimate_sent_at": as_it_is("estimate_sent_at", "Estimate given"),
    "closed_at": as_it_is("closed_at", "Closed"),
    "closing_reason": as_it_is("closing_reason", "Closed because"),
    "held_because": as_it_is("held_because"),
}
TOLD = {
    "name": as_it_is("name"),
    "relationship": as_it_is("relationship"),
    "person_knows": as_it_is("person_knows"),
    "organization": as_it_is("organization"),
    "role": as_it_is("role"),
    "person_name": as_it_is("person_name"),
    "name_to_ask_for": as_it_is("name_to_ask_for"),
    "code_word": as_it_is("code_word"),
    "safe_times": as_it_is("safe_times"),
    "time_zone": Column("Time zone", time_zone_words),
    "language": as_it_is("language"),
    "message": as_it_is("message", "What they wrote"),
}
CONTACT = {"phone": as_it_is("phone", "Phone number"), "email": as_it_is("email")}
RULES = Column("What we may do", rules_words)
GROUPS = {"about": ABOUT, "told": TOLD, "contact": CONTACT}
FIRST_TICKED = ["reference", "received_at", "state", "asking_for", "program", "reply_by"]


def columns_of(chosen):
    """The columns of these names, in their own order. A number or an address never goes out without its rules."""
    found = []
    for group in GROUPS.values():
        here = [column for name, column in group.items() if name in chosen]
        found += [RULES] * bool(group is CONTACT and here) + here
    return found


def holds_words(chosen):
    """Whether the file says more of a person than the list on the desk does."""
    return any(name in TOLD or name in CONTACT for name in chosen)


# Reading


def chunks(requests, chosen):
    """Lists of requests with what the chosen columns need, in short reads: no read stands open between two lists, so
    that records can be written there, and somebody who withdraws meanwhile is not in what follows."""
    all_sealed = sealed_fields(ConsultationRequest)
    sealed = [field for field in all_sealed if field.name in chosen]
    plain = [field.name for field in ConsultationRequest._meta.concrete_fields if field not in all_sealed]
    rows = (
        requests.order_by("pk")
        .select_related("program", "owner")
        .only(*plain, "program__short_name", "owner__username")
        .annotate(**{f"sealed_{field.name}": Cast(field.name, TextField()) for field in sealed})
    )
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:CHUNK]):
        for request in chunk:
            for field in sealed:
                setattr(request, field.name, opened(getattr(request, f"sealed_{field.name}"), field.place))
        yield chunk
        last = chunk[-1].pk


def opened(sealed, place):
    try:
        return decrypt(sealed, place) if sealed else ""
    except CannotDecrypt:
        return CANNOT_BE_READ


# Writing


class Echo:
    """A file that hands back what is written to it."""

    def write(self, text):
        return text


LINES = csv.writer(Echo(), quoting=csv.QUOTE_ALL)


def header(columns):
    return BYTE_ORDER_MARK + line(column.words for column in columns)


def row(request, columns, clinic):
    return line(words_of(column.read(request, clinic), clinic) for column in columns)


def line(cells):
    return LINES.writerow([safe(cell) for cell in cells])


def words_of(value, clinic):
    """A moment is told on the clinic's clock, in a shape that sorts."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if hasattr(value, "astimezone"):
        return f"{value.astimezone(clinic.zone):%Y-%m-%d %H:%M}"
    return str(value)


def safe(cell):
    """An apostrophe in front tells every spreadsheet that this is text."""
    return f"'{cell}" if could_be_formula(cell) else cell


def could_be_formula(cell):
    # Behind apostrophes too: then ours is the first one and can be taken off again, whatever was typed.
    text = cell.lstrip("'")
    if text.startswith(("\t", "\r", "\n")):
        return True
    seen = next((letter for letter in text if unicodedata.category(letter) not in UNSEEN), "")
    return unicodedata.normalize("NFKC", seen).startswith(FORMULA_SIGNS)
