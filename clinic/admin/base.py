"""What all content has in common for staff."""

from django.contrib import admin, messages
from django.db import transaction
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.text import capfirst

from clinic import share_picture, wording
from clinic.models import Alert, Page, Signpost, WordingException

REVIEW = (
    "Review",
    {
        "fields": ["reviewed_on", "review_by"],
        "description": "Until both days are set, and again when the second has come, the staff home page asks for it.",
    },
)


class ContentAdmin(admin.ModelAdmin):
    """Content that other content may use. What is in use cannot be deleted; Django itself sees to that only for
    foreign keys."""

    def lookup_allowed(self, lookup, value, request):
        # A regular expression from an address can keep a worker busy for minutes.
        return super().lookup_allowed(lookup, value, request) and not lookup.endswith("regex")

    def view_on_site(self, obj):
        return obj.get_absolute_url() if hasattr(obj, "get_absolute_url") else None

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        transaction.on_commit(share_picture.draw_missing, robust=True)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        changed = [row for formset in formsets for row, _columns in formset.changed_objects]
        added = [row for formset in formsets for row in formset.new_objects]
        self.warn_of_wording(request, [form.instance, *changed, *added])

    def program_names(self):
        """For the headings of a program's page, which may not name another program."""
        return {}

    def warn_of_wording(self, request, rows):
        exceptions = tuple(WordingException.objects.values_list("phrase", flat=True))
        names = self.program_names()
        may_except = request.user.has_perm("clinic.add_wordingexception")
        for row in rows:
            for label, finding in wording.of_row(row, exceptions, names):
                said = f"{capfirst(row._meta.verbose_name)}: {label}: {finding}"
                if may_except:
                    url = f"{reverse('admin:clinic_wordingexception_add')}?{urlencode({'phrase': finding.words})}"
                    said = format_html(
                        '{} If it must stay, <a href="{}">add an exception with a reason</a>.', said, url
                    )
                self.message_user(request, said, messages.WARNING)

    def get_deleted_objects(self, objs, request):
        to_delete, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        protected = [*protected, *self.in_the_way_of_deleting(objs)]
        # With both, Django's page would speak of permissions only.
        return to_delete, counts, set() if protected else perms_needed, protected

    def in_the_way_of_deleting(self, objs):
        """Lines for the page that refuses: here, links to what lists one of these in a many-to-many field, or leads to
        its page."""
        for relation in self.opts.related_objects:
            if relation.many_to_many:
                users = relation.related_model._default_manager
                for user in users.filter(**{f"{relation.field.name}__in": objs}).distinct():
                    yield self.link_to(user)
        for obj in objs:
            if hasattr(obj, "slug") and hasattr(obj, "get_absolute_url"):
                path = obj.get_absolute_url()
                for user in (
                    *Signpost.objects.filter(path__startswith=path),
                    *Alert.objects.filter(link_path=path),
                    *Page.objects.filter(body__contains=f"]({path}"),
                ):
                    if user != obj:
                        yield self.link_to(user)

    def link_to(self, obj):
        kind = capfirst(obj._meta.verbose_name)
        try:
            url = reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])
        except NoReverseMatch:
            return f"{kind}: {obj}"
        return format_html('{}: <a href="{}">{}</a>', kind, url, obj)
