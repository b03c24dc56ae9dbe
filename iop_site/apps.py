"""The admin app, with the clinic's own staff site in place of the default one."""

from django.contrib.admin import apps


class StaffConfig(apps.AdminConfig):
    default = False
    default_site = "iop_site.staff_site.StaffSite"
