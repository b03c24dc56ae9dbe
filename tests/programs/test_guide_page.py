"""The guide as a person meets it: one question a page, nothing in the address, nothing kept, help first."""

import re

import pytest

from clinic.models import Page
from programs.models import Criterion, GuideAnswer
from tests import factories

pytestmark = pytest.mark.django_db

ADDRESS = "/is-iop-right-for-me/"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


@pytest.fixture(autouse=True)
def guide():
    """Three questions; the second has an answer that is a crisis."""
    factories.clinic()
    program = factories.program(title="Day care", is_main=True)
    home, safe, wish = (factories.guide_question(slug=slug, question=f"{slug}?") for slug in ("home", "safe", "wish"))
    factories.guide_answer(home, factories.criterion(program, text="You have a home"), slug="yes", text="I have one")
    factories.guide_answer(home, slug="no", text="I have none")
    line = factories.criterion(program, kind=Criterion.Kind.CRISIS, text="You think about ending your life")
    factories.guide_answer(safe, line, slug="danger", text="I am in danger")
    factories.guide_answer(safe, slug="fine", text="I am safe")
    factories.guide_answer(wish, slug="much", text="Much", to_bring="How long does it take?")
    return program


def post(client, **fields):
    return client.post(ADDRESS, {name.replace("_", "-"): value for name, value in fields.items()})


def heading(response):
    return re.sub(r"<[^>]+>|\s+", " ", re.search(r"<h1>(.*?)</h1>", response.text, re.DOTALL)[1]).strip()


def test_it_says_how_long_it_takes_before_it_starts(client):
    response = client.get(ADDRESS)
    assert "Start: 3 short questions" in response.text
    assert heading(post(client, go="start")) == "home?"


def test_answers_travel_on_in_hidden_fields(client):
    second = post(client, at="home", go="next", q_home="yes")
    assert heading(second) == "safe?"
    assert ("q-home", "yes") in HIDDEN.findall(second.text)
    third = post(client, at="safe", go="next", q_home="yes", q_safe="fine")
    assert {("q-home", "yes"), ("q-safe", "fine")} <= set(HIDDEN.findall(third.text))


def test_every_question_can_be_skipped_and_a_skipped_answer_is_forgotten(client):
    response = post(client, at="home", go="skip", q_home="yes")
    assert heading(response) == "safe?"
    assert "q-home" not in dict(HIDDEN.findall(response.text))


def test_going_on_without_an_answer_asks_for_one_and_keeps_the_others(client):
    response = post(client, at="safe", go="next", q_home="yes")
    assert heading(response) == "safe?"
    assert "<title>Error: Question 2 of 3" in response.text
    assert "Choose an answer, or press" in response.text
    assert ("q-home", "yes") in HIDDEN.findall(response.text)


def test_back_shows_the_question_before_with_its_answer_chosen(client):
    response = post(client, at="safe", go="back", q_home="yes")
    assert heading(response) == "home?"
    assert re.search(r'value="yes" id="answer-1" checked', response.text)
    assert heading(post(client, at="home", go="back")) == "Is IOP right for me?"


def test_a_crisis_answer_leads_to_help_before_anything_else(client):
    response = post(client, at="safe", go="next", q_home="yes", q_safe="danger")
    assert heading(response) == "Help first"
    assert "You said: “I am in danger”" in response.text
    assert "You think about ending your life" not in response.text
    for link in ['href="tel:988"', 'href="sms:988"', 'href="tel:911"']:
        assert link in response.text
    assert heading(post(client, at="safe", go="on", q_home="yes", q_safe="danger")) == "wish?"
    assert heading(post(client, at="safe", go="stay", q_home="yes", q_safe="danger")) == "safe?"


@pytest.mark.parametrize(
    ("first_help", "number"),
    [("naloxone", "tel:911"), ("911", "tel:911"), ("violence", "tel:+18007997233"), ("988", "tel:988")],
)
def test_the_number_that_helps_most_comes_first(client, django_assert_max_num_queries, first_help, number):
    GuideAnswer.objects.filter(slug="danger").update(first_help=first_help)
    page = factories.page(kind=Page.Kind.LEAVING)
    for fields in ({"at": "safe", "go": "next"}, {"at": "wish", "go": "skip"}):
        with django_assert_max_num_queries(8):
            response = post(client, q_safe="danger", **fields)
        main = response.text[response.text.index("<main") :]
        assert re.findall('href="(tel:[^"]*)"', main)[0] == number
        assert 'href="tel:911"' in main
        assert ("If you have naloxone, use it." in main) == (first_help == "naloxone")
        assert (f'Someone may be watching? <a href="{page.get_absolute_url()}"' in main) == (first_help == "violence")


