"""A track, its week and its opening, as staff edit them."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html

from clinic.admin import ContentAdmin
from programs import facts, rules
from programs.admin.base import RowFormSet, Rows
from programs.models import Opening, Program, ScheduleSlot, Track


class SlotFormSet(RowFormSet):
    def clean(self):
        super().clean()
        if any(self.errors):
            return
        try:
            self.instance.clean_fields()
        except ValidationError:
            return  # the track's own fields say what is wrong with it
        found = rules.contradictions(self.instance, self.kept())
        if found:
            raise ValidationError(found)


class SlotRows(Rows):
    model = ScheduleSlot
    formset = SlotFormSet
    fields = ["weekday", "starts", "kind", "minutes", "by_choice"]
    verbose_name = "time in the week"
    verbose_name_plural = "the week"


class OpeningRow(admin.StackedInline):
    model = Opening
    extra = 0
    fields = ["state", "next_start", "checked_at"]


class TrackForm(forms.ModelForm):
    def _post_clean(self):
        """As in Django's own user form: only from here on does the instance hold what was typed."""
        super()._post_clean()
        if not self.errors:
            siblings = self.instance.program.tracks.exclude(pk=self.instance.pk)
            if any(track.is_all_day != self.instance.is_all_day for track in siblings):
                self.add_error(
                    "part_of_day", "Tracks by day and night stand alone: make a program of their own for them."
                )
        if not self.errors and not self.instance.hours_reason:
            unusual = rules.unusual_hours(self.instance)
            if unusual:
                self.add_error("hours_reason", f"{unusual} Write a reason below to save it anyway.")


@admin.register(Track)
class TrackAdmin(ContentAdmin):
    form = TrackForm
    list_display = ["name", "program", "part_of_day", "each_week", "attendance", "position"]
    list_filter = ["program", "part_of_day", "attendance"]
    list_select_related = ["program"]
    search_fields = ["name", "program__title"]
    inlines = [SlotRows, OpeningRow]
    fieldsets = [
        ("Track", {"fields": ["program", "name", "part_of_day", "attendance", "min_age", "position"]}),
        ("Days", {"fields": ["days_min", "days_max", "days_are_about"]}),
        (
            "Hours",
            {
                "fields": [
                    "session_minutes",
                    "individual_sessions",
                    "individual_minutes",
                    "outline",
                    "hours_reason",
                    "each_week",
                ],
                "description": "Days and minutes make the hours a week that every page shows.",
            },
        ),
        ("Weeks", {"fields": ["weeks_min", "weeks_typical", "is_open_ended", "schedule_note"]}),
        ("People in a group", {"fields": ["group_size_min", "group_size_max"]}),
    ]

    def get_readonly_fields(self, request, obj=None):
        # Moving a track could leave a published program without one.
        return ["each_week", "program"] if obj else ["each_week"]

    @admin.display(description="the pages say")
    def each_week(self, track):
        return facts.hours_words([track]) if track.pk else "Computed when you save."

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        # The program's page shows these hours: search engines are told that it changed.
        Program.objects.filter(pk=obj.program_id).update(updated_at=timezone.now())
        unusual = rules.unusual_hours(obj)
        if unusual:
            self.message_user(request, f"{unusual} Saved, with the reason you gave.", messages.WARNING)

    def in_the_way_of_deleting(self, tracks):
        yield from super().in_the_way_of_deleting(tracks)
        going = [track.pk for track in tracks]
        for program in Program.objects.published().filter(tracks__in=going).distinct():
            left = program.tracks.exclude(pk__in=going).count()
            for sentence in rules.missing_to_publish(program, criteria_count=1, track_count=left):
                yield format_html("{} It is published. {}", self.link_to(program), sentence)
