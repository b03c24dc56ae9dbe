"""How phone numbers, times and addresses read on a page."""

from datetime import date, time

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from clinic.templatetags import clinic_words


def render(template, **context):
    return Template("{% load clinic_words %}" + template).render(Context(context))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("+12075550142", "(207) 555-0142"),
        ("+18006624357", "1-800-662-4357"),
        ("+18883219595", "1-888-321-9595"),
        ("988", "988"),
        ("911", "911"),
        ("435748", "435748"),
        ("", ""),
    ],
)
def test_a_number_reads_as_people_write_it(number, words):
    assert render("{{ number|phone }}", number=number) == words


@given(st.text("+0123456789 -()x", max_size=16))
def test_a_number_that_cannot_be_read_never_breaks_the_page(number):
    assert isinstance(clinic_words.phone(number), str)


@pytest.mark.parametrize("number", ["+", "+1", "+9995550142"])
def test_a_number_that_cannot_be_read_is_shown_as_it_is(number):
    assert clinic_words.phone(number) == number


def test_a_time_reads_as_people_say_it():
    assert render("{{ time|clock }}", time=time(17, 30)) == "5:30 pm"


def test_two_times_read_as_a_span():
    assert render("{{ start|times:end }}", start=time(9), end=time(12)) == "9 am to noon"


def test_a_date_names_its_weekday():
    assert render("{{ day|full_date }}", day=date(2026, 11, 26)) == "Thursday, November 26"
    assert render("{{ day|full_date }}", day=date(2027, 1, 1)) == "Friday, January 1"


def test_the_one_address_of_a_page_leaves_the_query_out(rf, settings):
    settings.SITE_URL = "https://clinic.example"
    request = rf.get("/compare/?care=a&care=b")
    assert render("{% canonical_url %}", request=request) == "https://clinic.example/compare/"


def test_a_path_becomes_an_address_of_this_site(settings):
    settings.SITE_URL = "https://clinic.example"
    assert render("{{ path|absolute }}", path="/about/") == "https://clinic.example/about/"
