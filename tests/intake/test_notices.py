"""Mail tells that there is something to read, never what; it arrives in spite of trouble, or is seen to have failed."""

import pytest
from django.utils import timezone

from clinic.models import Clinic
from intake import notices, reminders, workflow
from intake.models import ConsultationRequest, Notice
from tests import factories
from tests.intake.mail import MINUTE, PERSON, announced, request_of, states


@pytest.fixture
def clinic(db):
    return factories.clinic(notices_to="desk@clinic.example")


# What is written when a request is stored


@pytest.mark.parametrize(
    ("given", "kinds"),
    [
        ({}, ["new_request"]),
        ({"wants_receipt": True}, ["new_request", "receipt"]),
        ({"held_because": "too fast"}, []),
        ({"held_because": "too fast", "wants_receipt": True}, []),
    ],
)
@pytest.mark.django_db
def test_staff_hear_of_what_is_in_the_main_list_and_a_person_gets_a_receipt_only_when_asked_for(given, kinds):
    announced(**given)
    assert list(Notice.objects.order_by("pk").values_list("kind", flat=True)) == kinds


# What the mail says


def test_staff_get_one_mail_with_a_count_and_a_link(clinic, server, settings):
    settings.SITE_URL = "https://clinic.example"
    for _ in range(3):
        announced()
    notices.send_waiting(timezone.now())
    (mail,) = server.mails
    assert "\r\nTo: desk@clinic.example\r\n" in mail
    assert "\r\nSubject: New on the desk\r\n" in mail
    body = mail.split("\r\n\r\n", 1)[1]
    assert body == "New on the desk: 3\r\nhttps://clinic.example/staff/intake/consultationrequest/\r\n"
    assert states() == ["delivered"] * 3


def test_a_receipt_says_nothing_but_the_reference(clinic, server):
    stored = request_of(wants_receipt=True)
    notices.confirm(stored)
    notices.send_waiting(timezone.now())
    (mail,) = server.mails
    head, body = mail.split("\r\n\r\n", 1)
    assert "\r\nTo: quillon@example.com" in head
    assert "\r\nSubject: Your reference\r\n" in head
    assert body == f"{stored.reference}\r\n\r\nKeep it. If this is not yours, you can delete this mail.\r\n"
    assert clinic.name not in mail


def test_nothing_a_person_wrote_is_in_any_mail_or_log(clinic, server, caplog):
    caplog.set_level("DEBUG")
    announced(wants_receipt=True, reply_by=timezone.now() - MINUTE)
    now = timezone.now()
    notices.raise_alarms(now)
    server.answers = {"RCPT": "451 nobody called quillon@example.com yet"}
    notices.send_waiting(now)
    server.answers = {}
    notices.send_waiting(now + 2 * MINUTE)
    assert len(server.mails) == 3
    for mail in server.mails:
        for word in PERSON.values():
            assert word not in mail.replace(f"To: {PERSON['email']}", "")
    assert "receipt, 1" in caplog.text
    for word in PERSON.values():
        assert word not in caplog.text


def test_an_address_with_a_line_break_adds_no_header(clinic, server):
    announced(email="sam@example.com\nBcc: other@example.com", wants_receipt=True)
    notices.send_waiting(timezone.now())
    (mail,) = server.mails
    assert "New on the desk" in mail
    assert "other@example.com" not in mail
    assert Notice.objects.get(kind="receipt").problem == "ValueError"


# When there is nobody to tell, or nothing to tell any more


def test_when_nobody_gets_mail_staff_notices_end_at_once_and_say_so(clinic, server):
    Clinic.objects.update(notices_to="")
    announced()
    notices.send_waiting(timezone.now())
    assert states() == ["nobody"]
    assert Notice.objects.get().get_state_display() == "Nobody to send it to"
    assert not server.reached.is_set()
    Clinic.objects.update(notices_to="desk@clinic.example")
    assert notices.try_again(Notice.objects.all(), timezone.now()) == 1
    notices.send_waiting(timezone.now())
    assert states() == ["delivered"]


