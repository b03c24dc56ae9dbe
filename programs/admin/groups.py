"""Specialty groups and support groups, as staff edit them."""

from django.contrib import admin

from clinic.admin import REVIEW, ContentAdmin, PublishedAdmin
from programs.admin.base import Rows
from programs.models import SpecialtyGroup, SpecialtyGroupTime, SupportGroup
from programs.views import care


class GroupTimeRows(Rows):
    model = SpecialtyGroupTime
    fields = ["weekday", "starts", "minutes"]


@admin.register(SpecialtyGroup)
class SpecialtyGroupAdmin(PublishedAdmin):
    show = care.show_group
    list_display = ["name", "kind", "is_published", "position", "review_by"]
    list_filter = ["kind", "is_published"]
    search_fields = ["name", "summary"]
    prepopulated_fields = {"slug": ["name"]}
    filter_horizontal = ["programs"]
    inlines = [GroupTimeRows]
    fieldsets = [
        ("What it is", {"fields": ["name", "kind", "drawing", "photo", "position"]}),
        ("Words", {"fields": ["summary", "lead", "body"]}),
        ("Who and what", {"fields": ["for_whom", "led_by", "bring", "size_max", "programs"]}),
        ("Shown to the public", {"fields": ["is_published", "slug"]}),
        REVIEW,
    ]


@admin.register(SupportGroup)
class SupportGroupAdmin(ContentAdmin):
    list_display = ["name", "kind", "weekday", "starts", "position", "review_by"]
    list_filter = ["kind", "weekday"]
    search_fields = ["name", "text", "place"]
    fieldsets = [
        ("What it is", {"fields": ["name", "kind", "text", "audience", "position"]}),
        ("When and where", {"fields": ["weekday", "starts", "minutes", "place"]}),
        REVIEW,
    ]
