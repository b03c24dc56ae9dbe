"""The only code that stores a request or changes its state."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from clinic import hours
from clinic.models import Clinic, OpeningHours
from intake.encryption import CannotDecrypt, decrypt, encrypt
from intake.models import ConsultationRequest

RECEIPT_PLACE = "intake.receipt"
RECEIPT_MINUTES = 30


class AlreadyAnswered(Exception):
    """A colleague was faster."""


class SentWithOtherWords(Exception):
    """This form was sent before, and holds something else now."""


def receive(form, *, token):
    """Store what the form holds and return the request. The same form again returns the request it made before, and
    raises SentWithOtherWords when it was changed since: then nothing is stored and nothing may be lost.

    When this returns, the request is on disk (PRAGMA synchronous=FULL in the settings).
    """
    clinic = Clinic.load()
    schedule = hours.Schedule.of(OpeningHours.objects.all())
    answers = {name: value for name, value in form.cleaned_data.items() if name != "consent"}
    request = ConsultationRequest(
        form_token=token,
        reply_by=hours.reply_by(schedule, clinic.local_now(), clinic.reply_hours),
        consent_wording=form.consent_wording,
        **answers,
    )
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError:
        # Sent twice, by a double press or from an old window: the first one counts.
        request = sent_before(token)
        if request is None:
            raise  # another rule of the database, not the token: nothing was stored
        if any(getattr(request, name) != answer for name, answer in answers.items()):
            raise SentWithOtherWords(request.reference) from None
    return request


def sent_before(token):
    """The request this form made, or None. Raises SentWithOtherWords when its words cannot be read any more: whether
    they are the same is then unknown, so the form is treated as changed."""
    try:
        return ConsultationRequest.objects.select_related("program").filter(form_token=token).first()
    except CannotDecrypt:
        raise SentWithOtherWords from None


def mark_answered(request, *, by):
    """Raises AlreadyAnswered when somebody has."""
    changed = ConsultationRequest.objects.waiting().filter(pk=request.pk)
    if not changed.update(answered_at=timezone.now(), answered_by=by):
        raise AlreadyAnswered(request.reference)


def receipt_code(request):
    """An opaque code that shows the receipt for a while. It holds nothing that can be read from an address."""
    expires = int(timezone.now().timestamp()) + RECEIPT_MINUTES * 60
    return encrypt(f"{expires}:{request.pk}", RECEIPT_PLACE)


def request_of_receipt(code):
    """The request a receipt code stands for, or None when it is unknown or too old."""
    try:
        expires, pk = decrypt(code, RECEIPT_PLACE).split(":")
    except CannotDecrypt:
        return None
    if int(expires) < timezone.now().timestamp():
        return None
    return ConsultationRequest.objects.select_related("program").filter(pk=pk).first()
