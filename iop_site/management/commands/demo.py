"""Sample requests and staff accounts, to try the site with. Only on this machine."""

import secrets

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from accounts import totp
from accounts.models import Authenticator
from clinic.models import Clinic
from intake import reminders
from intake.models import ReminderChoice
from iop_site import demo_month

ACCOUNTS = {
    "demo-manager": "Manager",
    "demo-desk": "Front desk",
    "demo-clinician": "Clinician",
    "demo-editor": "Content editor",
    "demo-auditor": "Auditor",
    "demo-accounts": "Administrator of accounts",
}


class Command(BaseCommand):
    help = "Add sample requests and staff accounts, and print the passwords once."

    def handle(self, **options):
        if not settings.IS_LOCAL:
            raise CommandError(
                f"Sample accounts are only for this machine, and the site's address is {settings.SITE_URL}."
            )
        users = get_user_model().objects
        if users.filter(username__in=ACCOUNTS).exists():
            self.stdout.write("The demo accounts are there; their passwords were printed when they were made.")
            return
        self.stdout.write("\n  Accounts for the staff desk, with password and key of the phone, shown this once:")
        for username, role in ACCOUNTS.items():
            password, key = made_account(username, role)
            self.stdout.write(f"    {username:<15} {password}  {key}")
        self.stdout.write(
            "\n  Put a key into an authenticator app, or let this print the code that the phone would show:\n"
            "    .venv/bin/python manage.py demo_code demo-manager"
        )
        # Or the home would say, before all else, that nobody gets mail.
        reminders.choose(users.get(username="demo-desk"), ReminderChoice.HowOften.DAILY)
        colleagues = list(users.filter(username__in=["demo-desk", "demo-clinician", "demo-manager"]))
        for _moment in tqdm(demo_month.steps(Clinic.load(), colleagues), desc="A made-up month", unit=" steps"):
            pass


@transaction.atomic
def made_account(username, role):
    password = secrets.token_urlsafe(12)
    user = get_user_model().objects.create_user(
        username,
        f"{username}@example.com",
        password,
        is_staff=True,
        first_name="Sample",
        last_name=role,
    )
    user.groups.set(Group.objects.filter(name=role))
    device = Authenticator.objects.create(user=user, secret=totp.new_secret(), confirmed_at=timezone.now())
    return password, device.secret
