"""Every picture made anew by one command."""

import io

import pytest
from django.core.management import CommandError, call_command

from clinic import images
from clinic.models import Clinic, PageText, Photo
from tests import factories
from tests.clinic import pictures

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    factories.clinic()
    PageText.objects.exclude(page="groups").delete()  # a page less is a picture less to wait for
    return tmp_path


def kept():
    picture = images.read(pictures.upload())
    return factories.photo(
        key=images.keep(images.master_of(picture)),
        width=picture.width,
        height=picture.height,
        built_at=None,
        alt="A room",
    )


def build():
    out, err = io.StringIO(), io.StringIO()
    call_command("build_images", stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_all_photos_are_made_again_and_counted(folder):
    photos = [kept(), kept()]
    images.build(photos[1])
    spoiled = images.folder(photos[1].key) / "480.jpg"
    spoiled.write_bytes(b"spoiled")
    said, progress = build()
    assert said.startswith("2 photos, ")
    assert "100%" in progress
    assert spoiled.read_bytes() != b"spoiled"
    assert all(Photo.objects.values_list("built_at", flat=True))


def test_files_that_belong_to_no_row_are_removed_and_no_others(folder):
    photo = kept()
    images.build(photo)
    stray = images.keep(pictures.data())
    (folder / "photo-masters" / f"{'a' * 32}.jpg.new").write_bytes(b"half")
    (folder / "media" / "photos" / ("b" * 32)).mkdir()
    (folder / "photo-masters" / "notes.txt").write_text("not ours")
    said, _ = build()
    assert "3 old ones removed" in said
    assert not images.master_file(stray).exists()
    assert {file.name for file in images.masters().iterdir()} == {f"{photo.key}.jpg", "notes.txt"}
    assert {file.name for file in (folder / "media" / "photos").iterdir()} == {photo.key}


def test_without_a_clinic_there_are_only_photos():
    Clinic.objects.all().delete()
    assert build()[0].startswith("0 photos, 0 sharing pictures.")


def test_a_photo_without_its_master_is_named_and_the_others_are_made():
    lost, good = kept(), kept()
    images.master_file(lost.key).unlink()
    with pytest.raises(CommandError, match="A room"):
        build()
    good.refresh_from_db()
    assert good.built_at
