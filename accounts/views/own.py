"""A colleague's own sign-in: what is set up, new recovery codes, another phone, another password. Each change takes a
code or the old password first."""

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts import second_factor, sessions
from accounts.forms import CodeForm
from accounts.views.pages import NO_KEY, must_wait, page, record_refused, slowed_down
from intake import throttle
from intake.encryption import EncryptionError

WHAT = ["codes", "phone"]
PASSWORD_SECONDS = 15 * 60
MOST_PASSWORD_TRIES = 5


@require_http_methods(["GET", "POST"])
def own(request):
    device = second_factor.device_of(request.user)
    if device is None:
        messages.info(request, "Your account has no phone yet. Sign out and in again to set one up.")
        return redirect("admin:index")
    what = request.POST.get("what")
    form = CodeForm(request.POST if what in WHAT else None)
    seconds, status = 0, 200
    if form.is_valid():
        try:
            if second_factor.is_proved_by(request.user, form.cleaned_data["code"]):
                return changed(request, device, what)
            record_refused(request.user)
            form.add_error(form.name, form.wrong)
        except second_factor.TooManyTries as problem:
            seconds = problem.seconds
            form.add_error(None, must_wait(seconds))
        except EncryptionError:
            status = 503
            form.add_error(None, NO_KEY)
    left, most = device.recovery_codes.count(), second_factor.HOW_MANY_CODES
    answer = page(request, "own", "Your sign-in", form=form, device=device, left=left, most=most, status=status)
    return slowed_down(answer, seconds) if seconds else answer


def changed(request, device, what):
    if what == "codes":
        codes = second_factor.new_recovery_codes(device)
        return page(request, "new_codes", "Keep these codes", codes=codes)
    sessions.begin(request, request.user, replaces=True)
    return redirect("admin:enrol")


def password(request, change):
    """`change` is Django's page. At a desk left open the old password is guessed no faster than at the door."""
    if request.method != "POST":
        return change(request)
    tries = "password change", request.user.pk
    if throttle.count(*tries, seconds=PASSWORD_SECONDS) > MOST_PASSWORD_TRIES:
        answer = page(request, "wait", "Change your password", why=must_wait(PASSWORD_SECONDS))
        return slowed_down(answer, PASSWORD_SECONDS)
    answer = change(request)
    if answer.status_code == 200 and "old_password" in answer.context_data["form"].errors:
        record_refused(request.user)
    else:
        throttle.forget(*tries)
    return answer
