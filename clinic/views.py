"""Pages about the clinic, and the help lines."""

from django.db import DatabaseError
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic import error_pages, schema
from clinic.models import Location, PageText


@require_safe
def about(request):
    context = {
        "words": PageText.objects.of(PageText.Page.ABOUT),
        "locations": Location.objects.all(),
        "years_open": request.clinic.years_open(request.clinic.local_now()),
        "schema": schema.of_clinic(request.clinic, request.reach.schedule),
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
