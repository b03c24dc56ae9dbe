"""Structured data for search engines: sound JSON that no text can break out of."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.schema import StructuredData
from tests import factories

pytestmark = pytest.mark.django_db

BREAKOUT = '</script><script>alert("1")</script><!-- & é “'
ELEMENT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


@pytest.fixture
def clinic():
    return factories.clinic(founded_year=1974, name=BREAKOUT)


def data_on(client, path):
    (text,) = ELEMENT.findall(client.get(path).text)
    return json.loads(text)


@given(st.text())
def test_no_text_ends_the_element_or_opens_another(words):
    shown = StructuredData("Thing", name=words).__html__()
    assert not set("<>&") & set(shown)
    assert json.loads(shown).get("name", "") == words


def test_what_is_unknown_is_left_out():
    assert StructuredData("Thing", name="", url=None, list=[]).data == {
        "@context": "https://schema.org",
        "@type": "Thing",
    }


def test_the_home_page_describes_the_clinic(client, clinic):
    data = data_on(client, "/")
    assert data["@type"] == "MedicalClinic"
    assert data["name"] == BREAKOUT
    assert (data["telephone"], data["foundingDate"]) == ("+12075550100", "1974")
    assert data["url"] == "http://testserver/"
    assert data["address"]["addressLocality"] == "Testing"


def test_a_program_is_described_by_its_own_columns(client, clinic):
    made = factories.program(title=BREAKOUT, aliases=" IOP, day program ,, ", summary="A & B.")
    data = data_on(client, made.get_absolute_url())
    assert data["@type"] == "MedicalTherapy"
    assert (data["name"], data["description"]) == (BREAKOUT, "A & B.")
    assert data["alternateName"] == ["IOP", "day program"]
    assert data["url"] == f"http://testserver{made.get_absolute_url()}"
    assert data["provider"]["name"] == BREAKOUT


def test_we_do_not_claim_to_provide_care_that_is_given_elsewhere(client, clinic):
    made = factories.program(is_offered=False)
    assert "provider" not in data_on(client, made.get_absolute_url())


def test_a_group_is_described(client, clinic):
    group = factories.specialty_group(name=BREAKOUT)
    data = data_on(client, group.get_absolute_url())
    assert (data["@type"], data["name"]) == ("MedicalWebPage", BREAKOUT)
    assert data["publisher"]["telephone"] == "+12075550100"


def test_the_questions_come_with_their_answers(client, clinic):
    factories.question(question="What is it?", answer=BREAKOUT)
    (entry,) = data_on(client, "/questions/")["mainEntity"]
    assert entry["name"] == "What is it?"
    assert entry["acceptedAnswer"]["text"] == BREAKOUT


def test_the_page_itself_shows_such_a_text_as_text(client, clinic):
    text = client.get(factories.program(title=BREAKOUT).get_absolute_url()).text
    assert 'alert("1")</script>' not in text
    assert "&lt;/script&gt;&lt;script&gt;alert(&quot;1&quot;)" in text
