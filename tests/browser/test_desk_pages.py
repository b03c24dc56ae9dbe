"""What must hold on every screen of the desk, in a real browser, with a month of made-up requests in it."""

import re
import sqlite3
from contextlib import closing

import pytest

from tests.browser.conftest import PHONE, cookies_of, listen, press
from tests.browser.rules import ALL, ALL_BUT_COLOURS, COLOURS, DAY, NARROW, NIGHT, OVER_THE_SIDE, TOO_SMALL, broken
from tests.site import PASSWORD

pytestmark = pytest.mark.browser

OF_A_PHONE, OF_A_DESKTOP = 390, 1440
QUEUE = "/staff/intake/consultationrequest/"
TABS = ("waiting", "new", "call_now", "overdue", "mine", "theirs", "paused", "held", "open", "closed")
# One request for each look of its page, as the sample month makes them.
REQUESTS = {
    "new": "state = 'new' AND held_because = '' AND may_call",
    "of a colleague": "claimed_until > datetime() AND state = 'new'",
    "with missed calls": "attempts > 0",
    "with an estimate": "estimate_due IS NOT NULL AND state NOT IN ('closed', 'withdrawn')",
    "held": "held_because != ''",
    "closed": "closing_reason = 'not_the_level'",
    "stopped": "stopped_at IS NOT NULL",
    "withdrawn": "state = 'withdrawn'",
}
# One word without a break wherever a person or a colleague may type one. It prints what is planted.
LONG_WORDS = """
from uuid import uuid4
from django.contrib.auth.models import User
from django.utils import timezone
from intake import private_page, search_keys, workflow
from intake.encryption import sealed_fields
from intake.models import CaseEntry, ConsultationRequest, MessageTemplate, SavedView
word = {word!r}
everybody = User.objects.get(username="everybody")
colleague = User.objects.create_user("a" * 140, first_name=word, last_name=word, is_staff=True, is_superuser=True)
words = {{field.name: word for field in sealed_fields(ConsultationRequest)}}
told = words | {{"asking_for": "client", "person_agreed": True, "may_call": True, "may_text": True, "may_email": True}}
token = uuid4()
made = ConsultationRequest(**told, form_token=token, message_rule="yes", consent_wording=word, held_because=word[:60])
made.secret_digest = private_page.digest(made.reference, private_page.secret_of(token))
made.save()
search_keys.replace_keys(made)
CaseEntry.objects.create(request=made, kind="received")
for kind in ("answered", "noted"):
    CaseEntry.objects.create(request=made, kind=kind, text=word, by=colleague)
workflow.hand_over(made, by=colleague, to=everybody, text=word)
CaseEntry.objects.create(request=made, kind="asked", text=word)
SavedView.objects.create(owner=colleague, name=word[:60], query="list=new", is_shared=True)
SavedView.objects.create(owner=everybody, name=word[:60], query="list=new")
template = MessageTemplate.objects.create(name=word[:60], text=word)
print(made.pk, made.reference, private_page.secret_of(token), template.pk, colleague.pk)
"""
# Around each screen the same: looked at on the first one, where all of it stands.
FURNITURE = ["#header", "#nav-sidebar", ".how"]
# Of these kinds a desktop shows more than a longer line.
LAID_OUT_ANEW = ("home", "queue", "request", "figures")


def query(site, command, *values):
    with closing(sqlite3.connect(site.var / "site.sqlite3", timeout=20)) as database:
        found = database.execute(command, values).fetchall()
        database.commit()
    return found


@pytest.fixture(scope="module")
def site(new_site):
    running = new_site()
    running.manage("demo")
    running.add_colleague("everybody")
    running.serve()
    return running


@pytest.fixture(scope="module")
def requests(site):
    """The numbers of some requests, by how they stand."""
    found = {}
    for name, condition in REQUESTS.items():
        rows = query(site, f"SELECT id FROM intake_consultationrequest WHERE {condition} ORDER BY id DESC LIMIT 1")
        assert rows, f"The sample month has no request that is {name}."
        found[name] = rows[0][0]
    return found


def at(page, name, address):
    page.goto(f"/staff/{address}")
    return name


