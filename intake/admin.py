"""Requests, as staff read them. Nothing a person wrote is changed here; what happens to a request is workflow's."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from clinic import hours
from intake import workflow
from intake.models import ConsultationRequest

SEALED = ["name", "phone", "email", "message"]


def words(moment):
    return hours.moment_words(timezone.localtime(moment), timezone.localtime())


def allowed(is_allowed, what_to_do, what_not_to_do):
    if is_allowed:
        return f"Yes. {what_to_do}"
    return format_html('<strong class="no">NO.</strong> {}', what_not_to_do)


class AnsweredFilter(admin.SimpleListFilter):
    title = "answer"
    parameter_name = "answer"

    def lookups(self, request, model_admin):
        return [("waiting", "Waiting"), ("overdue", "Overdue"), ("answered", "Answered")]

    def queryset(self, request, requests):
        if self.value() == "waiting":
            return requests.waiting()
        if self.value() == "overdue":
            return requests.overdue(timezone.now())
        if self.value() == "answered":
            return requests.filter(answered_at__isnull=False)
        return requests


@admin.register(ConsultationRequest)
class ConsultationRequestAdmin(admin.ModelAdmin):
    change_form_template = "admin/request_change_form.html"
    list_display = ["reference", "received_at", "reply_by_words", "asking_for", "program_words", "answered_words"]
    list_filter = [AnsweredFilter, "asking_for"]
    list_select_related = ["program", "answered_by"]
    search_fields = ["reference"]
    search_help_text = "By reference only, such as ACE-347-XYW. Names and numbers are encrypted."
    actions = None
    fieldsets = [
        (
            "Before you call or write",
            {
                "fields": ["say_who", "leave_message"],
                "description": "The person's own rules. They hold for every call, message and letter.",
            },
        ),
        ("How to reach the person", {"fields": ["name", "phone", "email"]}),
        ("What they told us", {"fields": ["asking_for", "program_words", "message"]}),
        ("When", {"fields": ["received_at", "reply_by_words", "answered_words"]}),
        ("What they agreed to", {"fields": ["consent_wording", "consented_at"]}),
    ]
    readonly_fields = ["say_who", "leave_message", "reply_by_words", "answered_words", "program_words"]

    def get_queryset(self, request):
        """The list decrypts nothing: what a person told us is read when a request is opened."""
        return super().get_queryset(request).defer(*SEALED)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def lookup_allowed(self, lookup, value, request):
        return lookup in ("answer", "asking_for", "asking_for__exact")

    def has_delete_permission(self, request, obj=None):
        return False

    def may_answer(self, request):
        return super().has_change_permission(request)

    def get_urls(self):
        url = path(
            "<int:object_id>/answered/",
            self.admin_site.admin_view(self.mark_answered),
            name="intake_consultationrequest_answered",
        )
        return [url, *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return super().change_view(
            request, object_id, form_url, {"may_answer": self.may_answer(request), **(extra_context or {})}
        )

    @method_decorator(require_POST)
    def mark_answered(self, request, object_id):
        if not self.may_answer(request):
            raise PermissionDenied
        stored = self.get_object(request, object_id)
        if stored is None:
            raise Http404
        try:
            workflow.mark_answered(stored, by=request.user)
        except workflow.AlreadyAnswered:
            self.message_user(request, f"A colleague has already answered {stored}.", messages.WARNING)
        else:
            self.log_change(request, stored, "Marked as answered.")
            self.message_user(request, f"{stored} is marked as answered.", messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:intake_consultationrequest_change", args=[stored.pk]))

    @admin.display(description="May we say who is calling")
    def say_who(self, stored):
        return allowed(stored.may_say_who, "You may name the clinic.", "Ask for the person and say nothing more.")

    @admin.display(description="May we leave a message")
    def leave_message(self, stored):
        return allowed(stored.may_leave_message, "A first name and a number.", "Leave no message.")

    @admin.display(description="program", ordering="program")
    def program_words(self, stored):
        return stored.program.short_name if stored.program else "Not sure yet"

    @admin.display(description="reply by", ordering="reply_by")
    def reply_by_words(self, stored):
        if stored.reply_by is None:
            return "No time was promised"
        is_overdue = stored.answered_at is None and stored.reply_by < timezone.now()
        return f"{words(stored.reply_by)} (overdue)" if is_overdue else words(stored.reply_by)

    @admin.display(description="answered", ordering="answered_at")
    def answered_words(self, stored):
        return f"{words(stored.answered_at)}, {stored.answered_by}" if stored.answered_at else "Waiting"
