"""The clinic's facts, as staff edit them."""

from django.contrib import admin
from django.db import models, transaction
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.text import capfirst

from clinic import error_pages
from clinic.models import (
    Alert,
    CallStep,
    Clinic,
    HelpLine,
    Location,
    OpeningHours,
    PageText,
    Signpost,
)

REVIEW = (
    "Review",
    {
        "fields": ["reviewed_on", "review_by"],
        "description": "Until both days are set, and again when the second has come, the staff home page asks for it.",
    },
)


class ContentAdmin(admin.ModelAdmin):
    """Content that other content may use. What is in use cannot be deleted; Django itself sees to that only for
    foreign keys."""

    def lookup_allowed(self, lookup, value, request):
        # A regular expression from an address can keep a worker busy for minutes.
        return super().lookup_allowed(lookup, value, request) and not lookup.endswith("regex")

    def view_on_site(self, obj):
        return obj.get_absolute_url() if hasattr(obj, "get_absolute_url") else None

    def get_deleted_objects(self, objs, request):
        to_delete, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        protected = [*protected, *self.in_the_way_of_deleting(objs)]
        # With both, Django's page would speak of permissions only.
        return to_delete, counts, set() if protected else perms_needed, protected

    def in_the_way_of_deleting(self, objs):
        """Lines for the page that refuses: here, links to what lists one of these in a many-to-many field, or leads to
        its page."""
        for relation in self.opts.related_objects:
            if relation.many_to_many:
                users = relation.related_model._default_manager
                for user in users.filter(**{f"{relation.field.name}__in": objs}).distinct():
                    yield self.link_to(user)
        for obj in objs:
            if hasattr(obj, "slug") and hasattr(obj, "get_absolute_url"):
                page = obj.get_absolute_url()
                for user in (*Signpost.objects.filter(path__startswith=page), *Alert.objects.filter(link_path=page)):
                    yield self.link_to(user)

    def link_to(self, obj):
        kind = capfirst(obj._meta.verbose_name)
        try:
            url = reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])
        except NoReverseMatch:
            return f"{kind}: {obj}"
        return format_html('{}: <a href="{}">{}</a>', kind, url, obj)


@admin.register(Clinic)
class ClinicAdmin(ContentAdmin):
    list_display = ["name", "phone", "main_location", "review_by"]
    list_select_related = ["main_location"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    fieldsets = [
        ("Name and address", {"fields": ["name", "short_name", "main_location", "time_zone"]}),
        (
            "How people reach you",
            {
                "fields": [
                    "phone",
                    "phone_answered_by",
                    "after_hours",
                    "relay_line",
                    "reply_hours",
                    "opening_shown_days",
                ],
                "description": "Every page shows the phone number. Saving also rewrites the pages for errors with it.",
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


@admin.register(Location)
class LocationAdmin(ContentAdmin):
    list_display = ["name", "street", "city", "position", "review_by"]
    search_fields = ["name", "street", "city"]
    fieldsets = [
        ("Address", {"fields": ["name", "street", "city", "state", "postal_code", "position"]}),
        ("Getting there", {"fields": ["access", "arrival"]}),
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


@admin.register(HelpLine)
class HelpLineAdmin(ContentAdmin):
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
            {"fields": ["starts_at", "ends_at"], "description": "Times are the clinic's own, not UTC."},
        ),
    ]


@admin.register(PageText)
class PageTextAdmin(ContentAdmin):
    list_display = ["title", "page", "place", "review_by"]
    list_filter = ["page"]
    search_fields = ["title", "text"]
    readonly_fields = ["page", "place"]
    fieldsets = [
        ("Words of a page", {"fields": ["page", "place", "title", "text", "description"]}),
        REVIEW,
    ]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Signpost)
class SignpostAdmin(ContentAdmin):
    list_display = ["title", "text", "path", "position"]
    search_fields = ["title", "text"]
    fieldsets = [("A way in from the home page", {"fields": ["title", "text", "path", "position"]})]


@admin.register(CallStep)
class CallStepAdmin(ContentAdmin):
    list_display = ["title", "position"]
    search_fields = ["title", "text"]
    fieldsets = [("One step", {"fields": ["title", "text", "position"]})]
