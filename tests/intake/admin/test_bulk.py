"""One press for many requests: each by itself through workflow, with a line that says what became of it."""

import re

import pytest
from django.db import connection

from intake import workflow
from intake.admin import bulk
from intake.models import AccessRecord, CaseEntry, Notice
from tests import factories
from tests.intake.admin.desk import VIEW, WORDS, WORK, ago, ahead, colleague, log_in_with, make_request, url_of

pytestmark = pytest.mark.django_db


def press(client, what, *chosen, read_up_to=None, **fields):
    if read_up_to is None:
        read_up_to = CaseEntry.objects.last().pk if CaseEntry.objects.exists() else 0
    sent = {"what": what, "chosen": [stored.pk for stored in chosen], "read_up_to": read_up_to} | fields
    return client.post(url_of("bulk"), sent, follow=True)


def said(page):
    """({reference: what became of it}, the sum). A page that grows can be read once."""
    text = page.getvalue().decode()
    lines = re.findall(r'<p class="outcome[ "].*?</p>', text)
    words = [re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", line)).strip() for line in lines]
    found = {match[1]: match[2] for match in (re.match(r"\d+ of \d+ (\S+) (.*)", line) for line in words)}
    return found, re.search(r'role="status">(.*?)</p>', text)[1]


def outcomes(page):
    return said(page)[0]


@pytest.fixture
def ana(db):
    return colleague("ana", WORK, first_name="Ana", last_name="Example")


def test_taking_makes_each_mine_and_says_so(admin_client, admin_user):
    first, second = make_request(), make_request()
    page = press(admin_client, "claim", first, second)
    assert page.streaming
    assert outcomes(page) == dict.fromkeys([first.reference, second.reference], "It is yours for 4 hours.")
    for stored in (first, second):
        stored.refresh_from_db()
        assert stored.owner == admin_user
        assert stored.entries.last().kind == "claimed"


def test_what_was_refused_says_why_and_the_others_happen(admin_client, admin_user, ana):
    free, taken, withdrawn = make_request(), make_request(), make_request()
    workflow.claim(taken, by=ana)
    workflow.withdraw(withdrawn)
    page = press(admin_client, "claim", free, taken, withdrawn)
    assert outcomes(page) == {
        free.reference: "It is yours for 4 hours.",
        taken.reference: "Not changed. A colleague has it. Open it to see who.",
        withdrawn.reference: "Not changed. It was withdrawn.",
    }
    taken.refresh_from_db()
    assert taken.owner == ana


def test_a_consultation_that_went_with_one_withdrawn_is_said(admin_client, admin_user):
    stored = make_request()
    workflow.book(stored, ahead(days=1), "video", by=admin_user, clinic=factories.clinic())
    workflow.withdraw(stored)
    said = outcomes(press(admin_client, "claim", stored))[stored.reference]
    assert said.startswith("Not changed. It was withdrawn. The consultation is called off: ")
    assert said.endswith(", by video. Tell whoever was to meet them.")


def test_the_sum_stands_at_the_end(admin_client, ana):
    free, taken = make_request(), make_request()
    workflow.claim(taken, by=ana)
    assert said(press(admin_client, "claim", free, taken))[1] == "Done. 1 changed, 1 not."


def test_a_claim_that_ran_out_can_be_taken(admin_client, admin_user, ana):
    stored = make_request(owner=ana, claimed_until=ago(minutes=1))
    press(admin_client, "claim", stored).getvalue()
    stored.refresh_from_db()
    assert stored.owner == admin_user


@pytest.mark.parametrize("what", ["claim", "let_go", "close", "release", "hand_over"])
def test_what_nobody_read_is_not_passed_over(admin_client, admin_user, ana, what):
    stored = make_request(held_because="Sent within 3 seconds", owner=admin_user, claimed_until=ahead(hours=1))
    read_up_to = stored.entries.last().pk
    stored.entries.create(kind="asked", text="Is it free?")
    page = press(admin_client, what, stored, read_up_to=read_up_to, sure="yes", reason="elsewhere", to=ana.pk)
    assert outcomes(page)[stored.reference].startswith("Not changed. Something happened to it after you opened")
    before = stored.state, stored.owner_id, stored.held_because
    stored.refresh_from_db()
    assert (stored.state, stored.owner_id, stored.held_because) == before


def test_given_back_it_is_nobodys_and_what_nobody_has_stays(admin_client, admin_user):
    mine, nobodys = make_request(owner=admin_user, claimed_until=ahead(hours=1)), make_request()
    page = press(admin_client, "let_go", mine, nobodys)
    assert outcomes(page) == {
        mine.reference: "The team has it again.",
        nobodys.reference: "Not changed. Nobody has it.",
    }
    mine.refresh_from_db()
    assert mine.owner is None


def test_a_colleague_is_asked_for_and_gets_them(admin_client, ana):
    stored = make_request()
    page = press(admin_client, "hand_over", stored)
    assert "Hand 1 request to a colleague?" in page.text
    assert ">Ana Example</option>" in page.text
    assert "Choose a colleague.</li>" not in page.text
    assert "Choose a colleague.</li>" in press(admin_client, "hand_over", stored, sure="yes").text
    press(admin_client, "hand_over", stored, sure="yes", to=ana.pk).getvalue()
    stored.refresh_from_db()
    assert stored.owner == ana


def test_nobody_without_the_right_is_handed_a_request(admin_client):
    stored, editor = make_request(), colleague("editor", "change_program")
    page = press(admin_client, "hand_over", stored, sure="yes", to=editor.pk)
    assert not page.streaming
    assert "Select a valid choice." in page.text
    stored.refresh_from_db()
    assert stored.owner is None


def test_a_reason_is_asked_for_and_closes_each(admin_client, admin_user):
    stored = make_request()
    page = press(admin_client, "close", stored)
    assert "Close 1 request?" in page.text
    assert "Had a question, which is answered" in page.text
    assert "The person reads: “We did not find a question for us here. If you need help, ask us.”" in page.text
    assert outcomes(press(admin_client, "close", stored, sure="yes", reason="elsewhere"))[stored.reference] == "Closed."
    stored.refresh_from_db()
    assert (stored.state, stored.closing_reason, stored.closed_by) == ("closed", "elsewhere", admin_user)
    again = press(admin_client, "close", stored, sure="yes", reason="elsewhere")
    assert outcomes(again)[stored.reference].startswith("Not changed. That cannot happen in its state.")


def test_each_is_named_before_it_is_closed_and_can_be_left_out(admin_client, admin_user):
    first, second, third = (make_request(held_because="Sent within 3 seconds") for _ in range(3))
    page = press(admin_client, "close", first, second).text
    for stored in (first, second):
        line = page[page.index(f'value="{stored.pk}" checked') :]
        line = line[: line.index("</label>")]
        assert stored.reference in line
        for words in ("Marigold", "“Evenings are best.”", "Held as possible spam: Sent within 3 seconds"):
            assert words in line
    assert third.reference not in page
    assert set(AccessRecord.objects.values_list("kind", "reference")) == {
        ("view", first.reference),
        ("view", second.reference),
    }
    closed = outcomes(press(admin_client, "close", second, sure="yes", reason="not_a_request"))
    assert closed == {second.reference: "Closed."}


def test_who_reads_no_words_is_asked_by_reference_alone(client):
    stored = make_request()
    log_in_with(client, WORK)
    page = press(client, "close", stored).text
    assert stored.reference in page
    assert "Marigold" not in page
    assert "Evenings" not in page


def test_words_that_cannot_be_read_do_not_stop_the_question(admin_client):
    stored = make_request()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE intake_consultationrequest SET name = 'torn', message = 'torn'")
    page = press(admin_client, "close", stored).text
    assert "The name cannot be read" in page
    assert "“The words cannot be read”" in page


@pytest.mark.parametrize("reason", ["full", "not_the_level", "asked_to_stop", "nonsense", ""])
def test_reasons_that_need_more_close_nothing_here(admin_client, reason):
    stored = make_request()
    page = press(admin_client, "close", stored, sure="yes", reason=reason)
    assert not page.streaming
    assert "Close 1 request?" in page.text
    stored.refresh_from_db()
    assert stored.state == "new"


def test_not_spam_moves_a_held_one_once(admin_client):
    held, other = make_request(held_because="Sent within 3 seconds"), make_request()
    page = press(admin_client, "release", held, other)
    assert outcomes(page) == {
        held.reference: "It stands in the main list.",
        other.reference: "Not changed. It stands in the main list already.",
    }
    assert Notice.objects.filter(request=held).count() == 1
    assert not Notice.objects.filter(request=other).exists()


def test_each_row_is_recorded_as_a_change(client):
    first, second = make_request(), make_request()
    user = log_in_with(client, WORK)
    press(client, "claim", first, second).getvalue()
    assert list(AccessRecord.objects.values_list("kind", "reference", "by")) == [
        ("change", first.reference, user.pk),
        ("change", second.reference, user.pk),
    ]


def test_lines_come_while_the_work_is_done(admin_client, admin_user):
    first, second = make_request(), make_request()
    page = press(admin_client, "claim", first, second)
    parts = iter(page.streaming_content)
    next(parts)
    assert first.reference in next(parts).decode()
    second.refresh_from_db()
    assert second.owner is None
    list(parts)
    second.refresh_from_db()
    assert second.owner == admin_user
    assert page["X-Accel-Buffering"] == "no"
    assert page["Cache-Control"] == "no-store"


def test_all_that_fit_are_changed_after_a_question(admin_client, admin_user):
    fitting = [make_request(asking_for="client") for _ in range(55)]
    other = make_request()
    page = press(admin_client, "claim", all="on", query="asking_for=client&name=Marigold")
    assert "Take 55 requests?" in page.text
    assert 'name="query" value="asking_for=client"' in page.text
    assert not fitting[0].entries.filter(kind="claimed").exists()
    assert page.text.count('name="chosen"') == 55
    assert other.reference not in page.text
    page = press(admin_client, "claim", *fitting, query="asking_for=client", sure="yes")
    assert len(outcomes(page)) == 55
    other.refresh_from_db()
    assert other.owner is None


def test_more_than_can_be_done_at_once_is_said(admin_client, monkeypatch):
    monkeypatch.setattr(bulk, "MOST_AT_ONCE", 2)
    for _ in range(3):
        make_request()
    page = press(admin_client, "claim", all="on").text
    assert "Take 2 requests?" in page
    assert "These are the first 2. Press again for the rest." in page


def test_who_came_after_the_list_was_made_is_not_closed_with_the_others(admin_client):
    read_up_to = make_request().entries.last().pk
    later = make_request()
    page = press(admin_client, "close", later, sure="yes", reason="not_a_request", read_up_to=read_up_to)
    assert outcomes(page)[later.reference].startswith("Not changed.")
    later.refresh_from_db()
    assert later.state == "new"


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"what": "claim"},
        {"what": "erase", "chosen": "1", "read_up_to": "1"},
        {"what": "claim", "chosen": "1"},
        {"what": "claim", "chosen": ["x", "-1", "9" * 30], "read_up_to": "1"},
    ],
)
def test_a_press_that_says_too_little_changes_nothing_and_says_so(admin_client, sent):
    make_request()
    assert "Nothing was changed." in admin_client.post(url_of("bulk"), sent, follow=True).text
    assert not CaseEntry.objects.exclude(kind="received").exists()


