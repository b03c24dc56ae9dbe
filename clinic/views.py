"""Pages about the clinic, and the help lines."""

from django.db import DatabaseError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from clinic import error_pages, pages, schema
from clinic.markdown import Rendered
from clinic.models import Location, Page, PageText, PageVersion


@require_safe
def about(request):
    context = {
        "words": PageText.objects.of(PageText.Page.ABOUT),
        "locations": Location.objects.select_related("photo"),
        "years_open": request.clinic.years_open(request.clinic.local_now()),
        "schema": schema.of_clinic(request.clinic, request.clinic.schedule),
    }
    return render(request, "pages/about.html", context)


@require_safe
def help_now(request):
    try:
        words = PageText.objects.of(PageText.Page.HELP_NOW)
        context = {"words": words, "schema": schema.of_page(request.clinic, words["top"])}
        return render(request, "pages/help_now.html", context)
    except DatabaseError:
        return error_pages.help_lines_alone()


@require_safe
def page(request, slug):
    return show_page(request, Page.objects.published(), slug)


def show_page(request, shown, slug, *, is_preview=False):
    """A page that staff wrote. `shown` are those the reader may see: staff preview passes all of them."""
    found = get_object_or_404(shown, slug=slug)
    context = {
        "page": found,
        "is_preview": is_preview,
        "body": Rendered(found.body, pages.facts_of(request.clinic)),
        "versions": PageVersion.objects.filter(page=found).select_related("page") if found.version > 1 else [],
        "schema": schema.of_page(request.clinic, found),
        **pages.added_to(found),
    }
    return render(request, "pages/page.html", context)


@require_safe
def page_version(request, slug, number):
    if Page.objects.published().filter(kind__in=Page.LEGAL_KINDS, slug=slug, version=number).exists():
        return redirect("page", slug=slug)  # the one that counts now
    versions = PageVersion.objects.select_related("page").filter(page__is_published=True)
    version = get_object_or_404(versions, page__slug=slug, number=number)
    return render(request, "pages/page_version.html", {"version": version, "body": Rendered(version.body)})
