"""Pages for when something is wrong: they carry the help lines and the clinic's phone number, and need no database.

What they say about the clinic is written to a file whenever it changes. The pages themselves are written too, for the
proxy to serve when this process does not answer.
"""

import json

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

from clinic.models import Clinic

STATUSES = (400, 403, 404, 500, 503)
FACTS = ("name", "short_name", "phone", "exit_url", "exit_name")


def facts_file():
    return settings.ERROR_PAGES_DIR / "clinic.json"


def write():
    """Write down the clinic's present name and phone, and all pages with them. Raises Clinic.DoesNotExist."""
    settings.ERROR_PAGES_DIR.mkdir(parents=True, exist_ok=True)
    clinic = Clinic.load()
    replace(facts_file(), json.dumps({name: getattr(clinic, name) for name in FACTS}))
    for status in STATUSES:
        replace(settings.ERROR_PAGES_DIR / f"{status}.html", render(f"{status}.html"))


def replace(file, text):
    unfinished = file.with_suffix(".new")
    unfinished.write_text(text)
    unfinished.replace(file)


def known_clinic():
    """What was written down about the clinic; None before that, and then only its phone number is missing."""
    try:
        return json.loads(facts_file().read_text())
    except (OSError, ValueError):
        return None


def render(template, **context):
    return render_to_string(template, {"clinic": known_clinic(), **context})


def page(name, status=None):
    return HttpResponse(render(f"{name}.html"), status=status or name)


def help_lines_alone():
    """The help page when the database cannot be read."""
    return HttpResponse(render("help_lines_alone.html"))


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
