"""The questions of “Is IOP right for me?”, as staff edit them, and what each answer itself says."""

from django.contrib import admin
from django.core.exceptions import ValidationError

from clinic.admin import REVIEW, ContentAdmin
from programs.admin.base import RowFormSet
from programs.models import GuideAnswer, GuideQuestion

SAFETY_FIRST = "The guide must ask about safety first. Keep at least one answer that is a crisis."


class AnswerFormSet(RowFormSet):
    def clean(self):
        super().clean()
        crises = GuideAnswer.objects.crises()
        own = set(crises.filter(question=self.instance.pk).values_list("pk", flat=True))
        if not own or any(self.errors) or crises.exclude(question=self.instance.pk).exists():
            return
        by_criterion = set(crises.filter(criteria__kind="crisis").values_list("pk", flat=True))
        if not any(row.first_help or row.pk in by_criterion for row in self.kept()):
            raise ValidationError(SAFETY_FIRST)


class AnswerRows(admin.StackedInline):
    model = GuideAnswer
    formset = AnswerFormSet
    verbose_name = "answer"
    verbose_name_plural = "answers"
    extra = 0
    fields = [
        "text",
        "hint",
        "slug",
        "first_help",
        ("about_substance_use", "about_mental_health"),
        "advice",
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
                " lists the answers that make it true. The answer itself says only which help must come first and"
                " what help is looked for.",
            },
        ),
        REVIEW,
    ]

    def in_the_way_of_deleting(self, objs):
        yield from super().in_the_way_of_deleting(objs)
        crises = GuideAnswer.objects.crises()
        if crises.filter(question__in=objs).exists() and not crises.exclude(question__in=objs).exists():
            yield SAFETY_FIRST
