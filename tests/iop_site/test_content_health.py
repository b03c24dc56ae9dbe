"""Content health finds what is due, contradictory, empty, unused or badly worded, and nothing else."""

from datetime import date, timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic.models import Clinic, HelpLine, PageText, WordingException
from iop_site import content_health
from programs.models import (
    Criterion,
    GroupType,
    LevelOfCare,
    Program,
    ProgramSection,
    Question,
    Service,
    SessionOutline,
    SessionPart,
    Topic,
    Track,
)
from tests import factories
from tests.iop_site.health import found, lines

pytestmark = pytest.mark.django_db


# Due


@pytest.fixture
def opening():
    factories.clinic(opening_shown_days=3)
    return factories.opening(factories.track(factories.program(short_name="Day")))


def test_opening_checked_today_is_fine(opening):
    assert lines("Openings to check") == []


def test_opening_not_checked_today_is_due(opening):
    opening.checked_at -= timedelta(days=1)
    opening.save()
    [line] = lines("Openings to check")
    assert line.startswith("track: Day: Morning track: Not checked today. Last checked on ")


def test_opening_that_the_public_no_longer_sees_says_so(opening):
    opening.checked_at -= timedelta(days=4)
    opening.save()
    [line] = lines("Openings to check")
    assert line.endswith("The public no longer sees whether there is room.")


def test_opening_of_a_program_that_is_not_published_can_wait(opening):
    opening.checked_at -= timedelta(days=4)
    opening.save()
    Program.objects.update(is_published=False)
    assert lines("Openings to check") == []


def test_a_site_without_a_988_line_says_so():
    heading = "Help in a crisis"
    factories.help_line(call_with="then press 1")
    assert [line for line in lines(heading) if line.startswith("help lines: No line says to call 988.")]
    factories.help_line()
    assert not [line for line in lines(heading) if "988" in line]


def test_a_guide_without_a_crisis_says_so():
    heading = "Help in a crisis"
    assert [line for line in lines(heading) if line.endswith("The guide must ask about safety first.")]
    factories.guide_answer(factories.guide_question(), first_help="988")
    assert not [line for line in lines(heading) if "guide" in line]


def test_help_line_is_dialed_again_after_some_time():
    line = factories.help_line(checked_on=timezone.localdate() - timedelta(days=90))
    assert lines("Help lines to dial") == []
    HelpLine.objects.filter(pk=line.pk).update(checked_on=timezone.localdate() - timedelta(days=91))
    assert len(lines("Help lines to dial")) == 1


@pytest.mark.parametrize(
    ("began", "ends", "words"), [(1, 2, "Ends at"), (31, 9, "Is it still true?"), (29, 9, None), (-1, 2, None)]
)
def test_alert_that_ends_soon_or_stands_for_long_is_looked_at(began, ends, words):
    now = timezone.now()
    factories.alert(starts_at=now - timedelta(days=began), ends_at=now + timedelta(days=ends))
    assert [words in line for line in lines("Alerts to look at")] == ([True] if words else [])


def test_legal_text_waits_for_a_lawyer():
    factories.page(kind="privacy", title="Privacy notice")
    assert lines("Legal texts to have checked") == [
        "page: Privacy notice: No lawyer has checked it. The page says so to the public."
    ]


@pytest.mark.parametrize(
    "given",
    [{"legal_check_on": date(2026, 11, 20)}, {"kind": "cost"}, {"is_published": False}],
    ids=["checked", "no legal text", "not published"],
)
def test_other_texts_do_not_wait_for_a_lawyer(given):
    factories.page(**{"kind": "privacy"} | given)
    assert lines("Legal texts to have checked") == []


def test_review_is_due_from_its_day_on():
    today = timezone.localdate()
    Question.objects.all().delete()
    factories.question(question="Why?", reviewed_on=today, review_by=today)
    factories.question(reviewed_on=today, review_by=today + timedelta(days=1))
    factories.question(question="Who?")
    assert [line.partition(" 20")[0] for line in lines("Content due for review")] == [
        f"question: Why?: Due since {today:%B} {today.day},",
        "question: Who?: Never reviewed.",
    ]


