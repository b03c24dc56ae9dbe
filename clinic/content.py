"""The starting content: TOML files that are read once into the database and then belong to staff.

A file holds entries under the name of a model:

    [[program]]
    key = "iop-substance-use"          # names the entry; the database never sees it
    level = "iop"                      # a foreign key, by the key of another entry
    topics = ["cravings", "sleep"]     # many to many, the same way
    title = "..."                      # every other column, as it is

    [[program.criteria]]               # rows that belong to the entry, by their related name
    kind = "fits"
    text = "..."

Dates and times are TOML dates and times. A list's order becomes `position`. An entry is loaded once, ever: after that
its rows are never touched again, so what staff changed or deleted stays that way.
"""

import tomllib
from contextlib import suppress
from datetime import datetime

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import transaction
from django.utils import timezone

from clinic.models import LoadedEntry


class ContentError(Exception):
    """Names the file, the entry and the field that is wrong, and why."""


class StaffDeletedIt(Exception):
    """What this row cannot be without was loaded once and deleted since, so the row is left out too."""


class Entry:
    def __init__(self, source, model, values):
        self.source, self.model, self.values = source, model, dict(values)
        self.key = self.values.pop("key", None)

    def __str__(self):
        return f"{self.source}: {self.model._meta.verbose_name} “{self.key}”"

    @property
    def ledger_name(self):
        return f"{self.model._meta.label_lower}:{self.key}"


def read(paths):
    """All entries of these files, in order. Raises ContentError."""
    entries = []
    for path in paths:
        app = path.parent.parent.name
        source = f"{app}/{path.name}"
        try:
            tables = tomllib.loads(path.read_text())
        except tomllib.TOMLDecodeError as problem:
            raise ContentError(f"{source} is not valid TOML: {problem}") from None
        for model_name, rows in tables.items():
            if not isinstance(rows, list) or not all(isinstance(values, dict) for values in rows):
                raise ContentError(f"{source}: write each entry of “{model_name}” under [[{model_name}]].")
            try:
                model = apps.get_model(app, model_name.replace("_", ""))
            except LookupError:
                raise ContentError(f"{source}: there is no kind of content called “{model_name}”.") from None
            for values in rows:
                entry = Entry(source, model, values)
                if not entry.key:
                    raise ContentError(f"{source}: a {model_name} has no key.")
                entries.append(entry)
    return entries


def load(paths, only=None):
    """Load the entries that were never loaded, or those of one model. Returns how many. Changes nothing if any entry is
    wrong."""
    loader = Loader([entry for entry in read(paths) if only in (None, entry.model)])
    with transaction.atomic():
        return loader.run()


class Loader:
    def __init__(self, entries):
        self.entries = entries
        self.loaded = dict(LoadedEntry.objects.values_list("entry", "object_pk"))

    def run(self):
        positions = {}
        made = []
        for entry in self.entries:
            # Entries that were loaded before count too: a new one keeps its place among them.
            positions[entry.model] = positions.get(entry.model, 0) + 1
            if entry.ledger_name in self.loaded:
                continue
            later = {}
            try:
                instance = self.build(entry, entry.model, entry.values, positions[entry.model], later)
            except StaffDeletedIt:
                continue
            self.loaded[entry.ledger_name] = instance.pk
            LoadedEntry.objects.create(entry=entry.ledger_name, object_pk=instance.pk)
            made.append((entry, instance, later))
        # Rows that may point at any entry wait until every entry is there.
        for entry, instance, later in made:
            for name, value in later.items():
                self.attach(entry, instance, name, value)
        return len(made)

    def build(self, entry, model, values, position, later=None, **fixed):
        """One row. What needs other rows first is put into `later`, or attached at once without it."""
        waiting = {} if later is None else later
        columns = dict(fixed)
        if any(field.name == "position" for field in model._meta.fields):
            columns["position"] = position
        for name, value in values.items():
            field = self.field(entry, model, name)
            has_rows = field.many_to_many or (field.auto_created and field.is_relation)
            may_point_ahead = field.is_relation and later is not None and field.related_model is model
            if has_rows or may_point_ahead:
                waiting[name] = value
            elif field.is_relation:
                columns[name] = self.find(entry, field, value)
                if columns[name] is None:
                    raise StaffDeletedIt
            else:
                columns[name] = self.in_utc(value)
        instance = model(**columns)
        self.save(entry, instance)
        if later is None:
            for name, value in waiting.items():
                self.attach(entry, instance, name, value)
        return instance

    def attach(self, entry, instance, name, value):
        field = self.field(entry, type(instance), name)
        if field.many_to_many:
            if not isinstance(value, list):
                raise ContentError(f"{entry}: “{name}” is a list of keys.")
            found = [self.find(entry, field, key) for key in value]
            getattr(instance, name).set([row for row in found if row])
        elif field.auto_created:
            rows = value if isinstance(value, list) else [value]
            if not all(isinstance(row, dict) for row in rows):
                raise ContentError(f"{entry}: write each of “{name}” as a table of its own.")
            for position, row in enumerate(rows, start=1):
                with suppress(StaffDeletedIt):
                    self.build(entry, field.related_model, row, position, **{field.field.name: instance})
        else:
            setattr(instance, name, self.find(entry, field, value))
            self.save(entry, instance)

    def field(self, entry, model, name):
        try:
            return model._meta.get_field(name)
        except FieldDoesNotExist:
            for relation in model._meta.related_objects:
                if relation.get_accessor_name() == name:
                    return relation
        raise ContentError(f"{entry}: {model._meta.verbose_name} has no field “{name}”.")

    def find(self, entry, field, key):
        """The row another entry became; None when staff deleted it since."""
        name = f"{field.related_model._meta.label_lower}:{key}"
        if name not in self.loaded:
            raise ContentError(f"{entry}: {field.name}: there is no {field.related_model._meta.verbose_name} “{key}”.")
        return field.related_model._default_manager.filter(pk=self.loaded[name]).first()

    def in_utc(self, value):
        return timezone.make_aware(value) if isinstance(value, datetime) and timezone.is_naive(value) else value

    def save(self, entry, instance):
        try:
            instance.full_clean()
        except ValidationError as problem:
            found = "; ".join(
                f"{name}: {' '.join(messages)}" if name != "__all__" else " ".join(messages)
                for name, messages in problem.message_dict.items()
            )
            raise ContentError(f"{entry}: {instance._meta.verbose_name}: {found}") from None
        instance.save()
