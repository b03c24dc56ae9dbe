"""When something is wrong, the page still carries the help lines, and needs nothing that may be broken."""

import pytest
from django.db import OperationalError, connection

from clinic import error_pages
from tests import factories

pytestmark = pytest.mark.django_db

LINES = ['href="tel:911"', 'href="tel:988"', 'href="sms:988"', 'href="tel:+18006624357">1-800-662-4357<']
CLINIC_PHONE = '<a href="tel:+12075550100">(207) 555-0100</a>'
TYPED = {"name": "Quillon", "phone": "2075550177", "message": "marmalade umbrella"}


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.ERROR_PAGES_DIR = tmp_path / "error-pages"
    return settings.ERROR_PAGES_DIR


@pytest.fixture
def ask(client, monkeypatch):
    """Each way to meet an error page, by its status."""

    def break_down(*args, **kwargs):
        raise RuntimeError("a fault of ours")

    def ask_for(status):
        if status == 404:
            return client.get("/nothing/here/at/all/")
        if status == 403:
            return client.post("/request/private/", TYPED, headers={"sec-fetch-site": "cross-site"})
        monkeypatch.setattr("intake.views.request.form_token.read", break_down)
        client.raise_request_exception = False
        return client.post("/request/", TYPED, headers={"sec-fetch-site": "same-origin"})

    return ask_for


# An address that leads nowhere is looked up once, among the pages that moved.
QUERIES = {403: 0, 404: 1, 500: 0}


@pytest.mark.parametrize("status", QUERIES)
class TestAnswer:
    def test_it_carries_the_help_lines_without_reading_them(self, ask, status, django_assert_num_queries):
        with django_assert_num_queries(QUERIES[status]):
            response = ask(status)
        assert response.status_code == status
        for line in LINES:
            assert line in response.text

    def test_it_carries_the_clinics_phone_once_written(self, ask, status, django_assert_num_queries):
        factories.clinic()
        error_pages.write()
        with django_assert_num_queries(QUERIES[status]):
            response = ask(status)
        assert response.status_code == status
        for words in [*LINES, CLINIC_PHONE, "Test Clinic", "https://www.weather.gov/"]:
            assert words in response.text

    def test_it_is_not_listed_and_sets_no_cookie(self, ask, status):
        response = ask(status)
        assert '<meta name="robots" content="noindex">' in response.text
        assert not response.cookies

    def test_it_shows_nothing_that_was_typed(self, ask, status):
        response = ask(status)
        for typed in TYPED.values():
            assert typed not in response.text


def test_the_help_page_answers_without_a_database(client, monkeypatch):
    factories.clinic()
    error_pages.write()

    def out_of_reach(*args, **kwargs):
        raise OperationalError("unable to open database file")

    monkeypatch.setattr(connection, "cursor", out_of_reach)
    response = client.get("/help-now/")
    assert response.status_code == 200
    for words in [*LINES, CLINIC_PHONE]:
        assert words in response.text


class TestFault:
    def test_it_shows_no_traceback(self, ask):
        text = ask(500).text
        for words in ["Traceback", "RuntimeError", "a fault of ours", "views.py", "DEBUG"]:
            assert words not in text

    def test_it_logs_where_it_was_and_not_what_was_typed(self, ask, caplog):
        ask(500)
        assert "RuntimeError: a fault of ours" in caplog.text
        assert "intake/views/request.py" in caplog.text
        for typed in TYPED.values():
            assert typed not in caplog.text


class TestFiles:
    def test_there_is_one_for_each_status_that_this_site_or_the_proxy_answers(self, folder):
        factories.clinic()
        error_pages.write()
        pages = list(folder.glob("*.html"))
        assert {file.name for file in pages} == {f"{status}.html" for status in (400, 403, 404, 500, 503)}
        for file in pages:
            for words in [*LINES, CLINIC_PHONE]:
                assert words in file.read_text()

    def test_writing_again_brings_the_new_number(self, folder):
        clinic = factories.clinic()
        error_pages.write()
        clinic.phone = "+12075550199"
        clinic.save()
        error_pages.write()
        assert "(207) 555-0199" in (folder / "500.html").read_text()
        assert CLINIC_PHONE not in (folder / "500.html").read_text()

    def test_a_write_that_fails_leaves_the_old_pages_whole(self, folder, monkeypatch):
        factories.clinic()
        error_pages.write()
        before = (folder / "500.html").read_text()

        def full_disk(*args, **kwargs):
            raise OSError("No space left on device")

        monkeypatch.setattr("pathlib.Path.write_text", full_disk)
        with pytest.raises(OSError, match="No space"):
            error_pages.write()
        assert (folder / "500.html").read_text() == before
