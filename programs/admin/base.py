"""What the pages about care share: rows on the page of what they belong to, and a preview."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import path

from clinic.admin import ContentAdmin


class RowFormSet(forms.BaseInlineFormSet):
    """Rows on the page of what they belong to."""

    def add_fields(self, form, index):
        """Every control says what it is: Django's table of rows labels none of them."""
        super().add_fields(form, index)
        for field in form.fields.values():
            control = getattr(field.widget, "widget", field.widget)  # a choice of rows comes wrapped in its links
            control.attrs["aria-label"] = field.label

    def kept(self):
        """The rows as they would be after saving. Empty while one of them has an error of its own."""
        if any(self.errors):
            return []
        return [
            form.instance
            for form in self.forms
            if form not in self.deleted_forms and (form.instance.pk or form.has_changed())
        ]

    def get_unique_error_message(self, unique_check):
        """The sentence of the constraint that two rows of this page would break together."""
        for constraint in self.model._meta.constraints:
            if set(unique_check) == set(getattr(constraint, "fields", [])):
                return constraint.get_violation_error_message()
        return super().get_unique_error_message(unique_check)


class Rows(admin.TabularInline):
    formset = RowFormSet
    extra = 0


class PreviewAdmin(ContentAdmin):
    """Content with a page of its own, which staff can see before the public can. `show` answers with that page."""

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
