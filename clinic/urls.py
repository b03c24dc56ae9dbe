"""Addresses of the pages about the clinic."""

from django.urls import path

from clinic import views

urlpatterns = [
    path("about/", views.about, name="about"),
    path("help-now/", views.help_now, name="help_now"),
]
