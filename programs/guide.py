"""“Is IOP right for me?”: what a person's answers point to, and why. Never a diagnosis, never a score.

Which care an answer speaks for or against is said by the programs' criteria (Criterion.said_by); the answer itself
says only whether it is a crisis and what help is looked for. So the guide and the program pages cannot disagree, and a
change by staff reaches both.
"""

from dataclasses import dataclass, field

from programs.models import Criterion

Kind = Criterion.Kind


@dataclass(frozen=True)
class Suggestion:
    is_crisis: bool  # help comes first, whatever else is true
    crisis_lines: list = field(default_factory=list)  # criteria that say who needs help now
    may_suit: list = field(default_factory=list)  # (program, [why, ...]), from the most support to the least
    speaks_against: list = field(default_factory=list)  # (why, [program, ...] it speaks against, [safer program, ...])
    to_bring: list = field(default_factory=list)  # questions for a consultation


def suggest(chosen, programs, said):
    """What these answers point to. `chosen` are the answers; `programs` those the public sees, in order; `said` maps
    an answer's id to the criteria it makes true.

    A program may suit when its criteria, or those of a program that sends people there, give a reason for it, and none
    of its own criteria speaks against it.
    """
    true = unique(criterion for answer in chosen for criterion in said.get(answer.pk, []))
    crisis_lines = crisis_criteria(true)
    considered = [program for program in programs if treats_what_they_ask_for(program, chosen)]
    by_id = {program.pk: program for program in considered}
    reasons = {program.pk: [] for program in considered}
    against = {}  # why: ([program, ...], [safer program, ...])
    for criterion in true:
        if criterion.program_id not in by_id:
            continue
        if criterion.kind == Kind.FITS:
            reasons[criterion.program_id].append(criterion.text)
        elif criterion.kind == Kind.OTHER_LEVEL:
            unfit, safer = against.setdefault(criterion.text, ([], []))
            unfit.append(by_id[criterion.program_id])
            if criterion.suggests_id in by_id:
                safer.append(by_id[criterion.suggests_id])
                reasons[criterion.suggests_id].append(criterion.text)
    not_suited = {program for unfit, _ in against.values() for program in unfit}
    return Suggestion(
        is_crisis=bool(crisis_lines) or any(answer.is_crisis for answer in chosen),
        crisis_lines=crisis_lines,
        may_suit=[
            (program, unique(reasons[program.pk]))
            for program in considered
            if reasons[program.pk] and program not in not_suited
        ],
        speaks_against=[
            # Nobody is sent to a program that another answer speaks against.
            (why, unique(unfit), [program for program in unique(safer) if program not in not_suited])
            for why, (unfit, safer) in against.items()
        ],
        to_bring=unique(answer.to_bring for answer in chosen if answer.to_bring),
    )


def treats_what_they_ask_for(program, chosen):
    """Whether a program treats one of the things a person looks for help with; all do while nobody has said."""
    substance_use = any(answer.about_substance_use for answer in chosen)
    mental_health = any(answer.about_mental_health for answer in chosen)
    if not (substance_use or mental_health):
        return True
    return (substance_use and program.for_substance_use) or (mental_health and program.for_mental_health)


def is_crisis(answer, said):
    return answer.is_crisis or bool(crisis_criteria(said.get(answer.pk, [])))


def crisis_criteria(criteria):
    """Those that say who needs help now; one of each wording, for several programs say the same."""
    return list({line.text: line for line in criteria if line.kind == Kind.CRISIS}.values())


def unique(things):
    return list(dict.fromkeys(things))
