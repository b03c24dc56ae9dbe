"""The wiring as Django sees it: our own checks, and the staff site in place of Django's default admin site."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class SiteConfig(AppConfig):
    name = "iop_site"
    default = True

    def ready(self):
        from iop_site import checks  # noqa: F401  registers them


class StaffConfig(admin_apps.AdminConfig):
    default = False
    default_site = "iop_site.staff_site.StaffSite"
