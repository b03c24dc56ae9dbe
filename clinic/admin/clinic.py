"""The clinic's facts, as staff edit them."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models, transaction

from clinic import error_pages
from clinic.admin.base import REVIEW, ContentAdmin
from clinic.models import LIFELINE, Alert, Clinic, HelpLine, Location, OpeningHours

LAST_LIFELINE = "This is the only line that a call to 988 alone reaches. Add another one first."

PICTURES_ARE_GONE = (
    "The pictures for sharing carried the old name and are gone. Who runs the site makes new ones: `manage.py"
    " build_images`."
)


@admin.register(Clinic)
class ClinicAdmin(ContentAdmin):
    list_display = ["name", "phone", "main_location", "review_by"]
    list_select_related = ["main_location"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    fieldsets = [
        (
            "Name and address",
            {
                "fields": ["name", "short_name", "main_location", "time_zone"],
                "description": "The pictures shown where somebody shares a page carry the name. After a new name,"
                " shared pages have none until the site is started again or `manage.py build_images` has run.",
            },
        ),
        (
            "How people reach you",
            {
                "fields": [
                    "phone",
                    "phone_answered_by",
                    "after_hours",
                    "relay_line",
                    "opening_shown_days",
                ],
                "description": "Every page shows the phone number. Saving also rewrites the pages for errors with it.",
            },
        ),
        (
            "How you answer requests",
            {
                "fields": [
                    "reply_hours",
                    "replies_per_hour",
                    "answers_by_phone",
                    "answers_by_text",
                    "answers_by_email",
                    "calls_per_half_hour",
                    "shows_promise_rate",
                    "notices_to",
                ],
                "description": "The form offers only the ways that are ticked here. “I will call you” is always there.",
            },
        ),
        ("Home page", {"fields": ["headline", "headline_end", "lead", "description"]}),
        ("What we say about ourselves", {"fields": ["founded_year", "license_line", "privacy_line"]}),
        ("“Leave this site”", {"fields": ["exit_name", "exit_url"]}),
        REVIEW,
    ]

    def has_add_permission(self, request):
        return super().has_add_permission(request) and not Clinic.objects.exists()

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        obj.pk = 1
        super().save_model(request, obj, form, change)
        transaction.on_commit(error_pages.write, robust=True)
        if change and "name" in form.changed_data:
            self.message_user(request, PICTURES_ARE_GONE, messages.WARNING)


@admin.register(Location)
class LocationAdmin(ContentAdmin):
    list_display = ["name", "street", "city", "position", "review_by"]
    search_fields = ["name", "street", "city"]
    fieldsets = [
        ("Address", {"fields": ["name", "street", "city", "state", "postal_code", "position"]}),
        ("Getting there", {"fields": ["access", "arrival", "photo"]}),
        REVIEW,
    ]


@admin.register(OpeningHours)
class OpeningHoursAdmin(ContentAdmin):
    list_display = ["__str__", "weekday", "date", "note"]
    list_filter = ["weekday"]
    search_fields = ["note"]
    fieldsets = [
        (
            "Which day",
            {
                "fields": ["weekday", "date", "note"],
                "description": "Choose a weekday for hours that come back every week, or one date. A date with hours"
                " of its own replaces that day's usual hours, on every page and in the time we promise a reply by.",
            },
        ),
        ("From when to when somebody answers", {"fields": ["opens", "closes"]}),
    ]


class HelpLineForm(forms.ModelForm):
    def clean(self):
        super().clean()
        lines = HelpLine.objects.lifelines()
        is_one = self.cleaned_data.get("call_number") == LIFELINE and not self.cleaned_data.get("call_with")
        if not is_one and lines.filter(pk=self.instance.pk).exists() and lines.count() == 1:
            raise ValidationError(LAST_LIFELINE)


@admin.register(HelpLine)
class HelpLineAdmin(ContentAdmin):
    form = HelpLineForm
    list_display = ["name", "call_number", "text_number", "is_emergency", "checked_on", "position"]
    list_filter = ["is_emergency"]
    search_fields = ["name", "call_number", "text_number"]
    fieldsets = [
        ("When to use it", {"fields": ["name", "when_to_use", "is_emergency", "position"]}),
        ("How to reach it", {"fields": ["call_number", "call_with", "text_number", "text_with", "hours", "extra"]}),
        (
            "Check",
            {"fields": ["checked_on"], "description": "Dial the number, hear who answers, then enter that day."},
        ),
    ]

    def get_actions(self, request):
        """One press never takes all lines away."""
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def in_the_way_of_deleting(self, objs):
        yield from super().in_the_way_of_deleting(objs)
        gone = [line.pk for line in objs]
        lines = HelpLine.objects.lifelines()
        if lines.filter(pk__in=gone).exists() and not lines.exclude(pk__in=gone).exists():
            yield LAST_LIFELINE


@admin.register(Alert)
class AlertAdmin(ContentAdmin):
    list_display = ["body", "audience", "level", "starts_at", "ends_at"]
    list_filter = ["level", "audience"]
    search_fields = ["body"]
    date_hierarchy = "ends_at"
    fieldsets = [
        ("What it says", {"fields": ["audience", "level", "body"]}),
        ("Where it leads", {"fields": ["link_path", "link_label"]}),
        (
            "When it is shown",
            {
                "fields": ["starts_at", "ends_at"],
                "description": "Times are the clinic's own, not UTC. Of several at once, pages show the first five:"
                " changes before notes, then those that start first.",
            },
        ),
    ]
