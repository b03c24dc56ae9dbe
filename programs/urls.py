"""Addresses of the home page, the programs and the groups."""

from django.urls import path

from programs import views

urlpatterns = [
    path("", views.home, name="home"),
    path("programs/", views.program_list, name="programs"),
    path("programs/<slug:slug>/", views.program_page, name="program"),
    path("compare/", views.compare, name="compare"),
    path("groups/", views.group_list, name="groups"),
    path("groups/<slug:slug>/", views.group_page, name="group"),
    path("questions/", views.question_list, name="questions"),
]
