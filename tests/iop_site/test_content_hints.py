"""What may be meant just so is a hint on the page about the content, and no task."""

import pytest

from iop_site import content_health
from tests import factories
from tests.iop_site.health import found, lines

pytestmark = pytest.mark.django_db


def test_group_of_no_program_is_only_a_hint():
    factories.specialty_group(name="Family evening")
    assert lines("Groups of no program") == ["specialty group: Family evening: No program's page names it."]
    assert "Groups of no program" not in found(content_health.CHECKS)


def test_other_criteria_and_answers_without_effect_are_only_hints():
    program = factories.program(title="Day program")
    factories.criterion(program, text="You have a home")
    question = factories.guide_question(question="Where do you live?")
    factories.guide_answer(question, text="I would rather not say")
    factories.guide_answer(question, first_help="988")
    factories.guide_answer(question, about_mental_health=True)
    factories.guide_answer(question, to_bring="Is there a bus?")
    assert lines("What the guide never says") == [
        "program: Day program: No answer of the guide says “You have a home”.",
        "question of the guide: Where do you live?: The answer “I would rather not say” changes nothing.",
    ]
    assert "What the guide never says" not in found(content_health.CHECKS)
