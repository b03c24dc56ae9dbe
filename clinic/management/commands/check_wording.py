"""Run the word lint over the starting content, as it stands in its files."""

from django.core.management.base import BaseCommand, CommandError

from clinic import content, wording
from clinic.management.commands.load_content import content_files
from clinic.models import WordingException


class Command(BaseCommand):
    help = "Look for words that hurt, claims and hard reading in the starting content. Needs no database."

    def handle(self, **options):
        try:
            entries = content.read(content_files())
        except content.ContentError as problem:
            raise CommandError(problem) from None
        exceptions = tuple(entry.values["phrase"] for entry in entries if entry.model is WordingException)
        names = {
            entry.key: wording.names_of_program(entry.model(**columns_of(entry.model, entry.values)))
            for entry in entries
            if entry.model._meta.label == "programs.Program"
        }
        count = 0
        for entry in entries:
            for row in rows(entry.model, entry.values, entry.key):
                for label, finding in wording.of_row(row, exceptions, names):
                    count += 1
                    self.stdout.write(f"{entry}: {row._meta.verbose_name}: {label}: {finding}")
        if count:
            raise CommandError(f"{count} found. Change the words, or add a wording_exception that says why they stand.")


def columns_of(model, values):
    own = {field.name for field in model._meta.concrete_fields if not field.is_relation}
    return {name: value for name, value in values.items() if name in own}


def rows(model, values, key, **parent):
    """The row of an entry and the rows that belong to it, unsaved. They point at each other by the entry's key."""
    yield model(**columns_of(model, values), **parent)
    for relation in model._meta.related_objects:
        nested = values.get(relation.get_accessor_name(), [])
        for row in nested if isinstance(nested, list) else [nested]:
            yield from rows(relation.related_model, row, key, **{relation.field.attname: key})
