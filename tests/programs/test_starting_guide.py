"""What the answers of the starting guide point to: safety first, for every mix of answers."""

from itertools import combinations, product
from types import SimpleNamespace

import pytest
from django.db import transaction

from clinic import content
from clinic.management.commands.load_content import content_files
from programs import guide
from programs.models import Criterion, Program
from programs.views.guide import questions_in_order, said_by_answers

pytestmark = pytest.mark.django_db

Kind = Criterion.Kind

HOSPITAL, INPATIENT, HIGH, THERAPY = (
    "withdrawal-management",
    "inpatient-care",
    "high-intensity-outpatient",
    "outpatient-therapy",
)
SUBSTANCE_USE, MENTAL_HEALTH = "iop-substance-use", "iop-mental-health"
CRISIS = {"ending-life", "taken-too-much", "ill-from-stopping", "someone-hurts-me", "may-hurt-someone", "danger"}
# Whatever else is said, with this answer only these may suit.
NO_OTHER_THAN = {
    ("safe", "ending-life"): {HOSPITAL},
    ("safe", "taken-too-much"): {HOSPITAL},
    ("safe", "may-hurt-someone"): {HOSPITAL},
    ("safe", "ill-from-stopping"): {HOSPITAL},
    ("stopping", "body"): {HOSPITAL},
    ("stopping", "danger"): {HOSPITAL},
    ("stopping", "unknown"): {HOSPITAL},
    ("home", "others-use"): {HOSPITAL, INPATIENT},
    ("home", "not-safe"): {HOSPITAL, INPATIENT},
    ("next-days", "would-use"): {HOSPITAL, INPATIENT, HIGH},
    ("next-days", "too-strong"): {HOSPITAL, INPATIENT, HIGH},
    ("help-now", "steady"): {HOSPITAL, INPATIENT, HIGH, THERAPY},
}
ALCOHOL, MOOD = ("help-with", "alcohol-or-drugs"), ("help-with", "mood")
HOME_IS_SAFE, DAYS_ARE_FINE = ("home", "safe"), ("next-days", "yes")


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        content.load(content_files())
        questions = questions_in_order()
        found = SimpleNamespace(
            questions=[answers for _, answers in questions],
            answers={(question.slug, answer.slug): answer for question, answers in questions for answer in answers},
            said=said_by_answers(),
            programs=list(Program.objects.published().by_level()),
        )
        transaction.set_rollback(True)
    return found


def suits(site, *given):
    suggestion = guide.suggest([site.answers[name] for name in given], site.programs, site.said)
    return {program.slug for program, _ in suggestion.may_suit}


def mixes(site, name):
    """The answer alone, and with every pair of answers to other questions. More answers can only speak against more."""
    others = [other for other in site.answers if other[0] != name[0]]
    pairs = [pair for pair in combinations(others, 2) if pair[0][0] != pair[1][0]]
    return [(name,), *((name, *pair) for pair in pairs)]


@pytest.mark.parametrize("name", NO_OTHER_THAN)
def test_nothing_else_that_is_said_makes_too_little_care_look_right(site, name):
    for given in mixes(site, name):
        assert suits(site, *given) <= NO_OTHER_THAN[name], given


def test_the_answers_that_cannot_wait_are_crisis_answers_and_say_why(site):
    assert {answer.slug for answer in site.answers.values() if answer.first_help} == CRISIS
    for answer in site.answers.values():
        kinds = [criterion.kind for criterion in site.said[answer.pk]]
        assert bool(answer.first_help) == (Kind.CRISIS in kinds), answer


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([ALCOHOL, HOME_IS_SAFE, DAYS_ARE_FINE, ("help-now", "not-enough")], {SUBSTANCE_USE}),
        ([MOOD, HOME_IS_SAFE, DAYS_ARE_FINE, ("help-now", "not-enough")], {MENTAL_HEALTH}),
        ([MOOD, HOME_IS_SAFE, ("help-now", "steady")], {THERAPY}),
        ([ALCOHOL, HOME_IS_SAFE, ("help-now", "left-a-stay")], {SUBSTANCE_USE}),
        ([ALCOHOL, ("stopping", "done"), ("home", "others-use")], {INPATIENT}),
        ([MOOD, HOME_IS_SAFE, ("next-days", "too-strong")], {HIGH}),
        ([ALCOHOL, ("stopping", "body"), ("home", "not-safe")], {HOSPITAL}),
        ([("help-with", "not-sure"), ("on-your-side", "unsure")], {THERAPY}),
        ([("safe", "safe-for-now")], set()),
    ],
)
def test_what_people_may_say_leads_to_care_that_makes_sense(site, given, expected):
    assert suits(site, *given) == expected


def test_each_crisis_answer_says_who_is_called_first(site):
    assert {answer.slug: answer.first_help for answer in site.answers.values() if answer.first_help} == {
        "ending-life": "988",
        "taken-too-much": "naloxone",
        "ill-from-stopping": "911",
        "someone-hurts-me": "violence",
        "may-hurt-someone": "988",
        "danger": "911",
    }


@pytest.mark.parametrize("slug", ["body", "unknown"])
def test_who_may_get_ill_from_stopping_reads_not_to_stop_all_at_once(site, slug):
    assert site.answers["stopping", slug].advice.startswith("Please do not stop all at once.")


def test_every_question_can_be_answered_in_more_than_one_way(site):
    questions = [question for question, _ in site.answers]
    assert all(questions.count(question) >= 2 for question in questions)


def different(site, answers):
    """One answer of each meaning: two that make the same criteria true are the same to the guide, and one that makes
    none true is the same as a skipped question (None)."""
    meanings = {(frozenset(), False, False, ""): None}
    for answer in answers:
        says = frozenset(
            (line.program_id, line.kind, line.text) for line in site.said[answer.pk] if line.kind != Kind.CRISIS
        )
        asks = (answer.about_substance_use, answer.about_mental_health, guide.first_help(answer, site.said))
        meanings.setdefault((says, *asks), answer)
    return meanings.values()


def test_every_combination_of_answers_is_safe_and_says_why(site):
    count = 0
    for picked in product(*[different(site, answers) for answers in site.questions]):
        chosen = [answer for answer in picked if answer]
        suggestion = guide.suggest(chosen, site.programs, site.said)
        true = {(line.program_id, line.kind, line.text) for answer in chosen for line in site.said[answer.pk]}
        count += 1
        assert bool(suggestion.first_help) == any(guide.first_help(answer, site.said) for answer in chosen)
        for program, reasons in suggestion.may_suit:
            assert reasons
            assert not any(owner == program.pk and kind == Kind.OTHER_LEVEL for owner, kind, _ in true)
            assert set(reasons) <= set(chosen)
    assert count > 1000


def test_every_answer_says_something(site):
    silent = [
        answer.text
        for answers in site.questions
        for answer in answers
        if not (site.said[answer.pk] or answer.first_help or answer.about_substance_use or answer.about_mental_health)
    ]
    # "Not sure", "nothing like that" and the like may say nothing: they must stay few.
    assert len(silent) <= len(site.questions)
