"""What the queue is narrowed to, as codes in its address. Nothing of a person is among them."""

from datetime import datetime, time, timedelta

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import urlencode

from intake import contact_rules, permissions
from intake.admin.tabs import FIRST, TABS
from intake.admin.words import called
from intake.models import CaseEntry, ConsultationRequest
from intake.models.request import NO_PROGRAM, is_asked, is_free, is_off, is_to_meet
from intake.workflow.moves import CONTACTS
from programs.models import Program

WAYS = {
    "call": ("A call", Q(may_call=True)),
    "text": ("A text message", Q(may_text=True)),
    "email": ("An email", Q(may_email=True)),
    "page": ("The private page only", Q(may_call=False, may_text=False, may_email=False)),
}
NOT_SURE = "none"
SOON, QUIET = timedelta(hours=1), timedelta(days=3)
State = ConsultationRequest.State
# (words, condition at a moment)
NEEDS = {
    "soon": ("Due within the hour", lambda moment: Q(reply_by__range=(moment, moment + SOON))),
    "question": ("A question waits for an answer", lambda moment: is_asked()),
    "quiet": ("No word for three days", lambda moment: is_quiet(moment)),
    "today": ("A consultation today", lambda moment: meets_today(moment)),
    # No look ends it: whoever looks may not be the one who was to meet them.
    "called_off": ("A consultation is off", lambda moment: is_off() & is_to_meet(moment)),
    "met": ("Met, with no next step", lambda moment: Q(state=State.WAITING_ON_THEM, consultation_at__lte=moment)),
}


def meets_today(moment):
    """It is still to come on this day, whoever's turn it is."""
    now = timezone.localtime(moment)
    midnight = datetime.combine(now.date() + timedelta(days=1), time.min, tzinfo=now.tzinfo)
    meets = Q(consultation_at__gt=moment, consultation_at__lt=midnight)
    return meets & Q(state__in=(*ConsultationRequest.OURS, State.WAITING_ON_THEM))


def is_quiet(moment):
    """It is their turn, nothing is agreed on, and neither they nor we have said a word to each other since. Who has the
    request, and what colleagues note, is no such word."""
    said = Q(by=None) | Q(kind__in=CONTACTS)
    lately = CaseEntry.objects.filter(said, request=OuterRef("pk"), at__gt=moment - QUIET)
    silent = Q(state=State.WAITING_ON_THEM, consultation_at=None, received_at__lte=moment - QUIET)
    return silent & ~Exists(lately)


class Code(forms.ChoiceField):
    """What is none of the choices counts as no choice, so that no address leads to an error."""

    def __init__(self, label, choices=(), **given):
        super().__init__(label=label, choices=[("", "Any"), *choices], required=False, **given)

    def clean(self, value):
        return value if self.valid_value(value) else ""


class Filters(forms.Form):
    list = Code("List", [(code, tab.name) for code, tab in TABS.items()], widget=forms.HiddenInput)
    need = Code("What it needs", [(code, words) for code, (words, _) in NEEDS.items()])
    owner = Code("Who has it")
    asking_for = Code("For whom", contact_rules.ASKS_FOR.items())
    program = Code("Program")
    way = Code("May be reached by", [(code, words) for code, (words, _) in WAYS.items()])
    interpreter = Code("Interpreter", [("yes", "Needs an interpreter")])
    estimate = Code("Estimate", [("yes", "Wants an estimate, not sent yet")])

    def __init__(self, data, *, user):
        super().__init__(data, auto_id="filter_%s")
        self.user = user
        programs = Program.objects.order_by("short_name").values_list("pk", "short_name")
        self.fields["program"].choices += [*programs, (NOT_SURE, NO_PROGRAM)]
        others = [(someone.pk, called(someone)) for someone in permissions.colleagues() if someone != user]
        self.fields["owner"].choices += [("me", "Me"), ("nobody", "Nobody now"), *others]

    @cached_property
    def chosen(self):
        self.is_valid()
        return {name: code for name, code in self.cleaned_data.items() if code}

    @property
    def tab(self):
        return self.chosen.get("list", FIRST)

    @property
    def tab_name(self):
        return TABS[self.tab].name

    @property
    def query(self):
        return urlencode(self.chosen)

    def query_with(self, **changes):
        return urlencode({name: code for name, code in (self.chosen | changes).items() if code})

    @property
    def narrowing(self):
        """(in words, the address without it) for each choice besides the tab."""
        return [
            (f"{self.fields[name].label}: {self.words_of(name)}", self.query_with(**{name: ""}))
            for name in self.chosen
            if name != "list"
        ]

    def words_of(self, name):
        return next(words for code, words in self.fields[name].choices if str(code) == self.chosen[name])

    def condition(self, moment):
        return condition(self.chosen, user=self.user, moment=moment)

    def narrowed(self, moment):
        return narrowed(self.chosen, user=self.user, moment=moment)


def condition(chosen, *, user, moment):
    """Those in the tab to which all that is chosen applies. `chosen` holds codes as `Filters` reads them."""
    return TABS[chosen.get("list", FIRST)].holds(user, moment) & narrowed(chosen, user=user, moment=moment)


def narrowed(chosen, *, user, moment):
    """All that is chosen but the tab."""
    held = Q()
    if need := chosen.get("need"):
        held &= NEEDS[need][1](moment)
    if route := chosen.get("asking_for"):
        held &= Q(asking_for=route)
    if program := chosen.get("program"):
        held &= Q(program=None if program == NOT_SURE else program)
    if owner := chosen.get("owner"):
        has_it = Q(owner=user if owner == "me" else owner, claimed_until__gt=moment)
        held &= is_free(moment) if owner == "nobody" else has_it
    if way := chosen.get("way"):
        held &= WAYS[way][1]
    if "interpreter" in chosen:
        held &= Q(needs_interpreter=True)
    if "estimate" in chosen:
        held &= Q(wants_estimate=True, estimate_sent_at=None)
    return held
