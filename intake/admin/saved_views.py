"""Choices of filters that colleagues keep and share. What is kept was read as filters first, never as it came."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from intake import permissions
from intake.admin.filters import Filters
from intake.models import SavedView


class ViewForm(forms.ModelForm):
    class Meta:
        model = SavedView
        fields = ["name", "is_shared"]
        labels = {"name": "Name of the view", "is_shared": "Show it to all colleagues"}
        help_texts = {"name": "What it shows, such as “Families, waiting on us”. Never a person’s name."}
        error_messages = {"name": {"required": "Give the view a name."}}

    def __init__(self, data=None, *, view, may_share):
        super().__init__(data, instance=view, auto_id=f"view_{view.pk or 'new'}_%s", label_suffix="")
        if not may_share:
            del self.fields["is_shared"]

    def clean_name(self):
        name, view = self.cleaned_data["name"], self.instance
        if SavedView.objects.filter(owner=view.owner, name=name).exclude(pk=view.pk).exists():
            raise forms.ValidationError("You have a view of this name. Choose another name.")
        return name


def seen_by(user):
    return SavedView.objects.filter(Q(owner=user) | Q(is_shared=True)).select_related("owner")


def page(desk, request):
    """What I keep, and the form for one more: the filters come along from the list."""
    check(desk, request)
    filters = Filters(QueryDict(request.POST.get("query", "") or request.GET.urlencode()), user=request.user)
    new = SavedView(owner=request.user, query=filters.query)
    form = ViewForm(
        request.POST if request.method == "POST" else None, view=new, may_share=permissions.may_work(request.user)
    )
    if form.is_bound and is_kept(form):
        desk.message_user(request, "The view is saved. It stands above the list.", messages.SUCCESS)
        return HttpResponseRedirect(f"{reverse('admin:intake_consultationrequest_changelist')}?{filters.query}")
    return show(desk, request, form, filters)


@transaction.atomic
def is_kept(form):
    """Looked at and kept in one go, or the same name sent twice at once would break."""
    if form.is_valid():
        form.save()
    return form.is_valid()


def rename(desk, request, pk):
    check(desk, request)
    view = get_object_or_404(SavedView, pk=pk, owner=request.user)
    form = ViewForm(request.POST, view=view, may_share=permissions.may_work(request.user))
    if is_kept(form):
        desk.message_user(request, "The view is changed.", messages.SUCCESS)
    else:
        desk.message_user(request, " ".join(form.errors["name"]), messages.ERROR)
    return HttpResponseRedirect(reverse("admin:intake_consultationrequest_views"))


def delete(desk, request, pk):
    check(desk, request)
    get_object_or_404(SavedView, pk=pk, owner=request.user).delete()
    desk.message_user(request, "The view is deleted. The requests in it stay as they are.", messages.SUCCESS)
    return HttpResponseRedirect(reverse("admin:intake_consultationrequest_views"))


def check(desk, request):
    if not desk.has_view_permission(request):
        raise PermissionDenied


def show(desk, request, form, filters):
    own = [
        (
            ViewForm(view=view, may_share=permissions.may_work(request.user)),
            Filters(QueryDict(view.query), user=request.user),
        )
        for view in SavedView.objects.filter(owner=request.user)
    ]
    context = {"title": "Saved views", "opts": desk.opts, "form": form, "filters": filters, "own": own}
    return TemplateResponse(
        request, "admin/intake/saved_views.html", {**desk.admin_site.each_context(request), **context}
    )
