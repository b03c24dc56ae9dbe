"""Linking two requests of one person: the other one is looked at first, and shown to who may see it."""

import pytest
from django.db import connection

from intake import search_keys, workflow
from intake.models import AccessRecord
from tests import factories
from tests.intake.admin.moves.one_move import colleague_with
from tests.intake.admin.one_request import change_url, url_to

pytestmark = pytest.mark.django_db


def link(page, stored, other):
    """After a look at the other one."""
    return page.post(url_to("link", stored), {"reference": other.reference, "sure": other.reference}, follow=True)


class TestLink:
    @pytest.fixture
    def same(self, stored):
        made = factories.consultation_request(phone="(207) 555-0188")
        for request in (stored, made):
            search_keys.replace_keys(request)
        return made

    def test_a_likely_one_is_looked_at_from_the_page_of_the_request_itself(self, page, stored, same):
        text = page.get(change_url(stored)).text
        press = text[text.index("Perhaps the same person") :]
        assert f'action="{url_to("link", stored)}"' in press
        assert f'name="reference" value="{same.reference}"' in press
        assert "Look at it first" in press

    def test_likely_ones_are_offered_linked_and_let_go(self, page, stored, same):
        assert f"Look at {same.reference} first" in page.get(url_to("link", stored)).text
        link(page, stored, same)
        text = page.get(url_to("link", same)).text
        assert f"Remove the link to {stored.reference}" in text
        assert "Look at it first" in text
        page.post(url_to("unlink", stored), {"other": same.reference})
        assert not stored.same_person.exists()

    def test_both_are_recorded_as_changed(self, page, stored, same):
        page.post(url_to("link", stored), {"reference": same.reference, "sure": same.reference})
        page.post(url_to("unlink", stored), {"other": same.reference})
        changed = AccessRecord.objects.filter(kind=AccessRecord.Kind.CHANGE).values_list("reference", flat=True)
        assert sorted(changed) == sorted([stored.reference, same.reference] * 2)

    def test_who_shares_a_number_is_for_who_may_see_words(self, client, stored, same):
        client.force_login(colleague_with("view_consultationrequest", "change_consultationrequest", name="no words"))
        text = client.get(url_to("link", stored)).text
        assert "Look at it first" in text
        assert "Likely the same person" not in text
        assert same.reference not in text

    def test_any_reference_may_be_typed_in_any_way(self, page, stored):
        far = factories.consultation_request(phone="207 555 0111")
        typed = f" {far.reference.lower().replace('-', ' ')} "
        page.post(url_to("link", stored), {"reference": typed, "sure": far.reference})
        assert list(stored.same_person.all()) == [far]

    def test_the_other_one_is_looked_at_before_they_are_linked(self, page, stored, same):
        far = factories.consultation_request(phone="207 555 0111", name="Tansy", message="The yellow leaflet")
        asks = page.post(url_to("link", stored), {"reference": far.reference}).text
        assert not stored.same_person.exists()
        for told in (f">{far.reference}</a></h2>", "Tansy", "Themselves", "The yellow leaflet"):
            assert told in asks
        assert "Neither the number nor the email is the same." in asks
        assert AccessRecord.objects.filter(kind="view", reference=far.reference).count() == 1
        assert "Neither" not in page.post(url_to("link", stored), {"reference": same.reference}).text
        done = link(page, stored, far)
        assert f"{stored} is linked with {far}." in done.text
        assert list(stored.same_person.all()) == [far]

    def test_another_one_whose_key_is_gone_is_named_and_can_be_linked(self, page, stored, same):
        with connection.cursor() as cursor:
            change = "UPDATE intake_consultationrequest SET name = 'sealed by a key that is gone' WHERE id = %s"
            cursor.execute(change, [same.pk])
        text = page.post(url_to("link", stored), {"reference": same.reference}).text
        assert same.reference in text
        assert "Its key is missing." in text
        assert f"Link {same.reference}" in text

    def test_the_name_of_the_other_one_is_for_who_may_see_words(self, client, stored):
        far = factories.consultation_request(phone="207 555 0111", name="Tansy", message="The yellow leaflet")
        client.force_login(colleague_with("view_consultationrequest", "change_consultationrequest", name="no words"))
        asks = client.post(url_to("link", stored), {"reference": far.reference}).text
        assert far.reference in asks
        for told in ("Tansy", "The yellow leaflet", "Neither the number"):
            assert told not in asks

    def test_what_cannot_be_linked_is_said_in_a_sentence(self, page, stored, same):
        gone = factories.consultation_request()
        workflow.withdraw(gone)
        link(page, stored, same)
        for typed, sentence in [
            ("", "Enter the reference of the other request."),
            ("AAA-AAA-AAA", "No request has this reference."),
            (stored.reference, "This is the request itself."),
            (gone.reference, "The other request was withdrawn."),
            (same.reference, "The two are linked already."),
        ]:
            assert sentence in page.post(url_to("link", stored), {"reference": typed}).text
        assert list(stored.same_person.all()) == [same]

    def test_a_link_that_is_not_there_cannot_be_removed(self, page, stored, same):
        assert page.post(url_to("unlink", stored), {"other": same.reference}).status_code == 404
