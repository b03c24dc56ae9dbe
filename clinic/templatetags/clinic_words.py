"""How facts read on a page: phone numbers, times of day, and the address a page is known by."""

import re

from django import template
from django.conf import settings

from clinic import hours, phone

register = template.Library()
NUMBER = re.compile(r"\(\d{3}\) \d{3}-\d{4}")


register.filter("phone", phone.readable)


@register.filter
def unbroken_numbers(text):
    """Phone numbers among these words stay on one line."""
    return NUMBER.sub(
        lambda number: number[0].replace(" ", "\N{NO-BREAK SPACE}").replace("-", "-\N{WORD JOINER}"), text
    )


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
