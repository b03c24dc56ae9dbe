"""`manage.py check --deploy` refuses a setup that is unsafe or unfinished, and says what to do."""

import os

from django.conf import settings
from django.core.checks import Error, register
from django.db import DatabaseError

from clinic.models import Clinic

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
        if not os.environ.get(name):
            found.append(
                Error(
                    f"{name} is kept in {settings.VAR_DIR}, beside what it protects.",
                    hint=f"Move it to the environment of the service: {name}=...",
                    id=f"iop_site.E00{number}",
                )
            )
    return found


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
