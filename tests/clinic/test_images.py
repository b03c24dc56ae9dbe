"""An uploaded photo: what is refused before it is read, what is left of it, and the files made from it."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile

from clinic import images
from clinic.models import Photo
from iop_site import launch
from tests.clinic import pictures

KINDS = ["JPEG", "PNG", "WEBP", "AVIF"]
REFUSED = {
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg" width="800" height="800"><script>alert(1)</script></svg>',
    "PDF": b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n%%EOF",
    "EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 800 800\n",
    "text": b"These are words.",
    "a page that calls itself a photo": b"<!doctype html>\xff\xd8\xff\xe0 JFIF",
    "the first bytes of a photo": b"\xff\xd8\xff",
    "TIFF": pictures.data(kind="TIFF"),
    "GIF": pictures.data(kind="GIF"),
    "BMP": pictures.data(kind="BMP"),
    "ICO": pictures.data(kind="ICO"),
}


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path


def kept(content=None, **given):
    """A photo with its row and its master, as after an upload."""
    picture = images.read(pictures.upload(content))
    values = {
        "key": images.keep(images.master_of(picture)),
        "width": picture.width,
        "height": picture.height,
        "alt": "A room",
    }
    return Photo.objects.create(**values | given)


def files(folder):
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


# Refused


@pytest.fixture
def nothing_is_decoded(monkeypatch):
    def decode(self):
        raise AssertionError("It was decoded.")

    monkeypatch.setattr(ImageFile.ImageFile, "load", decode)


def refusal(content):
    with pytest.raises(ValidationError) as refused:
        images.check(pictures.upload(content))
    return refused.value.message


@pytest.mark.usefixtures("nothing_is_decoded")
@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_photo_is_refused_by_its_content_not_its_name(kind):
    assert refusal(REFUSED[kind]) == images.NOT_A_PHOTO


@pytest.mark.usefixtures("nothing_is_decoded")
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (pictures.data(pictures.picture(479, 900)), "479 × 900 pixels, which is too small"),
        (pictures.data(pictures.picture(900, 479)), "at least 480 pixels on each side and at most 25 megapixels"),
        (pictures.png_of_one_shade(5001, 5000), "5001 × 5000 pixels, which is too large"),
        (pictures.png_of_one_shade(60000, 60000), "too large"),
        (bytes(images.MOST_BYTES + 1024**2), "This file has 21 MB. Upload one of at most 20 MB."),
    ],
)
def test_a_photo_of_the_wrong_size_is_refused_with_the_limits(content, sentence):
    assert sentence in refusal(content)


@pytest.mark.usefixtures("nothing_is_decoded")
@pytest.mark.parametrize("kind", KINDS)
def test_the_smallest_photo_passes_in_every_kind(kind):
    images.check(pictures.upload(pictures.data(pictures.picture(480, 480), kind)))


MEASURE = """
import json, resource, sys, time
import django
django.setup()
from django.core.exceptions import ValidationError
from clinic import images
from tests.clinic import pictures

def most():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

content = sys.stdin.buffer.read()
images.check(pictures.upload())  # all plugins are there
before, begin = most(), time.perf_counter()
try:
    images.read(pictures.upload(content))
    said = "nothing"
except ValidationError as refused:
    said = refused.message
