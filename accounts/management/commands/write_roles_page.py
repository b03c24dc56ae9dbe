"""Write docs/roles.md: what each role may do, field by field and address by address."""

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts import roles_page

PAGE = settings.BASE_DIR / "docs" / "roles.md"


class Command(BaseCommand):
    help = "Write docs/roles.md from accounts/roles.py and accounts/addresses.py. Needs no database."

    def handle(self, **options):
        PAGE.write_text(roles_page.as_markdown(), encoding="utf-8")
        self.stdout.write(f"Wrote {PAGE}.")
