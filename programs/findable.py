"""Everything the public can read on this site, read by one query and made into documents for the search."""

import logging
from collections import defaultdict
from dataclasses import replace
from functools import cache
from itertools import starmap
from operator import itemgetter

from django.db import connection
from django.db.models import Case, CharField, F, Subquery, Value, When
from django.db.models.functions import Concat
from django.urls import reverse

from clinic.markdown import Rendered, filled
from clinic.models import (
    CallStep,
    Clinic,
    HelpLine,
    InsurancePlan,
    LanguageLine,
    Location,
    OpeningHours,
    Page,
    PageText,
    Signpost,
)
from clinic.phone import readable
from programs.contents import Line, lines
from programs.models import (
    ComparisonAnswer,
    Criterion,
    GroupType,
    GuideQuestion,
    LevelOfCare,
    Program,
    ProgramPoint,
    ProgramSection,
    ProgramService,
    Question,
    ScheduleSlot,
    SessionPart,
    SpecialtyGroup,
    SpecialtyGroupTime,
    SupportGroup,
    Topic,
    Track,
)
from programs.search import Document

PARAGRAPH = "\n\n"
logger = logging.getLogger(__name__)
NONE = Value(0)  # in place of an owner or a position
# Where the lines of a kind stand on a program's page; see contents.chapters.
CHAPTERS = {
    "section": "more",
    "fits": "fit",
    "other_level": "fit",
    "crisis": "fit",
    "track": "week",
    "session_part": "session",
    "topic": "work",
    "group_type": "work",
    "goal": "work",
    "service": "services",
    "expectation": "start",
    "entry": "start",
    "benefit": "weigh",
    "weigh": "weigh",
}


def read(clinic):
    """A Line's columns for each line of public content, with the clinic's facts filled in: kind by kind, in the order
    staff gave them."""
    facts = {"clinic": clinic.name, "phone": readable(clinic.phone), "city": clinic.main_location.city}
    with connection.cursor() as cursor:
        cursor.execute(*all_lines())
        rows = sorted(cursor.fetchall(), key=itemgetter(0, 2, 3, 1))
    return tuple(
        tuple(filled(column, facts) if isinstance(column, str) and "{" in column else column for column in row)
        for row in rows
    )


@cache
def all_lines():
    """(SQL, parameters). They are always the same, and to put them together takes ten times as long as to ask."""
    first, *others = [*of_programs(), *of_groups_and_answers(), *of_written_pages(), *of_laid_out_pages()]
    return first.union(*others).query.sql_with_params()


def all_of(*columns):
    """Columns as paragraphs of one text."""
    parts = [part for column in columns for part in (Value(PARAGRAPH), column)]
    return Concat(*parts, output_field=CharField())


def of_programs():
    programs = Program.objects.published().annotate(words=all_of("summary", "lead"))
    own, shared = {"program__in": programs.values("pk")}, {"programs__is_published": True}
    services = ProgramService.objects.filter(**own)
    parts = SessionPart.objects.filter(outline__tracks__program__is_published=True)
    tracks = Track.objects.filter(**own)
    slots = ScheduleSlot.objects.filter(track__program__is_published=True)
    return [
        lines(programs, Value("program"), owner="pk", title="title", text="words", note="aliases", slug="slug"),
        lines(programs, Value("name"), owner="pk", title="short_name", text="level__name", note="led_by"),
        lines(ProgramSection.objects.filter(**own), Value("section"), title="heading", text="body"),
        lines(ProgramPoint.objects.filter(**own), F("kind"), text="text"),
        lines(Criterion.objects.filter(**own), F("kind"), text="text"),
        lines(services, Value("service"), title="service__name", text="service__text"),
        lines(tracks, Value("track"), title="name", text="schedule_note", note="part_of_day", slug="attendance"),
        lines(slots, Value("slot"), owner="track__program_id", position="weekday", note="weekday"),
        lines(parts, Value("session_part"), owner="outline__tracks__program_id", title="name", text="text"),
        lines(Topic.objects.filter(**shared), Value("topic"), owner="programs__pk", title="name"),
        lines(GroupType.objects.filter(**shared), Value("group_type"), owner="programs__pk", title="name", text="text"),
    ]


