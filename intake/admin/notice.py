"""Mail that waits, was delivered or has failed."""

from django.contrib import admin, messages
from django.template.defaultfilters import pluralize
from django.utils import timezone

from intake import notices
from intake.admin.rows import SEALED
from intake.models import Notice


@admin.register(Notice)
class NoticeAdmin(admin.ModelAdmin):
    """It can be tried again, not written or changed."""

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
