"""The first way in: a link, a password of one's own, the phone, and ten codes to keep."""

from django.db import transaction
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import enrolment, second_factor, sessions, totp
from accounts.forms import CodeForm, KeptForm, NewPasswordForm
from accounts.views.not_saved import said_when_busy
from accounts.views.pages import page
from intake.encryption import EncryptionError

WRONG_CODE = (
    "That code is not right. Type the newest one. If it happens again, set your phone’s clock to the network’s time."
)
NEW_PICTURE = (
    "This picture is a new one: your set-up was opened in another window, which ended the one before. Scan this one,"
    " and type the code of the new entry in your app."
)
CODES_OF = "codes_of"  # the phone whose recovery codes were shown in this session


@said_when_busy
@require_http_methods(["GET", "POST"])
def link(request):
    """The password is set by a press, not by opening the page: programs that look at mail open links too."""
    user = enrolment.owner_of(request.GET.get("code", ""))
    if user is None:
        return page(request, "link_ended", "This link has ended", status=410, hours=enrolment.LINK_HOURS)
    form = NewPasswordForm(user, request.POST or None)
    if not form.is_valid():
        return page(request, "link", "Welcome to the staff desk", form=form, username=user.get_username())
    form.save()
    sessions.begin(request, user)
    return redirect("admin:code" if second_factor.device_of(user) else "admin:enrol")


@said_when_busy
@require_http_methods(["GET", "POST"])
def enrol(request):
    user = sessions.begun_user(request)
    if user is None:
        return redirect("admin:login")
    begun = sessions.begun(request)
    # A password alone never takes the place of a phone.
    if second_factor.device_of(user) and not begun["replaces"]:
        return redirect("admin:code")
    try:
        device = enrolment.unfinished(user, begun.get("device"))
    except EncryptionError:
        return page(request, "no_key", "No phone can be set up now", status=503)
    is_new = begun.get("device") not in (None, device.pk)
    if "kept" in request.POST or "codes" in request.POST:
        return finish(request, user, device)
    form = CodeForm(request.POST or None)
    if form.is_valid():
        if is_shown_by(device, form.cleaned_data["code"]):
            sessions.note(request, device=device.pk, **{CODES_OF: device.pk})
            codes = second_factor.new_recovery_codes(device)
            return page(request, "codes", "Keep these codes", codes=codes, form=KeptForm())
        form.add_error("code", NEW_PICTURE if is_new else WRONG_CODE)
    sessions.note(request, device=device.pk)
    address = totp.address(device.secret, user.get_username())
    size, path = totp.drawing(address)
    shown = {"address": address, "size": size, "path": path, "secret": totp.grouped(device.secret)}
    return page(request, "enrol", "Set up your phone", form=form, **shown)


def is_shown_by(device, code):
    """Whether app and site agree. Nothing is guessed here: the page shows the secret."""
    step = totp.step_of(device.secret, second_factor.typed(code), timezone.now())
    if step is None:
        return False
    device.last_step = step
    device.save(update_fields=["last_step"])
    return True


def finish(request, user, device):
    if sessions.begun(request).get(CODES_OF) != device.pk:
        return redirect("admin:enrol")
    form = KeptForm(request.POST)
    if not form.is_valid():
        # The list of codes is gone; another one takes its place.
        codes = second_factor.new_recovery_codes(device)
        return page(request, "codes", "Keep these codes", codes=codes, form=form)
    with transaction.atomic():
        enrolment.finish(device)
        return redirect(sessions.sign_in(request, user))
