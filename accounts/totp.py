"""Six digits that change every half minute (RFC 6238), as every authenticator app makes them."""

import base64
import os

import segno
from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

DIGITS = 6
STEP_SECONDS = 30
SECRET_BYTES = 20  # RFC 4226, section 4
STEPS_OFF = 1  # how far a phone's clock may be off, to each side
ISSUER = "Staff desk"  # what the app shows; it does not tell a bystander where the phone's owner works
QUIET_ZONE = 4  # light modules around a QR code


def new_secret():
    return base64.b32encode(os.urandom(SECRET_BYTES)).decode()


def generator(secret):
    # SHA-1 is what the apps know. Its weakness is collisions, which help nobody here.
    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP_SECONDS)


def code_at(secret, moment):
    return generator(secret).generate(moment.timestamp()).decode()


def step_at(moment):
    """Half minutes since 1970."""
    return int(moment.timestamp() // STEP_SECONDS)


def step_of(secret, code, moment):
    """The step to which this code belongs, or None when it belongs to none of now."""
    now = step_at(moment)
    found = None
    for step in range(now - STEPS_OFF, now + STEPS_OFF + 1):
        if bytes_eq(generator(secret).generate(step * STEP_SECONDS), code.encode()):
            found = step
    return found


def address(secret, username):
    """What a QR code tells the app."""
    return generator(secret).get_provisioning_uri(username, ISSUER)


def grouped(secret):
    """In fours, to be typed from a screen."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def drawing(text):
    """(size, path) of a QR code: the path of an SVG whose view box is that many units wide and high."""
    rows = list(segno.make(text, micro=False).matrix)
    path = "".join(
        f"M{x + QUIET_ZONE} {y + QUIET_ZONE}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    return len(rows) + 2 * QUIET_ZONE, path
