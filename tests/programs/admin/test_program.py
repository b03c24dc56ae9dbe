"""Programs on the staff desk: what is refused, in which words."""

import pytest
from django.urls import reverse

from programs.models import (
    ComparisonPoint,
    ProgramService,
    Service,
    Track,
)
from tests import factories
from tests.programs.admin.desk import (
    change_url,
    delete_url,
    field_errors,
    make_program,
    make_published_program,
    make_track,
    new_row,
    row_errors,
    save,
)

pytestmark = pytest.mark.django_db


def test_program_without_tracks_is_not_published(admin_client):
    program = make_program()
    factories.criterion(program)
    page = save(admin_client, change_url(program), is_published="on")
    assert field_errors(page, "is_published") == [
        "Add at least one track first: its days and hours are what people ask about."
    ]
    program.refresh_from_db()
    assert not program.is_published


def test_program_without_criteria_is_not_published(admin_client):
    program = make_program()
    make_track(program)
    page = save(admin_client, change_url(program), is_published="on")
    assert row_errors(page, "criteria") == [
        "Add at least one criterion: who the program may fit, and who is safer elsewhere."
    ]


def test_criterion_on_the_same_page_counts(admin_client):
    program = make_program()
    make_track(program)
    row = new_row("criteria", 0, kind="fits", text="You want to stop.", position=1)
    assert save(admin_client, change_url(program), is_published="on", **row).status_code == 302
    program.refresh_from_db()
    assert program.is_published


def test_program_we_do_not_offer_is_published_without_tracks(admin_client):
    program = make_program(is_offered=False)
    assert save(admin_client, change_url(program), is_published="on").status_code == 302


def test_last_criterion_of_a_published_program_stays(admin_client):
    program = make_published_program()
    page = save(admin_client, change_url(program), **{"criteria-0-DELETE": "on"})
    assert row_errors(page, "criteria") == [
        "Add at least one criterion: who the program may fit, and who is safer elsewhere."
    ]
    assert program.criteria.exists()


@pytest.mark.parametrize("by", ["page", "list"])
def test_last_track_of_a_published_program_stays(admin_client, by):
    track = make_published_program().tracks.get()
    if by == "page":
        page = admin_client.post(delete_url(track), {"post": "yes"})
    else:
        chosen = {"action": "delete_selected", "_selected_action": [track.pk], "post": "yes"}
        page = admin_client.post(reverse("admin:programs_track_changelist"), chosen)
    assert "It is published. Add at least one track first" in page.text
    assert Track.objects.exists()


def test_one_of_two_tracks_may_go(admin_client):
    program = make_published_program()
    make_track(program, name="Second track")
    admin_client.post(delete_url(program.tracks.first()), {"post": "yes"})
    assert program.tracks.count() == 1


# What a program's fields may be


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"for_substance_use": ""}, "Tick substance use, mental health or both."),
        ({"is_main": "on"}, "Another program is the main one. Untick it there first."),
    ],
)
def test_program_that_cannot_be_is_refused_in_a_sentence(admin_client, changes, sentence):
    make_program(is_main=True)
    page = save(admin_client, change_url(make_program()), **changes)
    assert sentence in " ".join(field_errors(page, "__all__"))


def test_program_is_not_compared_with_itself(admin_client):
    program = make_program()
    page = save(admin_client, change_url(program), compares_with=program.pk)
    assert field_errors(page, "__all__") == ["Choose another program to compare with."]


def test_another_level_needs_its_program(admin_client):
    program = make_program()
    row = new_row("criteria", 0, kind="other_level", text="You need more.", position=1)
    page = save(admin_client, change_url(program), **row)
    assert "Choose the program that may be safer" in " ".join(row_errors(page, "criteria"))


@pytest.mark.parametrize("is_new", [True, False])
def test_service_listed_twice_is_refused_in_a_sentence(admin_client, is_new):
    program = make_program()
    service = Service.objects.create(name="Care plan", kind="therapy", text="A plan.")
    row = {"service": service.pk, "availability": "included", "position": 1}
    if is_new:
        changes = new_row("services", 0, **row) | new_row("services", 1, **row)
    else:
        ProgramService.objects.create(program=program, service=service, availability="included")
        changes = new_row("services", 1, **row)
    page = save(admin_client, change_url(program), **changes)
    assert "This service is listed twice." in " ".join(row_errors(page, "services"))


def test_comparison_answered_twice_is_refused_in_a_sentence(admin_client):
    point = ComparisonPoint.objects.create(name="Meals")
    row = {"point": point.pk, "text": "Lunch"}
    changes = new_row("comparison_answers", 0, **row) | new_row("comparison_answers", 1, **row)
    page = save(admin_client, change_url(make_program()), **changes)
    assert "This row of the comparison is filled in twice." in row_errors(page, "comparison_answers")


def test_what_is_missing_to_publish_is_not_folded_away(admin_client):
    program = make_program()
    page = admin_client.get(change_url(program)).text
    before = page[: page.index('id="criteria-group"')]
    assert before.count("<details") == before.count("</details>")
    criteria = page[page.index('id="criteria-group"') : page.index('id="services-group"')]
    assert "<details" not in criteria.rpartition("<div")[0]
