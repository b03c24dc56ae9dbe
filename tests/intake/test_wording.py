"""Every page of a request can be read by somebody who is tired or afraid: sixth grade, and no word that hurts."""

import html
import re

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from clinic import content, wording
from clinic.management.commands.load_content import content_files
from clinic.models import Clinic, WordingException
from intake import workflow
from intake.models import ConsultationRequest
from intake.person_words import WHY_CLOSED
from tests import factories
from tests.intake.workflow.sent import in_days

pytestmark = pytest.mark.django_db

ADDRESS = "/request/"
OWN_PAGE = {"sec-fetch-site": "same-origin"}
ANSWERS = {
    "asking_for": "loved_one",
    "relationship": "child",
    "person_knows": "no",
    "name": "Sam",
    "ways": ["call", "email", "will_call"],
    "phone": "207 555 0177",
    "email": "sam@example.com",
    "name_to_ask_for": "Alex",
    "code_word": "Blue boat",
    "safe_times": "Workdays before 3 pm",
    "needs_interpreter": "on",
    "uses_relay": "on",
    "wants_estimate": "on",
    "message": "Is there room in the evening?",
}
LONG_SENTENCE = 10  # words
THEY_CALL = {"ways": ["will_call"]}
# Each page, and words that tell it from the others.
PAGES = {
    "empty form": "Who is it for?",
    "form with every error": "Enter a name that we can use.",
    "form too old": "Please send it once more",
    "form sent before with other words": "You sent this form before",
    "receipt": "We say your code word first.",
    "receipt of who will call": "We do not call or write to you.",
    "receipt too old": "Nothing to show here",
    "private page, closed": "Open my page",
    "private page, empty fields": "Enter your reference.",
    "private page, wrong code": "These two do not open a page",
    "private page, too many tries": "Please wait 15 minutes",
    "private page, open": "What we hold",
    "private page, answered": "Yes, behind the house.",
    "private page, change": "Change what you sent",
    "private page, withdraw": "Yes, erase it",
    "private page, paused": "This is paused.",
    "private page, withdrawn": "You took this request back.",
    "private page, booked": "When we talk",
    "private page, called off": "is off",
    "private page, asked to stop": "You asked us to stop.",
    **{f"private page, over: {reason}": words for reason, words in WHY_CLOSED.items()},
    "private page, too old": "Please open the page once more",
    "private page, question after taking it back": "your question did not reach us",
}


def hidden(name, response):
    return html.unescape(re.search(rf'name="{name}" value="([^"]+)"', response.text)[1])


def post(address, **typed):
    return Client().post(f"{ADDRESS}{address}", typed, headers=OWN_PAGE)


def pages_of_a_request():
    """Each page of PAGES, on the way of one person from the empty form to taking it back."""
    yield "empty form", (form := Client().get(ADDRESS))
    token = hidden("token", form)
    nonsense = {"phone": "12", "email": "no address", "call_at": "never", "relationship": "nobody"}
    yield "form with every error", post("", token=token, ways=["call", "email"], asking_for="loved_one", **nonsense)
    yield "form too old", post("", **ANSWERS)
    sent = post("", token=token, **ANSWERS)
    yield "form sent before with other words", post("", token=token, **ANSWERS | {"name": "Kim"})
    yield "receipt", (receipt := Client().get(sent["Location"]))
    other = post("", token=hidden("token", Client().get(ADDRESS)), **ANSWERS | THEY_CALL)
    yield "receipt of who will call", Client().get(other["Location"])
    yield "receipt too old", Client().get(f"{ADDRESS}sent/")

    reference, code = re.findall(r'<p class="reference[^"]*">([^<]+)</p>', receipt.text)
    yield "private page, closed", Client().get(f"{ADDRESS}private/")
    yield "private page, empty fields", post("private/")
    yield "private page, wrong code", post("private/", reference=reference, secret="WRONG")
    yield "private page, open", (opened := post("private/", reference=reference, secret=code))
    held = {"pass": hidden("pass", opened)}
    post("private/ask/", **held, text="Is there parking?")
    stored = ConsultationRequest.objects.get(reference=reference)
    workflow.answer(stored, "Yes, behind the house.", by=User.objects.create_user("colleague"))
    yield "private page, answered", post("private/", reference=reference, secret=code)
    yield "private page, change", post("private/change/", **held)
    yield "private page, paused", post("private/pause/", **held)
    yield "private page, withdraw", post("private/withdraw/", **held)
    yield from outcomes(stored, held)
    yield "private page, withdrawn", post("private/withdraw/", **held, sure="yes")
    yield "private page, question after taking it back", post("private/ask/", **held, text="Still there?")
    yield "private page, too old", post("private/ask/", **{"pass": "old"}, text="Still there?")
    yield "private page, too many tries", [post("private/", reference=reference, secret="WRONG") for _ in range(9)][-1]