def test_too_few_places_to_name_are_a_task():
    factories.referral_contact()
    factories.referral_contact(is_line=True)
    place = factories.referral_contact(is_offered=False)
    [line] = lines("Other places to name")
    assert line.endswith("1 offered, not counting help lines. Closing as full or not the right level needs 2.")
    place.is_offered = True
    place.save()
    assert lines("Other places to name") == []


def test_a_place_that_nobody_checked_lately_is_due_for_review():
    place = factories.referral_contact(reviewed_on=date(2026, 1, 1), review_by=date(2026, 2, 1))
    assert f"referral contact: {place.name}: Due since February 1, 2026." in lines("Content due for review")


# Contradictory


def test_track_that_contradicts_its_week_is_found():
    factories.full_track(factories.program(), days_max=4)
    [line] = lines("Hours that do not add up")
    assert "Groups are on 5 days of the week" in line


def test_hours_outside_the_level_are_found_unless_there_is_a_reason():
    factories.full_track(factories.program())
    LevelOfCare.objects.update(weekly_hours_min=12)
    assert len(lines("Hours that do not add up")) == 1
    Track.objects.update(hours_reason="A first step down.")
    assert lines("Hours that do not add up") == []


# Empty


def test_published_program_lacks_its_lists():
    factories.program(title="Day program")
    assert lines("Gaps") == ["program: Day program: It is published without a section, service, topic or question."]


@pytest.mark.parametrize("given", [{"is_published": False}, {"is_offered": False}])
def test_program_that_is_not_ours_or_not_shown_may_be_bare(given):
    factories.program(**given)
    assert lines("Gaps") == []


def test_full_program_and_group_lack_nothing():
    program = factories.program_with_everything()
    Program.objects.exclude(pk=program.pk).update(is_published=False)
    assert lines("Gaps") == []


def test_group_without_a_time_is_found_unless_it_says_to_ask():
    group = factories.specialty_group(name="Walks")
    group.times.all().delete()
    assert len(lines("Gaps")) == 1
    group.body = "For your safety, ask your counselor for the day."
    group.save()
    assert lines("Gaps") == []


def test_question_of_the_guide_without_answers_is_found():
    question = factories.guide_question(question="Where do you sleep?")
    assert lines("Gaps") == ["question of the guide: Where do you sleep?: It has no answers to choose from."]
    factories.guide_answer(question)
    assert lines("Gaps") == []


def test_heading_that_is_empty_is_found():
    PageText.objects.create(page="about", title=" ")
    assert len(lines("Gaps")) == 1


def test_photo_without_files_is_found():
    factories.photo(alt="A window", built_at=None)
    factories.photo()
    assert lines("Gaps") == ["photo: A window: Its files are not made yet. Until then pages show a drawing."]


def test_health_data_policy_has_its_link_on_the_home_page():
    page = factories.page(kind="health_data")
    assert lines("Gaps") == []
    page.is_in_footer = False
    page.save()
    [line] = lines("Gaps")
    assert "The home page has no link to it" in line


# Unused


def test_page_that_no_link_leads_to_is_found():
    factories.page(slug="plan", title="Plan", is_in_footer=False, body="[This](/plan/#part)")
    assert lines("Used nowhere") == ["page: Plan: No link leads to it."]


def test_page_in_the_footer_or_linked_from_another_is_used():
    factories.page(slug="plan", is_in_footer=False)
    factories.page(slug="script", is_in_footer=False)
    factories.page(body="[Plan](/plan/#part)")
    factories.signpost(path="/script/")
    assert lines("Used nowhere") == []


@pytest.mark.parametrize(
    "make",
    [
        lambda: Topic.objects.create(name="Sleep"),
        lambda: GroupType.objects.create(name="Skills", text="Practice."),
        lambda: Service.objects.create(name="Yoga", kind="support", text="Stretching."),
        lambda: SessionOutline.objects.create(name="Three hours"),
    ],
    ids=["topic", "kind of group", "service", "outline"],
)
def test_shared_words_that_nothing_uses_are_found(make):
    made = make()
    assert lines("Used nowhere") == [f"{made._meta.verbose_name}: {made}: Nothing uses it."]


def test_what_programs_use_is_used():
    program = factories.program_with_everything()
    outline = SessionOutline.objects.create(name="Three hours")
    program.tracks.update(outline=outline)
    factories.question()  # stands on the Questions page
    assert lines("Used nowhere") == []


