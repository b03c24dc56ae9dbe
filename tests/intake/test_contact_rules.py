"""The person's own rules, as what colleagues read, say and may see. Every combination of choices is tried."""

from datetime import UTC, datetime, timedelta
from itertools import product
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.models import Clinic
from intake import contact_rules
from intake.models import ConsultationRequest

State, Rule = ConsultationRequest.State, ConsultationRequest.MessageRule
CLINIC = Clinic(
    name="Harbor Path Recovery", short_name="Harbor Path", phone="+12075550142", time_zone="America/New_York"
)
NUMBER = "(207) 555-0142"
TELLS = ["harbor", "clinic", "treatment", "care", "recovery", "program", "counsel", "addict", "health", "request"]
CHOICES = {
    **dict.fromkeys(("may_call", "may_text", "may_email", "will_call", "may_say_who"), (True, False)),
    "message_rule": Rule.values,
    "code_word": ("Blue boat", ""),
    "asking_for": ("self", "loved_one", "client"),
}
ALL = [dict(zip(CHOICES, row, strict=True)) for row in product(*CHOICES.values())]


def make(**told):
    values = {"name": "Sam", "phone": "207 555 0188", "email": "sam@example.com", "asking_for": "self"}
    return ConsultationRequest(**values | {"may_call": True} | told)


def script(request, caller="Ana"):
    return {part.when: part for part in contact_rules.script(request, CLINIC, caller)}


def spoken(request):
    return " ".join(sentence for part in script(request).values() for sentence in part.say)


def at(moment):
    """A clinic at a moment of the world's clock."""
    here = moment.astimezone(CLINIC.zone)
    return SimpleNamespace(zone=CLINIC.zone, local_now=lambda: here, short_name=CLINIC.short_name)


def test_who_did_not_allow_it_is_never_heard_to_know_us():
    for told in ALL:
        if not told["may_say_who"]:
            said = spoken(make(**told)).lower()
            assert not [word for word in TELLS if word in said], told


def test_only_a_person_who_picks_up_may_hear_where_we_call_from():
    for told in ALL:
        parts = script(make(**told))
        named = {when for when, part in parts.items() if "Harbor Path" in " ".join(part.say)}
        allowed = {"When it is them", "When someone else picks up"} if told["may_say_who"] else set()
        assert named == (allowed if told["may_call"] else set()), told


def test_every_way_that_was_allowed_has_its_words_and_no_other():
    for told in ALL:
        parts = script(make(**told))
        assert ("When they answer" in parts) == ("On voicemail" in parts) == told["may_call"]
        assert ("In a text" in parts) == told["may_text"]
        assert ("In an email" in parts) == told["may_email"]
        assert ("When they call us" in parts) == told["will_call"]


def test_the_code_word_comes_first_wherever_more_than_a_name_and_a_number_is_left():
    for told in ALL:
        parts = script(make(**told))
        for when in ("When they answer", "In a text", "In an email"):
            if told["code_word"] and when in parts:
                assert parts[when].say[0] == "Blue boat"
        if told["may_call"] and told["code_word"] and told["message_rule"] == Rule.YES:
            assert parts["On voicemail"].say[0] == "Blue boat"


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (Rule.NO, []),
        (Rule.NAME_AND_NUMBER, [f"This is Ana, {NUMBER}."]),
        (Rule.YES, ["Blue boat", f"This is Ana for Sam. Please call me back at {NUMBER}."]),
    ],
)
def test_voicemail_gets_what_the_person_allowed(rule, said):
    told = make(message_rule=rule, may_say_who=True, code_word="Blue boat")
    assert script(told)["On voicemail"].say == said


def test_nothing_is_said_to_who_paused_or_whose_request_is_over():
    for told, state in product(ALL, contact_rules.SILENT):
        request = make(state=state, **told)
        assert contact_rules.script(request, CLINIC, "Ana") == contact_rules.before_you_call(request, CLINIC) == []


def test_another_name_is_asked_for_and_the_own_one_never_said_to_others():
    parts = script(make(name_to_ask_for="Alex", message_rule=Rule.YES, may_email=True))
    for when in ("When they answer", "When someone else picks up", "On voicemail", "In an email"):
        assert "Alex" in " ".join(parts[when].say)
        assert "Sam" not in " ".join(parts[when].say)


