"""Look whether every access record is still there and as it was written."""

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from intake import audit
from intake.models import AccessRecord


class Command(BaseCommand):
    help = "Verify the chain of access records and print its seal. Keep the seal on another machine, for the next time."

    def add_arguments(self, parser):
        parser.add_argument(
            "--seal", default="", help="What an earlier run printed, such as 123:0a1b...: finds an end cut off since."
        )

    def handle(self, **options):
        head = audit.head()
        count = AccessRecord.objects.count()
        try:
            broken = audit.verify(options["seal"], watched=lambda rows: tqdm(rows, total=count, unit="record"))
        except ValueError:
            raise CommandError("A seal looks like 123:0a1b..., the whole line that an earlier run printed.") from None
        if broken is not None:
            raise CommandError(
                f"Access record {broken} is missing or not as it was written."
                " If SECRET_KEY was changed since, name the older keys in SECRET_KEY_FALLBACKS for this command."
            )
        self.stdout.write(f"{count} access records, all as they were written.")
        if head:
            self.stdout.write(f"Seal, to keep on another machine: {head}")