def test_a_mail_without_an_address_is_not_sent_where_colleagues_get_reminders(clinic, server):
    Clinic.objects.update(notices_to="")
    by = factories.colleague(rights=["change_consultationrequest"], email="kit@clinic.example")
    reminders.choose(by, "daily")
    announced()
    notices.send_waiting(timezone.now())
    assert states() == ["no_address"]


def test_notices_of_a_withdrawn_request_end(clinic, server):
    workflow.withdraw(announced())
    notices.send_waiting(timezone.now())
    assert set(states()) == {"not_needed"}
    assert server.mails == []


def test_an_alarm_that_was_answered_meanwhile_ends(clinic, server):
    stored = request_of(reply_by=timezone.now() - MINUTE)
    notices.raise_alarms(timezone.now())
    ConsultationRequest.objects.filter(pk=stored.pk).update(state="waiting_on_them")
    notices.send_waiting(timezone.now())
    assert states() == ["not_needed"]
    assert server.mails == []


# Whoever asked us to stop


@pytest.mark.parametrize("kind", Notice.Kind)
def test_each_kind_of_mail_has_a_subject_and_known_readers(kind):
    assert notices.SUBJECTS[kind]
    assert (kind in notices.TO_THE_CLINIC) != (kind in notices.TO_ONE)
    assert (kind in Notice.TO_THE_PERSON) == kind.label.endswith("to the person")


def test_whoever_asked_us_to_stop_gets_nothing_that_waited(clinic, server):
    stored = announced(wants_receipt=True)
    workflow.stop(stored, by=factories.colleague())
    notices.send_waiting(timezone.now())
    assert not any("quillon" in mail for mail in server.mails)
    assert stored.notices.get(kind="receipt").state == "not_needed"


def test_nor_what_failed_and_is_tried_again(clinic, server):
    stored = announced(wants_receipt=True)
    stored.notices.filter(kind="receipt").update(state="failed", ended_at=timezone.now())
    workflow.stop(stored, by=factories.colleague())
    assert notices.try_again(Notice.objects.all(), timezone.now()) == 1
    notices.send_waiting(timezone.now())
    assert not any("quillon" in mail for mail in server.mails)
    assert stored.notices.get(kind="receipt").state == "not_needed"


# Whoever paused


def test_a_receipt_waits_until_the_person_goes_on(clinic, server):
    stored = announced(wants_receipt=True)
    workflow.pause(stored)
    notices.send_waiting(timezone.now())
    assert not any("quillon" in mail for mail in server.mails)
    assert stored.notices.get(kind="receipt").state == "waiting"
    workflow.resume(stored, clinic=Clinic.load())
    notices.send_waiting(timezone.now())
    assert len([mail for mail in server.mails if "quillon" in mail]) == 1


def test_a_held_request_that_is_released_in_a_pause_sends_nothing_yet(clinic, server):
    stored = request_of(wants_receipt=True, held_because="too fast")
    workflow.pause(stored)
    workflow.release(stored, by=factories.colleague())
    notices.send_waiting(timezone.now())
    assert not any("quillon" in mail for mail in server.mails)
    assert stored.notices.get(kind="receipt").state == "waiting"


def test_a_receipt_that_is_not_wanted_any_more_is_not_sent(clinic, server):
    stored = announced(wants_receipt=True)
    ConsultationRequest.objects.update(wants_receipt=False)
    notices.send_waiting(timezone.now())
    assert not any("quillon" in mail for mail in server.mails)
    assert stored.notices.get(kind="receipt").state == "not_needed"


# Trouble, and its end


def no_server(server):
    server.stop()
    return server.start


def a_server_that_hangs(server):
    server.speaks.clear()
    return server.speaks.set


def a_server_that_says_later(server):
    server.answers = {"MAIL": "451 later"}
    return server.answers.clear


def a_server_that_shuts_the_door(server):
    server.answers = {"EHLO": "421 closing", "HELO": "421 closing"}
    return server.answers.clear


TROUBLES = [no_server, a_server_that_hangs, a_server_that_says_later, a_server_that_shuts_the_door]


