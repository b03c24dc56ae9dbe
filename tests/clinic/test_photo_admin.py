"""Photos on the staff desk: added, replaced and deleted, with no file left behind and none lost."""

import sqlite3

import pytest
from django.contrib.admin import ModelAdmin
from django.db import connection
from django.urls import reverse

from clinic import images
from clinic.models import Photo
from tests import factories
from tests.clinic import pictures
from tests.programs.admin.desk import change_url, delete_url, field_errors, log_in_with

pytestmark = pytest.mark.django_db

ADD = "/staff/clinic/photo/add/"
WORDS = {"alt": "A window seat with two chairs", "focus": "top-start", "is_duotone": "on"}


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "uploads"
    (tmp_path / "uploads").mkdir()
    return tmp_path


@pytest.fixture
def save(admin_client, django_capture_on_commit_callbacks):
    """Send a form as after a commit: what waits for it is done."""

    def send(address, **fields):
        with django_capture_on_commit_callbacks(execute=True):
            return admin_client.post(address, WORDS | fields, follow=True)

    return send


@pytest.fixture
def photo(save):
    save(ADD, upload=pictures.upload())
    return Photo.objects.get()


def files(folder):
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


def files_of(photo):
    variants = {f"media/photos/{photo.key}/{width}.{kind}" for width in images.widths(photo) for kind in images.KINDS}
    return {f"photo-masters/{photo.key}.jpg", *variants}


def messages_of(page):
    return [str(message) for message in page.context["messages"]]


# Added


def test_an_uploaded_photo_is_ready_when_the_page_comes_back(save, folder):
    save(ADD, upload=pictures.upload())
    photo = Photo.objects.get()
    assert (photo.width, photo.height, photo.alt, photo.focus) == (640, 480, WORDS["alt"], "top-start")
    assert photo.built_at
    assert files(folder) == files_of(photo)


def test_a_large_upload_leaves_no_temporary_file(save, folder):
    content = pictures.data() + bytes(3 * 1024 * 1024)  # from 2.5 MB on Django writes it to a file
    save(ADD, upload=pictures.upload(content))
    assert files(folder) == files_of(Photo.objects.get())


def test_the_same_photo_is_not_kept_twice(save, photo):
    page = save(ADD, upload=pictures.upload(), alt="Again")
    assert field_errors(page, "upload") == [
        "This photo is here already: “A window seat with two chairs”. Use that one."
    ]
    assert Photo.objects.count() == 1
    save(change_url(photo), upload=pictures.upload())  # once more in its own place
    assert Photo.objects.get().key != photo.key


def test_the_name_of_the_upload_is_kept_nowhere(save, folder):
    save(ADD, upload=pictures.upload(name="../Quillon.jpg"))
    assert "Quillon" not in str(files(folder))
    assert "Quillon" not in str(Photo.objects.values().get())


