"""The moves that are one press: pause, take up, open again, the estimate, not spam."""

import pytest
from django.utils import timezone

from intake import workflow
from intake.models import ConsultationRequest, Notice
from tests.intake.admin.moves.one_move import again, shown
from tests.intake.admin.one_request import url_to

pytestmark = pytest.mark.django_db

State, Reason = ConsultationRequest.State, ConsultationRequest.ClosingReason


class TestPresses:
    def test_it_is_paused_taken_up_closed_and_opened_again(self, page, stored, desk):
        for name, state in [("pause", State.PAUSED), ("resume", State.WAITING_ON_US)]:
            page.post(url_to(name, stored), shown(stored))
            assert (again(stored).state, stored.entries.last().by) == (state, desk)
        workflow.close(stored, Reason.ELSEWHERE, by=desk)
        assert "is open again." in page.post(url_to("reopen", stored), shown(stored), follow=True).text
        assert again(stored).owner == desk

    def test_who_asked_us_to_stop_is_opened_again_with_a_warning(self, page, stored, desk):
        workflow.stop(stored, by=desk)
        assert "Do not call, text or write" in page.get(url_to("reopen", stored)).text

    @pytest.mark.parametrize("name", ["reopen", "resume"])
    def test_what_cannot_be_now_is_said_and_changes_nothing(self, page, stored, name):
        assert "This cannot be done now: it is new." in page.get(url_to(name, stored)).text
        assert page.post(url_to(name, stored)).status_code == 409
        assert again(stored).state == State.NEW

    def test_an_estimate_is_marked_once(self, page, stored):
        assert "did not ask for an estimate" in page.get(url_to("estimate", stored)).text
        ConsultationRequest.objects.update(wants_estimate=True, estimate_due=timezone.localdate())
        assert "Due today." in page.get(url_to("estimate", stored)).text
        page.post(url_to("estimate", stored), shown(stored))
        given = again(stored).estimate_sent_at
        assert given
        assert page.post(url_to("estimate", stored), shown(stored)).status_code == 409
        assert again(stored).estimate_sent_at == given
        assert "It was given" in page.get(url_to("estimate", stored)).text

    def test_an_answer_to_what_is_held_says_that_it_stands_in_the_main_list_now(self, page, stored):
        ConsultationRequest.objects.update(held_because="Sent within 3 seconds")
        sent = {**shown(stored), "text": "Are you well?"}
        done = page.post(url_to("answer", stored), sent, follow=True).text
        assert f"{stored} has your answer on its private page. It stands in the main list now." in done
        assert "<strong>Moved to the main list</strong>" in done
        ConsultationRequest.objects.update(held_because="Sent within 3 seconds")
        noted = page.post(url_to("note", stored), {"text": "Quiet."}, follow=True).text
        assert "It stands in the main list now." not in noted

    def test_a_second_press_on_not_spam_makes_no_second_mail(self, page, stored):
        ConsultationRequest.objects.update(held_because="Sent within 3 seconds")
        for _ in range(2):
            page.post(url_to("release", stored))
        assert Notice.objects.count() == 1
