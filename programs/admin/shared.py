"""Words and levels that several programs share, as staff edit them."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Sum

from clinic.admin import REVIEW, ContentAdmin
from programs.admin.base import RowFormSet, Rows
from programs.models import (
    ComparisonPoint,
    GroupType,
    LevelOfCare,
    Question,
    SearchAlias,
    Service,
    SessionOutline,
    SessionPart,
    Topic,
    Track,
)


@admin.register(LevelOfCare)
class LevelOfCareAdmin(ContentAdmin):
    list_display = ["name", "code", "weekly_hours_min", "weekly_hours_max", "position"]
    search_fields = ["name", "code"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        ("On the ladder", {"fields": ["name", "slug", "support", "summary", "position"]}),
        (
            "What is usual at this level",
            {
                "fields": ["weekly_hours_min", "weekly_hours_max"],
                "description": "A track with fewer or more hours of groups a week is saved only with a reason.",
            },
        ),
        ("For staff", {"fields": ["code", "code_edition"]}),
        REVIEW,
    ]


@admin.register(Topic)
class TopicAdmin(ContentAdmin):
    list_display = ["name", "by_choice", "position"]
    list_filter = ["by_choice"]
    search_fields = ["name"]
    fieldsets = [("What people work on", {"fields": ["name", "by_choice", "position"]})]


@admin.register(GroupType)
class GroupTypeAdmin(ContentAdmin):
    list_display = ["name", "text", "position"]
    search_fields = ["name", "text"]
    fieldsets = [("A kind of group", {"fields": ["name", "text", "position"]})]


@admin.register(Service)
class ServiceAdmin(ContentAdmin):
    list_display = ["name", "kind", "position"]
    list_filter = ["kind"]
    search_fields = ["name", "text"]
    fieldsets = [("A service", {"fields": ["name", "kind", "text", "position"]}), REVIEW]


@admin.register(Question)
class QuestionAdmin(ContentAdmin):
    list_display = ["question", "subject", "on_home_page", "position", "review_by"]
    list_filter = ["subject", "on_home_page"]
    search_fields = ["question", "answer"]
    prepopulated_fields = {"slug": ["question"]}
    fieldsets = [
        ("Question and answer", {"fields": ["question", "answer"]}),
        ("Where it stands", {"fields": ["subject", "position", "on_home_page", "slug"]}),
        REVIEW,
    ]


@admin.register(ComparisonPoint)
class ComparisonPointAdmin(ContentAdmin):
    list_display = ["name", "position"]
    search_fields = ["name"]
    fieldsets = [
        (
            "A row of the comparison",
            {
                "fields": ["name", "position"],
                "description": "Each program's own page holds its answer. Rows of hours and weeks are computed.",
            },
        )
    ]


@admin.register(SearchAlias)
class SearchAliasAdmin(ContentAdmin):
    list_display = ["typed", "finds"]
    search_fields = ["typed", "finds"]
    fieldsets = [
        (
            "What people call it",
            {
                "fields": ["typed", "finds"],
                "description": "What a program is also called is found anyway. A comma stands between different things:"
                " “inpatient care, outpatient program” finds both of them.",
            },
        )
    ]


class PartFormSet(RowFormSet):
    def clean(self):
        super().clean()
        if any(self.errors) or not self.instance.pk:
            return
        minutes = sum(part.minutes for part in self.kept())
        tracks = self.instance.tracks.select_related("program").exclude(part_of_day=Track.PartOfDay.ALL_DAY)
        found = [
            f"The parts would take {minutes} minutes, but “{track}” uses this outline and its sessions take"
            f" {track.session_minutes}."
            for track in tracks.exclude(session_minutes=minutes)
        ]
        if found:
            raise ValidationError(found)


class PartRows(Rows):
    model = SessionPart
    formset = PartFormSet
    fields = ["name", "minutes", "text", "position"]


@admin.register(SessionOutline)
class SessionOutlineAdmin(ContentAdmin):
    list_display = ["name", "minutes"]
    search_fields = ["name"]
    inlines = [PartRows]
    fieldsets = [
        (
            "How one session runs",
            {
                "fields": ["name"],
                "description": "All parts together must take as long as a session of each track that uses this.",
            },
        )
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(minutes=Sum("parts__minutes"))

    @admin.display(ordering="minutes")
    def minutes(self, outline):
        return outline.minutes
