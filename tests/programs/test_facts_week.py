"""The week, openings, comparisons, and what cannot be true: computed like all other facts."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from programs import facts, rules
from programs.models import LevelOfCare, Opening, SessionOutline, SessionPart
from tests.programs.in_memory import STAY, program, slot, track

NOW = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("America/New_York"))
WEEK = [slot(0), slot(1, by_choice=True), slot(2), slot(3, by_choice=True), slot(4)]


# The week


def test_the_week_has_a_row_for_each_part_of_the_day_and_a_cell_for_each_day():
    morning, afternoon, evening = facts.week(track(*WEEK, slot(1, time(16, 59), kind="individual"), slot(1, time(17))))
    assert [row["label"] for row in (morning, afternoon, evening)] == ["Morning", "Afternoon", "Evening"]
    assert (morning["times"], afternoon["times"], evening["times"]) == ("9 am to noon", "", "5 to 8 pm")
    assert [len(cell["visits"]) for cell in morning["cells"]] == [1, 1, 1, 1, 1, 0, 0]
    assert [cell["visits"][0]["slot"].by_choice for cell in morning["cells"][:3]] == [False, True, False]
    assert [(cell["day"], len(cell["visits"])) for cell in afternoon["cells"][:2]] == [("Mon", 0), ("Tue", 1)]
    assert [visit["time"] for visit in afternoon["cells"][1]["visits"]] == ["4:59 to 5:49 pm"]


@pytest.mark.parametrize(
    ("start", "part"),
    [
        (time(0), "morning"),
        (time(11, 59), "morning"),
        (time(12), "afternoon"),
        (time(16, 59), "afternoon"),
        (time(17), "evening"),
    ],
)
def test_afternoon_begins_at_noon_and_evening_at_five(start, part):
    assert facts.part_of_day(start) == part


def test_a_slot_takes_its_own_minutes_or_those_of_its_track():
    made = track(individual_minutes=50)
    assert facts.slot_times(slot(), made) == (time(9), time(12))
    assert facts.slot_times(slot(kind="individual"), made) == (time(9), time(9, 50))
    assert facts.slot_times(slot(kind="family", minutes=75), made) == (time(9), time(10, 15))


def test_an_outline_starts_with_the_earliest_group_and_counts_on():
    parts = [("Check-in", 20, "Hello."), ("Skills", 70, "Practice."), ("Close", 10, "Plan.")]
    rows = facts.outline(track(slot(0, time(17, 30)), slot(1, time(8, 50)), slot(2, time(7), kind="individual")), parts)
    assert [(row["starts"], row["minutes"], row["name"]) for row in rows] == [
        (time(8, 50), 20, "Check-in"),
        (time(9, 10), 70, "Skills"),
        (time(10, 20), 10, "Close"),
    ]
    assert [row["starts"] for row in facts.outline(track(), parts)] == [None] * 3


# Openings


@pytest.mark.parametrize(
    ("state", "next_start", "words"),
    [
        ("open", None, "New people can start now. Checked today."),
        ("waitlist", date(2026, 12, 7), "There is a waitlist. The next start is December 7. Checked today."),
        ("closed", None, "No new people for now. Checked today."),
    ],
)
def test_an_opening_says_whether_people_can_start_and_who_looked_when(state, next_start, words):
    assert facts.opening_words(Opening(state=state, next_start=next_start, checked_at=NOW), NOW, 3) == words


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(days=1), "New people can start now. Checked November 22."),
        (timedelta(days=3), "New people can start now. Checked November 20."),
        (timedelta(days=3, seconds=1), ""),
    ],
)
def test_an_opening_is_not_told_when_nobody_has_looked_for_days(age, words):
    assert facts.opening_words(Opening(state="open", checked_at=NOW - age), NOW, 3) == words


def test_an_opening_checked_late_in_the_evening_was_checked_on_the_clinics_own_day():
    late = datetime(2026, 11, 23, 2, tzinfo=ZoneInfo("UTC"))
    assert "November 22" in facts.opening_words(Opening(state="open", checked_at=late), NOW, 3)
    assert facts.opening_words(None, NOW, 3) == ""


# Side by side


def test_a_comparison_has_computed_rows_and_staffs_own_and_no_empty_ones():
    iop, stay = program(track()), program(pk=2, lives_at="center")
    rows = dict(facts.comparison([iop, stay], [(2, "Staff", "Day and night"), (9, "Elsewhere", "Unseen")]))
    said = {name: [cell["words"] for cell in cells] for name, cells in rows.items()}
    assert said == {
        "Hours": ["9 to 15 hours a week", ""],
        "How long": ["8 to 12 weeks", ""],
        "Time of day": ["Mornings", ""],
        "Where you sleep": ["At home", "At the center"],
        "Staff": ["", "Day and night"],
    }
    assert [cell["program"] for cell in rows["Staff"]] == [iop, stay]


def test_the_ladder_puts_programs_of_a_level_on_one_step():
    detox = LevelOfCare(pk=2, name="Detox", support="Day and night")
    elsewhere = program(pk=3, level=detox, is_offered=False)
    first, second = facts.ladder([elsewhere, program(track()), program(track(days_max=3), pk=2)])
    assert (first["level"], first["is_offered"], first["support"]) == (detox, False, "Day and night")
    assert (len(second["programs"]), second["is_offered"], second["support"]) == (2, True, "9 to 15 hours a week")
    assert facts.ladder([program()])[0]["support"] == ""


# What cannot be true


def outlined(minutes):
    outline = SessionOutline(pk=1, name="Usual")
    outline._prefetched_objects_cache = {"parts": [SessionPart(minutes=minutes)]}
    return {"outline": outline}


@pytest.mark.parametrize(
    ("given", "slots", "sentence"),
    [
        ({}, WEEK[:4], "Groups are on 4 days of the week, but the track says people come up to 5."),
        ({"days_min": 2}, WEEK, "3 group days are not by choice"),
        ({"days_min": 1, "days_max": 2}, [slot(0), slot(1)], "2 group days are not by choice"),
        ({}, [slot(0, time(13)), *WEEK[1:]], "A group starts at 1 pm, which is not in the morning."),
        ({}, [*WEEK, slot(6, kind="individual")], "more one-to-one sessions than the track says"),
        (STAY | {"days_min": 5}, [], "Care by day and night is on 7 days a week."),
        (outlined(170), WEEK, "The parts of the session outline “Usual” take 170 minutes, but a session takes 180."),
    ],
)
def test_a_contradiction_is_named_in_a_sentence(given, slots, sentence):
    (found,) = rules.contradictions(track(**given), slots)
    assert sentence in found


@pytest.mark.parametrize(
    ("given", "slots"),
    [
        ({}, WEEK),
        ({}, []),
        ({"individual_sessions": 1}, [*WEEK, slot(6, kind="individual")]),
        (STAY, [slot(0, time(20))]),
        (outlined(180), WEEK),
        (STAY | outlined(60), []),
        ({"days_min": 5}, [slot(0, by_choice=True), slot(0, time(10)), *[slot(day) for day in range(1, 5)]]),
    ],
)
def test_what_agrees_has_no_contradiction(given, slots):
    assert rules.contradictions(track(**given), slots) == []


@pytest.mark.parametrize(
    ("days", "minutes", "sentence"),
    [
        (3, 178, "3 × 178 minutes make 8.9 hours a week, fewer than the 9 that “IOP” starts at."),
        (3, 180, ""),
        (5, 228, ""),
        (6, 191, "6 × 191 minutes make 19.1 hours a week, more than the 19 that “IOP” ends at."),
    ],
)
def test_hours_outside_of_what_is_usual_at_the_level_are_named(days, minutes, sentence):
    made = track(days_min=days, days_max=days, session_minutes=minutes, program=program())
    assert rules.unusual_hours(made) == sentence
    made.program.level = LevelOfCare(name="Any")
    assert rules.unusual_hours(made) == ""


@pytest.mark.parametrize(("criteria", "tracks", "count"), [(0, 0, 2), (1, 0, 1), (0, 1, 1), (1, 1, 0)])
def test_a_program_is_published_with_criteria_and_tracks_or_elsewhere_without(criteria, tracks, count):
    assert len(rules.missing_to_publish(program(), criteria, tracks)) == count
    assert rules.missing_to_publish(program(is_offered=False), criteria, tracks) == []
