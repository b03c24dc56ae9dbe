"""Pages that say what was not saved, and why. What the sender typed stands on them, to copy."""

import logging
from functools import wraps

from django.db import OperationalError
from django.urls import reverse
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
            return busy(request)

    return careful


def busy(request, **context):
    title = "Nothing can be saved now" if request.method == "POST" else "This page cannot be shown now"
    context |= {"typed": typed(request), "known_clinic": error_pages.known_clinic()}
    return page(request, "busy", title, status=503, **context).render()


def session_not_kept(request, response):
    """The page was made and what it did was kept; only the session was not. Words for the next page, which wait in the
    session, stand on this one."""
    where = response.get("Location", "")
    if any(address.startswith(reverse("admin:login")) for address in (request.path, where)):
        return busy(request, is_signing_in=True)
    if not request.session.exists(request.session.session_key):
        title = "You were signed out meanwhile"
        return page(request, "meanwhile", title, status=403, typed=typed(request)).render()
    logger.exception("The session could not be kept.")
    return page(request, "done", "Here is what came of it", where=where).render() if where else response
