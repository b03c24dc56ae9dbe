"""The starting content is loaded once, names what is wrong in it, and then belongs to staff."""

from datetime import UTC, date, datetime, time

import pytest
from django.core.management import CommandError, call_command

from clinic import content
from clinic.management.commands import load_content
from clinic.models import Alert, CallStep, HelpLine, LoadedEntry, OpeningHours, Signpost
from programs.models import LevelOfCare, Program, Topic

pytestmark = pytest.mark.django_db

STEPS = """
[[call_step]]
key = "call"
title = "You call"
text = "A person answers."

[[call_step]]
key = "talk"
title = "We talk"
text = "They listen."
"""
ANOTHER_STEP = """
[[call_step]]
key = "choose"
title = "You choose"
text = "There is no hurry."
"""
SIGNPOST = """
[[signpost]]
key = "help"
title = "I need help"
text = "See the programs"
path = "/programs/"
"""
PROGRAM = """
[[level_of_care]]
key = "iop"
name = "IOP"
slug = "iop"
summary = "A level."

[[topic]]
key = "sleep"
name = "Sleep"

[[topic]]
key = "cravings"
name = "Cravings"

[[program]]
key = "day"
slug = "day"
level = "iop"
title = "Day program"
short_name = "Day"
summary = "A summary."
lead = "A lead."
for_substance_use = true
lives_at = "home"
compares_with = "stay"
topics = ["cravings", "sleep"]

[[program.tracks]]
name = "Morning"
part_of_day = "morning"
days_min = 3
days_max = 5
session_minutes = 180
weeks_min = 8
weeks_typical = 12

[[program.tracks.slots]]
weekday = 0
starts = 09:00:00

[program.tracks.opening]
state = "open"
checked_at = 2026-11-20T15:00:00Z

[[program.criteria]]
kind = "fits"
text = "You have a home."

[[program.criteria]]
kind = "other_level"
text = "You need more."
suggests = "stay"

[[program]]
key = "stay"
slug = "stay"
level = "iop"
title = "A stay"
short_name = "Stay"
summary = "A summary."
lead = "A lead."
for_substance_use = true
lives_at = "center"
"""


@pytest.fixture
def write(tmp_path):
    def write_file(text, name="x.toml", app="clinic"):
        folder = tmp_path / app / "content"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
        return [folder / name]

    return write_file


def in_a_word(value):
    """Names a case by the last thing its message must say."""
    return value[-1] if isinstance(value, list) else ""


def refusal_of(paths):
    with pytest.raises(content.ContentError) as refusal:
        content.load(paths)
    assert not LoadedEntry.objects.exists()
    return str(refusal.value)


class TestLoading:
    def test_a_list_becomes_rows_in_its_order(self, write):
        assert content.load(write(STEPS)) == 2
        assert [(step.title, step.position) for step in CallStep.objects.all()] == [("You call", 1), ("We talk", 2)]

    def test_an_entry_brings_its_rows_and_links_forward_and_back(self, write):
        content.load(write(PROGRAM, app="programs"))
        day, stay = Program.objects.get(slug="day"), Program.objects.get(slug="stay")
        assert (day.level.slug, day.compares_with) == ("iop", stay)
        assert {topic.name for topic in day.topics.all()} == {"Cravings", "Sleep"}
        track = day.tracks.get()
        assert (track.position, track.slots.get().starts) == (1, time(9))
        assert track.opening.checked_at == datetime(2026, 11, 20, 15, tzinfo=UTC)
        assert [(line.position, line.suggests) for line in day.criteria.order_by("position")] == [(1, None), (2, stay)]

    def test_an_entry_may_name_one_of_another_file(self, write):
        shared, programs = PROGRAM.split("[[program]]", maxsplit=1)
        paths = write(shared, name="a.toml", app="programs") + write(f"[[program]]{programs}", app="programs")
        assert content.load(paths) == 5
        assert Program.objects.filter(level__slug="iop", topics__name="Sleep").exists()

    def test_dates_and_times_are_those_of_the_file(self, write):
        content.load(write('[[opening_hours]]\nkey = "d"\ndate = 2026-11-26\nopens = 09:00:00\ncloses = 13:00:00\n'))
        row = OpeningHours.objects.get()
        assert (row.date, row.opens, row.closes) == (date(2026, 11, 26), time(9), time(13))

    def test_a_moment_without_a_zone_is_in_utc(self, write):
        content.load(
            write('[[alert]]\nkey = "a"\nbody = "B"\nstarts_at = 2026-11-26T09:00:00\nends_at = 2026-11-27T09:00:00Z\n')
        )
        assert Alert.objects.get().starts_at == datetime(2026, 11, 26, 9, tzinfo=UTC)


