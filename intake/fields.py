"""The kinds of question that the forms ask, and how each reads what was sent."""

import unicodedata
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator

NO, YES = "no", "yes"
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)
UNSEEN_KINDS = {"Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me"}
UNSEEN = "\u115f\u1160\u3164\uffa0\u2800"  # letters to Unicode, blank to people


def up_to(letters):
    """A limit that the browser does not know: its own would cut a pasted text in silence."""
    return MaxLengthValidator(letters)


def can_be_seen(text):
    return any(unicodedata.category(letter) not in UNSEEN_KINDS and letter not in UNSEEN for letter in text)


class Words(forms.CharField):
    """A line or a text that a person types."""

    def __init__(self, *, letters, missing="", widget=forms.TextInput, autocomplete="off", **options):
        super().__init__(
            validators=[up_to(letters)],
            widget=widget,
            required=bool(missing),
            error_messages={
                "required": missing,
                "max_length": f"Please keep it under {letters:,} letters. We can talk about the rest.",
            },
            **options,
        )
        self.widget.attrs["autocomplete"] = autocomplete

    def to_python(self, value):
        # Half of a surrogate pair cannot be stored or shown; only a hostile or broken client sends one.
        text = super().to_python(value).encode("utf-8", "replace").decode("utf-8")
        # A browser sends two letters for each new line, and the limit is told in letters that people see.
        return text.replace("\r\n", "\n") if can_be_seen(text) else ""


class Choice(forms.ChoiceField):
    """One of a few answers. Without `required`, none is an answer too."""

    def __init__(self, *, widget=forms.RadioSelect, **options):
        options.setdefault("error_messages", {"invalid_choice": "Choose one of the answers."})
        super().__init__(**{"required": False, **options}, widget=widget)


class Rows(forms.ModelMultipleChoiceField):
    """Some rows. A number longer than any the database holds is a wrong choice like others."""

    def clean(self, value):
        try:
            return super().clean(value)
        except OverflowError:
            known = {str(pk) for pk in self.queryset.values_list("pk", flat=True)}
            unknown = next(number for number in value if str(number) not in known)
            message = self.error_messages["invalid_choice"]
            raise ValidationError(message, code="invalid_choice", params={"value": unknown}) from None


class DayField(forms.DateField):
    """A day of this millennium: others may end where Python's calendar does."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    default_error_messages = {"invalid": "Enter a day such as 2026-11-22."}

    def to_python(self, value):
        day = super().to_python(value)
        if day and not FIRST_DAY <= day <= LAST_DAY:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class YesOrNo(forms.TypedChoiceField):
    """A permission. Nothing is allowed unless the person says so, so a missing answer is a no."""

    def __init__(self, *, yes, no, **options):
        super().__init__(
            choices=[(NO, no), (YES, yes)],
            coerce=lambda value: value == YES,
            empty_value=False,
            required=False,
            initial=NO,
            widget=forms.RadioSelect,
            error_messages={"invalid_choice": "Choose one of the two answers."},
            **options,
        )
