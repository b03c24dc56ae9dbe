"""The search page: what it answers, what help comes first, and what it never lets out."""

import re

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tinyhtml5 import parser as html_parser

from clinic.models import Page, PageText
from programs.models import Program
from programs.search import MOST_WORDS
from tests import factories

pytestmark = pytest.mark.django_db

SEARCH = "/search/"


@pytest.fixture(autouse=True)
def clinic():
    return factories.clinic()


@pytest.fixture
def iop():
    return factories.program(title="Intensive outpatient program", aliases="IOP", summary="Groups by day.", slug="iop")


def main_of(response):
    assert response.status_code == 200
    return re.search(r"<main.*?</main>", response.text, re.DOTALL)[0]


def asked(client, typed):
    return main_of(client.post(SEARCH, {"q": typed}))


def headings(text):
    return re.findall(r"<h2[^>]*>(.*?)</h2>", text, re.DOTALL)


def links(text):
    return re.findall(r'<h3 class="minor"><a href="(.*?)">', text)


class TestResults:
    def test_before_anything_is_typed_there_is_only_the_form(self, client):
        text = main_of(client.get(SEARCH))
        assert 'type="search"' in text
        assert '<form class="search" method="post" action="/search/"' in text
        assert 'role="status"' not in text
        assert "Error" not in text
        assert headings(text) == []

    def test_results_stand_in_groups_with_the_words_marked(self, client, iop):
        factories.specialty_group(name="IOP walks", slug="walks")
        factories.question(question="What is IOP?", slug="what")
        text = asked(client, "iop")
        assert headings(text)[:1] == ["Programs"]
        assert {"Programs", "Groups", "Questions and answers"} <= set(headings(text))
        assert links(text)[0] == "/programs/iop/"
        assert {"/groups/walks/", "/questions/#what"} <= set(links(text))
        assert "Also called: <mark>IOP</mark>" in text
        assert "What is <mark>IOP</mark>?" in text
        assert re.search(r'role="status">\d results for “iop”\.', text)

    def test_content_stays_text(self, client):
        factories.question(question="Is <b>it</b> & that?", answer="A horse & <script>alert(1)</script>.")
        text = asked(client, "horse")
        assert "Is &lt;b&gt;it&lt;/b&gt; &amp; that?" in text
        assert "A <mark>horse</mark> &amp; &lt;script&gt;alert(1)&lt;/script&gt;." in text

    def test_what_was_typed_stays_text_and_stays_in_the_field(self, client):
        text = asked(client, '"><script>alert(1)</script>')
        assert "<script>" not in text
        assert 'value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"' in text

    def test_a_typing_error_is_forgiven_and_named(self, client):
        factories.question(answer="Ask your counselor.")
        assert "Showing results for “counselor”. 1 result." in asked(client, "counsler")

    def test_an_alias_finds_what_is_called_otherwise(self, client, iop):
        assert links(asked(client, "rehab")) == []
        factories.search_alias("rehab", "outpatient program")
        assert links(asked(client, "rehab")) == ["/programs/iop/"]

    def test_more_results_than_fit_are_counted(self, client):
        for _ in range(10):
            factories.question(answer="A horse.")
        text = asked(client, "horse")
        assert "10 results" in text
        assert "There are 2 more." in text

    def test_of_many_words_the_first_ones_count_and_the_page_says_so(self, client):
        factories.question(answer="A horse.")
        assert f"the first {MOST_WORDS} words" in asked(client, "horse " * 20)
        assert "the first" not in asked(client, "horse")

    def test_what_staff_change_is_found_at_once(self, client, iop):
        assert links(asked(client, "sailing")) == []
        Program.objects.update(summary="Sailing by day.")
        assert links(asked(client, "sailing")) == ["/programs/iop/"]
        Program.objects.update(is_published=False)
        assert links(asked(client, "sailing")) == []

    def test_nothing_found_says_what_to_try(self, client):
        text = asked(client, "zzzz")
        assert "No results for “zzzz”." in text
        for address in ("/programs/", "/questions/", "/help-now/", "tel:+12075550100"):
            assert f'href="{address}"' in text
        PageText.objects.create(page="search", place="nothing", title="Not here", text="Try again.")
        assert "Not here" in asked(client, "zzzz")

    def test_every_answer_is_valid_html(self, client, iop):
        factories.question(answer="A horse & <b>more</b>.")
        for typed in ("iop horse", "suicide", "zzzz", "", '"<\0&'):
            reader = html_parser.HTMLParser()
            text = client.post(SEARCH, {"q": typed}).text
            reader.parse(text)
            ids = re.findall(r'\sid="([^"]*)"', text)
            assert (reader.errors, len(ids)) == ([], len(set(ids))), typed

    @pytest.mark.parametrize("typed", ["", "   ", "???", "🐎", "\0"])
    def test_without_a_word_one_sentence_says_what_to_do(self, client, typed):
        response = client.post(SEARCH, {"q": typed})
        text = main_of(response)
        assert text.count("Type a word or two") == 1
        assert 'aria-invalid="true"' in text
        assert re.search("<title>Error: ", response.text)
        assert 'role="status"' not in text


