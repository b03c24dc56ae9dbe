"""The list of requests: what is to be done, by when, and who does it."""

from functools import partial

from django.contrib.admin.views.main import ChangeList
from django.db.models import Max
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from clinic.admin import StaffAdmin
from intake import audit, permissions
from intake.admin import bulk, saved_views, search
from intake.admin.filters import Filters
from intake.admin.guard import guarded
from intake.admin.rows import SEALED, rows
from intake.admin.tabs import TABS, counts
from intake.models import AccessRecord, CaseEntry


class QueueList(ChangeList):
    """Django's list, which here reads only codes it knows from its address and ignores the rest."""

    def get_queryset(self, request, exclude_parameters=None):
        self.moment = timezone.now()
        self.filters = Filters(request.GET, user=request.user)
        self.tab = TABS[self.filters.tab]
        # Nothing can be taken, handed over or closed among those that are over.
        self.may_press = permissions.may_work(request.user) and not self.tab.is_over
        # Before the rows are read, so that nothing falls in between: the version of this page.
        self.read_up_to = CaseEntry.objects.aggregate(last=Max("pk"))["last"] or 0
        return self.root_queryset.filter(self.filters.condition(self.moment)).order_by(*self.tab.order)

    def get_results(self, request):
        self.counts = counts(request.user, self.moment, self.filters.narrowed(self.moment))
        # The page is cut from an index, and only its rows are read: an archive of years must not be sorted row by row.
        keys = self.queryset.values("pk")
        paginator = self.model_admin.get_paginator(request, keys, self.list_per_page)
        paginator.count = self.counts[self.filters.tab]
        self.page = paginator.get_page(self.page_num)
        self.page_num = self.page.number
        self.result_count = self.full_result_count = paginator.count
        on_this_page = self.root_queryset.filter(pk__in=self.page.object_list).order_by(*self.tab.order)
        self.result_list = self.rows = rows(on_this_page, user=request.user, now=self.moment)
        self.show_full_result_count, self.show_admin_actions = False, False
        self.can_show_all, self.multi_page, self.paginator = False, paginator.num_pages > 1, paginator

    @property
    def tabs(self):
        """(name, how many, its address, is it this one), with the other choices kept."""
        return [
            (tab.name, self.counts[code], self.filters.query_with(list=code), tab is self.tab)
            for code, tab in TABS.items()
        ]


def of_one(views):
    """Pages and presses of one request, {name: view}: the address of each is its name."""
    return {f"<int:object_id>/{name}/": (name, view) for name, view in views.items()}


class Queue(StaffAdmin):
    change_list_template = "admin/intake/queue.html"
    list_display = ["reference"]
    list_per_page = 50
    show_full_result_count = False
    actions = None

    def get_urls(self):
        pages = {
            "search/": ("search", partial(search.page, self)),
            "bulk/": ("bulk", require_POST(partial(bulk.page, self))),
            "views/": ("views", partial(saved_views.page, self)),
            "views/<int:pk>/rename/": ("rename_view", require_POST(partial(saved_views.rename, self))),
            "views/<int:pk>/delete/": ("delete_view", require_POST(partial(saved_views.delete, self))),
        }
        return [*self.addresses(pages), *super().get_urls()]

    def addresses(self, views):
        """For {address: (end of its name, view)}."""
        return [
            path(address, self.admin_site.admin_view(guarded(self, view)), name=f"intake_consultationrequest_{name}")
            for address, (name, view) in views.items()
        ]

    def get_queryset(self, request):
        """A list decrypts nothing: what a person told us is read when a request is opened."""
        return super().get_queryset(request).defer(*SEALED)

    def get_changelist(self, request, **kwargs):
        return QueueList

    def changelist_view(self, request, extra_context=None):
        if self.has_view_permission(request):
            # Before the page: what cannot be recorded is not shown.
            audit.record(AccessRecord.Kind.LIST, by=request.user)
        context = {
            "title": "Requests",
            "may_work": permissions.may_work(request.user),
            "views": saved_views.seen_by(request.user),
            "presses": bulk.PRESSES,
            "search_form": search.SearchForm(user=request.user),
            **(extra_context or {}),
        }
        return super().changelist_view(request, context)
