"""“Will it fit my week?”: asked and answered on one page. What a person chooses is not stored and in no address."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from clinic.models import PageText
from programs import calendar_file, facts, fit_my_week, schema
from programs.forms import WeekForm
from programs.models import Program, Track
from programs.week_drawing import week_drawing


# A POST keeps a person's hours out of addresses, histories and logs. It changes nothing and nobody is signed in, so
# there is nothing to forge, and a CSRF cookie would be the only one on the public site.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_cache=True)  # so that Back from a program shows the answer without sending it again
def fit_my_week_page(request):
    form = WeekForm(request.POST) if request.method == "POST" else WeekForm()
    words = PageText.objects.of(PageText.Page.FIT_MY_WEEK)
    context = {"words": words, "form": form, "schema": schema.of_page(request.clinic, words["top"])}
    if form.is_bound and form.is_valid():
        context |= compared(form.busy(), form.cleaned_data["travel"], request.clinic)
    return render(request, "programs/fit_my_week.html", context)


def compared(busy, travel, clinic):
    """The tracks that are offered, by how they fit, each with its drawing and whether there is room."""
    programs = Program.objects.published().filter(is_offered=True).with_week()
    answer = fit_my_week.compare(programs, busy, travel)
    now = clinic.local_now()
    for _heading, rows in answer["groups"]:
        for row in rows:
            opening = getattr(row["track"], "opening", None)
            row["drawing"] = week_drawing(row["track"], busy, travel)
            row["opening"] = facts.opening_words(opening, now, clinic.opening_shown_days)
    return answer | {"is_compared": True}


@csrf_exempt  # it changes nothing either
@require_POST
def my_week_calendar(request):
    """The week of one track. A POST, so that no address or log says which one."""
    offered = Track.objects.filter(program__is_published=True, program__is_offered=True).select_related("opening")
    try:
        track = offered.prefetch_related("slots").get(pk=request.POST.get("track", ""))
    except (ValueError, Track.DoesNotExist) as error:
        raise Http404 from error
    if not fit_my_week.has_a_week(track):
        raise Http404
    opening = getattr(track, "opening", None)
    file = calendar_file.calendar_file(
        track,
        request.clinic.local_now(),
        next_start=opening and opening.next_start,
        # Whether groups meet on a holiday is written nowhere. Where they do, a person asks; the other way they would
        # stand before a closed door.
        left_out=request.clinic.schedule.short_days(),
    )
    return HttpResponse(
        file,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="schedule.ics"', "Cache-Control": "no-store"},
    )
