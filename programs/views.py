"""The home page, the programs, the groups and the questions."""

from django.db.models import CharField, Q, Value
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from clinic.models import CallStep, PageIntro, Signpost
from programs import contents, drawings, facts, schema
from programs.models import ComparisonAnswer, Program, Question, SpecialtyGroup, SupportGroup, Track

MOST_COLUMNS = 4


def intro(page):
    return PageIntro.objects.get(page=page)


def blocks(programs):
    """Programs as the lists of the site show them."""
    return [
        {
            "program": program,
            "tracks": tracks,
            "sundial": drawings.sundial(tracks) if tracks else "",
            "is_all_day": any(track.is_all_day for track in tracks),
            "times": facts.times_words(tracks) if tracks else "",
            "hours": facts.hours_words(tracks) if tracks else "",
            "ages": facts.ages_words(tracks) if tracks else "",
            "concerns": facts.concern_words(program),
        }
        for program in programs
        for tracks in [list(program.tracks.all())]
    ]


def is_nearest_to(main):
    """A sort key: the main program, then others of its level, then the rest in their own order."""
    return lambda program: (program != main, main is not None and program.level_id != main.level_id)


@require_safe
def home(request):
    programs = list(Program.objects.published().with_week())
    empty = Value("", CharField())
    words = (
        Signpost.objects.order_by().values_list(Value("signpost"), "position", "pk", "title", "text", "path")
    ).union(
        CallStep.objects.order_by().values_list(Value("step"), "position", "pk", "title", "text", empty),
        Question.objects.filter(on_home_page=True)
        .order_by()
        .values_list(Value("question"), "position", "pk", "question", "answer", "slug"),
        all=True,
    )
    lists = {"signpost": [], "step": [], "question": []}
    for kind, _position, _pk, title, text, target in sorted(words):
        lists[kind].append({"title": title, "text": text, "slug": target})
    ladder = facts.ladder(programs)
    main = next((program for program in programs if program.is_main), None)
    context = {
        "figures": drawings.main_facts(main) if main else [],
        "blocks": blocks(sorted((program for program in programs if program.is_offered), key=is_nearest_to(main))),
        "ladder": ladder,
        "ladder_scene": drawings.ladder_scene(ladder),
        "lists": lists,
        "schema": schema.of_clinic(request.clinic),
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
    shown = [
        program
        for program in programs
        if {"": True, "substance-use": program.for_substance_use, "mental-health": program.for_mental_health}[
            chosen["concern"]
        ]
        and chosen["level"] in ("", program.level.slug)
        and (not chosen["time"] or any(track.part_of_day == chosen["time"] for track in program.tracks.all()))
    ]
    context = {
        "intro": intro(PageIntro.Page.PROGRAMS),
        "filters": [
            {"name": name, "label": label, "choices": choices, "chosen": chosen[name]}
            for name, label, choices in filters
        ],
        "is_filtered": any(chosen.values()),
        "offered": blocks(program for program in shown if program.is_offered),
        "elsewhere": blocks(program for program in shown if not program.is_offered),
    }
    return render(request, "programs/program_list.html", context)


@require_safe
def program_page(request, slug):
    return show_program(request, Program.objects.published(), slug)


def show_program(request, programs, slug):
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
            "sentence": facts.sentence([track]),
            "hours": facts.hours_words([track]),
            "opening": facts.opening_words(getattr(track, "opening", None), now, request.clinic.opening_shown_days),
            "week": facts.week(track),
        }
        for track in program.tracks.all()
    ]
    context = {
        "program": program,
        "glance": facts.at_a_glance(program),
        "sentence": facts.sentence(list(program.tracks.all())) if tracks else "",
        "chapters": contents.chapters(program, compared, lists, tracks),
        "lists": lists,
        "tracks": tracks,
        "schema": schema.of_program(request.clinic, program),
    }
    return render(request, "programs/program.html", context)


def show_group(request, groups, **which):
    group = get_object_or_404(groups.prefetch_related("times", "programs"), **which)
    context = {
        "group": group,
        "programs": [program for program in group.programs.all() if program.is_published],
        "schema": schema.of_group(request.clinic, group),
    }
    return render(request, "programs/group.html", context)


@require_safe
def group_list(request):
    groups = SpecialtyGroup.objects.published().prefetch_related("times")
    context = {
        "intro": intro(PageIntro.Page.GROUPS),
        "themes": [group for group in groups if group.kind == SpecialtyGroup.Kind.THEME],
        "activities": [group for group in groups if group.kind == SpecialtyGroup.Kind.ACTIVITY],
        "support_groups": SupportGroup.objects.all(),
    }
    return render(request, "programs/group_list.html", context)


@require_safe
def group_page(request, slug):
    return show_group(request, SpecialtyGroup.objects.published(), slug=slug)


@require_safe
def compare(request):
    programs = list(Program.objects.published().in_order())
    wanted = request.GET.getlist("care")
    chosen = [program for program in programs if program.slug in wanted][:MOST_COLUMNS]
    if not chosen:
        chosen = [program for program in programs if program.is_offered][:MOST_COLUMNS]
    ladder = facts.ladder(programs)
    answers = ComparisonAnswer.objects.values_list("program_id", "point__name", "text")
    context = {
        "intro": intro(PageIntro.Page.COMPARE),
        "programs": programs,
        "chosen": chosen,
        "most_columns": MOST_COLUMNS,
        "rows": facts.comparison(chosen, answers),
        "ladder": ladder,
        "ladder_scene": drawings.ladder_scene(ladder),
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
        "intro": intro(PageIntro.Page.QUESTIONS),
        "subjects": subjects,
        "schema": schema.of_questions(subjects),
    }
    return render(request, "programs/question_list.html", context)
