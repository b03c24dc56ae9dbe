"""“Will it fit my week?”: asked and answered on one page. What a person chooses is not stored and in no address."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from clinic.models import PageText
from programs import calendar_file, facts, fit_my_week, schema
from programs.fit_my_week import Fit
from programs.forms import WeekForm
from programs.models import Program, Track
from programs.week_drawing import week_drawing

HEADINGS = {Fit.FITS: "These fit", Fit.NEARLY: "These nearly fit", Fit.NOT: "These do not fit"}


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
    """The tracks that are offered, by how they fit, and the programs that have no fixed week."""
    now = clinic.local_now()
    rows, without_times, all_day = [], [], []
    for program in Program.objects.published().filter(is_offered=True).with_week():
        tracks = list(program.tracks.all())
        with_week = [track for track in tracks if fit_my_week.has_a_week(track)]
        answers = [{"program": program, **fit_my_week.answer(track, busy, travel)} for track in with_week]
        fitting = next((answer["track"].name for answer in answers if answer["fit"] == Fit.FITS), "")
        for answer in answers:
            answer["fitting"] = "" if answer["fit"] == Fit.FITS else fitting
            opening = getattr(answer["track"], "opening", None)
            answer["drawing"] = week_drawing(answer["track"], busy, travel)
            answer["opening"] = facts.opening_words(opening, now, clinic.opening_shown_days)
        rows += answers
        if facts.is_all_day(tracks):
            all_day.append(program)
        elif not with_week:
            without_times.append(program)
    fits = [row["fit"] for row in rows]
    return {
        "is_compared": True,
        "summary": fit_my_week.summary(fits) if rows else "",
        "none_fits": Fit.FITS not in fits,
        "groups": [
            (heading, alike) for found, heading in HEADINGS.items() if (alike := [r for r in rows if r["fit"] == found])
        ],
        "without_times": without_times,
        "all_day": all_day,
    }


@csrf_exempt  # it changes nothing either
@require_POST
def my_week_calendar(request):
    """The week of one track. A POST, so that no address or log says which one."""
    offered = Track.objects.filter(program__is_published=True, program__is_offered=True).prefetch_related("slots")
    try:
        track = offered.get(pk=request.POST.get("track", ""))
    except (ValueError, Track.DoesNotExist) as error:
        raise Http404 from error
    if not fit_my_week.has_a_week(track):
        raise Http404
    return HttpResponse(
        calendar_file.calendar_file(track, request.clinic.local_now()),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="schedule.ics"', "Cache-Control": "no-store"},
    )
