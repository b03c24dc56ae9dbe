"""Load the starting content of every app."""

from pathlib import Path

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError

from clinic import content, error_pages


def content_files():
    """clinic/content/*.toml, then those of programs and intake: an entry may name any that was read before it."""
    folders = [Path(apps.get_app_config(app).path) / "content" for app in ("clinic", "programs", "intake")]
    return [file for folder in folders for file in sorted(folder.glob("*.toml"))]


class Command(BaseCommand):
    help = "Load the starting content that was never loaded. What staff changed or deleted stays as it is."

    def handle(self, **options):
        try:
            count = content.load(content_files())
        except content.ContentError as problem:
            raise CommandError(problem) from None
        error_pages.write()
        self.stdout.write(f"{count} entries loaded." if count else "Nothing new to load.")
