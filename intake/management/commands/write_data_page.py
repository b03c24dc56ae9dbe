"""Write docs/data.md: every field about a person, why, who sees it and how long."""

from django.conf import settings
from django.core.management.base import BaseCommand

from intake import data_page

PAGE = settings.BASE_DIR / "docs" / "data.md"


class Command(BaseCommand):
    help = "Write docs/data.md from intake/privacy.py. Needs no database."

    def handle(self, **options):
        PAGE.write_text(data_page.as_markdown(), encoding="utf-8")
        self.stdout.write(f"Wrote {PAGE}.")
