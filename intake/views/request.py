"""The request form and its receipt. Every page here is stored by no browser and names nothing in its address."""

import codecs
from urllib.parse import urlencode

from django.core.cache import cache
from django.db import DatabaseError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from clinic import error_pages, schema
from clinic.models import Page, PageText
from intake import contact_rules, encryption, figures, form_token, private_page, spam, throttle, workflow
from intake.encryption import EncryptionError
from intake.fields import Words
from intake.forms import CONSENT_VERSION, IntakeForm, OpenForm, QuestionForm, consent_lines
from intake.models import ConsultationRequest

TYPED = {
    name: field.label
    for form in (IntakeForm, QuestionForm, OpenForm)
    for name, field in form.base_fields.items()
    if isinstance(field, Words)
}
LONG = {"message", "text"}
KEPT_SECONDS = 20  # its promise is told to five minutes
TOKEN_PLACE = "the-token-of-this-form"


def is_our_own_form(request):
    """Whether a POST comes from this site's own pages, by the headers a browser sets itself.

    This does what a CSRF cookie would do. Nobody is signed in here, and the token makes each form good for one
    request, so a browser too old to send Sec-Fetch-Site is let through when it names no origin: this page sends no
    referrer, and then "null" is what an honest browser says.
    """
    if "Sec-Fetch-Site" in request.headers:
        return request.headers["Sec-Fetch-Site"] in ("same-origin", "none")
    return request.headers.get("Origin", "null") in ("null", f"{request.scheme}://{request.get_host()}")


def is_readable(request):
    """Whether a POST is in UTF-8, as browsers send it. Python knows charsets that are no text, and fails on them."""
    return not request.encoding or codecs.lookup(request.encoding).name == "utf-8"


def keeps_what_was_typed(view):
    """When the store or its key fails, what was typed comes back on a page that needs neither."""

    @csrf_exempt
    def guard(request):
        if not is_readable(request):
            return error_pages.page(400)
        if not encryption.is_ready():
            return could_not_keep(request)
        try:
            return view(request)
        except (DatabaseError, EncryptionError):
            return could_not_keep(request)

    return guard


@keeps_what_was_typed
@require_http_methods(["GET", "HEAD", "POST"])
def request_form(request):
    return answer(request) if request.method == "POST" else empty_form(request)


def empty_form(request):
    """The form as everybody gets it, kept ready for a few seconds; only its token is new each time."""
    page, lines = cache.get_or_set(
        "intake.empty_form",
        lambda: (
            show_form(request, new_form(request), token=TOKEN_PLACE, rate=figures.public_rate(request.clinic)).text,
            consent_lines(request.clinic),
        ),
        KEPT_SECONDS,
    )
    return HttpResponse(page.replace(TOKEN_PLACE, form_token.new(lines, CONSENT_VERSION)))


def new_form(request, typed=None, **options):
    return IntakeForm(typed, clinic=request.clinic, free_slots=workflow.free_slots(request.clinic), **options)


def promise_words(clinic):
    moment = workflow.promise(clinic)
    return contact_rules.due_words(moment, clinic, clinic.zone) if moment else ""


def answer(request):
    token = form_token.read(request.POST.get("token", ""))
    # In this order: of two presses at once, the second finds the last place free, or else knows that the first has it.
    free_slots = workflow.free_slots(request.clinic)
    sent = sent_before(token)
    if sent and sent.call_at:
        free_slots = sorted({*free_slots, sent.call_at})
    form = IntakeForm(request.POST, clinic=request.clinic, free_slots=free_slots)
    if not is_our_own_form(request):
        return show_form(request, form, is_stale=True, status=403)
    if not form.is_valid() and sent:
        return show_form(request, form, is_changed=True, is_taken_back=sent.state == sent.State.WITHDRAWN)
    same = form_token.renew(token, consent_lines(request.clinic), CONSENT_VERSION) if token else None
    if not form.is_valid():
        return show_form(request, form, token=same)
    if token is None or not form.is_covered_by(token.consent_lines):
        return show_form(request, form, is_stale=True)
    source = throttle.source_of(request)
    marked = "" if sent else spam.assess(request.POST, seconds_open=token.seconds_open, source=source)
    try:
        stored = workflow.receive(form, token=token, held_because=marked, page=request.path)
    except workflow.TakenBack:
        return show_form(request, form, is_taken_back=True)
    except workflow.SentWithOtherWords:
        return show_form(request, form, is_changed=True)
    except workflow.SlotTaken:
        form.add_error("call_at", form.fields["call_at"].error_messages["invalid_choice"])
        return show_form(request, form, token=same)
    except DatabaseError:
        return show_form(request, form, token=same, is_storage_down=True, status=503)
    codes = {
        "receipt": private_page.seal(stored, private_page.RECEIPT, private_page.RECEIPT_MINUTES),
        "secret": private_page.seal(stored, private_page.SECRET, private_page.SECRET_MINUTES),
    }
    return HttpResponseRedirect(f"{reverse('request_sent')}?{urlencode(codes)}")


def sent_before(token):
    """The request that this form made, without its words: they may be unreadable. None when it made none."""
    return token and ConsultationRequest.objects.only("call_at", "state").filter(form_token=token.id).first()


def could_not_keep(request):
    """A page that needs neither the database nor the key: what was typed, and the phone number."""
    if request.method != "POST":
        return error_pages.page(503)
    typed = [
        (name, value, TYPED.get(name) if value else "", name in LONG)
        for name, values in request.POST.lists()
        for value in values
    ]
    page = error_pages.render("intake/not_kept.html", typed=typed, address=request.path)
    return HttpResponse(page, status=503)


def show_form(request, form, *, token=None, status=200, **notes):
    """The form with what was typed. `notes` are rate, is_stale, is_changed, is_taken_back and
    is_storage_down."""
    words = PageText.objects.of(PageText.Page.REQUEST)
    lines = consent_lines(request.clinic)
    context = {
        "words": words,
        "form": form,
        "token": token or form_token.new(lines, CONSENT_VERSION, is_shown_again=True),
        "consent": lines[""],
        "promise": promise_words(request.clinic),
        "honeypot": spam.HONEYPOT,
        "schema": schema.of_page(request.clinic, words["top"]),
        **notes,
    }
    return render(request, "intake/request.html", context, status=status)


@keeps_what_was_typed
@require_safe
def request_sent(request):
    """Its address opens the secret for a few minutes only, so a reload shows it again; the browser's history would
    keep that address longer (see after_sending.js)."""
    stored = private_page.unseal(request.GET.get("receipt", ""), private_page.RECEIPT)
    if stored is None or stored.state == ConsultationRequest.State.WITHDRAWN:
        return render(request, "intake/receipt_gone.html")
    seconds, reference = private_page.read(request.GET.get("secret", ""), private_page.SECRET)
    secret = private_page.secret_to_show(stored) if reference == stored.reference else ""
    context = {
        "stored": stored,
        "secret": secret,
        "secret_seconds": seconds,
        "secret_minutes": private_page.SECRET_MINUTES,
        "pass": private_page.seal(stored, private_page.PASS, private_page.SECRET_MINUTES) if secret else "",
        "reply": contact_rules.when_we_reply(stored, request.clinic),
        "promises": contact_rules.what_we_do(stored, request.clinic),
        "estimate_page": Page.objects.published().filter(kind=Page.Kind.ESTIMATE).first(),
    }
    return render(request, "intake/sent.html", context)
