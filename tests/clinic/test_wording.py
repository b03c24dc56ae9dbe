"""The word lint finds what hurts, what may not be claimed and what is hard to read, and leaves other words alone."""

import pytest
from django.apps import apps
from django.db import models
from hypothesis import example, given
from hypothesis import strategies as st

from clinic import wording
from clinic.models import Clinic, HelpLine, Page, PageText
from programs.models import Criterion, GuideQuestion, Program, ProgramPoint, ProgramSection

MODELS = [model for app in ("clinic", "programs") for model in apps.get_app_config(app).get_models()]
SOFT_HYPHEN, NARROW_SPACE, STIFF_HYPHEN = "\u00ad", "\u202f", "\u2011"
HARD = "Comprehensive biopsychosocial rehabilitation facilitates considerable interpersonal improvement. " * 5
EASY = "The cat sat on the mat. It was warm there. " * 5
MIDDLING = (
    "You can bring a friend to any group, and the counselor will show you both around the building before it starts. "
    "If you would rather come alone, you are welcome to arrive early and choose a quiet seat. "
)


def words(text, **options):
    return [finding.words for finding in wording.findings(text, **options)]


# Words that hurt


@pytest.mark.parametrize(
    "text",
    [
        "an addict",
        "Alcoholics",
        "Users say",
        "junkies",
        "drug abuse",
        "alcohol abuse",
        "people who abuse drugs",
        "an abuser",
        "a drug habit",
        "He is clean.",
        "get clean",
        "clean and sober",
        "A person who is not clean",
        "three years clean",
        "clean for ten years",
        "a dirty test",
        "She tested dirty.",
        "suffering from depression",
        "suffers with anxiety",
        "victims of war",
        "the mentally ill",
        "committed suicide",
        "suicidal patients",
        "if you relapse",
        "fell off the wagon",
        "dropped out",
        "a drop-out",
        "failed the program",
        "severe cases",
        "opioid replacement therapy",
        "We offer MAT.",
    ],
)
def test_words_that_hurt_are_found_with_a_better_word(text):
    [finding] = wording.findings(text)
    assert finding.words in text
    assert finding.better.startswith("Write “")


@pytest.mark.parametrize(
    "text",
    [
        "addiction",
        "cleaning up",
        "clean towels",
        "a clean room",
        "not clean clothes",
        "There are clean rooms.",
        "We keep the room clean",
        "non-alcoholic drinks",
        "an alcoholic drink",
        "people who use drugs",
        "wheelchair users",
        "screen-reader users",
        "your user name",
        "user-friendly",
        "survivors of abuse",
        "You do not have to suffer.",
        "a yoga mat",
        "medication-assisted treatment (MAT). MAT takes time.",
    ],
)
def test_words_that_only_look_alike_pass(text):
    assert words(text) == []


# Claims and pressure


@pytest.mark.parametrize(
    "text",
    [
        "100% confidential",
        "100 percent private",
        f"100{NARROW_SPACE}% of our clients",
        "one hundred percent safe",
        "HIPAA compliant",
        f"HIPAA{STIFF_HYPHEN}certified",
        "completely anonymous",
        "We guarantee it",
        "guaranteed results",
        "a cure",
        "We cured him.",
        "our success rate",
        "92% stay well",
        "95 percent stay sober, and we take all plans",
        "9 out of 10 clients",
        "#1 in Maine",
        "number one",
        "the best care",
        "world-class",
        "proven to help",
        "Our way is proven.",
        "the most effective way",
        "just as effective, if not more so",
        "painless detox",
        "Act now!",
        "today only",
        "limited spots",
        "Don’t wait.",
        "Do not wait another day",
    ],
)
def test_claims_and_pressure_are_found(text):
    assert words(text)


@pytest.mark.parametrize(
    "text",
    [
        "a secure place",
        "This is not a guarantee.",
        "We cannot guarantee a place.",
        "There is no cure for grief.",
        "You can dispute a bill that is 10 percent above the estimate.",
        "Your plan pays 80 percent, and you pay 20%.",
        "the best time to call",
        "Best when",
        "act on it now and then",
        "Call 911. Do not wait.",
        "Do not wait for the worst to happen.",
        "You do not wait alone.",
        "one in the morning",
    ],
)
def test_honest_and_useful_sentences_pass(text):
    assert words(text) == []