class TestCrisis:
    @pytest.mark.parametrize("typed", ["I want to die", "sucide", "my husband hits me"])
    @pytest.mark.parametrize("has_results", [True, False])
    def test_help_stands_above_everything_also_when_nothing_is_found(self, client, typed, has_results):
        if has_results:
            factories.question(answer=f"About {typed}.")
        text = asked(client, typed)
        callout = text.index('<div class="callout">')
        assert callout < text.index("<form")
        for address in ("tel:988", "sms:988", "tel:911"):
            assert f'href="{address}"' in text[callout : text.index("<form")]
        assert bool(links(text)) == has_results
        assert ('role="status"' in text) == has_results

    def test_without_results_there_is_only_help(self, client):
        text = asked(client, "kill myself")
        assert "You do not need the right words." in text
        for cold in ("No results", "What you looked for is below", "Try one word"):
            assert cold not in text

    @pytest.mark.parametrize(("typed", "known"), [("sucide", "suicide"), ("necesito morir", "necessity")])
    def test_no_word_is_corrected(self, client, typed, known):
        factories.question(answer=f"About {known}.")
        assert links(asked(client, typed)) == []

    @pytest.mark.parametrize(
        ("typed", "first", "naloxone"),
        [
            ("overdose", "tel:911", True),
            ("not breathing", "tel:911", True),
            ("seizure", "tel:911", False),
            ("he hits me", "tel:+18007997233", False),
            ("my husband beats me", "tel:+18007997233", False),
            ("abuse at home", "tel:+18007997233", False),
            ("suicide", "tel:988", False),
        ],
    )
    def test_the_number_that_helps_most_comes_first(self, client, typed, first, naloxone):
        text = asked(client, typed)
        assert re.findall('href="(tel:[^"]*)"', text)[0] == first
        assert ("If you have naloxone, use it." in text) == naloxone
        assert ("Call 911 now." in text) == (first == "tel:911")

    def test_somebody_who_is_hurt_at_home_learns_how_to_leave_this_site(self, client):
        assert "Someone may be watching?" not in asked(client, "he hits me")
        page = factories.page(slug="leaving", kind=Page.Kind.LEAVING, short_title="Leaving safely")
        assert f'Someone may be watching? <a href="{page.get_absolute_url()}">Leaving safely</a>' in asked(
            client, "he hits me"
        )
        assert "Someone may be watching?" not in asked(client, "suicide")

    @pytest.mark.parametrize(("typed", "is_offered"), [("no puedo más", True), ("mi hermano", True), ("zzzz", False)])
    def test_spanish_that_finds_nothing_is_answered_in_spanish(self, client, typed, is_offered):
        page = factories.page(slug="languages", kind=Page.Kind.LANGUAGES)
        text = asked(client, typed)
        assert ("988, opción 2" in text) == is_offered
        assert (f'<a href="{page.get_absolute_url()}">Ayuda en su idioma</a>' in text) == is_offered

    def test_its_words_are_those_of_staff(self, client):
        PageText.objects.create(
            page="search", place="crisis", title="Talk to someone", text="We are glad you are here."
        )
        text = asked(client, "suicide")
        assert "Talk to someone" in text
        assert "We are glad you are here." in text

    def test_on_other_days_it_is_not_there(self, client, iop):
        assert "callout" not in asked(client, "iop")
        assert "callout" not in asked(client, "zzzz")
        assert "callout" not in main_of(client.get(SEARCH))


class TestPrivacy:
    def test_words_travel_in_the_body_and_the_field_keeps_no_list(self, client):
        form = re.search(r"<form.*?</form>", main_of(client.get(SEARCH)), re.DOTALL)[0]
        assert 'method="post"' in form
        assert 'autocomplete="off"' in form
        assert "csrf" not in form

    def test_words_in_an_address_are_not_looked_for(self, client, iop):
        assert main_of(client.get(SEARCH, {"q": "iop"})) == main_of(client.get(SEARCH))

    def test_the_title_the_address_and_the_links_say_nothing_of_it(self, client, iop):
        page = client.post(SEARCH, {"q": "iop quillon"}).text
        assert "quillon" not in re.search("<head>.*?</head>", page, re.DOTALL)[0].lower()
        assert not re.search(r'(href|action|src)="[^"]*quillon', page)

    def test_no_cookie_is_set_and_none_is_needed(self, iop):
        client = Client(enforce_csrf_checks=True)
        response = client.post(SEARCH, {"q": "iop"}, headers={"origin": "null"})
        assert response.status_code == 200
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")

    def test_no_shared_cache_keeps_it(self, client):
        assert client.post(SEARCH, {"q": "iop"})["Cache-Control"] == "private, no-cache"

    @pytest.mark.parametrize("method", ["put", "delete", "patch"])
    def test_other_methods_are_refused(self, client, method):
        assert getattr(client, method)(SEARCH).status_code == 405


class TestAnythingTyped:
    @pytest.mark.parametrize(
        "typed", ["\0", '"', "NEAR(", "*", "a" * 100_000, "\ud800", "ab " * 50_000, "title:x OR -"]
    )
    def test_it_is_answered(self, client, typed):
        asked(client, typed.encode("utf-8", "replace").decode())

    @given(typed=st.text())
    @settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_any_text_is_answered(self, client, typed):
        asked(client, typed.encode("utf-8", "replace").decode())

    @given(body=st.binary())
    @settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_any_bytes_are_answered(self, client, body):
        response = client.post(SEARCH, b"q=" + body, content_type="application/x-www-form-urlencoded")
        assert response.status_code == 200


def test_it_costs_the_same_with_ten_times_the_content(client, django_assert_max_num_queries):
    factories.program_with_everything()
    with django_assert_max_num_queries(8) as few:
        asked(client, "program group session")
    factories.page(kind=Page.Kind.LEAVING)
    factories.page(kind=Page.Kind.LANGUAGES)
    for typed in ("he hits me", "me pega", "no puedo más", "mi hermano"):
        with django_assert_max_num_queries(8):
            asked(client, typed)
    for _ in range(10):
        factories.program_with_everything()
        factories.support_group()
    with django_assert_max_num_queries(len(few)):
        asked(client, "program group session")
