"""Make every picture anew: the files of all photos and the pictures for sharing. Files nobody needs are removed."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from tqdm import tqdm

from clinic import images, share_picture
from clinic.models import Clinic, Photo


class Command(BaseCommand):
    help = "Make the files of every photo and every sharing picture again, and remove those that belong to nothing."

    def handle(self, **options):
        removed = remove_strays()
        photos = list(Photo.objects.all())
        clinic = Clinic.objects.first()
        titles = set(share_picture.titles(clinic))
        failed = []
        with tqdm(total=len(photos) + len(titles), unit="picture", file=self.stderr) as bar:
            for photo in photos:
                try:
                    images.build(photo)
                except Exception as problem:
                    failed.append(f"Photo {photo.pk} (“{photo.alt}”): {problem}")
                bar.update()
            for title in titles:
                share_picture.draw_for(title, clinic.name)
                bar.update()
        removed += share_picture.remove_strays()
        self.stdout.write(
            f"{len(photos) - len(failed)} photos, {len(titles)} sharing pictures. {removed} old ones removed."
        )
        if failed:
            raise CommandError("\n".join(failed))


def remove_strays():
    """Returns how many photos without a row there were."""
    # Staff upload inside a transaction of their own: during this one there is no file whose row is still to come.
    with transaction.atomic():
        strays = images.stored_keys() - set(Photo.objects.values_list("key", flat=True))
        for key in strays:
            images.forget(key)
    return len(strays)
