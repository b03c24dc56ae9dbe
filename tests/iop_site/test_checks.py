"""`check --deploy` refuses what is unsafe or unfinished."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as site

from intake import reminders
from iop_site import checks
from tests import factories


def ids(found):
    return [problem.id for problem in found]


def test_plain_http_is_refused(settings):
    settings.IS_HTTPS = False
    assert ids(checks.check_address(None)) == ["iop_site.E001"]
    settings.IS_HTTPS = True
    assert checks.check_address(None) == []


def test_keys_beside_the_data_are_refused(monkeypatch):
    monkeypatch.delenv("SECRET_KEY")
    monkeypatch.delenv("ENCRYPTION_KEYS")
    assert ids(checks.check_keys_are_apart_from_the_data(None)) == ["iop_site.E002", "iop_site.E003"]


def test_keys_from_the_environment_are_accepted():
    assert checks.check_keys_are_apart_from_the_data(None) == []


def test_a_missing_key_closes_the_form_and_both_checks_say_so(settings):
    assert checks.check_the_form_can_open(None) == checks.check_the_form_can_open_for_the_public(None) == []
    settings.ENCRYPTION_KEYS = []
    [warning] = checks.check_the_form_can_open(None)
    [error] = checks.check_the_form_can_open_for_the_public(None)
    assert (warning.id, error.id) == ("iop_site.W001", "iop_site.E007")
    assert not warning.is_serious()
    assert error.is_serious()
    assert "Set ENCRYPTION_KEYS" in warning.hint
    assert "colleagues sign in with a recovery code only" in warning.msg


def test_a_missing_key_is_not_called_kept_beside_the_data(settings, monkeypatch):
    monkeypatch.delenv("ENCRYPTION_KEYS")
    settings.ENCRYPTION_KEYS = []
    assert checks.check_keys_are_apart_from_the_data(None) == []


def check(folder, **variables):
    """`manage.py check` of a site whose secrets are all here."""
    environment = {name: value for name, value in os.environ.items() if name not in ("SECRET_KEY", "ENCRYPTION_KEYS")}
    environment |= {"VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "iop_site.settings"} | variables
    (folder / "site.sqlite3").touch()
    command = [sys.executable, site.BASE_DIR / "manage.py", "check"]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize("file", [None, "", " \n"])
def test_a_site_without_encryption_keys_starts_with_a_warning(tmp_path, file):
    if file is not None:
        (tmp_path / "secrets").mkdir()
        (tmp_path / "secrets" / "encryption_keys").write_text(file)
    done = check(tmp_path, SECRET_KEY="a secret for tests")
    assert done.returncode == 0
    assert "iop_site.W001" in done.stderr


@pytest.mark.parametrize("keys", ["short", f"{'long enough ' * 4},short", "change-me-to-32-random-bytes-in-base64"])
def test_a_weak_encryption_key_is_refused_in_words(tmp_path, keys):
    done = check(tmp_path, SECRET_KEY="a secret for tests", ENCRYPTION_KEYS=keys)
    assert done.returncode != 0
    assert "Every key in ENCRYPTION_KEYS has 32 characters or more." in done.stderr
    assert keys not in done.stderr


def test_a_site_without_its_own_secret_does_not_start(tmp_path):
    done = check(tmp_path, ENCRYPTION_KEYS="long enough " * 4)
    assert done.returncode != 0
    assert "Set SECRET_KEY in the environment" in done.stderr


@pytest.mark.django_db
def test_a_site_without_a_clinic_is_refused():
    assert ids(checks.check_facts_are_the_clinics_own(None)) == ["iop_site.E004"]


@pytest.mark.django_db
def test_the_starting_contents_facts_are_refused(starting_content):
    assert ids(checks.check_facts_are_the_clinics_own(None)) == ["iop_site.E005"] * len(checks.PLACEHOLDERS)


@pytest.mark.django_db
def test_a_clinics_own_facts_are_accepted():
    factories.clinic(phone="+12077730142")
    assert checks.check_facts_are_the_clinics_own(None) == []


def test_a_public_site_without_a_mail_server_is_refused(settings):
    settings.EMAIL_HOST = ""
    assert ids(checks.check_mail_can_be_sent(None)) == ["iop_site.E006"]
    settings.IS_LOCAL = True
    assert checks.check_mail_can_be_sent(None) == []


def test_a_public_site_with_a_mail_server_is_accepted(settings):
    settings.EMAIL_HOST = "mail.clinic.example"
    assert checks.check_mail_can_be_sent(None) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "found"), [("", ["iop_site.E008"]), ("desk@clinic.example", [])])
def test_a_site_that_tells_nobody_of_requests_is_refused(address, found):
    factories.clinic(notices_to=address)
    assert ids(checks.check_somebody_gets_mail(None)) == found


@pytest.mark.django_db
def test_a_colleague_who_gets_reminders_is_told_of_requests():
    factories.clinic(notices_to="")
    by = factories.colleague(rights=["change_consultationrequest"], email="kit@clinic.example")
    reminders.choose(by, "at_once")
    assert checks.check_somebody_gets_mail(None) == []
