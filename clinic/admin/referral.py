"""Where else a person can turn, as staff keep it."""

from django.contrib import admin
from django.db import models

from clinic.admin.base import REVIEW, ContentAdmin
from clinic.models import ReferralContact
from clinic.phone import readable


@admin.register(ReferralContact)
class ReferralContactAdmin(ContentAdmin):
    list_display = ["name", "number", "is_offered", "is_line", "review_by"]
    list_filter = ["is_offered", "is_line"]
    search_fields = ["name", "offers", "good_when"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    fieldsets = [
        (
            "What it is",
            {
                "fields": ["name", "offers", "good_when", "is_offered", "is_line"],
                "description": "Colleagues choose two of these when they close a request because we are full or are"
                " not the right level of care. The person reads them on their private page; no public page lists them."
                " Name a place only because it helps: the clinic takes and gives nothing for it.",
            },
        ),
        ("How to reach it", {"fields": ["phone", "web_address", "hours"]}),
        REVIEW,
    ]

    @admin.display(description="phone", ordering="phone")
    def number(self, contact):
        return readable(contact.phone)

    def in_the_way_of_deleting(self, objs):
        """Whoever was told of a place keeps it on their page. The rows that name one belong to a room that this one
        does not know, so they are not even counted."""
        links = [relation for relation in self.opts.get_fields(include_hidden=True) if relation.one_to_many]
        for contact in objs:
            if any(link.related_model.objects.filter(**{link.field.name: contact}).exists() for link in links):
                yield f"Somebody was told of “{contact}”. Untick “offered” instead: they keep it."
