"""“Is IOP right for me?”: one question a page. Every answer travels in the body of a POST and is stored nowhere."""

from collections import defaultdict

from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from clinic import schema
from clinic.models import PageText
from programs import guide
from programs.models import Criterion, GuideAnswer, Program

PREFIX = "q-"  # of the fields that hold answers


# Nothing is changed or stored, so there is nothing a forged request could do; and a token would need a cookie.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_cache=True)  # so that Back shows an earlier question without sending it again
def is_iop_right(request):
    return step(request) if request.method == "POST" else start(request)


def questions_in_order():
    """[(question, [answer, ...]), ...] of the questions that have answers, by one query."""
    answers = defaultdict(list)
    for answer in GuideAnswer.objects.select_related("question").order_by(
        "question__position", "question__pk", "position", "pk"
    ):
        answers[answer.question].append(answer)
    return list(answers.items())


def said_by_answers():
    """{answer id: [criterion, ...]} of what the public can read on the programs' pages."""
    said = defaultdict(list)
    links = Criterion.said_by.through.objects.filter(criterion__program__is_published=True)
    for link in links.select_related("criterion").order_by("criterion__position", "criterion__pk"):
        said[link.guideanswer_id].append(link.criterion)
    return said


def start(request):
    words = PageText.objects.of(PageText.Page.GUIDE)
    context = {
        "words": words,
        "count": GuideAnswer.objects.values("question").distinct().count(),
        "schema": schema.of_page(request.clinic, words["top"]),
    }
    return render(request, "programs/guide/start.html", context)


def step(request):
    questions = questions_in_order()
    said = said_by_answers()
    given = read_answers(request.POST, questions)
    slugs = [question.slug for question, _ in questions]
    at = request.POST.get("at", "")
    go = request.POST.get("go", "")
    if at in slugs:
        place = slugs.index(at)
        if go == "skip":
            given.pop(at, None)
        if go == "next" and at not in given:
            return ask(request, questions, place, given, is_empty=True)
        if go == "next" and guide.first_help(given[at], said):
            return help_first(request, given, given[at], said)
        place += {"next": 1, "skip": 1, "on": 1, "back": -1}.get(go, 0)
    else:
        place = len(questions) - 1 if go == "back" else 0
    if place < 0:
        return start(request)
    if place < len(questions):
        return ask(request, questions, place, given)
    return result(request, questions, given, said)


def read_answers(posted, questions):
    """{question slug: answer}. A value that is no answer counts as none given."""
    given = {}
    for question, answers in questions:
        value = posted.get(PREFIX + question.slug)
        for answer in answers:
            if answer.slug == value:
                given[question.slug] = answer
    return given


def kept(given):
    """The hidden fields that carry the answers on."""
    return [(PREFIX + question, answer.slug) for question, answer in given.items()]


def ask(request, questions, place, given, *, is_empty=False):
    question, answers = questions[place]
    context = {
        "question": question,
        "answers": answers,
        "field": PREFIX + question.slug,
        "chosen": given.get(question.slug),
        "kept": kept(given),
        "steps": range(1, len(questions) + 1),
        "number": place + 1,
        "is_empty": is_empty,
    }
    return render(request, "programs/guide/question.html", context)


def help_first(request, given, answer, said):
    context = {
        "words": PageText.objects.of(PageText.Page.GUIDE),
        "first_help": [guide.first_help(answer, said)],
        "answer": answer,
        "at": answer.question.slug,
        "kept": kept(given),
    }
    return render(request, "programs/guide/help_first.html", context)


def result(request, questions, given, said):
    programs = list(Program.objects.published().by_level())
    suggestion = guide.suggest(list(given.values()), programs, said)
    main = next((program for program in programs if program.is_main), None)
    context = {
        "words": PageText.objects.of(PageText.Page.GUIDE),
        "suggestion": suggestion,
        "is_main_level": any(main and program.level_id == main.level_id for program, _ in suggestion.may_suit),
        "level": main.level if main else None,
        "said": [(question.question, given[question.slug].text) for question, _ in questions if question.slug in given],
        "kept": kept(given),
    }
    return render(request, "programs/guide/result.html", context)
