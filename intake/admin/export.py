"""Requests leave the desk: a list as a file, one request as a sheet of paper. Each is recorded before it goes."""

from datetime import datetime, time, timedelta

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from clinic import hours
from clinic.models import Clinic
from intake import audit, contact_rules, elsewhere, export, permissions, slots, workflow
from intake.admin.queue import Queue, of_one
from intake.admin.reach import shown_fields
from intake.admin.tabs import TABS
from intake.fields import DayField
from intake.models import AccessRecord, ConsultationRequest
from intake.models.request import is_in_main_list
from programs.facts import sentence_case

Kind, State = AccessRecord.Kind, ConsultationRequest.State
CONTACT = {"phone": "Number", "email": "Email"}
LISTS = {code: tab.name for code, tab in TABS.items()} | {"main": "All but possible spam"}


def ticks(group, label, hint=""):
    choices = [(name, column.words) for name, column in export.GROUPS[group].items()]
    widget = forms.CheckboxSelectMultiple
    return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=widget, help_text=hint)


def one_of(label, choices, missing, hint=""):
    messages = {"required": missing, "invalid_choice": missing}
    widget = forms.RadioSelect
    return forms.ChoiceField(label=label, choices=choices, widget=widget, error_messages=messages, help_text=hint)


class ExportForm(forms.Form):
    """`groups` are the columns that this colleague may have, `which` the list they came from."""

    which = one_of("Which requests", LISTS.items(), "Choose a list.", "The whole list: filters do not count here.")
    received_from = DayField(label="Received from", required=False)
    received_to = DayField(label="Received up to", required=False)
    about = ticks("about", "About the request")
    told = ticks(
        "told",
        "What they told us",
        "It names people. Each of them sees on their private page that it was taken out.",
    )
    contact = ticks(
        "contact",
        "How to reach them",
        "Each person’s rules stand beside the number. Take safe times and the code word too if somebody will call.",
    )
    reason = one_of("Why you need the file", AccessRecord.Reason.choices, "Choose why you need it. It is recorded.")

    def __init__(self, *args, groups, which="waiting", **options):
        start = {"which": which, "about": export.FIRST_TICKED}
        super().__init__(*args, initial=start, label_suffix="", **options)
        for name in export.GROUPS:
            if name not in groups:
                del self.fields[name]

    def clean(self):
        answers = super().clean()
        start, end = answers.get("received_from"), answers.get("received_to")
        if start and end and end < start:
            self.add_error("received_to", "This day is before the first one.")
        if not self.errors and not self.chosen():
            self.add_error("about", "Choose at least one column.")
        if answers.get("reason") == AccessRecord.Reason.REPORT and self.names_people():
            self.add_error(
                "reason", "A report of counts needs no names. Take their columns out, or choose another reason."
            )
        return answers

    def chosen(self):
        return {name for group in export.GROUPS for name in self.cleaned_data.get(group, ())}

    def columns(self):
        return export.columns_of(self.chosen())

    def names_people(self):
        return export.holds_words(self.chosen())

    def requests(self, clinic, user):
        start, end = self.cleaned_data["received_from"], self.cleaned_data["received_to"]
        which = self.cleaned_data["which"]
        held = TABS[which].holds(user, timezone.now()) if which in TABS else is_in_main_list()
        found = ConsultationRequest.objects.filter(held)
        if start:
            found = found.filter(received_at__gte=datetime.combine(start, time.min, clinic.zone))
        if end:
            found = found.filter(received_at__lt=datetime.combine(end + timedelta(days=1), time.min, clinic.zone))
        return found

    def summary(self):
        """[(what, words), ...] of what was chosen."""
        answers = self.cleaned_data
        period = [
            f"{side} {hours.date_words(moment)}, {moment.year}"
            for side, moment in (("from", answers["received_from"]), ("up to", answers["received_to"]))
            if moment
        ]
        return [
            ("Requests", LISTS[answers["which"]]),
            ("Received", sentence_case(" ".join(period)) or "At any time"),
            ("Columns", ", ".join(column.words for column in self.columns())),
            ("Reason", AccessRecord.Reason(answers["reason"]).label),
        ]