def outcomes(stored, held):
    """The page after each end, and with a time to talk."""
    colleague, clinic = User.objects.get(), Clinic.load()
    places = [factories.referral_contact(), factories.referral_contact(web_address="https://place.example.org/")]
    workflow.resume(stored, clinic=clinic)
    workflow.link(stored, factories.consultation_request(), by=colleague)
    workflow.book(stored, in_days(2), "phone", by=colleague, clinic=clinic)
    shown = {"pass": held["pass"]}
    yield "private page, booked", post("private/ask/", **shown)
    workflow.call_off(stored, by=colleague, clinic=clinic)
    yield "private page, called off", post("private/ask/", **shown)
    for reason in WHY_CLOSED:
        chosen = places if reason in ConsultationRequest.NEEDS_ALTERNATIVES else []
        workflow.close(stored, reason, by=colleague, alternatives=chosen)
        yield f"private page, over: {reason}", post("private/ask/", **shown)
        workflow.reopen(stored, by=colleague, clinic=clinic)
    workflow.stop(stored, by=colleague)
    yield "private page, asked to stop", post("private/ask/", **shown)


@pytest.fixture(scope="module")
def seen(django_db_setup, django_db_blocker):
    """The words of each page, paragraph by paragraph, and the exceptions that the word lint knows."""
    cache.clear()  # the empty form of another test
    with django_db_blocker.unblock(), transaction.atomic():
        content.load(content_files())
        words = {name: paragraphs(response.text) for name, response in pages_of_a_request()}
        exceptions = tuple(WordingException.objects.values_list("phrase", flat=True))
        transaction.set_rollback(True)
    return words, exceptions


def paragraphs(page):
    main = re.search(r"<main.*?</main>", page, re.DOTALL)[0]
    lines = re.sub(r"<svg.*?</svg>|</?(?:strong|a|span|b|small|em)\b[^>]*>", "", main, flags=re.DOTALL)
    blocks = [" ".join(html.unescape(block).split()) for block in re.split(r"<[^>]*>", lines)]
    return [block for block in blocks if block]


def sentences(blocks):
    """Whole sentences only: labels and buttons of a word or two would hide how hard they are."""
    return "\n".join(block for block in blocks if re.search(r"[.?!]$", block))


def test_each_page_is_the_one_it_is_called(seen):
    assert set(seen[0]) == set(PAGES)
    for name, words in PAGES.items():
        assert words in "\n".join(seen[0][name]), name


@pytest.mark.parametrize("name", PAGES)
def test_its_sentences_read_at_sixth_grade_or_below(seen, name):
    text = sentences(seen[0][name])
    assert len(text.split()) > 50
    assert wording.grade(text) <= wording.EASY_GRADE, text


@pytest.mark.parametrize("name", PAGES)
def test_no_long_sentence_is_hard_by_itself(seen, name):
    """Short ones around it would hide it."""
    long = [one for one in re.split(r"(?<=[.?!])\s", sentences(seen[0][name])) if len(one.split()) >= LONG_SENTENCE]
    assert [one for one in long if wording.grade(one) > wording.GRADE] == []


@pytest.mark.parametrize("name", PAGES)
def test_no_paragraph_is_hard_and_no_word_hurts(seen, name):
    words, exceptions = seen
    for paragraph in words[name]:
        assert wording.findings(paragraph, grade_limit=wording.EASY_GRADE, exceptions=exceptions) == (), paragraph
