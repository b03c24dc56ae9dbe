"""Signing in: the password, then the code. Nothing else of the staff desk answers before both are right."""

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from accounts import second_factor, sessions
from accounts.forms import CodeForm, RecoveryForm, SignInForm
from accounts.models import FREE_TRIES
from accounts.views.not_saved import said_when_busy
from accounts.views.pages import NO_KEY, must_wait, page, record_refused, slowed_down
from intake import throttle
from intake.encryption import EncryptionError

TRY_SECONDS = 15 * 60
MOST_TRIES = 5  # of one name from one place, so that nobody locks a colleague out from elsewhere
MOST_FROM_ONE_PLACE = 100  # of all names; a whole clinic may sit behind one address
WRONG = "That username and password do not belong together. Check both, then try again."


@said_when_busy
@require_http_methods(["GET", "POST"])
def sign_in(request):
    next_page = safe_next(request)
    if request.method == "GET" and admin.site.has_permission(request):
        return HttpResponseRedirect(next_page or reverse(settings.LOGIN_REDIRECT_URL))
    form = SignInForm(request.POST or None)
    if not form.is_valid():
        return page(request, "sign_in", "Sign in", form=form)
    name, source = form.cleaned_data["username"].casefold(), throttle.source_of(request)
    if is_slowed_down(name, source):
        form.add_error(None, must_wait(TRY_SECONDS))
        return slowed_down(page(request, "sign_in", "Sign in", form=form), TRY_SECONDS)
    user = authenticate(request, **form.cleaned_data)
    if user is None or not user.is_staff:
        form.add_error(None, WRONG)
        return page(request, "sign_in", "Sign in", form=form)
    throttle.forget("sign-in", name, source)
    sessions.begin(request, user, next_page=next_page)
    return redirect("admin:code" if second_factor.device_of(user) else "admin:enrol")


def is_slowed_down(name, source):
    """Counts first, so that tries at the same moment are all counted."""
    of_place = throttle.count("sign-in place", source, seconds=TRY_SECONDS)
    of_name = throttle.count("sign-in", name, source, seconds=TRY_SECONDS)
    return of_place > MOST_FROM_ONE_PLACE or of_name > MOST_TRIES


def safe_next(request):
    """Where the person wanted to go, if that is on this site."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else ""


@said_when_busy
@require_http_methods(["GET", "POST"])
def code(request):
    user = sessions.begun_user(request)
    if user is None or second_factor.device_of(user) is None:
        return redirect("admin:login")
    is_recovery = "recovery" in request.POST
    form = CodeForm(request.POST if request.method == "POST" and not is_recovery else None)
    recovery = RecoveryForm(request.POST if is_recovery else None)
    used = recovery if is_recovery else form
    seconds, status = 0, 200
    if used.is_valid():
        wrong_tries = second_factor.device_of(user).wrong_tries
        try:
            with transaction.atomic():
                if is_proof(request, user, used):
                    return HttpResponseRedirect(signed_in(request, user, used, wrong_tries))
            record_refused(user)
            used.add_error(used.name, used.wrong)
        except second_factor.TooManyTries as problem:
            seconds = problem.seconds
            used.add_error(None, must_wait(seconds))
        except EncryptionError:
            status = 503
            used.add_error(None, NO_KEY)
    used.fields[used.name].widget.attrs["autofocus"] = True
    answer = page(request, "code", "Your code", form=form, recovery=recovery, status=status)
    return slowed_down(answer, seconds) if seconds else answer


def is_proof(request, user, form):
    """Raises TooManyTries and EncryptionError."""
    typed = form.cleaned_data[form.name]
    if form.name == "recovery":
        return second_factor.is_recovered_by(user, typed, throttle.source_of(request))
    return second_factor.is_proved_by(user, typed)


def signed_in(request, user, form, wrong_tries):
    """Where to go, with what the person should know on the way."""
    where = sessions.sign_in(request, user)
    if form.name == "recovery":
        left = second_factor.device_of(user).recovery_codes.count()
        messages.warning(request, f"You used a recovery code. {left} are left. “Your sign-in” makes new ones.")
    if wrong_tries >= FREE_TRIES:
        messages.warning(
            request,
            f"{wrong_tries} wrong codes were tried with your password since you last signed in. If that was not you,"
            " change your password now.",
        )
    return where
