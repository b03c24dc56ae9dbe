"""How a colleague gets in for the first time, or again: a link that works once, then the phone."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes, force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from accounts import sessions, totp
from accounts.models import Authenticator

LINK_HOURS = settings.PASSWORD_RESET_TIMEOUT // 3600


class Links(PasswordResetTokenGenerator):
    """A new password or a sign-in ends a link, and so does a phone that was set up or reset."""

    key_salt = "accounts.enrolment.Links"

    def _make_hash_value(self, user, timestamp):
        devices = list(user.authenticators.confirmed().values_list("pk", flat=True))
        return f"{super()._make_hash_value(user, timestamp)}{devices}"


links = Links()


def link_for(user):
    """The code stands in the query, which no access log keeps."""
    code = f"{urlsafe_base64_encode(force_bytes(user.pk))}.{links.make_token(user)}"
    return f"{settings.SITE_URL}{reverse('admin:link')}?{urlencode({'code': code})}"


def owner_of(code):
    """Whose link this is, or None when it ended, was used or never was one."""
    number, _, token = code.partition(".")
    try:
        pk = int(force_str(urlsafe_base64_decode(number)))
        user = get_user_model().objects.filter(pk=pk, is_active=True, is_staff=True).first()
    except (ValueError, OverflowError):
        return None
    return user if user and links.check_token(user, token) else None


def unfinished(user, pk):
    """The phone that is being set up. A new one for each way in, so that nobody who had only the password before
    knows the secret of the phone that is confirmed later. Raises EncryptionError."""
    device = user.authenticators.filter(pk=pk, confirmed_at=None).defer(None).first() if pk else None
    if device is None:
        with transaction.atomic():
            user.authenticators.filter(confirmed_at=None).delete()
            device = Authenticator.objects.create(user=user, secret=totp.new_secret())
    return device


@transaction.atomic
def finish(device):
    """From now on this phone is the second factor, and no other. What another one opened ends."""
    sessions.end_all(device.user)
    device.user.authenticators.exclude(pk=device.pk).delete()
    device.confirmed_at = timezone.now()
    device.save(update_fields=["confirmed_at"])


@transaction.atomic
def start_again(user):
    """For a phone that is lost: password, phone and recovery codes stop working and every browser is signed out, so
    that the password alone, which may be known to whoever has the phone, does not set up another one."""
    user.set_unusable_password()
    user.save(update_fields=["password"])
    user.authenticators.all().delete()
