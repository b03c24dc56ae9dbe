"""Addresses of the pages about the clinic. Those that staff write come last: they take what no other page has."""

from django.urls import path, re_path

from clinic import photo_files, views

urlpatterns = [
    path("about/", views.about, name="about"),
    path("help-now/", views.help_now, name="help_now"),
    re_path(rf"^media/{photo_files.NAME}$", photo_files.picture, name="picture"),
    path("<slug:slug>/", views.page, name="page"),
    path("<slug:slug>/version/<int:number>/", views.page_version, name="page_version"),
]
