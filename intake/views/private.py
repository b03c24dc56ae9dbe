"""The private page: opened with the reference and the secret, each step a POST, so that no address says anything."""

import logging
from contextlib import contextmanager

from django.db import DatabaseError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clinic import error_pages, hours
from intake import appointment, audit, contact_rules, form_token, person_words, private_page, throttle, workflow
from intake.encryption import CannotDecrypt
from intake.forms import CONSENT_VERSION, IntakeForm, OpenForm, QuestionForm, as_typed, consent_lines
from intake.models import CaseEntry, ConsultationRequest
from intake.views.request import is_our_own_form, keeps_what_was_typed, new_form, show_form

logger = logging.getLogger(__name__)

TRIES, TRIES_OF_A_PLACE, TRY_SECONDS = 5, 30, 15 * 60
TYPED = [*IntakeForm.base_fields, *QuestionForm.base_fields]
State = ConsultationRequest.State
TIME_IS_OFF = " The time we had agreed is off. If you saved it to a calendar, delete it there."
ANSWER_HERE = " The answer to what you asked will stand on this page."
TALK = (CaseEntry.Kind.ASKED, CaseEntry.Kind.ANSWERED)


def guarded(view):
    """Only our own pages may post here, and a failure says so and keeps what was typed."""

    @keeps_what_was_typed
    @require_http_methods(["GET", "HEAD", "POST"])
    def guard(request):
        if request.method == "POST" and not is_our_own_form(request):
            return error_pages.forbidden(request)
        return view(request)

    return guard


def with_the_request(view):
    """For a step on an open page: the pass that the page carries becomes the request it stands for."""

    @guarded
    def step(request):
        if request.method != "POST":
            return redirect("private")  # such as a tab that the browser opens again
        stored = private_page.of_pass(request.POST.get("pass", ""))
        if stored is None:
            return show_closed(request, OpenForm(), is_too_old=True)
        try:
            return view(request, stored)
        except workflow.NotAllowed:
            stored.refresh_from_db()
            return show_refused(request, stored, note="This changed a moment ago. Nothing was done.")

    return step


@contextmanager
def already(stored, *states):
    """A second press finds done what it asks for: that is no failure."""
    try:
        yield
    except workflow.NotAllowed:
        stored.refresh_from_db()
        if stored.state not in states:
            raise


def refuse_what_is_over(stored):
    """Before anything is checked: what is over shows no form, and keeps what was typed whatever is wrong with it."""
    if stored.state == State.WITHDRAWN:
        raise workflow.NotAllowed(stored.reference)


@guarded
def open_page(request):
    if request.method != "POST":
        return show_closed(request, OpenForm())
    form = OpenForm(request.POST)
    if not form.is_valid():
        return show_closed(request, form)
    reference, secret = form.cleaned_data["reference"], form.cleaned_data["secret"]
    # First, so that nobody can lock another person out. The brake is for wrong pairs only: nobody guesses 73 bits.
    if stored := private_page.request_of(reference, secret):
        return show_opened(request, stored)
    tries = tries_of(throttle.source_of(request), reference)
    if slowed_down(tries):
        return show_closed(request, form, is_slowed=True, status=429)
    count_a_try(tries)
    return show_closed(request, form, is_wrong=True)


def show_refused(request, stored, *, note=""):
    """What was typed for a request that was taken back meanwhile waits in the form for a new one."""
    if stored.state == State.WITHDRAWN and "name" in request.POST:
        return show_form(request, new_form(request, request.POST), is_taken_back=True)
    if stored.state == State.WITHDRAWN and request.POST.get("text"):
        return show_form(request, new_form(request, initial={"message": request.POST["text"]}), is_taken_back=True)
    return show(request, stored, note=note)


def show_opened(request, stored):
    """The page, or the step for which something was typed on a page that was too old."""
    if stored.state == State.WITHDRAWN:
        return show_refused(request, stored)
    if "name" in request.POST:
        return show_change(request, stored, change_form(request, stored, request.POST), is_stale=True)
    return show(request, stored, typed=request.POST.get("text", ""))


