"""The starting content is true to itself, kind in its words, easy to read, and leads nowhere that is not there."""

import html
import re
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from clinic import content, wording
from clinic.management.commands.load_content import content_files
from clinic.models import Alert, Clinic, Page, PageText, Signpost, WordingException
from programs import findable, rules
from programs.models import Program, SpecialtyGroup, Track

pytestmark = pytest.mark.django_db


def public_addresses():
    names = ["home", "request_sent", "private", "sitemap", "robots", *PageText.Page.values]
    rows = [*Program.objects.published(), *SpecialtyGroup.objects.published(), *Page.objects.published()]
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
            exceptions=tuple(WordingException.objects.values_list("phrase", flat=True)),
            tracks=list(Track.objects.select_related("program__level").prefetch_related("slots", "outline__parts")),
            offered=list(Program.objects.published().filter(is_offered=True).prefetch_related("criteria", "tracks")),
            links=[*signposts, *alerts],
            found=findable.read(Clinic.load()),
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


def test_no_page_shows_the_name_of_a_fact_in_place_of_it(site):
    raw = [address for address, page in site.pages.items() if re.search(r"{(phone|clinic|city)}", page.text)]
    assert raw == []
    assert not re.search(r"{(phone|clinic|city)}", "".join(map(str, site.found)))


def test_no_page_says_what_the_word_lint_finds(site):
    """The words that templates add too. Amounts stand on pages, computed."""
    pages = {address: response for address, response in site.pages.items() if "<main" in response.text}
    assert len(pages) > 20
    for address, response in pages.items():
        words = re.sub(r"<(script|style|svg)\b.*?</\1>|<[^>]*>", "\n\n", response.text, flags=re.DOTALL)
        found = wording.findings(html.unescape(words), grade_limit=100, exceptions=site.exceptions)
        assert [finding for finding in found if finding.reason != wording.COMPUTED] == [], address


def test_the_request_page_reads_at_sixth_grade_or_below(site):
    main = re.search(r"<main.*?</main>", site.pages[reverse("request")].text, re.DOTALL)[0]
    lines = re.sub(r"<svg.*?</svg>|</?(strong|a|span|b|small)\b[^>]*>", "", main, flags=re.DOTALL)
    blocks = [block.strip() for block in re.split(r"<[^>]*>", lines)]
    words = "\n\n".join(block for block in blocks if block)
    assert len(words.split()) > 150
    assert wording.grade(words) <= wording.EASY_GRADE
