"""The staff desk as a whole: every page opens, and its home says what needs doing."""

import re
from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from accounts.roles import ACCOUNTS, AUDITOR, CLINICIAN, DESK, MANAGER
from clinic.models import (
    Alert,
    Clinic,
    HelpLine,
    InsurancePlan,
    LanguageLine,
    PageText,
    PageVersion,
    Redirect,
    Reviewed,
    WordingException,
)
from intake import audit
from intake.models import AccessRecord, ConsultationRequest, MessageTemplate, Notice
from programs.models import LevelOfCare, Opening, Program, SearchAlias, SessionOutline, SessionPart, Topic, Track
from tests import factories
from tests.programs.admin.desk import delete_url, log_in_with

pytestmark = pytest.mark.django_db

HOME, HEALTH, FIGURES = "admin:index", "admin:health", "admin:figures"
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
REVIEWED = [model for model in MODELS if issubclass(model, Reviewed)]
NEVER_ADDED = {PageText, PageVersion, ConsultationRequest, Notice, Clinic, AccessRecord, Group}


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def desk(today):
    """One of everything, all of it true and in date."""
    now = timezone.now()
    factories.clinic()
    factories.signpost()
    factories.call_step()
    factories.referral_contact()
    factories.referral_contact()
    factories.support_group()
    program = factories.program_with_everything(title="Day program", short_name="Day")
    outline = SessionOutline.objects.create(name="Three hours")
    SessionPart.objects.create(outline=outline, name="Skills", minutes=180, text="Practice")
    track = program.tracks.get()
    track.outline = outline
    track.save()
    Program.objects.exclude(pk=program.pk).update(is_published=False)
    factories.opening(track)
    factories.guide_answer(factories.guide_question(), *program.criteria.all(), about_substance_use=True)
    page = factories.page(slug="families")
    PageVersion.objects.create(page=page, number=1, title="Families", lead="A lead.", body="Words.")
    InsurancePlan.objects.create(name="Plan", kind=InsurancePlan.Kind.PRIVATE)
    LanguageLine.objects.create(name="Spanish", own_name="Español", code="es", text="Ayuda gratis.")
    factories.photo()
    Redirect.objects.create(old_path="/family/", new_path="/families/")
    MessageTemplate.objects.create(name="Evenings", text="Hello {name},")
    WordingException.objects.create(phrase="Alcoholics Anonymous", reason="The group's own name.")
    SearchAlias.objects.create(typed="rehab", finds="inpatient care")
    Alert.objects.create(body="Snow", starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=9))
    Group.objects.create(name="Editors")
    HelpLine.objects.update(checked_on=today)
    for model in REVIEWED:
        model.objects.update(reviewed_on=today, review_by=today + timedelta(days=90))


@pytest.fixture
def stored(admin_user):
    made = factories.consultation_request(name="Marigold", reply_by=timezone.now() + timedelta(hours=1))
    audit.record(AccessRecord.Kind.VIEW, by=admin_user, request=made)
    Notice.objects.create(kind=Notice.Kind.NEW_REQUEST, request=made)
    return made


def home(client):
    return client.get(reverse(HOME)).text


def url_of(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
def test_pages_open(admin_client, desk, stored, model):
    obj = model.objects.first()
    assert admin_client.get(url_of(model, "changelist")).status_code == 200
    assert admin_client.get(url_of(model, "changelist"), {"q": "a"}).status_code == 200
    assert admin_client.get(url_of(model, "change", obj.pk)).status_code == 200
    assert admin_client.get(url_of(model, "history", obj.pk)).status_code == 200
    assert admin_client.get(url_of(model, "add")).status_code == (403 if model in NEVER_ADDED else 200)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)
