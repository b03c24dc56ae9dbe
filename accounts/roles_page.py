"""docs/roles.md: what each role may do, which fields it sees and which addresses it may use."""

from django.apps import apps

from accounts.addresses import every_address
from accounts.roles import ROLES, rights_of
from intake import privacy

INTRO = """\
# Who may do what

For whoever runs the clinic, gives an account to a colleague or has this site reviewed. Written from
`accounts/roles.py`, `accounts/addresses.py` and `intake/privacy.py` by `manage.py write_roles_page`: change it there.
Tests send each role to each address and look for each encrypted field on each page.

- Nobody has a right that is not in these tables. An account without a role sees its own empty home page.
- An account may have several roles; it then has the rights of all of them. Give as few as the work needs.
- Some roles are for two people. An auditor is not front desk, clinician or manager, and an administrator of accounts is
  not front desk or clinician: the page of an account and `manage.py enrol`, on the server, refuse both. A manager may
  be administrator of accounts, since the first colleague of a new site has to be.
- Nobody changes their own roles. Each change of roles stands in the history of the account, with who made it, the roles
  before and the roles after; the auditor reads it.
- A superuser may do everything. Such an account is made on the server only (`manage.py createsuperuser`), by whoever
  could read the database anyway. Nobody can make one here, and only another superuser can change one. For daily work
  use a role.
- An account is switched off, never deleted, so that what it did stays readable.
- Somebody who makes accounts could make a second one for themselves and give it a role, or let themselves in as a
  colleague. It stands in the history of that account: let one person be administrator of accounts and another auditor.
"""

THINGS_TO_DO = [
    ("See that there is a request: its reference, state and times", "intake.view_consultationrequest"),
    ("Read what a person told us: name, words, answers", "intake.see_words"),
    ("See a number or an email, by a press that is recorded", "intake.reveal_contact"),
    ("Work on a request: take it, log a call, answer, note, plan, book, close", "intake.change_consultationrequest"),
    ("Close a request as not the right level of care", "intake.decide_level"),
    ("Erase what a person told us, when they ask for it", "intake.erase_request"),
    ("Take a list of requests out as a file", "intake.export_requests"),
    ("Keep own views of the queue", "intake.view_consultationrequest"),
    ("Choose own reminders by email", "intake.change_consultationrequest"),
    ("Use the words that colleagues keep for answers", "intake.view_messagetemplate"),
    ("Write those words", "intake.change_messagetemplate"),
    ("See mail that waits or failed", "intake.view_notice"),
    ("Try again to send mail that failed", "intake.change_notice"),
    ("Read the figures", "intake.see_figures"),
    ("See who looked at what, and check that no record was changed", "intake.view_accessrecord"),
    ("Keep the directory of places where else a person can turn", "clinic.change_referralcontact"),
    ("Write programs, groups, times and the guide", "programs.change_program"),
    ("Write pages, hours, alerts, help lines and photos", "clinic.change_page"),
    ("See accounts and how their roles changed", "auth.view_user"),
    ("Make an account, give roles, switch an account off", "auth.change_user"),
    ("Delete an account, make a superuser, change own roles", None),
]
ABOUT_FIELDS = """\
## Which fields of a request each role sees

“Press” means: it comes by a press that is recorded. Why each field is kept and how long stands in [data.md](data.md).
Names, words and contact are encrypted. Nobody changes a field here: the person does, on their private page.
"""
ABOUT_ADDRESSES = """\
## Every address of the staff desk

For each role: whether it may look (GET) and whether it may send (POST). “–”: neither. HEAD is answered as GET without
the page, and no other method gets further than GET. Whoever is not signed in is led to the sign-in. The addresses below
`login/` open on the way in only. Some decide once more for each row: nobody changes a view a colleague keeps.
"""


# Answers that stand in the list of requests. The others stand beside a person's words, and are seen with them.
IN_THE_LIST = (
    *("asking_for", "program", "may_call", "may_text", "may_email", "may_say_who", "message_rule"),
    *("needs_interpreter", "uses_relay", "wants_estimate", "consultation_by"),
)
WITH_WORDS = ("consent_wording", "consent_version", "consented_at", "consent_page", "privacy_version")


def as_markdown():
    rights = {role: rights_of(role) for role in ROLES}
    things = [[words, *(yes(right in rights[role]) for role in ROLES)] for words, right in THINGS_TO_DO]
    parts = [
        INTRO,
        "## The roles\n",
        *(f"- **{name}**: {role.what_for} {role.why}" for name, role in ROLES.items()),
        "\n## What each role may do\n",
        *table("what", things),
        f"\n{ABOUT_FIELDS}",
        *table("field", list(rows_of_fields(rights))),
        f"\n{ABOUT_ADDRESSES}",
        *table("address", [row_of(address) for address in every_address()]),
        "",
    ]
    return "\n".join(parts)


def yes(may):
    return "Yes" if may else "–"


def table(first, rows):
    return [line([first, *ROLES]), line(["---"] * (len(ROLES) + 1)), *map(line, rows)]


def line(cells):
    return f"| {' | '.join(cells)} |"


def rows_of_fields(rights):
    for label in ("intake.ConsultationRequest", "intake.CaseEntry"):
        place = privacy.TABLES[label]
        for stored in privacy.fields_of(apps.get_model(label)):
            field = place.fields[stored.name]
            if (field.seen_by or place.seen_by) != privacy.NOBODY:
                words = f"{place.title}: {stored.verbose_name} (`{stored.name}`)"
                yield [words, *(seen(stored.name, field.kind, rights[role]) for role in ROLES)]


def seen(name, kind, rights):
    if kind == privacy.Kind.CONTACT:
        return "Press" if "intake.reveal_contact" in rights else "–"
    is_beside_words = name in WITH_WORDS or (kind == privacy.Kind.CHOICE and name not in IN_THE_LIST)
    if kind in privacy.WORDS_OF_A_PERSON or is_beside_words:
        return yes("intake.see_words" in rights)
    return yes("intake.view_consultationrequest" in rights)


def row_of(address):
    may = address.may
    path = f"`/staff/{address.path}`"
    return [path, *(" ".join(method for method in may if role in may[method]) or "–" for role in ROLES)]
