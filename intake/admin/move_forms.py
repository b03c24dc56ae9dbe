"""What each move asks a colleague, and the words of each error."""

from datetime import datetime, time, timedelta

from django import forms
from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.html import format_html

from clinic import hours
from clinic.models import ReferralContact
from intake import permissions, person_words, private_page, slots
from intake.admin.words import called
from intake.fields import DayField, Rows, Words
from intake.message_templates import PLACE, fill, problems_of
from intake.models import ConsultationRequest, MessageTemplate
from intake.workflow import ALTERNATIVES, free_slots

Reason, Way = ConsultationRequest.ClosingReason, ConsultationRequest.ConsultationBy
MOST_LETTERS = 4000
AHEAD = timedelta(days=365)
MEANS = {
    Reason.STARTED: "The first day is agreed.",
    Reason.ANSWERED: "They needed no more than that.",
    Reason.ELSEWHERE: "They told us so.",
    Reason.FULL: "Needs two other places.",
    Reason.NOT_THE_LEVEL: "A clinician decided it. Needs two other places.",
    Reason.NOT_REACHED: "We tried every way they allowed.",
    Reason.SAME_PERSON: "Link the other request first, so that colleagues find it.",
    Reason.NOT_A_REQUEST: "Nobody asks for help in it.",
}
HALF_HOURS = [time(hour, minute) for hour in range(24) for minute in (0, slots.SLOT_MINUTES)]


class Colleagues(forms.ModelChoiceField):
    def label_from_instance(self, user):
        return called(user)


class Places(Rows):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, place):
        note = " A help line: it does not count as a place." if place.is_line else ""
        return format_html(
            "<strong>{}</strong> <span>{} It fits when: {}{}</span>", place.name, place.offers, place.good_when, note
        )


def for_colleagues(label="Note", missing=""):
    return Words(
        label=label,
        help_text="For colleagues only. The person never sees it.",
        letters=MOST_LETTERS,
        missing=missing,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class MoveForm(forms.Form):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)


