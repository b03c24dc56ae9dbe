"""Requests, as staff read them. Nothing a person wrote is changed here; what happens to a request is workflow's."""

from functools import partial

from django.contrib import admin
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html_join
from django.views.decorators.http import require_POST

from clinic.models import Clinic
from intake import audit, contact_rules, search_keys, workflow
from intake.admin.moves import Moves, read_up_to
from intake.admin.queue import words
from intake.models import AccessRecord, ConsultationRequest


@admin.register(ConsultationRequest)
class ConsultationRequestAdmin(Moves):
    change_form_template = "admin/request_change_form.html"
    fieldsets = [
        (
            "Before you call or write",
            {
                "fields": ["call_sheet", "slot", "name_to_ask_for", "code_word", "safe_times", "language", "help"],
                "description": "The person's own rules. They hold for every call, message and letter.",
            },
        ),
        ("How to reach the person", {"fields": ["name", "phone", "email"]}),
        (
            "What they told us",
            {
                "fields": [
                    "asking_for",
                    "relationship",
                    "person_knows",
                    "organization",
                    "role",
                    "person_name",
                    "program_words",
                    "estimate",
                    "message",
                ]
            },
        ),
        (
            "What happened",
            {"fields": ["state", "held_because", "received_at", "reply_by_words", "duplicates", "history"]},
        ),
        (
            "What they agreed to",
            {"fields": ["consent_wording", "consent_version", "consented_at", "consent_page", "privacy_version"]},
        ),
    ]
    readonly_fields = [
        "call_sheet",
        "slot",
        "help",
        "reply_by_words",
        "program_words",
        "estimate",
        "duplicates",
        "history",
    ]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        reached = path(
            "<int:object_id>/reached/",
            self.admin_site.admin_view(self.reached),
            name="intake_consultationrequest_reached",
        )
        return [reached, *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        context = {"may_answer": self.may_answer(request), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        # Before the page, and by whatever address it was asked for: what cannot be recorded is not shown.
        audit.record(AccessRecord.Kind.VIEW, by=request.user, request=obj)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    @method_decorator(require_POST)
    def reached(self, request, object_id):
        stored = self.stored_for(request, object_id)
        change = partial(workflow.mark_reached, stored, by=request.user, read_up_to=read_up_to(request))
        self.happens(request, stored, change, "is marked as answered.")
        return self.page_of(stored)

    @admin.display(description="The person's rules")
    def call_sheet(self, stored):
        return format_html_join(
            "",
            '<p>{}: <strong class="{}">{}</strong> {}</p>',
            (
                (question, "yes" if is_allowed else "no", "Yes." if is_allowed else "NO.", what_to_do)
                for question, is_allowed, what_to_do in contact_rules.call_sheet(stored)
            ),
        )

    @admin.display(description="call-back")
    def slot(self, stored):
        return contact_rules.slot_words(stored, Clinic.load()) or "Any time we are open"

    @admin.display(description="help with talking")
    def help(self, stored):
        needs = ["an interpreter"] * stored.needs_interpreter + ["relay, TTY or captions"] * stored.uses_relay
        return " and ".join(needs) or "None asked for"

    @admin.display(description="estimate")
    def estimate(self, stored):
        return (
            f"Due {contact_rules.estimate_words(stored, Clinic.load())}" if stored.wants_estimate else "Not asked for"
        )

    @admin.display(description="likely the same person")
    def duplicates(self, stored):
        """By the same number or email; linked for staff, never merged."""
        found = search_keys.likely_duplicates(stored).only("reference")
        links = ((reverse("admin:intake_consultationrequest_change", args=[other.pk]), other) for other in found)
        return format_html_join(", ", '<a href="{}">{}</a>', links) or "No other request"

    @admin.display(description="history")
    def history(self, stored):
        return format_html_join(
            "",
            "<p>{}: {}{} {}</p>",
            (
                (words(entry.at), entry.get_kind_display(), f", {entry.by}." if entry.by else ".", entry.text)
                for entry in stored.entries.select_related("by")
            ),
        )
