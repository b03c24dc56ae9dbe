"""How a request is found by what is encrypted in it."""

from django.db import models

from intake.models.request import ConsultationRequest


class SearchKey(models.Model):
    """A keyed hash of a phone number, its end, an address or one word of a name: found only by who has the whole
    word."""

    class Kind(models.TextChoices):
        PHONE = "phone"
        PHONE_END = "phone_end"
        EMAIL = "email"
        NAME = "name"

    request = models.ForeignKey(ConsultationRequest, models.CASCADE, related_name="search_keys")
    kind = models.CharField(max_length=9, choices=Kind)
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["kind", "digest"])]
        constraints = [
            models.UniqueConstraint(fields=["request", "kind", "digest"], name="a_request_has_each_search_key_once")
        ]

    def __str__(self):
        return f"{self.request}: {self.kind}"