@pytest.mark.parametrize("trouble", TROUBLES)
def test_mail_is_out_within_two_minutes_after_the_mail_server_heals(clinic, server, settings, trouble):
    settings.EMAIL_TIMEOUT = 0.2
    heal = trouble(server)
    for _ in range(3):
        announced(wants_receipt=True)
    now = timezone.now()
    for turn in range(12):
        notices.send_waiting(now + turn * MINUTE / 4)
    assert server.mails == []
    assert set(states()) == {"waiting"}
    assert all(Notice.objects.filter(kind="new_request").values_list("problem", flat=True))
    heal()
    settings.EMAIL_TIMEOUT = 5
    for turn in range(8):
        notices.send_waiting(now + 3 * MINUTE + turn * MINUTE / 4)
    assert states() == ["delivered"] * 6
    assert len(server.mails) == 4


@pytest.mark.parametrize("trouble", [no_server, a_server_that_says_later])
def test_mail_that_never_gets_out_is_seen_to_have_failed_after_a_day(clinic, server, trouble):
    heal = trouble(server)
    announced(wants_receipt=True)
    now = timezone.now()
    for turn in range(12):
        # A failed try ends the turn, so it takes two for two mails.
        notices.send_waiting(now + turn * 120 * MINUTE)
        notices.send_waiting(now + turn * 120 * MINUTE + MINUTE / 4)
    assert set(states()) == {"waiting"}
    for turn in range(2):
        notices.send_waiting(now + notices.PATIENCE + turn * MINUTE / 4)
    assert set(states()) == {"failed"}
    assert set(Notice.objects.values_list("problem", flat=True)) < {"ConnectionRefusedError", "SMTPSenderRefused"}
    heal()
    notices.send_waiting(now + notices.PATIENCE + 60 * MINUTE)
    assert server.mails == []


def test_a_machine_that_was_off_for_days_does_not_give_up_at_once(clinic, server):
    heal = no_server(server)
    announced()
    later = timezone.now() + 3 * notices.PATIENCE
    notices.send_waiting(later)
    heal()
    notices.send_waiting(later + 2 * MINUTE)
    assert states() == ["delivered"]


def test_an_address_that_does_not_exist_fails_at_once_and_stops_no_other_mail(clinic, server):
    announced(wants_receipt=True)
    server.answers = {"RCPT": "550 nobody here"}
    notices.send_waiting(timezone.now())
    assert states() == ["failed"] * 2
    assert set(Notice.objects.values_list("problem", flat=True)) == {"SMTPRecipientsRefused"}


@pytest.mark.parametrize("answers", [{"RCPT": "451 later"}, {"DATA": "451 later"}])
def test_a_receiver_who_says_later_is_asked_later(clinic, server, answers):
    server.answers = answers
    announced()
    notices.send_waiting(timezone.now())
    assert states() == ["waiting"]


def test_no_mail_goes_over_a_line_that_should_be_encrypted_and_is_not(clinic, server, settings):
    settings.EMAIL_USE_TLS = True
    announced()
    notices.send_waiting(timezone.now())
    assert server.mails == []
    assert Notice.objects.get().problem == "SMTPNotSupportedError"


def test_a_server_that_says_no_is_asked_ever_less_often(clinic, server):
    server.answers = {"MAIL": "550 not you"}
    announced()
    now = timezone.now()
    tried = []
    for minute in range(200):
        server.reached.clear()
        notices.send_waiting(now + minute * MINUTE)
        if server.reached.is_set():
            tried.append(minute)
    assert tried == [0, 1, 3, 7, 15, 31, 63, 123, 183]


def test_a_receipt_that_no_key_opens_waits_and_stops_no_other_mail(clinic, server, settings):
    announced(wants_receipt=True)
    keys = settings.ENCRYPTION_KEYS
    settings.ENCRYPTION_KEYS = ["another key that is also long enough"]
    now = timezone.now()
    notices.send_waiting(now)
    receipt = Notice.objects.get(kind="receipt")
    assert (receipt.state, receipt.tries, receipt.problem) == ("waiting", 1, "CannotDecrypt")
    assert len(server.mails) == 1
    settings.ENCRYPTION_KEYS = keys
    notices.send_waiting(now + 2 * MINUTE)
    assert states() == ["delivered"] * 2
