"""Requests, as staff read them. Nothing a person wrote is changed here; what happens to a request is workflow's."""

from functools import partial

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.template.defaultfilters import pluralize
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html_join
from django.views.decorators.http import require_POST

from clinic import hours
from clinic.models import Clinic
from intake import audit, contact_rules, notices, search_keys, workflow
from intake.encryption import EncryptedTextField
from intake.forms import AnswerForm
from intake.models import AccessRecord, ConsultationRequest, Notice

SEALED = [field.name for field in ConsultationRequest._meta.fields if isinstance(field, EncryptedTextField)]


def words(moment):
    return hours.moment_words(timezone.localtime(moment), timezone.localtime())


def read_up_to(request):
    """The last entry that stood on the page this was pressed on; 0 when that is not known, so nothing was read."""
    number = request.POST.get("read_up_to", "")
    return int(number) if number.isdecimal() and len(number) < 19 else 0


class QueueFilter(admin.SimpleListFilter):
    """Held requests stand apart: they come only when they are asked for, so that the main list stays readable."""

    title = "list"
    parameter_name = "list"

    def lookups(self, request, model_admin):
        return [
            ("waiting", "Waiting on us"),
            ("overdue", "Overdue"),
            ("answered", "Waiting on them"),
            ("held", f"Held as possible spam ({ConsultationRequest.objects.held().count()})"),
        ]

    def queryset(self, request, requests):
        if self.value() == "held":
            return requests.held()
        if self.value() == "waiting":
            return requests.waiting()
        if self.value() == "overdue":
            return requests.overdue(timezone.now())
        if self.value() == "answered":
            return requests.main_list().filter(state=ConsultationRequest.State.WAITING_ON_THEM)
        return requests.main_list()


@admin.register(ConsultationRequest)
class ConsultationRequestAdmin(admin.ModelAdmin):
    change_form_template = "admin/request_change_form.html"
    list_display = ["reference", "received_at", "reply_by_words", "asking_for", "program_words", "state"]
    list_filter = [QueueFilter, "asking_for"]
    list_select_related = ["program"]
    search_fields = ["reference"]
    search_help_text = "By reference only, such as ACE-347-XYW. Names and numbers are encrypted."
    actions = None
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

    def get_queryset(self, request):
        """The list decrypts nothing: what a person told us is read when a request is opened."""
        return super().get_queryset(request).defer(*SEALED)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def lookup_allowed(self, lookup, value, request):
        return lookup in ("list", "asking_for", "asking_for__exact")

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

    def changelist_view(self, request, extra_context=None):
        if self.has_view_permission(request):
            audit.record(AccessRecord.Kind.LIST, by=request.user)
        return super().changelist_view(request, extra_context)

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

    @admin.display(description="program", ordering="program")
    def program_words(self, stored):
        return stored.program.short_name if stored.program else "Not sure yet"

    @admin.display(description="estimate")
    def estimate(self, stored):
        return (
            f"Due {contact_rules.estimate_words(stored, Clinic.load())}" if stored.wants_estimate else "Not asked for"
        )

    @admin.display(description="reply by", ordering="reply_by")
    def reply_by_words(self, stored):
        if stored.reply_by is None:
            return "No time was promised"
        is_overdue = stored.state in stored.OURS and stored.reply_by < timezone.now()
        return f"{words(stored.reply_by)} (overdue)" if is_overdue else words(stored.reply_by)

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


@admin.register(Notice)
class NoticeAdmin(admin.ModelAdmin):
    """Mail that waits, was delivered or has failed. It can be tried again, not written or changed."""

    list_display = ["kind", "request", "state", "created_at", "tries", "problem"]
    list_filter = ["state", "kind"]
    list_select_related = ["request"]
    list_display_links = None
    actions = ["try_again"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer(*(f"request__{name}" for name in SEALED))

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def may_try_again(self, request):
        return super().has_change_permission(request)

    def get_actions(self, request):
        return super().get_actions(request) if self.may_try_again(request) else {}

    @admin.action(description="Try again to send what failed")
    def try_again(self, request, chosen):
        again = notices.try_again(chosen, timezone.now())
        self.message_user(request, f"{again} mail{pluralize(again)} will be tried again.", messages.SUCCESS)
