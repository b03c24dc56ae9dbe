"""What the search can find: all that is public, nothing else, and each at a place that exists."""

import re

import pytest

from clinic.models import Clinic, InsurancePlan, LanguageLine, Page
from programs import findable
from programs.models import (
    ComparisonPoint,
    Criterion,
    Program,
    ProgramSection,
    Service,
    SessionOutline,
    SessionPart,
    Topic,
)
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clinic():
    return factories.clinic(headline="Get help", headline_end="today", lead="A clinic by the sea.")


def documents():
    return findable.documents(findable.read(Clinic.load()))


def text_of(document):
    return "\n".join(
        [document.title, document.also_called, document.keywords, *(text for _, text in document.passages)]
    )


def holding(words):
    return [document for document in documents() if words in text_of(document)]


def places(words):
    """The addresses of the passages with these words."""
    return [
        f"{document.path}#{anchor}" if anchor else document.path
        for document in documents()
        for anchor, text in document.passages
        if words in text
    ]


def test_every_list_of_a_program_is_found_in_its_chapter():
    made = factories.program_with_everything(slug="iop", aliases="Day care", led_by="a nurse")
    ProgramSection.objects.create(program=made, heading="Second", body="More of it.", position=2000)
    for words, anchor in [
        ("A body.", "about"),
        ("More of it.", "more"),
        ("You have a home.", "fit"),
        ("You need more support.", "fit"),
        ("You are in danger.", "fit"),
        ("Morning track (morning, in person)", "week"),
        ("Mondays, Tuesdays", "week"),
        (Topic.objects.get().name, "work"),
        ("A kind.", "work"),
        (Service.objects.get().name, "services"),
        ("A point.", "start"),
        ("A point.", "weigh"),
    ]:
        assert f"/programs/iop/#{anchor}" in places(words), words
    document = next(document for document in documents() if document.path == "/programs/iop/")
    assert document.also_called == "Day care"
    assert made.short_name in document.keywords
    assert "/programs/iop/" in places("Led by a nurse")


def test_groups_meetings_questions_and_help_lines_are_found():
    factories.specialty_group(slug="horses", body="Brush a horse.")
    factories.support_group(name="Quiet meeting", kind="twelve_step")
    factories.question(slug="pets", answer="First.\n\nPets stay home.")
    factories.help_line(name="Poison line", extra="In Spanish too.")
    assert places("Brush a horse.") == ["/groups/horses/"]
    assert places("Tuesdays") == ["/groups/horses/"]
    assert places("Wednesdays") == ["/groups/#support"]
    assert [document.keywords for document in holding("Quiet meeting")] == ["12-step"]
    assert places("Pets stay home.") == ["/questions/#pets"]
    assert places("In Spanish too.") == ["/help-now/"]


def test_the_clinics_facts_stand_where_texts_name_them():
    factories.page(slug="es", kind=Page.Kind.LANGUAGES, body="{clinic} is in {city}. Call {phone}.")
    LanguageLine.objects.create(name="Spanish", own_name="Español", code="es", text="Llame al {phone} hoy.")
    assert places("Llame al (207) 555-0100 hoy.") == ["/es/"]
    assert places("Test Clinic is in Testing. Call (207) 555-0100.") == ["/es/"]
    assert holding("{") == []


def test_legal_pages_come_last():
    factories.page(slug="privacy", kind=Page.Kind.PRIVACY)
    factories.page(slug="families", kind=Page.Kind.FAMILIES)
    assert [document.path for document in documents() if document.comes_last] == ["/privacy/"]


def test_pages_are_found_without_the_marks_of_their_text():
    factories.page(
        slug="cost",
        kind=Page.Kind.COST,
        body="Intro.\n\n## Words *to* know\n\n- A [copay](/x/) is\nfixed.\n\n## Last\n\nEnd.",
    )
    InsurancePlan.objects.create(name="Plan A", kind="private")
    assert places("Intro.") == ["/cost/"]
    assert places("Words to know") == ["/cost/#part-1"]
    assert places("A copay is fixed.") == ["/cost/#part-1"]
    assert places("End.") == ["/cost/#part-2"]
    assert places("Plan A") == ["/cost/"]


