"""Requests leave the desk: only with a right and a reason, counted first, and recorded before they go."""

import csv
import io
import re
import tracemalloc
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clinic.models import Clinic
from intake import audit, contact_rules, export, workflow
from intake.admin import tabs
from intake.admin.export import where
from intake.encryption import CannotDecrypt
from intake.models import AccessRecord, ConsultationRequest
from tests import factories

pytestmark = pytest.mark.django_db

EXPORT = "admin:intake_consultationrequest_export"
CHOICE = {"which": "main", "about": ["reference", "state"], "reason": "report"}
PERSONAL = CHOICE | {"told": ["name"], "contact": ["phone"], "reason": "handover"}


@pytest.fixture(autouse=True)
def clinic():
    return factories.clinic()


def make_request(**fields):
    told = {"name": "Marigold", "email": "marigold@example.com", "message": "Evenings are best."}
    return factories.consultation_request(**told | fields)


def log_in_with(client, *codenames):
    user = User.objects.create_user("desk", is_staff=True)
    codenames = ["view_consultationrequest", *codenames]
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(user)
    return user


def post(client, step="count", **choice):
    return client.post(reverse(EXPORT), {**CHOICE, **choice, "step": step})


def download(client, **choice):
    response = post(client, "download", **choice)
    text = b"".join(response.streaming_content).decode()
    assert text.startswith(export.BYTE_ORDER_MARK)
    return list(csv.reader(io.StringIO(text.removeprefix(export.BYTE_ORDER_MARK), newline="")))


def records():
    return list(AccessRecord.objects.values_list("kind", "reference", "reason"))


class TestChoosing:
    def test_nothing_personal_is_ticked_at_first(self, admin_client):
        form = admin_client.get(reverse(EXPORT)).context["form"]
        assert form["about"].initial
        assert form["told"].initial is None
        assert form["contact"].initial is None
        assert form["reason"].initial is None

    def test_the_list_somebody_came_from_is_chosen(self, admin_client):
        queue = admin_client.get(reverse("admin:intake_consultationrequest_changelist"), {"list": "closed"}).text
        assert f'href="{reverse(EXPORT)}?list=closed"' in queue
        page = admin_client.get(reverse(EXPORT), {"list": "closed"}).text
        assert re.search(r'value="closed"[^>]* checked', page)
        assert admin_client.get(reverse(EXPORT), {"list": "<x>"}).status_code == 200

    def test_the_count_is_said_before_anything_leaves(self, admin_client):
        make_request()
        make_request()
        page = post(admin_client).text
        assert "This file will hold <strong>2 requests</strong>." in page
        assert "For a report of counts" in page
        assert records() == []

    def test_a_count_names_nobody(self, admin_client):
        make_request()
        page = post(admin_client, **PERSONAL).text
        assert "Marigold" not in page
        assert "Each of them sees on their private page" in page

    def test_the_days_are_read_back_in_words(self, admin_client):
        make_request(received_at=datetime(2026, 11, 1, 12, tzinfo=UTC))
        page = post(admin_client, received_from="2026-11-01", received_to="2026-11-02").text
        assert "From Sunday, November 1, 2026 up to Monday, November 2, 2026" in page

    def test_the_choice_can_be_changed_after_the_count(self, admin_client):
        make_request()
        page = post(admin_client, "change", about=["owner"])
        assert page.context["form"]["about"].value() == ["owner"]
        assert "Count the requests" in page.text

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"reason": ""}, "Choose why you need it. It is recorded."),
            ({"reason": "because"}, "Choose why you need it. It is recorded."),
            ({"which": ""}, "Choose a list."),
            ({"received_from": "2026-11-02", "received_to": "2026-11-01"}, "This day is before the first one."),
            ({"received_from": "yesterday"}, "Enter a day such as 2026-11-22."),
            ({"received_to": "9999-12-31"}, "Enter a day such as 2026-11-22."),
            ({"received_to": "2000-01-01"}, "No request is in this list and this time."),
        ],
    )
    @pytest.mark.parametrize("step", ["count", "download"])
    def test_a_wrong_choice_is_said_in_words_and_stays(self, admin_client, wrong, said, step):
        make_request()
        page = post(admin_client, step, **{"told": ["message"], "reason": "records"} | wrong)
        assert said in page.text
        assert "<title>Error: " in page.text
        assert page.context["form"]["told"].value() == ["message"]
        assert records() == []

    def test_a_file_without_a_column_is_refused(self, admin_client):
        make_request()
        assert "Choose at least one column." in post(admin_client, about=[]).text
        assert records() == []

    @pytest.mark.parametrize(
        ("which", "held"),
        [("waiting", 2), ("overdue", 1), ("theirs", 1), ("paused", 1), ("closed", 2), ("main", 6), ("held", 1)],
    )
    def test_each_list_holds_its_own(self, admin_client, admin_user, clinic, which, held):
        make_request()
        make_request(reply_by=timezone.now() - timedelta(minutes=5))
        workflow.mark_reached(make_request(), by=admin_user)
        workflow.pause(make_request())
        workflow.close(make_request(), "elsewhere", by=admin_user)
        workflow.withdraw(make_request())
        make_request(held_because="Sent within 3 seconds")
        assert post(admin_client, which=which).context["total"] == held

    def test_each_list_is_the_tab_of_its_name(self, admin_client, admin_user):
        workflow.claim(make_request(), by=admin_user)
        workflow.mark_reached(make_request(), by=admin_user)
        workflow.close(make_request(held_because="Sent within 3 seconds"), "not_a_request", by=admin_user)
        workflow.withdraw(make_request())
        make_request(call_at=timezone.now(), reply_by=timezone.now() - timedelta(days=1))
        names = dict(admin_client.get(reverse(EXPORT)).context["form"].fields["which"].choices)
        for code, held in tabs.counts(admin_user, timezone.now(), Q()).items():
            assert names[code] == tabs.TABS[code].name
            assert post(admin_client, which=code).context.get("total", 0) == held

    def test_both_days_count_on_the_clinics_clock(self, admin_client):
        late = make_request(received_at=datetime(2026, 11, 3, 4, 59, tzinfo=UTC))  # 11:59 pm of the second there
        make_request(received_at=datetime(2026, 11, 3, 5, 0, tzinfo=UTC))
        early = make_request(received_at=datetime(2026, 11, 1, 4, 0, tzinfo=UTC))
        make_request(received_at=datetime(2026, 11, 1, 3, 59, tzinfo=UTC))
        _header, *rows = download(admin_client, received_from="2026-11-01", received_to="2026-11-02")
        assert [reference for reference, _state in rows] == [late.reference, early.reference]


