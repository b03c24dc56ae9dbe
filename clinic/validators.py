"""What staff may type into a field, and the sentence that says so."""

from datetime import datetime, timedelta
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.urls import Resolver404, resolve
from django.utils import timezone

from clinic import markdown

e164 = RegexValidator(r"^\+[1-9][0-9]{6,14}$", "Enter the number with + and the country code, such as +12075550142.")
own_path = RegexValidator(
    r"^(?!.*//)(?!.*/\.{1,2}([/?#]|$))/[\w/#?=&.-]*\Z",
    "Enter an address on this site that starts with /, such as /programs/.",
)


def not_after_this_year(year):
    if year > timezone.now().year:
        raise ValidationError("This year has not begun.")


plain_https = RegexValidator(r"^https://[\w.-]+(/[\w/.-]*)?$", "Enter a plain address that starts with https://.")


def not_in_the_future(moment):
    """For the day or moment somebody looked at something."""
    now = timezone.now()
    if moment > (now if isinstance(moment, datetime) else now.date() + timedelta(days=1)):
        raise ValidationError("This is in the future. Enter when somebody really looked.")


dialable = RegexValidator(
    r"^(\+[1-9][0-9]{6,14}|[0-9]{3,6})$", "Enter a short number, such as 988, or one with + and the country code."
)


def known_time_zone(name):
    if name not in available_timezones():
        raise ValidationError("Enter a time zone by its standard name, such as America/New_York.")


language_code = RegexValidator(
    r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$", "Enter a code such as es, zh-Hant or pt-BR."
)


def plain_markdown(text):
    if found := markdown.problems(text):
        raise ValidationError(found)


def free_address(slug):
    """A page that staff write may not take the address of a page that the site itself has."""
    try:
        taken = resolve(f"/{slug}/").url_name != "page"
    except Resolver404:
        taken = False
    if taken:
        raise ValidationError({"slug": "Another page of this site has this address. Choose a different one."})