class TestLoadingAgain:
    def test_it_changes_nothing(self, write):
        paths = write(STEPS)
        content.load(paths)
        before = list(CallStep.objects.values())
        assert content.load(paths) == 0
        assert list(CallStep.objects.values()) == before

    def test_what_staff_wrote_stays(self, write):
        paths = write(STEPS)
        content.load(paths)
        CallStep.objects.filter(title="You call").update(title="Someone calls")
        content.load(paths)
        assert {step.title for step in CallStep.objects.all()} == {"Someone calls", "We talk"}

    def test_what_staff_deleted_stays_away(self, write):
        paths = write(STEPS)
        content.load(paths)
        CallStep.objects.filter(title="You call").delete()
        assert content.load(paths) == 0
        assert CallStep.objects.get().title == "We talk"

    def test_a_deleted_row_of_an_entry_stays_away(self, write):
        paths = write(PROGRAM, app="programs")
        content.load(paths)
        day = Program.objects.get(slug="day")
        day.tracks.all().delete()
        day.topics.clear()
        content.load(paths)
        assert not day.tracks.exists()
        assert not day.topics.exists()

    def test_a_new_entry_is_added(self, write):
        content.load(write(STEPS))
        CallStep.objects.filter(title="You call").delete()
        assert content.load(write(STEPS + ANOTHER_STEP)) == 1
        assert {step.title for step in CallStep.objects.all()} == {"We talk", "You choose"}

    def test_a_new_entry_takes_its_place_in_the_list(self, write):
        content.load(write(STEPS))
        content.load(write(STEPS + ANOTHER_STEP))
        assert [step.title for step in CallStep.objects.all()] == ["You call", "We talk", "You choose"]

    def test_a_new_entry_may_list_what_staff_deleted(self, write):
        content.load(write(PROGRAM, app="programs"))
        Program.objects.get(slug="day").delete()
        Topic.objects.get(name="Sleep").delete()
        later = PROGRAM.replace('"day"', '"later"').replace("Day program", "Later program")
        assert content.load(write(later, app="programs")) == 1
        assert [topic.name for topic in Program.objects.get(slug="later").topics.all()] == ["Cravings"]

    def test_a_new_entry_that_needs_what_staff_deleted_is_left_out(self, write):
        content.load(write(PROGRAM, app="programs"))
        Program.objects.get(slug="day").delete()
        Program.objects.get(slug="stay").delete()
        LevelOfCare.objects.all().delete()
        later = PROGRAM.replace('"day"', '"later"').replace("Day program", "Later program")
        assert content.load(write(later, app="programs")) == 0
        assert not Program.objects.exists()


