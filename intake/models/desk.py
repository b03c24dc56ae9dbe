"""How each colleague likes to work: views of the queue they keep, words they use again, mail that reminds them."""

from django.conf import settings
from django.db import models


class SavedView(models.Model):
    """A choice of filters of the queue. It holds filters only, never what was searched for."""

    name = models.CharField(max_length=60, help_text="Such as “Families, waiting on us”.")
    query = models.CharField(max_length=400)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    is_shared = models.BooleanField("for all colleagues", default=False)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                name="a_colleague_names_each_view_once",
                violation_error_message="You have a view of this name.",
            )
        ]

    def __str__(self):
        return self.name


class MessageTemplate(models.Model):
    name = models.CharField(max_length=60, unique=True, help_text="How colleagues find it: “Evening groups are full”.")
    text = models.TextField(help_text="Filled in for each person. Write {name} for what to call them.")
    is_offered = models.BooleanField(default=True, help_text="Untick it to keep the words and offer them no more.")

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class ReminderChoice(models.Model):
    class HowOften(models.TextChoices):
        AT_ONCE = "at_once", "At once"
        HOURLY = "hourly", "Once an hour, when something waits"
        DAILY = "daily", "Once a day, when something waits"
        OFF = "off", "Never"

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reminder_choice")
    how_often = models.CharField(max_length=8, choices=HowOften, default=HowOften.OFF)
    reminded_at = models.DateTimeField(
        null=True, blank=True, help_text="What came before was in a reminder. Empty: none was made yet."
    )

    def __str__(self):
        return self.get_how_often_display()
