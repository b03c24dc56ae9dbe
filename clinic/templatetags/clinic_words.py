"""How facts read on a page: phone numbers, times of day, and the address a page is known by."""

import phonenumbers
from django import template
from django.conf import settings

from clinic import hours

register = template.Library()


@register.filter
def phone(number):
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


@register.filter
def clock(time):
    return hours.clock(time)


@register.filter
def full_date(date):
    return f"{hours.DAY_NAMES[date.weekday()]}, {date:%B} {date.day}"


@register.filter
def times(start, end):
    return hours.span(start, end)


@register.simple_tag(takes_context=True)
def canonical_url(context):
    """The page's one address: without query, under the site's own name."""
    return f"{settings.SITE_URL}{context['request'].path}"


@register.filter
def absolute(path):
    return f"{settings.SITE_URL}{path}"
