"""Mail to one colleague: how much waits, never what. Each chooses how often; of what is late they hear at once."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from clinic import hours
from clinic.models import Clinic
from intake import permissions
from intake.models import ConsultationRequest, Notice, ReminderChoice

HowOften, State = ReminderChoice.HowOften, Notice.State

HOUR = timedelta(hours=1)


def colleagues():
    """Those who get reminders: they may sign in and work on requests, have an address, and did not switch it off."""
    wanted = [HowOften.AT_ONCE, HowOften.HOURLY, HowOften.DAILY]
    return permissions.colleagues().filter(reminder_choice__how_often__in=wanted).exclude(email="")


def nobody_hears():
    """Whether no mail tells anybody of a new or late request: the clinic has no address for it, and no colleague gets
    reminders."""
    return not Clinic.objects.exclude(notices_to="").exists() and not colleagues().exists()


def choose(user, how_often):
    """What waited before the first choice does not count as new."""
    choice, is_made = ReminderChoice.objects.get_or_create(user=user)
    if is_made or choice.how_often == HowOften.OFF:
        choice.reminded_at = timezone.now()
    choice.how_often = how_often
    choice.save()


def make_reminders(now):
    clinic = Clinic.load()
    for choice in ReminderChoice.objects.filter(user__in=colleagues()).select_related("user"):
        if is_due(choice, clinic, now):
            remind(choice, now)


def remind(choice, now):
    with transaction.atomic():
        unchanged = ReminderChoice.objects.filter(pk=choice.pk, reminded_at=choice.reminded_at)
        reminders = Notice.objects.filter(kind=Notice.Kind.REMINDER, to=choice.user)
        # Asked again, for another worker may have been faster.
        if reminders.filter(state=State.WAITING).exists() or not unchanged.update(reminded_at=now):
            return
        # The new one counts what the failed one did.
        reminders.filter(state=State.FAILED).update(state=State.NOT_NEEDED)
        Notice.objects.create(kind=Notice.Kind.REMINDER, to=choice.user)


def counted(notices, now):
    """What came while a reminder waited stands in it, so it needs no other."""
    ReminderChoice.objects.filter(user__in=notices.values("to"), reminded_at__lt=now).update(reminded_at=now)


def is_due(choice, clinic, now):
    user, since = choice.user, choice.reminded_at or choice.user.date_joined
    if is_late_since(since, user, clinic, now):
        return True
    if choice.how_often == HowOften.AT_ONCE:
        came = Notice.objects.filter(kind=Notice.Kind.NEW_REQUEST, created_at__gt=since, created_at__lte=now)
        return waiting_for(user, now).filter(pk__in=came.values("request")).exists()
    return is_time(choice.how_often, since, clinic, now) and any(counts(user, clinic, now).values())


def is_time(how_often, since, clinic, now):
    """Only while somebody is in: nobody is woken by what can wait until the morning."""
    local = now.astimezone(clinic.zone)
    if how_often == HowOften.HOURLY:
        return now - since >= HOUR and hours.open_until(clinic.schedule, local) is not None
    today = clinic.schedule.on(local.date())
    return bool(today) and since < datetime.combine(local.date(), today[0][0], tzinfo=clinic.zone) <= now


def waiting_for(user, now):
    return ConsultationRequest.objects.waiting().within_reach_of(user, now)


def late_for(user, clinic, now):
    """Requests and estimates that are late. One that is with a colleague who gets no reminders is everybody’s."""
    today = now.astimezone(clinic.zone).date()
    late = ConsultationRequest.objects.overdue(now) | ConsultationRequest.objects.estimates_late(today)
    return late.within_reach_of(user, now) | late.exclude(owner__in=colleagues())


def is_late_since(since, user, clinic, now):
    told = Q(alarmed_at__gt=since) | Q(estimate_alarmed_at__gt=since)
    given_up = Q(claimed_until__gt=since, claimed_until__lte=now)
    return late_for(user, clinic, now).filter(told | given_up).exists()


def counts(user, clinic, now):
    waiting = waiting_for(user, now)
    return {
        "New": waiting.filter(state=ConsultationRequest.State.NEW).count(),
        "Waiting": waiting.count(),
        "Late": late_for(user, clinic, now).count(),
    }


def words(found):
    return " ".join(f"{name}: {count}." for name, count in found.items())
