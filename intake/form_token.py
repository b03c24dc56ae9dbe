"""A signed, one-use name for one form on one screen. It stands in for a cookie: the public site sets none.

It carries the words of consent that stood on that screen, so that what is stored is what was read, even when a new
version of the site came in between.
"""

import time
import uuid
from dataclasses import dataclass, replace

from django.core import signing

SALT = "intake.form"
HOURS = 24


@dataclass(frozen=True)
class FormToken:
    id: uuid.UUID
    consent_lines: dict
    consent_version: str
    made_at: int  # seconds since 1970

    @property
    def seconds_open(self):
        return time.time() - self.made_at


def new(consent_lines, consent_version, *, is_shown_again=False):
    """A form that is shown again was read before: it may be sent at once (see spam.py)."""
    made_at = 0 if is_shown_again else int(time.time())
    return sign(FormToken(uuid.uuid4(), consent_lines, consent_version, made_at))


def renew(token, consent_lines, consent_version):
    """The same form, shown again with the words that stand on it now."""
    return sign(replace(token, consent_lines=consent_lines, consent_version=consent_version))


def sign(token):
    content = [token.id.hex, token.consent_lines, token.consent_version, token.made_at]
    return signing.dumps(content, salt=SALT, compress=True)


def read(signed):
    """The FormToken that this site handed out in the last day, else None."""
    try:
        id_, *rest = signing.loads(signed, salt=SALT, max_age=HOURS * 60 * 60)
        return FormToken(uuid.UUID(id_), *rest)
    except (signing.BadSignature, ValueError, TypeError):
        return None
