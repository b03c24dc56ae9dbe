"""The questions of “Is IOP right for me?”, as staff edit them, and what each answer itself says."""

from django.contrib import admin

from clinic.admin import REVIEW, ContentAdmin
from programs.models import GuideAnswer, GuideQuestion


class AnswerRows(admin.StackedInline):
    model = GuideAnswer
    verbose_name = "answer"
    verbose_name_plural = "answers"
    extra = 0
    fields = [
        "text",
        "hint",
        "slug",
        "is_crisis",
        ("about_substance_use", "about_mental_health"),
        "to_bring",
        "position",
    ]


@admin.register(GuideQuestion)
class GuideQuestionAdmin(ContentAdmin):
    list_display = ["question", "position", "review_by"]
    search_fields = ["question"]
    prepopulated_fields = {"slug": ["question"]}
    inlines = [AnswerRows]
    fieldsets = [
        (
            "One question",
            {
                "fields": ["question", "hint", "why", "position", "slug"],
                "description": "Which care an answer speaks for or against is said by the programs' criteria: each"
                " lists the answers that make it true. The answer itself says only whether it is a crisis and what help"
                " is looked for.",
            },
        ),
        REVIEW,
    ]
