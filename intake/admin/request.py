"""Requests, as staff read them. Nothing a person wrote is changed here; what happens to a request is workflow's."""

from functools import partial

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html_join
from django.views.decorators.http import require_POST

from clinic.models import Clinic
from intake import audit, contact_rules, search_keys, workflow
from intake.admin.export import Exports
from intake.admin.queue import words
from intake.forms import AnswerForm
from intake.models import AccessRecord, ConsultationRequest


def read_up_to(request):
    """The last entry that stood on the page this was pressed on; 0 when that is not known, so nothing was read."""
    number = request.POST.get("read_up_to", "")
    return int(number) if number.isdecimal() and len(number) < 19 else 0


@admin.register(ConsultationRequest)
class ConsultationRequestAdmin(Exports):
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

    def may_answer(self, request):
        return super().has_change_permission(request)

    def get_urls(self):
        urls = [
            path(
                f"<int:object_id>/{name}/",
                self.admin_site.admin_view(view),
                name=f"intake_consultationrequest_{name}",
            )
            for name, view in {
                "reached": self.reached,
                "answer": self.answer,
                "release": self.release,
                "erase": self.erase,
            }.items()
        ]
        return [*urls, *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        context = {"may_answer": self.may_answer(request), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        # Before the page, and by whatever address it was asked for: what cannot be recorded is not shown.
        audit.record(AccessRecord.Kind.VIEW, by=request.user, request=obj)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def stored_for(self, request, object_id):
        if not self.may_answer(request):
            raise PermissionDenied
        stored = self.get_object(request, str(object_id))
        if stored is None:
            raise Http404
        return stored

    def happens(self, request, stored, change, done):
        """One press by one of the team: recorded, done by workflow, and said in words. Returns whether it was done."""
        audit.record(AccessRecord.Kind.CHANGE, by=request.user, request=stored)
        try:
            change()
        except workflow.NotRead:
            self.message_user(request, f"{stored}: the person wrote again. Read that first.", messages.WARNING)
        except workflow.NotAllowed:
            self.message_user(request, f"{stored} changed a moment ago. Look at it again.", messages.WARNING)
        else:
            self.message_user(request, f"{stored} {done}", messages.SUCCESS)
            return True
        return False

    def page_of(self, stored):
        return HttpResponseRedirect(reverse("admin:intake_consultationrequest_change", args=[stored.pk]))

    @method_decorator(require_POST)
    def reached(self, request, object_id):
        stored = self.stored_for(request, object_id)
        change = partial(workflow.mark_reached, stored, by=request.user, read_up_to=read_up_to(request))
        self.happens(request, stored, change, "is marked as answered.")
        return self.page_of(stored)

    @method_decorator(require_POST)
    def release(self, request, object_id):
        stored = self.stored_for(request, object_id)
        self.happens(request, stored, partial(workflow.release, stored, by=request.user), "stands in the main list.")
        return self.page_of(stored)

    def answer(self, request, object_id):
        """An answer on the person's private page. What was typed stays until it is left there."""
        stored = self.stored_for(request, object_id)
        form = AnswerForm(request.POST or None)
        if form.is_valid():
            text = form.cleaned_data["text"]
            change = partial(workflow.answer, stored, text, by=request.user, read_up_to=read_up_to(request))
            if self.happens(request, stored, change, "has your answer on its private page."):
                return self.page_of(stored)
        audit.record(AccessRecord.Kind.VIEW, by=request.user, request=stored)
        context = {"form": form, "stored": stored, "title": "Answer on the private page"}
        return render(request, "admin/request_answer.html", {**self.admin_site.each_context(request), **context})

    def erase(self, request, object_id):
        """For somebody who called and asked for it. Asks once before it is done."""
        stored = self.stored_for(request, object_id)
        if request.method == "POST":
            self.happens(request, stored, partial(workflow.withdraw, stored, by=request.user), "is erased.")
            return self.page_of(stored)
        context = {"stored": stored, "title": f"Erase {stored}?"}
        return render(request, "admin/request_erase.html", {**self.admin_site.each_context(request), **context})

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
