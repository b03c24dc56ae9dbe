"""Who we are: the facts and words on every page, edited by staff without a deploy."""

from clinic.models.base import Ordered, Published, PublishedQuerySet, Reviewed, ReviewedQuerySet
from clinic.models.clinic import Clinic, Location, OpeningHours
from clinic.models.help import HELP_LINE_CHECK_DAYS, LIFELINE, Alert, HelpLine
from clinic.models.page import CallStep, InsurancePlan, LanguageLine, Page, PageText, PageVersion, Signpost
from clinic.models.photo import Photo
from clinic.models.referral import ReferralContact
from clinic.models.upkeep import LoadedEntry, Redirect, WordingException

__all__ = [
    "HELP_LINE_CHECK_DAYS",
    "LIFELINE",
    "Alert",
    "CallStep",
    "Clinic",
    "HelpLine",
    "InsurancePlan",
    "LanguageLine",
    "LoadedEntry",
    "Location",
    "OpeningHours",
    "Ordered",
    "Page",
    "PageText",
    "PageVersion",
    "Photo",
    "Published",
    "PublishedQuerySet",
    "Redirect",
    "ReferralContact",
    "Reviewed",
    "ReviewedQuerySet",
    "Signpost",
    "WordingException",
]
