"""`make check` reads the starting content as it stands in its files, and says where words are wrong."""

import pytest
from django.core.management import CommandError, call_command

from clinic.management.commands import check_wording
from clinic.management.commands.load_content import content_files

# No test here asks for the database: the command must do without one.

STEP = """
[[call_step]]
key = "call"
title = "You call"
text = "{}"
"""
EXCEPTION = """
[[wording_exception]]
key = "own-name"
phrase = "Users’ Voice"
reason = "The group’s own name."
"""
PROGRAMS = """
[[program]]
key = "day"
title = "Day program"
short_name = "Day"
aliases = "PHP"

[[program]]
key = "evening"
title = "Evening program"
short_name = "Evening"

[[program.sections]]
heading = "The goals of PHP"
body = "We care."

[[program.sections]]
heading = "Your evening program"
body = "Good for addicts."

[[program.tracks]]
name = "Best for users"

[program.tracks.opening]
state = "open"
"""


@pytest.fixture
def check(tmp_path, monkeypatch, capsys):
    """Write one file, check it, and give what was printed and what went wrong."""

    def run(text, app="clinic"):
        file = tmp_path / app / "content" / "x.toml"
        file.parent.mkdir(parents=True)
        file.write_text(text)
        monkeypatch.setattr(check_wording, "content_files", lambda: [file])
        try:
            call_command("check_wording")
        except CommandError as problem:
            return capsys.readouterr().out.splitlines(), str(problem)
        return capsys.readouterr().out.splitlines(), None

    return run


def test_starting_content_has_nothing_to_change(capsys):
    assert content_files()
    call_command("check_wording")
    assert capsys.readouterr().out == ""


def test_good_words_pass(check):
    assert check(STEP.format("A person answers.")) == ([], None)


def test_finding_says_file_entry_column_and_better_word(check):
    lines, problem = check(STEP.format("An addict answers."))
    assert [line.partition("”.")[0] for line in lines] == [
        "clinic/x.toml: step of a first call “call”: step of a first call: Text: “addict"
    ]
    assert "person with a substance use disorder" in lines[0]
    assert problem.startswith("1 found.")


def test_exception_in_the_same_files_passes(check):
    assert check(EXCEPTION + STEP.format("Users' Voice answers.")) == ([], None)


def test_rows_inside_entries_are_read(check):
    lines, _problem = check(PROGRAMS, app="programs")
    found = [line.partition(": ")[2].partition("”.")[0] for line in lines]
    assert found == [
        "program “evening”: track: Name: “users",
        "program “evening”: program section: Heading: “PHP",
        "program “evening”: program section: Body: “addicts",
    ]


def test_broken_file_is_named(check):
    lines, problem = check("[[call_step")
    assert lines == []
    assert problem.startswith("clinic/x.toml is not valid TOML")
