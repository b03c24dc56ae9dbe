"""The site map."""

from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path

from intake.admin import reminder
from iop_site import views
from iop_site.sitemaps import SITEMAPS

urlpatterns = [
    # Public pages
    path("", include("programs.urls")),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("robots.txt", views.robots, name="robots"),
    path("favicon.ico", views.favicon),
    # Request form
    path("request/", include("intake.urls")),
    # Staff
    path("staff/reminders/", admin.site.admin_view(reminder.choose), name="reminders"),
    path("staff/", admin.site.urls),
    # Pages about the clinic, and those that staff write
    path("", include("clinic.urls")),
]

handler400 = "clinic.error_pages.bad_request"
handler403 = "clinic.error_pages.forbidden"
handler404 = "clinic.error_pages.not_found"
handler500 = "clinic.error_pages.server_error"
