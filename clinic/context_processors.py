"""What every page says about the clinic, read from the database only when a template asks."""

from operator import itemgetter

from django.db.models import Case, CharField, Q, Value, When, Window
from django.db.models.functions import Cast, RowNumber
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from clinic.models import Alert, HelpLine, Page

# A place of the site by its name, or a page that staff write by its kind: that one is there while it is published.
MENU = [
    ("programs", "Programs"),
    ("compare", "Compare"),
    ("groups", "Groups"),
    (Page.Kind.FAMILIES, "Families"),
    (Page.Kind.COST, "Cost"),
    ("questions", "Questions"),
    ("search", "Search"),
]
MOST_ALERTS = 5  # changes come first


def menu(pages):
    """The entries that lead somewhere. `pages` are the addresses of the published pages by kind."""
    entries = [
        {"url": pages.get(name) if name in Page.Kind else reverse(name), "label": label, "is_page": name in Page.Kind}
        for name, label in MENU
    ]
    return [entry for entry in entries if entry["url"]]


def notices_and_pages(now):
    """The alerts of this moment, the pages that the footer links to, and the menu: two tables, one query."""
    none = Value("", CharField())
    in_footer = Case(When(is_in_footer=True, then=Value("footer")), default=none)
    place = Window(RowNumber(), order_by=Alert._meta.ordering)
    rows = (
        Alert.objects.current(now)
        .order_by()
        .values_list(
            Value("alert"), place, "pk", "level", "audience", Cast("body", CharField()), "link_path", "link_label"
        )
        .union(
            Page.objects.published()
            .filter(Q(is_in_footer=True) | Q(kind__in=[Page.Kind.LANGUAGES, *(name for name, _label in MENU)]))
            .order_by()
            .values_list(Value("page"), "position", "pk", "kind", in_footer, "short_title", "slug", none),
            all=True,
        )
    )
    rows = sorted(rows, key=itemgetter(0, 1, 2))
    alerts = [
        Alert(level=level, audience=audience, body=body, link_path=path, link_label=label)
        for table, _, _, level, audience, body, path, label in rows
        if table == "alert"
    ]
    pages = [
        {"kind": kind, "title": title, "url": reverse("page", args=[slug]), "is_legal": kind in Page.LEGAL_KINDS}
        for table, _, _, kind, where, title, slug, _ in rows
        if table == "page" and where == "footer"
    ]
    by_kind = {kind: reverse("page", args=[slug]) for table, _, _, kind, _, _, slug, _ in rows if table == "page"}
    return {
        "alerts": alerts[:MOST_ALERTS],
        "pages": pages,
        "menu": menu(by_kind),
        "languages": by_kind.get(Page.Kind.LANGUAGES),
    }


def clinic(request):
    furniture = SimpleLazyObject(lambda: notices_and_pages(timezone.now()))
    return {
        "clinic": request.clinic,
        "reach": request.reach,
        "help_lines": HelpLine.objects.all(),
        "furniture": furniture,
    }
