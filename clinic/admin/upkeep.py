"""What keeps the content in order, as staff edit it."""

from django.contrib import admin

from clinic.admin.base import ContentAdmin
from clinic.models import Redirect, WordingException


@admin.register(WordingException)
class WordingExceptionAdmin(ContentAdmin):
    list_display = ["phrase", "reason"]
    search_fields = ["phrase", "reason"]
    fieldsets = [
        (
            "Words that may stand",
            {
                "fields": ["phrase", "reason"],
                "description": "The word lint leaves these words alone, on every page. For a text that is hard to"
                " read, enter its first words as the warning quotes them.",
            },
        )
    ]


@admin.register(Redirect)
class RedirectAdmin(ContentAdmin):
    list_display = ["old_path", "new_path"]
    search_fields = ["old_path", "new_path"]
    fieldsets = [
        (
            "A page that moved",
            {
                "fields": ["old_path", "new_path"],
                "description": "When the address of a page changes, the site adds the old one here by itself.",
            },
        )
    ]
