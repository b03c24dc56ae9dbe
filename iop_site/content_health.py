"""Content health: what in the content is due, contradictory, broken, empty, unused or badly worded, as tasks for staff.

Most checks look at one copy of all content; none asks once for each row, so looking costs the same however much
there is.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from django.apps import apps
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from clinic import hours, markdown, wording
from clinic.models import (
    LIFELINE,
    Alert,
    Clinic,
    HelpLine,
    LoadedEntry,
    Page,
    PageText,
    PageVersion,
    Photo,
    Redirect,
    ReferralContact,
    Reviewed,
    Signpost,
    WordingException,
)
from intake.workflow import ALTERNATIVES
from programs import facts, rules
from programs.models import (
    ComparisonAnswer,
    Criterion,
    GroupType,
    GuideAnswer,
    GuideQuestion,
    Opening,
    Program,
    ProgramPoint,
    ProgramSection,
    ProgramService,
    Question,
    Service,
    SessionOutline,
    SessionPart,
    SpecialtyGroup,
    SpecialtyGroupTime,
    Topic,
    Track,
)

ALERT_ENDS_SOON_DAYS = 3
ALERT_IS_OLD_DAYS = 30
MOST_QUOTED = 3

# Rows without a page of their own on the staff desk, and the row on whose page they are edited.
EDITED_WITH = {
    ComparisonAnswer: "program",
    Criterion: "program",
    GuideAnswer: "question",
    Opening: "track",
    ProgramPoint: "program",
    ProgramSection: "program",
    SessionPart: "outline",
}


@dataclass(frozen=True)
class Task:
    """One line of what needs somebody: where it is done, and why it is due."""

    url: str
    name: str
    why: str


class Content:
    """Every row of every table of content, pointing at each other."""

    def __init__(self):
        self.tables = {model: list(model._default_manager.all()) for model in content_models()}
        by_pk = {model: {row.pk: row for row in rows} for model, rows in self.tables.items()}
        for model, rows in self.tables.items():
            for field in model._meta.concrete_fields:
                if field.related_model in by_pk:
                    for row in rows:
                        if target := by_pk[field.related_model].get(getattr(row, field.attname)):
                            field.set_cached_value(row, target)

    def all(self, model):
        return self.tables[model]

    def published(self, model):
        return [row for row in self.tables[model] if row.is_published]

    def used(self, model, column):
        """Values of a column in all rows of a table."""
        return {getattr(row, column) for row in self.tables[model]}


def content_models():
    """All of them but the ledger of the starting content and what legal pages once said."""
    models = [model for app in ("clinic", "programs") for model in apps.get_app_config(app).get_models()]
    return [model for model in models if model not in (LoadedEntry, PageVersion)]


def sections(checks, may_view):
    """[(heading, [Task, ...]), ...] of what these checks find. `may_view` says if one may see the rows of a model."""
    if not any(map(may_view, content_models())):
        return []
    content = Content()
    found = []
    for heading, check in checks:
        rows = [(edited_row(row), why) for row, why in check(content)]
        if tasks := [task(row, why) for row, why in rows if may_view(row._meta.model)]:
            found.append((heading, tasks))
    return found


def edited_row(row):
    return getattr(row, EDITED_WITH[type(row)]) if type(row) in EDITED_WITH else row


def task(row, why):
    page = f"admin:{row._meta.app_label}_{row._meta.model_name}"
    if isinstance(row, type):
        return Task(reverse(f"{page}_changelist"), row._meta.verbose_name_plural, why)
    url = reverse(f"{page}_change", args=[row.pk])
    return Task(url, f"{row._meta.verbose_name}: {row}", why)


def day(date):
    return f"{date:%B} {date.day}, {date.year}"


# Due: each check yields (row, why); a model stands for a row that is not there


def crisis_help_that_is_missing(content):
    if not any(line.call_number == LIFELINE and not line.call_with for line in content.all(HelpLine)):
        yield HelpLine, "No line says to call 988. Add it: the help page and the footer show these lines only."
    if not GuideAnswer.objects.crises().exists():
        yield GuideQuestion, "No answer is a crisis. The guide must ask about safety first."


def places_to_name(content):
    offered = sum(contact.is_offered and not contact.is_line for contact in content.all(ReferralContact))
    if offered < ALTERNATIVES:
        yield (
            ReferralContact,
            f"{offered} offered, not counting help lines. Closing as full or not the right level needs {ALTERNATIVES}.",
        )


def openings_to_check(content):
    clinic = next(iter(content.all(Clinic)), None)
    if clinic is None:
        return
    hidden = set(Opening.objects.check_due(timezone.now(), clinic.opening_shown_days).values_list("pk", flat=True))
    for opening in content.all(Opening):
        checked_on = timezone.localdate(opening.checked_at)
        if not opening.track.program.is_published:
            continue
        if opening.pk in hidden:
            yield opening, f"Last checked on {day(checked_on)}. The public no longer sees whether there is room."
        elif checked_on < timezone.localdate():
            yield opening, f"Not checked today. Last checked on {day(checked_on)}."


def help_lines_to_dial(content):
    for line in HelpLine.objects.check_due(timezone.localdate()):
        yield line, f"Last dialed on {day(line.checked_on)}."


def alerts_to_look_at(content):
    now = timezone.now()
    for alert in Alert.objects.current(now):
        if alert.ends_at <= now + timedelta(days=ALERT_ENDS_SOON_DAYS):
            end = hours.moment_words(timezone.localtime(alert.ends_at), timezone.localtime())
            yield alert, f"Ends at {end}."
        elif alert.starts_at <= now - timedelta(days=ALERT_IS_OLD_DAYS):
            yield alert, f"Shown since {day(timezone.localdate(alert.starts_at))}. Is it still true?"


def legal_texts_to_check(content):
    for page in content.published(Page):
        if page.is_legal and page.legal_check_on is None:
            yield page, "No lawyer has checked it. The page says so to the public."


def content_to_review(content):
    for model in content_models():
        if issubclass(model, Reviewed):
            for row in model._default_manager.review_due(timezone.localdate()):
                due = row.reviewed_on and row.review_by
                yield row, f"Due since {day(due)}." if due else "Never reviewed."


# Contradictory


def hours_that_do_not_add_up(content):
    for program in Program.objects.published().with_week().prefetch_related("tracks__outline__parts"):
        for track in program.tracks.all():
            found = rules.contradictions(track, track.slots.all())
            if not track.hours_reason:
                found.append(rules.unusual_hours(track))
            yield from ((track, sentence) for sentence in found if sentence)


# Broken


def links_to_nowhere(content):
    places = Places(content)
    for row, link in links(content):
        if why := places.problem(link):
            yield row, f"It leads to {link}. {why}"
    for redirect in content.all(Redirect):
        if redirect.new_path in places.old_paths:
            yield redirect, "It leads to an address that moved too. Enter where that one ends."
        elif why := places.problem(redirect.new_path):
            yield redirect, f"It leads to {redirect.new_path}. {why}"


def links(content):
    """(row, link) of every link that staff typed."""
    for signpost in content.all(Signpost):
        yield signpost, signpost.path
    for alert in content.all(Alert):
        if alert.link_path and alert.ends_at > timezone.now():
            yield alert, alert.link_path
    for page in content.published(Page):
        for link in links_of(page.body):
            yield page, link


links_of = lru_cache(maxsize=200)(markdown.links_of)  # reading Markdown takes long


class Places:
    """Where links of our own site may lead: to what the public can open."""

    def __init__(self, content):
        self.slugs = {
            name: {row.slug for row in content.published(model)}
            for name, model in [
                ("program", Program),
                ("group", SpecialtyGroup),
                ("page", Page),
                ("page_version", Page),
            ]
        }
        self.questions = content.used(Question, "slug")
        self.old_paths = content.used(Redirect, "old_path")

    def problem(self, link):
        """A sentence that says why a link leads nowhere, or "". Addresses of other sites are not looked at."""
        path, _, anchor = link.partition("#")
        path = path.partition("?")[0]
        if not path.startswith("/"):
            return ""
        if not path.endswith("/"):
            path += "/"  # the site adds it too
        if path in self.old_paths:
            return ""
        try:
            place = resolve(path)
        except Resolver404:
            return "There is no such page."
        if place.namespace == "admin":
            return "Only staff can open it."
        if place.url_name in self.slugs and place.kwargs["slug"] not in self.slugs[place.url_name]:
            return "That page does not exist or is not published."
        if place.url_name == "questions" and anchor and anchor not in self.questions:
            return "There is no such question."
        return ""


# Empty


def gaps(content):
    filled = {
        "section": content.used(ProgramSection, "program_id"),
        "service": content.used(ProgramService, "program_id"),
        "topic": linked(Program.topics, "program_id"),
        "question": linked(Program.questions, "program_id"),
    }
    for program in content.published(Program):
        missing = [name for name, programs in filled.items() if program.pk not in programs]
        if missing and program.is_offered:
            yield program, f"It is published without a {facts.any_of(missing)}."
    with_time = content.used(SpecialtyGroupTime, "group_id")
    for group in content.published(SpecialtyGroup):
        # Some groups keep their time to themselves, for the safety of those who come: they say to ask.
        if group.pk not in with_time and not re.search(r"\bask\b", group.body, re.IGNORECASE):
            yield group, "It is published without a time, and its text does not say to ask for it."
    for page in content.published(Page):
        if page.kind == Page.Kind.HEALTH_DATA and not page.is_in_footer:
            yield page, "The home page has no link to it; some states ask for one. Tick that it is in the footer."
    with_answers = content.used(GuideAnswer, "question_id")
    for question in content.all(GuideQuestion):
        if question.pk not in with_answers:
            yield question, "It has no answers to choose from."
    for text in content.all(PageText):
        if not text.title.strip():
            yield text, "Its heading is empty."
    for photo in content.all(Photo):
        if photo.built_at is None:
            yield photo, "Its files are not made yet. Until then pages show a drawing."


def linked(relation, column):
    """Values of a column of the table behind a many-to-many field."""
    return set(relation.through._default_manager.values_list(column, flat=True))


# Unused. Every question stands on the Questions page, so none of those is.


def unused(content):
    linked_to = {link.partition("#")[0] for row, link in links(content) if not is_own(row, link)}
    for page in content.published(Page):
        if not page.is_in_footer and page.get_absolute_url() not in linked_to:
            yield page, "No link leads to it."
    for model, used in [
        (Topic, linked(Program.topics, "topic_id")),
        (GroupType, linked(Program.group_types, "grouptype_id")),
        (Service, content.used(ProgramService, "service_id")),
        (SessionOutline, content.used(Track, "outline_id")),
    ]:
        for row in content.all(model):
            if row.pk not in used:
                yield row, "Nothing uses it."


def is_own(row, link):
    return isinstance(row, Page) and link.startswith(row.get_absolute_url())


# The guide


def crises_unasked(content):
    for criterion in unsaid(content):
        if criterion.kind == Criterion.Kind.CRISIS:
            yield criterion, f"No answer of the guide says “{criterion.text}”."


def unsaid(content):
    said = linked(Criterion.said_by, "criterion_id")
    return [row for row in content.all(Criterion) if row.program.is_published and row.pk not in said]


# Words


def words_to_look_at(content):
    exceptions = tuple(row.phrase for row in content.all(WordingException))
    names = {program.pk: wording.names_of_program(program) for program in content.all(Program)}
    found = {}
    for rows in content.tables.values():
        for row in rows:
            if findings := wording.of_row(row, exceptions, names):
                found.setdefault(edited_row(row), []).extend(finding.words for _label, finding in findings)
    for row, words in found.items():
        quoted = ", ".join(f"“{word}”" for word in words[:MOST_QUOTED])
        more = len(words) - MOST_QUOTED
        yield row, f"{quoted} and {more} more." if more > 0 else f"{quoted}."


# What somebody should do: first what is broken for visitors, then what to check soon.
CHECKS = [
    ("Help in a crisis", crisis_help_that_is_missing),
    ("Links that lead nowhere", links_to_nowhere),
    ("Hours that do not add up", hours_that_do_not_add_up),
    ("Crises the guide does not ask about", crises_unasked),
    ("Gaps", gaps),
    ("Other places to name", places_to_name),
    ("Openings to check", openings_to_check),
    ("Alerts to look at", alerts_to_look_at),
    ("Help lines to dial", help_lines_to_dial),
    ("Words to look at", words_to_look_at),
    ("Used nowhere", unused),
    ("Legal texts to have checked", legal_texts_to_check),
    ("Content due for review", content_to_review),
]