@pytest.mark.parametrize(("knows", "is_warned"), [("no", True), ("", True), ("yes", False)])
def test_the_one_they_ask_about_may_pick_up(knows, is_warned):
    parts = script(make(asking_for="loved_one", person_knows=knows))
    warning = "It may be the one they ask about, who may not know that they wrote."
    assert (warning in parts["When someone else picks up"].mind) == is_warned


def test_the_script_shows_neither_the_number_nor_the_address_of_the_person():
    for told in ALL:
        request = make(**told)
        everything = repr([contact_rules.script(request, CLINIC, "Ana"), contact_rules.call_sheet(request)])
        assert "0188" not in everything
        assert "sam@example.com" not in everything


@given(name=st.text(), code_word=st.text(), caller=st.text())
def test_any_words_can_stand_in_it(name, code_word, caller):
    request = make(name=name, code_word=code_word, may_text=True, may_email=True, message_rule=Rule.YES)
    assert caller in " ".join(contact_rules.script(request, CLINIC, caller)[0].say)


def test_each_rule_is_said_with_its_answer():
    for told in ALL:
        answers = {question: is_allowed for question, is_allowed, _ in contact_rules.call_sheet(make(**told))}
        of_a_call = {
            "May we say where we call from": told["may_say_who"],
            "May we leave a message": told["message_rule"] != Rule.NO,
        }
        assert answers == {
            "May we call": told["may_call"],
            **(of_a_call if told["may_call"] else {}),
            "May we text": told["may_text"],
            "May we email": told["may_email"],
        }


@pytest.mark.parametrize(
    ("hour", "minute", "time_zone", "sentence", "is_no_hour"),
    [
        (23, 40, "America/Chicago", "It is 5:40 pm there (Central time).", False),
        (23, 40, "", "It is 6:40 pm there (Eastern time).", False),
        (13, 0, "", "It is 8 am there (Eastern time).", False),
        (12, 59, "", "It is 7:59 am there (Eastern time). Too early to call: wait until 8 am.", True),
        (1, 59, "", "It is 8:59 pm there (Eastern time).", False),
        (2, 0, "", "It is 9 pm there (Eastern time). Too late to call: wait until 8 am.", True),
        (14, 0, "Pacific/Honolulu", "It is 4 am there (Hawaii time). Too early to call: wait until 8 am.", True),
    ],
)
def test_the_hour_where_the_person_is_decides_whether_to_call(hour, minute, time_zone, sentence, is_no_hour):
    clinic = at(datetime(2026, 11, 23, hour, minute, tzinfo=UTC))
    assert contact_rules.hour_there(make(time_zone=time_zone), clinic) == (sentence, is_no_hour)


@given(st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2028, 1, 1)))
def test_no_hour_of_any_day_is_both_right_and_wrong(moment):
    moment = moment.replace(tzinfo=UTC)
    zone = ZoneInfo("America/Los_Angeles")
    _, is_no_hour = contact_rules.hour_there(make(time_zone=zone.key), at(moment))
    assert is_no_hour == (not 8 <= moment.astimezone(zone).hour < 21)


@pytest.mark.parametrize(
    ("told", "number", "address"),
    [
        ({"may_email": True}, "", ""),
        ({"may_call": False, "may_text": True}, "", "They did not allow email."),
        ({"may_call": False}, "They did not allow calls or texts.", "They did not allow email."),
        ({"number_is_wrong": True, "may_email": True}, "The number is wrong.", ""),
        ({"state": State.CLOSED}, "It is closed. Open it again first.", "It is closed. Open it again first."),
        ({"state": State.CLOSED, "stopped_at": datetime.now(UTC)}, "They asked us to stop.", "They asked us to stop."),
    ],
)
def test_why_the_number_or_the_address_is_not_shown(told, number, address):
    request = make(**told)
    assert contact_rules.why_not_shown(request, "phone") == number
    assert contact_rules.why_not_shown(request, "email") == address


def test_a_wrong_number_is_neither_called_nor_texted_whatever_was_allowed():
    request = make(number_is_wrong=True, may_text=True, may_email=True, message_rule=Rule.YES, may_say_who=True)
    rules = {question: (is_allowed, to_do) for question, is_allowed, to_do in contact_rules.call_sheet(request)}
    assert rules["May we call"] == (False, "Do not call: the number is wrong.")
    assert rules["May we text"] == (False, "Do not text: the number is wrong.")
    assert list(script(request)) == ["In an email"]


