"""What stops a page of a request: what cannot be read is said, and typed words are kept."""

from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from intake.encryption import CannotDecrypt

ROLE_CHANGED = "Your role changed while you typed. Nothing was sent. Ask whoever runs your accounts."
KEY_IS_MISSING = "This request cannot be read: the key for it is missing. Nothing was sent. Tell the manager."


def guarded(desk, view):
    """Of the list, or of the one request that `object_id` names."""

    @wraps(view)
    def guard(request, **named):
        typed = request.POST.get("text", "").strip()
        try:
            answer = view(request, **named)
        except PermissionDenied:
            if not typed:
                raise
            desk.admin_site.record_refused(request)  # as it does where nothing was typed
            return give_back(desk, request, typed, "You may not do this now", ROLE_CHANGED, status=403)
        except CannotDecrypt:
            if typed:
                return give_back(desk, request, typed, "This cannot be read now", KEY_IS_MISSING, status=503)
            stored = desk.get_object(request, str(named["object_id"]))
            desk.message_user(request, f"{stored} cannot be read: the key for it is missing.", messages.ERROR)
            return HttpResponseRedirect(reverse("admin:intake_consultationrequest_changelist"))

        if isinstance(answer, HttpResponseNotAllowed):
            return only_pressed(desk, request, answer, **named)
        return answer

    return guard


def only_pressed(desk, request, answer, object_id=None, **named):
    """Such as a printed sheet that the browser opens again: a page of the desk with the way on, not the browser's."""
    change, queue = (f"admin:intake_consultationrequest_{name}" for name in ("change", "changelist"))
    context = {
        **desk.admin_site.each_context(request),
        "title": "Nothing was done",
        "way_on": reverse(change, args=[object_id]) if object_id else reverse(queue),
        "is_request": object_id is not None,
    }
    page = render(request, "admin/intake/only_pressed.html", context, status=405)
    page["Allow"] = answer["Allow"]
    return page


def give_back(desk, request, typed, title, why, *, status):
    """Their own words and nothing else."""
    context = {**desk.admin_site.each_context(request), "title": title, "why": why, "typed": typed}
    return render(request, "admin/move_refused.html", context, status=status)
