"""How times and addresses read on a page."""

from datetime import date, time

from django.template import Context, Template


def render(template, **context):
    return Template("{% load clinic_words %}" + template).render(Context(context))


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


def test_a_number_among_words_stays_on_one_line():
    said = render("{{ words|unbroken_numbers }}", words="Call (207) 555-0142 in May - 2 pm.")
    assert said == "Call (207)\xa0555-\u20600142 in May - 2 pm."
