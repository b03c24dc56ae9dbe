"""The public pages about care: what they show, what they leave out, and what they cost."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from programs.models import ComparisonAnswer, ComparisonPoint, Criterion, Program, SessionOutline, SessionPart, Track
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clinic():
    return factories.clinic()


def main_of(client, path, data=None):
    """The text between the header and the footer, without what all pages share."""
    response = client.get(path, data)
    assert response.status_code == 200
    return re.search(r"<main.*?</main>", response.text, re.DOTALL)[0]


def headings(text):
    return [re.sub(r"<.*?>", "", found).strip() for found in re.findall(r"<h2[^>]*>(.*?)</h2>", text, re.DOTALL)]


def columns(text):
    return re.findall(r'<th scope="col"[^>]*>([^<]+)', re.search("<thead.*?</thead>", text, re.DOTALL)[0])


class TestPublishing:
    @pytest.mark.parametrize("path", ["/", "/programs/", "/compare/", "/groups/", "/questions/"])
    def test_a_page_without_content_still_answers(self, client, path):
        assert client.get(path).status_code == 200

    @pytest.mark.parametrize("make", [factories.program, factories.specialty_group])
    def test_only_what_is_published_has_a_page(self, client, make):
        assert client.get(make().get_absolute_url()).status_code == 200
        assert client.get(make(is_published=False).get_absolute_url()).status_code == 404

    @pytest.mark.parametrize("path", ["/programs/nothing/", "/groups/nothing/"])
    def test_an_unknown_address_is_not_found(self, client, path):
        assert client.get(path).status_code == 404

    def test_nothing_unpublished_is_named_on_any_page(self, client):
        hidden = factories.program_with_everything(
            is_published=False, is_main=True, title="Hidden program", short_name="Hidden program"
        )
        group = factories.specialty_group(is_published=False, name="Hidden group")
        shown = factories.program_with_everything(compares_with=hidden)
        group.programs.add(shown)
        hidden.specialty_groups.get().programs.add(shown)
        open_group = shown.specialty_groups.filter(is_published=True).first()
        for path in [
            "/",
            "/programs/",
            "/compare/",
            "/groups/",
            shown.get_absolute_url(),
            open_group.get_absolute_url(),
        ]:
            assert "Hidden" not in client.get(path).text, path

    def test_no_link_on_a_program_leads_to_one_that_is_not_published(self, client):
        shown = factories.program()
        hidden = factories.program(is_published=False)
        factories.criterion(shown, kind=Criterion.Kind.OTHER_LEVEL, suggests=hidden, text="You need more support.")
        text = main_of(client, shown.get_absolute_url())
        assert "You need more support." in text
        assert hidden.get_absolute_url() not in text


class TestHome:
    def test_it_draws_the_amounts_of_the_main_program_only(self, client):
        factories.full_track(factories.program())
        assert "The program at a glance" not in main_of(client, "/")
        factories.full_track(factories.program(is_main=True), session_minutes=240)
        text = main_of(client, "/")
        assert "<strong>4 hours</strong>" in text
        assert "<strong>3 to 5 days</strong>" in text

    def test_it_lists_what_is_offered_and_the_ladder_all_published_levels(self, client):
        factories.program(title="Ours")
        factories.program(title="Theirs", short_name="Theirs", is_offered=False)
        text = main_of(client, "/")
        assert ">Ours</a>" in text
        assert '<h3 class="middle"><a' in text
        assert "Theirs</a></h3>" not in text
        assert ">Theirs</a>" in text

    def test_its_lists_stand_in_the_order_staff_gave_them(self, client):
        factories.signpost(title="Second way", position=2)
        factories.signpost(title="First way", position=1)
        factories.call_step(title="Step")
        factories.question(question="On home?", on_home_page=True)
        factories.question(question="Elsewhere?")
        text = main_of(client, "/")
        assert text.index("First way") < text.index("Second way") < text.index("Step") < text.index("On home?")
        assert "Elsewhere?" not in text

    def test_a_main_program_without_tracks_takes_it_down_neither(self, client):
        factories.program(is_main=True)
        assert client.get("/").status_code == 200

    def test_a_track_without_groups_on_its_schedule_takes_no_page_down(self, client):
        made = factories.program()
        factories.track(made)
        for path in ["/", "/programs/", "/compare/", made.get_absolute_url()]:
            assert client.get(path).status_code == 200


class TestFilters:
    @pytest.fixture(autouse=True)
    def programs(self):
        iop = factories.program(title="Substances", level=factories.level(slug="iop", position=2))
        factories.full_track(iop)
        level = factories.level(slug="stay", position=1)
        mind = factories.program(title="Mind", level=level, for_substance_use=False, for_mental_health=True)
        factories.track(mind, part_of_day=Track.PartOfDay.ALL_DAY)
        both = factories.program(title="Both", level=level, for_mental_health=True, is_offered=False)
        factories.track(both, part_of_day=Track.PartOfDay.EVENING)

    def shown(self, client, **chosen):
        text = main_of(client, "/programs/", chosen)
        return set(re.findall(r'<h3 class="middle"><a[^>]*>(.*?)</a>', text))

    @pytest.mark.parametrize(
        ("chosen", "titles"),
        [
            ({}, {"Substances", "Mind", "Both"}),
            ({"concern": "substance-use"}, {"Substances", "Both"}),
            ({"concern": "mental-health"}, {"Mind", "Both"}),
            ({"level": "iop"}, {"Substances"}),
            ({"level": "stay"}, {"Mind", "Both"}),
            ({"time": "morning"}, {"Substances"}),
            ({"time": "evening"}, {"Both"}),
            ({"time": "all_day"}, {"Mind"}),
            ({"time": "afternoon"}, set()),
            ({"concern": "mental-health", "level": "stay", "time": "evening"}, {"Both"}),
            ({"concern": "mental-health", "level": "iop"}, set()),
            ({"concern": "x", "level": "<b>", "time": "now", "more": "1"}, {"Substances", "Mind", "Both"}),
        ],
    )
    def test_each_value_narrows_the_list_and_nonsense_is_ignored(self, client, chosen, titles):
        assert self.shown(client, **chosen) == titles

    def test_a_chosen_value_stays_chosen_and_can_be_undone(self, client):
        text = main_of(client, "/programs/", {"level": "stay"})
        assert '<option value="stay" selected>' in text
        assert "Show all" in text
        assert "Show all" not in main_of(client, "/programs/", {"level": "nonsense"})

    def test_no_match_says_so_and_what_to_do(self, client):
        text = main_of(client, "/programs/", {"time": "afternoon"})
        assert headings(text) == ["No program matches"]
        assert "see all programs" in text

    def test_a_match_elsewhere_only_is_not_called_ours(self, client):
        assert headings(main_of(client, "/programs/", {"time": "evening"})) == ["Not here, but we help you get there"]


class TestCompare:
    @pytest.fixture(autouse=True)
    def programs(self):
        point = ComparisonPoint.objects.create(name="Staff")
        for name in "abcdef":
            made = factories.program(slug=name, short_name=name.upper(), is_offered=name != "f")
            ComparisonAnswer.objects.create(program=made, point=point, text=f"Staff of {name}")

    @pytest.mark.parametrize(
        ("care", "shown"),
        [
            ([], "ABCD"),
            (["b", "f"], "BF"),
            (["f", "b"], "BF"),
            (["b", "nonsense", "b"], "B"),
            (["nonsense"], "ABCD"),
            (list("abcdef"), "ABCD"),
        ],
    )
    def test_it_shows_what_was_chosen_four_at_most_and_ignores_nonsense(self, client, care, shown):
        text = main_of(client, "/compare/", {"care": care})
        assert [name.strip() for name in columns(text)] == list(shown)
        assert re.findall(r"Staff of (\w)", text) == list(shown.lower())
        assert re.findall(r'value="(\w)"[^>]* checked', text) == list(shown.lower())

    def test_an_unpublished_program_cannot_be_chosen(self, client):
        Program.objects.filter(slug="b").update(is_published=False)
        assert [name.strip() for name in columns(main_of(client, "/compare/", {"care": ["a", "b"]}))] == ["A"]


class TestOpening:
    @pytest.mark.parametrize(("age", "shown"), [(timedelta(days=2), True), (timedelta(days=4), False)])
    def test_it_is_hidden_when_nobody_has_looked_for_days(self, client, age, shown):
        made = factories.program()
        factories.opening(factories.full_track(made), checked_at=timezone.now() - age)
        assert ("New people can start now." in main_of(client, made.get_absolute_url())) == shown


# What each page costs

PAGES = ["/", "/programs/", "/compare/", "/groups/", "/questions/", "/about/", "/help-now/", "/request/"]


def add_to_everything(program, group, times):
    """So many more of everything, on every page and on the pages of these two."""
    for _ in range(times):
        other = factories.program_with_everything()
        outline = SessionOutline.objects.create(name=other.slug)
        SessionPart.objects.create(outline=outline, name="All", minutes=180, text="A part.")
        for made in (program, other):
            factories.opening(factories.full_track(made, outline=outline))
            factories.criterion(made, kind=Criterion.Kind.OTHER_LEVEL, suggests=factories.program())
            made.sections.create(heading="More", body="A body.")
            made.points.create(kind="goal", text="A goal.")
        program.topics.add(*other.topics.all())
        program.questions.add(*other.questions.all())
        program.specialty_groups.add(*other.specialty_groups.all())
        group.programs.add(other)
        group.times.create(weekday=other.pk % 7, starts=f"{other.pk % 24}:{other.pk % 60:02}")
        for make in [factories.signpost, factories.call_step, factories.support_group, factories.location]:
            make()
        factories.help_line()
        factories.alert()


@pytest.mark.parametrize("page", [*PAGES, "program", "group"])
def test_a_page_costs_as_little_with_ten_times_the_content(client, page, django_assert_max_num_queries):
    group = factories.specialty_group()
    program = factories.program(is_main=True, compares_with=factories.program_with_everything())
    address = {"program": program.get_absolute_url(), "group": group.get_absolute_url()}.get(page, page)
    add_to_everything(program, group, 1)
    with django_assert_max_num_queries(8) as costs:
        assert client.get(address).status_code == 200
    add_to_everything(program, group, 9)
    with django_assert_max_num_queries(len(costs)):
        assert client.get(address).status_code == 200