class TestTheFile:
    def test_it_holds_the_columns_under_their_words(self, admin_client):
        made = make_request()
        assert download(admin_client) == [["Reference", "State"], [made.reference, "New"]]

    def test_its_name_is_neutral_and_no_copy_is_kept(self, admin_client, clinic):
        make_request()
        response = post(admin_client, "download")
        assert response["Content-Disposition"] == f'attachment; filename="requests-{clinic.local_now():%Y-%m-%d}.csv"'
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        assert response["Cache-Control"] == "no-store"
        assert "Content-Encoding" not in response

    def test_a_list_without_words_is_recorded_once_with_its_reason(self, admin_client):
        make_request()
        download(admin_client)
        assert records() == [("export", "", "report")]

    def test_each_person_in_it_has_a_record_with_the_reason(self, admin_client):
        first, second = make_request(), make_request()
        download(admin_client, **PERSONAL)
        assert records() == [("export", stored, "handover") for stored in ("", first.reference, second.reference)]
        assert audit.verify() is None

    def test_a_report_of_counts_names_nobody(self, admin_client):
        make_request()
        answer = post(admin_client, "download", **PERSONAL | {"reason": "report"})
        assert "A report of counts needs no names." in answer.text
        assert records() == []

    def test_records_of_a_piece_are_there_before_it_leaves(self, admin_client, monkeypatch):
        monkeypatch.setattr(export, "CHUNK", 2)
        made = [make_request() for _ in range(5)]
        pieces = iter(post(admin_client, "download", **PERSONAL))
        assert "Marigold" not in next(pieces).decode()
        assert len(records()) == 1
        assert next(pieces).decode().count("Marigold") == 2
        assert [reference for _kind, reference, _reason in records()] == ["", made[0].reference, made[1].reference]

    def test_a_piece_that_cannot_be_recorded_does_not_leave(self, admin_client):
        make_request()
        pieces = iter(post(admin_client, "download", **PERSONAL))
        next(pieces)
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE intake_accessrecord")
        with pytest.raises(Exception, match="no such table"):
            next(pieces)

    def test_somebody_who_withdraws_while_it_is_sent_is_not_named_in_it(self, admin_client, monkeypatch):
        monkeypatch.setattr(export, "CHUNK", 1)
        make_request(name="Rose")
        second = make_request()
        pieces = iter(post(admin_client, "download", **PERSONAL))
        assert "Rose" in (next(pieces) + next(pieces)).decode()
        workflow.withdraw(second)
        assert "Marigold" not in b"".join(pieces).decode()

    def test_a_long_list_takes_no_more_memory_than_a_short_one(self, admin_client, monkeypatch):
        monkeypatch.setattr(export, "CHUNK", 5)
        ConsultationRequest.objects.bulk_create(
            ConsultationRequest(form_token=f"{n:032x}", reference=f"r{n}", asking_for="self", message="x" * 5000)
            for n in range(400)
        )
        response = post(admin_client, "download", told=["message"], reason="records")
        tracemalloc.start()
        size = sum(len(piece) for piece in response)
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert size > 400 * 5000
        assert peak < size / 2
        assert AccessRecord.objects.count() == 401

    def test_each_piece_costs_the_same_few_queries(self, admin_client, monkeypatch):
        monkeypatch.setattr(export, "CHUNK", 5)
        for _ in range(20):
            make_request()
        response = post(admin_client, "download", **PERSONAL)
        with CaptureQueriesContext(connection) as queries:
            assert len(list(response)) == 5
        # Read a piece; then in one transaction, which is two: the last record, the role, the new records.
        assert len(queries) == 4 * 6 + 1


