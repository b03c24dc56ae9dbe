"""Letting a colleague in again: a link for a forgotten password, or everything new when the phone is lost."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from accounts import enrolment, second_factor
from accounts.views.pages import page

SAID = {"link": "Made a sign-in link.", "again": "Ended the sign-in and made a link to start again."}


@require_http_methods(["GET", "POST"])
def colleague(request, pk):
    if not request.user.has_perm("auth.change_user"):
        raise PermissionDenied
    user = get_object_or_404(get_user_model(), pk=pk, is_active=True, is_staff=True)
    # A link is the whole account, so nobody makes one for an account that may do more than their own.
    if user == request.user or (user.is_superuser and not request.user.is_superuser):
        raise PermissionDenied
    link, what = None, request.POST.get("what")
    if what in SAID:
        LogEntry.objects.log_actions(request.user.pk, [user], CHANGE, SAID[what], single_object=True)
        if what == "again":
            enrolment.start_again(user)
        link = enrolment.link_for(user)
    return page(
        request,
        "colleague",
        "Let a colleague in",
        colleague=user,
        device=second_factor.device_of(user),
        link=link,
        hours=enrolment.LINK_HOURS,
    )
