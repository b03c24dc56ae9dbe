"""What the person who wrote does with a request: send it, change it, ask, pause it, take it back."""

from collections import Counter

from django.db import IntegrityError, transaction
from django.utils import timezone

from clinic import hours
from clinic.models import Page
from intake import notices, privacy, private_page, search_keys, slots
from intake.encryption import CannotDecrypt
from intake.models import CaseEntry, ConsultationRequest
from intake.models.request import NO_PROMISE_LASTS, is_to_meet
from intake.workflow.moves import NO_MEETING, Kind, State, move

ESTIMATE_BUSINESS_DAYS = 3  # 45 CFR 149.610(b)(1)(vi): within 3 business days of being asked
NO_CALL_ANY_MORE = "They do not want a call any more. The consultation by phone is off."


class SentWithOtherWords(Exception):
    """This form was sent before, and holds something else now."""


class TakenBack(SentWithOtherWords):
    """This form was sent before, and the person withdrew what it held."""


class SlotTaken(Exception):
    """Somebody else chose the last place of this half hour a moment ago."""


def promise(clinic):
    """The moment by which a request sent now is answered, with those before it in the queue; None without hours."""
    waiting = ConsultationRequest.objects.waiting().count()
    return hours.promise(
        clinic.schedule, clinic.local_now(), clinic.reply_hours, waiting=waiting, per_hour=clinic.replies_per_hour
    )


def due(clinic, call_at):
    """The moment the person is told: the end of the half hour they chose, or else the promise."""
    return slots.end_of(call_at) if call_at else promise(clinic)


def free_slots(clinic, *, own=None):
    """The half hours that can be chosen, and `own`: the one that this request holds already."""
    if not clinic.answers_by_phone:
        return []
    now = clinic.local_now()
    # A held request holds no slot: a machine could take them all.
    chosen = ConsultationRequest.objects.main_list().filter(call_at__gte=now).values_list("call_at", flat=True)
    offered = slots.offered(clinic.schedule, now, Counter(chosen), clinic.calls_per_half_hour)
    free = {slot for slot in offered if not slots.too_early_or_late(slot, clinic.zone)}
    return sorted({*free, own.astimezone(clinic.zone)} if own else free)


def check_slot(call_at, clinic):
    """After it was stored and before the commit; on SQLite nobody else writes meanwhile (IMMEDIATE in the settings)."""
    chosen = ConsultationRequest.objects.main_list().filter(call_at=call_at)
    if call_at and chosen.count() > clinic.calls_per_half_hour:
        raise SlotTaken


def estimate_due(clinic, wants_estimate):
    today = clinic.local_now().date()
    return hours.business_days_after(clinic.schedule, today, ESTIMATE_BUSINESS_DAYS) if wants_estimate else None


def receive(form, *, token, held_because="", page=""):
    """Store what the form holds and return the request. The same form again returns the request it made before, and
    raises SentWithOtherWords when it was changed since, or SlotTaken: then nothing is stored and nothing may be lost.

    When this returns, the request is on disk (PRAGMA synchronous=FULL in the settings).
    """
    clinic, answers = form.clinic, form.answers()
    promised = due(clinic, answers.get("call_at"))
    request = ConsultationRequest(
        form_token=token.id,
        held_because=held_because,
        first_promise=promised,
        reply_by=promised,
        estimate_due=estimate_due(clinic, answers["wants_estimate"]),
        **consent_of(form, token, page),
        **answers,
    )
    request.secret_digest = private_page.digest(request.reference, private_page.secret_of(token.id))
    try:
        with transaction.atomic():
            request.save(force_insert=True)
            check_slot(request.call_at, clinic)
            search_keys.replace_keys(request)
            CaseEntry.objects.create(request=request, kind=Kind.RECEIVED, at=request.received_at)
            notices.announce(request)
            notices.confirm(request)
    except IntegrityError:
        # Sent twice, by a double press or from an old window: the first one counts.
        request = sent_before(token)
        if request is None:
            raise  # another rule of the database, not the token: nothing was stored
        if request.state == State.WITHDRAWN:
            raise TakenBack(request.reference) from None
        if differs(request, answers):
            raise SentWithOtherWords(request.reference) from None
    return request


def consent_of(form, token, page):
    """What was agreed to now: the words on the screen, and the privacy notice that stands on the site."""
    return {
        "consent_wording": form.consent(token.consent_lines),
        "consent_version": token.consent_version,
        "consented_at": timezone.now(),
        "consent_page": page,
        "privacy_version": Page.objects.filter(kind=Page.Kind.PRIVACY).values_list("version", flat=True).first(),
    }


def differs(request, answers):
    return any(getattr(request, name) != answer for name, answer in answers.items())


def sent_before(token):
    """The request this form made, or None. Raises SentWithOtherWords when its words cannot be read any more: whether
    they are the same is then unknown, so the form is treated as changed."""
    try:
        return ConsultationRequest.objects.select_related("program").filter(form_token=token.id).first()
    except CannotDecrypt:
        raise SentWithOtherWords from None


def owes(held):
    """Whether we owe a reply with a time. `held` is the request as read inside the transaction."""
    return held.state in (*held.OURS, State.PAUSED) and held.reply_by is not None


def sooner(held, by):
    """What changes when a reply is owed `by` then. One that we owe sooner keeps its time: asking twice must not make a
    late answer look early."""
    if owes(held) and (by is None or held.reply_by <= by):
        return {}
    return {"reply_by": by, "alarmed_at": None}


