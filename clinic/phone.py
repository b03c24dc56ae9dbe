"""Phone numbers as people write them."""

from contextlib import suppress

import phonenumbers

HOME_REGION = "US"


def readable(number):
    """A number as people write it: "(207) 555-0142", "1-800-662-4357", "988"."""
    if not number.startswith("+"):
        return number
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    if phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.TOLL_FREE:
        return f"1-{phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)}".translate(
            str.maketrans({"(": "", ")": "", " ": "-"})
        )
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)


def dialable(text):
    """The number in a text as +12075550142, or None. It may stand among words, and be written in any way; what looks
    like one but has no area code is none."""
    among_words = phonenumbers.PhoneNumberMatcher(text, HOME_REGION, leniency=phonenumbers.Leniency.POSSIBLE)
    numbers = [match.number for match in among_words]
    with suppress(phonenumbers.NumberParseException):
        numbers.append(phonenumbers.parse(text, HOME_REGION))  # knows letters that stand for digits
    for number in numbers:
        if phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE:
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None
