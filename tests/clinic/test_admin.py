"""The clinic's facts on the staff desk."""

from datetime import date, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.forms import model_to_dict
from django.urls import reverse
from django.utils import timezone

from clinic.models import Alert, Clinic, HelpLine, LoadedEntry, Location, OpeningHours, PageText
from tests import factories

pytestmark = pytest.mark.django_db


ALERT = {
    "audience": "everyone",
    "level": "note",
    "body": "We close early.",
    "starts_at_0": "2030-01-01",
    "starts_at_1": "08:00",
    "ends_at_0": "2030-01-02",
    "ends_at_1": "08:00",
}


def clinic_form(**changes):
    """What a browser sends from the clinic's page."""
    clinic = Clinic.objects.first() or factories.clinic()
    return {name: value for name, value in model_to_dict(clinic).items() if value is not None} | changes


def errors_on(page):
    return " ".join(message for messages in page.context["errors"] for message in messages)


def test_first_clinic_can_be_added(admin_client):
    form = clinic_form(name="Harbor Path Recovery")
    Clinic.objects.all().delete()
    assert admin_client.post(reverse("admin:clinic_clinic_add"), form).status_code == 302
    assert Clinic.load().name == "Harbor Path Recovery"


def test_second_clinic_cannot_be_added(admin_client):
    factories.clinic()
    assert admin_client.get(reverse("admin:clinic_clinic_add")).status_code == 403


def test_clinic_cannot_be_deleted(admin_client):
    factories.clinic()
    assert admin_client.post(reverse("admin:clinic_clinic_delete", args=[1]), {"post": "yes"}).status_code == 403
    assert Clinic.objects.exists()


def test_saving_the_clinic_rewrites_the_error_pages(admin_client, monkeypatch, django_capture_on_commit_callbacks):
    form = clinic_form(phone="+12075550199")
    written = []
    monkeypatch.setattr("clinic.error_pages.write", lambda: written.append(Clinic.load().phone))
    with django_capture_on_commit_callbacks(execute=True):
        admin_client.post(reverse("admin:clinic_clinic_change", args=[1]), form)
    assert written == ["+12075550199"]


def test_clinic_is_saved_even_when_the_error_pages_cannot_be_written(
    admin_client, monkeypatch, django_capture_on_commit_callbacks
):
    def full_disk():
        raise OSError("No space left on device")

    form = clinic_form(name="Harbor Path")
    monkeypatch.setattr("clinic.error_pages.write", full_disk)
    with django_capture_on_commit_callbacks(execute=True):
        response = admin_client.post(reverse("admin:clinic_clinic_change", args=[1]), form)
    assert response.status_code == 302
    assert Clinic.load().name == "Harbor Path"


def test_page_heading_can_be_changed_but_its_page_cannot(admin_client):
    intro = PageText.objects.create(page="about", title="About", text="Who we are.", description="Who we are.")
    url = reverse("admin:clinic_pagetext_change", args=[intro.pk])
    fields = {"title": "About us", "lead": "Who we are.", "description": "Who we are.", "page": "groups"}
    assert admin_client.post(url, fields).status_code == 302
    intro.refresh_from_db()
    assert (intro.title, intro.page) == ("About us", "about")


def test_page_headings_are_neither_added_nor_deleted(admin_client):
    intro = PageText.objects.create(page="about", title="About", text="Who we are.", description="Who we are.")
    assert admin_client.get(reverse("admin:clinic_pagetext_add")).status_code == 403
    assert admin_client.get(reverse("admin:clinic_pagetext_delete", args=[intro.pk])).status_code == 403


