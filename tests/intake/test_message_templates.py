"""Words to use again: places are filled for one person, and nothing but places."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic import wording
from clinic.models import Clinic
from intake.message_templates import PLACEHOLDERS, fill, problems_of
from intake.models import ConsultationRequest, MessageTemplate
from programs.models import Program

CLINIC = Clinic(name="Test Clinic", phone="+12075550100")
EVERY_PLACE = " ".join(f"{{{name}}}" for name in PLACEHOLDERS)


def request_of(**told):
    return ConsultationRequest(**{"reference": "ACE-347-XYW", "name": "Sam"} | told)


def test_every_place_is_filled():
    filled = fill(EVERY_PLACE, request_of(program=Program(short_name="Evenings")), CLINIC)
    assert filled == "Sam ACE-347-XYW Evenings Test Clinic (207) 555-0100"


def test_who_is_not_sure_yet_reads_of_our_programs():
    assert fill("You asked about {program}.", request_of(), CLINIC) == "You asked about our programs."


def test_who_left_no_name_is_greeted_all_the_same():
    assert fill("Hello {name},", request_of(name=""), CLINIC) == "Hello there,"


def test_what_a_person_wrote_is_not_looked_at_for_places():
    assert fill("Hello {name},", request_of(name="{phone} {reference}"), CLINIC) == "Hello {phone} {reference},"


@pytest.mark.parametrize(
    "text", ["{name.__class__}", "{name!r}", "{0}", "{name:>99}", "{request.phone}", "{}", "{ name }"]
)
def test_nothing_but_a_place_is_filled_and_the_rest_is_named(text):
    assert fill(text, request_of(), CLINIC) == text
    [problem] = problems_of(text)
    assert text in problem
    assert "{name} {reference}" in problem


@pytest.mark.parametrize("text", ["Hello {name", "Hello name}", "{{name}}", "Hello }name{"])
def test_a_brace_alone_is_named(text):
    assert any("stands alone" in problem for problem in problems_of(text))


def test_a_good_text_has_no_problem():
    assert problems_of(f"Hello,\n{EVERY_PLACE} $5 %s \\n") == []


def test_the_same_mistake_is_named_once():
    assert len(problems_of("{nmae} {nmae}")) == 1


@given(text=st.text(st.sampled_from(string.printable + "{}"), max_size=60))
def test_a_text_without_problems_keeps_no_brace(text):
    assert bool(problems_of(text)) == ("{" in (rest := fill(text, request_of(), CLINIC)) or "}" in rest)


def test_starting_words_have_no_problem(starting_content):
    templates = MessageTemplate.objects.all()
    assert len(templates) >= 5
    assert [problem for template in templates for problem in problems_of(template.text)] == []
    assert all("{name}" in template.text and template.is_offered for template in templates)


def test_starting_words_name_nothing_that_stands_on_the_page_only_when_it_is_closed(starting_content):
    assert not MessageTemplate.objects.filter(text__icontains="on this page").exists()


def test_starting_words_are_easy_to_read(starting_content):
    for template in MessageTemplate.objects.all():
        assert wording.findings(template.text, grade_limit=wording.EASY_GRADE) == (), template
