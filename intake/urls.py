"""Addresses of the request form and the private page. They say nothing about what is asked."""

from django.urls import path

from intake.views import private, request

urlpatterns = [
    path("", request.request_form, name="request"),
    path("sent/", request.request_sent, name="request_sent"),
    path("private/", private.open_page, name="private"),
    path("private/ask/", private.ask, name="private_ask"),
    path("private/look/", private.look, name="private_look"),
    path("private/calendar/", private.calendar, name="private_calendar"),
    path("private/change/", private.change, name="private_change"),
    path("private/pause/", private.pause, name="private_pause"),
    path("private/resume/", private.resume, name="private_resume"),
    path("private/withdraw/", private.withdraw, name="private_withdraw"),
]
