"""From the password to the second factor, and how long somebody stays signed in.

Until both are proved nobody is signed in: the session only remembers whose password was right.
"""

from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user_model, login
from django.contrib.sessions.models import Session
from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from intake import throttle

BEGUN = "begun"
SIGNED_IN_AT = "signed_in_at"
BACKEND = "django.contrib.auth.backends.ModelBackend"


def now():
    """Seconds since 1970."""
    return timezone.now().timestamp()


def begin(request, user, *, next_page="", replaces=False):
    """The password was right. `replaces`: a code of the old phone was right too, and a new phone takes its place."""
    request.session.flush()
    request.session[BEGUN] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "next": next_page,
        "replaces": replaces,
    }


def begun(request):
    return request.session.get(BEGUN, {})


def begun_user(request):
    """Whose password was right in this session, as long as it still is, or None."""
    user = get_user_model().objects.filter(pk=begun(request).get("user"), is_active=True, is_staff=True).first()
    if user and constant_time_compare(begun(request)["hash"], user.get_session_auth_hash()):
        return user
    return None


def note(request, **what):
    request.session[BEGUN] = begun(request) | what


def sign_in(request, user):
    """Both factors were proved. Kept at once, in the caller's transaction: a code is used up only by a sign-in that
    lasts. Returns where the person wanted to go."""
    next_page = request.session.pop(BEGUN)["next"]
    login(request, user, BACKEND)  # makes a new key for the session
    request.session[SIGNED_IN_AT] = int(now())
    request.session.save()
    return next_page or reverse(settings.LOGIN_REDIRECT_URL)


def end_all(user):
    """In every browser, also one that is half-way in. Whose a session is stands inside it; a clinic has few."""
    for session in Session.objects.all():
        kept = session.get_decoded()
        if str(user.pk) in (kept.get(SESSION_KEY), str(kept.get(BEGUN, {}).get("user"))):
            session.delete()


def lengths():
    """For the page that says why somebody was signed out."""
    return {"idle_minutes": settings.SESSION_COOKIE_AGE // 60, "most_hours": settings.SESSION_MOST_SECONDS // 3600}


def lasts_until(request):
    """In seconds since 1970, if somebody is signed in and whatever they do."""
    return request.session.get(SIGNED_IN_AT, 0) + settings.SESSION_MOST_SECONDS


def is_open(request):
    return SIGNED_IN_AT in request.session and now() < lasts_until(request)


def stay(request):
    """Each page starts the idle time again. Only the end is written, so that two tabs cannot undo each other's data.

    While the database cannot be written the page goes on without, and says itself what it could not keep.
    """
    ends_at = timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    rows = request.session.model.objects.filter(session_key=request.session.session_key)
    with suppress(DatabaseError), throttle.short_lock_wait():
        rows.update(expire_date=ends_at)


def most_seconds(request):
    """Until the person is signed out if they do nothing from now on."""
    return max(0, round(min(settings.SESSION_COOKIE_AGE, lasts_until(request) - now())))


def seconds_left(request):
    """The same, when they may have done nothing for a while."""
    rows = request.session.model.objects.filter(session_key=request.session.session_key)
    ends_at = rows.values_list("expire_date", flat=True).first() or timezone.now()
    return min(max(0, round(ends_at.timestamp() - now())), most_seconds(request))
