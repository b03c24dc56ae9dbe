"""Every address of the staff desk and who may use it, said a second time, to check the code against.

docs/roles.md is written from this, and tests/accounts/test_role_matrix.py sends each role to each address. An address
that is not in the table fails both.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from django.urls import URLResolver, get_resolver

from accounts.roles import ACCOUNTS, AUDITOR, CLINICIAN, DESK, EDITOR, MANAGER

STAFF = "staff/"
NOBODY = ()
EVERYBODY = (EDITOR, DESK, CLINICIAN, MANAGER, AUDITOR, ACCOUNTS)
TEAM = (DESK, CLINICIAN, MANAGER)
READERS = (*TEAM, AUDITOR)
EDITORS = (EDITOR,)
KEEPERS = (ACCOUNTS, AUDITOR)  # see accounts
PLACES = (EDITOR, MANAGER)  # keep the directory of where else to turn

# The name of an address (`*`: any letters; the first line that fits counts), who may GET it, who may POST to it.
TABLE = [
    ("index", EVERYBODY, EVERYBODY),
    ("app_list_clinic", PLACES, PLACES),
    ("app_list_programs", EDITORS, EDITORS),
    ("app_list_intake", READERS, READERS),
    ("app_list_auth", KEEPERS, KEEPERS),
    ("health", EVERYBODY, EVERYBODY),  # each sees the content they may see, so most see none
    ("figures", (MANAGER, AUDITOR), (MANAGER, AUDITOR)),
    ("reminders", TEAM, TEAM),
    ("guide", EVERYBODY, EVERYBODY),
    ("jsi18n", EVERYBODY, NOBODY),
    ("autocomplete", EDITORS, NOBODY),  # of programs; of anything else who may see that
    ("view_on_site", EDITORS, EDITORS),  # of a program; of anything else who may see that
    ("*_short", EVERYBODY, EVERYBODY),  # leads to the page below, which decides
    ("anything_else", NOBODY, NOBODY),
    # Signing in: code, enrol and link open only on the way in
    ("login", EVERYBODY, EVERYBODY),
    ("code", NOBODY, NOBODY),
    ("enrol", NOBODY, NOBODY),
    ("link", NOBODY, NOBODY),
    ("logout", NOBODY, EVERYBODY),
    ("session", EVERYBODY, EVERYBODY),
    ("back", EVERYBODY, NOBODY),
    ("own_sign_in", EVERYBODY, EVERYBODY),
    ("colleague_sign_in", (ACCOUNTS,), (ACCOUNTS,)),
    ("password_change", EVERYBODY, EVERYBODY),
    ("password_change_done", EVERYBODY, NOBODY),
    # Requests
    *[
        (f"intake_consultationrequest_{name}", look, send)
        for name, look, send in [
            ("changelist", READERS, READERS),
            ("search", READERS, READERS),
            ("views", READERS, READERS),
            ("rename_view", NOBODY, READERS),
            ("delete_view", NOBODY, READERS),
            ("bulk", NOBODY, TEAM),
            ("export", (MANAGER,), (MANAGER,)),
            ("history", READERS, READERS),
            ("change", READERS, NOBODY),
            ("add", NOBODY, NOBODY),
            ("delete", NOBODY, NOBODY),
            ("print", NOBODY, TEAM),
            ("reveal", NOBODY, TEAM),
            ("claim", NOBODY, TEAM),
            ("let_go", NOBODY, TEAM),
            ("reached", NOBODY, TEAM),
            ("wrote", NOBODY, TEAM),
            ("no_answer", NOBODY, TEAM),
            ("left_message", NOBODY, TEAM),
            ("wrong_number", NOBODY, TEAM),
            ("right_number", NOBODY, TEAM),
            ("our_turn", NOBODY, TEAM),
            ("stop", NOBODY, TEAM),
            ("release", NOBODY, TEAM),
            ("unlink", NOBODY, TEAM),
            ("answer", TEAM, TEAM),
            ("note", TEAM, TEAM),
            ("hand_over", TEAM, TEAM),
            ("plan", TEAM, TEAM),
            ("book", TEAM, TEAM),
            ("call_off", TEAM, TEAM),
            ("consultation_ics", TEAM, NOBODY),
            ("link", TEAM, TEAM),
            ("estimate", TEAM, TEAM),
            ("pause", TEAM, TEAM),
            ("resume", TEAM, TEAM),
            ("close", TEAM, TEAM),
            ("reopen", TEAM, TEAM),
            ("erase", (MANAGER,), (MANAGER,)),
        ]
    ],
    # Words to use again
    ("intake_messagetemplate_changelist", TEAM, TEAM),
    ("intake_messagetemplate_history", TEAM, TEAM),
    ("intake_messagetemplate_change", TEAM, (MANAGER,)),
    ("intake_messagetemplate_*", (MANAGER,), (MANAGER,)),
    # Mail
    ("intake_notice_add", NOBODY, NOBODY),
    ("intake_notice_delete", NOBODY, NOBODY),
    ("intake_notice_change", TEAM, NOBODY),
    ("intake_notice_*", TEAM, TEAM),
    # Who looked
    ("intake_accessrecord_verify", (AUDITOR,), (AUDITOR,)),
    ("intake_accessrecord_of", (AUDITOR,), (AUDITOR,)),
    ("intake_accessrecord_changelist", (AUDITOR,), (AUDITOR,)),
    ("intake_accessrecord_history", (AUDITOR,), (AUDITOR,)),
    ("intake_accessrecord_change", (AUDITOR,), NOBODY),
    ("intake_accessrecord_*", NOBODY, NOBODY),
    # Accounts
    ("auth_user_changelist", KEEPERS, KEEPERS),
    ("auth_user_history", KEEPERS, KEEPERS),
    ("auth_user_change", KEEPERS, (ACCOUNTS,)),
    ("auth_user_add", (ACCOUNTS,), (ACCOUNTS,)),
    ("auth_user_*", NOBODY, NOBODY),
    ("auth_group_changelist", (ACCOUNTS,), (ACCOUNTS,)),
    ("auth_group_history", (ACCOUNTS,), (ACCOUNTS,)),
    ("auth_group_change", (ACCOUNTS,), NOBODY),
    ("auth_group_*", NOBODY, NOBODY),
    # Content
    ("clinic_referralcontact_*", PLACES, PLACES),
    ("clinic_clinic_add", NOBODY, NOBODY),
    ("clinic_clinic_delete", NOBODY, NOBODY),
    ("clinic_pagetext_add", NOBODY, NOBODY),
    ("clinic_pagetext_delete", NOBODY, NOBODY),
    ("clinic_pageversion_add", NOBODY, NOBODY),
    ("clinic_pageversion_delete", NOBODY, NOBODY),
    ("clinic_pageversion_change", EDITORS, NOBODY),
    ("clinic_*", EDITORS, EDITORS),
    ("programs_*", EDITORS, EDITORS),
]


@dataclass(frozen=True)
class Address:
    path: str  # "intake/consultationrequest/<path:object_id>/change/"
    name: str

    @property
    def may(self):
        """Who may look at it and who may send to it."""
        for pattern, look, send in TABLE:
            if fnmatchcase(self.name, pattern):
                return {"GET": look, "POST": send}
        raise LookupError(f"Say in accounts/addresses.py who may use {self.name} (/staff/{self.path}).")


def every_address():
    """Every address the staff desk answers, once."""
    found = {}
    for path, name in walk(get_resolver().url_patterns):
        if path.startswith(STAFF):
            for address in spelled_out(path.removeprefix(STAFF), name):
                found.setdefault(address.path, address)
    return list(found.values())


def walk(patterns, before=""):
    for pattern in patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, path)
        else:
            yield path, pattern.name


def spelled_out(path, name):
    if name == "app_list":
        labels = path.partition(">")[2].partition(")")[0].split("|")
        return [Address(f"{label}/", f"app_list_{label}") for label in labels]
    if name is None and path.endswith("/<path:object_id>/"):
        return [Address(path, "_".join(path.split("/")[:2]) + "_short")]
    if path.startswith("(?P<url>"):
        return [Address("<anything else>", "anything_else")]
    return [Address(path, name or path)]
