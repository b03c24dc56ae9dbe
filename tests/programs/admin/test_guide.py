"""The guide on the staff desk: it always asks about safety."""

import pytest
from django.urls import reverse

from programs.models import Criterion, GuideQuestion
from tests import factories
from tests.programs.admin.desk import change_url, delete_url, row_errors, save

pytestmark = pytest.mark.django_db

SAFETY_FIRST = "The guide must ask about safety first. Keep at least one answer that is a crisis."


@pytest.fixture
def safety():
    """Two answers: one is a crisis, the other is not."""
    made = factories.guide_question(question="Are you safe right now?")
    factories.guide_answer(made, first_help="988", slug="no", position=1)
    factories.guide_answer(made, slug="yes", position=2)
    factories.guide_answer(factories.guide_question())
    return made


@pytest.mark.parametrize("change", [{"answers-0-DELETE": "on"}, {"answers-0-first_help": ""}])
def test_the_last_crisis_answer_stays(admin_client, safety, change):
    page = save(admin_client, change_url(safety), **change)
    assert row_errors(page, "answers") == [SAFETY_FIRST]
    assert safety.answers.filter(first_help="988").exists()
    factories.guide_answer(factories.guide_question(), first_help="988")
    assert save(admin_client, change_url(safety), **change).status_code == 302


def test_an_answer_may_be_a_crisis_by_what_it_makes_true(admin_client, safety):
    danger = factories.criterion(factories.program(), kind=Criterion.Kind.CRISIS, text="You are in danger.")
    danger.said_by.add(safety.answers.get(slug="yes"))
    change = {"answers-0-first_help": ""}
    assert save(admin_client, change_url(safety), **change).status_code == 302
    assert row_errors(save(admin_client, change_url(safety), **{"answers-1-DELETE": "on"}), "answers") == [SAFETY_FIRST]


def test_the_last_question_about_safety_is_not_deleted(admin_client, safety):
    assert SAFETY_FIRST in admin_client.post(delete_url(safety), {"post": "yes"}).text
    every = {"action": "delete_selected", "_selected_action": [question.pk for question in GuideQuestion.objects.all()]}
    changelist = reverse("admin:programs_guidequestion_changelist")
    assert SAFETY_FIRST in admin_client.post(changelist, every | {"post": "yes"}).text
    assert GuideQuestion.objects.count() == 2


def test_a_guide_may_begin_with_any_question(admin_client):
    question = factories.guide_question()
    factories.guide_answer(question)
    assert save(admin_client, change_url(question)).status_code == 302


def test_the_page_for_deleting_names_no_rows_without_words(admin_client):
    question = factories.guide_question()
    factories.guide_answer(question, factories.criterion(factories.program()), text="Some days")
    text = admin_client.get(delete_url(question)).text
    assert "Some days" in text
    assert "object (" not in text
    assert "relationship" not in text
