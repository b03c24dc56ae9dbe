"""Requests on the staff desk."""

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from django.utils import timezone

from intake import workflow
from intake.models import CaseEntry, Notice
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clinic")]

LIST = "admin:intake_consultationrequest_changelist"


@pytest.fixture
def clinic():
    return factories.clinic()


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


@pytest.mark.parametrize(("chosen", "shown"), [("waiting", 2), ("overdue", 1), ("answered", 1), ("held", 1), ("", 3)])
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
    assert "Something happened while you had this open" in page.text
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


@pytest.mark.parametrize("what", ["answer", "erase"])
def test_a_reader_may_press_nothing(client, what):
    stored = make_request()
    log_in_with(client, "view_consultationrequest")
    assert client.post(url_to(what, stored), {"text": "Hello."}).status_code == 403
    assert not stored.entries.exists()


def test_editors_of_content_see_no_requests(client):
    log_in_with(client, "change_program")
    assert client.get(reverse(LIST)).status_code == 403
    assert reverse(LIST) not in client.get(reverse("admin:index")).text


class TestNotices:
    LIST = "admin:intake_notice_changelist"

    @pytest.fixture
    def failed(self):
        now = timezone.now()
        return Notice.objects.create(
            kind="new_request", request=make_request(), state="failed", ended_at=now, problem="SMTPServerDisconnected"
        )

    def test_a_mail_that_failed_stands_on_the_home_page_and_in_a_list_of_its_own(self, admin_client, failed):
        assert "failed to send" in admin_client.get(reverse("admin:index")).text
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
