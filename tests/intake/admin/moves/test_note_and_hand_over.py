"""A note for colleagues, and giving a request to one of them."""

import pytest
from django.contrib.auth.models import User

from intake import workflow
from tests.intake.admin.moves.one_move import FRONT_DESK, again, colleague_with, shown
from tests.intake.admin.one_request import url_to

pytestmark = pytest.mark.django_db


class TestNoteAndHandOver:
    def test_a_note_is_for_colleagues_and_says_so(self, page, stored, other):
        workflow.claim(stored, by=other)
        assert "The person never sees it." in page.get(url_to("note", stored)).text
        page.post(url_to("note", stored), {"text": "They work nights."})
        assert stored.entries.last().text == "They work nights."
        assert again(stored).owner == other

    def test_it_is_handed_to_who_may_work_on_requests_now(self, page, stored, other):
        reader = colleague_with("view_consultationrequest", name="reader")
        gone = colleague_with(*FRONT_DESK, name="gone")
        User.objects.filter(pk=gone.pk).update(is_active=False)
        text = page.get(url_to("hand_over", stored)).text
        assert ">Florence</option>" in text
        for name in ("Reader", "Gone", "Desk"):
            assert f">{name}</option>" not in text
        for nobody in (reader, gone, ""):
            sent = {**shown(stored), "to": getattr(nobody, "pk", ""), "text": "Speaks Spanish."}
            answer = page.post(url_to("hand_over", stored), sent)
            assert "Speaks Spanish." in answer.text
            assert again(stored).owner is None
        page.post(url_to("hand_over", stored), {**shown(stored), "to": other.pk, "text": "Speaks Spanish."})
        assert (again(stored).owner, stored.entries.last().text) == (other, "Speaks Spanish.")
