"""Programs, tracks and groups on the staff desk: what is refused, in which words."""

import pytest
from django.contrib.auth.models import Permission, User
from django.forms import MultiWidget
from django.urls import reverse

from programs.models import (
    ComparisonPoint,
    LevelOfCare,
    Opening,
    Program,
    ProgramService,
    Question,
    Service,
    SessionOutline,
    SessionPart,
    Topic,
    Track,
)
from tests import factories

pytestmark = pytest.mark.django_db


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
    user = User.objects.create_user("editor", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(user)


# Tracks


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


def test_what_is_missing_to_publish_is_not_folded_away(admin_client):
    program = make_program()
    page = admin_client.get(change_url(program)).text
    before = page[: page.index('id="criteria-group"')]
    assert before.count("<details") == before.count("</details>")
    criteria = page[page.index('id="criteria-group"') : page.index('id="services-group"')]
    assert "<details" not in criteria.rpartition("<div")[0]
