"""Pages that say that nothing was saved, and why. What the sender typed stands on them, to copy."""

import logging
from functools import wraps

from django.db import OperationalError
from django.views.csrf import csrf_failure

from accounts import sessions
from accounts.views.pages import page
from clinic import error_pages

logger = logging.getLogger(__name__)
DESK = "/staff/"


def typed(request):
    """In the one field of the desk that takes a longer text."""
    return request.POST.get("text", "").strip()


def ended(request):
    return page(request, "ended", "Nothing was saved", status=403, typed=typed(request), **sessions.lengths())


def old_page(request, reason=""):
    """Of a form with a token that no longer counts: each sign-in changes it, in whatever tab. A page of somebody else's
    puts no words onto ours."""
    if not request.path.startswith(DESK):
        return csrf_failure(request, reason)
    is_ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
    return page(request, "old_page", "Nothing was saved", status=403, typed=typed(request) if is_ours else "")


def said_when_busy(view):
    """A database that is locked, full or cannot be written is no fault of the page: a sentence says what to do."""

    @wraps(view)
    def careful(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except OperationalError:
            logger.exception("The database could not be used.")
            title = "Nothing can be saved now" if request.method == "POST" else "This page cannot be shown now"
            clinic = error_pages.known_clinic()
            return page(request, "busy", title, status=503, typed=typed(request), known_clinic=clinic).render()

    return careful
