"""Pages that say what was not saved, and why. What the sender typed stands on them, to copy."""

import logging
from functools import wraps

from django.db import OperationalError
from django.db.models import CharField, TextField
from django.urls import reverse
from django.utils.text import capfirst
from django.views.csrf import csrf_failure

from accounts import sessions
from accounts.views.pages import page
from clinic import error_pages

logger = logging.getLogger(__name__)
DESK = "/staff/"
LONG = 120  # letters: nobody likes to type that again


def typed(request):
    """[(label, text)] of the longer fields: the one of the desk, and all of a form of content, in their order there."""
    labels = {"text": "Your words"}
    if desk := getattr(request.resolver_match.func, "model_admin", None):
        models = [desk.model, *(inline.model for inline in desk.inlines)]
        fields = [field for model in models for field in model._meta.fields if is_long(field)]
        labels = {field.name: capfirst(field.verbose_name) for field in fields}
    # A row of a nested form has its number before the name: sections-0-text.
    sent = [(labels.get(name.rpartition("-")[2]), text.strip()) for name, text in request.POST.items()]
    return [(label, text) for label, text in sent if label and text]


def is_long(field):
    return isinstance(field, CharField | TextField) and (field.max_length or LONG) >= LONG


def ended(request):
    return page(request, "ended", "Nothing was saved", status=403, typed=typed(request), **sessions.lengths())


def old_page(request, reason=""):
    """Of a form with a token that no longer counts: each sign-in changes it, in whatever tab. A page of somebody else's
    puts no words onto ours."""
    if not request.path.startswith(DESK):
        return csrf_failure(request, reason)
    is_ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
    return page(request, "old_page", "Nothing was saved", status=403, typed=typed(request) if is_ours else [])


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
