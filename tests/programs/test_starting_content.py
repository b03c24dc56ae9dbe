"""The starting content is true to itself, kind in its words, easy to read, and leads nowhere that is not there."""

import re
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import models, transaction
from django.test import Client
from django.urls import reverse

from clinic import content
from clinic.management.commands.load_content import content_files
from clinic.models import Alert, LoadedEntry, PageText, Signpost
from programs import rules
from programs.models import Program, SpecialtyGroup, Track

pytestmark = pytest.mark.django_db

# What people must never be called, and what a clinic may not claim (requirements 4.5 and L10).
STIGMA = (
    r"addicts?|alcoholics?|users?|junkies?|drug abuse|substance abuse|abusers?|clean|dirty|suffer\w*|victims?"
    r"|mentally ill|commit\w* suicide|relapsers?"
)
CLAIMS = (
    r"100 ?%|hipaa[ -](compliant|certified)|guarantee\w*|cures?|cured|success rates?|#1|number one|\d+ ?(%|percent)"
)
BANNED = re.compile(rf"(?<!\w)({STIGMA}|{CLAIMS})(?!\w)", re.IGNORECASE)
# Names that groups have given themselves.
OWN_NAMES = re.compile(r"Alcoholics Anonymous|Adult Children of Alcoholics")
# Whoever types an amount that is computed will one day contradict it.
NUMBER = r"(\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
AMOUNT = re.compile(rf"\b{NUMBER}( (to|or) {NUMBER})? (hours?|days?|times) (a|per|each|every) week\b", re.IGNORECASE)
GRADE, FORM_GRADE, FEWEST_WORDS = 8, 6, 30


def texts():
    """(where, words) of every text column of every row that came with the starting content."""
    for app in ("clinic", "programs"):
        for model in apps.get_app_config(app).get_models():
            columns = [
                field.name
                for field in model._meta.get_fields()
                if isinstance(field, models.CharField | models.TextField) and not field.choices
            ]
            for row in model.objects.all() if model is not LoadedEntry else []:
                for column in columns:
                    if words := getattr(row, column):
                        yield f"{model._meta.label}.{column} “{row}”", words


def syllables(word):
    word = re.sub(r"[^a-z]", "", word.lower())
    if len(word) > 3:
        word = re.sub(r"(?<![aeiouyl])(es|ed)$|(?<!l)e$", "", word)
    return max(len(re.findall(r"[aeiouy]+", word)), 1)


def grade(text):
    """The Flesch-Kincaid grade: the years of school that a text asks for."""
    sentences = [part for part in re.split(r"[.!?:]+\s|\n{2,}", text) if re.search(r"\w", part)]
    words = re.findall(r"[A-Za-z’'-]*[A-Za-z][A-Za-z’'-]*", text)
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def public_addresses():
    names = ["home", "request_sent", "sitemap", "robots", *PageText.Page.values]
    rows = [*Program.objects.published(), *SpecialtyGroup.objects.published()]
    return [reverse(name) for name in names] + [row.get_absolute_url() for row in rows]


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    """All that the tests look at, gathered once: loading takes a second, and nothing here changes it."""
    with django_db_blocker.unblock(), transaction.atomic():
        content.load(content_files())
        signposts = Signpost.objects.values_list("path", flat=True)
        alerts = Alert.objects.exclude(link_path="").values_list("link_path", flat=True)
        client = Client()
        found = SimpleNamespace(
            texts=list(texts()),
            tracks=list(Track.objects.select_related("program__level").prefetch_related("slots", "outline__parts")),
            offered=list(Program.objects.published().filter(is_offered=True).prefetch_related("criteria", "tracks")),
            links=[*signposts, *alerts],
            pages={address: client.get(address) for address in public_addresses()},
        )
        transaction.set_rollback(True)
    return found


# True to itself


def test_no_track_contradicts_itself_or_is_unusual_for_its_level(site):
    assert site.tracks
    for track in site.tracks:
        assert rules.contradictions(track, track.slots.all()) == [], track
        assert rules.unusual_hours(track) == "", track


