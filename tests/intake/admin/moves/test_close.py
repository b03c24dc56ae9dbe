"""Closing a request: for a reason that is true, with other places where one is due."""

import pytest
from django.contrib.auth.models import Permission

from clinic.models import Clinic
from intake import person_words, workflow
from intake.models import ConsultationRequest
from tests import factories
from tests.intake.admin.moves.one_move import again, shown
from tests.intake.admin.one_request import url_to

pytestmark = pytest.mark.django_db

State, Reason = ConsultationRequest.State, ConsultationRequest.ClosingReason


class TestClose:
    @pytest.fixture
    def places(self, desk):
        return [factories.referral_contact(), factories.referral_contact()]

    @pytest.mark.parametrize("reason", sorted(set(Reason) - {Reason.ASKED_TO_STOP}))
    def test_each_reason_says_what_the_person_reads(self, page, stored, desk, places, reason):
        desk.user_permissions.add(Permission.objects.get(codename="decide_level"))
        workflow.mark_missed(stored, by=desk, clinic=Clinic.load())
        workflow.mark_reached(stored, by=desk)
        workflow.link(stored, factories.consultation_request(), by=desk)
        text = page.get(url_to("close", stored)).text
        assert f'value="{reason}"' in text
        assert person_words.WHY_CLOSED[reason] in text
        page.post(url_to("close", stored), {**shown(stored), "reason": reason, "alternatives": [p.pk for p in places]})
        assert (again(stored).closing_reason, set(again(stored).alternatives.all())) == (reason, set(places))

    def test_a_reason_that_is_not_true_yet_is_refused_in_words(self, page, stored):
        sent = {**shown(stored), "reason": Reason.NOT_REACHED, "text": "Moved away?"}
        answer = page.post(url_to("close", stored), sent).text
        assert "Nobody has called, written or answered yet." in answer
        assert "Moved away?</textarea>" in answer
        assert again(stored).state == State.NEW

    def test_asking_us_to_stop_is_no_reason_here(self, page, stored):
        text = page.post(url_to("close", stored), {**shown(stored), "reason": Reason.ASKED_TO_STOP}).text
        assert "Choose one of these reasons." in text
        assert again(stored).state == State.NEW

    def test_another_level_is_for_who_may_decide_it(self, page, stored, places):
        sent = {**shown(stored), "reason": Reason.NOT_THE_LEVEL, "alternatives": [place.pk for place in places]}
        answer = page.post(url_to("close", stored), sent)
        assert 'value="not_the_level"' not in answer.text
        assert "for a clinician to say" in answer.text
        assert again(stored).state == State.NEW

    def test_who_we_cannot_take_is_told_of_two_places_that_are_offered(self, page, stored, places):
        gone = factories.referral_contact(is_offered=False)
        for chosen in ([], places[:1], [places[0], gone]):
            sent = {**shown(stored), "reason": Reason.FULL, "alternatives": [p.pk for p in chosen], "text": "Sorry."}
            answer = page.post(url_to("close", stored), sent)
            assert again(stored).state == State.NEW
            assert "errorlist" in answer.text
            assert "Sorry.</textarea>" in answer.text

    def test_a_help_line_comes_last_and_is_none_of_the_two(self, page, stored, places):
        line = factories.referral_contact(name="A line", is_line=True)
        sent = {**shown(stored), "reason": Reason.FULL, "alternatives": [places[0].pk, line.pk]}
        answer = page.post(url_to("close", stored), sent).text
        assert again(stored).state == State.NEW
        assert "A help line does not count as one." in answer
        assert answer.index(places[1].name) < answer.index("A help line: it does not count as a place.")
        page.post(url_to("close", stored), sent | {"alternatives": [place.pk for place in [*places, line]]})
        assert set(again(stored).alternatives.all()) == {*places, line}

    def test_a_number_that_no_place_has_is_a_wrong_choice(self, page, stored, places):
        chosen = [places[0].pk, "9" * 30]
        answer = page.post(url_to("close", stored), {**shown(stored), "reason": Reason.FULL, "alternatives": chosen})
        assert "One of these places is no longer offered." in answer.text
        assert again(stored).state == State.NEW

    def test_a_place_says_when_it_fits(self, page, stored, places):
        assert f"It fits when: {places[0].good_when}" in page.get(url_to("close", stored)).text

    def test_the_note_is_for_colleagues(self, page, stored):
        page.post(url_to("close", stored), {**shown(stored), "reason": "elsewhere", "text": "As agreed."})
        assert stored.entries.last().text == "As agreed."
