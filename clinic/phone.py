"""Phone numbers as people write them."""

import phonenumbers


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
