"""`check --deploy` refuses what is unsafe or unfinished."""

import pytest

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