print(json.dumps([said, time.perf_counter() - begin, most() - before]))
"""


def huge_webp():
    """256 megapixels in 34 bytes: one shade, written without loss."""
    bits = (16000 - 1) | (16000 - 1) << 14
    stream = b"\x2f" + bits.to_bytes(4, "little") + bytes.fromhex("0788888808")
    return b"RIFF" + (12 + len(stream)).to_bytes(4, "little") + b"WEBPVP8L" + len(stream).to_bytes(4, "little") + stream


@pytest.mark.parametrize("kind", ["PNG", "WebP"])
def test_a_small_file_that_would_fill_the_memory_is_refused_at_once(kind):
    content = pictures.png_of_one_shade(13000, 13000) if kind == "PNG" else huge_webp()
    assert len(content) < 25_000
    measured = subprocess.run(
        [sys.executable, "-c", MEASURE],
        input=content,
        cwd=launch.ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        check=True,
    )
    said, seconds, kilobytes = json.loads(measured.stdout)
    assert "too large" in said
    assert seconds < 1
    assert kilobytes < 100_000


DAMAGED = {
    "a JPEG that ends early": pictures.data()[:2000],
    "a PNG that ends early": pictures.data(kind="PNG")[:300],
    "a PNG with a wrong checksum": pictures.data(kind="PNG").replace(b"IDAT", b"IDAT\x00", 1),
    "a WebP that ends early": pictures.data(kind="WEBP")[:200],
    "an AVIF that ends early": pictures.data(kind="AVIF")[:-100],
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_damaged_photo_is_refused_in_a_sentence(kind):
    with pytest.raises(ValidationError) as refused:
        images.read(pictures.upload(DAMAGED[kind]))
    assert refused.value.message in (images.DAMAGED, images.NOT_A_PHOTO)


def with_scans(count):
    """A progressive JPEG that draws itself over so many times, in a few bytes each."""
    content = pictures.data(pictures.picture(480, 480, "L"), progressive=True)
    last = content.rfind(b"\xff\xda")
    start = content.index(b"\xff\xda")
    there = content.count(b"\xff\xda", start)
    return content[:-2] + content[last:-2] * (count - there) + content[-2:]


@pytest.mark.usefixtures("nothing_is_decoded")
def test_a_photo_that_draws_itself_over_and_over_is_refused_unread():
    assert refusal(with_scans(images.MOST_SCANS + 1)) == images.DAMAGED


def test_a_photo_of_many_scans_is_read():
    assert images.read(pictures.upload(with_scans(images.MOST_SCANS))).size == (480, 480)


def test_what_stands_in_or_behind_a_photo_is_no_scan():
    comment = b"\xff\xfe\x01\x02" + b"\xff\xda" * 128
    content = pictures.data()
    assert images.read(pictures.upload(content[:2] + comment + content[2:] + b"\xff\xda" * 100))


def test_two_can_write_the_same_file_at_once(folder, monkeypatch):
    both = threading.Barrier(2)
    write_bytes = Path.write_bytes

    def meet(self, content):
        write_bytes(self, content)
        both.wait(timeout=10)

    monkeypatch.setattr(Path, "write_bytes", meet)
    failed = []

    def write():
        try:
            images.write(folder / "same.png", b"whole")
        except OSError as problem:
            failed.append(problem)

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert files(folder) == {"same.png"}


WHOLE = [pictures.data(pictures.picture(480, 480), kind) for kind in KINDS]


@given(st.sampled_from(WHOLE), st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_photo_with_any_bytes_changed_is_read_or_refused(content, choice):
    changed = bytearray(content)
    for _ in range(choice.draw(st.integers(1, 4))):
        place = choice.draw(st.integers(0, len(content) - 1))
        changed[place] = choice.draw(st.integers(0, 255))
    try:
        picture = images.read(pictures.upload(bytes(changed)))
    except ValidationError:
        return
    assert picture.mode == "RGB"


# Read


@pytest.mark.parametrize("with_profile", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_that_the_file_carried_is_left(folder, db, kind, with_profile):
    content = pictures.with_secrets(kind, with_profile=with_profile)
    assert content.count(pictures.PLANTED) >= 5
    images.build(kept(content))
    made = [file for file in folder.rglob("*") if file.is_file()]
    assert len(made) == 1 + 2 * len(images.KINDS)
    for file in made:
        for secret in [pictures.PLANTED, pictures.PLANTED[:4], b"Exif", b"GPS", b"xmp", b"ICC_PROFILE"]:
            assert secret not in file.read_bytes(), file
        with Image.open(file) as picture:
            assert not picture.getexif()
            assert picture.info.keys().isdisjoint({"exif", "xmp", "icc_profile", "comment", "photoshop"})


def test_a_photo_taken_sideways_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # what is on the left belongs on top
    upright = images.read(pictures.upload(pictures.data(exif=exif)))
    assert upright.size == (480, 640)
    assert upright.getpixel((240, 10))[0] < 30
    assert upright.getpixel((240, 630))[0] > 225


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "RGB", "I;16"])
def test_every_kind_of_png_becomes_the_same_picture(mode):
    if mode == "I;16":
        made = Image.new(mode, (640, 480), 65535)
        made.paste(0, (0, 0, 320, 480))
    else:
        made = pictures.picture().convert(mode)
    picture = images.read(pictures.upload(pictures.data(made, "PNG")))
    assert picture.mode == "RGB"
    assert picture.getpixel((100, 100)) == (0, 0, 0)
    assert picture.getpixel((600, 100)) == (255, 255, 255)


def test_what_is_see_through_becomes_white():
    clear = Image.new("RGBA", (480, 480), (255, 0, 0, 0))
    assert images.read(pictures.upload(pictures.data(clear, "PNG"))).getpixel((9, 9)) == (255, 255, 255)


def test_a_photo_for_printing_is_read():
    printed = pictures.data(pictures.picture().convert("CMYK"))
    assert images.read(pictures.upload(printed)).getpixel((600, 100)) == (255, 255, 255)


def test_a_broken_color_profile_costs_only_the_profile():
    content = pictures.data(icc_profile=b"no profile at all")
    assert images.read(pictures.upload(content)).size == (640, 480)


def test_a_large_photo_becomes_a_master_of_a_known_size():
    assert images.read(pictures.upload(pictures.data(pictures.picture(5000, 2500)))).size == (2400, 1200)


# Files


@pytest.mark.parametrize(
    ("width", "widths"),
    [(480, [480]), (700, [480, 700]), (960, [480, 960]), (1300, [480, 960, 1300]), (2400, [480, 960, 1600])],
)
def test_files_are_as_wide_as_the_pages_need_and_never_wider_than_the_photo(width, widths):
    assert images.widths(Photo(width=width)) == widths


def test_every_width_is_made_in_every_kind(folder, db):
    photo = kept()
    images.build(photo)
    expected = {f"{width}.{kind}" for width in (480, 640) for kind in ("avif", "webp", "jpg")}
    assert files(folder / "media") == {f"photos/{photo.key}/{name}" for name in expected}
    for name in expected:
        with Image.open(folder / "media" / "photos" / photo.key / name) as made:
            assert made.size == {"480": (480, 360), "640": (640, 480)}[name.partition(".")[0]]
            assert made.format == {"avif": "AVIF", "webp": "WEBP", "jpg": "JPEG"}[name.partition(".")[2]]
    photo.refresh_from_db()
    assert photo.built_at


def test_the_master_is_kept_where_nothing_is_served(folder, db):
    photo = kept()
    assert files(folder) == {f"photo-masters/{photo.key}.jpg"}


def test_a_photo_whose_files_cannot_be_made_is_not_called_ready(folder, db):
    photo = kept()
    (folder / "media").write_text("a file where the folder should be")
    with pytest.raises(OSError, match="media"):
        images.build(photo)
    photo.refresh_from_db()
    assert photo.built_at is None


def test_no_half_of_a_file_is_left_when_writing_fails(folder, monkeypatch):
    write_bytes = Path.write_bytes

    def fill_the_disk(self, content):
        write_bytes(self, content[:4])
        raise OSError("No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fill_the_disk)
    with pytest.raises(OSError, match="No space"):
        images.keep(pictures.data())
    assert files(folder) == set()


def test_making_the_files_again_removes_those_of_widths_no_longer_used(folder, db):
    photo = kept()
    images.build(photo)
    old = images.folder(photo.key) / "320.jpg"
    old.write_bytes(b"old")
    images.build(photo)
    assert not old.exists()


def test_a_photo_replaced_while_its_files_are_made_is_not_called_ready(db):
    photo = kept()
    Photo.objects.update(key="f" * 32)
    images.build(photo)
    photo.refresh_from_db()
    assert photo.built_at is None


def test_files_are_forgotten_only_when_no_row_has_them(folder, db):
    photo = kept()
    images.build(photo)
    images.forget(photo.key)
    assert len(files(folder)) == 7
    photo.delete()
    images.forget(photo.key)
    assert files(folder) == set()