def tries_of(source, reference):
    """What is counted, and how often it may be; unknown senders are not one sender."""
    if not source:
        return {}
    return {("private page", source, private_page.bare(reference)): TRIES, ("private page", source): TRIES_OF_A_PLACE}


def slowed_down(tries):
    """The same for a reference that exists and one that does not."""
    try:
        return any(throttle.seen(*what) >= most for what, most in tries.items())
    except DatabaseError:
        return False


def count_a_try(tries):
    try:
        for what in tries:
            throttle.count(*what, seconds=TRY_SECONDS)
    except DatabaseError as problem:
        logger.warning("A try was not counted: %s", type(problem).__name__)


def show_closed(request, form, *, status=200, **notes):
    """`notes` are is_wrong, is_slowed and is_too_old. What was typed on a page too old waits in the form."""
    typed = [(name, value) for name in TYPED for value in request.POST.getlist(name)]
    context = {"form": form, "typed": typed, **notes}
    return render(request, "intake/private_closed.html", context, status=status)


def new_pass(stored):
    return private_page.seal(stored, private_page.PASS, private_page.PASS_MINUTES)


def show(request, stored, *, note="", question=None, typed=""):
    try:
        context = all_of(request, stored, question or QuestionForm(initial={"text": typed}))
    except CannotDecrypt:
        if any(request.POST.get(name) for name in TYPED):
            raise  # what was typed comes back on a page of its own
        context = {"stored": stored, "pass": new_pass(stored), "note": note}
        return render(request, "intake/private_unreadable.html", context, status=503)
    return render(request, "intake/private.html", {**context, "note": note})


def all_of(request, stored, question):
    clinic = request.clinic

    def when(moment):
        return contact_rules.when_it_was(moment, stored, clinic)

    def clock(moment):
        return hours.clock(moment.astimezone(stored.zone(clinic)))

    entries = list(stored.entries.all())
    said = [entry for entry in entries if entry.kind in TALK and entry.text]
    return {
        "stored": stored,
        "pass": new_pass(stored),
        "question": question,
        "is_over": stored.state == State.WITHDRAWN,
        "closed": person_words.WHY_CLOSED[stored.closing_reason] if stored.state == State.CLOSED else "",
        "elsewhere": places_for(stored),
        "booked": meeting(stored, clinic),
        "is_off": stored.state in stored.OPEN and person_words.is_off(entries),
        "is_paused": stored.state == State.PAUSED,
        "is_ours": stored.state in stored.OURS,
        "call_stays": stored.can_be_called and bool(said) and said[-1].by_id is not None,
        "is_late": stored.reply_by and stored.reply_by < timezone.now(),
        "reply": contact_rules.when_we_reply(stored, clinic),
        "promises": contact_rules.what_we_do(stored, clinic),
        "talk": [(entry, when(entry.at)) for entry in said],
        "happened": [
            (when(entry.at), person_words.HAPPENED[entry.kind])
            for entry in entries
            if entry.kind in person_words.HAPPENED
        ],
        "held": contact_rules.what_we_hold(stored, clinic),
        "opened": [
            (when(last) if clock(first) == clock(last) else f"{clock(first)} to {when(last)}", words)
            for first, last, words in person_words.looks(audit.records_of(stored))
        ],
    }


def places_for(stored):
    """Where else the person can turn, for as long as it is closed; nothing for who asked us to stop."""
    if stored.state != State.CLOSED or stored.closing_reason == ConsultationRequest.ClosingReason.ASKED_TO_STOP:
        return []
    return list(stored.alternatives.all())


def is_to_come(stored):
    """Whether a consultation is booked and not over yet."""
    return stored.state not in stored.OVER and stored.is_to_meet(timezone.now())