def test_every_program_we_offer_says_whom_it_fits_and_when_it_is(site):
    assert site.offered
    for program in site.offered:
        criteria = program.criteria.all()
        assert rules.missing_to_publish(program, len(criteria), len(program.tracks.all())) == []
        assert "crisis" in {line.kind for line in criteria}, program


def test_there_is_a_main_program_for_the_home_page_to_draw(site):
    assert [program.is_main for program in site.offered].count(True) == 1
    assert "Substance use IOP at a glance" in site.pages["/"].text


def test_every_page_answers_and_shows_no_gap(site):
    for address, response in site.pages.items():
        assert response.status_code == 200, address
        seen = re.sub(r'"[^"]*"|<script.*?</script>', "", response.text, flags=re.DOTALL)
        for gap in ["None", "{{", "{%", ".."]:
            assert gap not in seen, (address, gap)


def leads_somewhere(site, link):
    path, _, anchor = link.partition("#")
    return path in site.pages and (not anchor or f'id="{anchor}"' in site.pages[path].text)


def test_every_link_of_a_signpost_or_alert_leads_to_what_is_there(site):
    assert site.links
    assert [link for link in site.links if not leads_somewhere(site, link)] == []


def test_every_link_between_our_own_pages_leads_to_what_is_there(site):
    for address, response in site.pages.items():
        links = set(re.findall(r'href="(/[^"?]*)', response.text))
        own = {link for link in links if not link.startswith("/static/")}
        assert [link for link in own if not leads_somewhere(site, link)] == [], address


# Words


def test_no_word_hurts_and_no_claim_is_one_that_a_clinic_may_not_make(site):
    found = [(where, match[0]) for where, words in site.texts if (match := BANNED.search(OWN_NAMES.sub("", words)))]
    assert found == []


@pytest.mark.parametrize(
    "words",
    ["an addict", "Users say", "He is clean.", "We guarantee it", "100% confidential", "HIPAA-compliant", "#1 care"],
)
def test_the_list_of_such_words_finds_them(words):
    assert BANNED.search(words)


@pytest.mark.parametrize("words", ["cleaning up", "Userland", "people who use drugs", "a secure place", "addiction"])
def test_the_list_of_such_words_leaves_others_alone(words):
    assert not BANNED.search(words)


def test_nobody_typed_an_amount_that_is_computed(site):
    found = [(where, match[0]) for where, words in site.texts if (match := AMOUNT.search(words))]
    assert found == []


def test_amounts_typed_in_digits_or_words_would_be_found():
    for words in ["9 hours a week", "three to five days a week", "You come 3 times each week."]:
        assert AMOUNT.search(words)


def test_long_texts_read_at_eighth_grade_or_below(site):
    found = {
        where: round(grade(words), 1)
        for where, words in site.texts
        if len(words.split()) > FEWEST_WORDS and grade(words) > GRADE
    }
    assert found == {}


def test_the_request_page_reads_at_sixth_grade_or_below(site):
    main = re.search(r"<main.*?</main>", site.pages[reverse("request")].text, re.DOTALL)[0]
    lines = re.sub(r"<svg.*?</svg>|</?(strong|a|span|b|small)\b[^>]*>", "", main, flags=re.DOTALL)
    blocks = [block.strip() for block in re.split(r"<[^>]*>", lines)]
    words = "\n\n".join(block for block in blocks if block)
    assert len(words.split()) > 150
    assert grade(words) <= FORM_GRADE


@pytest.mark.parametrize(("text", "years"), [("The cat sat on the mat. It was warm.", 1), ("A person helps you.", 3)])
def test_short_plain_sentences_have_a_low_grade(text, years):
    assert grade(text) < years


def test_long_words_have_a_high_grade():
    assert grade("Comprehensive biopsychosocial rehabilitation facilitates considerable improvement.") > 15
