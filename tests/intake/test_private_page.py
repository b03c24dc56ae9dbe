"""Only the reference and the secret together open a private page."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from intake import private_page
from intake.models import REFERENCE_ALPHABET
from tests import factories

ANY_TEXT = st.text(st.characters())  # with halves of surrogate pairs
TOKEN = uuid.UUID("12345678-1234-5678-1234-567812345678")


def stored_with_secret():
    secret = private_page.secret_of(TOKEN)
    stored = factories.consultation_request(form_token=TOKEN)
    stored.secret_digest = private_page.digest(stored.reference, secret)
    stored.save()
    return stored, secret


def test_a_form_has_one_secret_and_two_forms_have_two():
    assert private_page.secret_of(TOKEN) == private_page.secret_of(TOKEN)
    assert len({private_page.secret_of(uuid.uuid4()) for _ in range(200)}) == 200
    assert set(private_page.secret_of(TOKEN)) <= {*REFERENCE_ALPHABET, "-"}
    assert len(private_page.secret_of(TOKEN)) == 19


def test_another_secret_key_makes_another_secret(settings):
    before = private_page.secret_of(TOKEN)
    settings.SECRET_KEY = "another"
    assert private_page.secret_of(TOKEN) != before


def full_width(text):
    """As a Japanese keyboard may write it."""
    return "".join(chr(ord(letter) + 0xFEE0) for letter in text)


@pytest.mark.django_db
class TestSecretToShow:
    def test_it_is_the_one_that_opens_the_page(self):
        stored, secret = stored_with_secret()
        assert private_page.secret_to_show(stored) == secret

    def test_a_new_secret_key_changes_nothing_while_the_old_one_is_a_fallback(self, settings):
        stored, secret = stored_with_secret()
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", ["a third", settings.SECRET_KEY]
        assert private_page.secret_to_show(stored) == secret

    def test_a_secret_that_opens_nothing_is_never_shown(self, settings):
        stored, _secret = stored_with_secret()
        settings.SECRET_KEY = "another"
        assert private_page.secret_to_show(stored) == ""


@pytest.mark.django_db
class TestRequestOf:
    @pytest.mark.parametrize(
        "typed", [str, str.lower, lambda text: text.replace("-", " "), lambda text: f" {text} ", full_width]
    )
    def test_reference_and_secret_may_be_typed_in_any_way(self, typed):
        stored, secret = stored_with_secret()
        assert private_page.request_of(typed(stored.reference), typed(secret)) == stored

    def test_one_of_them_is_not_enough(self):
        stored, secret = stored_with_secret()
        other = factories.consultation_request()
        assert private_page.request_of(stored.reference, "") is None
        assert private_page.request_of(stored.reference, secret[:-1]) is None
        assert private_page.request_of(other.reference, secret) is None
        assert private_page.request_of(f"{stored.reference}A", secret) is None

    def test_a_request_without_a_secret_opens_for_nobody(self):
        stored = factories.consultation_request()
        assert private_page.request_of(stored.reference, "") is None

    def test_known_and_unknown_references_cost_the_same_queries(self, django_assert_num_queries):
        stored, _secret = stored_with_secret()
        for reference in (stored.reference, "AAA-AAA-AAA", ""):
            with django_assert_num_queries(1):
                assert private_page.request_of(reference, "wrong") is None


@given(ANY_TEXT, ANY_TEXT)
@pytest.mark.django_db
def test_any_text_may_be_tried(reference, secret):
    assert private_page.request_of(reference, secret) is None


@pytest.mark.django_db
class TestSeal:
    def test_a_code_stands_for_its_request_on_its_own_page_only(self):
        stored = factories.consultation_request()
        code = private_page.seal(stored, private_page.PASS, 5)
        assert private_page.unseal(code, private_page.PASS) == stored
        assert private_page.unseal(code, private_page.RECEIPT) is None
        assert stored.reference not in code

    def test_it_does_not_pass_to_another_request_with_the_same_number(self):
        stored = factories.consultation_request()
        code, pk = private_page.seal(stored, private_page.PASS, 5), stored.pk
        stored.delete()
        factories.consultation_request(pk=pk)
        assert private_page.unseal(code, private_page.PASS) is None

    def test_it_ends(self, monkeypatch):
        code = private_page.seal(factories.consultation_request(), private_page.PASS, 5)
        later = timezone.now() + timedelta(minutes=6)
        monkeypatch.setattr(private_page.timezone, "now", lambda: later)
        assert private_page.unseal(code, private_page.PASS) is None

    @given(ANY_TEXT)
    def test_any_text_may_be_tried(self, code):
        assert private_page.unseal(code, private_page.PASS) is None
