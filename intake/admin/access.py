"""Who looked at what, for the auditor. It is read here and never changed."""

import re
from datetime import datetime, time, timedelta

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst

from clinic.admin import StaffAdmin
from intake import audit, private_page
from intake.fields import DayField
from intake.models import AccessRecord
from intake.models.request import REFERENCE_SHAPE

MOST = 10_000  # records in a list; a day finds those before
MOST_OF_ONE = 500  # records about one request on a page
# Names of addresses that say nothing by themselves.
PLACES = {"code": "sign-in without the code of the phone", "changelist": "list", "change": "page of one"}


def place_words(name):
    return PLACES.get(name) or name.replace("_", " ")


class NewestPages(Paginator):
    """It counts no further than it shows: counting millions of records takes longer than reading a hundred."""

    @cached_property
    def count(self):
        return self.object_list.values("pk")[:MOST].count()


class Days(forms.Form):
    since = DayField(label="From", required=False)
    until = DayField(label="To", required=False)


class DayFilter(admin.ListFilter):
    """Days of the clinic, which count from their first moment to their last."""

    title = "day"
    shapes = dict.fromkeys(Days.base_fields, re.compile(r".{0,30}"))  # what is no day, the form says
    template = "admin/day_filter.html"

    def __init__(self, request, params, model, model_admin):
        super().__init__(request, params, model, model_admin)
        self.used_parameters = {name: params.pop(name)[-1] for name in self.expected_parameters() if name in params}
        self.form = Days(self.used_parameters)
        self.form.full_clean()

    def expected_parameters(self):
        return list(Days.base_fields)

    def has_output(self):
        return True

    def queryset(self, request, records):
        days = self.form.cleaned_data
        if since := days.get("since"):
            records = records.filter(at__gte=midnight(since))
        if until := days.get("until"):
            records = records.filter(at__lt=midnight(until + timedelta(days=1)))
        return records

    def choices(self, changelist):
        """One, for the template: the form, and the other filters, which stay."""
        others = changelist.get_filters_params()
        yield {
            "form": self.form,
            "kept": [(name, values[-1]) for name, values in others.items() if name not in self.expected_parameters()],
        }


def midnight(day):
    return timezone.make_aware(datetime.combine(day, time.min))


class PersonFilter(admin.RelatedFieldListFilter):
    def __init__(self, *given, **named):
        super().__init__(*given, **named)
        self.title = "person"


class HeadForm(forms.Form):
    head = forms.RegexField(
        r"^\d{1,18}:[0-9a-f]{64}$",
        label="Seal of an earlier check",
        required=False,
        strip=True,
        help_text="If you kept one. With it the check also finds records that were cut off at the end since then.",
        error_messages={"invalid": "A seal is a number, a colon and 64 letters and digits. Copy the whole line."},
        widget=forms.TextInput({"class": "vTextField", "autocomplete": "off", "spellcheck": "false"}),
    )


class ReferenceForm(forms.Form):
    reference = forms.CharField(
        max_length=40,
        help_text="Such as ACE-347-XYW. The record stays when the request itself is erased.",
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_reference(self):
        typed = self.cleaned_data["reference"]
        reference = private_page.written(typed)
        REFERENCE_SHAPE(reference if private_page.bare(reference) == private_page.bare(typed) else typed)
        return reference


@admin.register(AccessRecord)
class AccessRecordAdmin(StaffAdmin):
    """Each look here is recorded like any other."""

    list_display = ["at", "by", "role", "kind", "reference", "reason", "refused"]
    list_display_links = None
    empty_value_display = ""
    list_filter = [DayFilter, "kind", ("by", PersonFilter)]
    list_select_related = ["by"]
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = []
    ordering = ["-pk"]
    paginator = NewestPages
    actions = None

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        name = "intake_accessrecord"
        return [
            path("verify/", self.admin_site.admin_view(self.verify), name=f"{name}_verify"),
            path("of/", self.admin_site.admin_view(self.of), name=f"{name}_of"),
            *super().get_urls(),
        ]

    def looks(self, request, kind=AccessRecord.Kind.LIST):
        if not self.has_view_permission(request):
            raise PermissionDenied
        audit.record(kind, by=request.user)

    def changelist_view(self, request, extra_context=None):
        self.looks(request)
        return super().changelist_view(
            request, {"title": "Who looked at what", "most": f"{MOST:,}", **(extra_context or {})}
        )

    def changeform_view(self, request, *args, **kwargs):
        self.looks(request)
        return super().changeform_view(request, *args, **kwargs)

    def verify(self, request):
        """Whether every record is still there and as it was written, with the seal to keep for the next time."""
        self.looks(request)
        form = HeadForm(request.POST if request.method == "POST" else None)
        context = {"form": form, "title": "Check that nothing was changed"}
        if form.is_valid():
            head = audit.head()
            context |= {"is_checked": True, "broken": audit.verify(form.cleaned_data["head"]), "head": head}
            context["count"] = head.partition(":")[0]
        return self.page(request, "verify", context)

    def of(self, request):
        """The records about one request. By POST, so that the reference stands in no address."""
        self.looks(request, AccessRecord.Kind.SEARCH)
        form = ReferenceForm(request.POST if request.method == "POST" else None)
        context = {"form": form, "title": "Who looked at one request", "most": MOST_OF_ONE}
        if form.is_valid():
            about = AccessRecord.objects.filter(reference=form.cleaned_data["reference"])
            found = about.select_related("by").order_by("-pk")[:MOST_OF_ONE]
            context |= {"is_searched": True, "records": [(record, self.refused(record)) for record in found]}
        return self.page(request, "of", context)

    @admin.display(description="what was refused")
    def refused(self, record):
        """ "Consultation requests: export", of the name of an address."""
        place = record.place or ""
        for model in self.admin_site._registry:
            prefix = f"{model._meta.app_label}_{model._meta.model_name}_"
            if place.startswith(prefix):
                return f"{self.admin_site.called(model)}: {place_words(place.removeprefix(prefix))}"
        return capfirst(place_words(place))

    def page(self, request, name, context):
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        return render(request, f"admin/intake/accessrecord/{name}.html", {**shared, **context})
