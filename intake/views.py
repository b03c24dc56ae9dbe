"""The request form and its receipt. Every page here is stored by no browser and names nothing in its address."""

from urllib.parse import urlencode

from django.db import DatabaseError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from clinic import error_pages, hours, schema
from clinic.models import PageText
from intake import workflow
from intake.forms import IntakeForm, new_token, read_token


def is_our_own_form(request):
    """Whether a POST comes from this site's own pages, by the headers a browser sets itself.

    This does what a CSRF cookie would do. Nobody is signed in here, and the token makes each form good for one
    request, so a browser too old to send Sec-Fetch-Site is let through when it names no origin: this page sends no
    referrer, and then "null" is what an honest browser says.
    """
    if "Sec-Fetch-Site" in request.headers:
        return request.headers["Sec-Fetch-Site"] in ("same-origin", "none")
    return request.headers.get("Origin", "null") in ("null", f"{request.scheme}://{request.get_host()}")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def request_form(request):
    try:
        return answer(request) if request.method == "POST" else show_form(request, IntakeForm(clinic=request.clinic))
    except DatabaseError:
        # Not even the form itself can be shown: keep what was typed on a page that needs no database.
        return could_not_keep(request) if request.method == "POST" else error_pages.page(503)


def answer(request):
    if not is_our_own_form(request):
        return error_pages.forbidden(request)
    form = IntakeForm(request.POST, clinic=request.clinic)
    signed = request.POST.get("token", "")
    token = read_token(signed)
    if not form.is_valid():
        return show_form(request, form, token=signed if token else None)
    if token is None:
        return show_form(request, form, is_stale=True)
    try:
        stored = workflow.receive(form, token=token)
    except workflow.SentWithOtherWords:
        return show_form(request, form, is_changed=True)
    except DatabaseError:
        return show_form(request, form, token=signed, is_storage_down=True, status=503)
    receipt = urlencode({"receipt": workflow.receipt_code(stored)})
    return HttpResponseRedirect(f"{reverse('request_sent')}?{receipt}")


def could_not_keep(request):
    typed = [(name, request.POST.get(name, "")) for name in ("token", *IntakeForm.base_fields)]
    return HttpResponse(error_pages.render("intake/not_kept.html", typed=dict(typed)), status=503)


def show_form(request, form, *, token=None, status=200, **notes):
    """The form with what was typed. `notes` are is_stale, is_changed and is_storage_down."""
    words = PageText.objects.of(PageText.Page.REQUEST)
    context = {
        "words": words,
        "form": form,
        "token": token or new_token(),
        "schema": schema.of_page(request.clinic, words["top"]),
        **notes,
    }
    return render(request, "intake/request.html", context, status=status)


@require_safe
def request_sent(request):
    stored = workflow.request_of_receipt(request.GET.get("receipt", ""))
    if stored is None:
        return render(request, "intake/receipt_gone.html")
    now = request.clinic.local_now()
    reply_by = hours.moment_words(stored.reply_by.astimezone(now.tzinfo), now) if stored.reply_by else ""
    return render(request, "intake/sent.html", {"stored": stored, "reply_by": reply_by})
