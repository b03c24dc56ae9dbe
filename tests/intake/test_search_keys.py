"""Staff find a request by what its person gave in full, and the database alone does not."""

import subprocess
import uuid
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from intake import search_keys
from intake.encryption import NoKey
from intake.models import ConsultationRequest, SearchKey
from intake.search_keys import Kind, digests_of, find, keys_of, likely_duplicates, replace_keys

OLD, NEW = "an old key that is long enough to be one", "a new key that is long enough to be one"
WRITTEN = [
    "(207) 555-0142",
    "207.555.0142",
    "2075550142",
    "1 207 555 0142",
    "+1 207-555-0142",
    "(207) 555-0142 ext. 9",
    "\u202a+1 (207) 555\u20110142\u202c",
    "tel:+1-207-555-0142",
    "２０７５５５０１４２",
]


def made(**given):
    values = {"form_token": uuid.uuid4(), "asking_for": "self", "name": "Sam", "phone": "2075550100", "may_call": True}
    request = ConsultationRequest.objects.create(**values | {"consent_wording": "Yes."} | given)
    replace_keys(request)
    return request


# One thing written in several ways


@pytest.mark.parametrize("text", WRITTEN)
def test_one_phone_number_is_found_however_it_is_written(text):
    assert digests_of(Kind.PHONE, text) == digests_of(Kind.PHONE, "+12075550142")


@given(st.text(st.sampled_from(" .-()/"), max_size=2), st.integers(2_010_000_000, 9_899_999_999))
def test_what_stands_between_the_digits_of_a_phone_number_does_not_matter(between, number):
    digits = str(number)
    written = f"{digits[:3]}{between}{digits[3:6]}{between}{digits[6:]}"
    assert digests_of(Kind.PHONE, written) == digests_of(Kind.PHONE, digits)


def test_another_country_has_other_numbers():
    assert digests_of(Kind.PHONE, "+44 20 7946 0100") == digests_of(Kind.PHONE, "011 44 20 7946 0100")
    assert digests_of(Kind.PHONE, "+44 20 7946 0100") != digests_of(Kind.PHONE, "20 7946 0100")


def test_what_is_no_phone_number_is_found_by_its_digits():
    assert search_keys.terms(Kind.PHONE, "9" * 20) == ["9" * 20]
    assert search_keys.terms(Kind.PHONE, "ask at the desk") == []


def test_capitals_and_spaces_of_an_email_do_not_matter():
    assert digests_of(Kind.EMAIL, " Sam@Example.ORG\n") == digests_of(Kind.EMAIL, "sam@example.org")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("José  Núñez", ["jose", "nunez"]),
        ("Jose\u0301", ["jose"]),
        ("İBRAHİM Straße", ["ibrahim", "strasse"]),
        ("O’Brien-Smith, J.", ["brien", "smith"]),
        ("Sam\u00adantha\u200b Sam Sam", ["samantha", "sam"]),
        ("हिन्दी", ["हनद"]),
        ("Sam_Lee 3rd", ["sam", "lee", "3rd"]),
        (" . ", []),
    ],
)
def test_words_of_a_name_have_no_capitals_accents_or_signs(text, words):
    assert search_keys.terms(Kind.NAME, text) == words


@given(st.sampled_from(Kind), st.text(max_size=300))
def test_any_text_has_digests_and_each_once(kind, text):
    newest = [digests[0] for digests in digests_of(kind, text)]
    assert len(set(newest)) == len(newest)
    assert all(len(digest) == 64 for digest in newest)


@given(st.text(max_size=80))
def test_the_words_of_a_name_are_found_again_in_any_capitals(text):
    words = search_keys.terms(Kind.NAME, text)
    assert search_keys.terms(Kind.NAME, " ".join(words).upper()) == search_keys.terms(Kind.NAME, " ".join(words))


@pytest.mark.django_db
def test_the_last_four_digits_of_a_number_are_enough_and_no_other_part_is():
    request = made(phone="(207) 555-0187 ext. 4321", name="Quillonia")
    made(phone="207 555 0178", name="Sam")
    assert list(find(" 0187 ")) == list(find("０１８７")) == [request]
    for text in ("5550", "187", "50187", "4321", "x0187", "207 555", "Quillonia 0187"):
        assert not find(text).exists()
    assert list(find("207 666 0187")) == []


@pytest.mark.django_db
def test_numbers_that_only_end_alike_are_no_likely_duplicates():
    one, two = made(phone="207 555 0187", name="Sam"), made(phone="207 666 0187", name="Lee")
    assert not likely_duplicates(one).exists()
    assert not search_keys.with_the_same_contact(two).exists()


# What a digest says


def test_the_same_word_has_another_digest_as_another_kind_and_under_another_key(settings):
    by_kind = {digests_of(kind, "2075550142")[0][0] for kind in Kind}
    settings.ENCRYPTION_KEYS = [NEW]
    assert len(by_kind | {digests_of(kind, "2075550142")[0][0] for kind in Kind}) == 2 * len(Kind)