class TestRights:
    def test_who_may_not_take_files_out_is_refused_and_recorded(self, client):
        make_request()
        log_in_with(client, "change_consultationrequest", "see_words", "reveal_contact")
        assert client.get(reverse(EXPORT)).status_code == 403
        assert post(client, "download").status_code == 403
        assert records() == [("refused", "", None)] * 2

    def test_the_right_alone_opens_no_list_that_one_may_not_see(self, client):
        user = log_in_with(client)
        user.user_permissions.set(Permission.objects.filter(codename="export_requests"))
        assert client.get(reverse(EXPORT)).status_code == 403

    @pytest.mark.parametrize(
        ("rights", "offered"),
        [
            ([], ["about"]),
            (["see_words"], ["about", "told"]),
            (["reveal_contact"], ["about"]),
            (["see_words", "reveal_contact"], ["about", "told", "contact"]),
        ],
    )
    def test_only_columns_that_one_may_read_are_offered_and_sent(self, client, rights, offered):
        make_request()
        log_in_with(client, "export_requests", *rights)
        form = client.get(reverse(EXPORT)).context["form"]
        assert [name for name in export.GROUPS if name in form.fields] == offered
        for group in export.GROUPS:
            status = post(client, "download", **{group: list(export.GROUPS[group])}).status_code
            assert status == (200 if group in offered else 403)

    def test_a_stranger_is_sent_to_sign_in(self, client):
        assert client.get(reverse(EXPORT)).status_code == 302


