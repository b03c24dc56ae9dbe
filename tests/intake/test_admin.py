"""Requests on the staff desk."""

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from intake import search_keys, workflow
from intake.models import AccessRecord, CaseEntry, Notice
from tests import factories

pytestmark = pytest.mark.django_db

LIST = "admin:intake_consultationrequest_changelist"


def make_request(**fields):
    told = {"name": "Marigold", "email": "marigold@example.com", "message": "Evenings are best."}
    return factories.consultation_request(**told | fields)


def change_url(stored):
    return reverse("admin:intake_consultationrequest_change", args=[stored.pk])


def url_to(what, stored):
    return reverse(f"admin:intake_consultationrequest_{what}", args=[stored.pk])


def log_in_with(client, *codenames):
    user = User.objects.create_user("desk", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(user)
    return user


def test_contact_rules_stand_before_the_number(admin_client):
    page = admin_client.get(change_url(make_request())).text
    assert page.count('<strong class="no">NO.</strong>') == 4
    assert page.index("Ask for the person and say nothing more.") < page.index("207 555 0188")
    assert page.index("Leave no message.") < page.index("207 555 0188")


def test_permissions_that_were_given_are_said(admin_client):
    page = admin_client.get(change_url(make_request(may_say_who=True, message_rule="name_and_number"))).text
    assert '<strong class="yes">Yes.</strong> You may name the clinic.' in page
    assert '<strong class="yes">Yes.</strong> Your first name and a number, nothing more.' in page


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
    page = admin_client.post(url_to("reached", stored), follow=True)
    assert f"{stored.reference} is marked as answered." in page.text
    assert "Mark as answered" not in page.text
    stored.refresh_from_db()
    assert stored.answered_by == admin_user


def test_colleague_who_was_faster_is_told_of_in_words(admin_client):
    stored = make_request()
    faster = User.objects.create_user("faster")
    workflow.mark_reached(stored, by=faster)
    page = admin_client.post(url_to("reached", stored), follow=True)
    assert f"{stored.reference} changed a moment ago. Look at it again." in page.text
    stored.refresh_from_db()
    assert stored.answered_by == faster


def test_opening_an_address_marks_nothing(admin_client):
    stored = make_request()
    assert admin_client.get(url_to("reached", stored)).status_code == 405
    stored.refresh_from_db()
    assert stored.answered_at is None


def test_unknown_request_is_not_found(admin_client):
    assert admin_client.post(reverse("admin:intake_consultationrequest_reached", args=[7])).status_code == 404


def test_every_look_is_recorded_before_it_is_shown(admin_client, admin_user):
    stored = make_request()
    admin_client.get(reverse(LIST))
    admin_client.get(change_url(stored))
    admin_client.post(url_to("reached", stored))
    admin_client.get(f"/staff/intake/consultationrequest/{stored.pk}_0A/change/")  # Django reads it as the number
    assert list(AccessRecord.objects.values_list("kind", "reference", "by")) == [
        ("list", "", admin_user.pk),
        ("view", stored.reference, admin_user.pk),
        ("change", stored.reference, admin_user.pk),
        ("view", stored.reference, admin_user.pk),
    ]


def test_a_look_that_cannot_be_recorded_does_not_happen(admin_client):
    stored = make_request()
    admin_client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE intake_accessrecord")
    response = admin_client.get(change_url(stored))
    assert response.status_code == 500
    assert "Marigold" not in response.text


def test_an_answer_is_left_on_the_private_page(admin_client, admin_user):
    stored = make_request()
    assert admin_client.get(url_to("answer", stored)).status_code == 200
    page = admin_client.post(url_to("answer", stored), {"text": "Come at nine."}, follow=True)
    assert f"{stored.reference} has your answer on its private page." in page.text
    assert stored.entries.get().text == "Come at nine."
    assert "Write the answer first." in admin_client.post(url_to("answer", stored), {"text": ""}).text


def test_an_answer_typed_while_the_person_wrote_is_kept_and_not_left(admin_client):
    stored = make_request()
    asked = CaseEntry.objects.create(request=stored, kind="asked", text="Is it free?")
    stale = {"text": "Come at nine.", "read_up_to": asked.pk - 1}
    page = admin_client.post(url_to("answer", stored), stale)
    assert "the person wrote again" in page.text
    assert "Come at nine." in page.text
    assert "Is it free?" in page.text
    assert stored.entries.count() == 1
    admin_client.post(url_to("answer", stored), {"text": "Come at nine.", "read_up_to": asked.pk})
    assert stored.entries.count() == 2


def test_an_answer_to_somebody_who_withdrew_meanwhile_is_not_left_and_the_text_stays(admin_client):
    stored = make_request()
    workflow.withdraw(stored)
    page = admin_client.post(url_to("answer", stored), {"text": "Come at nine.", "read_up_to": 10**6})
    assert "changed a moment ago" in page.text
    assert "Come at nine." in page.text


def test_what_a_caller_wants_erased_is_erased_after_a_question(admin_client, admin_user):
    stored = make_request()
    assert "You cannot undo this." in admin_client.get(url_to("erase", stored)).text
    stored.refresh_from_db()
    assert stored.name == "Marigold"
    assert f"{stored.reference} is erased." in admin_client.post(url_to("erase", stored), follow=True).text
    stored.refresh_from_db()
    assert (stored.name, stored.state, stored.entries.get().by) == ("", "withdrawn", admin_user)


def test_a_pause_stands_before_the_number(admin_client):
    stored = make_request()
    workflow.pause(stored)
    page = admin_client.get(change_url(stored)).text
    assert "Paused. May we call, text or write" in page
    assert "May we call:" not in page


def test_a_held_request_is_moved_to_the_main_list(admin_client):
    stored = make_request(held_because="Sent within 3 seconds")
    assert "Not spam: move to the main list" in admin_client.get(change_url(stored)).text
    admin_client.post(url_to("release", stored))
    stored.refresh_from_db()
    assert stored.held_because == ""


def test_a_withdrawn_request_can_be_opened_and_offers_nothing(admin_client):
    stored = make_request()
    workflow.withdraw(stored)
    page = admin_client.get(change_url(stored)).text
    assert "Withdrawn" in page
    assert "Mark as answered" not in page
    assert "Answer on the private page" not in page


@pytest.mark.parametrize("what", ["reached", "answer", "release", "erase"])
def test_a_reader_may_press_nothing(client, what):
    stored = make_request()
    log_in_with(client, "view_consultationrequest")
    assert client.post(url_to(what, stored), {"text": "Hello."}).status_code == 403
    assert not stored.entries.exists()


def test_reader_may_not_mark_as_answered(client):
    stored = make_request()
    log_in_with(client, "view_consultationrequest")
    assert "Mark as answered" not in client.get(change_url(stored)).text
    assert client.post(url_to("reached", stored)).status_code == 403
    stored.refresh_from_db()
    assert stored.answered_at is None


def test_desk_may_mark_as_answered(client):
    stored = make_request()
    user = log_in_with(client, "change_consultationrequest")
    client.post(url_to("reached", stored))
    stored.refresh_from_db()
    assert stored.answered_by == user


def test_editors_of_content_see_no_requests(client):
    stored = make_request()
    log_in_with(client, "change_program")
    assert client.get(reverse(LIST)).status_code == 403
    assert client.get(change_url(stored)).status_code == 403
    assert reverse(LIST) not in client.get(reverse("admin:index")).text


def test_requests_that_share_a_number_are_linked(admin_client):
    stored, same = make_request(), make_request(email="other@example.com", phone="(207) 555-0188")
    other = make_request(email="third@example.com", phone="207 555 0199")
    for request in (stored, same, other):
        search_keys.replace_keys(request)
    page = admin_client.get(change_url(stored)).text
    assert f">{same.reference}</a>" in page
    assert other.reference not in page
    assert "No other request" in admin_client.get(change_url(other)).text


class TestNotices:
    LIST = "admin:intake_notice_changelist"

    @pytest.fixture
    def failed(self):
        now = timezone.now()
        return Notice.objects.create(
            kind="new_request", request=make_request(), state="failed", ended_at=now, problem="SMTPServerDisconnected"
        )

    def test_a_mail_that_failed_stands_on_the_home_page_and_in_a_list_of_its_own(self, admin_client, failed):
        assert "1 failed to send" in admin_client.get(reverse("admin:index")).text
        page = admin_client.get(reverse(self.LIST), {"state__exact": "failed"}).text
        assert "SMTPServerDisconnected" in page
        assert failed.request.reference in page
        assert "Marigold" not in page

    def test_it_can_be_tried_again(self, admin_client, failed):
        chosen = {"action": "try_again", "_selected_action": [failed.pk]}
        assert "1 mail will be tried again." in admin_client.post(reverse(self.LIST), chosen, follow=True).text
        failed.refresh_from_db()
        assert (failed.state, failed.ended_at, failed.tries) == ("waiting", None, 0)

    def test_a_reader_cannot(self, client, failed):
        log_in_with(client, "view_notice")
        client.post(reverse(self.LIST), {"action": "try_again", "_selected_action": [failed.pk]})
        failed.refresh_from_db()
        assert failed.state == "failed"
