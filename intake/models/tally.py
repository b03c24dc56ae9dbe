"""How often something happened lately, by a keyed hash that says nothing and is another one tomorrow."""

from django.db import models


class Tally(models.Model):
    key = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "tallies"

    def __str__(self):
        return f"{self.count}"
