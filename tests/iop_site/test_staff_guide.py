"""The staff guide is one text: in the repository, on the desk, and under each screen."""

import re

import pytest
from django.urls import reverse

from clinic import markdown
from clinic.wording import grade
from iop_site import staff_guide
from tests import factories

pytestmark = pytest.mark.django_db


OF_ONE_REQUEST = tuple(f"intake_consultationrequest_{what}" for what in ("change", "answer", "close"))


@pytest.mark.parametrize("screen", staff_guide.SCREENS)
def test_each_screen_with_help_shows_its_parts(admin_client, screen):
    factories.clinic()
    args = [factories.consultation_request().pk] if screen in OF_ONE_REQUEST else []
    page = admin_client.get(reverse(screen if screen == "reminders" else f"admin:{screen}", args=args))
    shown = re.findall(r"<summary>(.+?)</summary>", page.text[page.text.index('class="how"') :])
    assert shown == staff_guide.SCREENS[screen]


def test_each_part_that_is_about_a_screen_stands_under_one(admin_client):
    under_screens = {title for titles in staff_guide.SCREENS.values() for title in titles}
    assert set(staff_guide.parts()) - under_screens == {"Sign in", "Change a page of the site", "Add a colleague"}


def test_home_shows_how_to_start(admin_client):
    page = admin_client.get(reverse("admin:index")).text
    assert "<summary>Start your day</summary>" in page
    assert reverse("admin:guide") in page


def test_the_whole_guide_is_a_page_of_the_desk(admin_client):
    page = admin_client.get(reverse("admin:guide")).text
    for title in staff_guide.parts():
        assert page.count(f">{title}<") == 2  # in the list of parts, and above its text


def test_the_guide_is_for_staff_only(client):
    assert client.get(reverse("admin:guide")).status_code == 302


def test_pictures_stay_out_of_the_desk_and_exist_in_the_repository():
    text = staff_guide.GUIDE.read_text()
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text)
    assert pictures
    for picture in pictures:
        assert (staff_guide.GUIDE.parent / picture).exists()
    assert "<img" not in str(staff_guide.whole())


@pytest.mark.parametrize("title", staff_guide.parts())
def test_every_part_is_plain_words(title):
    text = staff_guide.parts()[title]
    assert markdown.problems(text) == []
    assert grade(text) <= 8