def in_the_queue(page):
    for tab in TABS:
        yield at(page, f"queue: {tab}", f"intake/consultationrequest/?list={tab}")
    yield at(page, "queue: filtered to nothing", "intake/consultationrequest/?list=mine&asking_for=client&way=text")
    press(page, "Save this view", "link")
    yield "save a view"
    press(page, "Save the view")
    yield "save a view: without a name"
    page.get_by_label("Name of the view").fill("Clients, by text")
    press(page, "Save the view")
    yield "queue: with a saved view"
    yield at(page, "saved views", "intake/consultationrequest/views/")
    yield at(page, "search", "intake/consultationrequest/search/")
    for typed, name in ("", "for nothing"), ("Nobody at all", "nobody found"), ("Sample", "many found"):
        page.get_by_label("Find a request").fill(typed)
        press(page, "Find")
        yield f"search: {name}"
    page.goto(f"{QUEUE}?list=new")
    for box in page.get_by_role("checkbox", name=re.compile("Choose .*-")).all()[:2]:
        box.check()
    press(page, "Close …")
    yield "bulk: question"
    press(page, "Yes, go on")
    yield "bulk: without a reason"
    page.get_by_role("radio").first.check()
    press(page, "Yes, go on")
    page.locator(".outcome__sum").wait_for()
    yield "bulk result"


def on_a_request(page, site, requests):
    for name, number in requests.items():
        yield at(page, f"request: {name}", f"intake/consultationrequest/{number}/change/")
    new = f"intake/consultationrequest/{requests['new']}"
    at(page, "", f"{new}/change/")
    press(page, "Take it")
    yield "request: taken"
    press(page, "Show the number")
    yield "request with its number"
    press(page, "Nobody answered")
    yield "request: a call is logged"
    press(page, re.compile("^Print sheet"))
    yield "print sheet"


def moves(page, site, requests):
    offered = {
        "new": ("answer", "note", "hand_over", "plan", "book", "link", "pause", "close", "erase"),
        "of a colleague": ("answer",),
        "with an estimate": ("book", "estimate"),
        "closed": ("reopen", "note"),
        "withdrawn": ("answer",),
    }
    for name, pages in offered.items():
        for move in pages:
            yield at(page, f"move: {move}, {name}", f"intake/consultationrequest/{requests[name]}/{move}/")
    number = requests["new"]
    for move, button in ("book", "Book it"), ("close", "Close it"), ("answer", "Put it on the private page"):
        at(page, "", f"intake/consultationrequest/{number}/{move}/")
        press(page, button)
        yield f"move with errors: {move}"
    page.get_by_label("Your answer").fill("Yes.")
    query(site, "INSERT INTO intake_caseentry (request_id, at, kind, text) VALUES (?, datetime(), 'asked', '')", number)
    press(page, "Put it on the private page")
    yield "move meanwhile"
    at(page, "", f"intake/consultationrequest/{number}/pause/")
    press(page, "Pause it")
    yield "request: paused"
    for move in ("resume", "answer"):
        yield at(page, f"move: {move}, paused", f"intake/consultationrequest/{number}/{move}/")


def around_the_requests(page, site, requests):
    number = requests["closed"]
    ((reference,),) = query(site, "SELECT reference FROM intake_consultationrequest WHERE id = ?", number)
    yield at(page, "export", "intake/consultationrequest/export/")
    press(page, "Count the requests")
    yield "export with errors"
    page.get_by_role("radio", name="Waiting on us").check()
    page.get_by_role("group", name="Why you need the file").get_by_role("radio").first.check()
    press(page, "Count the requests")
    yield "export count"
    yield at(page, "figures", "figures/")
    yield at(page, "reminders", "reminders/")
    press(page, "Save my choice")
    yield "reminders: saved"
    yield at(page, "guide", "guide/")
    yield at(page, "access records", "intake/accessrecord/?since=2026-11-01")
    press(page, "Who looked at one request", "link")
    page.get_by_label("Reference").fill(reference)
    press(page, "Show who looked")
    yield "access records of one"
    at(page, "", "intake/accessrecord/verify/")
    press(page, "Check that nothing was changed")
    yield "check of access records"
    yield at(page, "notices", "intake/notice/")
    yield at(page, "words to use again", "intake/messagetemplate/")
    yield at(page, "words to use again: new", "intake/messagetemplate/add/")
    yield at(page, "places to offer", "clinic/referralcontact/")
    yield at(page, "content", "health/")


def accounts(page, site):
    ((colleague,),) = query(site, "SELECT id FROM auth_user WHERE username = 'demo-desk'")
    yield at(page, "accounts", "auth/user/")
    yield at(page, "account", f"auth/user/{colleague}/change/")
    yield at(page, "account: new", "auth/user/add/")
    yield at(page, "sign-in of a colleague", f"sign-in/{colleague}/")
    yield at(page, "own sign-in", "sign-in/")
    page.context.clear_cookies()
    yield at(page, "sign-in", "")
    page.get_by_label("Username").fill("everybody")
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Go on to the code")
    yield "code"


