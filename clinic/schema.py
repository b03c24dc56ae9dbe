"""Structured data for search engines (schema.org), from the same columns as the pages."""

import json

from django.conf import settings
from django.utils.html import html_safe

from clinic.hours import DAY_NAMES

# What would end the script element, or start another one, is written as an escape.
ESCAPED = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@html_safe
class StructuredData:
    """Prints itself as the text of a script element of type application/ld+json."""

    def __init__(self, kind, **properties):
        self.data = {"@context": "https://schema.org", "@type": kind, **{k: v for k, v in properties.items() if v}}

    def __str__(self):
        return json.dumps(self.data, ensure_ascii=False).translate(ESCAPED)


def address(path):
    return f"{settings.SITE_URL}{path}"


def clinic_data(clinic):
    place = clinic.main_location
    return {
        "name": clinic.name,
        "url": address("/"),
        "telephone": clinic.phone,
        "description": clinic.description,
        "foundingDate": str(clinic.founded_year) if clinic.founded_year else "",
        "address": {
            "@type": "PostalAddress",
            "streetAddress": place.street,
            "addressLocality": place.city,
            "addressRegion": place.state,
            "postalCode": place.postal_code,
        },
    }


def of_clinic(clinic, schedule):
    hours = [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": f"https://schema.org/{DAY_NAMES[weekday]}",
            "opens": f"{opens:%H:%M}",
            "closes": f"{closes:%H:%M}",
        }
        for weekday, spans in sorted(schedule.weekly.items())
        for opens, closes in spans
    ]
    return StructuredData("MedicalClinic", **clinic_data(clinic), openingHoursSpecification=hours)


def of_page(clinic, text):
    return StructuredData(
        "MedicalWebPage",
        name=text.title,
        description=text.description,
        url=address(text.get_absolute_url()),
        publisher=provider(clinic),
    )


def provider(clinic):
    return {"@type": "MedicalClinic", **clinic_data(clinic)}
