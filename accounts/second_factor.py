"""The second proof of who somebody is: a code from the phone, or a recovery code. Each works once."""

import secrets
import unicodedata

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts import totp
from accounts.models import RecoveryCode
from intake import throttle

HOW_MANY_CODES = 10
GROUPS, LETTERS = 3, 4
ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"  # nothing that looks like something else
MOST_RECOVERY_TRIES = 10  # of one person, from one place
RECOVERY_SECONDS = 15 * 60


class TooManyTries(Exception):
    """Wait this many seconds."""

    def __init__(self, seconds):
        super().__init__(f"Wait {seconds} seconds.")
        self.seconds = seconds


def device_of(user):
    return user.authenticators.confirmed().first()


def typed(text):
    """Without the spaces and dashes that people add for their eyes."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def is_proved_by(user, code):
    """Whether the phone shows this code now and it was not used before.

    Wrong codes are counted for the person, wherever they come from: six digits can be guessed from many places.
    Raises TooManyTries and EncryptionError.
    """
    with transaction.atomic():  # IMMEDIATE in the settings: tries at the same moment come one after the other
        device = device_of(user)
        if device is None:
            return False
        now = timezone.now()
        if seconds := device.wait(now):
            raise TooManyTries(seconds)
        step = totp.step_of(device.secret, typed(code), now)
        if is_right := step is not None and step > device.last_step:
            device.last_step, device.wrong_tries, device.last_wrong_at = step, 0, None
        else:
            device.wrong_tries, device.last_wrong_at = device.wrong_tries + 1, now
        device.save(update_fields=["last_step", "wrong_tries", "last_wrong_at"])
    return is_right


def is_recovered_by(user, code, source):
    """Whether this is a recovery code of the person; it is used up by asking.

    Counted for person and place alone, so that the owner has a way in while somebody else tries six digits.
    Raises TooManyTries and DatabaseError.
    """
    if throttle.count("recovery code", user.pk, source, seconds=RECOVERY_SECONDS) > MOST_RECOVERY_TRIES:
        raise TooManyTries(RECOVERY_SECONDS)
    device = device_of(user)
    if device is None:
        return False
    used, _ = device.recovery_codes.filter(digest__in=digests(device, typed(code))).delete()
    if used:
        throttle.forget("recovery code", user.pk, source)
    return bool(used)


def new_recovery_codes(device):
    """The codes as text, which is not kept anywhere. The ones of before stop working."""
    codes = [
        "-".join("".join(map(secrets.choice, [ALPHABET] * LETTERS)) for _ in range(GROUPS))
        for _ in range(HOW_MANY_CODES)
    ]
    with transaction.atomic():
        device.recovery_codes.all().delete()
        RecoveryCode.objects.bulk_create(
            RecoveryCode(authenticator=device, digest=digests(device, typed(code))[0]) for code in codes
        )
    return codes


def digests(device, code):
    """One for each secret key, the newest first: who has the database alone can try nothing."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [
        salted_hmac("accounts.recovery", f"{device.pk}:{code}", secret=key, algorithm="sha256").hexdigest()
        for key in keys
    ]
