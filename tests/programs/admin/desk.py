"""What the tests of the staff desk share: rows to edit, and a form sent as a browser sends it."""

from django.contrib.auth.models import Permission, User
from django.forms import MultiWidget
from django.urls import reverse

from programs.models import (
    LevelOfCare,
)
from tests import factories


def make_program(**given):
    """Not published, at a level of 9 to 19 hours a week."""
    level = LevelOfCare.objects.filter(name="IOP").first() or factories.level(
        name="IOP", weekly_hours_min=9, weekly_hours_max=19
    )
    return factories.program(**{"level": level, "title": "Day program", "is_published": False} | given)


def make_track(program, **given):
    """Three mornings of three hours, all of them on the schedule."""
    track = factories.track(program, **{"days_max": 3} | given)
    for weekday in (0, 2, 4):
        factories.slot(track, weekday)
    return track


def make_published_program():
    program = make_program(is_published=True)
    factories.criterion(program)
    make_track(program)
    return program


def make_group():
    return factories.specialty_group(is_published=False)


def change_url(obj):
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


def delete_url(obj):
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_delete", args=[obj.pk])


def filled_in(page, **changes):
    """What a browser sends after opening this page and changing some fields."""
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    sent = {}
    for field in (bound for form in forms for bound in form):
        value, widget = field.value(), field.field.widget
        if isinstance(widget, MultiWidget):
            sent |= {f"{field.html_name}_{part}": text for part, text in enumerate(widget.decompress(value))}
        else:
            sent[field.html_name] = "on" if value is True else value
    sent |= changes
    return {name: value for name, value in sent.items() if value is not None and value is not False}


def save(client, url, **changes):
    return client.post(url, filled_in(client.get(url), **changes))


def new_row(prefix, row, **fields):
    return {f"{prefix}-TOTAL_FORMS": row + 1} | {f"{prefix}-{row}-{name}": value for name, value in fields.items()}


def field_errors(page, name):
    return list(page.context["adminform"].form.errors.get(name, []))


def row_errors(page, prefix):
    formset = next(
        inline.formset for inline in page.context["inline_admin_formsets"] if inline.formset.prefix == prefix
    )
    return [*formset.non_form_errors(), *(str(text) for form in formset.forms for text in form.non_field_errors())]


def log_in_with(client, *codenames):
    user, _ = User.objects.get_or_create(username="editor", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(user)


# Tracks