def test_lists_cost_the_same_however_long(admin_client, desk, stored, model, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        admin_client.get(url_of(model, "changelist"))


@pytest.mark.parametrize("model", [model for model in MODELS if model._meta.app_label in ("clinic", "programs")])
def test_every_field_that_staff_may_edit_is_on_the_page(model):
    fields = {field.name for field in model._meta.get_fields() if field.editable and not field.auto_created}
    assert fields <= set(flatten_fieldsets(admin.site.get_model_admin(model).fieldsets))


def test_desk_opens_before_there_is_a_clinic(admin_client):
    assert admin_client.get(reverse(HOME)).status_code == 200


def test_nothing_due_is_said_in_words(admin_client, desk):
    assert "Nothing is due. You are up to date." in home(admin_client)


def words_of(page):
    """The page as it is read, without its tags."""
    return " ".join(strip_tags(page).split())


def test_home_counts_requests_that_wait(admin_client, desk, stored):
    page = words_of(home(admin_client))
    assert "1 with nobody" in page
    assert "1 due within the hour" in page
    assert "overdue" not in page
    ConsultationRequest.objects.update(reply_by=timezone.now() - timedelta(hours=1))
    assert "1 overdue" in words_of(home(admin_client))


def test_home_names_the_most_pressing_and_leads_to_them(admin_client, desk, stored):
    url = url_of(ConsultationRequest, "change", stored.pk)
    assert f'<a href="{url}">{stored.reference}</a>' in home(admin_client)


def test_home_holds_no_name(admin_client, desk, stored):
    assert "Marigold" not in home(admin_client)


def test_home_says_when_it_was_made_and_offers_to_look_again(admin_client, desk):
    page = home(admin_client)
    assert re.search(r"As of (noon|\d{1,2}(:\d\d)? [ap]m)\. <a href=\"/staff/\">Look again</a>", page)


def test_home_that_lists_requests_is_recorded(client, desk, stored):
    log_in_with(client, "view_consultationrequest")
    home(client)
    assert AccessRecord.objects.get(by__username="editor").kind == AccessRecord.Kind.LIST


def test_home_that_cannot_be_recorded_is_not_shown(client, desk, stored, monkeypatch):
    def fail(*args, **kwargs):
        raise DatabaseError

    monkeypatch.setattr(audit, "record", fail)
    log_in_with(client, "view_consultationrequest")
    with pytest.raises(DatabaseError):
        home(client)


def test_home_without_requests_is_not_recorded(client, desk, stored):
    log_in_with(client, "view_topic", "view_notice", "see_figures")
    assert stored.reference not in home(client)
    assert not AccessRecord.objects.filter(by__username="editor").exists()


def test_home_counts_mail_that_failed_for_those_who_may_see_it(client, desk, stored):
    Notice.objects.update(state=Notice.State.FAILED, ended_at=timezone.now())
    log_in_with(client, "view_consultationrequest", "view_notice")
    assert "1 failed to send" in words_of(home(client))
    log_in_with(client, "view_consultationrequest")
    assert "failed to send" not in home(client)


def test_home_costs_the_same_however_many_requests(admin_client, desk, stored, django_assert_num_queries):
    with CaptureQueriesContext(connection) as one_request:
        home(admin_client)
    for _ in range(5):
        factories.consultation_request(program=factories.program(is_published=False))
        factories.consultation_request(held_because="Sent within 3 seconds")
        factories.consultation_request(reply_by=timezone.now() - timedelta(hours=1))
    with django_assert_num_queries(len(one_request)):
        home(admin_client)


def test_figures_are_for_those_who_may_see_them(client, desk):
    log_in_with(client, "view_consultationrequest", "change_consultationrequest", "see_words")
    assert reverse(FIGURES) not in home(client)
    assert client.get(reverse(FIGURES)).status_code == 403
    log_in_with(client, "see_figures")
    assert reverse(FIGURES) in home(client)
    assert client.get(reverse(FIGURES)).status_code == 200


def test_figures_are_for_staff(client, desk):
    assert client.get(reverse(FIGURES)).status_code == 302


def test_figures_show_nobody(client, desk, stored):
    log_in_with(client, "see_figures")
    page = client.get(reverse(FIGURES)).text
    assert "Marigold" not in page
    assert stored.reference not in page


def test_every_chart_has_its_table(client, desk):
    for _ in range(6):
        factories.consultation_request(asking_for="self")
        factories.consultation_request(asking_for="loved_one")
        factories.consultation_request(asking_for="client")
    log_in_with(client, "see_figures")
    page = client.get(reverse(FIGURES)).text
    assert page.count("<table>") == 5
    assert '<th scope="row">Themselves</th><td>6</td>' in page
    assert '<svg class="chart__picture"' in page
    assert " style=" not in page


def test_home_lists_content_due_for_review(admin_client, desk, today):
    Program.objects.filter(title="Day program").update(review_by=today - timedelta(days=1))
    url = url_of(Program, "change", Program.objects.get(title="Day program").pk)
    page = home(admin_client)
    assert f'<a href="{url}">Program: Day program</a>' in page
    assert "Due since" in page


def test_home_lists_content_that_was_never_reviewed(admin_client, desk):
    PageText.objects.update(reviewed_on=None)
    assert "Never reviewed." in home(admin_client)


def test_home_lists_help_lines_to_dial(admin_client, desk, today):
    HelpLine.objects.update(checked_on=today - timedelta(days=92))
    assert "Help line: Line" in home(admin_client)


def test_home_lists_openings_to_check(admin_client, desk):
    Opening.objects.update(checked_at=timezone.now() - timedelta(days=4))
    page = home(admin_client)
    assert "Track: Day: Morning track" in page
    assert "The public no longer sees whether there is room." in page


def test_home_lists_alerts_that_end_soon(admin_client, desk):
    Alert.objects.update(ends_at=timezone.now() + timedelta(days=2))
    assert "Alert: Snow" in home(admin_client)


def test_home_lists_tracks_that_contradict_themselves(admin_client, desk):
    Track.objects.update(days_max=6)
    assert "Groups are on 5 days of the week, but the track says people come up to 6." in home(admin_client)


def test_home_lists_unusual_hours_without_a_reason(admin_client, desk):
    LevelOfCare.objects.update(weekly_hours_min=12)
    assert "3 × 180 minutes make 9 hours a week, fewer than the 12" in home(admin_client)
    Track.objects.update(hours_reason="A first step down")
    assert "Nothing is due." in home(admin_client)


def test_home_shows_a_few_of_many_and_leads_to_the_rest(admin_client, desk):
    for n in range(10):
        Topic.objects.create(name=f"Unused {n}")
    page = home(admin_client)
    assert page.count("Topic: Unused") == 8
    assert f'<a href="{reverse(HEALTH)}#used-nowhere">And 2 more: used nowhere</a>' in page
    rest = admin_client.get(reverse(HEALTH)).text
    assert rest.count("Topic: Unused") == 10
    assert 'id="used-nowhere"' in rest
    assert "more: used nowhere" not in rest


def test_page_about_the_content_holds_what_the_home_page_leaves_out(admin_client, desk, today):
    factories.specialty_group(name="Family evening", reviewed_on=today, review_by=today + timedelta(days=90))
    assert "Family evening" not in home(admin_client)
    assert "Specialty group: Family evening" in admin_client.get(reverse(HEALTH)).text
    assert reverse(HEALTH) in home(admin_client)


def test_what_is_broken_for_visitors_comes_first_and_hints_are_folded(admin_client, desk, today):
    Topic.objects.create(name="Unused")
    HelpLine.objects.update(checked_on=today - timedelta(days=92))
    Redirect.objects.update(new_path="/lost/")
    factories.specialty_group(name="Family evening", reviewed_on=today, review_by=today + timedelta(days=90))
    text = admin_client.get(reverse(HEALTH)).text
    headings = ["Links that lead nowhere", "Help lines to dial", "Used nowhere", "<details>", "Groups of no program"]
    assert [text.index(heading) for heading in headings] == sorted(text.index(heading) for heading in headings)


def test_page_about_the_content_is_for_staff(client, desk):
    assert client.get(reverse(HEALTH)).status_code == 302


def test_home_leads_to_it_only_those_who_see_content(client, desk):
    log_in_with(client, "view_consultationrequest")
    assert reverse(HEALTH) not in home(client)


def test_page_about_the_content_shows_only_what_one_may_see(client, desk):
    Topic.objects.create(name="Unused")
    log_in_with(client, "view_helpline")
    assert "Unused" not in client.get(reverse(HEALTH)).text


@pytest.mark.parametrize("role", [DESK, CLINICIAN, MANAGER, AUDITOR, ACCOUNTS])
def test_who_sees_no_page_is_not_told_that_the_website_is_up_to_date(client, desk, role):
    client.force_login(factories.colleague(roles=[role]))
    assert "Nothing is due" not in home(client)
    text = client.get(reverse(HEALTH)).text
    assert "Nothing is due" not in text
    assert "Your role does not see the pages of the website." in text


def test_home_is_silent_about_programs_that_are_not_published(admin_client, desk):
    Track.objects.update(days_max=6)
    Program.objects.update(is_published=False)
    assert "Nothing is due." in home(admin_client)


def test_home_shows_only_what_one_may_see(client, desk, stored, today):
    HelpLine.objects.update(checked_on=today - timedelta(days=92))
    Track.objects.update(days_max=6)
    Opening.objects.update(checked_at=timezone.now() - timedelta(days=4))
    Alert.objects.update(ends_at=timezone.now() + timedelta(days=2))
    PageText.objects.update(reviewed_on=None)
    log_in_with(client, "view_topic")
    assert "Nothing is due." in home(client)


def test_home_costs_the_same_however_many_tracks(admin_client, desk, django_assert_num_queries):
    with CaptureQueriesContext(connection) as one_track:
        home(admin_client)
    factories.full_track(Program.objects.get(title="Day program"), outline=SessionOutline.objects.get())
    with django_assert_num_queries(len(one_track)):
        home(admin_client)


def test_rooms_stand_in_the_order_of_the_work(admin_client, desk):
    apps = admin_client.get(reverse(HOME)).context["app_list"]
    assert [app["name"] for app in apps] == ["Requests", "Programs", "Clinic", "Accounts"]


def test_pages_are_headed_staff_desk(admin_client):
    assert "Staff desk" in home(admin_client)


def test_pages_hold_no_inline_style_or_script(admin_client, desk, stored):
    for model in MODELS:
        page = admin_client.get(url_of(model, "change", model.objects.first().pk)).text
        assert " style=" not in page
        assert "<script>" not in page


# Editors and requests


@pytest.mark.parametrize("by", ["page", "list"])
def test_who_may_not_see_requests_learns_only_that_there_are_some(client, by):
    program = factories.program()
    references = [factories.consultation_request(program=program).reference for _ in range(2)]
    log_in_with(client, "view_program", "change_program", "delete_program")
    if by == "page":
        page = client.get(delete_url(program))
    else:
        chosen = {"action": "delete_selected", "_selected_action": [program.pk]}
        page = client.post(reverse("admin:programs_program_changelist"), chosen)
    assert "stands in the way" in page.text
    assert "<li>Consultation requests</li>" in page.text
    assert not any(reference in page.text for reference in references)
    log_in_with(client, "view_program", "change_program", "delete_program", "view_consultationrequest")
    assert references[0] in client.get(delete_url(program)).text


def test_what_goes_along_is_named_only_to_those_who_may_see_it(client):
    program = factories.program()
    factories.track(program, name="Mornings of the week")
    log_in_with(client, "view_program", "delete_program", "delete_track")
    assert "Mornings of the week" not in client.get(delete_url(program)).text
    log_in_with(client, "view_program", "delete_program", "delete_track", "view_track")
    assert "Mornings of the week" in client.get(delete_url(program)).text


# Addresses made up


def test_an_address_of_a_row_is_told_only_to_those_who_may_see_it(client):
    program = factories.program(is_published=False)
    kind = ContentType.objects.get_for_model(Program).pk
    log_in_with(client, "view_page")
    for written in (kind, f"%20{kind}"):
        assert "Location" not in client.get(f"/staff/r/{written}/{program.pk}/")
    assert client.get(f"/staff/r/{kind}/{program.pk}/").status_code == 403
    for nothing in ("abc", 999_999, 10**30):
        assert client.get(f"/staff/r/{nothing}/{program.pk}/").status_code == 404
    log_in_with(client, "view_program")
    assert client.get(f"/staff/r/{kind}/{program.pk}/")["Location"].endswith(program.get_absolute_url())