def test_advice_stands_above_the_result(client):
    GuideAnswer.objects.filter(slug="no").update(advice="Please do not stop all at once.")
    response = post(client, at="wish", go="skip", q_home="no")
    assert response.text.index("Please do not stop all at once.") < response.text.index("<h1>")


@pytest.mark.parametrize(("count", "words"), [(1, "By itself, this may not"), (2, "By themselves, these may not")])
def test_the_result_counts_what_may_not_be_right(client, guide, count, words):
    for n in range(count):
        line = factories.criterion(
            factories.program(short_name=f"Care {n}"), kind=Criterion.Kind.OTHER_LEVEL, suggests=guide
        )
        line.said_by.add(GuideAnswer.objects.get(slug="no"))
    response = post(client, at="wish", go="skip", q_home="no")
    assert words in response.text
    assert response.text.count("You said: “I have none”") == 1


def test_the_result_of_a_crisis_answer_has_help_on_top(client):
    response = post(client, at="wish", go="skip", q_home="yes", q_safe="danger")
    main = response.text[response.text.index("<main") :]
    assert main.index("First: help now") < main.index("<h1>")


def test_the_result_names_its_reasons_the_program_and_questions_to_bring(client, guide):
    response = post(client, at="wish", go="next", q_home="yes", q_safe="fine", q_wish="much")
    assert heading(response) == f"{guide.level.name} may be a good fit"
    for words in ["You said: “I have one”", guide.get_absolute_url(), "How long does it take?", "I have one"]:
        assert words in response.text


def test_a_result_without_answers_offers_a_person(client):
    response = post(client, at="wish", go="skip")
    assert heading(response) == "Talk it over with us"
    assert "You skipped every question, and that is fine." in response.text
    assert "do not point to one kind of care" not in response.text
    assert "tel:+12075550100" in response.text


def test_the_last_answer_can_be_changed_from_the_result(client):
    response = post(client, go="back", q_home="yes", q_wish="much")
    assert heading(response) == "wish?"
    assert "checked" in response.text


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"at": "nothing", "go": "next"},
        {"at": "home", "go": "fly", "q-home": "yes"},
        {"at": "home", "go": "next", "q-home": "<script>"},
        {"q-home": ["yes", "no"], "at": ["home", "wish"], "go": "next"},
        {"at": "\x00", "go": "\u202e", "q-safe": "x" * 5000},
    ],
)
def test_whatever_is_sent_gets_a_question_or_a_result(client, fields):
    response = client.post(ADDRESS, fields)
    assert response.status_code == 200
    assert heading(response)
    assert "<script>" not in re.sub(r"<script (src|type).*?</script>", "", response.text, flags=re.DOTALL)


def test_answers_in_an_address_are_not_read(client):
    response = client.get(f"{ADDRESS}?at=home&go=next&q-home=yes")
    assert heading(response) == "Is IOP right for me?"


def test_titles_say_nothing_about_the_answers_and_no_cookie_is_set(client):
    for fields in [{"go": "start"}, {"at": "safe", "go": "next", "q-safe": "danger"}, {"at": "wish", "go": "skip"}]:
        response = client.post(ADDRESS, fields)
        title = re.search("<title>(.*?)</title>", response.text)[1]
        assert re.match(r"(Question \d of \d|Help first|What you could do next) – ", title)
        assert not response.cookies
        assert response["Cache-Control"] == "private, no-cache"
        assert '<meta name="robots" content="noindex">' in response.text


@pytest.mark.parametrize("fields", [{"go": "start"}, {"at": "safe", "go": "next", "q-safe": "danger"}, {"at": "wish"}])
def test_it_costs_the_same_however_many_questions_and_programs(client, django_assert_max_num_queries, guide, fields):
    with django_assert_max_num_queries(8) as costs:
        client.post(ADDRESS, fields | {"go": fields.get("go", "skip"), "q-home": "yes"})
    for _ in range(9):
        question = factories.guide_question()
        factories.guide_answer(question, factories.criterion(factories.program_with_everything()))
    with django_assert_max_num_queries(len(costs)):
        client.post(ADDRESS, fields | {"go": fields.get("go", "skip"), "q-home": "yes"})
