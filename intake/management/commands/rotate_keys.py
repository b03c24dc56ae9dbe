"""Encrypt everything with the first key, so that the older ones can go. Safe to interrupt and to repeat."""

import dataclasses

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import TextField, Value
from django.db.models.functions import Cast
from tqdm import tqdm

from intake import search_keys
from intake.encryption import CannotDecrypt, EncryptedTextField, decrypt, encrypt, is_ready, is_under_first_key
from intake.models import ConsultationRequest

BATCH = 100  # rows between two pauses in which the site can write


@dataclasses.dataclass
class Pass:
    """What one look at every value found."""

    current: int = 0
    older: int = 0
    changed: int = 0
    unreadable: list = dataclasses.field(default_factory=list)


class Command(BaseCommand):
    help = (
        "Encrypt everything with the first of ENCRYPTION_KEYS, and make the search keys anew. Before: put the new key"
        " in front of the old ones and restart the site. After: remove the old ones. Safe to interrupt and to repeat."
    )

    def handle(self, **options):
        if not is_ready():
            raise CommandError("ENCRYPTION_KEYS is empty. Set it: the new key first, then those used until now.")
        models = encrypted_fields()
        rows = sum(model._base_manager.count() for model in models)
        try:
            with tqdm(total=2 * rows + ConsultationRequest.objects.count(), unit="row", file=self.stderr) as bar:
                first = encrypt_anew(models, bar)
                renew_search_keys(bar)
                # Again, because the site went on writing.
                second = encrypt_anew(models, bar)
        except KeyboardInterrupt:
            raise CommandError("Stopped. What is done stays done; run this again to finish.", returncode=130) from None
        standing, changed = second.current + second.changed, first.changed + second.changed
        self.stdout.write(f"{standing} values are encrypted with the first key, {changed} of them since now.")
        if second.unreadable:
            raise CommandError(
                "\n  ".join([f"{len(second.unreadable)} cannot be read with any key:", *second.unreadable])
                + "\nRemove no key. Add the one they were written with, or restore them from a backup; then run this"
                " again."
            )
        if second.older:
            raise CommandError(
                "Remove no key: the site still writes with an older one. Restart it with the new key first in"
                " ENCRYPTION_KEYS, then run this again."
            )
        self.stdout.write(
            "All other keys can be removed from ENCRYPTION_KEYS. Keep them elsewhere for as long as you keep backups"
            " made before now."
        )


def encrypted_fields():
    """The encrypted fields of each model that has any."""
    found = {
        model: [field for field in model._meta.local_fields if isinstance(field, EncryptedTextField)]
        for model in apps.get_models()
    }
    return {model: fields for model, fields in found.items() if fields}


def as_stored(field):
    return Cast(field.name, TextField())


def batches(rows):
    """Lists of (pk, ...) in short reads, from a queryset of such tuples."""
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield batch
        last = batch[-1][0]


def encrypt_anew(models, bar):
    seen = Pass()
    for model, fields in models.items():
        for batch in batches(model._base_manager.values_list("pk", *map(as_stored, fields))):
            older = []
            for field, pk, value in values_of(batch, fields):
                try:
                    text = decrypt(value, field.place)
                except CannotDecrypt:
                    seen.unreadable.append(f"{model._meta.label} {pk}: {field.name}")
                    continue
                if is_under_first_key(value):
                    seen.current += 1
                else:
                    older.append((field, pk, value, encrypt(text, field.place)))
            seen.older += len(older)
            seen.changed += exchange_all(older)
            bar.update(len(batch))
    return seen


def values_of(batch, fields):
    return [(field, pk, value) for pk, *values in batch for field, value in zip(fields, values, strict=True) if value]


@transaction.atomic
def exchange_all(older):
    return sum(exchange(*each) for each in older)


def exchange(field, pk, old, new):
    """Only if it still is what was read: a change that somebody made since then stays. Returns 1 or 0."""
    row = field.model._base_manager.alias(stored=as_stored(field)).filter(pk=pk, stored=old)
    return row.update(**{field.name: Value(new, output_field=TextField())})


def renew_search_keys(bar):
    names = [name for names in search_keys.FIELDS.values() for name in names]
    for batch in batches(ConsultationRequest.objects.values_list("pk")):
        # The transaction holds the write lock, so nobody changes a request between reading it and storing its keys.
        with transaction.atomic():
            for (pk,) in batch:
                try:
                    request = ConsultationRequest.objects.only(*names).filter(pk=pk).first()
                except CannotDecrypt:
                    continue  # counted and named with the values
                if request:
                    search_keys.replace_keys(request)
        bar.update(len(batch))
