"""Rows on the page of what they belong to."""

from django import forms
from django.contrib import admin


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
