"""What programs, tracks and lists must always be, said to staff in a sentence and kept by the database."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, ProtectedError

from programs.models import (
    ComparisonAnswer,
    ComparisonPoint,
    Criterion,
    LevelOfCare,
    Opening,
    Program,
    ProgramService,
    ScheduleSlot,
    Service,
    SessionOutline,
    SessionPart,
    SpecialtyGroupTime,
    Track,
)
from tests import factories

pytestmark = pytest.mark.django_db

NINE = time(9)
DAY = date(2026, 12, 7)
NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)


@pytest.fixture
def stored():
    """A program with a track, a slot, a service, an answer and a group, for rows to belong to or to clash with."""
    track = factories.track(factories.program(is_main=True))
    service = Service.objects.create(name="Therapy", kind=Service.Kind.THERAPY, text="A service.")
    point = ComparisonPoint.objects.create(name="Staff")
    factories.slot(track, weekday=0)
    ProgramService.objects.create(program=track.program, service=service, availability="included")
    ComparisonAnswer.objects.create(program=track.program, point=point, text="An answer.")
    group = factories.specialty_group()
    return {
        "track": track,
        "program": track.program,
        "service": service,
        "point": point,
        "group": group,
        "outline": SessionOutline.objects.create(name="Usual"),
    }


def program(stored, **given):
    values = {"title": "New", "short_name": "New", "slug": "new", "summary": "A summary.", "lead": "A lead."}
    values |= {"level": stored["program"].level, "lives_at": Program.LivesAt.HOME, "for_mental_health": True}
    return Program(**values | given)


def track(stored, **given):
    values = {"name": "New", "part_of_day": "morning", "days_min": 3, "days_max": 5, "session_minutes": 180}
    return Track(program=stored["program"], **values | {"weeks_min": 8, "weeks_typical": 12} | given)


def slot(stored, **given):
    return ScheduleSlot(track=stored["track"], **{"weekday": 1, "starts": NINE} | given)


def opening(stored, **given):
    return Opening(track=stored["track"], checked_at=NOW, **{"state": "open"} | given)


def criterion(stored, **given):
    return Criterion(program=stored["program"], text="You need help.", **{"kind": "fits"} | given)


def service(stored, **given):
    return ProgramService(program=stored["program"], service=stored["service"], availability="partner", **given)


def answer(stored, **given):
    return ComparisonAnswer(program=stored["program"], point=stored["point"], text="Another.", **given)


def level(stored, **given):
    return LevelOfCare(name="New", slug="new", summary="A level.", **given)


def part(stored, **given):
    return SessionPart(outline=stored["outline"], name="Check-in", text="Hello.", **{"minutes": 10} | given)


def group_time(stored, **given):
    return SpecialtyGroupTime(group=stored["group"], **{"weekday": 1, "starts": time(18)} | given)


SWAP = "The lowest number of {} is more than the highest. Swap them or correct one."
DAYS = "Enter between 1 and 7 days a week."
SESSION = "Enter a session of 15 minutes to 24 hours (1440 minutes)."
SIZE = "Enter both the fewest and the most people in a group, or neither."
MINUTES = "Enter minutes for a family or medication visit."
OTHER = "Choose the program that may be safer for “another level”, and none otherwise."

REFUSED = {
    "level_hours_run_from_low_to_high": [
        (level, {"weekly_hours_min": 20, "weekly_hours_max": 19}, SWAP.format("hours a week")),
    ],
    "program_treats_something": [
        (program, {"for_mental_health": False}, "Tick substance use, mental health or both."),
    ],
    "there_is_one_main_program": [
        (program, {"is_main": True}, "Another program is the main one. Untick it there first."),
    ],
    "track_days_run_from_low_to_high": [(track, {"days_min": 5, "days_max": 3}, SWAP.format("days a week"))],
    "track_weeks_run_from_low_to_high": [(track, {"weeks_min": 13}, SWAP.format("weeks"))],
    "track_group_size_runs_from_low_to_high": [
        (track, {"group_size_min": 12, "group_size_max": 6}, SWAP.format("people")),
    ],
    "track_days_are_days_of_a_week": [
        (track, {"days_min": 0}, DAYS),
        (track, {"days_max": 8}, DAYS),
    ],
    "track_session_fits_a_day": [
        (track, {"session_minutes": 14}, SESSION),
        (track, {"session_minutes": 1441}, SESSION),
    ],
    "track_lasts_weeks": [(track, {"weeks_min": 0}, "Enter between 1 and 104 weeks.")],
    "track_group_size_is_whole": [
        (track, {"group_size_min": 6}, SIZE),
        (track, {"group_size_max": 6}, SIZE),
    ],
    "slot_minutes_are_stated_once": [
        (slot, {"kind": "family"}, MINUTES),
        (slot, {"kind": "medication"}, MINUTES),
        (slot, {"kind": "medication", "minutes": 0}, MINUTES),
        (slot, {"kind": "group", "minutes": 60}, MINUTES),
        (slot, {"kind": "individual", "minutes": 50}, MINUTES),
    ],
    "waitlist_says_when_it_starts": [(opening, {"state": "waitlist"}, "Enter the next start for a waitlist.")],
    "only_a_waitlist_has_a_next_start": [
        (opening, {"next_start": DAY}, "Leave the next start empty unless there is a waitlist."),
        (opening, {"state": "closed", "next_start": DAY}, "Leave the next start empty unless there is a waitlist."),
    ],
    "another_level_names_the_program": [(criterion, {"kind": "other_level"}, OTHER)],
    "session_part_takes_time": [(part, {"minutes": 0}, "")],
    "group_time_takes_time": [(group_time, {"minutes": 0}, "")],
}
# SQLite names the columns of a uniqueness, not the constraint.
REFUSED_TWICE = [
    (slot, {"weekday": 0}, "Two slots of this track start at the same time."),
    (service, {}, "This service is listed twice."),
    (answer, {}, "This row of the comparison is filled in twice."),
    (group_time, {"starts": time(17)}, ""),
]
CASES = [(name, *case) for name, cases in REFUSED.items() for case in cases]
CASES += [("UNIQUE", *case) for case in REFUSED_TWICE]


@pytest.mark.parametrize(("constraint", "make", "given", "sentence"), CASES)
class TestRefused:
    def test_staff_read_what_to_change(self, stored, constraint, make, given, sentence):
        with pytest.raises(ValidationError) as refusal:
            make(stored, **given).full_clean()
        assert any(message.startswith(sentence) for message in refusal.value.messages)
        assert not any(message.startswith("Constraint") for message in refusal.value.messages)

    def test_the_database_keeps_it_out(self, stored, constraint, make, given, sentence):
        row = make(stored, **given)
        match = "UNIQUE" if constraint == "there_is_one_main_program" else constraint
        with pytest.raises(IntegrityError, match=match), transaction.atomic():
            type(row).objects.bulk_create([row])


ALLOWED = [
    (level, {"weekly_hours_min": 9, "weekly_hours_max": 9}),
    (level, {"weekly_hours_min": 20}),
    (program, {"for_mental_health": False, "for_substance_use": True}),
    (track, {"days_min": 1, "days_max": 7, "session_minutes": 1440}),
    (track, {"session_minutes": 15, "weeks_min": 1, "weeks_typical": 1}),
    (track, {"group_size_min": 6, "group_size_max": 6}),
    (slot, {"weekday": 0, "starts": time(9, 30)}),
    (slot, {"kind": "family", "minutes": 60}),
    (opening, {"state": "closed"}),
    (opening, {"state": "waitlist", "next_start": DAY}),
    (criterion, {"kind": "crisis"}),
    (part, {"minutes": 1}),
    (group_time, {"weekday": 2}),
]


@pytest.mark.parametrize(("make", "given"), ALLOWED)
def test_what_is_allowed_can_be_stored(stored, make, given):
    row = make(stored, **given)
    row.full_clean()
    type(row).objects.bulk_create([row])
    assert type(row).objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("kind", ["fits", "crisis"])
def test_only_another_level_names_a_program(stored, kind):
    row = criterion(stored, kind=kind, suggests=stored["program"])
    with pytest.raises(ValidationError, match=OTHER):
        row.full_clean()
    with pytest.raises(IntegrityError, match="another_level_names_the_program"), transaction.atomic():
        Criterion.objects.bulk_create([row])


def test_a_program_is_compared_with_another_one(stored):
    made = stored["program"]
    made.compares_with = made
    with pytest.raises(ValidationError, match=r"Choose another program to compare with\."):
        made.full_clean()
    with pytest.raises(IntegrityError, match="program_is_compared_with_another"), transaction.atomic():
        Program.objects.filter(pk=made.pk).update(compares_with=F("pk"))


@pytest.mark.parametrize("used", ["service", "point"])
def test_what_a_program_uses_cannot_be_deleted(stored, used):
    with pytest.raises(ProtectedError):
        stored[used].delete()


def test_a_level_with_programs_and_a_program_that_others_suggest_cannot_be_deleted(stored):
    criterion(stored, kind="other_level", suggests=factories.program(slug="safer")).save()
    with pytest.raises(ProtectedError):
        stored["program"].level.delete()
    with pytest.raises(ProtectedError):
        Program.objects.get(slug="safer").delete()


# Queries


def test_programs_come_from_the_most_support_to_the_least_then_by_hand():
    least, most = factories.level(position=2), factories.level(position=1)
    for title, on, position in [("c", least, 1), ("b", most, 2), ("a", most, 1)]:
        factories.program(title=title, level=on, position=position)
    assert [made.title for made in Program.objects.in_order()] == ["a", "b", "c"]


def test_programs_with_their_week_cost_three_queries_however_many_there_are(django_assert_num_queries):
    for _ in range(4):
        factories.opening(factories.full_track(factories.program()))
    with django_assert_num_queries(3):
        for made in Program.objects.with_week():
            assert [len(track.slots.all()) for track in made.tracks.all()] == [5]
            assert made.level.name
            assert all(track.opening.state == "open" for track in made.tracks.all())


def test_only_published_programs_are_published():
    shown = factories.program()
    factories.program(is_published=False)
    assert list(Program.objects.published()) == [shown]


@pytest.mark.parametrize(("age", "due"), [(timedelta(days=3), False), (timedelta(days=3, seconds=1), True)])
def test_an_opening_is_checked_again_as_soon_as_the_public_no_longer_sees_it(stored, age, due):
    opening(stored).save()
    Opening.objects.update(checked_at=NOW - age)
    assert Opening.objects.check_due(NOW, 3).exists() == due


def test_a_question_is_reached_by_its_own_link():
    assert factories.question(slug="cost").get_absolute_url() == "/questions/#cost"


def test_a_meeting_ends_after_its_minutes():
    assert factories.support_group(starts=time(19), minutes=75).ends == time(20, 15)


@pytest.mark.parametrize("name", ["Hours", "how long ", "Group size"])
def test_a_row_that_is_computed_cannot_be_typed(name):
    with pytest.raises(ValidationError, match="computed"):
        ComparisonPoint(name=name).full_clean()
