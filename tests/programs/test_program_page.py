"""A program's page: each chapter stands there only when it has something to say, and a crisis line always with 988."""

import re
from datetime import time

import pytest

from programs.models import (
    ComparisonAnswer,
    ComparisonPoint,
    Criterion,
    GroupType,
    ProgramPoint,
    ProgramSection,
    ProgramService,
    Service,
    SessionOutline,
    SessionPart,
    Topic,
)
from tests import factories
from tests.programs.test_views import headings, main_of

pytestmark = pytest.mark.django_db

ALWAYS = ["contents-title"]


@pytest.fixture(autouse=True)
def clinic():
    return factories.clinic()


@pytest.fixture
def program():
    return factories.program(short_name="Day IOP")


def shown(client, program):
    return main_of(client, program.get_absolute_url())


def anchors(text):
    return re.findall(r'<h2[^>]* id="([\w-]+)"', text)


def add_point(kind):
    return lambda program: ProgramPoint.objects.create(program=program, kind=kind, text="A point of this kind.")


def add_service(program):
    service = Service.objects.create(name="Therapy", kind=Service.Kind.THERAPY, text="A service.")
    ProgramService.objects.create(program=program, service=service, availability="partner")


def add_outline(program):
    outline = SessionOutline.objects.create(name="Usual")
    SessionPart.objects.create(outline=outline, name="Check-in", minutes=20, text="Hello.", position=1)
    SessionPart.objects.create(outline=outline, name="Skills", minutes=70, text="Practice.", position=2)
    factories.full_track(program, outline=outline)


def add_group_type(program):
    program.group_types.add(GroupType.objects.create(name="Skills", text="You practice."))


CHAPTERS = [
    ("about", lambda made: ProgramSection.objects.create(program=made, heading="What it is", body="A body.")),
    ("week", factories.full_track),
    ("work", lambda made: made.topics.create(name="Sleep")),
    ("work", add_point("goal")),
    ("work", add_group_type),
    ("services", add_service),
    ("fit", factories.criterion),
    ("start", add_point("entry")),
    ("start", add_point("expectation")),
    ("weigh", add_point("benefit")),
    ("weigh", add_point("weigh")),
    ("more-groups", lambda made: factories.specialty_group().programs.add(made)),
    ("questions", lambda made: made.questions.add(factories.question())),
]


class TestChapters:
    def test_a_program_with_nothing_in_its_lists_has_no_empty_heading(self, client, program):
        assert headings(shown(client, program)) == []

    @pytest.mark.parametrize(("anchor", "add"), CHAPTERS)
    def test_a_chapter_stands_there_when_it_has_something_to_say(self, client, program, anchor, add):
        add(program)
        text = shown(client, program)
        assert [name for name in anchors(text) if name != "glance"] == [*ALWAYS, anchor]
        assert f'<a href="#{anchor}">{headings(text)[-1]}</a>' in text

    def test_all_of_them_have_their_own_anchors(self, client, program):
        for _anchor, add in CHAPTERS:
            add(program)
        text = shown(client, program)
        assert set(anchors(text)) == {"glance", *ALWAYS, *(anchor for anchor, _add in CHAPTERS)}
        found = re.findall(r'id="([\w-]+)"', text)
        assert len(found) == len(set(found))

    def test_a_list_without_items_leaves_its_small_heading_out_too(self, client, program):
        add_point("benefit")(program)
        text = shown(client, program)
        assert "What helps" in text
        assert "What to weigh" not in text
        factories.criterion(program)
        assert "Another place may be safer if" not in shown(client, program)

    def test_a_topic_by_choice_says_so(self, client, program):
        program.topics.add(Topic.objects.create(name="Sleep"), Topic.objects.create(name="Faith", by_choice=True))
        text = shown(client, program)
        assert re.search(r"Faith <span[^>]*>\(if you want it\)", text)
        assert text.count("(if you want it)") == 1

    def test_services_stand_under_how_they_can_be_had(self, client, program):
        add_service(program)
        text = shown(client, program)
        assert text.index("With a partner") < text.index("Therapy")
        assert "Included" not in text

    def test_an_empty_line_starts_a_new_paragraph(self, client, program):
        ProgramSection.objects.create(program=program, heading="What", body="One.\n\nTwo <b>two</b>.")
        text = shown(client, program)
        assert ">What</h" in text
        assert "<p>One.</p>\n\n<p>Two &lt;b&gt;two&lt;/b&gt;.</p>" in text


class TestFit:
    @pytest.mark.parametrize("is_offered", [True, False])
    def test_a_crisis_line_always_stands_beside_the_help_lines(self, client, is_offered):
        made = factories.program(is_offered=is_offered)
        factories.criterion(made, kind=Criterion.Kind.CRISIS, text="You are in danger.")
        callout = re.search(r'<div class="callout">.*?</div>', shown(client, made), re.DOTALL)[0]
        assert callout.index("You are in danger.") < callout.index('href="tel:988"')
        assert 'href="sms:988"' in callout
        assert 'href="tel:911"' in callout

    def test_a_line_about_another_level_leads_to_the_program_that_may_be_safer(self, client, program):
        safer = factories.program(short_name="A stay")
        text = "You need more support."
        factories.criterion(program, kind=Criterion.Kind.OTHER_LEVEL, text=text, suggests=safer)
        page = shown(client, program)
        assert re.search(rf'{re.escape(text)}.*<a href="{safer.get_absolute_url()}">See A stay</a>', page)
        assert ".." not in page
        assert client.get(safer.get_absolute_url()).status_code == 200