def meeting(stored, clinic):
    """When and how we talk, or "" without a consultation."""
    if not is_to_come(stored):
        return ""
    when = contact_rules.consultation_words(stored, clinic)
    if stored.state == State.PAUSED:
        return f"{when}. This time is off unless you go on."
    if stored.consultation_by == ConsultationRequest.ConsultationBy.PHONE and stored.number_is_wrong:
        return f"{when}. Your number did not work. Give us another one, and we call you."
    return f"{when}. {person_words.BOOKED_BY[stored.consultation_by]}"


@with_the_request
def look(request, stored):
    """The page as it is now, without the code: from the receipt, and on the way back from a step."""
    return show(request, stored)


@with_the_request
def calendar(request, stored):
    if not is_to_come(stored) or stored.state == State.PAUSED:
        return show(request, stored, note="No time is set now. Ask us for one.")
    return appointment.response(stored)


@with_the_request
def ask(request, stored):
    refuse_what_is_over(stored)
    form = QuestionForm(request.POST)
    if not form.is_valid():
        return show(request, stored, question=form)
    if not private_page.is_readable(stored):
        raise CannotDecrypt(stored.reference)  # nobody could answer it: it goes back to who asked
    workflow.ask(stored, form.cleaned_data["text"], clinic=request.clinic)
    return show(request, stored, note="We have your question. The answer will stand on this page.")


@with_the_request
def pause(request, stored):
    with already(stored, State.PAUSED):
        workflow.pause(stored)
    return show(request, stored, note="We do not call or write until you say so.")


@with_the_request
def resume(request, stored):
    with already(stored, *stored.OURS, State.WAITING_ON_THEM):
        workflow.resume(stored, clinic=request.clinic)
    return show(request, stored, note="We go on where we stopped.")


@with_the_request
def withdraw(request, stored):
    if request.POST.get("sure") != "yes":
        context = {
            "pass": new_pass(stored),
            "may_pause": stored.state in workflow.MOVES[CaseEntry.Kind.PAUSED],
            "agreed": contact_rules.consultation_words(stored, request.clinic) if is_to_come(stored) else "",
        }
        return render(request, "intake/private_withdraw.html", context)
    is_off = TIME_IS_OFF * is_to_come(stored)
    with already(stored, State.WITHDRAWN):
        workflow.withdraw(stored)
    return show(request, stored, note=f"It is done. We erased what you told us.{is_off}")


@with_the_request
def change(request, stored):
    """The form again, with what we hold in it, and then what was changed."""
    refuse_what_is_over(stored)
    if "name" not in request.POST:
        return show_change(request, stored, change_form(request, stored, initial=as_typed(stored)))
    form = change_form(request, stored, request.POST)
    token = form_token.read(request.POST.get("token", ""))
    if not form.is_valid():
        return show_change(request, stored, form)
    if token is None or not form.is_covered_by(token.consent_lines):
        return show_change(request, stored, form, is_stale=True)
    was_to_come = is_to_come(stored)
    try:
        workflow.correct(stored, form, token=token, page=request.path)
    except workflow.SlotTaken:
        form.add_error("call_at", form.fields["call_at"].error_messages["invalid_choice"])
        return show_change(request, stored, form)
    is_off = TIME_IS_OFF * (was_to_come and not is_to_come(stored))
    answer_here = ANSWER_HERE * workflow.is_asked(stored)
    return show(request, stored, note=f"We changed it. From now on we keep to what you say here.{is_off}{answer_here}")


def change_form(request, stored, typed=None, **options):
    is_paused = stored.state == State.PAUSED
    return IntakeForm(
        typed,
        clinic=request.clinic,
        free_slots=[] if is_paused else workflow.free_slots(request.clinic, own=stored.call_at),
        is_correction=True,
        held_program=stored.program_id,
        **options,
    )


def show_change(request, stored, form, **notes):
    """`notes`: is_stale."""
    lines = consent_lines(request.clinic)
    context = {
        "form": form,
        "pass": new_pass(stored),
        "token": form_token.new(lines, CONSENT_VERSION),
        "consent": lines[""],
        **notes,
    }
    return render(request, "intake/private_change.html", context)
