"""Headers that every response carries, errors and static files too; and the clinic, read once for each request."""

from django.utils.functional import SimpleLazyObject

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
        private = next((path for path in REFERRER_OF_PRIVATE_PATHS if request.path.startswith(path)), None)
        if private:
            response["Cache-Control"] = "no-store"
            response["Referrer-Policy"] = REFERRER_OF_PRIVATE_PATHS[private]
        else:
            # Asked for again each time (an ended alert must not linger) and answered with a short 304.
            response.setdefault("Cache-Control", "no-cache")
        return response

    return middleware


def the_clinic(get_response):
    def middleware(request):
        request.clinic = SimpleLazyObject(Clinic.load)
        request.reach = SimpleLazyObject(lambda: Reach(request.clinic))
        return get_response(request)

    return middleware
