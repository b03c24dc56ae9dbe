"""The staff guide is one text: in the repository, on the desk, and under each screen."""

import re

import pytest
from django.urls import reverse

from accounts.addresses import every_address
from accounts.roles import ACCOUNTS, AUDITOR, DESK, EDITOR, MANAGER
from clinic import markdown
from clinic.wording import grade
from iop_site import staff_guide
from tests import factories

pytestmark = pytest.mark.django_db


REQUEST = "intake_consultationrequest"


@pytest.mark.parametrize(
    ("screen", "title"),
    [
        ("index", "Start your day"),
        (f"{REQUEST}_changelist", "Find one person"),
        (f"{REQUEST}_change", "Call a person"),
        (f"{REQUEST}_close", "Close a request"),
        (f"{REQUEST}_link", "Link two requests of one person"),
        ("intake_notice_changelist", "Look after mail that failed"),
        ("intake_accessrecord_changelist", "See who looked"),
        ("auth_user_changelist", "Add a colleague"),
        ("programs_track_changelist", "Change a page of the site"),
    ],
)
def test_a_screen_shows_its_parts(admin_client, screen, title):
    factories.clinic()
    args = [factories.consultation_request().pk] if screen.startswith(REQUEST) and "list" not in screen else []
    page = admin_client.get(reverse(f"admin:{screen}", args=args))
    assert title in re.findall(r"<summary>(.+?)</summary>", page.text[page.text.index('class="how"') :])


@pytest.mark.parametrize("name", sorted({address.name for address in every_address()} - {"guide"}))
def test_every_screen_has_parts(name):
    assert staff_guide.how(name)


def test_every_part_stands_under_a_screen():
    assert {title for _name, titles in staff_guide.SCREENS for title in titles} == set(staff_guide.parts())


def test_home_shows_how_to_start(admin_client):
    page = admin_client.get(reverse("admin:index")).text
    assert "<summary>Start your day</summary>" in page
    assert reverse("admin:guide") in page


@pytest.mark.parametrize(
    ("role", "titles"),
    [
        (EDITOR, ["Change a page of the site"]),
        (DESK, ["Start your day"]),
        (MANAGER, ["Start your day", "Read the figures"]),
        (AUDITOR, ["See who looked", "Read the figures"]),
        (ACCOUNTS, ["Add a colleague", "When a colleague leaves or changes role"]),
    ],
)
def test_home_shows_each_role_its_own_work(client, role, titles):
    client.force_login(factories.colleague(roles=[role]))
    page = client.get(reverse("admin:index")).text
    assert re.findall(r"<summary>(.+?)</summary>", page[page.index('class="how"') :]) == titles


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