def test_loaded_entries_are_not_on_the_desk(admin_client):
    LoadedEntry.objects.create(entry="clinic.location:main", object_pk=1)
    assert "Loaded entries" not in admin_client.get(reverse("admin:index")).text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"weekday": 0, "date": "2030-01-07"}, "Choose a weekday or a date, not both."),
        ({}, "Choose a weekday or a date, not both."),
        ({"weekday": 0, "opens": "17:00", "closes": "08:00"}, "Enter an opening time that is before the closing time."),
        ({"weekday": 0, "opens": "", "closes": ""}, "Only a date may have no times"),
        ({"weekday": 0, "closes": ""}, "Enter an opening time that is before the closing time."),
    ],
)
def test_hours_that_cannot_be_are_refused_in_a_sentence(admin_client, fields, sentence):
    page = admin_client.post(reverse("admin:clinic_openinghours_add"), {"opens": "08:00", "closes": "17:00"} | fields)
    assert sentence in errors_on(page)
    assert not OpeningHours.objects.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"ends_at_0": "", "ends_at_1": ""}, "This field is required."),
        ({"ends_at_0": "2029-12-31"}, "Enter an end that is after the start."),
        ({"link_path": "/about/"}, "Enter both the link and its label, or neither."),
    ],
)
def test_alert_that_cannot_be_is_refused_in_a_sentence(admin_client, fields, sentence):
    assert sentence in errors_on(admin_client.post(reverse("admin:clinic_alert_add"), ALERT | fields))
    assert not Alert.objects.exists()


def test_help_line_without_a_number_is_refused_in_a_sentence(admin_client):
    line = {"name": "Line", "when_to_use": "Any time.", "hours": "Always", "position": 1, "checked_on": "2030-01-01"}
    page = admin_client.post(reverse("admin:clinic_helpline_add"), line)
    assert "Enter a number to call or a number to text." in errors_on(page)
    assert not HelpLine.objects.exists()


LAST_LIFELINE = "This is the only line that a call to 988 alone reaches."


def test_the_last_988_line_is_not_deleted(admin_client):
    line = factories.help_line()
    factories.help_line(name="Veterans", call_with="then press 1")
    url = reverse("admin:clinic_helpline_delete", args=[line.pk])
    assert LAST_LIFELINE in admin_client.post(url, {"post": "yes"}).text
    assert HelpLine.objects.filter(pk=line.pk).exists()
    factories.help_line(name="Another")
    admin_client.post(url, {"post": "yes"})
    assert not HelpLine.objects.filter(pk=line.pk).exists()


def test_the_last_988_line_keeps_its_number(admin_client):
    line = factories.help_line()
    url = reverse("admin:clinic_helpline_change", args=[line.pk])
    sent = {name: value for name, value in model_to_dict(line).items() if value not in (None, False)}
    for change in ({"call_number": "911"}, {"call_with": "then press 1"}):
        assert LAST_LIFELINE in errors_on(admin_client.post(url, sent | change))
    assert HelpLine.objects.lifelines().count() == 1
    assert admin_client.post(url, sent | {"name": "Lifeline"}).status_code == 302


def test_help_lines_are_not_deleted_in_bulk(admin_client):
    lines = [factories.help_line(), factories.help_line(name="Another", call_number="911")]
    url = reverse("admin:clinic_helpline_changelist")
    assert "delete_selected" not in admin_client.get(url).text
    sent = {"action": "delete_selected", "_selected_action": [line.pk for line in lines], "post": "yes"}
    admin_client.post(url, sent)
    assert HelpLine.objects.count() == 2


def test_moments_are_typed_in_the_clinics_own_time(admin_client):
    factories.clinic()
    admin_client.post(reverse("admin:clinic_alert_add"), ALERT)
    assert Alert.objects.get().starts_at.isoformat() == "2030-01-01T13:00:00+00:00"


def test_location_in_use_is_not_deleted_and_its_users_are_named(admin_client):
    clinic = factories.clinic()
    page = admin_client.post(reverse("admin:clinic_location_delete", args=[clinic.main_location_id]), {"post": "yes"})
    assert "cannot be deleted while this stands in the way" in page.text
    assert "Test Clinic" in page.text
    assert Location.objects.exists()


def test_what_nothing_uses_is_deleted(admin_client):
    location = factories.location()
    admin_client.post(reverse("admin:clinic_location_delete", args=[location.pk]), {"post": "yes"})
    assert not Location.objects.exists()
    assert LogEntry.objects.get().object_repr == "Main office"


def test_an_ended_alert_is_still_listed(admin_client):
    now = timezone.now()
    Alert.objects.create(body="Snow day", starts_at=now - timedelta(days=2), ends_at=now - timedelta(days=1))
    assert "Snow day" in admin_client.get(reverse("admin:clinic_alert_changelist")).text


def test_hours_for_a_date_are_saved(admin_client):
    admin_client.post(reverse("admin:clinic_openinghours_add"), {"date": "2030-12-25", "note": "Christmas Day"})
    assert OpeningHours.objects.get().date == date(2030, 12, 25)
