"""The page on which a person sees what we hold: its secret, the pass from one press to the next, and its rows.

The secret is made from the form that was sent, so that the same form shows the same receipt; what is stored proves it
and cannot give it back. Nothing here looks anything up by a name, a number or an address.
"""

import hashlib
import hmac
import unicodedata

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from intake.encryption import CannotDecrypt, decrypt, encrypt, sealed_fields
from intake.models import REFERENCE_ALPHABET, ConsultationRequest

SECRET_GROUPS, GROUP_LETTERS = 4, 4  # 16 of 24 letters: 73 bits
RECEIPT, SECRET, PASS = "intake.receipt", "intake.secret", "intake.private_page"
RECEIPT_MINUTES = 30
SECRET_MINUTES = 5
PASS_MINUTES = 60


def secret_of(form_token, secret_key=None):
    """Such as ACDE-FHJK-MNPQ-3467."""
    key = hashlib.sha256(f"intake.private_page {secret_key or settings.SECRET_KEY}".encode()).digest()
    number = int.from_bytes(hmac.digest(key, form_token.bytes, "sha256"))
    letters = ""
    for _ in range(SECRET_GROUPS * GROUP_LETTERS):
        number, place = divmod(number, len(REFERENCE_ALPHABET))
        letters += REFERENCE_ALPHABET[place]
    return "-".join(letters[start : start + GROUP_LETTERS] for start in range(0, len(letters), GROUP_LETTERS))


def secret_to_show(request):
    """The secret that opens it, also when SECRET_KEY has changed since; "" when no key we have makes that one."""
    secrets = (secret_of(request.form_token, key) for key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS])
    return next((secret for secret in secrets if digest(request.reference, secret) == request.secret_digest), "")


def bare(typed):
    """Capitals without spaces and dashes: a code may be typed as it is heard, on any keyboard."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", typed).upper() if letter.isalnum())


def written(reference):
    """A reference as we write it, of however it was typed."""
    letters = bare(reference)[:9]
    return "-".join(letters[start : start + 3] for start in range(0, len(letters), 3))


def digest(reference, secret):
    return hashlib.sha256(f"{bare(reference)} {bare(secret)}".encode()).hexdigest()


def request_of(reference, secret):
    """The request that this reference and this secret open together, or None; the same work for both."""
    stored = ConsultationRequest.objects.filter(reference=written(reference)).values_list("pk", "secret_digest").first()
    pk, expected = stored or (None, "")
    if not constant_time_compare(digest(reference, secret), expected):
        return None
    return as_far_as_readable(pk=pk)


def as_far_as_readable(**which):
    """The request or None; without all that is sealed when some of it cannot be read, so that its person can still
    take it back."""
    requests = ConsultationRequest.objects.select_related("program").filter(**which)
    try:
        return requests.first()
    except CannotDecrypt:
        return requests.defer(*(field.name for field in sealed_fields(ConsultationRequest))).first()


def is_readable(request):
    return not request.get_deferred_fields()


def seal(request, place, minutes):
    """An opaque code that stands for the request for a while, on this kind of page only."""
    expires = int(timezone.now().timestamp()) + minutes * 60
    return encrypt(f"{expires}:{request.reference}", place)


def read(code, place):
    """(seconds for which a code still holds, the reference it stands for); (0, "") when it is unknown or too old."""
    try:
        expires, reference = decrypt(code, place).split(":")
    except CannotDecrypt:
        return 0, ""
    left = int(expires) - int(timezone.now().timestamp())
    return (left, reference) if left > 0 else (0, "")


def unseal(code, place):
    """The request a code stands for, or None when it is unknown or too old."""
    _seconds, reference = read(code, place)
    if not reference:
        return None
    return ConsultationRequest.objects.select_related("program").filter(reference=reference).first()


def of_pass(code):
    """The request of an open page, as far as it can be read, or None."""
    _seconds, reference = read(code, PASS)
    return as_far_as_readable(reference=reference) if reference else None
