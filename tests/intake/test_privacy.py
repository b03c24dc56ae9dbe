"""Nothing about a person is kept that nobody has thought about, or that docs/data.md does not tell."""

from dataclasses import replace

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

from intake import data_page, privacy
from intake.forms import IntakeForm
from intake.management.commands import write_data_page
from intake.models import CaseEntry, ConsultationRequest

NEVER_ASKED = ["insur", "birth", "diagnos", "substance", "payment", "card", "medic", "drug", "ssn", "social", "street"]
EVERY_FIELD = [
    pytest.param(entry, apps.get_model(label)._meta.get_field(name), id=f"{label}.{name}")
    for label, table in privacy.TABLES.items()
    for name, entry in table.fields.items()
    if f"{label}.{name}" not in privacy.unknown()
]


def test_every_field_is_classified():
    assert privacy.unclassified() == []


def test_nothing_is_classified_that_does_not_exist():
    assert privacy.unknown() == []


def test_a_field_that_came_or_went_is_noticed(monkeypatch):
    tally = privacy.TABLES["intake.Tally"]
    fields = {"shoe_size" if name == "count" else name: field for name, field in tally.fields.items()}
    monkeypatch.setitem(privacy.TABLES, "intake.Tally", replace(tally, fields=fields))
    assert privacy.unclassified() == ["intake.Tally.count"]
    assert privacy.unknown() == ["intake.Tally.shoe_size"]


def test_a_whole_model_that_came_is_noticed(monkeypatch):
    monkeypatch.delitem(privacy.TABLES, "sessions.Session")
    assert privacy.unclassified() == [
        "sessions.Session.expire_date",
        "sessions.Session.session_data",
        "sessions.Session.session_key",
    ]


@pytest.mark.parametrize(("entry", "field"), EVERY_FIELD)
def test_what_a_person_wrote_and_what_opens_an_account_is_encrypted_and_nothing_else_is(entry, field):
    assert privacy.is_encrypted(field) == (entry.kind in privacy.ENCRYPTED)


@pytest.mark.parametrize(("entry", "field"), EVERY_FIELD)
def test_why_is_one_plain_sentence_or_two(entry, field):
    assert entry.why.endswith(".")
    assert entry.why.count(". ") <= 1
    assert "|" not in entry.why


def test_every_kind_that_is_not_encrypted_has_a_reason():
    assert set(privacy.PLAIN_BECAUSE) == set(privacy.Kind) - set(privacy.ENCRYPTED)


@pytest.mark.parametrize("model", [ConsultationRequest, CaseEntry])
def test_what_a_person_wrote_is_erased_when_they_withdraw(model):
    erased = privacy.erased_fields(model)
    assert erased
    assert set(privacy.written_by_a_person(model)) <= {field.name for field in erased}


@pytest.mark.parametrize(("entry", "field"), EVERY_FIELD)
def test_the_page_says_until_the_person_withdraws_of_what_is_erased_then_and_of_nothing_else(entry, field):
    table = privacy.TABLES[field.model._meta.label]
    says_so = privacy.UNTIL_WITHDRAWN in data_page.row(field, table)
    assert says_so == (entry.is_erased or table.kept == privacy.UNTIL_WITHDRAWN)


@pytest.mark.parametrize("word", NEVER_ASKED)
def test_what_we_never_ask_has_no_field(word):
    names = [field.name for field in ConsultationRequest._meta.fields] + list(IntakeForm.base_fields)
    assert [name for name in names if word in name] == []


def test_the_page_in_docs_is_up_to_date():
    """If this fails, run manage.py write_data_page and read what changed."""
    assert write_data_page.PAGE.read_text(encoding="utf-8") == data_page.as_markdown()


def test_the_command_writes_the_page(tmp_path, monkeypatch):
    page = tmp_path / "data.md"
    monkeypatch.setattr(write_data_page, "PAGE", page)
    call_command("write_data_page")
    assert page.read_text(encoding="utf-8") == data_page.as_markdown()


def test_the_page_says_for_each_field_whether_it_is_encrypted():
    lines = data_page.as_markdown().splitlines()
    assert [line.rsplit("|", 2)[1].strip() for line in lines if "(`phone`)" in line] == ["Yes"]
    assert [line.rsplit("|", 2)[1].strip() for line in lines if "(`relationship`)" in line] == ["No"]


def test_the_page_tells_how_long_a_session_really_lasts():
    lasts = f"{settings.SESSION_COOKIE_AGE // 60} idle minutes and {settings.SESSION_MOST_SECONDS // 3600} hours"
    assert f"Works for {lasts} at most" in data_page.as_markdown()
