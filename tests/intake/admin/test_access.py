"""The record of who looked, as the auditor reads it."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import AUDITOR, DESK, MANAGER
from intake import audit
from intake.admin import access
from intake.models import AccessRecord
from tests import factories, triggers

pytestmark = pytest.mark.django_db

Kind = AccessRecord.Kind
LIST, VERIFY, OF = (f"admin:intake_accessrecord_{name}" for name in ("changelist", "verify", "of"))


@pytest.fixture(autouse=True)
def clinic():
    return factories.clinic(time_zone="America/New_York")


@pytest.fixture
def auditor(client):
    user = factories.colleague("auditor", roles=[AUDITOR])
    client.force_login(user)
    return user


@pytest.fixture
def desk():
    return factories.colleague()


def rows(page):
    return list(page.context["cl"].result_list)


def looked_at(monkeypatch, moment, by):
    monkeypatch.setattr(audit.timezone, "now", lambda: moment)
    made = audit.record(Kind.LIST, by=by)
    monkeypatch.undo()
    return made


class TestList:
    def test_it_says_who_looked_at_what_newest_first(self, client, auditor, desk):
        stored = factories.consultation_request()
        audit.record(Kind.VIEW, by=desk, request=stored)
        audit.record(Kind.EXPORT, by=desk, reason=AccessRecord.Reason.LAW)
        page = client.get(reverse(LIST))
        assert [row.kind for row in rows(page)] == [Kind.LIST, Kind.EXPORT, Kind.VIEW]
        for said in (stored.reference, "Opened the request", "Team member", "A law or a court asks for it"):
            assert said in page.text

    def test_it_says_what_was_refused_and_so_do_the_records_of_one_request(self, client, auditor, desk):
        stored = factories.consultation_request()
        theirs = Client()
        theirs.force_login(factories.colleague("kim", roles=[DESK]))
        assert theirs.get(reverse("admin:intake_consultationrequest_export")).status_code == 403
        assert theirs.get(reverse("admin:intake_consultationrequest_erase", args=[stored.pk])).status_code == 403
        assert theirs.get(reverse("admin:auth_user_add")).status_code == 403
        assert theirs.get(reverse("admin:figures")).status_code == 403
        page = client.get(reverse(LIST)).text
        for words in ("Consultation requests: export", "Consultation requests: erase", "Accounts: add", "Figures"):
            assert f">{words}</td>" in page
        assert "Was refused: Consultation requests: erase" in client.post(reverse(OF), {"reference": stored}).text
        audit.record("refused", by=desk, place="code")
        assert ">Sign-in without the code of the phone</td>" in client.get(reverse(LIST)).text

    def test_reading_it_is_recorded(self, client, auditor):
        client.get(reverse(LIST))
        client.get(reverse(LIST))
        assert list(AccessRecord.objects.values_list("kind", "by", "role")) == [("list", auditor.pk, AUDITOR)] * 2

    def test_so_is_reading_one(self, client, auditor, desk):
        one = audit.record(Kind.LIST, by=desk)
        client.get(reverse("admin:intake_accessrecord_change", args=[one.pk]))
        assert AccessRecord.objects.filter(by=auditor).count() == 1

    def test_a_look_that_cannot_be_recorded_shows_nothing(self, client, auditor, monkeypatch):
        def fail(*given, **named):
            raise DatabaseError("The disk is full.")

        monkeypatch.setattr(audit, "record", fail)
        for url in (LIST, VERIFY, OF):
            with pytest.raises(DatabaseError, match="full"):
                client.get(reverse(url))

    def test_it_is_filtered_by_kind_and_person(self, client, auditor, desk):
        audit.record(Kind.PRINT, by=desk)
        audit.record(Kind.SEARCH, by=desk)
        assert [row.kind for row in rows(client.get(reverse(LIST), {"kind__exact": "print"}))] == [Kind.PRINT]
        shown = rows(client.get(reverse(LIST), {"by__id__exact": desk.pk}))
        assert {row.by for row in shown} == {desk}
        assert len(shown) == 2

    def test_days_are_the_clinics(self, client, auditor, desk, monkeypatch):
        """20 November in Maine lasts from 5:00 to 5:00 UTC."""
        evening, noon, morning = (
            looked_at(monkeypatch, datetime(2026, 11, day, hour, 59, tzinfo=UTC), desk)
            for day, hour in ((20, 4), (20, 17), (21, 4))
        )
        shown = rows(client.get(reverse(LIST), {"since": "2026-11-20", "until": "2026-11-20"}))
        assert shown == [morning, noon]
        assert evening not in shown
        assert evening in rows(client.get(reverse(LIST), {"until": "2026-11-19"}))

    def test_choosing_days_keeps_the_other_filters(self, client, auditor):
        page = client.get(reverse(LIST), {"kind__exact": "print", "since": "2026-11-20"}).text
        assert '<input type="hidden" name="kind__exact" value="print">' in page
        assert 'name="since" value="2026-11-20"' in page

    @pytest.mark.parametrize("day", ["x", "2026-02-30", "0001-01-01", "9999-12-31", "99999-01-01", "' OR 1=1"])
    @pytest.mark.parametrize("name", ["since", "until"])
    def test_a_day_that_is_none_is_said_and_breaks_nothing(self, client, auditor, name, day):
        assert client.get(reverse(LIST), {name: day}).status_code == 200

    @pytest.mark.parametrize("lookup", ["seal__startswith", "by__password__startswith", "reference", "by__email"])
    def test_nothing_else_is_asked_by_the_address(self, client, auditor, lookup):
        assert client.get(reverse(LIST), {lookup: "a"}).status_code == 400

    def test_it_costs_the_same_however_long(self, client, auditor, desk, django_assert_num_queries):
        audit.record(Kind.LIST, by=desk)
        client.get(reverse(LIST))
        with CaptureQueriesContext(connection) as few:
            client.get(reverse(LIST))
        for number in range(60):
            audit.record(Kind.LIST, by=desk if number % 2 else auditor)
        with django_assert_num_queries(len(few)):
            client.get(reverse(LIST))

    def test_it_counts_no_further_than_it_shows(self, client, auditor, desk, monkeypatch):
        monkeypatch.setattr(access, "MOST", 3)
        for _ in range(6):
            audit.record(Kind.LIST, by=desk)
        with CaptureQueriesContext(connection) as asked:
            page = client.get(reverse(LIST))
        assert page.context["cl"].result_count == 3
        assert "It goes back 3 looks" in page.text
        counts = [query["sql"] for query in asked if "COUNT(" in query["sql"] and "intake_accessrecord" in query["sql"]]
        assert counts
        assert all("LIMIT 3" in sql for sql in counts)

    def test_nobody_changes_adds_or_deletes_one(self, admin_client, desk):
        one = audit.record(Kind.LIST, by=desk)
        assert admin_client.post(reverse("admin:intake_accessrecord_change", args=[one.pk])).status_code == 403
        assert admin_client.post(reverse("admin:intake_accessrecord_delete", args=[one.pk])).status_code == 403
        assert admin_client.get(reverse("admin:intake_accessrecord_add")).status_code == 403


class TestCheck:
    def test_nothing_changed_is_said_with_the_line_to_keep(self, client, auditor, desk):
        audit.record(Kind.LIST, by=desk)
        page = client.post(reverse(VERIFY), {"head": ""}).text
        assert "Nothing was changed" in page
        assert f"All {AccessRecord.objects.count()} records are there" in page
        assert audit.head() in page

    def test_the_first_record_that_was_changed_is_named(self, client, auditor, desk):
        for _ in range(3):
            audit.record(Kind.LIST, by=desk)
        with triggers.lifted() as cursor:
            cursor.execute("UPDATE intake_accessrecord SET role = 'Nobody' WHERE id = 2")
        page = client.post(reverse(VERIFY)).text
        assert "Record 2 is missing, or it is not as it was written" in page
        assert "Nothing was changed" not in page

    def test_an_end_that_was_cut_off_is_found_with_the_line_that_was_kept(self, client, auditor, desk):
        for _ in range(4):
            audit.record(Kind.LIST, by=desk)
        kept = audit.head()
        with triggers.lifted() as cursor:
            cursor.execute("DELETE FROM intake_accessrecord WHERE id > 2")
        # The check itself is recorded, so a record stands where another one was.
        assert "Something is wrong" in client.post(reverse(VERIFY), {"head": kept}).text

    def test_a_line_that_was_kept_and_still_fits_is_fine(self, client, auditor, desk):
        audit.record(Kind.LIST, by=desk)
        assert "Nothing was changed" in client.post(reverse(VERIFY), {"head": f" {audit.head()} "}).text

    @pytest.mark.parametrize("head", ["1", "x:y", "1:", ":abc", f"{10**30}:{'a' * 64}", "\x00", "٣:a"])
    def test_a_line_that_is_none_is_said_in_words(self, client, auditor, head):
        page = client.post(reverse(VERIFY), {"head": head})
        assert page.status_code == 200
        assert "Nothing was changed" not in page.text

    def test_looking_at_the_form_checks_nothing(self, client, auditor):
        assert "are there and as they were written" not in client.get(reverse(VERIFY)).text


class TestOneRequest:
    def test_who_looked_at_it_is_listed_and_others_are_not(self, client, auditor, desk):
        stored, other = factories.consultation_request(), factories.consultation_request()
        audit.record(Kind.REVEAL, by=desk, request=stored)
        audit.record(Kind.PRINT, by=desk, request=other)
        page = client.post(reverse(OF), {"reference": f" {stored.reference.lower()} "})
        assert "1 record" in page.text
        assert "Saw the number or the email" in page.text
        assert "Printed the request" not in page.text

    @pytest.mark.parametrize("typed", ["ACE347XYW", "ace 347 xyw", "ACE – 347 – XYW"])
    def test_a_reference_is_read_as_everywhere(self, client, auditor, desk, typed):
        audit.record(Kind.VIEW, by=desk, request=factories.consultation_request(reference="ACE-347-XYW"))
        assert "ACE-347-XYW: 1 record" in client.post(reverse(OF), {"reference": typed}).text

    def test_a_search_is_recorded(self, client, auditor):
        client.post(reverse(OF), {"reference": "ACE-347-XYW"})
        assert AccessRecord.objects.get().kind == Kind.SEARCH

    def test_a_request_nobody_opened_is_said_in_words(self, client, auditor):
        assert "Nobody has opened" in client.post(reverse(OF), {"reference": "ACE-347-XYW"}).text

    @pytest.mark.parametrize("typed", ["", "Marigold", "ACE-347", "\x00", "ACE-347-XYW-MORE"])
    def test_what_is_no_reference_is_not_searched_for(self, client, auditor, typed):
        page = client.post(reverse(OF), {"reference": typed})
        assert page.status_code == 200
        assert "is_searched" not in page.context

    def test_the_address_holds_no_reference(self, client, auditor):
        assert "is_searched" not in client.get(reverse(OF), {"reference": "ACE-347-XYW"}).context


@pytest.mark.parametrize("url", [LIST, VERIFY, OF])
def test_who_reads_requests_does_not_check_who_read_them(client, url):
    client.force_login(factories.colleague("manager", roles=[MANAGER]))
    assert client.get(reverse(url)).status_code == 403
    assert client.post(reverse(url)).status_code == 403
    assert set(AccessRecord.objects.values_list("kind", flat=True)) == {"refused"}