def of_groups_and_answers():
    led_by = Concat(Value("Led by "), "led_by")
    groups = SpecialtyGroup.objects.published().annotate(
        words=all_of("summary", "lead", "body", "for_whom", led_by, "bring")
    )
    times = SpecialtyGroupTime.objects.filter(group__is_published=True)
    meetings = SupportGroup.objects.annotate(words=all_of("text", "audience", "place"))
    help_lines = HelpLine.objects.annotate(words=all_of("when_to_use", "hours", "extra"))
    return [
        lines(groups, Value("group"), owner="pk", title="name", text="words", slug="slug"),
        lines(times, Value("time"), owner="group_id", position="weekday", note="weekday"),
        lines(meetings, Value("meeting"), owner="pk", title="name", text="words", note="weekday", slug="kind"),
        lines(Question.objects, Value("question"), owner="pk", title="question", text="answer", slug="slug"),
        lines(help_lines, Value("help_line"), owner="pk", title="name", text="words", note="call_number"),
    ]


def of_written_pages():
    pages = Page.objects.published()

    def added_to(kind, model, **columns):
        """What the site shows with the text of a page of this kind; nothing when that page is not published."""
        page = Subquery(pages.filter(kind=kind).values("pk")[:1])
        rows = model.objects.annotate(page=page).filter(page__isnull=False)
        return lines(rows, Value("page_line"), owner="page", **columns)

    is_legal = Case(When(kind__in=Page.LEGAL_KINDS, then=Value("legal_page")), default=Value("page"))
    return [
        lines(pages, is_legal, owner="pk", title="title", text="lead", note="short_title", slug="slug"),
        lines(pages, Value("page_body"), owner="pk", text="body"),
        added_to(Page.Kind.STARTING, CallStep, title="title", text="text"),
        added_to(Page.Kind.COST, InsurancePlan, title="name", text="note"),
        added_to(Page.Kind.LANGUAGES, LanguageLine, title="own_name", text="text", note="name"),
    ]


def of_laid_out_pages():
    def on_page(page, rows, **columns):
        rows = rows.annotate(page=Value(page, CharField()))
        return lines(rows, Value("words"), owner=NONE, position="pk", note="page", **columns)

    page = PageText.Page
    texts = PageText.objects.exclude(page=page.SEARCH)
    headline = Concat("headline", Value(" "), "headline_end")
    clinic = Clinic.objects.annotate(
        title=headline, place=Value("top", CharField()), about=all_of("license_line", "relay_line", "after_hours")
    )
    levels = LevelOfCare.objects.filter(programs__is_published=True)
    compared = ComparisonAnswer.objects.filter(program__is_published=True, program__is_offered=True)
    compared = compared.annotate(words=Concat("program__short_name", Value(". "), "text"))
    locations = Location.objects.annotate(words=all_of("street", "city", "access", "arrival"))
    return [
        lines(texts, Value("words"), owner=NONE, position=NONE, title="title", text="text", note="page", slug="place"),
        on_page(page.HOME, clinic, title="title", text="lead", slug="place"),
        on_page(page.HOME, Signpost.objects, title="title", text="text"),
        on_page(page.HOME, CallStep.objects, title="title", text="text"),
        on_page(page.GUIDE, GuideQuestion.objects, title="question", text="why"),
        on_page(page.COMPARE, levels, title="name", text="summary"),
        on_page(page.COMPARE, compared, title="point__name", text="words"),
        on_page(page.ABOUT, locations, title="name", text="words"),
        on_page(page.ABOUT, clinic, text="about"),
    ]