# Lists and amounts


@pytest.mark.parametrize("text", ["Yoga, art, and more", "Art and much more!", "- yoga and more\n- walks", "art, etc."])
def test_and_more_without_more_is_found(text):
    assert words(text)


@pytest.mark.parametrize("text", ["It comes more and more.", "two hours and more time", "Three or more"])
def test_more_of_something_passes(text):
    assert words(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "9 hours a week",
        "three to five days a week",
        "3–5 days per week",
        "You come 3 times each week.",
        "9 hours weekly",
    ],
)
def test_amounts_that_are_computed_are_not_typed(text):
    assert words(text)


def test_other_amounts_pass():
    assert words("Two people a week. The hours each week differ. A week of 7 days.") == []


# However it is written


@given(
    word=st.sampled_from(
        ["addict", "drug abuse", "HIPAA-compliant", "guaranteed", "don't wait", "drop-out", "relapse"]
    ),
    at=st.integers(1, 5),
    hidden=st.sampled_from([SOFT_HYPHEN, "\u200b", "**", "_", "`"]),
    before=st.sampled_from(["", "“", "(", "*", "## ", "- ", "> ", "and ", "[", "—", "\n\n", "1. ", "| "]),
    after=st.sampled_from(["", ".", "”", ")", "’s", "!", "\n", "—", "](/about/)", " |"]),
    is_loud=st.booleans(),
)
def test_marks_case_and_punctuation_hide_nothing(word, at, hidden, before, after, is_loud):
    word = word.replace("'", "’").replace("-", STIFF_HYPHEN).replace(" ", "\u00a0")
    word = word.upper() if is_loud else word
    assert words(f"{before}{word[:at]}{hidden}{word[at:]}{after}")


def test_line_break_hides_nothing():
    assert words("They speak of drug\nabuse.") == ["drug abuse"]


def test_addresses_are_not_words():
    assert words("[Ask](/users/) or see https://users.example/addict") == []


def test_same_words_are_found_once():
    assert words("addict, Addict and ADDICT") == ["addict"]


@example("\x08", (), ("[",))  # a name of which nothing is left
@given(st.text(), st.tuples(st.text()), st.tuples(st.text()))
def test_no_text_breaks_it(text, exceptions, other_names):
    for finding in wording.findings(text, exceptions=exceptions, other_names=other_names):
        assert finding.words


