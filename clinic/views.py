"""Pages about the clinic, and the help lines."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.models import Location, PageIntro


@require_safe
def about(request):
    context = {
        "intro": PageIntro.objects.get(page=PageIntro.Page.ABOUT),
        "locations": Location.objects.all(),
        "years_open": request.clinic.years_open(request.clinic.local_now()),
    }
    return render(request, "pages/about.html", context)


@require_safe
def help_now(request):
    return render(request, "pages/help_now.html", {"intro": PageIntro.objects.get(page=PageIntro.Page.HELP_NOW)})