def documents(rows):
    lists, own = defaultdict(list), defaultdict(list)
    for line in starmap(Line, rows):
        lists[line.kind].append(line)
        own[line.kind, line.owner].append(line)
    return [
        *(program(line, own) for line in lists["program"]),
        *(group(line, own) for line in lists["group"]),
        *map(meeting, lists["meeting"]),
        *map(question, lists["question"]),
        *map(help_line, lists["help_line"]),
        *(written_page(line, own) for line in lists["page"]),
        *laid_out_pages(lists["words"]),
        *(replace(written_page(line, own), comes_last=True) for line in lists["legal_page"]),
    ]


def passages(line, anchor="", heading=""):
    """The paragraphs of a text, each for itself: what is shown of a result never runs from one into the next."""
    first, *others = line.text.split(PARAGRAPH) if line.text.strip() else [""]
    first = ": ".join(filter(None, [heading, first.strip()]))
    return [(anchor, text) for text in (first, *others) if text.strip()]


def days_passages(times, anchor=""):
    """“Mondays, Wednesdays”: which days, for people who look for one."""
    days = dict.fromkeys(OpeningHours.Weekday(int(time.note)).label for time in times)
    return [(anchor, ", ".join(f"{day}s" for day in days))] if days else []


def program(line, own):
    [name] = own["name", line.pk]
    found = passages(line)
    if name.note:
        found.append(("", f"Led by {name.note}"))
    found += days_passages(own["slot", line.pk], "week")
    for kind, anchor in CHAPTERS.items():
        for place, part in enumerate(own[kind, line.pk]):
            heading = part.title
            if kind == "track":
                times, attendance = Track.PartOfDay(part.note).label, Track.Attendance(part.slug).label
                heading = f"{part.title} ({times.lower()}, {attendance.lower()})"
            found += passages(part, "about" if kind == "section" and place == 0 else anchor, heading)
    return Document(
        "Programs",
        reverse("program", args=[line.slug]),
        line.title,
        found,
        also_called=line.note,
        keywords=f"{name.title} {name.text}",
    )


def group(line, own):
    found = [*passages(line), *days_passages(own["time", line.pk])]
    return Document("Groups", reverse("group", args=[line.slug]), line.title, found)


def meeting(line):
    kind = SupportGroup.Kind(line.slug).label
    found = [*passages(line), *days_passages([line])]
    return Document("Groups", f"{reverse('groups')}#support", line.title, found, keywords=kind)


def question(line):
    return Document("Questions and answers", f"{reverse('questions')}#{line.slug}", line.title, passages(line))


def help_line(line):
    return Document("Help lines", reverse("help_now"), line.title, passages(line), keywords=line.note)


def written_page(line, own):
    [body] = own["page_body", line.pk]
    found = [*passages(line), *body_passages(body.text)]
    for part in own["page_line", line.pk]:
        found += passages(part, heading=" ".join(filter(None, [part.title, part.note])))
    return Document("Pages", reverse("page", args=[line.slug]), line.title, found, keywords=line.note)


def body_passages(markdown):
    """The paragraphs under each of its headings, without the marks."""
    try:
        tokens = Rendered(markdown).tokens
    except ValueError:  # one page that cannot be read must not take the whole search with it
        logger.exception("The text of a page cannot be read. The search does without it.")
        return []
    found, anchor = [], ""
    for token in tokens:
        if token.type == "heading_open":
            anchor = token.attrGet("id") or anchor
        elif token.type == "inline":
            words = "".join(" " if child.type.endswith("break") else child.content for child in token.children)
            found.append((anchor, words))
    return found


def laid_out_pages(words):
    by_page = defaultdict(list)
    for line in words:
        by_page[line.note].append(line)
    for page, own in by_page.items():
        top = next((line for line in own if line.slug == "top"), own[0])
        found = passages(top)
        for line in own:
            if line is not top:
                found += passages(line, heading=line.title)
        yield Document("Pages", reverse(page), top.title, found, keywords=PageText.Page(page).label)
