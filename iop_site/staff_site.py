"""The staff site: Django's admin with its pages grouped in plain words, and a home page that says what needs doing."""

from functools import wraps

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.views import shortcut
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import capfirst

from accounts import sessions
from accounts.views import colleague, enrol, not_saved, own, refused, session, sign_in
from clinic.models import Clinic, ReferralContact
from intake import audit, charts, figures, permissions
from intake.models import AccessRecord, ConsultationRequest, Notice
from iop_site import content_health, content_hints, staff_guide

HEADINGS = {"intake": "Requests", "programs": "Programs", "clinic": "Clinic", "auth": "Accounts"}
NAMES = {"User": "Accounts", "Group": "Roles"}  # what Django calls Users and Groups
MOST_TASKS = 8  # under one heading of the home page


class StaffSite(admin.AdminSite):
    site_header = "Staff desk"
    site_title = "Staff desk"
    index_title = "Today"

    def login(self, request, extra_context=None):
        return sign_in.sign_in(request)

    def password_change(self, request, extra_context=None):
        return own.password(request, super().password_change)

    def has_permission(self, request):
        """Only who proved both factors in this session, and not too long ago."""
        return super().has_permission(request) and sessions.is_open(request)

    def each_context(self, request):
        screen = request.resolver_match.url_name or "" if request.resolver_match else ""
        context = {**super().each_context(request), "how": staff_guide.how(screen)}
        if context["has_permission"]:
            if screen == "index":
                context["how"] = staff_guide.at_home(request.user)
            context["session_seconds"] = sessions.most_seconds(request)
            context["session_warning_seconds"] = settings.SESSION_WARNING_SECONDS
        return context

    def admin_view(self, view, cacheable=False):
        """A page starts the idle time again, and its moments are read and typed in the clinic's own time."""
        inner = super().admin_view(view, cacheable)

        @not_saved.said_when_busy
        @wraps(inner)
        def for_who_is_signed_in(request, *args, **kwargs):
            if self.has_permission(request):
                sessions.stay(request)
            elif request.method == "POST" and request.path != reverse("admin:logout"):
                return not_saved.ended(request)
            with timezone.override(self.zone(request)):
                try:
                    response = inner(request, *args, **kwargs)
                    response = response.render() if hasattr(response, "render") else response
                except PermissionDenied:
                    self.record_refused(request)
                    return refused.not_allowed(request)
                is_pressed_only = response.status_code == 405 and self.has_permission(request)
                return refused.by_a_press(request, response) if is_pressed_only else response

        return for_who_is_signed_in

    def record_refused(self, request):
        """With the reference, at an address of one request."""
        match, about = request.resolver_match, None
        if (match.url_name or "").startswith("intake_consultationrequest_") and "object_id" in match.kwargs:
            key = unquote(str(match.kwargs["object_id"]))
            about = self.get_model_admin(ConsultationRequest).get_object(request, key)
        audit.record(AccessRecord.Kind.REFUSED, by=request.user, request=about, place=match.url_name)

    def zone(self, request):
        try:
            return request.clinic.zone
        except Clinic.DoesNotExist:
            return timezone.get_default_timezone()

    def get_app_list(self, request, app_label=None):
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["name"] = HEADINGS[app["app_label"]]
            for model in app["models"]:
                model["name"] = NAMES.get(model["object_name"], model["name"])
        return sorted(apps, key=lambda app: list(HEADINGS).index(app["app_label"]))

    def called(self, model):
        return NAMES.get(model._meta.object_name, capfirst(model._meta.verbose_name_plural))

    def guide(self, request):
        context = {**self.each_context(request), "title": "Staff guide", "guide": staff_guide.whole(), "how": []}
        return TemplateResponse(request, "admin/guide.html", context)

    def get_urls(self):
        return [
            path("guide/", self.admin_view(self.guide), name="guide"),
            path("login/code/", sign_in.code, name="code"),
            path("login/phone/", enrol.enrol, name="enrol"),
            path("login/link/", enrol.link, name="link"),
            path("session/", session.session, name="session"),
            path("session/back/", self.admin_view(session.back), name="back"),
            path("sign-in/", self.admin_view(own.own), name="own_sign_in"),
            path("sign-in/<int:pk>/", self.admin_view(colleague.colleague), name="colleague_sign_in"),
            path("health/", self.admin_view(self.health), name="health"),
            path("figures/", self.admin_view(self.figures), name="figures"),
            # In front of Django's own, which tells anybody on staff the address of any row.
            path("r/<path:content_type_id>/<path:object_id>/", self.admin_view(self.view_on_site), name="view_on_site"),
            *super().get_urls(),
        ]

    def view_on_site(self, request, content_type_id, object_id):
        try:
            model = ContentType.objects.get(pk=content_type_id).model_class()
        except (ContentType.DoesNotExist, ValueError):
            raise Http404 from None
        if not self.may_view(request, model):
            raise PermissionDenied
        return shortcut(request, content_type_id, object_id)

    def index(self, request, extra_context=None):
        from intake.admin import needs  # which registers its pages here, so it cannot come first

        now = timezone.now()
        waiting = needs.of_requests(request.user, now) if self.may_view(request, ConsultationRequest) else []
        if waiting:
            audit.record(AccessRecord.Kind.LIST, by=request.user)
        if self.may_view(request, Notice):
            waiting += needs.of_notices()
        waiting = needs.of_mail(request.user) + waiting
        found = self.content_tasks(request, content_health.CHECKS)
        context = {
            "made_at": timezone.localtime(now),
            "waiting": waiting,
            "sees_requests": self.may_view(request, ConsultationRequest),
            "may_work": permissions.may_work(request.user),
            "needs": [(heading, tasks[:MOST_TASKS], len(tasks[MOST_TASKS:])) for heading, tasks in found],
            "sees_website": self.sees_website(request),
            "replies": figures.replies(now) if request.user.has_perm(permissions.SEE_FIGURES) else None,
        }
        return super().index(request, {**context, **(extra_context or {})})

    def figures(self, request):
        if not request.user.has_perm(permissions.SEE_FIGURES):
            raise PermissionDenied
        now = timezone.now()
        context = {
            **self.each_context(request),
            "title": "Figures",
            "replies": figures.replies(now),
            "charts": charts.of_requests(now, self.zone(request)),
        }
        return TemplateResponse(request, "admin/figures.html", context)

    def health(self, request):
        """All that could be better about the content, with what the home page leaves out."""
        folded = dict(content_hints.HINTS)
        due, hints = [], []
        for heading, tasks in self.content_tasks(request, content_health.CHECKS + content_hints.HINTS):
            (hints if heading in folded else due).append((heading, tasks, 0))
        context = {**self.each_context(request), "title": "The content", "needs": due, "hints": hints}
        context["sees_website"] = self.sees_website(request)
        return TemplateResponse(request, "admin/health.html", context)

    def sees_website(self, request):
        """More than the places to turn to, which who answers people keeps without seeing a page."""
        models = set(content_health.content_models()) - {ReferralContact}
        return any(self.may_view(request, model) for model in models)

    def content_tasks(self, request, checks):
        return content_health.sections(checks, lambda model: self.may_view(request, model))

    def may_view(self, request, model):
        return self.is_registered(model) and self.get_model_admin(model).has_view_permission(request)
