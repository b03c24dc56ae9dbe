"""Structured data for search engines (schema.org), from the same columns as the pages."""

import json

from django.conf import settings
from django.utils.html import html_safe

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


def of_clinic(clinic):
    return StructuredData("MedicalClinic", **clinic_data(clinic))


def provider(clinic):
    return {"@type": "MedicalClinic", **clinic_data(clinic)}


def of_program(clinic, program):
    return StructuredData(
        "MedicalTherapy",
        name=program.title,
        alternateName=[alias.strip() for alias in program.aliases.split(",") if alias.strip()],
        description=program.summary,
        url=address(program.get_absolute_url()),
        provider=provider(clinic) if program.is_offered else None,
    )


def of_group(clinic, group):
    return StructuredData(
        "MedicalWebPage",
        name=group.name,
        description=group.summary,
        url=address(group.get_absolute_url()),
        publisher=provider(clinic),
    )


def of_questions(subjects):
    return StructuredData(
        "FAQPage",
        mainEntity=[
            {
                "@type": "Question",
                "name": question["title"],
                "acceptedAnswer": {"@type": "Answer", "text": question["text"]},
            }
            for _subject, questions in subjects
            for question in questions
        ],
    )
