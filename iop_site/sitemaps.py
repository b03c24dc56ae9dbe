"""The pages that search engines may list."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from clinic.models import PageText
from programs.models import Program, SpecialtyGroup


class OwnAddress(Sitemap):
    """Addresses under SITE_URL: the site keeps no table of sites."""

    protocol = urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site=None):
        return urlsplit(settings.SITE_URL).netloc


class PageSitemap(OwnAddress):
    def items(self):
        return PageText.Page.values

    def location(self, page):
        return reverse(page)


class ProgramSitemap(OwnAddress):
    def items(self):
        return Program.objects.published()

    def lastmod(self, program):
        return program.updated_at


class SpecialtyGroupSitemap(OwnAddress):
    def items(self):
        return SpecialtyGroup.objects.published()

    def lastmod(self, group):
        return group.updated_at


SITEMAPS = {"pages": PageSitemap, "programs": ProgramSitemap, "groups": SpecialtyGroupSitemap}
