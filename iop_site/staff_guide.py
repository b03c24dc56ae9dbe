"""The staff guide, docs/staff-guide.md: a page of the desk, and under each screen the parts that belong to it."""

import re
from functools import cache

from django.conf import settings

from clinic.markdown import Rendered

GUIDE = settings.BASE_DIR / "docs" / "staff-guide.md"
PICTURE = re.compile(r"^!\[[^\n]*\n+", re.MULTILINE)
PART = re.compile(r"^## (.+)\n", re.MULTILINE)

# The parts that stand under a screen, by the name of its address.
SCREENS = {
    "index": ["Start your day"],
    "intake_consultationrequest_changelist": [
        "Find what to do next",
        "Find one person",
        "Do one thing to many requests",
    ],
    "intake_consultationrequest_search": ["Find one person"],
    "intake_consultationrequest_change": [
        "Call a person",
        "Write down what happened on a call",
        "Take a request, or hand it over",
        "Book a consultation",
        "Close a request",
        "Erase what a person told us",
    ],
    "intake_consultationrequest_answer": ["Answer without a call", "When a colleague was faster"],
    "intake_consultationrequest_close": ["Close a request"],
    "intake_consultationrequest_export": ["Take a list out as a file"],
    "figures": ["Read the figures"],
    "reminders": ["Get reminders by email"],
}


@cache
def parts():
    """{title: text} in the order of the guide, without its pictures: the screen itself is before you."""
    _before, *found = PART.split(PICTURE.sub("", GUIDE.read_text()))
    return dict(zip(found[::2], found[1::2], strict=True))


@cache
def how(screen):
    """[(title, words)] of the parts for a screen."""
    return [(title, Rendered(parts()[title])) for title in SCREENS.get(screen, [])]


@cache
def whole():
    return Rendered("".join(f"## {title}\n{text}" for title, text in parts().items()))
