"""Photos on the pages, and their files as the public gets them."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from clinic import images
from tests import factories
from tests.clinic import pictures

pytestmark = pytest.mark.django_db

KEY = "0" * 32
KINDS = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path


@pytest.fixture(autouse=True)
def clinic():
    return factories.clinic()


@pytest.fixture
def photo():
    return factories.photo(width=1300, height=900, alt="Two chairs & a “lamp”", focus="bottom-end")


def program(photo):
    return factories.program(photo=photo).get_absolute_url()


def group(photo):
    return factories.specialty_group(photo=photo).get_absolute_url()


def groups(photo):
    factories.specialty_group(photo=photo)
    return reverse("groups")


def location(photo):
    factories.location(photo=photo)
    return reverse("about")


PLACES = [program, group, groups, location]


def plate(text):
    return re.search(r'<picture class="plate.*?</picture>', text, re.DOTALL)[0]


# Pages


@pytest.mark.parametrize("place", PLACES)
def test_a_photo_comes_in_every_kind_and_width_with_its_words(client, photo, place):
    found = plate(client.get(place(photo)).text)
    for kind in KINDS:
        widths = ", ".join(f"/media/photos/{photo.key}/{width}.{kind} {width}w" for width in (480, 960, 1300))
        assert f'srcset="{widths}"' in found
    assert found.count('sizes="') == 3
    assert "Two chairs & a “lamp”" in unescape(re.search(r'alt="([^"]*)"', found)[1])
    assert 'width="1300" height="900"' in found
    assert 'class="focus-bottom-end"' in found
    assert "plate--duotone" in found


@pytest.mark.parametrize("place", PLACES)
def test_until_its_files_are_made_the_drawing_stays(client, photo, place):
    type(photo).objects.update(built_at=None)
    photo.refresh_from_db()
    with_photo = client.get(place(photo)).text
    assert "<picture class=" not in with_photo
    assert "/media/" not in with_photo
    if place is not location:
        assert ("crossing-day.svg" if place is program else 'class="group__plate"><svg') in with_photo


def test_a_photo_in_full_color_is_not_printed_in_two_inks(client, photo):
    type(photo).objects.update(is_duotone=False)
    photo.refresh_from_db()
    assert "plate--duotone" not in client.get(group(photo)).text


def test_only_a_photo_at_the_top_is_loaded_at_once(client, photo):
    for place in PLACES:
        found = plate(client.get(place(photo)).text)
        assert ('fetchpriority="high"' in found) == (place in (program, group))
        assert ('loading="lazy"' in found) == (place not in (program, group))


@pytest.mark.parametrize("place", PLACES)
def test_a_photo_costs_no_query(client, photo, place):
    def queries(address):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    without = place(None)
    before = queries(without)
    assert queries(place(photo)) == before


def test_no_visitor_waits_for_a_picture_to_be_made(client, monkeypatch):
    photo = kept()
    images.build(photo)
    paths = [place(photo) for place in PLACES] + [images.address(photo, 480, "avif"), "/", "/media/nothing.jpg"]

    def refuse(*args, **kwargs):
        raise AssertionError("A picture was read or made.")

    for name in ["open", "new"]:
        monkeypatch.setattr(Image, name, refuse)
    monkeypatch.setattr(Image.Image, "save", refuse)
    for path in paths:
        response = client.get(path)
        assert response.status_code == (404 if "nothing" in path else 200)
        assert response.streaming == ("avif" in path)
        response.getvalue()


# Files


def kept():
    picture = images.read(pictures.upload())
    return factories.photo(key=images.keep(images.master_of(picture)), width=picture.width, height=picture.height)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_served_as_what_it_is_and_kept_for_a_year(client, kind, django_assert_num_queries):
    photo = kept()
    images.build(photo)
    with django_assert_num_queries(0):
        response = client.get(images.address(photo, 640, kind))
    assert response["Content-Type"] == KINDS[kind]
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert not response.cookies
    assert response.getvalue() == (images.folder(photo.key) / f"640.{kind}").read_bytes()
    head = client.head(images.address(photo, 640, kind))
    assert head.status_code == 200
    assert head.getvalue() == b""
    assert client.post(images.address(photo, 640, kind)).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        f"photos/{KEY}/480.jpg",
        f"photos/{KEY}/480.png",
        f"photos/{KEY}/480.jpg.new",
        f"photos/{KEY}/960.jpg%0A",
        f"photos/{KEY}/480.svg",
        f"photos/{KEY}/../../secret.jpg",
        f"photos/{KEY}/..%2f..%2f..%2fsecret.jpg",
        "photos/../photo-masters/secret.jpg",
        f"photo-masters/{KEY}.jpg",
        f"../photo-masters/{KEY}.jpg",
        f"share/{KEY}.png",
        f"share/..%2f{KEY}.png",
        "secret.jpg",
        "",
    ],
)
def test_nothing_else_is_served(client, folder, path):
    of_a_photo = [f"photo-masters/{KEY}.jpg", f"media/photos/{KEY}/480.jpg.new", f"media/photos/{KEY}/960.jpg"]
    for name in ["secret.jpg", "media/secret.jpg", *of_a_photo]:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("secret")
    response = client.get(f"/media/{path}")
    assert response.status_code == 404
    assert response["Cache-Control"] == "no-cache"
