"""Everything a program's page lists, gathered by one query: the page costs the same however much staff write."""

from collections import defaultdict
from dataclasses import dataclass
from operator import attrgetter

from django.db.models import Case, CharField, F, Value, When
from django.db.models.functions import Cast

from programs import facts
from programs.models import (
    ComparisonAnswer,
    Criterion,
    GroupType,
    ProgramPoint,
    ProgramSection,
    ProgramService,
    Question,
    SessionPart,
    SpecialtyGroup,
    Topic,
)

# No link may lead to a page that the public cannot see.
SLUG_IF_PUBLISHED = Case(When(suggests__is_published=True, then=F("suggests__slug")), default=Value(""))


@dataclass(frozen=True)
class Line:
    """One line of one list. Which columns are filled depends on `kind`."""

    kind: str
    owner: int  # the program, or for a part of a session its outline
    position: int
    pk: int
    title: str
    text: str
    note: str
    slug: str


def words(expression):
    return Cast(expression, CharField())


def lines(rows, kind, *, owner="program_id", position="position", title="", text="", note="", slug=""):
    """Rows of one table in the shape of a Line. A name in double underscores reaches over to another table."""

    def column(name):
        return words(F(name)) if name else Value("", CharField())

    return rows.order_by().values_list(
        words(kind), owner, position, "pk", column(title), column(text), column(note), column(slug)
    )


def shared(model, program, kind, **columns):
    return lines(model.filter(programs=program), Value(kind), owner="programs__pk", **columns)


def lists_of(program, compared=None):
    """{kind: [Line, ...]} for a program, each list in the order staff gave it. The lines of kind "comparison" are also
    those of the program it is compared with."""
    outlines = {track.outline_id for track in program.tracks.all()} - {None}
    own = {"program": program}
    rows = lines(ProgramSection.objects.filter(**own), Value("section"), title="heading", text="body").union(
        lines(ProgramPoint.objects.filter(**own), F("kind"), text="text"),
        lines(
            Criterion.objects.filter(**own).annotate(leads_to=SLUG_IF_PUBLISHED),
            F("kind"),
            text="text",
            title="suggests__short_name",
            slug="leads_to",
        ),
        lines(
            ProgramService.objects.filter(**own),
            Value("service"),
            title="service__name",
            text="service__text",
            note="availability",
        ),
        shared(Topic.objects, program, "topic", title="name", note="by_choice"),
        shared(GroupType.objects, program, "group_type", title="name", text="text"),
        shared(Question.objects, program, "question", title="question", text="answer", slug="slug"),
        shared(
            SpecialtyGroup.objects.published(), program, "specialty_group", title="name", text="summary", slug="slug"
        ),
        lines(
            SessionPart.objects.filter(outline__in=outlines),
            Value("session_part"),
            owner="outline_id",
            title="name",
            text="text",
            note="minutes",
        ),
        lines(
            ComparisonAnswer.objects.filter(program__in=[program, compared] if compared else [program]),
            Value("comparison"),
            position="point__position",
            title="point__name",
            text="text",
        ),
        all=True,
    )
    lists = defaultdict(list)
    for line in sorted((Line(*row) for row in rows), key=attrgetter("position", "pk")):
        lists[line.kind].append(line)
    return lists


def chapters(program, compared, lists, tracks):
    """The parts of a program's page that have something to say, in order: (id, heading, template, what it shows)."""
    services = [
        (label, [line for line in lists["service"] if line.note == availability])
        for availability, label in ProgramService.Availability.choices
    ]
    comparison = {}
    if compared:
        answers = [(line.owner, line.title, line.text) for line in lists["comparison"]]
        comparison = {"programs": [program, compared], "rows": facts.comparison([program, compared], answers)}
    outlines = outline_by_times(program, lists["session_part"])
    first_section, *more_sections = lists["section"] or [None]
    all_chapters = [
        ("about", first_section.title if first_section else "", "section", first_section),
        ("session", "A day here" if all_day(program) else "One session", "session", outlines),
        ("week", "Days and times", "week", tracks),
        ("fit", "Who it is for", "fit", lists["fits"] + lists["other_level"] + lists["crisis"]),
        ("start", "When people start, at this clinic", "plain_list", lists["entry"]),
        ("topics", "What you work on", "topics", lists["topic"]),
        ("goals", "What it aims for", "plain_list", lists["goal"]),
        ("group-types", "Kinds of groups", "group_types", lists["group_type"]),
        ("services", "What is part of it", "services", [(label, group) for label, group in services if group]),
        ("ask", "What we ask of you", "plain_list", lists["expectation"]),
        ("weigh", "Good to know before you choose", "weigh", lists["benefit"] + lists["weigh"]),
        ("compare", "Side by side", "compare", comparison),
        ("groups", "Groups you can add", "specialty_groups", lists["specialty_group"]),
        ("more", f"More about {program.short_name}", "questions", more_sections),
        ("questions", "Questions people ask", "questions", lists["question"]),
    ]
    return [
        {"id": anchor, "heading": heading, "template": f"programs/chapters/{template}.html", "shows": shows}
        for anchor, heading, template, shows in all_chapters
        if shows
    ]


def all_day(program):
    return any(track.is_all_day for track in program.tracks.all())


def outline_by_times(program, session_parts):
    """The outline of each kind of session once, with its times from the first track that has it."""
    outlines = []
    seen = set()
    for track in program.tracks.all():
        if track.outline_id and track.outline_id not in seen:
            seen.add(track.outline_id)
            parts = [
                (line.title, int(line.note), line.text) for line in session_parts if line.owner == track.outline_id
            ]
            outlines.append({"track": track, "parts": facts.outline(track, parts)})
    return [outline for outline in outlines if outline["parts"]]
