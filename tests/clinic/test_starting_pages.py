"""The pages that come with the starting content: one of each kind, and no claim that a person must still check."""

import re

import pytest
from django.db import transaction

from clinic import content, markdown
from clinic.management.commands.load_content import content_files
from clinic.models import InsurancePlan, LanguageLine, Page, Signpost

pytestmark = pytest.mark.django_db

# What people find at the addresses that other pages and the footer count on.
ADDRESSES = {
    Page.Kind.STARTING: "first-day",
    Page.Kind.FAMILIES: "families",
    Page.Kind.PROFESSIONALS: "professionals",
    Page.Kind.COST: "cost",
    Page.Kind.INSURER_SCRIPT: "questions-for-your-insurer",
    Page.Kind.ESTIMATE: "good-faith-estimate",
    Page.Kind.PRIVACY: "privacy",
    Page.Kind.HEALTH_DATA: "health-data",
    Page.Kind.NONDISCRIMINATION: "nondiscrimination",
    Page.Kind.LANGUAGES: "languages",
    Page.Kind.ACCESSIBILITY: "accessibility",
    Page.Kind.LEAVING: "leaving-safely",
}
NUMBERS_THAT_HELP = re.compile(r"(?:tel|sms):(\+?\d+)")
KNOWN_NUMBERS = {"911", "988", "88788", "+18007997233", "+18006624357", "+18009853059", "+18003681019", "+18005377697"}


@pytest.fixture(scope="module")
def pages(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        content.load(content_files())
        found = {page.kind: page for page in Page.objects.published()}
        found["plans"] = list(InsurancePlan.objects.values_list("name", "note"))
        found["languages spoken"] = list(LanguageLine.objects.all())
        found["signposts"] = Signpost.objects.count()
        transaction.set_rollback(True)
    return found


def test_there_is_a_page_of_each_kind_at_the_address_that_others_link_to(pages):
    assert {kind: pages[kind].slug for kind in ADDRESSES} == ADDRESSES


def test_every_legal_page_counts_from_a_day_and_claims_no_lawyer(pages):
    for kind in ADDRESSES:
        page = pages[kind]
        assert (page.effective_on is not None) == page.is_legal, page
        assert page.legal_check_on is None, page


def test_every_legal_page_has_its_link_on_every_page(pages):
    assert all(pages[kind].is_in_footer for kind in Page.LEGAL_KINDS)


def test_no_page_gives_a_number_to_dial_that_nobody_looked_up(pages):
    dialed = {number for kind in ADDRESSES for number in NUMBERS_THAT_HELP.findall(pages[kind].body)}
    assert dialed <= KNOWN_NUMBERS


def test_links_to_other_sites_lead_to_governments_only(pages):
    outside = {link for kind in ADDRESSES for link in markdown.links_of(pages[kind].body) if link.startswith("https:")}
    assert outside
    assert {link.split("/")[2].rpartition(".")[2] for link in outside} == {"gov"}


def test_the_privacy_notice_opens_with_the_words_that_the_law_gives(pages):
    body = pages[Page.Kind.PRIVACY].body
    assert body.lstrip().startswith("## Notice of Privacy Practices of {clinic}")
    for words in [
        "HOW HEALTH INFORMATION ABOUT YOU MAY BE USED AND DISCLOSED",
        "YOUR RIGHTS WITH RESPECT TO YOUR HEALTH INFORMATION",
        "HOW TO FILE A COMPLAINT",
        "YOU HAVE A RIGHT TO A COPY OF THIS NOTICE",
    ]:
        assert words in body


def test_no_real_insurer_is_said_to_accept_us(pages):
    assert pages["plans"]
    for name, note in pages["plans"]:
        assert re.match("Example |Sample |Paying ", name), name
        assert note.startswith("Sample entry.") or name.startswith("Paying "), name


def test_fifteen_languages_each_name_the_number_to_call(pages):
    lines = pages["languages spoken"]
    assert len(lines) == 15
    assert [line.code for line in lines if "{phone}" not in line.text] == []
    assert {line.code for line in lines if line.direction == "rtl"} == {"ar", "fa"}


def test_the_home_page_offers_no_more_ways_in_than_one_can_take_in(pages):
    assert pages["signposts"] <= 6
