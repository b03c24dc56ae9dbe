"""Search. What a person looks for travels in the body of a POST: no address, history or log has it."""

from functools import lru_cache

from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from clinic import schema
from clinic.models import PageText
from programs import findable, search
from programs.crisis_words import first_help
from programs.models import SearchAlias


@lru_cache(maxsize=1)
def index_of(rows):
    """The content itself is the key, so what staff change is found from the next search on, in every process."""
    return search.Index(findable.documents(rows))


# Nothing is changed or stored, so there is nothing a forged request could do; and a token would need a cookie.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_cache=True)  # so that Back shows the results without sending the words again
def search_page(request):
    typed = request.POST.get("q")
    words = PageText.objects.of(PageText.Page.SEARCH)
    context = {"words": words, "schema": schema.of_page(request.clinic, words["top"])}
    if typed is not None:
        in_danger, is_spanish = first_help(typed), search.is_spanish(typed)
        context |= {
            "is_asked": True,
            "typed": search.shown_back(typed),
            "first_help": in_danger,
            "is_spanish": is_spanish,
        }
        if search.words_of(typed):
            aliases = SearchAlias.objects.values_list("typed", "finds")
            context["answer"] = index_of(findable.read(request.clinic)).search(
                typed, aliases, forgives=not (in_danger or is_spanish)
            )
    return render(request, "programs/search.html", context)
