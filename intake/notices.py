"""Mail that says there is something to read, never what it says. The desk counts the same things without any mail."""

import logging
import secrets
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import F, Max, Q
from django.urls import reverse
from django.utils import timezone

from clinic.models import Clinic
from intake import reminders, search_keys
from intake.models import ConsultationRequest, Notice, ReminderChoice, SearchKey

logger = logging.getLogger(__name__)

SUBJECTS = {
    Notice.Kind.NEW_REQUEST: "New on the desk",
    Notice.Kind.OVERDUE: "Late on the desk",
    Notice.Kind.ESTIMATE: "Late estimate on the desk",
    Notice.Kind.RECEIPT: "Your reference",
    Notice.Kind.REMINDER: "Waiting on the desk",
}
TO_THE_CLINIC = (Notice.Kind.NEW_REQUEST, Notice.Kind.OVERDUE, Notice.Kind.ESTIMATE)
TO_ONE = (Notice.Kind.REMINDER, Notice.Kind.RECEIPT)
# Longer than any try: settings.EMAIL_TIMEOUT bounds the wait for each answer of the mail server.
LEASE = timedelta(minutes=5)
PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
PATIENCE = timedelta(days=1)
FEWEST_TRIES = 10  # a machine that was off for two days has not tried yet
MAILS_A_TURN = 20  # of those that go to one person
RECEIPTS_A_DAY = 2  # to one address


def announce(request):
    """Tell staff that there is something to read. Belongs into the transaction that stores it."""
    if not request.held_because:
        Notice.objects.create(kind=Notice.Kind.NEW_REQUEST, request=request)


def confirm(request):
    """Send the reference to the person who asked for it. Belongs into the transaction that stores the request.

    Anybody can type anybody's address, so one address gets few of them."""
    if not request.wants_receipt or request.held_because:
        return
    # Whoever asked us to stop since they agreed to this one gets nothing under it.
    if search_keys.with_the_same_contact(request).filter(stopped_at__gt=request.consented_at).exists():
        return
    same_address = SearchKey.objects.filter(
        kind=SearchKey.Kind.EMAIL,
        digest__in=request.search_keys.filter(kind=SearchKey.Kind.EMAIL).values("digest"),
    )
    sent = Notice.objects.filter(
        kind=Notice.Kind.RECEIPT,
        created_at__gt=timezone.now() - timedelta(days=1),
        request__in=same_address.values("request"),
    )
    if sent.count() < RECEIPTS_A_DAY:
        Notice.objects.create(kind=Notice.Kind.RECEIPT, request=request)


def drop_all_to_the_person(request):
    waiting = request.notices.filter(kind__in=Notice.TO_THE_PERSON, state=Notice.State.WAITING)
    waiting.update(state=Notice.State.NOT_NEEDED, ended_at=timezone.now())


def raise_alarms(now):
    raise_alarm(ConsultationRequest.objects.overdue(now), Notice.Kind.OVERDUE, "alarmed_at", now)


def raise_estimate_alarms(now):
    late = ConsultationRequest.objects.estimates_late(now.astimezone(Clinic.load().zone).date())
    raise_alarm(late, Notice.Kind.ESTIMATE, "estimate_alarmed_at", now)


def raise_alarm(late, kind, alarmed, now):
    """Once for each: `alarmed` is the field that says when."""
    for pk in late.filter(**{alarmed: None}).values_list("pk", flat=True):
        with transaction.atomic():
            # Asked again, for another worker or a colleague who answers may have been faster.
            if late.filter(pk=pk, **{alarmed: None}).update(**{alarmed: now}):
                Notice.objects.create(kind=kind, request_id=pk)


def send_waiting(now):
    """The clinic gets one mail for all that is new and one for all that is late. Nothing is locked and no transaction
    is open while the mail server is asked: that would stop the request form."""
    Notice.objects.filter(no_longer_true(), state=Notice.State.WAITING).update(
        state=Notice.State.NOT_NEEDED, ended_at=now
    )
    for kind in TO_THE_CLINIC:
        if not deliver(due(now).filter(kind=kind), kind, now):
            return
    for kind in TO_ONE:
        # Who waits longest comes first: a mail that fails again and again lets the others pass.
        mails = due(now).filter(kind=kind).order_by("next_try_at")
        for pk in list(mails.values_list("pk", flat=True)[:MAILS_A_TURN]):
            if not deliver(mails.filter(pk=pk), kind, now):
                return


@transaction.atomic
def try_again(failed, now):
    """Staff repaired what was wrong: mails that were given up wait again. Of a reminder a new one is made."""
    failed = failed.filter(state__in=Notice.UNSENT)
    reminders_failed = failed.filter(kind=Notice.Kind.REMINDER)
    ReminderChoice.objects.filter(user__in=reminders_failed.values("to")).update(reminded_at=None)
    again = reminders_failed.update(state=Notice.State.NOT_NEEDED)
    return again + failed.update(state=Notice.State.WAITING, ended_at=None, next_try_at=now, tries=0, created_at=now)


def due(now):
    return Notice.objects.filter(state=Notice.State.WAITING, next_try_at__lte=now).exclude(in_a_pause())


