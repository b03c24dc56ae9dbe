"""Search by reference, phone, email or the words of a name. It is a POST: what is looked for stands in no address.

What the last searches found waits in the session as keys of rows, each under a code of its own, so that every tab can
be gone back to. What was looked for does not.
"""

import secrets
from http import HTTPStatus

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q, Value
from django.db.models.functions import Replace
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone

from intake import audit, permissions, private_page, search_keys
from intake.admin.rows import rows
from intake.encryption import NoKey
from intake.models import AccessRecord, ConsultationRequest

MOST_FOUND = 50
WAITING, MOST_WAITING, MOST_SECONDS = "searches", 5, 15 * 60
REFERENCE_LETTERS, SHORTEST_PART = 9, 3
WHAT = "A reference or a part of it, a phone number or its last four digits, an email, or whole words of a name."


class SearchForm(forms.Form):
    text = forms.CharField(
        label="Find a request",
        max_length=200,
        error_messages={"required": "Type what you look for."},
    )

    def __init__(self, data=None, *, user):
        super().__init__(data, auto_id="search_%s")
        self.by_person = permissions.may_see_words(user)
        what = WHAT if self.by_person else "A reference, or three letters of it that stand together."
        self.fields["text"].help_text = what


def condition(text, *, by_person):
    """Raises NoKey."""
    return has_reference(text) | Q(pk__in=search_keys.find(text).values("pk")) if by_person else has_reference(text)


def has_reference(text):
    """Any letters of it that stand together: on the phone people read out the end. No reference has a letter or digit
    that looks like another, so none is taken for another here."""
    letters = private_page.bare(text)[:REFERENCE_LETTERS]
    if len(letters) < SHORTEST_PART:
        return Q(pk__in=[])
    # Of all requests only the references are read, from their index.
    requests = ConsultationRequest.objects.alias(letters=Replace("reference", Value("-"), Value("")))
    return Q(pk__in=requests.filter(letters__contains=letters).values("pk"))


def page(desk, request):
    if not desk.has_view_permission(request):
        raise PermissionDenied
    if request.method != "POST":
        return answer(desk, request, SearchForm(user=request.user), found_lately(request))
    form = SearchForm(request.POST, user=request.user)
    if not form.is_valid():
        return answer(desk, request, form)
    # That there was a search, never for what. Before it happens: what cannot be recorded is not done.
    audit.record(AccessRecord.Kind.SEARCH, by=request.user)
    try:
        found = keys(form.cleaned_data["text"], by_person=form.by_person)
    except NoKey:
        form.add_error("text", "Names and numbers cannot be searched now: the key is missing. Tell the manager.")
        return answer(desk, request, form)
    if not found:  # what was typed stays, to be mended
        return answer(desk, request, form, has_searched=True)
    # No counter: it would begin again after signing in, and an old tab would show another search.
    code = secrets.token_hex(4)
    lately = [*waiting(request), {"code": code, "keys": found, "at": timezone.now().timestamp()}]
    request.session[WAITING] = lately[-MOST_WAITING:]
    # So that the way back from a request shows them again, and nothing is sent again.
    return HttpResponseRedirect(f"{request.path}?found={code}", status=HTTPStatus.SEE_OTHER)


def keys(text, *, by_person):
    found = ConsultationRequest.objects.filter(condition(text, by_person=by_person)).order_by("-received_at")
    return list(found.values_list("pk", flat=True)[: MOST_FOUND + 1])


def found_lately(request):
    """The keys of what the search found whose code stands in the address, for a while."""
    code = request.GET.get("found")
    return next((search["keys"] for search in waiting(request) if search["code"] == code), [])


def waiting(request):
    oldest = timezone.now().timestamp() - MOST_SECONDS
    return [search for search in request.session.get(WAITING, []) if search["at"] > oldest]


def answer(desk, request, form, found=(), *, has_searched=False):
    if found:
        audit.record(AccessRecord.Kind.LIST, by=request.user)  # before the page, for the same reason
    requests = ConsultationRequest.objects.filter(pk__in=found[:MOST_FOUND]).order_by("-received_at")
    context = {
        **desk.admin_site.each_context(request),
        "title": "Find a request",
        "opts": desk.opts,
        "form": form,
        "rows": rows(requests, user=request.user, now=timezone.now()),
        "has_more": len(found) > MOST_FOUND,
        "has_searched": has_searched,
    }
    return TemplateResponse(request, "admin/intake/search.html", context)
