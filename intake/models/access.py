"""Who looked at what. Rows are written once, each bound to the one before it (see audit.py)."""

from django.conf import settings
from django.db import models


class AccessRecord(models.Model):
    class Kind(models.TextChoices):
        LIST = "list", "Saw the list"
        VIEW = "view", "Opened the request"
        SEARCH = "search", "Searched"
        REFUSED = "refused", "Was refused"
        CHANGE = "change", "Changed the request"
        REVEAL = "reveal", "Saw the number or the email"
        PRINT = "print", "Printed the request"
        EXPORT = "export", "Took a list out as a file"

    class Reason(models.TextChoices):
        """Chosen, never typed: this row outlives the request, so no name may get into it."""

        HANDOVER = "handover", "To hand over on paper when the desk is down"
        REPORT = "report", "For a report of counts"
        RECORDS = "records", "For the clinic’s own records"
        LAW = "law", "A law or a court asks for it"

    at = models.DateTimeField()
    kind = models.CharField(max_length=8, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    role = models.CharField(max_length=60, help_text="The role at that moment: roles change, the record does not.")
    reference = models.CharField(
        max_length=11, blank=True, db_index=True, help_text="Not a foreign key: the record outlives the request."
    )
    # Null: SQLite adds such a column without copying the table, which would lose the triggers that guard its rows.
    reason = models.CharField(max_length=8, choices=Reason, null=True, blank=True, help_text="Of an export.")  # noqa: DJ001
    # The name of an address in the code, never the address itself.
    place = models.CharField(max_length=60, null=True, blank=True, help_text="What was refused.")  # noqa: DJ001
    seal = models.CharField(max_length=64, unique=True, help_text="A keyed hash of this row and the seal before it.")

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.reference or 'all'}"