class Exports(Queue):
    def get_urls(self):
        views = {"export/": ("export", self.export), **of_one({"print": self.print_sheet})}
        return [*self.addresses(views), *super().get_urls()]

    def may_export(self, request):
        return self.has_view_permission(request) and request.user.has_perm(permissions.EXPORT)

    def may_print(self, request):
        return self.has_view_permission(request) and permissions.may_see_words(request.user)

    def column_groups(self, request):
        allowed = {
            "about": True,
            "told": permissions.may_see_words(request.user),
            "contact": permissions.may_reveal(request.user),
        }
        return [name for name, is_allowed in allowed.items() if is_allowed]

    def export(self, request):
        """Asks what, then says how many, then sends the file."""
        groups = self.column_groups(request)
        if not self.may_export(request) or any(request.POST.get(name) for name in export.GROUPS if name not in groups):
            raise PermissionDenied
        form = ExportForm(
            request.POST if request.method == "POST" else None, groups=groups, which=request.GET.get("list", "waiting")
        )
        step = request.POST.get("step")
        if form.is_valid() and step != "change":
            clinic = Clinic.load()
            found = form.requests(clinic, request.user)
            total = found.count()
            if total and step == "download":
                return self.file(request.user, form, found, clinic)
            if total:
                return self.page(request, "count", form, title="Look once more", total=total)
            form.add_error(None, "No request is in this list and this time. Choose others.")
        return self.page(request, "form", form, title="Take a list out as a file")

    def page(self, request, name, form, **context):
        context = {**self.admin_site.each_context(request), "opts": self.opts, "form": form, **context}
        return render(request, f"admin/export_{name}.html", context)

    def file(self, user, form, found, clinic):
        chosen, reason = form.chosen(), form.cleaned_data["reason"]
        audit.record(Kind.EXPORT, by=user, reason=reason)
        response = StreamingHttpResponse(
            lines(found, chosen, clinic, by=user, reason=reason), content_type="text/csv; charset=utf-8"
        )
        name = f"requests-{clinic.local_now():%Y-%m-%d}.csv"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    @method_decorator(require_POST)
    def print_sheet(self, request, object_id):
        """One request on paper, for when the desk is down or somebody works without a screen."""
        if not self.may_print(request):
            raise PermissionDenied
        stored = ConsultationRequest.objects.only("reference").filter(pk=object_id).first()
        if stored is None:
            raise Http404
        audit.record(Kind.PRINT, by=request.user, request=stored)
        stored = ConsultationRequest.objects.select_related("program", "owner").get(pk=object_id)
        context = {"stored": stored, "sheet": sheet(stored, Clinic.load(), request.user)}
        return render(request, "admin/request_print.html", context)


def lines(found, chosen, clinic, *, by, reason):
    """The file, piece by piece. Whoever is named in a piece has their record before it leaves."""
    columns = export.columns_of(chosen)
    yield export.header(columns)
    for chunk in export.chunks(found, chosen):
        if export.holds_words(chosen):
            audit.record_each(Kind.EXPORT, chunk, by=by, reason=reason)
        yield "".join(export.row(stored, columns, clinic) for stored in chunk)


def sheet(stored, clinic, user):
    """What stands on the paper. A number is on it only where this colleague would see it on the screen."""
    is_owed_estimate = stored.wants_estimate and not stored.estimate_sent_at
    return {
        "elsewhere": elsewhere.stopped(stored) + elsewhere.stricter(stored),
        "rules": contact_rules.call_sheet(stored),
        "before": contact_rules.before_you_call(stored, clinic),
        "contact": [(CONTACT[field], getattr(stored, field)) for field in shown_fields(stored, user)],
        "told": contact_rules.what_they_told_us(stored),
        "estimate": hours.date_words(stored.estimate_due) if is_owed_estimate else "",
        "may_leave_message": stored.state not in contact_rules.SILENT and elsewhere.takes_messages(stored),
        "next_step": workflow.next_step(stored, timezone.now()),
        "due": on_paper(stored.reply_by, clinic, stored.zone(clinic)) if stored.reply_by else "",
        "consultation": consultation(stored, clinic),
        "where": where(stored, clinic) if stored.can_be_called and stored.state not in contact_rules.SILENT else "",
        "printed": on_paper(timezone.now(), clinic, clinic.zone),
    }


def on_paper(moment, clinic, zone):
    """With its date and its zone: paper is read on another day, and perhaps in another place."""
    here = moment.astimezone(clinic.zone)
    there = contact_rules.where_they_are(moment, clinic, zone)
    return f"{hours.date_words(here.date())}, {hours.clock(here)} {hours.zone_words(clinic.zone)}{there}"


def consultation(stored, clinic):
    """ "Monday, December 7, 3 pm Eastern time, by phone", or ""."""
    if stored.consultation_at is None:
        return ""
    at = on_paper(stored.consultation_at, clinic, stored.zone(clinic))
    is_off = ""
    if stored.is_off and stored.is_to_meet(timezone.now()):
        is_off = " Off while it is paused." if stored.state == State.PAUSED else " Called off."
    return f"{at}, {stored.get_consultation_by_display().lower()}.{is_off}"


def where(stored, clinic):
    """Their clock, as a rule and not as a time that has passed when the sheet is read."""
    zone, now = stored.zone(clinic), clinic.local_now()
    there = now.astimezone(zone)
    calls = hours.span(slots.CALLS_FROM, slots.CALLS_UNTIL)
    if there.utcoffset() == now.utcoffset():
        return f"They are in {hours.zone_words(zone)}, as we are. Call from {calls}."
    ours = [
        datetime.combine(there.date(), edge, zone).astimezone(clinic.zone).time()
        for edge in (slots.CALLS_FROM, slots.CALLS_UNTIL)
    ]
    return (
        f"They are in {hours.zone_words(zone)}: it was {hours.clock(there)} there when this was printed. Call from"
        f" {calls} there, which is {hours.span(*ours)} {hours.zone_words(clinic.zone)}."
    )
