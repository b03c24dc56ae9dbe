"""Everything a program's page lists, gathered by one query: the page costs the same however much staff write."""

from collections import defaultdict
from dataclasses import dataclass
from operator import attrgetter

from django.db.models import Case, CharField, F, Value, When
from django.db.models.functions import Cast

from clinic.models import CallStep, PageText, Signpost
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


IF_BY_CHOICE = Case(When(by_choice=True, then=Value("if you want it")), default=Value(""))


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
        shared(Topic.objects.annotate(only_if=IF_BY_CHOICE), program, "topic", title="name", note="only_if"),
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
    program_tracks = list(program.tracks.all())
    session_heading = "A day here" if facts.is_all_day(program_tracks) else "One session"
    outlines = outline_by_times(program_tracks, lists["session_part"])
    first_section, *more_sections = lists["section"] or [None]
    fit = {kind: lists[kind] for kind in ("fits", "other_level", "crisis")}
    weigh = {kind: lists[kind] for kind in ("benefit", "weigh")}
    work = [("Topics", lists["topic"]), ("Kinds of groups", lists["group_type"]), ("Aims", lists["goal"])]
    starting = [("What we ask of you", lists["expectation"]), ("When people start, at this clinic", lists["entry"])]
    all_chapters = [
        ("about", first_section.title if first_section else "", "section", first_section),
        ("fit", "Who it is for", "fit", fit if any(fit.values()) else None),
        ("week", "Days and times", "week", tracks),
        ("session", session_heading, "session", outlines),
        ("work", "What you work on", "folded", filled(work)),
        ("services", "What is part of it", "folded", filled(services)),
        ("start", "Starting", "folded", filled(starting)),
        ("weigh", "Good to know before you choose", "weigh", weigh if any(weigh.values()) else None),
        ("compare", "Side by side", "compare", comparison),
        ("more-groups", "Groups you can add", "specialty_groups", lists["specialty_group"]),
        ("more", f"More about {program.short_name}", "questions", more_sections),
        ("questions", "Questions people ask", "questions", lists["question"]),
    ]
    return [
        {"id": anchor, "heading": heading, "template": f"programs/chapters/{template}.html", "shows": shows}
        for anchor, heading, template, shows in all_chapters
        if shows
    ]


def filled(folds):
    """(heading, lines) of those that have lines; the first one stands open."""
    return [(heading, group) for heading, group in folds if group]


def outline_by_times(tracks, session_parts):
    """The outline of each kind of session once, with its times from the first track that has it."""
    with_outline = {}
    for track in tracks:
        if track.outline_id:
            with_outline.setdefault(track.outline_id, []).append(track)
    outlines = []
    for outline_id, sharing in with_outline.items():
        parts = [(line.title, int(line.note), line.text) for line in session_parts if line.owner == outline_id]
        if parts:
            rows = facts.outline(sharing[0], parts)
            outlines.append({"track": sharing[0], "is_shared": len(sharing) > 1, "parts": rows})
    return outlines


def home_lists():
    """{kind: [{title, text, target}, ...]} for the home page, by one query: its own words, the ways in, the steps of a
    first call and some questions."""
    none = Value("", CharField())
    rows = (
        PageText.objects.filter(page=PageText.Page.HOME)
        .order_by()
        .values_list(Value("words"), "pk", "pk", "title", "text", "place")
        .union(
            Signpost.objects.order_by().values_list(Value("signpost"), "position", "pk", "title", "text", "path"),
            CallStep.objects.order_by().values_list(Value("step"), "position", "pk", "title", "text", none),
            Question.objects.filter(on_home_page=True)
            .order_by()
            .values_list(Value("question"), "position", "pk", "question", "answer", "slug"),
            all=True,
        )
    )
    lists = defaultdict(list)
    for kind, _position, _pk, title, text, target in sorted(rows):
        lists[kind].append({"title": title, "text": text, "slug": target})
    return lists
