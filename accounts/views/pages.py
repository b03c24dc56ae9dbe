"""What the pages of this app share: the frame of the staff desk, and words for who must wait."""

from django.contrib import admin
from django.template.response import TemplateResponse

from intake import audit
from intake.models import AccessRecord

NO_KEY = "The site cannot check codes from phones now: its encryption key is missing. Tell whoever runs the site."


def page(request, template, title, *, status=200, **context):
    frame = {**admin.site.each_context(request), "title": title, **context}
    return TemplateResponse(request, f"accounts/{template}.html", frame, status=status)


def must_wait(seconds):
    minutes = -(-seconds // 60)
    return f"Too many wrong tries. Wait {minutes} minute{'s' * (minutes > 1)}, then try again."


def slowed_down(response, seconds):
    response.status_code = 429
    response["Retry-After"] = str(seconds)
    return response


def record_refused(user):
    """Somebody who knew the password did not have the phone."""
    audit.record(AccessRecord.Kind.REFUSED, by=user, place="code")