def test_a_request_that_is_gone_is_passed_by(admin_client):
    stored = make_request()
    page = press(admin_client, "claim", stored, chosen=[10**6, stored.pk])
    assert said(page) == ({stored.reference: "It is yours for 4 hours."}, "Done. 1 changed.")


def cannot_be_written(table, condition):
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TRIGGER full_disk BEFORE INSERT ON {table} WHEN {condition}"
            " BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
        )


@pytest.mark.parametrize("what_fails", ["the change", "the record of it"])
def test_one_that_cannot_be_saved_stays_and_says_so_and_the_others_happen(admin_client, admin_user, what_fails):
    broken, other = make_request(), make_request()
    if what_fails == "the change":
        cannot_be_written("intake_caseentry", f"NEW.request_id = {broken.pk}")
    else:
        cannot_be_written("intake_accessrecord", f"NEW.reference = '{broken.reference}'")
    page = press(admin_client, "claim", broken, other)
    lines, in_all = said(page)
    assert lines == {
        broken.reference: "Not changed. It could not be saved. Try this one again.",
        other.reference: "It is yours for 4 hours.",
    }
    assert in_all == "Done. 1 changed, 1 not."
    broken.refresh_from_db()
    other.refresh_from_db()
    assert (broken.owner, other.owner) == (None, admin_user)


def test_names_are_neither_read_nor_shown(admin_client):
    stored = make_request()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE intake_consultationrequest SET phone = 'sealed by a key that is gone'")
    page = press(admin_client, "claim", stored)
    assert "Marigold" not in page.getvalue().decode()


def test_readers_see_no_buttons_and_change_nothing(client):
    stored = make_request()
    log_in_with(client, VIEW, WORDS)
    page = client.get(url_of("changelist")).text
    assert "With the ticked requests" not in page
    assert 'name="chosen"' not in page
    assert press(client, "claim", stored).status_code == 403
    assert client.get(url_of("bulk")).status_code in (403, 405)
    stored.refresh_from_db()
    assert stored.owner is None
