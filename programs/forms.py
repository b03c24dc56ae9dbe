"""What “Will it fit my week?” asks, and the words of each error. Nothing in it has to be filled in."""

from django import forms

from clinic.models import OpeningHours
from programs.fit_my_week import Busy, Part
from programs.layout import week_layout

# A browser sends 17:30. One that has no clock to choose from sends what was typed.
TIME_FORMATS = ["%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M%p", "%I %p", "%I%p"]
LONGEST_TIME = 20  # letters
WAYS = [
    (0, "No time, or I do not know yet"),
    (15, "15 minutes"),
    (30, "30 minutes"),
    (45, "45 minutes"),
    (60, "1 hour"),
    (90, "1 hour and 30 minutes"),
]
MISSING = {
    Part.WORK: ("Choose the days you work.", "Enter when work starts.", "Enter when work ends."),
    Part.SCHOOL: (
        "Choose your days of school or training.",
        "Enter when school or training starts.",
        "Enter when school or training ends.",
    ),
    Part.CARE: (
        "Choose the days you care for someone.",
        "Enter when your time of caring starts.",
        "Enter when your time of caring ends.",
    ),
}
SPANS = [f"{part}{which}" for part in Part for which in ("", "_other")]
SAME_TIME = "The start and the end are the same. Enter two different times."


class Days(forms.TypedMultipleChoiceField):
    def bound_data(self, data, initial):
        """Each day that is offered once, however much a form sends: the page shows it again."""
        return [str(value) for value, _label in self.choices if str(value) in (data or [])]


class TypedTime(forms.TimeField):
    def bound_data(self, data, initial):
        return data[:LONGEST_TIME] if isinstance(data, str) else data


def days_field(label):
    return Days(
        label=label,
        choices=[(day.value, day.label[:3]) for day in OpeningHours.Weekday],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose days from Monday to Sunday.", "invalid_list": "Choose days."},
    )


def time_field(label):
    return TypedTime(
        label=label,
        required=False,
        input_formats=TIME_FORMATS,
        widget=forms.TimeInput(attrs={"type": "time", "autocomplete": "off"}, format="%H:%M"),
        error_messages={"invalid": "Enter a time like 8:30 am."},
    )


def names_of(span):
    return [f"{span}_days", f"{span}_starts", f"{span}_ends"]


def part_of(span):
    return Part(span.partition("_")[0])


class WeekForm(forms.Form):
    work_days = days_field("Days you work")
    work_starts = time_field("Work starts")
    work_ends = time_field("Work ends")
    work_other_days = days_field("Other work days")
    work_other_starts = time_field("Other start of work")
    work_other_ends = time_field("Other end of work")
    school_days = days_field("Days of school or training")
    school_starts = time_field("School starts")
    school_ends = time_field("School ends")
    school_other_days = days_field("Other school days")
    school_other_starts = time_field("Other start of school")
    school_other_ends = time_field("Other end of school")
    care_days = days_field("Days you care for someone")
    care_starts = time_field("Caring starts")
    care_ends = time_field("Caring ends")
    care_other_days = days_field("Other days of caring")
    care_other_starts = time_field("Other start of caring")
    care_other_ends = time_field("Other end of caring")
    travel = forms.TypedChoiceField(
        label="How long is the way to us, one way?",
        choices=WAYS,
        coerce=int,
        empty_value=0,
        required=False,
        error_messages={"invalid_choice": "Choose one of the times."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = week_layout()

    def clean(self):
        answers = super().clean()
        for span in SPANS:
            self.check_span(span, answers)
        return answers

    def check_span(self, span, answers):
        """A span is empty, or it has days, a start and an end."""
        names = names_of(span)
        if self.errors.keys() & set(names):
            return
        # Midnight is a time, not a missing one.
        is_given = [answers[name] not in ([], None) for name in names]
        if any(is_given) and not all(is_given):
            for name, given, words in zip(names, is_given, MISSING[part_of(span)], strict=True):
                if not given:
                    self.add_error(name, words)
        elif all(is_given) and answers[names[1]] == answers[names[2]]:
            self.add_error(names[2], SAME_TIME)

    def busy(self):
        """The hours of a valid form that are taken."""
        answers = self.cleaned_data
        return [
            Busy(part_of(span), day, answers[starts], answers[ends])
            for span in SPANS
            for days, starts, ends in [names_of(span)]
            for day in sorted(set(answers[days]))  # a form can send a day a thousand times
        ]