def test_a_photo_needs_a_file_and_a_description(admin_client):
    page = admin_client.post(ADD, {"focus": "center"})
    assert field_errors(page, "upload") == ["This field is required."]
    assert field_errors(page, "alt") == ["This field is required."]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", images.NOT_A_PHOTO),
        (b"", "The submitted file is empty."),
        (pictures.data()[:2000], images.DAMAGED),
        (
            pictures.png_of_one_shade(13000, 13000),
            f"This photo is 13000 × 13000 pixels, which is too large. {images.limits()}",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence_and_no_word_is_lost(admin_client, folder, content, sentence):
    page = admin_client.post(ADD, WORDS | {"upload": pictures.upload(content)})
    assert field_errors(page, "upload") == [sentence]
    assert WORDS["alt"] in page.text
    assert not Photo.objects.exists()
    assert files(folder) == set()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", ["add", "change"])
def test_others_can_write_while_a_photo_is_read_and_made(save, monkeypatch, address):
    url = ADD
    if address == "change":
        save(ADD, upload=pictures.upload())
        url = change_url(Photo.objects.get())
    file, could_write = connection.settings_dict["NAME"], []

    def with_a_write_by_another(work):
        def wrapped(*args):
            other = sqlite3.connect(file, timeout=0, isolation_level=None, uri=str(file).startswith("file:"))
            try:
                other.execute("BEGIN IMMEDIATE")
                could_write.append(True)
            except sqlite3.OperationalError:
                could_write.append(False)
            other.close()
            return work(*args)

        return wrapped

    for work in [images.in_srgb, images.encoded]:
        monkeypatch.setattr(images, work.__name__, with_a_write_by_another(work))
    assert save(url, upload=pictures.upload()).status_code == 200
    assert Photo.objects.count() == 1
    assert len(could_write) > 2
    assert all(could_write)


# Changed and replaced


def test_new_words_leave_the_files_alone(save, folder, photo):
    save(change_url(photo), alt="A desk", focus="end")
    changed = Photo.objects.get()
    assert (changed.alt, changed.key, changed.built_at) == ("A desk", photo.key, photo.built_at)
    assert files(folder) == files_of(photo)


def test_a_replaced_photo_leaves_no_files_behind(save, folder, photo):
    save(change_url(photo), upload=pictures.upload(pictures.data(pictures.picture(500, 700))))
    changed = Photo.objects.get()
    assert changed.key != photo.key
    assert (changed.width, changed.height) == (500, 700)
    assert changed.built_at > photo.built_at
    assert files(folder) == files_of(changed)


def test_a_refused_replacement_keeps_the_photo(save, folder, photo):
    save(change_url(photo), upload=pictures.upload(b"no photo"))
    assert Photo.objects.get().key == photo.key
    assert files(folder) == files_of(photo)


@pytest.fixture
def the_end_fails(monkeypatch, admin_client):
    """When all is written and the answer is made, before the commit."""

    def fail(*args, **kwargs):
        raise OSError("database or disk is full")

    for answer in ["response_add", "response_change", "response_delete"]:
        monkeypatch.setattr(ModelAdmin, answer, fail)
    admin_client.raise_request_exception = False


@pytest.mark.usefixtures("the_end_fails")
def test_a_photo_that_could_not_be_saved_leaves_no_files(admin_client, folder):
    assert admin_client.post(ADD, WORDS | {"upload": pictures.upload()}).status_code == 500
    assert not Photo.objects.exists()
    assert files(folder) == set()


def test_no_file_is_lost_when_replacing_or_deleting_fails(save, folder, photo, request):
    request.getfixturevalue("the_end_fails")
    assert save(change_url(photo), upload=pictures.upload()).status_code == 500
    assert save(delete_url(photo), post="yes").status_code == 500
    assert Photo.objects.get().key == photo.key
    assert files(folder) == files_of(photo)


# Deleted


@pytest.mark.parametrize("by", ["page", "list"])
def test_a_deleted_photo_leaves_no_files_behind(save, folder, photo, by):
    if by == "page":
        save(delete_url(photo), post="yes")
    else:
        chosen = {"action": "delete_selected", "_selected_action": [photo.pk], "post": "yes"}
        save(reverse("admin:clinic_photo_changelist"), **chosen)
    assert not Photo.objects.exists()
    assert files(folder) == set()


def test_a_photo_in_use_is_not_deleted_and_its_users_are_named(save, folder, photo):
    factories.specialty_group(name="Clay and wood", photo=photo)
    page = save(delete_url(photo), post="yes")
    assert "cannot be deleted while this stands in the way" in page.text
    assert "Clay and wood" in page.text
    assert files(folder) == files_of(photo)


# When the files cannot be made


@pytest.mark.django_db(transaction=True)
def test_a_failure_is_said_and_the_next_save_tries_again(save, folder):
    in_the_way = folder / "media"
    in_the_way.write_text("a file where the folder should be")
    page = save(ADD, upload=pictures.upload())
    assert any("its files could not be made" in said for said in messages_of(page))
    photo = Photo.objects.get()
    assert photo.built_at is None
    assert "Pages show the drawing" in page.text
    in_the_way.unlink()
    save(change_url(photo))
    assert Photo.objects.get().built_at
    assert files(folder) == files_of(photo)


# Who may


def test_staff_without_the_permission_cannot_upload(client, folder, monkeypatch):
    monkeypatch.setattr(images, "read", None)  # nor make us read it
    log_in_with(client, "view_photo")
    assert client.post(ADD, WORDS | {"upload": pictures.upload()}).status_code == 403
    assert files(folder) == set()


def test_the_list_and_the_page_show_the_photo(admin_client, photo):
    address = images.address(photo, 480, "jpg")
    for page in [reverse("admin:clinic_photo_changelist"), change_url(photo)]:
        assert f'src="{address}" alt="{WORDS["alt"]}"' in admin_client.get(page).text


@pytest.mark.parametrize("make", [factories.program, factories.specialty_group, factories.location])
def test_a_photo_is_chosen_where_it_is_shown(admin_client, make):
    photo = factories.photo(alt="A quiet room with a lamp")
    assert f'<option value="{photo.pk}">A quiet room with a lamp</option>' in admin_client.get(change_url(make())).text