def test_without_a_key_nothing_is_made_or_looked_for(settings):
    settings.ENCRYPTION_KEYS = []
    request = ConsultationRequest(name="Sam", phone="2075550100")
    for job in (lambda: keys_of(request), lambda: find("Sam"), lambda: likely_duplicates(request)):
        with pytest.raises(NoKey):
            job()


@pytest.mark.django_db(transaction=True)
def test_nothing_that_can_be_read_is_in_the_database_or_its_log():
    request = made(
        name="Quillonia Marmalade",
        name_to_ask_for="Umbrellina",
        phone="(207) 555-0187 ext. 43219",
        email="Zephyrine@example.org",
        code_word="clementine",
        message="I play the xylophone.",
    )
    request.entries.create(kind="received", text="saxophone lessons")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA database_list")
        file = Path(cursor.fetchone()[2])
    # By another process: closing a file that SQLite has open here would drop its locks on it.
    stored = subprocess.check_output(["cat", file, f"{file}-wal"]).lower()
    assert request.reference.lower().encode() in stored
    assert request.search_keys.first().digest.encode() in stored
    planted = ["quillonia", "marmalade", "umbrellina", "zephyrine", "clementine", "xylophone", "saxophone", "555-0187"]
    for word in [*planted, "2075550187", "43219"]:
        assert word.encode() not in stored


# Finding


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        *["207-555-0187", "(207) 555 0187 x3", "ZEPHYRINE@example.org ", "quillonia", "Marmaláde Quillonia"],
        *["Umbrellina", "person quillonia", "Persón"],
    ],
)
def test_a_request_is_found_by_all_that_was_given_in_full(text):
    request = made(
        asking_for="client",
        person_agreed=True,
        name="Quillonia Marmalade",
        name_to_ask_for="Umbrellina",
        person_name="Person Onesworth",
        phone="+1 207 555 0187",
        email="zephyrine@example.org",
    )
    made(name="Sam Other", email="sam@example.org")
    assert list(find(text)) == [request]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", ["", "  ", "a", "Quill", "Quillonia Other", "555-0187", "zephyrine@example", "%", "' OR 1=1 --"]
)
def test_a_part_or_something_else_finds_nothing(text):
    made(name="Quillonia", phone="207 555 0187", email="zephyrine@example.org")
    made(name="Other", phone="207 555 0188")
    assert not find(text).exists()


@pytest.mark.django_db
@given(st.text(max_size=200))
def test_any_text_can_be_looked_for(text):
    find(text).count()


@pytest.mark.django_db
def test_a_very_long_text_can_be_looked_for():
    made(name="ab")
    assert not find(" ".join(f"ab{n}" for n in range(5000))).exists()


@pytest.mark.django_db
def test_finding_takes_one_question_however_much_there_is(django_assert_num_queries):
    made(name="Sam Lee Quillonia", email="sam@example.org")
    request = made(name="Sam Lee Quillonia", email="sam@example.org")
    with django_assert_num_queries(1):
        assert find("Sam Lee Quillonia").count() == 2
    with django_assert_num_queries(1):
        assert len(likely_duplicates(request)) == 1


@pytest.mark.django_db
def test_likely_duplicates_share_a_phone_number_or_an_email_and_not_just_a_name():
    request = made(name="Sam", phone="207 555 0187", email="sam@example.org")
    same_phone = made(name="Lee", phone="(207) 555-0187")
    same_email = made(name="Ann", phone="207 555 0188", email="SAM@example.org")
    made(name="Sam", phone="207 555 0189")
    assert set(likely_duplicates(request)) == {same_phone, same_email}


@pytest.mark.django_db
def test_a_request_without_phone_and_email_has_no_duplicates():
    requests = [made(name="Sam", phone="", may_call=False) for _ in range(2)]
    assert not likely_duplicates(requests[0]).exists()


@pytest.mark.django_db
def test_an_older_keys_requests_are_still_found(settings):
    settings.ENCRYPTION_KEYS = [OLD]
    before = made(name="Quillonia Lee", phone="207 555 0187")
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    after = made(name="Quillonia Ann", phone="207 555 0187")
    assert set(find("quillonia")) == set(find("207 555 0187")) == {before, after}
    assert list(find("Quillonia Lee")) == [before]
    assert list(likely_duplicates(before)) == [after]
    assert list(likely_duplicates(after)) == [before]


@pytest.mark.django_db
def test_after_a_correction_the_new_words_are_found_and_the_old_ones_are_not():
    request = made(name="Sam Sam", name_to_ask_for="Sam", phone="207 555 0187")
    untouched = made(name="Sam Lee")
    request.name, request.name_to_ask_for = "Quillonia", ""
    request.save()
    replace_keys(request)
    assert list(find("Quillonia")) == [request]
    assert list(find("Sam")) == [untouched]
    assert SearchKey.objects.filter(request=request).count() == 3
