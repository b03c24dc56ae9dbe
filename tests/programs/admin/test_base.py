"""What is in use stays, and what is not published can be seen before."""

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from programs.models import (
    LevelOfCare,
    Program,
    Question,
    SessionOutline,
    SessionPart,
    Topic,
)
from tests import factories
from tests.programs.admin.desk import (
    change_url,
    delete_url,
    log_in_with,
    make_group,
    make_program,
    new_row,
    row_errors,
    save,
)

pytestmark = pytest.mark.django_db


def test_group_cannot_meet_twice_at_a_time(admin_client):
    group = make_group()
    row = {"weekday": 3, "starts": "18:00", "minutes": 60}
    page = save(admin_client, change_url(group), **new_row("times", 1, **row) | new_row("times", 2, **row))
    assert row_errors(page, "times")
    assert group.times.count() == 1


def test_times_and_parts_of_no_minutes_are_refused(admin_client):
    outline = SessionOutline.objects.create(name="Three hours")
    SessionPart.objects.create(outline=outline, name="Skills", minutes=180, text="Practice")
    assert row_errors(save(admin_client, change_url(outline), **{"parts-0-minutes": 0}), "parts")
    assert row_errors(save(admin_client, change_url(make_group()), **{"times-0-minutes": 0}), "times")


# What is in use


@pytest.mark.parametrize("field", ["topics", "questions", "group_types"])
@pytest.mark.parametrize("by", ["page", "list"])
def test_word_that_programs_use_is_not_deleted(admin_client, field, by):
    program = make_program()
    model = Program._meta.get_field(field).related_model
    required = {Topic: {"name": "Sleep"}, Question: {"question": "Sleep?", "slug": "sleep", "subject": "care"}}
    used = model.objects.create(**required.get(model, {"name": "Skills", "text": "Practice"}))
    getattr(program, field).add(used)
    if by == "page":
        page = admin_client.post(delete_url(used), {"post": "yes"})
    else:
        chosen = {"action": "delete_selected", "_selected_action": [used.pk], "post": "yes"}
        page = admin_client.post(reverse(f"admin:programs_{model._meta.model_name}_changelist"), chosen)
    assert f'Program: <a href="{change_url(program)}">Day program</a>' in page.text
    assert model.objects.exists()


def test_program_with_a_specialty_group_is_not_deleted(admin_client):
    program = make_program()
    make_group().programs.add(program)
    page = admin_client.post(delete_url(program), {"post": "yes"})
    assert "Specialty group: " in page.text
    assert Program.objects.exists()


def test_level_with_programs_is_not_deleted(admin_client):
    program = make_program()
    page = admin_client.post(delete_url(program.level), {"post": "yes"})
    assert f'<a href="{change_url(program)}">Day program</a>' in page.text
    assert LevelOfCare.objects.exists()


def test_topic_that_nothing_uses_is_deleted(admin_client):
    topic = Topic.objects.create(name="Sleep")
    admin_client.post(delete_url(topic), {"post": "yes"})
    assert not Topic.objects.exists()


# Preview


@pytest.fixture
def public_pages():
    factories.clinic()


@pytest.mark.parametrize("make", [make_program, make_group])
def test_unpublished_page_is_previewed_by_staff(admin_client, public_pages, make):
    obj = make()
    url = reverse(f"admin:programs_{obj._meta.model_name}_preview", args=[obj.pk])
    assert f'<a href="{url}">Preview</a>' in admin_client.get(change_url(obj)).text
    page = admin_client.get(url).text
    assert "Preview: only staff see this page" in page
    assert f"<h1>{obj}</h1>" in page


@pytest.mark.parametrize("make", [make_program, make_group])
def test_preview_needs_permission_to_view(client, public_pages, make):
    obj = make()
    url = reverse(f"admin:programs_{obj._meta.model_name}_preview", args=[obj.pk])
    assert client.get(url).status_code == 302
    log_in_with(client, "view_topic")
    assert client.get(url).status_code == 403
    User.objects.get().user_permissions.add(Permission.objects.get(codename=f"view_{obj._meta.model_name}"))
    assert client.get(url).status_code == 200


def test_preview_of_nothing_is_not_found(admin_client, public_pages):
    assert admin_client.get(reverse("admin:programs_program_preview", args=[7])).status_code == 404


def test_only_published_pages_link_to_the_site(admin_client):
    program = make_program()
    assert admin_client.get(change_url(program)).context["absolute_url"] is None
    Program.objects.update(is_published=True)
    assert admin_client.get(change_url(program)).context["absolute_url"] == program.get_absolute_url()


def test_reader_without_permission_to_change_sees_no_save_button(client):
    program = make_program()
    log_in_with(client, "view_program")
    page = client.get(change_url(program))
    assert page.status_code == 200
    assert 'name="_save"' not in page.text


def test_page_that_a_signpost_leads_to_is_not_deleted(admin_client):
    group = make_group()
    signpost = factories.signpost(path=group.get_absolute_url())
    page = admin_client.post(delete_url(group), {"post": "yes"}).text
    assert change_url(signpost) in page
    assert type(group).objects.filter(pk=group.pk).exists()
    signpost.delete()
    admin_client.post(delete_url(group), {"post": "yes"})
    assert not type(group).objects.filter(pk=group.pk).exists()


def test_page_that_another_page_links_to_is_not_deleted(admin_client):
    page = factories.page(slug="plan", body="[This part](/plan/#part)")
    other = factories.page(title="Families", body="Read [the plan](/plan/#part).")
    text = admin_client.post(delete_url(page), {"post": "yes"}).text
    assert "Families</a>" in text
    other.delete()
    admin_client.post(delete_url(page), {"post": "yes"})
    assert not type(page).objects.exists()
