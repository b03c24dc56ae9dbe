"""The pages that search engines may list."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Max
from django.urls import reverse

from clinic.models import Page, PageText
from programs.models import Program, SpecialtyGroup


class OwnAddress(Sitemap):
    """Addresses under SITE_URL: the site keeps no table of sites."""

    protocol = urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site=None):
        return urlsplit(settings.SITE_URL).netloc


class LaidOutSitemap(OwnAddress):
    """Pages that the site itself lays out, with the day their words last changed."""

    def items(self):
        changed = dict(PageText.objects.values_list("page").annotate(Max("updated_at")))
        return [(page, changed.get(page)) for page in PageText.Page.values]

    def location(self, item):
        return reverse(item[0])

    def lastmod(self, item):
        return item[1]


class PublishedSitemap(OwnAddress):
    """Pages of one model, with the moment staff last changed them."""

    def __init__(self, model):
        self.model = model

    def items(self):
        return self.model.objects.published()

    def lastmod(self, page):
        return page.updated_at


SITEMAPS = {
    "laid_out": LaidOutSitemap,
    "programs": PublishedSitemap(Program),
    "groups": PublishedSitemap(SpecialtyGroup),
    "pages": PublishedSitemap(Page),
}
