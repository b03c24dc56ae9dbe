"""The picture shown where somebody shares a page."""

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from clinic import share_picture
from clinic.models import Clinic, PageText
from tests import factories
from tests.programs.admin.desk import change_url, save

TITLES = ["Groups", "Intensive Outpatient Program for Substance Use", "W" * 80, "Ánimo – “día” a día ’25"]
ANY_WORDS = st.text(max_size=120)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "share"


def drawn(folder):
    return {file.name for file in folder.glob("*")}


def names(*titles, clinic_name="Test Clinic"):
    return {f"{share_picture.name_of(title, clinic_name)}.png" for title in titles}


# How it looks


@pytest.mark.parametrize("title", TITLES)
def test_a_picture_has_the_size_that_is_asked_for_and_weighs_little(folder, title):
    share_picture.draw_for(title, "Harbor Path Recovery")
    (file,) = folder.iterdir()
    assert file.stat().st_size < 80_000
    with Image.open(file) as picture:
        assert picture.size == (1200, 630)


def test_it_has_the_colors_of_the_site(folder):
    share_picture.draw_for("Groups", "Test Clinic")
    (file,) = folder.iterdir()
    with Image.open(file) as drawn:
        picture = drawn.convert("RGB")
    assert picture.getpixel((5, 5)) == (0xFB, 0xFA, 0xF7)  # paper
    assert picture.getpixel((990, 488)) == (0xF6, 0xBD, 0x4A)  # the lamp behind the window
    assert picture.getpixel((5, 625)) == (0x4F, 0x8A, 0x8C)  # the water


def ink(title, clinic_name):
    """The box around everything that was written on the drawing."""
    return ImageChops.difference(share_picture.draw(title, clinic_name), share_picture.draw("", "")).getbbox()


@pytest.mark.parametrize("title", TITLES)
def test_no_word_leaves_the_frame_or_touches_the_shore(title):
    left, top, right, bottom = ink(title, "Harbor Path Recovery")
    assert left >= 60
    assert top >= 50
    assert right <= 1140
    assert bottom <= share_picture.DUSK_TOP


@given(ANY_WORDS, ANY_WORDS)
@hypothesis_settings(max_examples=50)
def test_any_words_have_room_and_none_is_lost(title, clinic_name):
    share_picture.draw(title, clinic_name)
    room = share_picture.TITLE_BOTTOM - share_picture.TITLE_TOP
    lines, face, step = share_picture.laid_out(title, "serif", 560, share_picture.TITLE_SIZES, room)
    assert len(lines) * step <= room
    assert all(face.getlength(line) <= 1040 for line in lines)
    assert "".join(lines).replace(" ", "") == "".join(title.split())


def test_a_short_title_is_written_larger_than_a_long_one():
    room = share_picture.TITLE_BOTTOM - share_picture.TITLE_TOP
    steps = [
        share_picture.laid_out(title, "serif", 560, share_picture.TITLE_SIZES, room)[2] for title in ["A", "A " * 60]
    ]
    assert steps[0] > steps[1]


# Its name and address


def test_its_name_follows_from_its_words_alone(monkeypatch):
    before = names("Groups")
    assert before == names("Groups")
    assert before.isdisjoint(names("Group"))
    assert before.isdisjoint(names("Groups", clinic_name="Other Clinic"))
    monkeypatch.setattr(share_picture, "DRAWING", "next")
    assert before.isdisjoint(names("Groups"))


def tags(title):
    template = Template('{% include "components/sharing.html" %}')
    request = RequestFactory().get("/groups/")
    return template.render(Context({"title": title, "clinic": Clinic(name="Test Clinic"), "request": request}))


def test_a_page_names_its_picture_without_a_query_once_it_is_drawn(client, folder):
    assert "og:image" not in tags("Groups & “more”")
    share_picture.draw_for("Groups & “more”", "Test Clinic")
    (name,) = drawn(folder)
    assert f'<meta property="og:image" content="http://testserver/media/share/{name}">' in tags("Groups & “more”")
    assert 'content="Groups &amp; “more”. Test Clinic."' in tags("Groups & “more”")
    response = client.get(f"/media/share/{name}")
    assert response["Content-Type"] == "image/png"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.getvalue() == (folder / name).read_bytes()


# When it is drawn


@pytest.fixture
def clinic(db):
    made = factories.clinic()
    PageText.objects.exclude(page__in=["groups", "about"]).delete()  # a page less is a picture less to wait for
    return made


def test_every_page_that_can_be_shared_gets_one(clinic, folder):
    titles = ["Help. Every day.", *PageText.objects.values_list("title", flat=True)]
    titles += [factories.program().title, factories.specialty_group().name]
    hidden = factories.program(is_published=False).title
    share_picture.draw_missing()
    assert drawn(folder) == names(*titles)
    assert drawn(folder).isdisjoint(names(hidden))


def test_what_is_there_is_not_drawn_again(clinic, folder):
    share_picture.draw_missing()
    before = {file: file.stat().st_mtime_ns for file in folder.iterdir()}
    lost = next(iter(before))
    lost.unlink()
    share_picture.draw_missing()
    after = {file: file.stat().st_mtime_ns for file in folder.iterdir()}
    assert after.keys() == before.keys()
    assert {file for file in before if after[file] != before[file]} == {lost}


def test_without_a_clinic_there_is_nothing_to_draw(db, folder):
    share_picture.draw_missing()
    assert drawn(folder) == set()


@pytest.mark.parametrize("make", [factories.program, factories.specialty_group])
def test_saving_a_published_page_draws_its_picture(
    clinic, admin_client, folder, make, django_capture_on_commit_callbacks
):
    page = make(is_published=False)
    field = "title" if hasattr(page, "title") else "name"
    with django_capture_on_commit_callbacks(execute=True):
        save(admin_client, change_url(page), **{field: "Evening care"})
    assert drawn(folder).isdisjoint(names("Evening care"))
    with django_capture_on_commit_callbacks(execute=True):
        save(admin_client, change_url(page), **{field: "Evening care", "is_published": "on", "is_offered": ""})
    assert names("Evening care") <= drawn(folder)


def test_after_a_new_name_of_the_clinic_nobody_waits_for_all_pictures(
    clinic, folder, admin_client, django_capture_on_commit_callbacks
):
    share_picture.draw_missing()
    with django_capture_on_commit_callbacks(execute=True):
        page = save(admin_client, change_url(clinic), name="Other Clinic")
    assert drawn(folder) == names("Help. Every day.", clinic_name="Other Clinic")
    assert "build_images" in admin_client.get(page["Location"]).text
    share_picture.draw_missing()
    assert names("Groups", "Help. Every day.", clinic_name="Other Clinic") <= drawn(folder)


def test_saving_a_page_removes_the_picture_of_its_old_title(
    clinic, folder, admin_client, django_capture_on_commit_callbacks
):
    group = factories.specialty_group()
    share_picture.draw_missing()
    before = drawn(folder)
    with django_capture_on_commit_callbacks(execute=True):
        save(admin_client, change_url(group), name="Evening care")
    assert drawn(folder) == before - names(group.name) | names("Evening care")


def test_pictures_of_titles_that_are_gone_are_removed(clinic, folder):
    share_picture.draw_missing()
    needed = drawn(folder)
    share_picture.draw_for("An old title", "Test Clinic")
    (folder / "half.png.1a2b.new").write_bytes(b"half")  # another process is writing it
    assert share_picture.remove_strays() == 1
    assert drawn(folder) == needed | {"half.png.1a2b.new"}
