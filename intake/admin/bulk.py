"""One press for many requests: each goes through workflow by itself, and the page says what became of it."""

from collections.abc import Callable
from typing import NamedTuple

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.http import HttpResponseRedirect, QueryDict, StreamingHttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from intake import audit, permissions, workflow
from intake.admin.filters import Filters
from intake.admin.move_forms import reason_words
from intake.admin.rows import MESSAGE, SEALED, name_of, opened, with_words
from intake.admin.tabs import TABS
from intake.admin.words import called
from intake.models import AccessRecord, ConsultationRequest
from intake.workflow.team import CLAIM_HOURS

MOST_AT_ONCE = 200  # each is named before it is changed
FIRST_WORDS = 25
# Where the lines come while the work is done. No page holds it.
HERE = "the lines come here"

Reason = ConsultationRequest.ClosingReason
# Whoever we cannot take gets alternatives on the page of the request, and “stop” does more than close.
NOT_HERE = (*ConsultationRequest.NEEDS_ALTERNATIVES, Reason.ASKED_TO_STOP)
REASONS = [(reason, reason_words(reason)) for reason in Reason if reason not in NOT_HERE]


class Refused(Exception):
    """This one stays as it is, for a reason in words."""


def take(stored, details, user):
    if workflow.is_taken_by_another(stored, user):
        raise workflow.TakenByAnother
    workflow.claim(stored, by=user)


def give_back(stored, details, user):
    if stored.owner is None:
        raise Refused("Nobody has it.")
    workflow.let_go(stored, by=user)


def hand_over(stored, details, user):
    workflow.hand_over(stored, by=user, to=details["to"])


def close(stored, details, user):
    try:
        workflow.close(stored, details["reason"], by=user)
    except workflow.NotTrueYet as problem:
        raise Refused(str(problem)) from None


def release(stored, details, user):
    if not stored.held_because:
        raise Refused("It stands in the main list already.")
    workflow.release(stored, by=user)


class Press(NamedTuple):
    button: str
    question: str
    doing: str
    done: str
    change: Callable  # (request, cleaned data of the form, user)


PRESSES = {
    "claim": Press("Take", "Take {}?", "Taking {}", f"It is yours for {CLAIM_HOURS} hours.", take),
    "let_go": Press("Give back", "Give back {}?", "Giving back {}", "The team has it again.", give_back),
    "hand_over": Press(
        "Hand over …", "Hand {} to a colleague?", "Handing over {}", "Your colleague has it now.", hand_over
    ),
    "close": Press("Close …", "Close {}?", "Closing {}", "Closed.", close),
    "release": Press("Not spam", "Move {} to the main list?", "Moving {}", "It stands in the main list.", release),
}


class PressForm(forms.Form):
    what = forms.ChoiceField(choices=[(code, press.button) for code, press in PRESSES.items()])
    # The last entry of all that stood on the list: what came later, nobody has read.
    read_up_to = forms.IntegerField(min_value=0)
    to = forms.ModelChoiceField(
        None, label="Colleague", empty_label="Choose a colleague", error_messages={"required": "Choose a colleague."}
    )
    reason = forms.ChoiceField(
        label="Why",
        choices=REASONS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a reason.", "invalid_choice": "Choose one of these reasons."},
        help_text="“We are full” and “not the right level” need two other places: close those one by one.",
    )

    def __init__(self, data, *, user):
        super().__init__(data, auto_id="press_%s", label_suffix="")
        what = data.get("what")
        if what == "hand_over":
            self.fields["to"].queryset = permissions.colleagues().exclude(pk=user.pk)
            self.fields["to"].label_from_instance = called
        else:
            del self.fields["to"]
        if what != "close":
            del self.fields["reason"]

    @property
    def details(self):
        return [self[name] for name in ("to", "reason") if name in self.fields]


def page(desk, request):
    """Asks for what is missing, and once before it closes, hands over or changes more than what was ticked."""
    if not permissions.may_work(request.user):
        raise PermissionDenied
    filters = Filters(QueryDict(request.POST.get("query", "")), user=request.user)
    form = PressForm(request.POST, user=request.user)
    is_for_all, is_sure = "all" in request.POST, "sure" in request.POST
    chosen = all_of(filters) if is_for_all else ticked(request)
    is_known = form.is_valid() or not {"what", "read_up_to"} & form.errors.keys()
    if not chosen or not is_known:
        desk.message_user(request, "Nothing was changed. Tick the requests first, then press.", messages.WARNING)
        return HttpResponseRedirect(back_to(filters))
    context = {**desk.admin_site.each_context(request), "opts": desk.opts, "back": back_to(filters)}
    if not form.is_valid() or is_for_all or (form.details and not is_sure):
        if not is_sure:
            form.errors.clear()  # nobody was asked yet
        context |= {"query": filters.query, "is_cut": is_for_all and len(chosen) == MOST_AT_ONCE}
        return question(request, form, chosen, context)
    return run(request, form, chosen, context)


