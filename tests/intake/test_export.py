"""The file holds what was chosen, runs no formula, and says what cannot be read."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import example, given
from hypothesis import strategies as st

from clinic.models import Clinic
from intake import export, workflow
from intake.encryption import EncryptedTextField
from intake.models import ConsultationRequest
from tests import factories

CLINIC = Clinic(time_zone="America/New_York")
EVERYTHING = {name for group in export.GROUPS.values() for name in group}


def read(text):
    """The cells of a file, as a program reads them."""
    return list(csv.reader(io.StringIO(text.removeprefix(export.BYTE_ORDER_MARK), newline="")))


def without_mark(cell):
    return cell[1:] if cell.startswith("'") and export.could_be_formula(cell[1:]) else cell


def rows_of(*chosen, requests=None):
    columns = export.columns_of(chosen)
    requests = ConsultationRequest.objects.all() if requests is None else requests
    return [read(export.row(r, columns, CLINIC))[0] for chunk in export.chunks(requests, set(chosen)) for r in chunk]


# Cells


@pytest.mark.parametrize(
    "typed",
    [
        *("=1+1", "+12075550100", "-3", "@SUM(A1)", "\tx", "\rx", "\nx", " =1", "\u200b=1", "'=1", "''+1"),
        *("＝1", "＋1", "－1", "＠1", "\u22121", "﹣1", "\ufeff=1", "\u00a0@x"),
    ],
)
def test_no_cell_starts_as_a_formula_does(typed):
    assert export.safe(typed) == f"'{typed}"


@pytest.mark.parametrize("typed", ["", "Sam", "O’Hara = me", "a-b", "'quoted'", "207 555 0100", "(207) 555-0100", "é"])
def test_other_cells_stay_as_they_are(typed):
    assert export.safe(typed) == typed


@given(cells=st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=6))
@example(cells=['a"b', "a,b", "a;b", "a\r\nb", "'=1", "=1", "\x00"])
def test_a_file_that_is_read_back_holds_what_was_typed(cells):
    [found] = read(export.line(cells))
    assert [without_mark(cell) for cell in found] == cells
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for cell in found)


# Columns


def test_every_column_can_be_chosen_once_and_reads_in_words():
    columns = export.columns_of(EVERYTHING)
    words = [column.words for column in columns]
    assert len(set(words)) == len(words) == len(EVERYTHING) + 1
    assert not any("_" in label for label in words)


def test_columns_keep_their_order_whatever_the_order_of_the_choice():
    words = [column.words for column in export.columns_of(["message", "reference", "name"])]
    assert words == ["Reference", "Name to use", "What they wrote"]


def test_a_number_never_goes_out_without_its_rules():
    assert [column.words for column in export.columns_of({"phone"})] == ["What we may do", "Phone number"]
    assert export.RULES not in export.columns_of({"name"})


def test_all_that_is_encrypted_counts_as_words_of_a_person():
    sealed = [f.name for f in ConsultationRequest._meta.fields if isinstance(f, EncryptedTextField)]
    assert set(sealed) <= {*export.TOLD, *export.CONTACT}
    assert all(export.holds_words({name}) for name in sealed)
    assert not export.holds_words(export.ABOUT)


# Rows


@pytest.mark.django_db
class TestRows:
    def test_a_row_holds_what_was_chosen_on_the_clinics_clock(self):
        moment = datetime(2026, 11, 22, 3, 30, tzinfo=UTC)
        made = factories.consultation_request(received_at=moment, name="Sam", wants_estimate=True, estimate_due=moment)
        assert rows_of("reference", "received_at", "state", "name", "estimate_due", "needs_interpreter", "owner") == [
            [made.reference, "2026-11-21 22:30", "New", "", "No", "2026-11-22", "Sam"]
        ]

    def test_for_whom_they_ask_is_said_in_words_for_colleagues(self):
        for asking_for in ("self", "loved_one", "client"):
            factories.consultation_request(asking_for=asking_for)
        assert export.ABOUT["asking_for"].words == "Asks for"
        assert rows_of("asking_for") == [["Themselves"], ["Someone they care about"], ["A patient or client"]]

    def test_a_number_is_marked_as_text_and_its_rules_stand_before_it(self):
        factories.consultation_request(phone="+12075550188")
        [[rules, phone]] = rows_of("phone")
        assert phone == "'+12075550188"
        assert "May we leave a message: NO. Leave no message." in rules

    def test_every_column_of_every_request_can_be_read(self, admin_user):
        factories.consultation_request(program=factories.program(), time_zone="America/Chicago")
        workflow.claim(ConsultationRequest.objects.get(), by=admin_user)
        [row] = rows_of(*EVERYTHING)
        assert admin_user.username in row
        assert "Central time" in row

    def test_what_cannot_be_read_says_so_and_stops_nothing(self):
        first, second = factories.consultation_request(name="Ann"), factories.consultation_request(name="Bo")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE intake_consultationrequest SET name = 'sealed' WHERE id = %s", [first.pk])
        assert rows_of("name", "phone") == [
            [export.CANNOT_BE_READ, rows_of("phone")[0][0], "207 555 0188"],
            ["Bo", rows_of("phone")[1][0], "207 555 0188"],
        ]
        assert rows_of("reference") == [[first.reference], [second.reference]]

    def test_who_withdrew_is_a_reference_and_nothing_they_told_us(self):
        made = factories.consultation_request(email="sam@example.com", message="Evenings.", may_email=True)
        workflow.withdraw(made)
        [[reference, *told]] = rows_of("reference", "name", "message", "phone", "email")
        assert reference == made.reference
        [rules, *others] = [words for words in told if words]
        assert others == []
        assert rules.startswith("Withdrawn.")

    def test_a_list_is_read_in_short_pieces_by_few_queries(self, monkeypatch):
        monkeypatch.setattr(export, "CHUNK", 3)
        for _ in range(7):
            factories.consultation_request(program=factories.program())
        with CaptureQueriesContext(
            connection,
        ) as queries:
            pieces = [len(chunk) for chunk in export.chunks(ConsultationRequest.objects.all(), EVERYTHING)]
        assert pieces == [3, 3, 1]
        assert len(queries) == 4

    def test_reading_costs_the_same_queries_whatever_is_in_the_rows(self):
        for _ in range(5):
            factories.consultation_request(program=factories.program())
        columns = export.columns_of(EVERYTHING)
        with CaptureQueriesContext(connection) as queries:
            for chunk in export.chunks(ConsultationRequest.objects.all(), EVERYTHING):
                assert len([export.row(stored, columns, CLINIC) for stored in chunk]) == 5
        assert len(queries) == 2
