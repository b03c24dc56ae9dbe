"""What Django may write about a failed request: where it failed, never what a person sent."""

from django.http import QueryDict
from django.views.debug import SafeExceptionReporterFilter


def without_traceback(record):
    """For the log: a request that Django refuses is no fault of ours, and anybody can fill the disk with thousands."""
    is_refused = record.name == "django.request" and record.status_code < 500
    if is_refused or record.name.startswith("django.security"):
        record.exc_info = record.exc_text = None
    return True


class NothingPersonal(SafeExceptionReporterFilter):
    def is_active(self, request):
        return True

    def get_post_parameters(self, request):
        return QueryDict()

    def get_traceback_frame_variables(self, request, tb_frame):
        return []

    def get_safe_request_meta(self, request):
        return {}

    def get_safe_cookies(self, request):
        return {}
