"""Tracks and their weeks on the staff desk: what is refused, in which words."""

import pytest
from django.urls import reverse

from programs.models import (
    Opening,
    SessionOutline,
    SessionPart,
    Track,
)
from tests.programs.admin.desk import (
    change_url,
    field_errors,
    filled_in,
    make_program,
    make_published_program,
    make_track,
    new_row,
    row_errors,
    save,
)

pytestmark = pytest.mark.django_db


def test_track_that_adds_up_is_saved(admin_client):
    track = make_track(make_program())
    assert save(admin_client, change_url(track), name="Early track").status_code == 302
    track.refresh_from_db()
    assert track.name == "Early track"


def test_track_is_refused_when_the_submitted_week_contradicts_it(admin_client):
    track = make_track(make_program())
    page = save(admin_client, change_url(track), **new_row("slots", 3, weekday=5, starts="09:00", kind="group"))
    assert row_errors(page, "slots") == ["Groups are on 4 days of the week, but the track says people come up to 3."]
    assert track.slots.count() == 3


def test_week_is_checked_against_the_submitted_track(admin_client):
    track = make_track(make_program())
    page = save(admin_client, change_url(track), days_min=4, days_max=4)
    assert row_errors(page, "slots") == ["Groups are on 3 days of the week, but the track says people come up to 4."]


def test_deleted_times_do_not_count(admin_client):
    track = make_track(make_program())
    page = save(admin_client, change_url(track), **{"slots-0-DELETE": "on"})
    assert row_errors(page, "slots") == ["Groups are on 2 days of the week, but the track says people come up to 3."]
    assert track.slots.count() == 3


def test_track_without_numbers_says_so_and_nothing_else(admin_client):
    track = make_track(make_program())
    page = save(admin_client, change_url(track), days_min="", individual_sessions="")
    assert field_errors(page, "days_min") == ["This field is required."]


def test_two_new_times_at_the_same_moment_are_refused_in_a_sentence(admin_client):
    url = reverse("admin:programs_track_add") + f"?program={make_program().pk}"
    track = {
        "name": "Evening track",
        "part_of_day": "evening",
        "days_min": 2,
        "days_max": 2,
        "session_minutes": 300,
        "weeks_min": 8,
        "weeks_typical": 12,
    }
    same = {"weekday": 1, "starts": "17:30", "kind": "group"}
    page = save(admin_client, url, **track | new_row("slots", 0, **same) | new_row("slots", 1, **same))
    assert "Two slots of this track start at the same time." in row_errors(page, "slots")
    assert not Track.objects.exists()


def test_time_that_is_already_taken_is_refused_in_a_sentence(admin_client):
    track = make_track(make_program(), individual_sessions=1)
    page = save(admin_client, change_url(track), **new_row("slots", 3, weekday=0, starts="09:00", kind="individual"))
    assert "Two slots of this track start at the same time." in " ".join(row_errors(page, "slots"))
    assert track.slots.count() == 3


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"days_min": 5, "days_max": 3}, "The lowest number of days a week is more than the highest."),
        ({"days_min": 0}, "Enter between 1 and 7 days a week."),
        ({"days_max": 8}, "Enter between 1 and 7 days a week."),
        ({"session_minutes": 10}, "Enter a session of 15 minutes to 24 hours (1440 minutes)."),
        ({"weeks_min": 0}, "Enter between 1 and 104 weeks."),
        ({"weeks_min": 13}, "The lowest number of weeks is more than the highest."),
        ({"group_size_min": 6}, "Enter both the fewest and the most people in a group, or neither."),
        ({"group_size_min": 12, "group_size_max": 6}, "The lowest number of people is more than the highest."),
    ],
)
def test_numbers_that_cannot_be_are_refused_in_a_sentence(admin_client, changes, sentence):
    track = make_track(make_program())
    page = save(admin_client, change_url(track), **changes)
    assert sentence in " ".join(field_errors(page, "__all__"))