class AnswerForm(MoveForm):
    template = forms.ModelChoiceField(
        MessageTemplate.objects.none(),
        label="Words to start from",
        required=False,
        empty_label="Choose words that fit",
    )
    text = Words(
        label="Your answer",
        help_text="The person reads it on their private page. Plain words, no diagnosis, no other person’s name.",
        letters=MOST_LETTERS,
        missing="Write the answer first.",
        widget=forms.Textarea(attrs={"rows": 10}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["template"].queryset = MessageTemplate.objects.filter(is_offered=True)

    def clean_text(self):
        """A place that nobody filled must not reach the person."""
        text = self.cleaned_data["text"]
        if left := list(dict.fromkeys(PLACE.findall(text))):
            places = " and ".join(f"“{{{place}}}”" for place in left)
            raise forms.ValidationError(f"{places} still stands in your answer. Write the words yourself.")
        return text

    def with_words(self, stored, clinic):
        """(the form with the chosen words added to what was typed, a sentence for each place that we cannot fill)"""
        typed = self.data.get("text", "").replace("\r\n", "\n")
        field = self.fields["template"]
        try:
            template = field.clean(self.data.get("template"))
        except forms.ValidationError:
            template = None
        if template is None:
            return AnswerForm(initial={"text": typed}), ["Choose the words first."]
        words = fill(template.text, stored, clinic)
        initial = {"text": f"{typed.rstrip()}\n\n{words}" if typed.strip() else words, "template": template}
        return AnswerForm(initial=initial), problems_of(template.text)


class NoteForm(MoveForm):
    text = for_colleagues(missing="Write the note first.")


class CallOffForm(MoveForm):
    text = for_colleagues("Note (optional)")


class HandOverForm(MoveForm):
    to = Colleagues(
        get_user_model().objects.none(),
        label="Who takes it",
        empty_label="Choose a colleague",
        error_messages={
            "required": "Choose who takes it.",
            "invalid_choice": "This colleague cannot work on requests now. Choose another one.",
        },
    )
    text = for_colleagues("What they should know (optional)")

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = permissions.colleagues().exclude(pk=by.pk)


class WhenForm(MoveForm):
    """A day and a time of the clinic's own clock."""

    day = DayField(label="Day", error_messages={"required": "Choose a day."})

    def __init__(self, *args, clinic, zone, **kwargs):
        super().__init__(*args, **kwargs)
        self.clinic, self.zone = clinic, zone
        self.fields["time"].help_text = f"{hours.zone_words(clinic.zone)}, as on the clinic’s clock."

    def clean_day(self):
        day = self.cleaned_data["day"]
        if day > self.clinic.local_now().date() + AHEAD:
            raise forms.ValidationError("Choose a day within a year from now.")
        return day

    def moment(self):
        day, clock = self.cleaned_data["day"], self.cleaned_data["time"]
        return datetime.combine(day, clock, tzinfo=self.clinic.zone)

    def refuse(self):
        """Why nobody may be called then, in a sentence."""
        there = self.moment().astimezone(self.zone)
        if there <= timezone.now():
            self.add_error("time", "This time has passed. Choose another one.")
        else:
            self.add_error(
                "time",
                f"It is {hours.clock(there)} then where the person is. A call there starts at 8 am or later, and ends"
                " by 9 pm.",
            )

    def closed_then(self):
        """A remark on a time that was taken, or ""."""
        start = self.moment()
        end = hours.after(start.time(), slots.SLOT_MINUTES)
        spans = self.clinic.schedule.on(start.date())
        is_open = any(opens <= start.time() < end <= closes for opens, closes in spans)
        return "" if is_open else "We are closed then: see that somebody is in."

    def when_we_are_open(self):
        schedule, today = self.clinic.schedule, self.clinic.local_now().date()
        week = hours.weekly_words(schedule)
        different = [
            f"{hours.date_words(date)}, {' and '.join(hours.span(*span) for span in spans) or 'closed'}"
            for date, spans, _note in hours.coming_exceptions(schedule, today)
        ]
        return [f"Our hours: {'; '.join(week + different)}."] if week else []

    def where_the_person_is(self):
        if self.zone.key == self.clinic.zone.key:
            return []
        now = timezone.localtime(timezone=self.zone)
        return [f"The person is in {hours.zone_words(self.zone)}. It is {hours.clock(now)} there now."]


def typed(moment):
    """How the two fields show a moment of the clinic's time."""
    return {"day": moment.date(), "time": f"{moment:%H:%M}"}


class PlanForm(WhenForm):
    time = forms.TypedChoiceField(
        label="Half hour",
        coerce=time.fromisoformat,
        error_messages={"required": "Choose a half hour.", "invalid_choice": "Choose one of the half hours."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        today = self.clinic.local_now().date()
        self.fields["time"].choices = [
            (f"{start:%H:%M}", hours.span(start, hours.after(start, slots.SLOT_MINUTES)))
            for start in HALF_HOURS
            if not slots.too_early_or_late(datetime.combine(today, start, tzinfo=self.clinic.zone), self.zone)
        ]
        self.fields["time"].help_text += " Those from 8 am to 9 pm where the person is."
        free = (slot for slot in free_slots(self.clinic) if not slots.too_early_or_late(slot, self.zone))
        if not self.is_bound and (first := next(free, None)):
            self.initial = typed(first)


class BookForm(WhenForm):
    time = forms.TimeField(
        label="Time",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": "Choose a time.", "invalid": "Write the time as 14:30."},
    )
    way = forms.ChoiceField(
        label="How",
        choices=Way.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how you meet.", "invalid_choice": "Choose one of these."},
    )

    def __init__(self, *args, stored, **kwargs):
        super().__init__(*args, **kwargs)
        if why := why_no_call(stored):
            way = self.fields["way"]
            way.choices = [(code, words) for code, words in way.choices if code != Way.PHONE]
            way.help_text = f"By phone is not offered. {why}"
            way.error_messages["invalid_choice"] = f"{why} Choose another way to meet."
        if stored.consultation_at:
            self.initial = typed(stored.consultation_at.astimezone(self.clinic.zone)) | {"way": stored.consultation_by}

    def clean_time(self):
        """A slip from 3 pm to 3 am stands on the person's page otherwise."""
        if not slots.CALLS_FROM <= self.cleaned_data["time"] < slots.CALLS_UNTIL:
            raise forms.ValidationError("Choose a time from 8 am to 9 pm.")
        return self.cleaned_data["time"]


def why_no_call(stored):
    """Why nobody may call this person, or ""."""
    if not stored.may_call:
        return "This person did not allow us to call."
    return "The number is wrong." if stored.number_is_wrong else ""


class LinkForm(MoveForm):
    reference = Words(
        label="Reference of the other request",
        help_text="Such as ACE-347-XYW. Capitals and dashes do not matter.",
        letters=40,
        missing="Enter the reference of the other request.",
    )

    def __init__(self, *args, stored, **kwargs):
        super().__init__(*args, **kwargs)
        self.stored = stored

    def clean_reference(self):
        reference = private_page.written(self.cleaned_data["reference"])
        self.other = (
            ConsultationRequest.objects.only("reference", "state", "received_at").filter(reference=reference).first()
        )
        if self.other is None:
            raise forms.ValidationError("No request has this reference.")
        if self.other == self.stored:
            raise forms.ValidationError("This is the request itself. Enter the other one.")
        if self.other.state == ConsultationRequest.State.WITHDRAWN:
            raise forms.ValidationError("The other request was withdrawn. Nothing is left in it to link.")
        if self.stored.same_person.filter(pk=self.other.pk).exists():
            raise forms.ValidationError("The two are linked already.")
        return reference


class CloseForm(MoveForm):
    reason = forms.ChoiceField(
        label="Why",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why it is closed.", "invalid_choice": "Choose one of these reasons."},
    )
    alternatives = Places(
        ReferralContact.objects.none(),
        label="Other places for the person",
        help_text="They stand on the person’s private page, with number and address. “We are full” and “Not the right"
        " level of care” need two, and a help line does not count.",
        required=False,
        error_messages={"invalid_choice": "One of these places is no longer offered. Look again."},
    )
    text = for_colleagues("Note (optional)")

    def __init__(self, *args, may_decide_level, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["alternatives"].queryset = ReferralContact.objects.offered().order_by("is_line", "name")
        self.fields["reason"].choices = [
            (reason, reason_words(reason)) for reason in MEANS if may_decide_level or reason != Reason.NOT_THE_LEVEL
        ]

    def clean(self):
        answers = super().clean()
        chosen = [place for place in answers.get("alternatives", ()) if not place.is_line]
        needs = answers.get("reason") in ConsultationRequest.NEEDS_ALTERNATIVES
        if needs and "alternatives" not in self.errors and len(chosen) < ALTERNATIVES:
            self.add_error(
                "alternatives",
                "Choose two other places, so that nobody is sent away alone. A help line does not count as one.",
            )
        return answers


def reason_words(reason):
    read = person_words.WHY_CLOSED[reason]
    return format_html("<strong>{}</strong> <span>{} The person reads: “{}”</span>", reason.label, MEANS[reason], read)
