"""Mail that waits, was delivered or has failed."""

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.template.defaultfilters import pluralize
from django.utils import timezone

from clinic.admin import StaffAdmin
from intake import audit, notices
from intake.admin.rows import SEALED
from intake.models import AccessRecord, Notice


@admin.register(Notice)
class NoticeAdmin(StaffAdmin):
    """It can be tried again, not written or changed."""

    list_display = ["kind", "request", "state", "created_at", "tries", "problem"]
    list_filter = ["state", "kind"]
    list_select_related = ["request"]
    list_display_links = None
    ordering = ["-pk"]
    actions = ["try_again"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer(*(f"request__{name}" for name in SEALED))

    # References stand on both: the look is recorded before it is shown.

    def changelist_view(self, request, extra_context=None):
        if self.has_view_permission(request):
            audit.record(AccessRecord.Kind.LIST, by=request.user)
        return super().changelist_view(request, extra_context)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        notice = self.get_object(request, unquote(object_id)) if object_id else None
        if notice and notice.request and self.has_view_permission(request):
            audit.record(AccessRecord.Kind.VIEW, by=request.user, request=notice.request)
        return super().changeform_view(request, object_id, form_url, extra_context)

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
