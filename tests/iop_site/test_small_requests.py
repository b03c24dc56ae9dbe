"""Who is not signed in as staff cannot fill the disk, or keep the site busy with reading."""

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from clinic import images
from tests import factories
from tests.programs.admin.desk import log_in_with

pytestmark = pytest.mark.django_db

PUBLIC = ["/search/", "/fit-my-week/", "/request/", "/staff/login/", "/staff/clinic/photo/add/", "/nothing-here/"]


@pytest.fixture(autouse=True)
def clinic():
    return factories.clinic()


@pytest.fixture
def taken_in(monkeypatch):
    """The names of files that a handler of Django's took in."""
    names = []
    new_file = FileUploadHandler.new_file

    def note(self, field_name, file_name, *args, **kwargs):
        names.append(file_name)
        new_file(self, field_name, file_name, *args, **kwargs)

    monkeypatch.setattr(FileUploadHandler, "new_file", note)
    return names


def file(size=10):
    return SimpleUploadedFile("x.jpg", b"x" * size)


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_take_no_files(client, path, taken_in):
    client.post(path, {"q": "horses", "upload": file()})
    assert taken_in == []


def test_a_file_does_not_hide_what_was_typed(client):
    assert "horses" in client.post("/search/", {"upload": file(), "q": "horses"}).text


@pytest.mark.parametrize("path", PUBLIC)
def test_a_large_body_is_refused_unread(client, path, monkeypatch):
    monkeypatch.setattr("django.core.handlers.wsgi.WSGIRequest._load_post_and_files", None)
    response = client.post(path, {"upload": file(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)})
    assert response.status_code == 413
    assert "988" in response.text
    assert response["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", PUBLIC)
def test_a_body_of_unknown_length_is_refused(client, path):
    assert client.post(path, {"q": "x"}, headers={"transfer-encoding": "chunked"}).status_code == 413


def test_staff_send_photos_up_to_a_limit(client, taken_in):
    log_in_with(client, "add_photo")
    words = {"alt": "A desk", "focus": "center"}
    page = client.post("/staff/clinic/photo/add/", words | {"upload": file(images.MOST_BYTES + 1)})
    assert "at most 20 MB" in page.text
    assert "x.jpg" in taken_in
    page = client.post("/staff/clinic/photo/add/", words | {"upload": file(2 * images.MOST_BYTES)})
    assert page.status_code == 413


def test_staff_send_no_files_to_public_pages(client, taken_in):
    log_in_with(client, "add_photo")
    client.post("/search/", {"q": "horses", "upload": file()})
    assert taken_in == []
