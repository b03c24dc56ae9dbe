"""What may be meant just so, on the page about the content only, so that the home page stays calm."""

from iop_site.content_health import linked, unsaid
from programs.models import Criterion, GuideAnswer, SpecialtyGroup


def groups_of_no_program(content):
    with_program = linked(SpecialtyGroup.programs, "specialtygroup_id")
    for group in content.published(SpecialtyGroup):
        if group.pk not in with_program:
            yield group, "No program's page names it."


def never_said(content):
    """What the guide does not ask about, and answers that change nothing. Both may be meant."""
    for criterion in unsaid(content):
        if criterion.kind != Criterion.Kind.CRISIS:
            yield criterion, f"No answer of the guide says “{criterion.text}”."
    saying = linked(Criterion.said_by, "guideanswer_id")
    for answer in content.all(GuideAnswer):
        has_concern = answer.about_substance_use or answer.about_mental_health
        if answer.pk not in saying and not (answer.first_help or has_concern or answer.to_bring):
            yield answer, f"The answer “{answer.text}” changes nothing."


HINTS = [
    ("Groups of no program", groups_of_no_program),
    ("What the guide never says", never_said),
]
