"""Search engines learn of what is published, under the site's own address, and of nothing else."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from clinic.models import PageText
from tests import factories

pytestmark = pytest.mark.django_db


def addresses(client):
    response = client.get("/sitemap.xml")
    assert response["Content-Type"].startswith("application/xml")
    return re.findall("<loc>(.*?)</loc>", response.text)


def test_the_sitemap_lists_each_page_once_and_each_of_them_answers(client):
    factories.clinic()
    published = [factories.program(), factories.specialty_group(), factories.page()]
    found = addresses(client)
    names = ["home", "programs", "compare", "groups", "questions", "about", "help_now", "request"]
    names += ["guide", "fit_my_week", "search"]
    paths = [reverse(name) for name in names] + [page.get_absolute_url() for page in published]
    assert sorted(found) == sorted(f"http://testserver{path}" for path in paths)
    assert {client.get(address).status_code for address in found} == {200}


@pytest.mark.parametrize("make", [factories.program, factories.specialty_group, factories.page])
def test_the_sitemap_lists_only_what_is_published(client, make):
    shown, hidden = make(), make(is_published=False)
    found = " ".join(addresses(client))
    assert shown.get_absolute_url() in found
    assert hidden.get_absolute_url() not in found


def test_the_sitemap_says_when_a_program_changed(client):
    program = factories.program()
    assert f"<lastmod>{program.updated_at:%Y-%m-%d}</lastmod>" in client.get("/sitemap.xml").text


def test_the_sitemap_says_when_the_words_of_a_page_changed(client):
    factories.clinic()
    before = timezone.now() - timedelta(days=40)
    PageText.objects.update(updated_at=before)
    text = client.get("/sitemap.xml").text
    entry = re.search(r"<url><loc>http://testserver/questions/</loc>.*?</url>", text)[0]
    assert f"<lastmod>{before:%Y-%m-%d}</lastmod>" in entry


def test_the_sitemap_names_the_sites_own_address_whoever_asks(client):
    found = addresses_for(client, "127.0.0.1")
    assert found
    assert all(address.startswith("http://testserver/") for address in found)


def addresses_for(client, host):
    return re.findall("<loc>(.*?)</loc>", client.get("/sitemap.xml", headers={"host": host}).text)


def test_robots_keeps_staff_and_receipts_out_and_names_the_sitemap(client):
    response = client.get("/robots.txt")
    assert response["Content-Type"].startswith("text/plain")
    assert response.text.splitlines() == [
        "User-agent: *",
        "Disallow: /staff/",
        "Disallow: /request/sent/",
        "Sitemap: http://testserver/sitemap.xml",
    ]


@pytest.mark.parametrize("path", ["/robots.txt", "/favicon.ico"])
def test_these_are_only_for_reading(client, path):
    assert client.post(path).status_code == 405


def test_the_old_address_of_the_icon_leads_to_the_drawing(client):
    assert client.get("/favicon.ico").url == "/static/art/mark.svg"
