"""How often a colleague wants mail that counts what waits: their own choice, on their own page."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from intake import notices, permissions, reminders
from intake.models import Notice, ReminderChoice

EXAMPLE = {"New": 2, "Waiting": 5, "Late": 1}
HowOften = ReminderChoice.HowOften
HINTS = {
    HowOften.AT_ONCE: "As soon as something new comes in, at any hour.",
    HowOften.HOURLY: "Only while we are open.",
    HowOften.DAILY: "When we open, on each day that we are open.",
    HowOften.OFF: "You see what waits when you open the desk.",
}


class ReminderForm(forms.Form):
    how_often = forms.ChoiceField(
        label="How often do you want mail?",
        choices=HowOften.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how often.", "invalid_choice": "Choose one of these four."},
    )


def choose(request):
    if not permissions.may_work(request.user):
        raise PermissionDenied
    chosen = ReminderChoice.objects.filter(user=request.user).first() or ReminderChoice(user=request.user)
    form = ReminderForm(request.POST or None, initial={"how_often": chosen.how_often})
    if request.method == "POST" and form.is_valid():
        how_often = HowOften(form.cleaned_data["how_often"])
        reminders.choose(request.user, how_often)
        said = f"Saved. Your choice: {how_often.label}."
        if request.user.email or how_often == HowOften.OFF:
            messages.success(request, said)
        else:
            messages.warning(request, f"{said} No mail can reach you yet: your account has no email address.")
        return redirect("reminders")
    context = {
        **admin.site.each_context(request),
        "title": "Reminders",
        "form": form,
        "options": [(option, HINTS[option.data["value"]]) for option in form["how_often"]],
        "subject": notices.SUBJECTS[Notice.Kind.REMINDER],
        "example": reminders.words(EXAMPLE),
    }
    return TemplateResponse(request, "admin/reminders.html", context)