def every_screen(page, site, requests):
    """Goes through the desk and stops at each screen. Before the colon stands of what kind it is."""
    yield at(page, "home", "")
    yield from in_the_queue(page)
    yield from on_a_request(page, site, requests)
    yield from moves(page, site, requests)
    yield from around_the_requests(page, site, requests)
    yield from accounts(page, site)


def looks_for(name, kinds):
    """How a screen is looked at. The colours are read once for each kind, and not again on a desktop unless that shows
    more."""
    kind = name.partition(":")[0]
    if kind in kinds:
        return [(OF_A_PHONE, DAY, ALL_BUT_COLOURS)]
    kinds.add(kind)
    if kind in LAID_OUT_ANEW:
        return [(width, *how) for width in (OF_A_DESKTOP, OF_A_PHONE) for how in ((DAY, ALL), (NIGHT, COLOURS))]
    return [(OF_A_DESKTOP, DAY, ALL_BUT_COLOURS), (OF_A_PHONE, DAY, ALL), (OF_A_PHONE, NIGHT, COLOURS)]


def too_narrow(page):
    page.set_viewport_size({"width": NARROW, "height": 844})
    if (over := page.evaluate(OVER_THE_SIDE)) > 0:
        yield f"runs {over} px off the side at {NARROW}"
    # Django's own header and side bar are not ours.
    yield from (html for html in page.evaluate(TOO_SMALL) if "rows" in html or "queue" in html)
    page.set_viewport_size(PHONE)


def test_no_screen_of_the_desk_breaks_a_rule(browser, site, requests):
    context = browser.new_context(
        base_url=site.url, viewport=PHONE, storage_state=cookies_of(browser, site, "everybody")
    )
    page = context.new_page()
    problems, found, kinds = listen(page), {}, set()
    for name in every_screen(page, site, requests):
        # Before axe, which adds a style of its own that our policy refuses.
        wrong = [text for text in problems if "409 (Conflict)" not in text]
        wrong += too_narrow(page)
        wrong += broken(page, looks_for(name, kinds), FURNITURE if name != "home" else [])
        problems.clear()
        if wrong:
            found[name] = wrong
    context.close()
    assert found == {}


def with_a_long_word(page, number, template, colleague):
    one = f"intake/consultationrequest/{number}"
    for move in ("change", "history", "answer", "note", "hand_over", "plan", "book", "link", "close", "erase"):
        yield at(page, move, f"{one}/{move}/")
    at(page, "", f"{one}/note/?seen=0")
    page.get_by_label("Note").fill("Yes.")
    page.locator("[name=read_up_to]").evaluate("field => field.value = 0")
    press(page, "Keep the note")
    yield "meanwhile"
    at(page, "", f"{one}/change/")
    press(page, re.compile("^Print sheet"))
    yield "print sheet"
    for place in ("", "intake/consultationrequest/?list=held", "intake/consultationrequest/views/"):
        yield at(page, place or "home", place)
    at(page, "", "intake/consultationrequest/?list=held")
    page.get_by_role("checkbox", name=re.compile("Choose .*-")).first.check()
    press(page, "Close …")
    yield "bulk: question"
    yield at(page, "words to use again", "intake/messagetemplate/")
    yield at(page, "words", f"intake/messagetemplate/{template}/change/")
    yield at(page, "access records", "intake/accessrecord/")
    yield at(page, "notices", "intake/notice/")
    yield at(page, "account", f"auth/user/{colleague}/change/")
    yield at(page, "sign-in of a colleague", f"sign-in/{colleague}/")


def on_the_private_page(page, reference, secret):
    page.goto("/request/private/")
    page.get_by_label("Reference").fill(reference)
    page.get_by_label("Code").fill(secret)
    press(page, "Open my page")
    yield "private page"
    press(page, "Change what I sent")
    yield "private page: change"


def runs_off(page, screens):
    for name in screens:
        for width in (OF_A_PHONE, 820, OF_A_DESKTOP):
            page.set_viewport_size({"width": width, "height": 844})
            if (over := page.evaluate(OVER_THE_SIDE)) > 0:
                yield f"{name}: {over} px at {width}"


def test_one_long_word_widens_no_screen(browser, site):
    number, reference, secret, template, colleague = site.manage(
        "shell", "-v", "0", "-c", LONG_WORDS.format(word="w" * 140)
    ).split()
    context = browser.new_context(base_url=site.url, storage_state=cookies_of(browser, site, "everybody"))
    page = context.new_page()
    found = list(runs_off(page, with_a_long_word(page, number, template, colleague)))
    found += runs_off(page, on_the_private_page(page, reference, secret))
    context.close()
    assert found == []
