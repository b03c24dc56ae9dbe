"""Search by reference, phone, email or the words of a name. It is a POST: what is looked for stands in no address."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q, Value
from django.db.models.functions import Replace
from django.template.response import TemplateResponse
from django.utils import timezone

from intake import audit, permissions, private_page, search_keys
from intake.admin.rows import rows
from intake.encryption import NoKey
from intake.models import AccessRecord, ConsultationRequest

MOST_FOUND = 50
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
    form = SearchForm(request.POST if request.method == "POST" else None, user=request.user)
    context = {**desk.admin_site.each_context(request), "title": "Find a request", "opts": desk.opts, "form": form}
    if form.is_valid():
        # That there was a search, never for what. Before the page: what cannot be recorded is not shown.
        audit.record(AccessRecord.Kind.SEARCH, by=request.user)
        try:
            context |= results(form.cleaned_data["text"], form.by_person, request.user)
        except NoKey:
            form.add_error("text", "Names and numbers cannot be searched now: the key is missing. Tell the manager.")
    return TemplateResponse(request, "admin/intake/search.html", context)


def results(text, by_person, user):
    found = ConsultationRequest.objects.filter(condition(text, by_person=by_person)).order_by("-received_at")
    shown = rows(found[: MOST_FOUND + 1], user=user, now=timezone.now())
    return {"has_searched": True, "rows": shown[:MOST_FOUND], "has_more": len(shown) > MOST_FOUND}
