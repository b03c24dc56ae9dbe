"""Long passwords that are easy to guess all the same: hardly any of them is in a list of common ones."""

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

LONGEST_REPEATED = 8  # letters of a piece that is said again and again


class NotMadeOfCommonOnes(CommonPasswordValidator):
    """Refuses two common passwords in a row, and a short piece repeated. No rule says which letters to use."""

    def validate(self, password, user=None):
        text = password.casefold().strip()
        if is_repeated(text) or self.is_two_common_ones(text):
            raise ValidationError(self.get_help_text(), code="password_easy_to_guess")

    def is_two_common_ones(self, text):
        return any({text[:cut], text[cut:]} <= self.passwords for cut in range(1, len(text)))

    def get_help_text(self):
        return "This password is easy to guess. Take four or five words that do not belong together."


def is_repeated(text):
    """Such as "abcabcabc", cut anywhere."""
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, LONGEST_REPEATED + 1))
