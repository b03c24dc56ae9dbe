"""Settings of the site. The environment decides; .env.example lists every variable it reads."""

import os
from pathlib import Path
from urllib.parse import quote, urlsplit

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("VAR_DIR", BASE_DIR / "var"))


def secret(name):
    """A secret from the environment, or from the file of that name that `make run` generates; empty without both."""
    if os.environ.get(name):
        return os.environ[name]
    try:
        return (VAR_DIR / "secrets" / name.lower()).read_text().strip()
    except OSError:
        return ""


# The site's own address decides on cookies, redirects and canonical links.
SITE_URL = os.environ.get("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
SITE_HOST = urlsplit(SITE_URL).hostname
IS_HTTPS = urlsplit(SITE_URL).scheme == "https"
IS_LOCAL = SITE_HOST in ("127.0.0.1", "localhost", "::1")

DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"] if IS_LOCAL else [SITE_HOST]

INSTALLED_APPS = [
    "iop_site.apps.StaffConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "crispy_forms",
    "clinic",
    "programs",
    "intake",
    "accounts",
    "iop_site",
]

MIDDLEWARE = [
    "iop_site.middleware.security_headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "iop_site.middleware.compressed_pages",
    "django.middleware.http.ConditionalGetMiddleware",
    "iop_site.middleware.what_may_be_kept",
    "iop_site.middleware.moved_pages",
    "iop_site.middleware.Sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "iop_site.middleware.small_requests",
    "django.contrib.messages.middleware.MessageMiddleware",
    "iop_site.middleware.the_clinic",
]

ROOT_URLCONF = "iop_site.urls"
WSGI_APPLICATION = "iop_site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "clinic.context_processors.clinic",
            ],
        },
    },
]

# Storage

DATABASE_FILE = VAR_DIR / "site.sqlite3"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        # Never made by being opened: a database that went missing must not come back empty, as if nobody had written.
        # `manage.py prepare` makes it, once.
        "NAME": f"file:{quote(str(DATABASE_FILE))}?mode=rw",
        "OPTIONS": {
            # A write waits for its turn instead of failing, and a commit is on the disk before it is answered
            # (promise 1): with synchronous=NORMAL a power cut can lose a request that already has a reference.
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "iop_site.staticfiles.JoinedManifestStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
ERROR_PAGES_DIR = VAR_DIR / "error-pages"

# Security

SECRET_KEY = secret("SECRET_KEY")
if not SECRET_KEY:
    raise ImproperlyConfigured(f"Set SECRET_KEY in the environment, or run `make run` once to make {VAR_DIR}/secrets.")
SECRET_KEY_FALLBACKS = [key for key in os.environ.get("SECRET_KEY_FALLBACKS", "").split(",") if key]
# Newest first, separated by commas: the first encrypts, all of them decrypt. Without any the request form closes, and
# the help lines and all other pages stay.
ENCRYPTION_KEYS = [key.strip() for key in secret("ENCRYPTION_KEYS").split(",") if key.strip()]
if any(len(key) < 32 or key.startswith("change-me") for key in ENCRYPTION_KEYS):
    raise ImproperlyConfigured("Every key in ENCRYPTION_KEYS has 32 characters or more. Nothing was read or written.")

CSRF_TRUSTED_ORIGINS = [SITE_URL]
# A `__Host-` cookie needs https; plain http is only for a local run, which `check --deploy` refuses.
COOKIE_PREFIX = "__Host-" if IS_HTTPS else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}staff"
SESSION_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_AGE = 15 * 60  # idle: each page of the staff desk starts it again
SESSION_MOST_SECONDS = 12 * 60 * 60  # whatever somebody does
SESSION_WARNING_SECONDS = 2 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
LOGIN_REDIRECT_URL = "admin:index"
CSRF_FAILURE_VIEW = "accounts.views.not_saved.old_page"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrf"
CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
# Whether the last entry of X-Forwarded-For is our own proxy's word on who sent a request (intake/throttle.py). Behind
# a proxy but without it, all families would seem to sit in one place. Only a proxy speaks https here, so https is yes.
BEHIND_PROXY = (os.environ.get("BEHIND_PROXY") or str(IS_HTTPS)).lower() in ("true", "yes", "1")
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_HSTS_PRELOAD = IS_HTTPS
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
SILENCED_SYSTEM_CHECKS = ["security.W002"]  # X-Frame-Options is among the headers of iop_site.middleware
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

PASSWORD_RESET_TIMEOUT = 24 * 60 * 60  # of the link that lets a colleague in
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.NotMadeOfCommonOnes"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

# Messages to staff may name a reference; the default storage would put them into a cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Nothing a person typed may reach a log or an error report: no mail handler, no request body, no local variables.
DEFAULT_EXCEPTION_REPORTER_FILTER = "iop_site.error_reports.NothingPersonal"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {
        "short": {"()": "django.utils.log.CallbackFilter", "callback": "ext://iop_site.error_reports.without_traceback"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["short"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # Django's own default mails the whole request to the administrators when a page fails.
    "loggers": {"django": {"handlers": [], "propagate": True}},
}

# Mail

EMAIL_HOST = os.environ.get("MAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("MAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("MAIL_PASSWORD", "")
MAIL_TLS = os.environ.get("MAIL_TLS", "starttls")
if MAIL_TLS not in ("starttls", "tls", "none"):
    raise ImproperlyConfigured("MAIL_TLS is starttls, tls or none.")
EMAIL_USE_TLS = MAIL_TLS == "starttls"
EMAIL_USE_SSL = MAIL_TLS == "tls"
EMAIL_TIMEOUT = 10  # seconds for each answer of the mail server
DEFAULT_FROM_EMAIL = os.environ.get("MAIL_FROM", f"desk@{SITE_HOST}")
if IS_LOCAL and not EMAIL_HOST:
    # A site for trying things out shows what it would send.
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"

# Words

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"  # moments are stored in UTC; the clinic's own time zone is a fact that staff edit
USE_TZ = True
USE_I18N = False

CRISPY_TEMPLATE_PACK = "care"
CRISPY_ALLOWED_TEMPLATE_PACKS = ("care",)
CRISPY_FAIL_SILENTLY = False