def test_a_page_that_cannot_be_read_takes_no_other_with_it(monkeypatch, caplog):
    factories.page(slug="broken", title="Broken page", body="Words of it.")
    factories.page(slug="whole", title="Whole page", body="Other words.")
    rendered = findable.Rendered

    def fail(text):
        if "of it" in text:
            raise ValueError("Invalid IPv6 URL")
        return rendered(text)

    monkeypatch.setattr(findable, "Rendered", fail)
    assert places("Other words.") == ["/whole/"]
    assert "/broken/" in {document.path for document in documents()}
    assert "cannot be read" in caplog.text


def test_what_stands_on_the_pages_of_the_site_is_found():
    factories.location(name="Branch", access="Ramp at the back.")
    factories.signpost(text="Where to begin")
    factories.call_step(text="They ask for a name.")
    factories.guide_question(question="Is home safe?")
    made = factories.program_with_everything(short_name="Day IOP")
    made.level.summary = "Home is safe."
    made.level.save()
    for words, path in [
        ("A clinic by the sea.", "/"),
        ("Where to begin", "/"),
        ("They ask for a name.", "/"),
        ("Ramp at the back.", "/about/"),
        ("License 1", "/about/"),
        ("Is home safe?", "/is-iop-right-for-me/"),
        ("Home is safe.", "/compare/"),
        ("Day IOP. An answer.", "/compare/"),
    ]:
        assert path in places(words), words


def test_nothing_that_is_not_published_is_found():
    hidden = factories.program_with_everything(
        is_published=False, title="Hidden", short_name="Hidden", aliases="Hidden"
    )
    group = factories.specialty_group(is_published=False, name="Hidden")
    shown = factories.program(title="Shown")
    group.programs.add(shown)
    factories.criterion(shown, kind=Criterion.Kind.OTHER_LEVEL, suggests=hidden, text="More support.")
    for row in (hidden.sections.get(), hidden.points.first(), hidden.criteria.first(), hidden.tracks.get()):
        for field in ("heading", "text", "name"):
            if hasattr(row, field):
                setattr(row, field, "Hidden")
        row.save()
    hidden.level.summary = "Hidden"
    hidden.level.save()
    Topic.objects.update(name="Hidden")
    Service.objects.update(text="Hidden")
    ComparisonPoint.objects.update(name="Hidden")
    factories.page(is_published=False, title="Hidden", kind=Page.Kind.COST)
    factories.page(is_published=False, title="Hidden", kind=Page.Kind.LANGUAGES)
    InsurancePlan.objects.create(name="Hidden", kind="private")
    LanguageLine.objects.create(name="Hidden", own_name="Hidden", code="es", text="Hidden")
    assert holding("Hidden") == []
    assert holding("Shown") != []
    Program.objects.update(is_published=True)
    assert len(holding("Hidden")) > 1


def test_every_place_exists(client):
    shown = factories.program_with_everything()
    ProgramSection.objects.create(program=shown, heading="Second", body="More.", position=2000)
    outline = SessionOutline.objects.create(name="One")
    SessionPart.objects.create(outline=outline, name="Check-in", minutes=180, text="You say how you are.")
    shown.tracks.update(outline=outline)
    factories.support_group()
    factories.page()
    everywhere = {
        (document.path.partition("#")[0], anchor or document.path.partition("#")[2])
        for document in documents()
        for anchor, _ in document.passages
    }
    assert {anchor for _, anchor in everywhere} >= {*findable.CHAPTERS.values(), "about", "support", "part-1"}
    for path, anchor in everywhere:
        response = client.get(path)
        assert response.status_code == 200, path
        assert not anchor or re.search(rf'\sid="{anchor}"', response.text), (path, anchor)


def test_one_query_reads_it_all_however_much_there_is(django_assert_num_queries):
    for _ in range(3):
        factories.program_with_everything()
    clinic = Clinic.load()
    with django_assert_num_queries(1):
        findable.documents(findable.read(clinic))


def test_rows_that_did_not_change_are_the_same_rows():
    factories.program_with_everything()
    before = findable.read(Clinic.load())
    assert findable.read(Clinic.load()) == before
    factories.call_step()
    assert findable.read(Clinic.load()) != before
