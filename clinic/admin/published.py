"""Content with a page of its own: staff can see it before the public can, and a changed address keeps working."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import path

from clinic import pages
from clinic.admin.base import ContentAdmin


class PublishedAdmin(ContentAdmin):
    """`show` answers with the page as it is, published or not."""

    change_form_template = "admin/change_form_with_preview.html"

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_preview"
        return [
            path("<int:object_id>/preview/", self.admin_site.admin_view(self.preview), name=name),
            *super().get_urls(),
        ]

    def preview(self, request, object_id):
        obj = self.get_object(request, object_id)
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        if obj is None:
            raise Http404
        return type(self).show(request, self.model.objects.all(), obj.slug, is_preview=True)

    def view_on_site(self, obj):
        return obj.get_absolute_url() if obj.is_published else None

    def save_model(self, request, obj, form, change):
        before = self.model.objects.get(pk=obj.pk) if change else None
        super().save_model(request, obj, form, change)
        if before and before.slug != obj.slug:
            pages.remember_move(before.get_absolute_url(), obj.get_absolute_url())
