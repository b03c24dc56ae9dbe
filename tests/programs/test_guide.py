"""What answers point to: reasons that stand on a program's own page, help first, and never a guess."""

import pytest

from programs import guide
from programs.models import Criterion, Program
from programs.views.guide import said_by_answers
from tests import factories

pytestmark = pytest.mark.django_db

Kind = Criterion.Kind


@pytest.fixture
def question(db):
    return factories.guide_question()


def suggest(*chosen):
    return guide.suggest(list(chosen), list(Program.objects.published().in_order()), said_by_answers())


def fits(program, text="You have a safe home"):
    return factories.criterion(program, text=text)


def sends_to(program, suggests, text="You are not safe at home"):
    return factories.criterion(program, kind=Kind.OTHER_LEVEL, suggests=suggests, text=text)


def crisis(program, text="You think about ending your life"):
    return factories.criterion(program, kind=Kind.CRISIS, text=text)


def test_no_answers_point_nowhere():
    factories.program()
    assert suggest() == guide.Suggestion(is_crisis=False)


def test_a_program_may_suit_for_the_reasons_on_its_own_page(question):
    program = factories.program()
    answer = factories.guide_answer(question, fits(program, "You can sleep at home"), fits(program, "You want change"))
    assert suggest(answer).may_suit == [(program, ["You can sleep at home", "You want change"])]


def test_one_thing_that_speaks_against_a_program_outweighs_every_reason_for_it(question):
    iop, inpatient = factories.program(), factories.program()
    home = factories.guide_answer(question, sends_to(iop, inpatient, "You have no safe home"))
    wish = factories.guide_answer(factories.guide_question(), fits(iop))
    suggestion = suggest(home, wish)
    assert iop not in dict(suggestion.may_suit)
    assert suggestion.speaks_against == [("You have no safe home", [iop], [inpatient])]


def test_the_program_that_others_send_to_is_named_with_their_reason(question):
    iop, inpatient = factories.program(), factories.program()
    answer = factories.guide_answer(question, sends_to(iop, inpatient, "You have no safe home"))
    assert suggest(answer).may_suit == [(inpatient, ["You have no safe home"])]


def test_a_program_that_sends_on_itself_is_not_named_though_others_send_to_it(question):
    iop, inpatient, detox = factories.program(), factories.program(), factories.program()
    home = factories.guide_answer(question, sends_to(iop, inpatient))
    ill = factories.guide_answer(factories.guide_question(), sends_to(inpatient, detox, "You get very ill"))
    suggestion = suggest(home, ill)
    assert [program for program, _ in suggestion.may_suit] == [detox]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"about_substance_use": True}, {"use", "both"}),
        ({"about_mental_health": True}, {"mind", "both"}),
        ({"about_substance_use": True, "about_mental_health": True}, {"use", "mind", "both"}),
        ({}, {"use", "mind", "both"}),
    ],
)
def test_only_programs_that_treat_what_a_person_asks_for_are_named(question, asked, expected):
    treats = {"use": (True, False), "mind": (False, True), "both": (True, True)}
    programs = [
        factories.program(short_name=name, for_substance_use=use, for_mental_health=mind)
        for name, (use, mind) in treats.items()
    ]
    answer = factories.guide_answer(question, *[fits(program) for program in programs], **asked)
    assert {program.short_name for program, _ in suggest(answer).may_suit} == expected


@pytest.mark.parametrize("ticked", [True, False])
def test_an_answer_is_a_crisis_when_staff_say_so_or_a_crisis_criterion_does(question, ticked):
    lines = [] if ticked else [crisis(factories.program(), "You may have taken too much")]
    answer = factories.guide_answer(question, *lines, is_crisis=ticked)
    assert suggest(answer).is_crisis
    shown = [line.text for line in suggest(answer).crisis_lines]
    assert shown == ([] if ticked else ["You may have taken too much"])
    assert guide.is_crisis(answer, said_by_answers())


def test_what_the_public_cannot_read_points_nowhere(question):
    hidden = factories.program(is_published=False)
    answer = factories.guide_answer(question, fits(hidden))
    assert suggest(answer).may_suit == []


def test_a_program_that_the_public_cannot_see_is_not_named_as_safer(question):
    iop, hidden = factories.program(), factories.program(is_published=False)
    answer = factories.guide_answer(question, sends_to(iop, hidden, "You need more"))
    assert suggest(answer).speaks_against == [("You need more", [iop], [])]


def test_what_speaks_against_several_programs_is_said_once(question):
    iop, therapy, inpatient = factories.program(), factories.program(), factories.program()
    answer = factories.guide_answer(question, *[sends_to(program, inpatient) for program in (iop, therapy)])
    assert suggest(answer).speaks_against == [("You are not safe at home", [iop, therapy], [inpatient])]


def test_questions_to_bring_come_once_each(question):
    first = factories.guide_answer(question, to_bring="Who checks my health?")
    second = factories.guide_answer(factories.guide_question(), to_bring="Who checks my health?")
    third = factories.guide_answer(factories.guide_question(), to_bring="")
    assert suggest(first, second, third).to_bring == ["Who checks my health?"]
