"""Pages for when something is wrong. They are written to files ahead, with the clinic's phone number in them, so
that neither this code nor the proxy needs the database to answer with the help lines."""

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

from clinic.models import Clinic

STATUSES = (400, 403, 404, 500, 503)


def file_of(status):
    return settings.ERROR_PAGES_DIR / f"{status}.html"


def write():
    """Write all pages with the clinic's present name and phone. Called whenever those may have changed."""
    settings.ERROR_PAGES_DIR.mkdir(parents=True, exist_ok=True)
    clinic = Clinic.load()
    for status in STATUSES:
        page = render_to_string(f"{status}.html", {"clinic": clinic})
        unfinished = file_of(status).with_suffix(".new")
        unfinished.write_text(page)
        unfinished.replace(file_of(status))


def page(status):
    try:
        text = file_of(status).read_text()
    except OSError:
        text = render_to_string(f"{status}.html")
    return HttpResponse(text, status=status)


@requires_csrf_token
def bad_request(request, exception=None):
    return page(400)


@requires_csrf_token
def forbidden(request, exception=None, reason=""):
    return page(403)


@requires_csrf_token
def not_found(request, exception=None):
    return page(404)


@requires_csrf_token
def server_error(request):
    return page(500)
