"""The second factor of a colleague: an authenticator app, and the codes for when the phone is gone."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from intake.encryption import EncryptedTextField

FREE_TRIES = 5  # a person mistypes; a machine that guesses six digits needs many more
FIRST_WAIT_SECONDS = 30  # doubles with every further wrong code
LONGEST_WAIT_SECONDS = 60 * 60


class AuthenticatorQuerySet(models.QuerySet):
    def confirmed(self):
        return self.filter(confirmed_at__isnull=False)


class AuthenticatorManager(models.Manager.from_queryset(AuthenticatorQuerySet)):
    """The secret is read where a code is checked, so that the rest works when the encryption key is gone."""

    def get_queryset(self):
        return super().get_queryset().defer("secret")


class Authenticator(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="authenticators")
    secret = EncryptedTextField(help_text="What the app on the phone and the site both know, in base 32.")
    made_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True, help_text="Empty: the set-up was not finished.")
    last_step = models.PositiveBigIntegerField(default=0, help_text="Half minutes since 1970 of the last code used.")
    wrong_tries = models.PositiveIntegerField(default=0, help_text="Since the last code that was right.")
    last_wrong_at = models.DateTimeField(null=True, blank=True)

    objects = AuthenticatorManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(confirmed_at__isnull=False), name="one_each"),
            models.CheckConstraint(
                condition=Q(wrong_tries=0, last_wrong_at__isnull=True)
                | Q(wrong_tries__gt=0, last_wrong_at__isnull=False),
                name="wrong_tries_have_a_time",
            ),
        ]

    def __str__(self):
        return f"Authenticator {self.pk}"

    def wait(self, now):
        """Seconds until the next code is looked at."""
        if self.wrong_tries < FREE_TRIES:
            return 0
        doubled = min(self.wrong_tries - FREE_TRIES, LONGEST_WAIT_SECONDS.bit_length())
        seconds = min(FIRST_WAIT_SECONDS * 2**doubled, LONGEST_WAIT_SECONDS)
        passed = (now - self.last_wrong_at) / timedelta(seconds=1)
        return max(0, min(seconds, round(seconds - passed)))


class RecoveryCode(models.Model):
    """A row goes when its code is used."""

    authenticator = models.ForeignKey(Authenticator, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64, unique=True)

    def __str__(self):
        return f"Recovery code {self.pk}"
