"""Structured data about care (schema.org), from the same columns as the pages."""

from clinic.schema import StructuredData, address, of_clinic, of_page, provider

__all__ = ["of_clinic", "of_group", "of_page", "of_program", "of_questions"]


def of_program(clinic, program):
    ages = [track.min_age for track in program.tracks.all()]
    return StructuredData(
        "MedicalTherapy",
        name=program.title,
        alternateName=[alias.strip() for alias in program.aliases.split(",") if alias.strip()],
        description=program.summary,
        url=address(program.get_absolute_url()),
        provider=provider(clinic) if program.is_offered else None,
        audience={"@type": "PeopleAudience", "requiredMinAge": min(ages)} if ages else None,
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