# The guide


def test_crisis_that_the_guide_does_not_ask_about_is_found():
    program = factories.program(title="Day program")
    line = factories.criterion(program, kind=Criterion.Kind.CRISIS, text="You are in danger")
    heading = "Crises the guide does not ask about"
    assert lines(heading) == ["program: Day program: No answer of the guide says “You are in danger”."]
    factories.guide_answer(factories.guide_question(), line)
    assert lines(heading) == []


def test_criteria_of_a_program_that_is_not_published_can_wait():
    factories.criterion(factories.program(is_published=False), kind=Criterion.Kind.CRISIS)
    assert found().keys().isdisjoint({"Crises the guide does not ask about", "What the guide never says"})


# Words


def test_words_are_counted_where_they_are_edited():
    program = factories.program(title="Day program", lead="For addicts.")
    ProgramSection.objects.create(program=program, heading="Results", body="A cure, guaranteed. Act now!")
    assert lines("Words to look at") == ["program: Day program: “addicts”, “cure”, “guaranteed” and 1 more."]


def test_rows_inside_an_outline_are_read_too():
    outline = SessionOutline.objects.create(name="Three hours")
    SessionPart.objects.create(outline=outline, name="Talk", minutes=180, text="We cure.")
    assert lines("Words to look at") == ["session outline: Three hours: “cure”."]


def test_heading_that_names_another_program_is_found():
    ProgramSection.objects.create(program=factories.program(), heading="The goals of PRP", body="We care.")
    assert lines("Words to look at") == []
    factories.program(short_name="PRP")
    [line] = lines("Words to look at")
    assert line.endswith(": “PRP”.")


def test_exception_ends_it():
    factories.call_step(text="Users answer.")
    WordingException.objects.create(phrase="users", reason="Their own name.")
    assert lines("Words to look at") == []


# As a whole


def test_empty_site_needs_only_help_in_a_crisis_and_places_to_name():
    assert found().keys() == {"Help in a crisis", "Other places to name"}


def test_clinic_that_is_not_there_breaks_nothing(opening):
    Clinic.objects.all().delete()
    assert lines("Openings to check") == []


def test_nobody_is_told_of_what_they_may_not_see():
    factories.page(kind="privacy", body="[Lost](/lost/)")
    factories.call_step(text="Users answer.")
    allowed = found(may_view=lambda model: model is PageText)
    assert allowed == {}


def test_who_may_see_no_content_costs_no_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert found(may_view=lambda model: False) == {}


def test_every_task_leads_to_a_page_of_the_desk():
    """Each model is registered there, or edited with one that is."""
    for model in content_health.content_models():
        owner = content_health.EDITED_WITH.get(model)
        edited = model._meta.get_field(owner).related_model if owner else model
        has_words = bool(content_health.wording.columns(model))
        assert admin.site.is_registered(edited) or not has_words, model


def everything():
    program = factories.program_with_everything()
    factories.opening(program.tracks.get(), checked_at=timezone.now() - timedelta(days=9))
    line = factories.criterion(program, text="You want to stop")
    question = factories.guide_question()
    factories.guide_answer(question, line, text="Yes, users do")
    factories.guide_answer(question)
    factories.page(body="[Lost](/lost/) addict", is_in_footer=False)
    factories.alert(link_path="/lost/", link_label="More")
    factories.signpost(path="/lost/")
    factories.photo(built_at=None)
    group = factories.specialty_group()
    group.times.all().delete()
    Topic.objects.create(name=f"Unused {program.pk}")


def test_looking_costs_the_same_however_much_there_is(django_assert_num_queries):
    factories.clinic()
    everything()
    found()
    with CaptureQueriesContext(connection) as once:
        found()
    everything()
    everything()
    with django_assert_num_queries(len(once)):
        found()


def test_starting_content_is_in_order(starting_content):
    """But for what only people can do: look at openings, dial, review, ask a lawyer."""
    only_people = {"Openings to check", "Help lines to dial", "Content due for review", "Legal texts to have checked"}
    by_machine = {
        heading: tasks for heading, tasks in found(content_health.CHECKS).items() if heading not in only_people
    }
    assert by_machine == {}
