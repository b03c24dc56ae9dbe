"""“Is IOP right for me?”: what a person's answers point to, and why. Never a diagnosis, never a score.

Which care an answer speaks for or against is said by the programs' criteria (Criterion.said_by); the answer itself
says only which help must come first and what help is looked for. So the guide and the program pages cannot disagree,
and a change by staff reaches both. A criterion may say more than a person did, so every reason is an answer of theirs.
"""

from dataclasses import dataclass, field

from programs.models import Criterion, FirstHelp

Kind = Criterion.Kind


@dataclass(frozen=True)
class Suggestion:
    first_help: list = field(default_factory=list)  # who is called before anything else, the most urgent first
    advice: list = field(default_factory=list)  # what must not be missed
    may_suit: list = field(default_factory=list)  # (program, [answer, ...]), from the most support to the least
    not_suited: list = field(default_factory=list)  # programs that an answer speaks against
    speaks_against: list = field(default_factory=list)  # answers that do, unless they are a reason for a program above
    to_bring: list = field(default_factory=list)  # questions for a consultation


def suggest(chosen, programs, said):
    """What these answers point to. `chosen` are the answers; `programs` those the public sees, in order; `said` maps
    an answer's id to the criteria it makes true.

    A program may suit when its criteria, or those of a program that sends people there, give a reason for it, and none
    of its own criteria speaks against it.
    """
    considered = [program for program in programs if treats_what_they_ask_for(program, chosen)]
    reasons = {program.pk: [] for program in considered}
    against = {program.pk: [] for program in considered}
    for answer in chosen:
        for criterion in said.get(answer.pk, []):
            if criterion.program_id not in reasons:
                continue
            if criterion.kind == Kind.FITS:
                reasons[criterion.program_id].append(answer)
            elif criterion.kind == Kind.OTHER_LEVEL:
                against[criterion.program_id].append(answer)
                if criterion.suggests_id in reasons:
                    reasons[criterion.suggests_id].append(answer)
    may_suit = [
        (program, unique(reasons[program.pk]))
        for program in considered
        if reasons[program.pk] and not against[program.pk]
    ]
    explained = {answer for _, answers in may_suit for answer in answers}
    who_helps = [first_help(answer, said) for answer in chosen]
    return Suggestion(
        first_help=[first for first in FirstHelp if first in who_helps],
        advice=unique(answer.advice for answer in chosen if answer.advice),
        may_suit=may_suit,
        not_suited=[program for program in considered if against[program.pk]],
        speaks_against=[
            answer
            for answer in unique(answer for answers in against.values() for answer in answers)
            if answer not in explained
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


def first_help(answer, said):
    """Who is called first by somebody with this answer; "" when nothing says that it is a crisis."""
    is_crisis = any(criterion.kind == Kind.CRISIS for criterion in said.get(answer.pk, []))
    return answer.first_help or (FirstHelp.LIFELINE if is_crisis else "")


def unique(things):
    return list(dict.fromkeys(things))
