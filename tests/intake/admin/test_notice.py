"""Mail that failed is seen on the staff desk and can be tried again."""

import pytest
from django.urls import reverse
from django.utils import timezone

from intake.models import AccessRecord, Notice
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clinic")]

LIST = "admin:intake_notice_changelist"


@pytest.fixture
def failed():
    now = timezone.now()
    return Notice.objects.create(
        kind="new_request",
        request=factories.consultation_request(name="Marigold"),
        state="failed",
        ended_at=now,
        problem="SMTPServerDisconnected",
    )


def test_a_mail_that_failed_stands_on_the_home_page_and_in_a_list_of_its_own(admin_client, failed):
    assert "failed to send" in admin_client.get(reverse("admin:index")).text
    page = admin_client.get(reverse(LIST), {"state__exact": "failed"}).text
    assert "SMTPServerDisconnected" in page
    assert failed.request.reference in page
    assert "Marigold" not in page


def test_it_can_be_tried_again(admin_client, failed):
    chosen = {"action": "try_again", "_selected_action": [failed.pk]}
    assert "1 mail will be tried again." in admin_client.post(reverse(LIST), chosen, follow=True).text
    failed.refresh_from_db()
    assert (failed.state, failed.ended_at, failed.tries) == ("waiting", None, 0)


def test_a_reader_cannot(client, failed):
    client.force_login(factories.colleague(rights=["view_notice"]))
    client.post(reverse(LIST), {"action": "try_again", "_selected_action": [failed.pk]})
    failed.refresh_from_db()
    assert failed.state == "failed"


def test_each_page_with_a_reference_is_recorded(client, failed):
    reference = failed.request.reference
    client.force_login(factories.colleague(rights=["view_notice"]))
    for url in (reverse(LIST), reverse("admin:intake_notice_change", args=[failed.pk])):
        assert reference in client.get(url).text
    assert list(AccessRecord.objects.values_list("kind", "reference")) == [("list", ""), ("view", reference)]


def test_mail_about_no_request_is_no_look_at_one(admin_client):
    notice = Notice.objects.create(kind="reminder", to=factories.colleague())
    assert admin_client.get(reverse("admin:intake_notice_change", args=[notice.pk])).status_code == 200
    assert admin_client.get(reverse("admin:intake_notice_change", args=["x"])).status_code == 302
    assert not AccessRecord.objects.exists()


def test_the_newest_come_first(admin_client, failed):
    newest = Notice.objects.create(kind="overdue", request=factories.consultation_request())
    assert list(admin_client.get(reverse(LIST)).context["cl"].result_list) == [newest, failed]
