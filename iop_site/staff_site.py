"""The staff site: Django's admin with its pages grouped in plain words, and a home page that says what needs doing."""

from dataclasses import dataclass
from datetime import timedelta
from functools import wraps

from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from clinic import hours
from clinic.models import Alert, Clinic, HelpLine, Reviewed
from intake.models import ConsultationRequest
from programs import rules
from programs.models import Opening, Program, Track

HEADINGS = {"intake": "Requests", "programs": "Programs", "clinic": "Clinic", "auth": "Accounts"}
ALERT_WARNING_DAYS = 3


@dataclass(frozen=True)
class Task:
    """One line of "Needs you": where it is done, and why it is due."""

    url: str
    name: str
    why: str


def task(obj, why):
    url = reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])
    return Task(url, f"{obj._meta.verbose_name}: {obj}", why)


def day(date):
    return f"{date:%B} {date.day}, {date.year}"


class StaffSite(admin.AdminSite):
    site_header = "Staff desk"
    site_title = "Staff desk"
    index_title = "Today"

    def admin_view(self, view, cacheable=False):
        """Moments on staff pages are read and typed in the clinic's own time."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def in_clinic_time(request, *args, **kwargs):
            with timezone.override(self.zone(request)):
                response = inner(request, *args, **kwargs)
                return response.render() if hasattr(response, "render") else response

        return in_clinic_time

    def zone(self, request):
        try:
            return request.clinic.zone
        except Clinic.DoesNotExist:
            return timezone.get_default_timezone()

    def get_app_list(self, request, app_label=None):
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["name"] = HEADINGS[app["app_label"]]
        return sorted(apps, key=lambda app: list(HEADINGS).index(app["app_label"]))

    def index(self, request, extra_context=None):
        lists = [
            ("Requests", self.requests_waiting(request)),
            ("Hours that do not add up", self.programs_to_correct(request)),
            ("Openings to check", self.openings_to_check(request)),
            ("Help lines to dial", self.help_lines_to_dial(request)),
            ("Alerts that end soon", self.alerts_that_end(request)),
            ("Content due for review", self.content_to_review(request)),
        ]
        needs = [(heading, found) for heading, tasks in lists if (found := list(tasks))]
        return super().index(request, {"needs": needs, **(extra_context or {})})

    def may_view(self, request, model):
        return self.get_model_admin(model).has_view_permission(request)

    # What needs somebody: each yields tasks, none for those who may not see them.

    def requests_waiting(self, request):
        if not self.may_view(request, ConsultationRequest):
            return
        waiting = ConsultationRequest.objects.waiting().count()
        overdue = ConsultationRequest.objects.overdue(timezone.now()).count()
        url = reverse("admin:intake_consultationrequest_changelist")
        if overdue:
            yield Task(f"{url}?answer=overdue", f"{overdue} overdue", "The time we promised a reply by has passed.")
        if waiting:
            yield Task(f"{url}?answer=waiting", f"{waiting} waiting", "Nobody has marked them as answered.")

    def programs_to_correct(self, request):
        if not self.may_view(request, Track):
            return
        for program in Program.objects.published().with_week().prefetch_related("tracks__outline__parts"):
            for track in program.tracks.all():
                found = rules.contradictions(track, track.slots.all())
                if not track.hours_reason:
                    found.append(rules.unusual_hours(track))
                yield from (task(track, sentence) for sentence in found if sentence)

    def openings_to_check(self, request):
        clinic = Clinic.objects.first()
        if clinic is None or not self.may_view(request, Track):
            return
        due = Opening.objects.check_due(timezone.now(), clinic.opening_shown_days)
        for opening in due.select_related("track__program"):
            checked = day(timezone.localtime(opening.checked_at))
            yield task(opening.track, f"Last checked on {checked}. The public no longer sees whether there is room.")

    def help_lines_to_dial(self, request):
        if self.may_view(request, HelpLine):
            for line in HelpLine.objects.check_due(timezone.localdate()):
                yield task(line, f"Last dialed on {day(line.checked_on)}.")

    def alerts_that_end(self, request):
        if not self.may_view(request, Alert):
            return
        now = timezone.now()
        for alert in Alert.objects.current(now).filter(ends_at__lte=now + timedelta(days=ALERT_WARNING_DAYS)):
            end = hours.moment_words(timezone.localtime(alert.ends_at), timezone.localtime())
            yield task(alert, f"Ends at {end}.")

    def content_to_review(self, request):
        for model in self._registry:
            if issubclass(model, Reviewed) and self.may_view(request, model):
                for obj in model._default_manager.review_due(timezone.localdate()):
                    due = obj.reviewed_on and obj.review_by
                    yield task(obj, f"Due since {day(due)}." if due else "Never reviewed.")
