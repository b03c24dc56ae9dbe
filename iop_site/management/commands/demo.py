"""Sample requests and staff accounts, to try the site with. Only on this machine."""

import secrets

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from tqdm import tqdm

from clinic.models import Clinic
from iop_site import demo_month

ACCOUNTS = {
    "demo-manager": None,
    "demo-editor": Q(content_type__app_label__in=["clinic", "programs"]),
    "demo-desk": Q(content_type__app_label="intake", codename__regex="^(view|change)_"),
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
        self.stdout.write("\n  Accounts for the staff desk, shown this once:")
        for username, permissions in ACCOUNTS.items():
            password = secrets.token_urlsafe(12)
            user = users.create_user(username, password=password, is_staff=True, is_superuser=permissions is None)
            if permissions is not None:
                user.user_permissions.set(Permission.objects.filter(permissions))
            self.stdout.write(f"    {username:<14} {password}")
        colleagues = list(users.filter(username__in=["demo-desk", "demo-manager"]))
        for _moment in tqdm(demo_month.steps(Clinic.load(), colleagues), desc="A made-up month", unit=" steps"):
            pass