class TestTracks:
    def test_the_sentence_is_computed_for_each_track(self, client, program):
        factories.full_track(program, individual_sessions=1, group_size_min=6, group_size_max=12)
        factories.track(program, name="Evening track", part_of_day="evening", session_minutes=120)
        text = shown(client, program)
        words = (
            "Three hours, three to five days a week, mornings. Groups meet 9 am to noon."
            " That makes 9 to 15 hours of groups a week and 1 individual session."
        )
        assert words in text
        assert "Two hours, three to five days a week, evenings." in text

    def test_the_week_shows_each_session_and_what_is_by_choice(self, client, program):
        track = factories.full_track(program)
        factories.slot(track, 2, time(17, 30), kind="family", minutes=60, by_choice=True)
        table = re.search("<table.*?</table>", shown(client, program), re.DOTALL)[0]
        assert table.count(">Group</span>") == 5
        assert ">Family <small>5:30 to 6:30 pm</small></span>" in table
        assert table.count('class="slot slot--choice"') == 3
        assert "9 am to noon" in table

    def test_a_track_without_slots_and_one_by_day_and_night_have_no_week(self, client, program):
        factories.track(program)
        factories.full_track(program, part_of_day="all_day", days_min=7, days_max=7, session_minutes=1440)
        assert "<table" not in shown(client, program)

    def test_a_session_is_told_part_by_part_with_its_times(self, client, program):
        add_outline(program)
        text = shown(client, program)
        assert "session" in anchors(text)
        assert re.findall(r'<time[^>]*datetime="([\d:]+)">(.*?)</time>', text) == [
            ("09:00", "9 am"),
            ("09:20", "9:20 am"),
        ]
        assert text.index("Check-in") < text.index("Skills")

    def test_tracks_that_share_an_outline_tell_it_once(self, client, program):
        add_outline(program)
        factories.track(program, outline=program.tracks.get().outline)
        assert shown(client, program).count("Check-in") == 1


class TestComparison:
    def answer(self, program, words):
        point, _ = ComparisonPoint.objects.get_or_create(name="Staff")
        ComparisonAnswer.objects.create(program=program, point=point, text=words)

    def test_two_programs_stand_side_by_side(self, client, program):
        program.compares_with = factories.program(short_name="Stay")
        program.save()
        self.answer(program, "During sessions")
        self.answer(program.compares_with, "Day and night")
        self.answer(factories.program(), "Unseen")
        text = shown(client, program)
        assert anchors(text) == [*ALWAYS, "compare"]
        assert re.findall(r'data-label="([\w ]+)">(During sessions|Day and night|Unseen)<', text) == [
            ("Day IOP", "During sessions"),
            ("Stay", "Day and night"),
        ]

    def test_with_an_unpublished_program_there_is_no_comparison(self, client, program):
        program.compares_with = factories.program(short_name="Stay", is_published=False)
        program.save()
        self.answer(program, "During sessions")
        self.answer(program.compares_with, "Day and night")
        text = shown(client, program)
        assert anchors(text) == []
        assert "Stay" not in text

    def test_what_both_programs_share_stands_there_once(self, client, program):
        program.compares_with = factories.program()
        program.save()
        question = factories.question(question="Is it for me?")
        topic = Topic.objects.create(name="Sleep")
        group = factories.specialty_group(name="Walks")
        for made in (program, program.compares_with):
            made.questions.add(question)
            made.topics.add(topic)
            made.specialty_groups.add(group)
        text = shown(client, program)
        assert [text.count(words) for words in ("Is it for me?", "<span>Sleep", ">Walks</a>")] == [1, 1, 1]


class TestElsewhere:
    def test_care_that_is_not_offered_here_says_so(self, client, program):
        assert "We help you get there" not in shown(client, program)
        assert "We help you get there" in shown(client, factories.program(is_offered=False))

    def test_other_names_are_shown_where_there_are_any(self, client, program):
        assert "Also called" not in shown(client, program)
        assert "Also called: IOP, day care" in shown(client, factories.program(aliases="IOP, day care"))


class TestGroup:
    def test_it_shows_when_who_and_which_published_programs(self, client, program):
        group = factories.specialty_group(size_max=10, bring="Warm clothes")
        group.programs.add(program, factories.program(is_published=False, short_name="Hidden"))
        text = main_of(client, group.get_absolute_url())
        for words in [
            "Tuesdays, 5 to 6 pm",
            "Anyone.",
            "A counselor",
            "Up to 10 people",
            "Warm clothes",
            ">Day IOP</a>",
        ]:
            assert words in text
        assert "Hidden" not in text

    def test_it_leaves_out_what_is_not_known(self, client):
        group = factories.specialty_group()
        group.times.all().delete()
        text = main_of(client, group.get_absolute_url())
        for label in ["When", "Size", "Bring", "Open to"]:
            assert f"<dt>{label}</dt>" not in text
