"""What the site remembers about its own content."""

import re

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import Resolver404, resolve

from clinic.models.base import Published
from clinic.validators import own_path


class LoadedEntry(models.Model):
    """Which entries of the starting content were loaded, so that loading again never touches what staff changed."""

    entry = models.CharField(max_length=160, unique=True)
    object_pk = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "loaded entries"

    def __str__(self):
        return self.entry


class Redirect(models.Model):
    """Where a page went when its address changed."""

    old_path = models.CharField("old address", max_length=200, unique=True, validators=[own_path])
    new_path = models.CharField("new address", max_length=200, validators=[own_path])

    class Meta:
        ordering = ["old_path"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(old_path=models.F("new_path")),
                name="redirect_leads_somewhere_else",
                violation_error_message="The new address is the old one.",
            ),
        ]

    def __str__(self):
        return f"{self.old_path} → {self.new_path}"

    def clean(self):
        if not (self.old_path and self.new_path):
            return  # one of them has an error of its own
        if re.search("[?#]", self.old_path):
            raise ValidationError({"old_path": "Enter the address without ? and #."})
        if is_shown(self.old_path):
            raise ValidationError({"old_path": "There is a page at this address, and it would go on being shown."})
        others = Redirect.objects.exclude(pk=self.pk).values_list("old_path", "new_path")
        leads = {place(old): place(new) for old, new in [*others, (self.old_path, self.new_path)]}
        path = place(self.old_path)
        for _ in leads:
            path = leads.get(path)
        if path in leads:
            raise ValidationError({"new_path": "This leads back to where it starts, by itself or with other entries."})


def place(path):
    """Addresses of the same place are the same: the site adds a missing / at the end."""
    return re.split("[?#]", path)[0].rstrip("/") + "/"


def is_shown(path):
    """Whether the site has a page at this address that the public can see."""
    try:
        kwargs = resolve(path).kwargs
    except Resolver404:
        return False
    if "slug" not in kwargs:
        return True
    kinds = [model for model in apps.get_models() if issubclass(model, Published)]
    rows = [row for model in kinds for row in model.objects.published().filter(slug=kwargs["slug"])]
    return any(row.get_absolute_url() == path for row in rows)


class WordingException(models.Model):
    """Words that the word lint leaves alone, and why."""

    phrase = models.CharField(
        max_length=80, unique=True, help_text="The words as they are written: “Alcoholics Anonymous”."
    )
    reason = models.CharField(max_length=200, help_text="Why they may stand: “The group's own name”.")

    class Meta:
        ordering = ["phrase"]

    def __str__(self):
        return self.phrase
