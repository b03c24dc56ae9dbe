"""The staff guide, docs/staff-guide.md: a page of the desk, and under each screen the parts that belong to it."""

import re
from fnmatch import fnmatchcase
from functools import cache

from django.conf import settings

from clinic.markdown import Rendered

GUIDE = settings.BASE_DIR / "docs" / "staff-guide.md"
PICTURE = re.compile(r"^!\[[^\n]*\n+", re.MULTILINE)
PART = re.compile(r"^## (.+)\n", re.MULTILINE)

REQUEST = "intake_consultationrequest_"
# The parts that stand under a screen, by the name of its address (`*`: any letters; the first line that fits counts).
SCREENS = [
    (f"{REQUEST}changelist", ["Find what to do next", "Find one person", "Do one thing to many requests"]),
    (f"{REQUEST}search", ["Find one person"]),
    (f"{REQUEST}bulk", ["Do one thing to many requests"]),
    (f"{REQUEST}*view*", ["Find what to do next"]),
    (f"{REQUEST}answer", ["Answer without a call", "When a colleague was faster"]),
    (f"{REQUEST}note", ["Take a request, or hand it over", "When a colleague was faster"]),
    (f"{REQUEST}hand_over", ["Take a request, or hand it over", "When a colleague was faster"]),
    (f"{REQUEST}plan", ["Call a person", "Write down what happened on a call"]),
    (f"{REQUEST}book", ["Book a consultation"]),
    (f"{REQUEST}call_off", ["Book a consultation"]),
    (f"{REQUEST}estimate", ["Book a consultation"]),
    (f"{REQUEST}*link", ["Link two requests of one person"]),
    (f"{REQUEST}close", ["Close a request", "When a colleague was faster"]),
    (f"{REQUEST}erase", ["Erase what a person told us"]),
    (f"{REQUEST}export", ["Take a list out as a file"]),
    (
        f"{REQUEST}*",
        [
            "Call a person",
            "Write down what happened on a call",
            "Take a request, or hand it over",
            "Book a consultation",
            "Close a request",
            "Erase what a person told us",
        ],
    ),
    ("intake_messagetemplate_*", ["Answer without a call"]),
    ("intake_notice_*", ["Look after mail that failed"]),
    ("intake_accessrecord_*", ["See who looked"]),
    ("app_list", ["Start your day"]),
    ("clinic_referralcontact_*", ["Close a request", "Change a page of the site"]),
    ("clinic_*", ["Change a page of the site"]),
    ("programs_*", ["Change a page of the site"]),
    ("health", ["Change a page of the site"]),
    ("auth_*", ["Add a colleague", "When a colleague leaves or changes role"]),
    ("colleague_sign_in", ["Add a colleague", "When a colleague leaves or changes role"]),
    ("own_sign_in", ["Sign in"]),
    ("figures", ["Read the figures"]),
    ("reminders", ["Get reminders by email"]),
    ("guide", []),
    ("*", ["Start your day"]),
]
# What stands under the home page, by the right it is for.
HOME = [
    ("intake.change_consultationrequest", "Start your day"),
    ("clinic.change_page", "Change a page of the site"),
    ("auth.change_user", "Add a colleague"),
    ("auth.change_user", "When a colleague leaves or changes role"),
    ("intake.view_accessrecord", "See who looked"),
    ("intake.see_figures", "Read the figures"),
]


@cache
def parts():
    """{title: text} in the order of the guide, without its pictures: the screen itself is before you."""
    _before, *found = PART.split(PICTURE.sub("", GUIDE.read_text()))
    return dict(zip(found[::2], found[1::2], strict=True))


@cache
def how(screen):
    """[(title, words)] of the parts for a screen."""
    titles = next(titles for name, titles in SCREENS if fnmatchcase(screen, name))
    return [(title, Rendered(parts()[title])) for title in titles]


def at_home(user):
    """As `how`, by what this colleague does here."""
    titles = [title for right, title in HOME if user.has_perm(right)]
    return [(title, Rendered(parts()[title])) for title in titles] or how("index")


@cache
def whole():
    return Rendered("".join(f"## {title}\n{text}" for title, text in parts().items()))
