"""Fields whose content is unreadable without a key that is not in the database.

AES-256-GCM, each value bound to its model and field, so that a value moved to another column does not decrypt.
The key ring is settings.ENCRYPTION_KEYS: the first key encrypts, every key decrypts.
"""

import base64
import hashlib
import os
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models
from django.db.models.lookups import Exact

NONCE_BYTES = 12
KEY_NAME_BYTES = 4


class EncryptionError(Exception):
    """Something that is stored encrypted cannot be written or read now."""


class NoKey(EncryptionError):
    """The ring is empty: nothing can be written."""

    def __init__(self):
        super().__init__("ENCRYPTION_KEYS is empty.")


class CannotDecrypt(EncryptionError):
    """No key of the ring opens this value: the key is missing, or the value was changed or moved."""


def is_ready():
    """Whether what people write can be kept."""
    return bool(settings.ENCRYPTION_KEYS)


def ring():
    """All keys as text, the one that encrypts first. Raises NoKey."""
    if not is_ready():
        raise NoKey
    return settings.ENCRYPTION_KEYS


@cache
def cipher(key):
    """(name, cipher) of a key given as text. The name says which key was used and nothing about it."""
    material = hashlib.sha256(key.encode()).digest()
    return hashlib.sha256(b"name" + material).digest()[:KEY_NAME_BYTES], AESGCM(material)


def encrypt(text, place):
    """`place` names where the value belongs, such as "intake.consultationrequest.phone". Raises NoKey."""
    name, first = cipher(ring()[0])
    nonce = os.urandom(NONCE_BYTES)
    sealed = first.encrypt(nonce, text.encode(), place.encode())
    return base64.urlsafe_b64encode(name + nonce + sealed).decode()


def decrypt(sealed, place):
    """Raises CannotDecrypt; never returns what it was given."""
    try:
        raw = base64.urlsafe_b64decode(sealed)
    except ValueError:
        raise CannotDecrypt(place) from None
    name, rest = raw[:KEY_NAME_BYTES], raw[KEY_NAME_BYTES:]
    for key in settings.ENCRYPTION_KEYS:
        key_name, ring_cipher = cipher(key)
        if key_name == name:
            try:
                return ring_cipher.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], place.encode()).decode()
            except (InvalidTag, ValueError):
                break
    raise CannotDecrypt(place)


def is_under_first_key(sealed):
    """Of a value that decrypts."""
    name, _ = cipher(ring()[0])
    return base64.urlsafe_b64decode(sealed)[:KEY_NAME_BYTES] == name


class IsEmpty(Exact):
    """The only question that the database can answer about an encrypted text."""

    def get_prep_lookup(self):
        if self.rhs != "":
            raise FieldError(f"{self.lhs.output_field.place} is encrypted and cannot be searched.")
        return self.rhs


class EncryptedTextField(models.TextField):
    """Text that the database holds only encrypted. An empty text is stored as it is: it says nothing."""

    @property
    def place(self):
        return f"{self.model._meta.label_lower}.{self.name}"

    def get_prep_value(self, value):
        text = super().get_prep_value(value)
        return encrypt(text, self.place) if text else text

    def from_db_value(self, value, expression, connection):
        return decrypt(value, self.place) if value else value

    def get_lookup(self, lookup_name):
        if lookup_name == "exact":
            return IsEmpty
        raise FieldError(f"{self.place} is encrypted and cannot be searched.")


def sealed_fields(model):
    return [field for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)]