@pytest.mark.parametrize(
    "text", ["!", "-", "1,", "](", "\n-", "> ", "a-", "#", "'", "and more ", "12 to ", "treatment (MAT ", " ", "|"]
)
def test_long_text_is_read_to_its_end(text):
    """In one pass: a pattern that begins anew at every character would take minutes here."""
    assert "addict" in words(text * (100_000 // len(text)) + "\n\naddict")


# Exceptions


def test_words_inside_an_exception_pass():
    text = "Alcoholics Anonymous meets here. It is not only for alcoholics."
    assert words(text, exceptions=("Alcoholics Anonymous",)) == ["alcoholics"]


def test_exception_is_found_however_it_is_written():
    assert words("alcoholics\nANONYMOUS", exceptions=("Alcoholics Anonymous",)) == []


def test_exception_does_not_pass_what_reaches_beyond_it():
    assert words("drug abuse", exceptions=("drug",)) == ["drug abuse"]


def test_exception_that_is_empty_passes_nothing():
    assert words("an addict", exceptions=("", " ")) == ["addict"]


# Headings


def test_name_of_another_program_is_found():
    [finding] = wording.findings("The goals of PRP", other_names=("PRP", "Day program"))
    assert (finding.words, finding.reason) == ("PRP", "This heading names another program.")


def test_part_of_a_word_is_no_name():
    assert words("Prompt care", other_names=("PRO",)) == []


# Reading grade


def test_hard_text_is_found_by_its_first_words():
    [finding] = wording.findings(HARD)
    assert HARD.startswith(finding.words)
    assert "8 is the most" in finding.reason


def test_easy_text_passes():
    assert words(EASY, grade_limit=6) == []


def test_limit_decides():
    assert wording.EASY_GRADE < wording.grade(MIDDLING) < wording.GRADE
    assert words(MIDDLING) == []
    assert words(MIDDLING, grade_limit=wording.EASY_GRADE)


def test_short_text_is_too_short_to_grade():
    assert words("Comprehensive biopsychosocial rehabilitation facilitates improvement.") == []


def test_exception_for_its_first_words_lets_a_hard_text_pass():
    [finding] = wording.findings(HARD)
    assert words(HARD, exceptions=(finding.words,)) == []
    assert len(finding.words) <= 80


def test_lists_read_as_lines_of_their_own():
    points = "\n".join(["- A short point"] * 12)
    assert words(points) == []


@pytest.mark.parametrize(("text", "years"), [("The cat sat on the mat. It was warm.", 1), ("A person helps you.", 3)])
def test_short_plain_sentences_have_a_low_grade(text, years):
    assert wording.grade(text) < years


def test_long_words_have_a_high_grade():
    assert wording.grade("Comprehensive biopsychosocial rehabilitation facilitates considerable improvement.") > 15


def test_nothing_has_no_grade():
    assert wording.grade("...") == 0


# Rows


def text_columns(model):
    return [field for field in model._meta.concrete_fields if isinstance(field, models.CharField | models.TextField)]


def is_left_out(field):
    is_address = isinstance(field, models.SlugField | models.URLField)
    named = field.name in wording.NOT_READ.get(field.model._meta.label, ())
    return is_address or bool(field.choices) or named


@pytest.mark.parametrize("field", [field for model in MODELS for field in text_columns(model)], ids=str)
def test_every_text_column_is_linted_or_left_out_by_name(field):
    found = wording.of_row(field.model(**{field.name: "an addict"}))
    assert bool(found) != is_left_out(field)


def test_columns_left_out_by_name_are_there():
    there = {model._meta.label: {field.name for field in text_columns(model)} for model in MODELS}
    for listed in (wording.NOT_READ, wording.HEADINGS):
        for label, names in listed.items():
            assert names <= there[label], label
    assert wording.EASY_READING.keys() <= there.keys()


def test_finding_names_its_column():
    [(label, finding)] = wording.of_row(Clinic(license_line="the best clinic"))
    assert (label, finding.words) == ("License", "the best clinic")


def test_exceptions_hold_for_rows():
    assert wording.of_row(Clinic(lead="an addict"), exceptions=("addict",)) == []


@pytest.mark.parametrize(
    "row",
    [
        PageText(page="request", text=MIDDLING),
        Page(kind="leaving", body=MIDDLING),
        Criterion(kind="crisis", text=MIDDLING),
        GuideQuestion(why=MIDDLING),
        HelpLine(extra=MIDDLING),
    ],
    ids=lambda row: row._meta.label,
)
def test_words_for_a_form_or_a_crisis_are_the_easiest(row):
    [(_label, finding)] = wording.of_row(row)
    assert f"{wording.EASY_GRADE} is the most" in finding.reason


@pytest.mark.parametrize(
    "row",
    [PageText(page="about", text=MIDDLING), Page(kind="cost", body=MIDDLING), Criterion(kind="fits", text=MIDDLING)],
)
def test_other_words_may_ask_for_eight_years_of_school(row):
    assert wording.of_row(row) == []


NAMES = {1: ["Substance use IOP", "SU IOP", "IOP"], 2: ["Mental health IOP"], 3: ["Day treatment", "PHP"]}


@pytest.mark.parametrize(
    ("heading", "found"),
    [("The goals of PHP", ["PHP"]), ("What mental health IOP is", []), ("How this IOP runs", []), ("Your day", [])],
)
def test_heading_on_a_programs_page_names_no_other_program(heading, found):
    section = ProgramSection(program_id=2, heading=heading, body="More about PHP.")
    assert [finding.words for _label, finding in wording.of_row(section, program_names=NAMES)] == found


def test_other_lines_may_name_other_programs():
    assert wording.of_row(ProgramPoint(program_id=2, text="After PHP"), program_names=NAMES) == []


def test_program_is_known_by_its_title_its_short_name_and_its_aliases():
    program = Program(title="Intensive care", short_name="IOP", aliases="rehab, , day care ")
    assert wording.names_of_program(program) == ["Intensive care", "IOP", "rehab", "day care"]