class TestRefusing:
    @pytest.mark.parametrize(
        ("broken", "words"),
        [
            (SIGNPOST.replace("title =", "titel ="), ["clinic/x.toml", "signpost “help”", "no field “titel”"]),
            (SIGNPOST.replace("[[signpost]]", "[[guidepost]]"), ["clinic/x.toml", "no kind of content", "“guidepost”"]),
            (SIGNPOST.replace("/programs/", "programs"), ["clinic/x.toml", "“help”", "path:", "starts with /"]),
            (SIGNPOST.replace('key = "help"', ""), ["clinic/x.toml", "a signpost has no key"]),
            (SIGNPOST.replace('text = "See the programs"', ""), ["clinic/x.toml", "“help”", "text:", "blank"]),
            (SIGNPOST.replace('"I need help"', "I need help"), ["clinic/x.toml", "not valid TOML", "line 4"]),
            (SIGNPOST.replace("[[signpost]]", "[signpost]"), ["clinic/x.toml", "signpost"]),
            (SIGNPOST.replace("title =", "position = -1\ntitle ="), ["clinic/x.toml", "“help”", "position:"]),
            ('[[opening_hours]]\nkey = "monday"\nweekday = 0\n', ["clinic/x.toml", "“monday”", "opening time"]),
            ('[[opening_hours]]\nkey = "m"\nweekday = "Monday"\n', ["clinic/x.toml", "“m”", "weekday:"]),
        ],
        ids=in_a_word,
    )
    def test_the_file_the_entry_and_the_field_are_named(self, write, broken, words):
        message = refusal_of(write(broken))
        for word in words:
            assert word in message
        assert not Signpost.objects.exists()

    @pytest.mark.parametrize(
        ("right", "wrong", "words"),
        [
            ('level = "iop"', 'level = "php"', ["program “day”", "level:", "no level of care “php”"]),
            ('"cravings", "sleep"', '"cravings", "slep"', ["program “day”", "topics:", "no topic “slep”"]),
            ('compares_with = "stay"', 'compares_with = "sty"', ["program “day”", "compares_with:", "“sty”"]),
            ('suggests = "stay"', 'suggests = "sty"', ["program “day”", "suggests:", "no program “sty”"]),
            ("days_max = 5", "days_max = 9", ["program “day”", "track", "between 1 and 7 days"]),
            ("starts = 09:00:00", 'starts = "nine"', ["program “day”", "schedule slot", "starts:"]),
            ("starts = 09:00:00", "starts = 09:00:00\nfrom = 1", ["program “day”", "schedule slot", "“from”"]),
            ('state = "open"', 'state = "waitlist"', ["program “day”", "opening", "next start"]),
            ('topics = ["cravings", "sleep"]', "topics = 3", ["program “day”", "topics"]),
            (
                'topics = ["cravings", "sleep"]',
                'topics = ["sleep"]\nsections = ["What"]',
                ["program “day”", "sections"],
            ),
        ],
    )
    def test_a_wrong_row_or_reference_is_named_and_nothing_is_stored(self, write, right, wrong, words):
        assert right in PROGRAM
        message = refusal_of(write(PROGRAM.replace(right, wrong), app="programs"))
        for word in ["programs/x.toml", *words]:
            assert word in message
        assert not Program.objects.exists()
        assert not LevelOfCare.objects.exists()

    def test_one_wrong_entry_keeps_the_right_ones_out_too(self, write):
        refusal_of(write(STEPS, name="a.toml") + write(SIGNPOST.replace("/programs/", "programs"), name="b.toml"))
        assert not CallStep.objects.exists()

    def test_a_refused_file_leaves_what_was_loaded_before(self, write):
        content.load(write(STEPS))
        with pytest.raises(content.ContentError):
            content.load(write(STEPS + ANOTHER_STEP.replace("text =", "txt =")))
        assert CallStep.objects.count() == LoadedEntry.objects.count() == 2


class TestCommand:
    def test_the_starting_content_loads_once_and_says_how_much(self, capsys, settings, tmp_path):
        settings.ERROR_PAGES_DIR = tmp_path
        call_command("load_content")
        assert f"{LoadedEntry.objects.count()} entries loaded." in capsys.readouterr().out
        call_command("load_content")
        assert "Nothing new to load." in capsys.readouterr().out
        assert HelpLine.objects.filter(call_number="988").exists()

    def test_a_wrong_file_ends_it_with_the_sentence(self, write, monkeypatch):
        paths = write(SIGNPOST.replace("/programs/", "programs"))
        monkeypatch.setattr(load_content, "content_files", lambda: paths)
        with pytest.raises(CommandError, match="signpost “help”"):
            call_command("load_content")
