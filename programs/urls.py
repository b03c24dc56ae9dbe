"""Addresses of the home page, the pages about care and the three tools."""

from django.urls import path

from programs.views import care, guide, my_week, search

urlpatterns = [
    path("", care.home, name="home"),
    path("programs/", care.program_list, name="programs"),
    path("programs/<slug:slug>/", care.program_page, name="program"),
    path("compare/", care.compare, name="compare"),
    path("groups/", care.group_list, name="groups"),
    path("groups/<slug:slug>/", care.group_page, name="group"),
    path("is-iop-right-for-me/", guide.is_iop_right, name="guide"),
    path("questions/", care.question_list, name="questions"),
    path("fit-my-week/", my_week.fit_my_week_page, name="fit_my_week"),
    path("fit-my-week/calendar/", my_week.my_week_calendar, name="my_week_calendar"),
    path("search/", search.search_page, name="search"),
]
