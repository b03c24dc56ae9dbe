"""Requests on the staff desk."""

import uuid
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from intake import workflow
from intake.models import ConsultationRequest

pytestmark = pytest.mark.django_db

LIST = "admin:intake_consultationrequest_changelist"


def make_request(**fields):
    return ConsultationRequest.objects.create(
        **{
            "form_token": uuid.uuid4(),
            "asking_for": "self",
            "name": "Marigold",
            "phone": "207 555 0188",
            "email": "marigold@example.com",
            "message": "Evenings are best.",
            "consent_wording": "Yes, you may contact me.",
            "reply_by": timezone.now() + timedelta(hours=4),
        }
        | fields
    )


def change_url(stored):
    return reverse("admin:intake_consultationrequest_change", args=[stored.pk])


def answered_url(stored):
    return reverse("admin:intake_consultationrequest_answered", args=[stored.pk])


def log_in_with(client, *codenames):
    user = User.objects.create_user("desk", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(user)
    return user


def test_list_names_requests_by_reference_only(admin_client):
    stored = make_request()
    page = admin_client.get(reverse(LIST)).text
    assert stored.reference in page
    for personal in [stored.name, stored.phone, stored.email, stored.message]:
        assert personal not in page


def test_list_decrypts_nothing(admin_client):
    make_request()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE intake_consultationrequest SET name = 'sealed by a key that is gone'")
    assert admin_client.get(reverse(LIST)).status_code == 200


def test_overdue_is_said_in_words(admin_client):
    make_request(reply_by=timezone.now() - timedelta(minutes=5))
    assert "(overdue)" in admin_client.get(reverse(LIST)).text


def test_request_that_is_not_late_is_not_called_overdue(admin_client):
    make_request()
    assert "(overdue)" not in admin_client.get(reverse(LIST)).text


@pytest.mark.parametrize(("chosen", "shown"), [("waiting", 2), ("overdue", 1), ("answered", 1)])
def test_list_is_filtered_by_answer(admin_client, admin_user, chosen, shown):
    make_request()
    make_request(reply_by=timezone.now() - timedelta(minutes=5))
    workflow.mark_answered(make_request(), by=admin_user)
    assert admin_client.get(reverse(LIST), {"answer": chosen}).context["cl"].result_count == shown


def test_request_is_found_by_its_reference(admin_client):
    stored = make_request()
    make_request()
    assert admin_client.get(reverse(LIST), {"q": stored.reference}).context["cl"].result_count == 1
    assert admin_client.get(reverse(LIST), {"q": "Marigold"}).context["cl"].result_count == 0


def test_contact_rules_stand_before_the_number(admin_client):
    page = admin_client.get(change_url(make_request())).text
    assert page.count('<strong class="no">NO.</strong>') == 2
    assert page.index("Ask for the person and say nothing more.") < page.index("207 555 0188")
    assert page.index("Leave no message.") < page.index("207 555 0188")


def test_permissions_that_were_given_are_said(admin_client):
    page = admin_client.get(change_url(make_request(may_say_who=True, may_leave_message=True))).text
    assert "Yes. You may name the clinic." in page
    assert "Yes. A first name and a number." in page


def test_title_holds_no_name(admin_client):
    stored = make_request()
    page = admin_client.get(change_url(stored)).text
    title = page[page.index("<title>") : page.index("</title>")]
    assert stored.reference in title
    assert stored.name not in title


def test_request_is_read_only(admin_client):
    stored = make_request()
    page = admin_client.get(change_url(stored))
    assert 'name="_save"' not in page.text
    assert not page.context["adminform"].form.fields
    assert admin_client.post(change_url(stored), {"name": "Somebody else"}).status_code == 403
    stored.refresh_from_db()
    assert stored.name == "Marigold"


def test_requests_are_neither_added_nor_deleted(admin_client):
    stored = make_request()
    assert admin_client.get(reverse("admin:intake_consultationrequest_add")).status_code == 403
    delete = reverse("admin:intake_consultationrequest_delete", args=[stored.pk])
    assert admin_client.post(delete, {"post": "yes"}).status_code == 403


def test_request_is_marked_as_answered(admin_client, admin_user):
    stored = make_request()
    page = admin_client.post(answered_url(stored), follow=True)
    assert f"{stored.reference} is marked as answered." in page.text
    assert "Mark as answered" not in page.text
    stored.refresh_from_db()
    assert stored.answered_by == admin_user


def test_colleague_who_was_faster_is_told_of_in_words(admin_client):
    stored = make_request()
    faster = User.objects.create_user("faster")
    workflow.mark_answered(stored, by=faster)
    page = admin_client.post(answered_url(stored), follow=True)
    assert f"A colleague has already answered {stored.reference}." in page.text
    stored.refresh_from_db()
    assert stored.answered_by == faster


def test_opening_an_address_marks_nothing(admin_client):
    stored = make_request()
    assert admin_client.get(answered_url(stored)).status_code == 405
    stored.refresh_from_db()
    assert stored.answered_at is None


def test_unknown_request_is_not_found(admin_client):
    assert admin_client.post(reverse("admin:intake_consultationrequest_answered", args=[7])).status_code == 404


def test_log_holds_the_reference_and_no_name(admin_client):
    stored = make_request()
    admin_client.post(answered_url(stored))
    entry = LogEntry.objects.get()
    assert entry.object_repr == stored.reference
    assert "Marigold" not in f"{entry.object_repr} {entry.change_message}"


def test_reader_may_not_mark_as_answered(client):
    stored = make_request()
    log_in_with(client, "view_consultationrequest")
    assert "Mark as answered" not in client.get(change_url(stored)).text
    assert client.post(answered_url(stored)).status_code == 403
    stored.refresh_from_db()
    assert stored.answered_at is None


def test_desk_may_mark_as_answered(client):
    stored = make_request()
    user = log_in_with(client, "change_consultationrequest")
    client.post(answered_url(stored))
    stored.refresh_from_db()
    assert stored.answered_by == user


def test_editors_of_content_see_no_requests(client):
    stored = make_request()
    log_in_with(client, "change_program")
    assert client.get(reverse(LIST)).status_code == 403
    assert client.get(change_url(stored)).status_code == 403
    assert reverse(LIST) not in client.get(reverse("admin:index")).text
