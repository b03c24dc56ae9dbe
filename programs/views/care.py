"""The home page, the programs, the groups and the questions."""

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from clinic.models import PageText
from programs import contents, drawings, facts, schema
from programs.models import ComparisonAnswer, Program, Question, SpecialtyGroup, SupportGroup, Track

Page = PageText.Page
MOST_COLUMNS = 4
MOST_QUESTIONS = 6  # on a program's page; the Questions page has them all


def block(program):
    """A program as the lists of the site show it."""
    tracks = list(program.tracks.all())
    return {
        "program": program,
        "sundial": drawings.sundial(tracks),
        "is_all_day": facts.is_all_day(tracks),
        "when": (facts.times_and_days_words(tracks) or facts.parts_of_day_words(tracks)) if tracks else "",
        "hours": facts.hours_words(tracks) if tracks else "",
        "ages": facts.ages_words(tracks) if tracks else "",
        "concerns": facts.concern_words(program),
    }


def is_nearest_to(main):
    """A sort key: the main program, then others of its level, then the rest in their own order."""
    return lambda program: (program != main, main is not None and program.level_id != main.level_id)


@require_safe
def home(request):
    programs = list(Program.objects.published().with_week())
    main = next((program for program in programs if program.is_main), None)
    offered = sorted((program for program in programs if program.is_offered), key=is_nearest_to(main))
    ladder = facts.ladder(programs)
    lists = contents.home_lists()
    context = {
        "words": {words["slug"]: words for words in lists["words"]},
        "lists": lists,
        "main": main,
        "figures": drawings.main_facts(main) if main else [],
        "blocks": [block(program) for program in offered],
        "ladder": ladder,
        "ladder_scene": drawings.ladder_scene(ladder),
        "schema": schema.of_clinic(request.clinic, request.clinic.schedule),
    }
    return render(request, "pages/home.html", context)


@require_safe
def program_list(request):
    programs = list(Program.objects.published().with_week())
    levels = list(dict.fromkeys(program.level for program in programs))
    filters = [
        ("concern", "What it is for", [("substance-use", "Substance use"), ("mental-health", "Mental health")]),
        ("level", "How much support", [(level.slug, level.name) for level in levels]),
        ("time", "Time of day", Track.PartOfDay.choices),
    ]
    chosen = {}
    for name, _label, choices in filters:
        value = request.GET.get(name, "")
        chosen[name] = value if value in dict(choices) else ""

    def is_wanted(program):
        treats = {"substance-use": program.for_substance_use, "mental-health": program.for_mental_health}
        times = {track.part_of_day for track in program.tracks.all()}
        return (
            treats.get(chosen["concern"], True)
            and chosen["level"] in ("", program.level.slug)
            and (not chosen["time"] or chosen["time"] in times)
        )

    shown = [program for program in programs if is_wanted(program)]
    words = PageText.objects.of(Page.PROGRAMS)
    context = {
        "words": words,
        "filters": [
            {"name": name, "label": label, "choices": choices, "chosen": chosen[name]}
            for name, label, choices in filters
        ],
        "is_filtered": any(chosen.values()),
        "count": len(shown),
        "offered": [block(program) for program in shown if program.is_offered],
        "elsewhere": [block(program) for program in shown if not program.is_offered],
        "schema": schema.of_page(request.clinic, words["top"]),
    }
    return render(request, "programs/program_list.html", context)


@require_safe
def program_page(request, slug):
    return show_program(request, Program.objects.published(), slug)


def show_program(request, programs, slug, *, is_preview=False):
    """A program's page. `programs` are those the reader may see: staff preview passes all of them."""
    compared_with = Program.objects.filter(slug=slug).values("compares_with")
    pair = {program.slug: program for program in programs.filter(Q(slug=slug) | Q(pk__in=compared_with)).with_week()}
    program = pair.pop(slug, None)
    if program is None:
        raise Http404
    compared = next(iter(pair.values()), None)
    lists = contents.lists_of(program, compared)
    now = request.clinic.local_now()
    tracks = [
        {
            "track": track,
            "words": facts.track_words(track),
            "opening": facts.opening_words(getattr(track, "opening", None), now, request.clinic.opening_shown_days),
            "week": facts.week(track),
        }
        for track in program.tracks.all()
    ]
    context = {
        "program": program,
        "is_preview": is_preview,
        "glance": facts.at_a_glance(program),
        "chapters": contents.chapters(program, compared, lists, tracks),
        "most_questions": MOST_QUESTIONS,
        "schema": schema.of_program(request.clinic, program),
    }
    return render(request, "programs/program.html", context)


@require_safe
def group_list(request):
    groups = SpecialtyGroup.objects.published().select_related("photo").prefetch_related("times")
    words = PageText.objects.of(Page.GROUPS)
    context = {
        "words": words,
        "themes": [group for group in groups if group.kind == SpecialtyGroup.Kind.THEME],
        "activities": [group for group in groups if group.kind == SpecialtyGroup.Kind.ACTIVITY],
        "support_groups": SupportGroup.objects.all(),
        "schema": schema.of_page(request.clinic, words["top"]),
    }
    return render(request, "programs/group_list.html", context)


@require_safe
def group_page(request, slug):
    return show_group(request, SpecialtyGroup.objects.published(), slug)


def show_group(request, groups, slug, *, is_preview=False):
    """A group's page. `groups` are those the reader may see."""
    group = get_object_or_404(groups.select_related("photo").prefetch_related("times", "programs"), slug=slug)
    context = {
        "group": group,
        "is_preview": is_preview,
        "programs": [program for program in group.programs.all() if program.is_published],
        "schema": schema.of_group(request.clinic, group),
    }
    return render(request, "programs/group.html", context)


@require_safe
def compare(request):
    programs = list(Program.objects.published().in_order())
    wanted = request.GET.getlist("care")
    chosen = [program for program in programs if program.slug in wanted]
    is_cut = len(chosen) > MOST_COLUMNS
    if not chosen:
        chosen = [program for program in programs if program.is_offered]
    chosen = chosen[:MOST_COLUMNS]
    ladder = facts.ladder(programs)
    words = PageText.objects.of(Page.COMPARE)
    context = {
        "words": words,
        "programs": programs,
        "chosen": chosen,
        "is_cut": is_cut,
        "most_columns": MOST_COLUMNS,
        "rows": facts.comparison(chosen, ComparisonAnswer.objects.values_list("program_id", "point__name", "text")),
        "ladder": ladder,
        "ladder_scene": drawings.ladder_scene(ladder),
        "schema": schema.of_page(request.clinic, words["top"]),
    }
    return render(request, "programs/compare.html", context)


@require_safe
def question_list(request):
    by_subject = {subject: [] for subject in Question.Subject}
    for question in Question.objects.all():
        by_subject[Question.Subject(question.subject)].append(
            {"title": question.question, "text": question.answer, "slug": question.slug}
        )
    subjects = [(subject, questions) for subject, questions in by_subject.items() if questions]
    context = {
        "words": PageText.objects.of(Page.QUESTIONS),
        "subjects": subjects,
        "schema": schema.of_questions(subjects),
    }
    return render(request, "programs/question_list.html", context)
