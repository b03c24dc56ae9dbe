"""Bring the database, the content and all files made from them to where the code is. Safe to repeat."""

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from accounts import roles
from clinic import content, error_pages, share_picture
from clinic.management.commands.load_content import content_files
from clinic.models import Clinic, PageText


class Command(BaseCommand):
    help = (
        "Migrate, write the roles, load the starting content into an empty database, collect static files, write the"
        " error pages."
    )

    def handle(self, **options):
        make_database()
        call_command("migrate", verbosity=0)
        roles.write_groups(apps)
        collect_static()
        if not Clinic.objects.exists():
            self.stdout.write("Loading the starting content ...")
            call_command("load_content", stdout=self.stdout)
        # A new version may have pages whose headings an older database lacks. All else is the clinic's own by now.
        content.load(content_files(), only=PageText)
        error_pages.write()
        share_picture.draw_missing()
        share_picture.remove_strays()


def make_database():
    """Make the file on the very first start only: the folder of error pages shows that there was one before."""
    if settings.DATABASE_FILE.exists():
        return
    if settings.ERROR_PAGES_DIR.exists():
        raise CommandError(
            f"The database {settings.DATABASE_FILE} is gone. Bring it back from your backup."
            f" To start over with an empty one, delete {settings.ERROR_PAGES_DIR} first."
        )
    settings.DATABASE_FILE.touch(mode=0o600)


def collect_static():
    """Collect only when a file changed: hashing and compressing all of them takes longer than the rest."""
    stamp = settings.VAR_DIR / "static-collected"
    state = "\n".join(
        f"{storage.path(path)} {storage.get_modified_time(path).timestamp()}"
        for finder in get_finders()
        for path, storage in finder.list([])
    )
    if stamp.exists() and stamp.read_text() == state:
        return
    call_command("collectstatic", interactive=False, clear=settings.STATIC_ROOT.exists(), verbosity=0)
    stamp.write_text(state)
