"""A program and the lists on its page, as staff edit them."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from clinic import wording
from clinic.admin import REVIEW, PublishedAdmin
from programs import facts, rules
from programs.admin.base import RowFormSet, Rows
from programs.models import ComparisonAnswer, Criterion, Program, ProgramPoint, ProgramSection, ProgramService
from programs.views import care


class CriterionFormSet(RowFormSet):
    def clean(self):
        super().clean()
        if self.instance.is_published and not any(self.errors):
            # ProgramForm answers for the tracks, so that each sentence stands where it can be acted on.
            missing = rules.missing_to_publish(self.instance, criteria_count=len(self.kept()), track_count=1)
            if missing:
                raise ValidationError(missing)


class CriterionRows(Rows):
    model = Criterion
    verbose_name_plural = "criteria: who it may fit"
    formset = CriterionFormSet
    fk_name = "program"
    fields = ["kind", "text", "suggests", "said_by", "position"]


class ServiceRows(Rows):
    model = ProgramService
    verbose_name = "service"
    verbose_name_plural = "services"
    classes = ["collapse"]
    fields = ["service", "availability", "position"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("program", "service")


class PointRows(Rows):
    model = ProgramPoint
    verbose_name = "line"
    verbose_name_plural = "lines of the lists: benefits, goals, things to weigh"
    classes = ["collapse"]
    fields = ["kind", "text", "position"]


class SectionRows(admin.StackedInline):
    model = ProgramSection
    verbose_name = "section"
    verbose_name_plural = "sections: a heading and its text"
    classes = ["collapse"]
    extra = 0
    fields = ["heading", "body", "position"]


class ComparisonAnswerRows(Rows):
    model = ComparisonAnswer
    verbose_name = "answer"
    verbose_name_plural = "answers in the comparison"
    classes = ["collapse"]
    fields = ["point", "text"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("point")


class ProgramForm(forms.ModelForm):
    def _post_clean(self):
        """As in Django's own user form: only from here on does the instance hold what was typed."""
        super()._post_clean()
        if self.instance.is_published:
            track_count = self.instance.tracks.count() if self.instance.pk else 0
            # CriterionFormSet answers for the criteria: they are on this same page.
            for sentence in rules.missing_to_publish(self.instance, criteria_count=1, track_count=track_count):
                self.add_error("is_published", sentence)


@admin.register(Program)
class ProgramAdmin(PublishedAdmin):
    form = ProgramForm
    show = care.show_program
    list_display = ["title", "level", "is_published", "is_offered", "position", "review_by"]
    list_filter = ["is_published", "is_offered", "level"]
    list_select_related = ["level"]
    search_fields = ["title", "short_name", "aliases"]
    prepopulated_fields = {"slug": ["short_name"]}
    filter_horizontal = ["topics", "group_types", "questions"]
    readonly_fields = ["track_links"]
    inlines = [CriterionRows, ServiceRows, PointRows, SectionRows, ComparisonAnswerRows]
    fieldsets = [
        (
            "What it is",
            {"fields": ["title", "short_name", "aliases", "for_substance_use", "for_mental_health", "lives_at"]},
        ),
        (
            "Days and hours",
            {
                "fields": ["track_links"],
                "description": "Each track is a page of its own. Every page computes its hours and weeks from them.",
            },
        ),
        ("Words", {"fields": ["summary", "lead", "led_by", "topics", "group_types", "questions"]}),
        ("Photo", {"fields": ["photo"]}),
        ("Where it stands", {"fields": ["level", "position", "is_main", "is_offered", "compares_with"]}),
        (
            "Shown to the public",
            {
                "fields": ["is_published", "slug"],
                "description": "A program we offer needs at least one track and one criterion before it is published.",
            },
        ),
        REVIEW,
    ]

    def program_names(self):
        return {program.pk: wording.names_of_program(program) for program in Program.objects.all()}

    @admin.display(description="tracks")
    def track_links(self, program):
        if program.pk is None:
            return "Save the program first. Then add its tracks here."
        tracks = format_html_join(
            "",
            '<li><a href="{}">{}</a>: {}</li>',
            (
                (reverse("admin:programs_track_change", args=[track.pk]), track.name, facts.hours_words([track]))
                for track in program.tracks.all()
            ),
        )
        add = f"{reverse('admin:programs_track_add')}?program={program.pk}"
        return format_html('<ul>{}<li><a class="addlink" href="{}">Add a track</a></li></ul>', tracks, add)
