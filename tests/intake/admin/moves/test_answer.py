"""Answering on the private page: below what the person wrote, from words that are there, with every place filled."""

import pytest

from intake.models import MessageTemplate
from tests.intake.admin.moves.one_move import again, shown
from tests.intake.admin.one_request import url_to

pytestmark = pytest.mark.django_db


class TestAnswer:
    def test_what_the_person_wrote_stands_above_and_the_answer_on_their_page(self, page, stored, desk):
        text = page.get(url_to("answer", stored)).text
        assert "Evenings are best." in text
        assert text.index("Evenings are best.") < text.index('name="text"')
        done = page.post(url_to("answer", stored), {**shown(stored), "text": "Come at nine."}, follow=True)
        assert f"{stored.reference} has your answer on its private page." in done.text
        assert (stored.entries.last().text, again(stored).owner) == ("Come at nine.", desk)

    def test_an_empty_answer_has_its_sentence(self, page, stored):
        assert "Write the answer first." in page.post(url_to("answer", stored), {"text": " "}).text

    def test_words_are_filled_in_and_what_was_typed_stays(self, page, stored):
        template = MessageTemplate.objects.create(name="Hello", text="Hello {name}, call {phone}. {clinic}")
        sent = {**shown(stored), "use": "yes", "template": template.pk, "text": "Thank you."}
        text = page.post(url_to("answer", stored), sent).text
        assert "Thank you.\n\nHello Marigold, call (207) 555-0100. Test Clinic</textarea>" in text
        assert stored.entries.count() == 1

    def test_a_place_that_cannot_be_filled_is_said_and_never_reaches_the_person(self, page, stored):
        template = MessageTemplate.objects.create(name="Hello", text="We call {soon}.")
        text = page.post(url_to("answer", stored), {"use": "yes", "template": template.pk}).text
        assert "“{soon}” is not a place we can fill." in text
        text = page.post(url_to("answer", stored), {**shown(stored), "text": "We call {soon}."}).text
        assert "“{soon}” still stands in your answer. Write the words yourself." in text
        assert stored.entries.count() == 1

    @pytest.mark.parametrize("chosen", ["", "7", "x"])
    def test_no_words_chosen_is_said_and_keeps_what_was_typed(self, page, stored, chosen):
        MessageTemplate.objects.create(pk=7, name="Old", text="Old words", is_offered=False)
        text = page.post(url_to("answer", stored), {"use": "yes", "template": chosen, "text": "Typed."}).text
        assert "Choose the words first." in text
        assert "Typed.</textarea>" in text
        assert "Old words" not in text

    def test_words_that_look_like_code_are_words(self, page, stored):
        text = page.post(url_to("answer", stored), {"use": "yes", "text": "<script>x</script>"}).text
        assert "<script>x</script>" not in text
