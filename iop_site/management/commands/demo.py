"""Sample requests and staff accounts, to try the site with. Only on this machine."""

import secrets

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts import totp
from accounts.models import Authenticator
from clinic.models import Clinic
from intake import form_token, workflow
from intake.forms import CONSENT_VERSION, IntakeForm, consent_lines

ACCOUNTS = {
    "demo-manager": "Manager",
    "demo-desk": "Front desk",
    "demo-clinician": "Clinician",
    "demo-editor": "Content editor",
    "demo-auditor": "Auditor",
    "demo-accounts": "Administrator of accounts",
}
REQUESTS = [
    {"asking_for": "self", "name": "Sample One", "ways": ["call"], "phone": "(207) 555-0101"},
    {
        "asking_for": "loved_one",
        "relationship": "child",
        "person_knows": "no",
        "name": "Sample Two",
        "ways": ["call"],
        "phone": "207-555-0102",
        "safe_times": "Workdays before 3 pm",
        "message": "I do not know how to start.",
    },
    {
        "asking_for": "client",
        "organization": "Sample Clinic",
        "role": "Case manager",
        "name": "Sample Three",
        "ways": ["email"],
        "email": "sample.three@example.com",
    },
    {
        "asking_for": "self",
        "name": "Sample Four",
        "ways": ["call"],
        "phone": "2075550104",
        "message_rule": "name_and_number",
        "wants_estimate": "on",
    },
    {"asking_for": "self", "name": "Sample Five", "ways": ["will_call"], "message": "Are evenings full?"},
]


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
        clinic = Clinic.load()
        for number, answers in enumerate(REQUESTS):
            form = IntakeForm(answers, clinic=clinic)
            if not form.is_valid():
                raise CommandError(f"Sample request {number + 1} is wrong: {dict(form.errors)}")
            workflow.receive(form, token=form_token.read(form_token.new(consent_lines(clinic), CONSENT_VERSION)))
        self.stdout.write("\n  Accounts for the staff desk, with password and key of the phone, shown this once:")
        for username, role in ACCOUNTS.items():
            password, key = made_account(username, role)
            self.stdout.write(f"    {username:<15} {password}  {key}")
        self.stdout.write(
            "\n  Put a key into an authenticator app, or let this print the code that the phone would show:\n"
            "    .venv/bin/python manage.py demo_code demo-manager"
        )


@transaction.atomic
def made_account(username, role):
    password = secrets.token_urlsafe(12)
    user = get_user_model().objects.create_user(username, password=password, is_staff=True)
    user.groups.set(Group.objects.filter(name=role))
    device = Authenticator.objects.create(user=user, secret=totp.new_secret(), confirmed_at=timezone.now())
    return password, device.secret
