"""Sample requests and staff accounts, to try the site with. Only on this machine."""

import secrets

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from clinic.models import Clinic
from intake import form_token, workflow
from intake.forms import CONSENT_VERSION, IntakeForm, consent_lines

ACCOUNTS = {
    "demo-manager": None,
    "demo-editor": Q(content_type__app_label__in=["clinic", "programs"]),
    "demo-desk": Q(content_type__app_label="intake", codename__regex="^(view|change)_"),
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
        self.stdout.write("\n  Accounts for the staff desk, shown this once:")
        for username, permissions in ACCOUNTS.items():
            password = secrets.token_urlsafe(12)
            user = users.create_user(username, password=password, is_staff=True, is_superuser=permissions is None)
            if permissions is not None:
                user.user_permissions.set(Permission.objects.filter(permissions))
            self.stdout.write(f"    {username:<14} {password}")
