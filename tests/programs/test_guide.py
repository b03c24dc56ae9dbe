"""What answers point to: reasons that stand on a program's own page, help first, and never a guess."""

import pytest

from programs import guide
from programs.models import Criterion, FirstHelp, Program
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
    assert suggest() == guide.Suggestion()


def test_a_program_may_suit_and_the_reason_is_the_answer_not_what_a_criterion_makes_of_it(question):
    program = factories.program()
    answer = factories.guide_answer(question, fits(program, "You can sleep at home"), fits(program, "You want change"))
    assert suggest(answer).may_suit == [(program, [answer])]


def test_one_thing_that_speaks_against_a_program_outweighs_every_reason_for_it(question):
    iop, inpatient = factories.program(), factories.program()
    home = factories.guide_answer(question, sends_to(iop, inpatient, "You have no safe home"))
    wish = factories.guide_answer(factories.guide_question(), fits(iop))
    suggestion = suggest(home, wish)
    assert iop not in dict(suggestion.may_suit)
    assert suggestion.not_suited == [iop]


def test_the_program_that_others_send_to_is_named_with_their_reason(question):
    iop, inpatient = factories.program(), factories.program()
    answer = factories.guide_answer(question, sends_to(iop, inpatient, "You have no safe home"))
    assert suggest(answer).may_suit == [(inpatient, [answer])]


def test_an_answer_is_said_once_where_it_points_to_a_program_and_where_it_does_not(question):
    iop, inpatient = factories.program(), factories.program()
    answer = factories.guide_answer(question, sends_to(iop, inpatient))
    assert suggest(answer).speaks_against == []
    inpatient.is_published = False
    inpatient.save()
    assert suggest(answer).speaks_against == [answer]


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


@pytest.mark.parametrize("first", FirstHelp)
def test_an_answer_says_who_is_called_first(question, first):
    answer = factories.guide_answer(question, first_help=first)
    assert suggest(answer).first_help == [first]


def test_an_answer_that_makes_a_crisis_criterion_true_needs_a_lifeline_at_least(question):
    line = crisis(factories.program())
    answer = factories.guide_answer(question, line)
    assert suggest(answer).first_help == [FirstHelp.LIFELINE]
    urgent = factories.guide_answer(question, line, first_help=FirstHelp.EMERGENCY)
    assert suggest(urgent).first_help == [FirstHelp.EMERGENCY]


def test_the_most_urgent_help_comes_first_and_none_is_lost(question):
    lifeline = factories.guide_answer(question, first_help=FirstHelp.LIFELINE)
    naloxone = factories.guide_answer(factories.guide_question(), first_help=FirstHelp.NALOXONE)
    assert suggest(lifeline, naloxone).first_help == [FirstHelp.NALOXONE, FirstHelp.LIFELINE]


def test_advice_is_passed_on_once(question):
    first = factories.guide_answer(question, advice="Do not stop all at once.")
    second = factories.guide_answer(factories.guide_question(), advice="Do not stop all at once.")
    assert suggest(first, second).advice == ["Do not stop all at once."]


def test_what_the_public_cannot_read_points_nowhere(question):
    hidden = factories.program(is_published=False)
    answer = factories.guide_answer(question, fits(hidden))
    assert suggest(answer).may_suit == []


def test_a_program_that_the_public_cannot_see_is_not_named_as_safer(question):
    iop, hidden = factories.program(), factories.program(is_published=False)
    answer = factories.guide_answer(question, sends_to(iop, hidden, "You need more"))
    assert suggest(answer).may_suit == []
    assert suggest(answer).not_suited == [iop]


def test_what_speaks_against_several_programs_is_said_once(question):
    iop, therapy, inpatient = factories.program(), factories.program(), factories.program()
    answer = factories.guide_answer(question, *[sends_to(program, inpatient) for program in (iop, therapy)])
    suggestion = suggest(answer)
    assert (suggestion.not_suited, suggestion.may_suit) == ([iop, therapy], [(inpatient, [answer])])


def test_questions_to_bring_come_once_each(question):
    first = factories.guide_answer(question, to_bring="Who checks my health?")
    second = factories.guide_answer(factories.guide_question(), to_bring="Who checks my health?")
    third = factories.guide_answer(factories.guide_question(), to_bring="")
    assert suggest(first, second, third).to_bring == ["Who checks my health?"]