@pytest.mark.parametrize(
    ("opening", "sentence"),
    [
        ({"state": "waitlist"}, "Enter the next start for a waitlist."),
        ({"state": "open", "next_start": "2030-01-07"}, "Leave the next start empty unless there is a waitlist."),
    ],
)
def test_opening_that_cannot_be_is_refused_in_a_sentence(admin_client, opening, sentence):
    track = make_track(make_program())
    page = save(admin_client, change_url(track), **new_row("opening", 0, **opening))
    assert sentence in " ".join(row_errors(page, "opening"))
    assert not Opening.objects.exists()


@pytest.mark.parametrize(("kind", "minutes"), [("group", 60), ("individual", 60), ("family", ""), ("medication", 0)])
def test_minutes_of_a_time_are_stated_once(admin_client, kind, minutes):
    track = make_track(make_program(), individual_sessions=1)
    row = new_row("slots", 3, weekday=1, starts="09:00", kind=kind, minutes=minutes)
    page = save(admin_client, change_url(track), **row)
    assert "Enter minutes for a family or medication visit." in " ".join(row_errors(page, "slots"))
    assert track.slots.count() == 3


def test_unusual_hours_are_refused_without_a_reason(admin_client):
    track = make_track(make_program())
    page = save(admin_client, change_url(track), session_minutes=120)
    assert field_errors(page, "hours_reason") == [
        "3 × 120 minutes make 6 hours a week, fewer than the 9 that “IOP” starts at."
        " Write a reason below to save it anyway."
    ]
    track.refresh_from_db()
    assert track.session_minutes == 180


def test_unusual_hours_are_saved_with_a_reason_and_a_warning(admin_client):
    track = make_track(make_program())
    url = change_url(track)
    page = admin_client.post(
        url, filled_in(admin_client.get(url), session_minutes=120, hours_reason="Step down"), follow=True
    )
    assert "make 6 hours a week" in page.text
    assert "Saved, with the reason you gave." in page.text
    track.refresh_from_db()
    assert track.session_minutes == 120


def test_track_stays_with_its_program(admin_client):
    program = make_program()
    track = make_track(program)
    save(admin_client, change_url(track), program=make_program().pk)
    track.refresh_from_db()
    assert track.program_id == program.pk


def test_new_track_starts_from_its_program(admin_client):
    program = make_program()
    add = f"{reverse('admin:programs_track_add')}?program={program.pk}"
    assert add in admin_client.get(change_url(program)).text
    assert admin_client.get(add).context["adminform"].form["program"].value() == str(program.pk)


def test_rows_name_every_control(admin_client):
    page = admin_client.get(change_url(make_published_program())).text
    for label in ["Kind", "Text", "Suggests", "Position", "Delete"]:
        assert f'aria-label="{label}"' in page


def test_program_lists_its_tracks_with_links(admin_client):
    track = make_track(make_program())
    page = admin_client.get(change_url(track.program)).text
    assert f'<a href="{change_url(track)}">Morning track</a>: 9 hours a week' in page


def test_outline_may_not_contradict_a_track_that_uses_it(admin_client):
    outline = SessionOutline.objects.create(name="Three hours")
    SessionPart.objects.create(outline=outline, name="Skills", minutes=180, text="Practice")
    track = make_track(make_program(), outline=outline)
    page = save(admin_client, change_url(outline), **{"parts-0-minutes": 150})
    assert row_errors(page, "parts") == [
        f"The parts would take 150 minutes, but “{track}” uses this outline and its sessions take 180."
    ]
    assert outline.parts.get().minutes == 180


def test_track_may_not_contradict_its_outline(admin_client):
    outline = SessionOutline.objects.create(name="Two hours")
    SessionPart.objects.create(outline=outline, name="Skills", minutes=120, text="Practice")
    track = make_track(make_program())
    page = save(admin_client, change_url(track), outline=outline.pk)
    assert row_errors(page, "slots") == [
        "The parts of the session outline “Two hours” take 120 minutes, but a session takes 180."
    ]


# Publishing
