"""Words of pages, as staff edit them."""

from django.contrib import admin

from clinic import pages, views
from clinic.admin.base import REVIEW, ContentAdmin
from clinic.admin.published import PublishedAdmin
from clinic.models import CallStep, InsurancePlan, LanguageLine, Page, PageText, PageVersion, Signpost


@admin.register(PageText)
class PageTextAdmin(ContentAdmin):
    list_display = ["title", "page", "place", "review_by"]
    list_filter = ["page"]
    search_fields = ["title", "text"]
    readonly_fields = ["page", "place"]
    fieldsets = [
        ("Words of a page", {"fields": ["page", "place", "title", "text", "description"]}),
        REVIEW,
    ]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Signpost)
class SignpostAdmin(ContentAdmin):
    list_display = ["title", "text", "path", "position"]
    search_fields = ["title", "text"]
    fieldsets = [("A way in from the home page", {"fields": ["title", "text", "path", "position"]})]


@admin.register(CallStep)
class CallStepAdmin(ContentAdmin):
    list_display = ["title", "position"]
    search_fields = ["title", "text"]
    fieldsets = [("One step", {"fields": ["title", "text", "position"]})]


@admin.register(Page)
class PageAdmin(PublishedAdmin):
    show = views.show_page
    list_display = ["title", "kind", "is_published", "version", "legal_check_on", "review_by"]
    list_filter = ["is_published", "kind"]
    search_fields = ["title", "body"]
    prepopulated_fields = {"slug": ["short_title"]}
    readonly_fields = ["version"]
    fieldsets = [
        ("Words", {"fields": ["title", "short_title", "lead", "body", "description"]}),
        ("Where it stands", {"fields": ["kind", "is_in_footer", "position"]}),
        (
            "Legal texts",
            {
                "fields": ["effective_on", "legal_check_on", "version"],
                "description": "For notices and policies. When words that were published change, the version before is"
                " kept and stays readable on the site; language lines keep none. After a change, enter anew the day a"
                " lawyer checked it.",
            },
        ),
        ("Shown to the public", {"fields": ["is_published", "slug"]}),
        REVIEW,
    ]

    def save_model(self, request, obj, form, change):
        if change:
            pages.keep_version(Page.objects.get(pk=obj.pk), obj, request.clinic, by=request.user)
        super().save_model(request, obj, form, change)


@admin.register(PageVersion)
class PageVersionAdmin(ContentAdmin):
    """Only for reading: what was in force stays as it was."""

    list_display = ["page", "number", "effective_on", "replaced_at", "replaced_by"]
    list_filter = ["page"]
    list_select_related = ["page", "replaced_by"]
    fieldsets = [("As it was", {"fields": ["page", "number", "title", "lead", "body", "effective_on", "replaced_at"]})]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(InsurancePlan)
class InsurancePlanAdmin(ContentAdmin):
    list_display = ["name", "kind", "note", "position", "review_by"]
    list_filter = ["kind"]
    search_fields = ["name"]
    fieldsets = [("A plan we accept", {"fields": ["name", "kind", "note", "position"]}), REVIEW]


@admin.register(LanguageLine)
class LanguageLineAdmin(ContentAdmin):
    list_display = ["name", "own_name", "code", "position"]
    search_fields = ["name", "own_name", "code"]
    fieldsets = [("One language", {"fields": ["name", "own_name", "code", "text", "position"]})]
