"""What every page says about the clinic, read from the database only when a template asks."""

from operator import itemgetter

from django.db.models import CharField, Value, Window
from django.db.models.functions import Cast, RowNumber
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from clinic.models import Alert, HelpLine, Page

MENU = [
    ("programs", "Programs"),
    ("compare", "Compare care"),
    ("groups", "Groups"),
    ("questions", "Questions"),
    ("about", "About us"),
    ("search", "Search"),
]


def notices_and_pages(now):
    """The alerts of this moment, and the pages that the footer links to: two tables, one query."""
    none = Value("", CharField())
    place = Window(RowNumber(), order_by=Alert._meta.ordering)
    rows = (
        Alert.objects.current(now)
        .order_by()
        .values_list(
            Value("alert"), place, "pk", "level", "audience", Cast("body", CharField()), "link_path", "link_label"
        )
        .union(
            Page.objects.in_footer()
            .order_by()
            .values_list(Value("page"), "position", "pk", "kind", none, "short_title", "slug", none),
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
        {"title": title, "url": reverse("page", args=[slug]), "is_legal": kind in Page.LEGAL_KINDS}
        for table, _, _, kind, _, title, slug, _ in rows
        if table == "page"
    ]
    return {"alerts": alerts, "pages": pages}


def clinic(request):
    furniture = SimpleLazyObject(lambda: notices_and_pages(timezone.now()))
    return {
        "clinic": request.clinic,
        "reach": request.reach,
        "help_lines": HelpLine.objects.all(),
        "furniture": furniture,
        "menu": MENU,
    }
