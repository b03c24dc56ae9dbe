"""Accounts: only a superuser makes or changes them, so that nobody can give rights to themselves."""

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User

admin.site.unregister([User, Group])


class ForSuperusers:
    def has_module_permission(self, request):
        return request.user.is_superuser

    def has_view_permission(self, request, obj=None):
        return request.user.is_superuser

    has_add_permission = has_view_permission
    has_change_permission = has_view_permission
    has_delete_permission = has_view_permission


@admin.register(User)
class AccountAdmin(ForSuperusers, UserAdmin):
    pass


@admin.register(Group)
class RightsAdmin(ForSuperusers, GroupAdmin):
    pass