def in_a_pause():
    """Mail to a person who wants to hear nothing now: it waits until they go on."""
    return Q(kind__in=Notice.TO_THE_PERSON, request__state=ConsultationRequest.State.PAUSED)


def no_longer_true():
    requests = ConsultationRequest.objects
    return (
        Q(request__state=ConsultationRequest.State.WITHDRAWN)
        | Q(kind__in=Notice.TO_THE_PERSON, request__stopped_at__isnull=False)
        | Q(kind=Notice.Kind.RECEIPT, request__wants_receipt=False)
        | Q(kind=Notice.Kind.OVERDUE) & ~Q(request__in=requests.owed())
        | Q(kind=Notice.Kind.ESTIMATE) & ~Q(request__in=requests.estimates_owed())
        | Q(kind=Notice.Kind.REMINDER) & ~Q(to__in=reminders.colleagues())
    )


def deliver(notices, kind, now):
    """Returns whether the mail server is worth another mail in this turn.

    Each mail is sent at least once: a worker that dies after sending, before it could write so, leaves a lease that
    runs out, and then the mail is sent again. The other way round one could be lost.
    """
    # The lease is also what tells this worker's notices from another's, so no two are alike.
    lease = now + LEASE + timedelta(microseconds=secrets.randbelow(1_000_000))
    count = notices.update(next_try_at=lease, tries=F("tries") + 1)
    if not count:
        return True
    claimed = Notice.objects.filter(state=Notice.State.WAITING, next_try_at=lease)
    try:
        state = send(claimed, kind, now)
    except Exception as problem:  # whatever it is: no mail may stop the others, and each ends where staff can see it
        note_failure(claimed, problem, now)
        logger.warning("Mail not sent: %s, %d (%s).", kind, count, type(problem).__name__)
        return isinstance(problem, SMTPRecipientsRefused) or not isinstance(problem, OSError)
    if state == Notice.State.WAITING:
        return True  # when they go on, the lease has run out or soon does
    if kind == Notice.Kind.REMINDER:
        reminders.counted(claimed, now)
    claimed.update(state=state, ended_at=now, problem="")
    logger.info("Mail %s: %s, %d.", state, kind, count)
    return True


def send(claimed, kind, now):
    """Returns the state in which its notices end, or WAITING when the person paused a moment ago."""
    if not mail_for(claimed, kind, now):
        return without_a_mail(claimed, kind)
    with get_connection() as connection:
        # Asked again: while the mail server took its time, the person may have asked us to stop, or paused.
        mail = mail_for(claimed, kind, now)
        if not mail:
            return without_a_mail(claimed, kind)
        connection.send_messages([mail])
    return Notice.State.DELIVERED


def without_a_mail(claimed, kind):
    if claimed.filter(in_a_pause()).exists():
        return Notice.State.WAITING
    if kind in TO_THE_CLINIC and claimed.exclude(no_longer_true()).exists():
        return Notice.State.NOBODY if reminders.nobody_hears() else Notice.State.NO_ADDRESS
    return Notice.State.NOT_NEEDED


def mail_for(claimed, kind, now):
    """None when there is nobody to tell, or nothing to tell any more."""
    notices = claimed.exclude(no_longer_true()).exclude(in_a_pause())
    count = notices.count()
    if not count:
        return None
    if kind == Notice.Kind.RECEIPT:
        reference, address = notices.values_list("request__reference", "request__email").get()
        body = f"{reference}\n\nKeep it. If this is not yours, you can delete this mail.\n"
    elif kind == Notice.Kind.REMINDER:
        colleague = notices.select_related("to").get().to
        found = reminders.counts(colleague, Clinic.load(), now)
        address = colleague.email if any(found.values()) else ""
        body = f"{reminders.words(found)}\n{settings.SITE_URL}{reverse('admin:index')}\n"
    else:
        address = Clinic.load().notices_to
        queue = reverse("admin:intake_consultationrequest_changelist")
        body = f"{SUBJECTS[kind]}: {count}\n{settings.SITE_URL}{queue}\n"
    return EmailMessage(SUBJECTS[kind], body, to=[address]) if address else None


def note_failure(claimed, problem, now):
    # Only the kind of the problem: its text may quote an address.
    name = type(problem).__name__
    if is_nobody_there(problem):
        hopeless = claimed
    else:
        hopeless = claimed.filter(created_at__lte=now - PATIENCE, tries__gte=FEWEST_TRIES)
    hopeless.update(state=Notice.State.FAILED, ended_at=now, problem=name)
    tries = claimed.aggregate(most=Max("tries", default=1))["most"]
    claimed.update(next_try_at=now + pause(problem, tries), problem=name)


def is_nobody_there(problem):
    return isinstance(problem, SMTPRecipientsRefused) and all(
        code >= 500 for code, _answer in problem.recipients.values()
    )


def pause(problem, tries):
    """A server that is away or says “later” is asked every minute, so that all mail is out soon after it heals. One
    that says no (a wrong password, a sender it does not take) is asked ever less often: it may shut us out."""
    if isinstance(problem, SMTPResponseException) and problem.smtp_code >= 500:
        return min(PAUSE * 2 ** min(tries - 1, 10), LONGEST_PAUSE)
    return PAUSE
