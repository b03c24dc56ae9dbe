"""How long the session lasts, for the script that warns before it ends; a press starts the time again."""

from django.contrib import admin
from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.http import require_http_methods, require_safe

from accounts import sessions
from accounts.views.pages import page


@require_http_methods(["GET", "POST"])
def session(request):
    """Seconds. Asking does not start the time again, or an open page would never end."""
    if not admin.site.has_permission(request):
        return JsonResponse({"seconds": 0, "who": None})
    if request.method == "POST":
        sessions.stay(request)
    who = request.user.pk
    return JsonResponse({"seconds": sessions.seconds_left(request), "who": who, "token": get_token(request)})


@require_safe
def back(request):
    """Where the new tab ends in which somebody signed in again."""
    return page(request, "back", "You are signed in again")