def test_nothing_is_shown_while_we_are_silent():
    for told, state, field in product(ALL, contact_rules.SILENT, ("phone", "email")):
        assert contact_rules.why_not_shown(make(state=state, **told), field)


def test_what_they_told_us_leaves_out_how_to_reach_them():
    request = make(message="Is there room?", may_email=True)
    told = contact_rules.what_they_told_us(request)
    assert ("In their words", "Is there room?") in told
    assert "0188" not in repr(told)
    assert "sam@example.com" not in repr(told)


def test_what_matters_before_a_call_is_left_out_when_it_was_not_said():
    assert contact_rules.before_you_call(make(), CLINIC) == [
        ("Ask for", "Sam"),
        ("When to call", "Any time we are open"),
    ]


def test_who_may_not_be_called_has_no_rules_of_a_call():
    told = {"may_call": False, "may_email": True, "needs_interpreter": True, "code_word": "Blue boat"}
    assert contact_rules.before_you_call(make(**told), CLINIC) == [("Code word, said first", "Blue boat")]
    will_call = dict(contact_rules.before_you_call(make(**told, will_call=True), CLINIC))
    assert "Help with talking" in will_call


@pytest.mark.parametrize(
    ("minutes_before", "is_too_early"), [(92, True), (60, True), (11, True), (10, False), (-5, False)]
)
def test_nobody_is_called_before_the_half_hour_that_was_set(minutes_before, is_too_early):
    call_at = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
    clinic = at(call_at - timedelta(minutes=minutes_before))
    sentence, is_no_hour = contact_rules.hour_there(make(call_at=call_at), clinic)
    assert is_no_hour == is_too_early
    said = "Too early to call: the call is set for today, 9:30 to 10 am Eastern time."
    assert sentence.endswith(said) == is_too_early


def test_safe_times_are_not_overruled_by_our_hours():
    before = dict(contact_rules.before_you_call(make(safe_times="Workdays before 3"), CLINIC))
    assert before == {"Ask for": "Sam", "Safe times, in their words": "Workdays before 3"}


def promised(**told):
    return contact_rules.what_we_do(make(**told), CLINIC)


def test_a_number_that_did_not_work_is_promised_no_call_and_asked_for_anew():
    lines = promised(number_is_wrong=True, may_text=True)
    assert lines[:2] == [
        "The number that ends in 88 did not work. Give us another one on your private page.",
        "We do not call or write to you. Our answer waits on your private page.",
    ]
    assert not [line for line in lines if line.startswith(("We call", "We may text", "We ask for"))]


def test_which_number_we_call_and_when_is_one_sentence():
    assert "We call the number that ends in 88 while we are open." in promised()
    at_a_time = promised(call_at=datetime(2026, 11, 23, 14, 30, tzinfo=UTC))
    assert any(line.startswith("We call the number that ends in 88: ") for line in at_a_time)


def test_who_can_be_written_to_is_when_the_number_did_not_work():
    lines = promised(number_is_wrong=True, may_email=True)
    assert any(line.startswith("We write to ") for line in lines)
    assert not [line for line in lines if line.startswith("We do not call")]


def test_another_number_is_not_asked_of_who_wants_no_call():
    assert not [line for line in promised(number_is_wrong=True, may_call=False) if "did not work" in line]


@pytest.mark.parametrize(
    ("days", "sent_at", "promise", "held"),
    [
        (0, None, ["You get an estimate of what care may cost by today."], "By today"),
        (
            -1,
            None,
            ["You get an estimate of what care may cost as soon as we can: we are late, and we are sorry."],
            "As soon as we can: we are late, and we are sorry",
        ),
        (0, datetime(2026, 11, 23, tzinfo=UTC), [], "Given"),
        (-1, datetime(2026, 11, 23, tzinfo=UTC), [], "Given"),
    ],
)
def test_an_estimate_is_promised_until_it_is_given_and_never_for_a_day_that_is_over(days, sent_at, promise, held):
    due = CLINIC.local_now().date() + timedelta(days=days)
    told = {"wants_estimate": True, "estimate_due": due, "estimate_sent_at": sent_at}
    assert [line for line in promised(**told) if "estimate" in line] == promise
    assert dict(contact_rules.what_we_hold(make(**told), CLINIC))["An estimate"] == held
