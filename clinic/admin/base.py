"""What all content has in common for staff."""

import re
from collections import Counter
from functools import partial

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import NestedObjects
from django.contrib.auth import get_permission_codename
from django.db import router, transaction
from django.db.models import Model
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.text import capfirst

from clinic import share_picture, wording
from clinic.models import Alert, Page, Signpost, WordingException

PK = re.compile(r"[0-9]{1,18}")  # what the database takes as a number
LONGEST_SEARCH = 100  # letters: SQLite takes only so many conditions
CODE = re.compile(r"\w{1,30}")
OF_A_DATE = {"year": re.compile(r"[12][0-9]{3}"), "month": re.compile(r"[0-9]{1,2}"), "day": re.compile(r"[0-9]{1,2}")}
REVIEW = (
    "Review",
    {
        "fields": ["reviewed_on", "review_by"],
        "description": "Until both days are set, and again when the second has come, the staff home page asks for it.",
    },
)


def without_empty(lines):
    """The nested lines of Django's page for deleting."""
    return [without_empty(line) if isinstance(line, list) else line for line in lines if line]


class StaffAdmin(admin.ModelAdmin):
    """What every list of the desk takes from an address or a form: only what its own page sends."""

    def lookup_allowed(self, lookup, value, request):
        shape = self.lookups(request).get(lookup)
        return bool(shape and shape.fullmatch(str(value)))

    def lookups(self, request):
        """{what the filters beside the list send: what it looks like}. Django answers far more: other fields, fields
        of other rooms, and a regular expression that keeps a worker busy for minutes."""
        shapes = {f"{self.date_hierarchy}__{part}": shape for part, shape in OF_A_DATE.items() if self.date_hierarchy}
        for chosen in self.get_list_filter(request):
            if isinstance(chosen, type):
                shapes |= chosen.shapes  # a filter of our own says it itself
                continue
            name = chosen[0] if isinstance(chosen, tuple) else chosen
            field = self.opts.get_field(name)
            if field.is_relation:
                shapes[f"{name}__id__exact"] = PK
            else:
                shapes[f"{name}__exact"] = CODE
            if field.null or field.many_to_many:
                shapes[f"{name}__isnull"] = CODE
        return shapes

    def get_search_results(self, request, queryset, search_term):
        return super().get_search_results(request, queryset, search_term[:LONGEST_SEARCH])

    def response_action(self, request, queryset):
        request.POST = request.POST.copy()
        ticked = request.POST.getlist(ACTION_CHECKBOX_NAME)
        request.POST.setlist(ACTION_CHECKBOX_NAME, [pk for pk in ticked if PK.fullmatch(pk)])
        return super().response_action(request, queryset)


class ContentAdmin(StaffAdmin):
    """Content that other content may use. What is in use cannot be deleted; Django itself sees to that only for
    foreign keys."""

    def view_on_site(self, obj):
        return obj.get_absolute_url() if hasattr(obj, "get_absolute_url") else None

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        transaction.on_commit(partial(share_picture.renew, obj), robust=True)

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
        _, _, perms_needed, _ = super().get_deleted_objects(objs, request)
        # Once more, because Django names and counts every row, also those the reader may not see.
        found = NestedObjects(using=router.db_for_write(self.model), origin=objs)
        found.collect(objs)

        def line(obj):
            return self.link_to(obj) if self.may_see(obj, request) else ""

        to_delete = without_empty(found.nested(line))
        seen = [row for rows in found.model_objs.values() for row in rows if self.may_see(row, request)]
        counts = Counter(row._meta.verbose_name_plural for row in seen)
        protected = list(self.lines([*found.protected, *self.in_the_way_of_deleting(objs)], request))
        # With both, Django's page would speak of permissions only.
        return to_delete, counts, set() if protected else perms_needed, protected

    def in_the_way_of_deleting(self, objs):
        """For the page that refuses: sentences, and, as here, rows that list one of these in a many-to-many field or
        lead to its page."""
        for relation in self.opts.related_objects:
            if relation.many_to_many:
                users = relation.related_model._default_manager
                for user in users.filter(**{f"{relation.field.name}__in": objs}).distinct():
                    yield user
        for obj in objs:
            if hasattr(obj, "slug") and hasattr(obj, "get_absolute_url"):
                path = obj.get_absolute_url()
                for user in (
                    *Signpost.objects.filter(path__startswith=path),
                    *Alert.objects.filter(link_path=path),
                    *Page.objects.filter(body__contains=f"]({path}"),
                ):
                    if user != obj:
                        yield user

    def lines(self, found, request):
        """Links to the rows the reader may see; of others only that there are some."""
        unseen = {}
        for row in found:
            if not isinstance(row, Model):
                yield row
            elif self.may_see(row, request):
                yield self.link_to(row)
            else:
                unseen[capfirst(row._meta.verbose_name_plural)] = True
        yield from unseen

    def may_see(self, obj, request):
        if obj._meta.auto_created:
            return False  # the rows of many-to-many fields have no words of their own
        if self.admin_site.is_registered(type(obj)):
            return self.admin_site.get_model_admin(type(obj)).has_view_permission(request, obj)
        return request.user.has_perm(f"{obj._meta.app_label}.{get_permission_codename('view', obj._meta)}")

    def link_to(self, obj):
        kind = capfirst(obj._meta.verbose_name)
        try:
            url = reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])
        except NoReverseMatch:
            return f"{kind}: {obj}"
        return format_html('{}: <a href="{}">{}</a>', kind, url, obj)
