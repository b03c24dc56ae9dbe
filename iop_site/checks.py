"""`manage.py check --deploy` refuses a setup that is unsafe or unfinished, and says what to do."""

import os

from django.conf import settings
from django.core.checks import Error, Warning, register
from django.db import DatabaseError

from clinic.models import Clinic
from intake import encryption, reminders

PLACEHOLDERS = {
    "phone": "55501",  # 555-01xx numbers ring nowhere
    "license_line": "to be entered",
    "privacy_line": "made up",
}


@register(deploy=True)
def check_address(app_configs, **kwargs):
    if settings.IS_HTTPS:
        return []
    return [Error("SITE_URL is not https.", hint="Set SITE_URL=https://your.address.", id="iop_site.E001")]


@register(deploy=True)
def check_keys_are_apart_from_the_data(app_configs, **kwargs):
    found = []
    for number, name in enumerate(["SECRET_KEY", "ENCRYPTION_KEYS"], start=2):
        if getattr(settings, name) and not os.environ.get(name):
            found.append(
                Error(
                    f"{name} is kept in {settings.VAR_DIR}, beside what it protects.",
                    hint=f"Move it to the environment of the service: {name}=...",
                    id=f"iop_site.E00{number}",
                )
            )
    return found


def a_missing_key(level, number):
    if encryption.is_ready():
        return []
    return [
        level(
            "There is no encryption key: the request form is closed, stored requests cannot be read, and colleagues"
            " sign in with a recovery code only.",
            hint="Set ENCRYPTION_KEYS in the environment, or bring"
            f" {settings.VAR_DIR}/secrets/encryption_keys back from your backup. A new key opens the form, but no older"
            " request, and every colleague has to set up their phone again: `manage.py enrol NAME --start-again`.",
            id=f"iop_site.{number}",
        )
    ]


@register
def check_the_form_can_open(app_configs, **kwargs):
    # Only a warning: the commands that serve the other pages must run.
    return a_missing_key(Warning, "W001")


@register(deploy=True)
def check_the_form_can_open_for_the_public(app_configs, **kwargs):
    return a_missing_key(Error, "E007")


@register(deploy=True)
def check_facts_are_the_clinics_own(app_configs, **kwargs):
    try:
        clinic = Clinic.objects.filter(pk=1).first()
    except DatabaseError:
        clinic = None
    if clinic is None:
        return [Error("There is no clinic in the database.", hint="Run `manage.py prepare`.", id="iop_site.E004")]
    return [
        Error(
            f"“{Clinic._meta.get_field(name).verbose_name}” is still the starting content's.",
            hint="Enter the clinic's own under Staff desk, Clinic.",
            id="iop_site.E005",
        )
        for name, placeholder in PLACEHOLDERS.items()
        if placeholder in getattr(clinic, name)
    ]


@register(deploy=True)
def check_mail_can_be_sent(app_configs, **kwargs):
    if settings.EMAIL_HOST or settings.IS_LOCAL:
        return []
    return [
        Error(
            "There is no mail server, so nobody is told of a new or late request.",
            hint="Set MAIL_HOST and the other MAIL_ variables of .env.example.",
            id="iop_site.E006",
        )
    ]


@register(deploy=True)
def check_somebody_gets_mail(app_configs, **kwargs):
    try:
        is_missing = Clinic.objects.exists() and reminders.nobody_hears()
    except DatabaseError:
        return []  # another check says so
    if not is_missing:
        return []
    return [
        Error(
            "Nobody gets mail about new and late requests.",
            hint="Enter an address under Staff desk, Clinic, “mail about new requests”, or let a colleague"
            " choose reminders.",
            id="iop_site.E008",
        )
    ]
