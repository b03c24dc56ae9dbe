"""Addresses of the request form. They say nothing about what is asked."""

from django.urls import path

from intake import views

urlpatterns = [
    path("", views.request_form, name="request"),
    path("sent/", views.request_sent, name="request_sent"),
]
