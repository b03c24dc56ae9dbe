"""What the site remembers about its own content."""

from django.db import models

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
