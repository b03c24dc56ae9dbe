"""The six digits are those that every authenticator app shows."""

import base64
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from accounts import totp

# RFC 6238, appendix B, for SHA-1, with the last six of its eight digits.
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
RFC_CODES = {59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"}
MOMENT = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(("seconds", "code"), RFC_CODES.items())
def test_codes_are_those_of_the_standard(seconds, code):
    moment = datetime.fromtimestamp(seconds, UTC)
    assert totp.code_at(RFC_SECRET, moment) == code
    assert totp.step_of(RFC_SECRET, code, moment) == seconds // 30


@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phone_may_be_half_a_minute_off(steps, is_taken):
    code = totp.code_at(RFC_SECRET, MOMENT + timedelta(seconds=30 * steps))
    assert (totp.step_of(RFC_SECRET, code, MOMENT) is not None) == is_taken


@pytest.mark.parametrize("typed", ["", "0", "abcdef", "１２３４５６", "é" * 6, "0" * 128])
def test_what_is_no_code_is_refused(typed):
    assert totp.step_of(RFC_SECRET, typed, MOMENT) is None


def test_no_two_phones_share_a_secret():
    secrets = {totp.new_secret() for _ in range(50)}
    assert len(secrets) == 50
    assert {len(base64.b32decode(secret)) for secret in secrets} == {20}


def test_the_address_tells_the_app_all_and_not_where_somebody_works():
    address = urlsplit(totp.address(RFC_SECRET, "robin"))
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    told = parse_qs(address.query)
    assert told["secret"] == [RFC_SECRET]
    assert told["issuer"] == ["Staff desk"]
    assert (told["digits"], told["period"]) == (["6"], ["30"])


def test_the_drawing_is_one_square_for_each_dark_module():
    size, path = totp.drawing("A" * 20)
    squares = re.findall(r"M(\d+) (\d+)h1v1h-1z", path)
    assert "".join(f"M{x} {y}h1v1h-1z" for x, y in squares) == path
    assert all(totp.QUIET_ZONE <= int(at) < size - totp.QUIET_ZONE for square in squares for at in square)
    assert {("4", "4"), ("10", "4"), ("4", "10")} <= set(squares)  # the corner that a camera looks for
