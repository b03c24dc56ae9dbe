"""The code that the phone of a demo account would show now. Only on this machine."""

from datetime import timedelta

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import totp
from accounts.models import Authenticator
from iop_site.management.commands.demo import ACCOUNTS


class Command(BaseCommand):
    help = "Print the code that signs a demo account in, in place of a phone."

    def add_arguments(self, parser):
        parser.add_argument("username", choices=sorted(ACCOUNTS))

    def handle(self, username, **options):
        if not settings.IS_LOCAL:
            raise CommandError(
                f"Codes without a phone are only for this machine, and the site's address is {settings.SITE_URL}."
            )
        device = Authenticator.objects.confirmed().filter(user__username=username).first()
        if device is None:
            raise CommandError(f"{username} has no phone. `make demo` makes the demo accounts.")
        now = timezone.now()
        if totp.step_at(now) <= device.last_step:
            now += timedelta(seconds=totp.STEP_SECONDS)  # this one was used; the site takes the next one already
        self.stdout.write(totp.code_at(device.secret, now))
