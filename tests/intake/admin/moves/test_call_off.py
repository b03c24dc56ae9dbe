"""Calling off a consultation: offered while one is to come, done once, and said to whom."""

import pytest

from clinic.models import Clinic
from intake import workflow
from intake.models import CaseEntry
from tests.intake.admin.moves.one_move import again, day, shown
from tests.intake.admin.one_request import url_to

pytestmark = pytest.mark.django_db

Kind = CaseEntry.Kind


class TestCallOff:
    @pytest.fixture
    def booked(self, page, stored):
        page.post(url_to("book", stored), {**shown(stored), "day": day(2), "time": "12:00", "way": "video"})
        return again(stored)

    def test_it_says_what_the_person_reads_and_then_what_is_next(self, page, booked):
        form = page.get(url_to("call_off", booked)).text
        assert "Booked: " in form
        assert "The person reads on their private page that the time is off" in form
        assert "Nothing is mailed to them." in form
        sent = {**shown(booked), "text": "The room is taken."}
        answer = page.post(url_to("call_off", booked), sent, follow=True).text
        assert f"{booked} has its consultation called off. Call: try 1 of 5. Due by " in answer
        assert again(booked).consultation_at is None
        assert booked.entries.last().text == "The room is taken."

    def test_it_is_offered_only_while_one_is_to_come(self, page, booked):
        offer = f'href="{url_to("call_off", booked)}?seen='
        assert offer in page.get(url_to("change", booked)).text
        page.post(url_to("call_off", booked), shown(booked))
        assert offer not in page.get(url_to("change", booked)).text
        form = page.get(url_to("call_off", booked)).text
        assert "No consultation is to come." in form
        assert "Call it off<" not in form
        assert page.post(url_to("call_off", booked), shown(booked)).status_code == 409
        assert booked.entries.filter(kind=Kind.CALLED_OFF).count() == 1

    def test_a_double_press_calls_off_once(self, page, booked):
        sent = shown(booked)
        assert [page.post(url_to("call_off", booked), sent).status_code for _press in range(2)] == [302, 302]
        assert booked.entries.filter(kind=Kind.CALLED_OFF).count() == 1

    def test_what_the_person_asked_meanwhile_is_read_first(self, page, booked):
        sent = shown(booked)
        workflow.ask(booked, "Is it free?", clinic=Clinic.load())
        assert page.post(url_to("call_off", booked), sent).status_code == 409
        assert again(booked).consultation_at
