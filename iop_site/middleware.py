"""What every request passes: security headers, what may be kept, compression, moved pages and the clinic, read once."""

from django.db import DatabaseError
from django.http import HttpResponsePermanentRedirect
from django.middleware.gzip import GZipMiddleware
from django.utils.functional import SimpleLazyObject

from clinic import pages
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
    """Public pages travel compressed. Private ones do not: the length of what is compressed tells of what is in it."""
    compress = GZipMiddleware(get_response).process_response

    def middleware(request):
        response = get_response(request)
        return response if private_path(request.path) else compress(request, response)

    return middleware


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
