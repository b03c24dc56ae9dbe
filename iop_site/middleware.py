"""What every request passes: security headers, what may be kept, compression, moved pages and the clinic, read once."""

from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.db import DatabaseError, OperationalError
from django.http import HttpResponsePermanentRedirect
from django.middleware.gzip import GZipMiddleware
from django.utils.functional import SimpleLazyObject

from accounts.views import not_saved
from clinic import error_pages, images, pages
from clinic.models import Clinic
from clinic.reach import Reach

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
    ]
)
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in ["camera", "geolocation", "microphone", "payment", "usb", "browsing-topics", "interest-cohort"]
)
# Of these the browser keeps no copy: what is typed or shown there is about a person. The form sends no referrer at
# all; the staff desk sends one to itself, without which Django's CSRF check sees the origin "null".
REFERRER_OF_PRIVATE_PATHS = {"/request/": "no-referrer", "/staff/": "same-origin"}
# Twice the largest photo: who picks one that is too large reads a sentence about it.
MOST_BYTES_OF_STAFF = 2 * images.MOST_BYTES


def private_path(path):
    """The beginning of a path of which the browser keeps no copy, or None."""
    return next((beginning for beginning in REFERRER_OF_PRIVATE_PATHS if path.startswith(beginning)), None)


def security_headers(get_response):
    def middleware(request):
        response = get_response(request)
        response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        response["Permissions-Policy"] = PERMISSIONS_POLICY
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["X-Frame-Options"] = "DENY"
        return response

    return middleware


def what_may_be_kept(get_response):
    """Stands inside ConditionalGetMiddleware, which gives no ETag to what must not be stored."""

    def middleware(request):
        response = get_response(request)
        if private := private_path(request.path):
            response["Cache-Control"] = "no-store"
            response["Referrer-Policy"] = REFERRER_OF_PRIVATE_PATHS[private]
        else:
            # Asked for again each time (an ended alert must not linger) and answered with a short 304.
            response.setdefault("Cache-Control", "no-cache")
        return response

    return middleware


def compressed_pages(get_response):
    """Public pages travel compressed. Private ones do not: the length of what is compressed tells of what is in it.
    Pictures and fonts are compressed already."""
    compress = GZipMiddleware(get_response).process_response

    def middleware(request):
        response = get_response(request)
        is_compressed = response.streaming or response.get("Content-Type", "").startswith(("image/", "font/"))
        return response if is_compressed or private_path(request.path) else compress(request, response)

    return middleware


class NoFiles(FileUploadHandler):
    def new_file(self, *args, **kwargs):
        raise SkipFile


def small_requests(get_response):
    """Only staff who are signed in send files. What anybody else sends is small and never reaches the disk, and no
    one sends a body without saying before how long it is."""

    def middleware(request):
        is_desk = request.path.startswith("/staff/") and request.user.is_staff
        if not is_desk:
            request.upload_handlers = [NoFiles(request)]
        limit = MOST_BYTES_OF_STAFF if is_desk else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if "HTTP_TRANSFER_ENCODING" in request.META or length_of(request) > limit:
            return error_pages.page(400, status=413)
        return get_response(request)

    return middleware


def length_of(request):
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0  # as Django reads it


class Sessions(SessionMiddleware):
    """Keeps a session after the page was made. When that fails, what the page did is done, and is said."""

    def process_response(self, request, response):
        try:
            return super().process_response(request, response)
        except (SessionInterrupted, OperationalError):
            return not_saved.session_not_kept(request, response)


def the_clinic(get_response):
    def middleware(request):
        request.clinic = SimpleLazyObject(Clinic.load)
        request.reach = SimpleLazyObject(lambda: Reach(request.clinic))
        return get_response(request)

    return middleware


def moved_pages(get_response):
    """An address that leads nowhere may be that of a page whose address changed."""

    def middleware(request):
        response = get_response(request)
        if response.status_code != 404 or request.method not in ("GET", "HEAD"):
            return response
        try:
            new_address = pages.new_address(request.path)
        except DatabaseError:
            return response  # the page for a wrong address needs no database
        return HttpResponsePermanentRedirect(new_address) if new_address else response

    return middleware