class TestTheSheet:
    def url(self, stored):
        return reverse("admin:intake_consultationrequest_print", args=[stored.pk])

    def test_the_rules_stand_before_the_number(self, admin_client):
        page = admin_client.post(self.url(make_request())).text
        assert page.index("Leave no message.") < page.index("207 555 0188")
        assert "Evenings are best." in page

    def test_times_on_it_have_their_date_on_the_clinics_clock(self, admin_client):
        page = admin_client.post(self.url(make_request(reply_by=datetime(2026, 11, 24, 2, 30, tzinfo=UTC)))).text
        assert "Due Monday, November 23, 9:30 pm Eastern time." in page
        assert "They are in Eastern time, as we are. Call from 8 am to 9 pm." in page

    @pytest.mark.parametrize(
        ("zone", "due", "there", "calls"),
        [
            ("America/Denver", "7:30 pm Mountain time", "10 am", "10 am to 11 pm"),
            ("Pacific/Honolulu", "4:30 pm Hawaii time", "7 am", "1 pm to 2 am"),
        ],
    )
    def test_whoever_is_in_another_zone_has_their_clock_on_it(self, admin_client, monkeypatch, zone, due, there, calls):
        stored = make_request(reply_by=datetime(2026, 11, 24, 2, 30, tzinfo=UTC), time_zone=zone)
        page = admin_client.post(self.url(stored)).text
        assert f"Due Monday, November 23, 9:30 pm Eastern time, which is {due}." in page
        words = due.partition(" pm ")[2]
        assert f"They are in {words}: it was " in page
        monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 23, 17, tzinfo=UTC))
        assert where(stored, Clinic.load()) == (
            f"They are in {words}: it was {there} there when this was printed. Call from 8 am to 9 pm there, which is"
            f" {calls} Eastern time."
        )

    @pytest.mark.parametrize("state", ["waiting_on_them", "paused"])
    def test_a_consultation_that_is_booked_stands_on_it(self, admin_client, state):
        at = datetime(2036, 12, 8, 20, tzinfo=UTC)
        stored = make_request(
            state=state, consultation_at=at, consultation_by="phone", time_zone="America/Denver", reply_by=None
        )
        page = admin_client.post(self.url(stored)).text
        words = "Consultation: Monday, December 8, 3 pm Eastern time, which is 1 pm Mountain time, by phone."
        assert f"{words}{' Off while it is paused.' if state == 'paused' else ''}</b>" in page
        assert "Consultation:" not in admin_client.post(self.url(make_request())).text

    @pytest.mark.parametrize(("hours", "is_off"), [(48, True), (-48, False)])
    def test_one_that_was_to_come_when_they_asked_us_to_stop_is_called_off(
        self, admin_client, admin_user, hours, is_off
    ):
        stored = make_request()
        workflow.stop(stored, by=admin_user)
        at = timezone.now() + timedelta(hours=hours)
        ConsultationRequest.objects.update(consultation_at=at, consultation_by="video")
        assert ("by video. Called off." in admin_client.post(self.url(stored)).text) == is_off

    def test_who_is_not_called_needs_no_clock(self, admin_client):
        page = admin_client.post(self.url(make_request(may_call=False, will_call=True))).text
        assert "They are in" not in page

    def test_its_title_is_the_reference_and_it_names_no_clinic(self, admin_client):
        stored = make_request()
        page = admin_client.post(self.url(stored)).text
        assert f"<title>Sheet {stored.reference}</title>" in page
        assert "Test Clinic" not in page
        assert "Shred it" in page

    def test_it_is_recorded(self, admin_client):
        stored = make_request()
        admin_client.post(self.url(stored))
        assert records() == [("print", stored.reference, None)]

    def test_an_address_alone_prints_nothing(self, admin_client):
        assert admin_client.get(self.url(make_request())).status_code == 405
        assert records() == []

    def test_who_may_not_read_words_is_refused_and_recorded(self, client):
        stored = make_request()
        log_in_with(client, "change_consultationrequest", "reveal_contact")
        response = client.post(self.url(stored))
        assert response.status_code == 403
        assert "Marigold" not in response.text
        assert records() == [("refused", stored.reference, None)]

    def test_the_number_is_on_it_only_for_who_may_see_it(self, client):
        stored = make_request(may_email=True)
        log_in_with(client, "see_words")
        page = client.post(self.url(stored)).text
        assert "Marigold" in page
        assert "207 555 0188" not in page
        assert "marigold@example.com" not in page

    @pytest.mark.parametrize(
        "silent",
        [
            {"may_call": False},
            {"number_is_wrong": True},
            {"state": "paused"},
        ],
    )
    def test_a_number_that_nobody_may_dial_is_not_on_it(self, admin_client, silent):
        assert "207 555 0188" not in admin_client.post(self.url(make_request(**silent))).text

    def test_neither_is_on_it_while_a_colleague_has_the_request(self, admin_client, admin_user):
        stored = make_request(may_email=True)
        workflow.claim(stored, by=User.objects.create_user("ana"))
        page = admin_client.post(self.url(stored)).text
        assert "207 555 0188" not in page
        assert "marigold@example.com" not in page
        workflow.claim(stored, by=admin_user)
        page = admin_client.post(self.url(stored)).text
        assert "207 555 0188" in page
        assert "marigold@example.com" in page

    def test_it_says_what_the_page_of_the_request_says_in_words_for_colleagues(self, admin_client):
        stored = make_request(safe_times="Workdays before 3", wants_estimate=True, estimate_due=date(2026, 12, 1))
        page = admin_client.post(self.url(stored))
        clinic = Clinic.load()
        for what, words in [*contact_rules.before_you_call(stored, clinic), *contact_rules.what_they_told_us(stored)]:
            assert f"<dt>{what}</dt><dd>{words}</dd>" in page.text
        assert "<dt>Asks for</dt><dd>Themselves</dd>" in page.text
        assert "Due Tuesday, December 1." in page.text
        assert ">Me<" not in page.text

    def test_a_message_left_is_no_choice_where_none_is_allowed(self, admin_client):
        assert "Left a message" not in admin_client.post(self.url(make_request())).text
        assert "Left a message" in admin_client.post(self.url(make_request(message_rule="yes"))).text

    def test_who_withdrew_has_a_sheet_without_words(self, admin_client):
        stored = make_request()
        workflow.withdraw(stored)
        page = admin_client.post(self.url(stored)).text
        assert "Marigold" not in page
        assert "Nothing more to do: they took it back." in page

    def test_what_cannot_be_read_is_said(self, admin_client):
        stored = make_request()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE intake_consultationrequest SET name = 'sealed by a key that is gone'")
        with pytest.raises(CannotDecrypt):
            ConsultationRequest.objects.get(pk=stored.pk)
        page = admin_client.post(self.url(stored), follow=True)
        assert f"{stored.reference} cannot be read: the key for it is missing." in page.text

    def test_no_such_request_is_not_found(self, admin_client):
        assert admin_client.post(reverse("admin:intake_consultationrequest_print", args=[7])).status_code == 404