def clock_of_a_change(held, clinic, call_at):
    if owes(held) and call_at == held.call_at:
        return {}
    by = due(clinic, call_at)
    # Another half hour for our call gives us no longer to answer what they asked.
    clock = sooner(held, by) if is_asked(held) else {"reply_by": by, "alarmed_at": None}
    return clock | {"attempts": 0}


def clock_of_a_question(held, clinic):
    """An answer is promised as any reply is, also where the call that comes next is later. In a pause only its time
    says that it is owed, so there is one without staffed hours, too."""
    in_a_pause = timezone.now() + NO_PROMISE_LASTS if held.state == State.PAUSED else None
    return sooner(held, promise(clinic) or in_a_pause) | ({} if owes(held) else {"attempts": 0})


@transaction.atomic
def correct(request, form, *, token, page=""):
    """The person changed what they told us; what is the same as before changes nothing. New words in a pause are a
    question, too: the answer waits on their page. Raises SlotTaken and NotAllowed; then nothing is changed."""
    clinic, answers = form.clinic, form.answers()
    held = ConsultationRequest.objects.select_related("program").get(pk=request.pk)
    if held.state == State.PAUSED:
        answers["call_at"] = None  # nobody calls in a pause, and the half hour is free for another person
    if not answers["may_call"] and held.consultation_by not in ("", ConsultationRequest.ConsultationBy.PHONE):
        answers["time_zone"] = held.time_zone  # asked only about calls, but we still meet, and say when by their clock
    if not differs(held, answers):
        return
    if held.state != State.PAUSED:
        answers |= clock_of_a_change(held, clinic, answers.get("call_at"))
    if answers["wants_estimate"] != held.wants_estimate:
        answers |= {"estimate_due": estimate_due(clinic, answers["wants_estimate"]), "estimate_sent_at": None}
        answers["estimate_alarmed_at"] = None
    if answers["phone"] != held.phone:
        answers |= {"number_is_wrong": False, "attempts": 0}
    text = ""
    if held.consultation_by == ConsultationRequest.ConsultationBy.PHONE and not answers["may_call"]:
        # In a pause it stands, as off, until whoever was to meet them has seen it.
        answers |= {} if held.state == State.PAUSED else NO_MEETING
        is_over = not held.is_to_meet(timezone.now())
        text = "" if is_over else NO_CALL_ANY_MORE
    if answers["may_call"] or answers["may_text"] or answers["may_email"]:
        answers["stopped_at"] = None  # they asked us to stop, and now allow it again
    move(request, Kind.CORRECTED, text=text, **consent_of(form, token, page), **answers)
    if held.state == State.PAUSED and answers["message"] not in ("", held.message):
        move(request, Kind.ASKED, text=answers["message"], **clock_of_a_question(held, clinic))
    if request.call_at != held.call_at:
        check_slot(request.call_at, clinic)
    search_keys.replace_keys(request)
    notices.announce(request)


@transaction.atomic
def ask(request, text, *, clinic):
    """A question from the private page. The same text again, by a second press, is the same question."""
    last = request.entries.last()
    if last and last.kind == Kind.ASKED and last.text == text:
        return
    held = ConsultationRequest.objects.only("state", "reply_by").get(pk=request.pk)
    move(request, Kind.ASKED, text=text, **clock_of_a_question(held, clinic))
    notices.announce(request)


@transaction.atomic
def pause(request, *, by=None, read_up_to=None):
    """Nobody calls or writes. A question that waits for its answer keeps its time: the answer waits on the page."""
    still_due = {} if is_asked(request) else {"reply_by": None}
    move(request, Kind.PAUSED, by=by, read_up_to=read_up_to, call_at=None, **still_due)


def about_questions(request):
    """None of what is closed: nobody waits there."""
    return request.entries.about_questions().filter(request__state__in=ConsultationRequest.OPEN)


def question_that_waits(request):
    """The entry in which the person asked something that nothing has ended since, or None."""
    last = about_questions(request).last()
    return last if last and last.kind == Kind.ASKED else None


def is_asked(request):
    """Whether a question waits. Nothing is decrypted."""
    return about_questions(request).values_list("kind", flat=True).last() == Kind.ASKED


@transaction.atomic
def resume(request, *, clinic, by=None, read_up_to=None):
    held = ConsultationRequest.objects.only("reply_by", "consultation_by", "may_call").get(pk=request.pk)
    changes = {} if held.reply_by else {"reply_by": promise(clinic), "alarmed_at": None}
    if held.consultation_by == ConsultationRequest.ConsultationBy.PHONE and not held.may_call:
        changes |= NO_MEETING
    move(request, Kind.RESUMED, by=by, read_up_to=read_up_to, attempts=0, **changes)
    notices.announce(request)


@transaction.atomic
def withdraw(request, *, by=None, read_up_to=None):
    """Erase what the person told us: they pressed the button, or asked somebody of the team. The reference, the times
    and what staff did stay, and point to nobody."""
    for field in privacy.erased_fields(ConsultationRequest):
        if field.many_to_many:
            getattr(request, field.name).clear()
    request.entries.update(**empty(CaseEntry))
    request.search_keys.all().delete()
    # Of one that is not over, whoever waits for them has to learn.
    is_to_tell = ConsultationRequest.objects.filter(is_to_meet(timezone.now()), pk=request.pk).exists()
    no_meeting = {} if is_to_tell else NO_MEETING
    move(request, Kind.WITHDRAWN, by=by, read_up_to=read_up_to, **empty(ConsultationRequest), **no_meeting)


def empty(model):
    """What its columns hold after the person withdrew."""
    return {field.name: field.get_default() for field in privacy.erased_fields(model) if not field.many_to_many}