def question(request, form, chosen, context):
    """Each is named, so that nobody is closed as an advertisement unseen, and can be left out."""
    found = ConsultationRequest.objects.filter(pk__in=chosen).only("reference", "state", "held_because")
    audit.record_each(AccessRecord.Kind.VIEW, found, by=request.user)
    sees_words = permissions.may_see_words(request.user)
    named = {stored.pk: stored for stored in (with_words(found) if sees_words else found)}
    title = PRESSES[form.data["what"]].question.format(how_many(chosen))
    context |= {
        "title": title,
        "form": form,
        "chosen": [
            (stored, name_of(stored) if sees_words else "", first_words(stored) if sees_words else "")
            for stored in (named[pk] for pk in chosen if pk in named)
        ],
    }
    return TemplateResponse(request, "admin/intake/bulk_question.html", context)


def first_words(stored):
    if not stored.sealed_message:
        return ""
    return Truncator(opened(stored.sealed_message, MESSAGE) or "The words cannot be read").words(FIRST_WORDS)


def run(request, form, chosen, context):
    title = PRESSES[form.cleaned_data["what"]].doing.format(how_many(chosen))
    whole = render_to_string("admin/intake/bulk.html", {**context, "title": title, "here": HERE}, request)
    answer = StreamingHttpResponse(lines(whole, chosen, form.cleaned_data, request.user))
    answer["X-Accel-Buffering"] = "no"  # nginx passes each line on at once
    return answer


def how_many(chosen):
    return "1 request" if len(chosen) == 1 else f"{len(chosen)} requests"


def ticked(request):
    numbers = [int(number) for number in request.POST.getlist("chosen") if number.isdecimal() and len(number) < 19]
    return list(dict.fromkeys(numbers))[:MOST_AT_ONCE]


def all_of(filters):
    moment = timezone.now()
    found = ConsultationRequest.objects.filter(filters.condition(moment)).order_by(*TABS[filters.tab].order)
    return list(found.values_list("pk", flat=True)[:MOST_AT_ONCE])


def back_to(filters):
    return f"{reverse('admin:intake_consultationrequest_changelist')}?{filters.query}"


def lines(whole, chosen, details, user):
    """The page as it grows: a line for each request once it is done, and a sum at its end."""
    head, tail = whole.split(HERE)
    yield head
    changed = refused = 0
    for number, pk in enumerate(chosen, start=1):
        stored = ConsultationRequest.objects.only("reference").filter(pk=pk).first()
        if stored is None:
            continue
        is_done, words = outcome(stored, details, user)
        if is_done:
            changed += 1
        else:
            refused += 1
        line = {"number": number, "all": len(chosen), "stored": stored, "is_done": is_done, "words": words}
        yield render_to_string("admin/intake/bulk_line.html", line)
    yield render_to_string("admin/intake/bulk_sum.html", {"changed": changed, "refused": refused})
    yield tail


def outcome(stored, details, user):
    """(was it done, in words). What cannot be recorded is not done."""
    press = PRESSES[details["what"]]
    try:
        audit.record(AccessRecord.Kind.CHANGE, by=user, request=stored)
        happens(stored.pk, press.change, details, user)
    except Refused as refused:
        return False, str(refused)
    except workflow.NotRead:
        return False, "Something happened to it after you opened the list. Open it and read that first."
    except workflow.TakenByAnother:
        return False, "A colleague has it. Open it to see who."
    except workflow.NotAllowed:
        return False, "That cannot happen in its state. Open it to see what it is."
    except DatabaseError:
        return False, "It could not be saved. Try this one again."
    return True, press.done


@transaction.atomic
def happens(pk, change, details, user):
    """Raises Refused and NotAllowed; then this one is as it was."""
    stored = ConsultationRequest.objects.select_for_update().defer(*SEALED).get(pk=pk)
    if stored.state == stored.State.WITHDRAWN:
        raise Refused(f"It was withdrawn. {workflow.what_is_off(stored, timezone.now())}".strip())
    if workflow.news_for(stored, user, details["read_up_to"]).exists():
        raise workflow.NotRead
    change(stored, details, user)
