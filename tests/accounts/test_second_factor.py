"""A code works once, guessing takes ever longer, and the owner always has a way in."""

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from accounts import second_factor, totp
from accounts.models import FREE_TRIES, LONGEST_WAIT_SECONDS, Authenticator, RecoveryCode
from accounts.second_factor import TooManyTries, is_proved_by, is_recovered_by
from intake import encryption
from tests.accounts.conftest import code_of, colleague, phone_of, wrong_code

pytestmark = pytest.mark.usefixtures("clock", "clinic")

HERE, ELSEWHERE = "203.0.113.7", "203.0.113.8"


def guess(user, times, clock):
    """Wrong codes, each as soon as it is looked at."""
    for _ in range(times):
        try:
            assert not is_proved_by(user, wrong_code(user))
        except TooManyTries as problem:
            clock.forward(seconds=problem.seconds)
            assert not is_proved_by(user, wrong_code(user))


def test_a_code_works_once(robin, clock):
    code = code_of(robin)
    assert is_proved_by(robin, f" {code[:3]} {code[3:]} ")
    assert not is_proved_by(robin, code)
    clock.forward(seconds=30)
    assert is_proved_by(robin, code_of(robin))


def test_a_code_of_before_the_last_one_used_is_refused(robin, clock):
    older = code_of(robin)
    clock.forward(seconds=30)
    assert is_proved_by(robin, code_of(robin))
    assert not is_proved_by(robin, older)


def test_the_code_of_somebody_else_is_refused(robin):
    other = colleague("sky")
    phone_of(other)
    assert not is_proved_by(robin, code_of(other))


def test_a_phone_that_was_not_confirmed_proves_nothing():
    user = colleague("sky")
    device = Authenticator.objects.create(user=user, secret=totp.new_secret())
    assert not is_proved_by(user, totp.code_at(device.secret, timezone.now()))


def test_some_mistakes_are_free_and_then_the_wait_doubles(robin, clock):
    guess(robin, FREE_TRIES, clock)
    waits = []
    for _ in range(12):
        with pytest.raises(TooManyTries) as problem:
            is_proved_by(robin, code_of(robin))
        waits.append(problem.value.seconds)
        clock.forward(seconds=problem.value.seconds)
        assert not is_proved_by(robin, wrong_code(robin))
    assert waits[:4] == [30, 60, 120, 240]
    assert waits[-1] == LONGEST_WAIT_SECONDS


def test_after_a_thousand_wrong_codes_the_owner_still_gets_in(robin, clock):
    Authenticator.objects.update(wrong_tries=1000, last_wrong_at=clock.now)
    clock.forward(seconds=LONGEST_WAIT_SECONDS)
    assert is_proved_by(robin, code_of(robin))
    assert second_factor.device_of(robin).wrong_tries == 0


def test_a_clock_that_was_set_back_does_not_make_the_wait_longer(robin, clock):
    guess(robin, FREE_TRIES, clock)
    clock.forward(days=-30)
    assert second_factor.device_of(robin).wait(clock.now) == 30


def test_recovery_codes_are_ten_each_works_once_and_however_it_is_typed(robin):
    codes = second_factor.new_recovery_codes(second_factor.device_of(robin))
    assert len(set(codes)) == 10
    assert is_recovered_by(robin, f" {codes[0].upper().replace('-', ' ')} ", HERE)
    assert not is_recovered_by(robin, codes[0], HERE)
    assert is_recovered_by(robin, codes[1], HERE)
    assert RecoveryCode.objects.count() == 8


def test_new_recovery_codes_end_the_old_ones(robin):
    device = second_factor.device_of(robin)
    old = second_factor.new_recovery_codes(device)
    new = second_factor.new_recovery_codes(device)
    assert not is_recovered_by(robin, old[0], HERE)
    assert is_recovered_by(robin, new[0], HERE)


def test_a_recovery_code_of_somebody_else_is_refused(robin):
    other = colleague("sky")
    codes = second_factor.new_recovery_codes(phone_of(other))
    assert not is_recovered_by(robin, codes[0], HERE)


def test_a_recovery_code_works_while_somebody_tries_six_digits(robin, clock):
    codes = second_factor.new_recovery_codes(second_factor.device_of(robin))
    guess(robin, FREE_TRIES, clock)
    with pytest.raises(TooManyTries):
        is_proved_by(robin, code_of(robin))
    assert is_recovered_by(robin, codes[0], HERE)


def test_recovery_codes_are_limited_for_one_place_and_not_for_the_owner_elsewhere(robin):
    codes = second_factor.new_recovery_codes(second_factor.device_of(robin))
    for _ in range(second_factor.MOST_RECOVERY_TRIES):
        assert not is_recovered_by(robin, "aaaa-aaaa-aaaa", HERE)
    with pytest.raises(TooManyTries):
        is_recovered_by(robin, codes[0], HERE)
    assert is_recovered_by(robin, codes[0], ELSEWHERE)


def test_recovery_codes_outlive_a_change_of_the_secret_key(robin, settings):
    codes = second_factor.new_recovery_codes(second_factor.device_of(robin))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a newer secret for tests"
    assert is_recovered_by(robin, codes[0], HERE)


def test_the_database_holds_neither_the_secret_nor_a_recovery_code(robin):
    device = second_factor.device_of(robin)
    codes = second_factor.new_recovery_codes(device)
    with connection.cursor() as cursor:
        rows = [
            repr(cursor.execute(f"SELECT * FROM {table}").fetchall())
            for table in connection.introspection.table_names()
        ]
    stored = "\n".join(rows).casefold()
    for secret in (device.secret, *codes):
        assert secret.casefold() not in stored
        assert secret.replace("-", "").casefold() not in stored


def test_the_secret_cannot_be_read_without_its_key(robin, settings):
    settings.ENCRYPTION_KEYS = ["another key that is long enough to be one"]
    device = second_factor.device_of(robin)
    with pytest.raises(encryption.CannotDecrypt):
        assert device.secret


def test_nobody_has_two_phones(robin):
    with pytest.raises(IntegrityError, match="UNIQUE"):
        phone_of(robin)


def test_rows_name_nobody(robin):
    second_factor.new_recovery_codes(second_factor.device_of(robin))
    assert "robin" not in f"{Authenticator.objects.get()} {RecoveryCode.objects.first()}"
