"""Roles: who may do what, in one table. The groups are made from it, and nobody has a right that is not in it."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from django.apps import apps as installed

EDITOR, DESK, CLINICIAN = "Content editor", "Front desk", "Clinician"
MANAGER, AUDITOR, ACCOUNTS = "Manager", "Auditor", "Administrator of accounts"

ANSWERS = (
    "intake.view_consultationrequest",
    "intake.change_consultationrequest",
    "intake.see_words",
    "intake.reveal_contact",
    "intake.view_notice",
    "intake.view_messagetemplate",
)


@dataclass(frozen=True)
class Role:
    what_for: str
    why: str
    rights: tuple  # names of permissions; `*` stands for any letters


ROLES = {
    EDITOR: Role(
        "Writes the public pages: programs, groups, hours, alerts, places to turn to.",
        "Who writes pages needs no request for it, and so sees none.",
        ("clinic.*", "programs.*"),
    ),
    DESK: Role(
        "Answers people: reads a request, calls, writes, plans and closes.",
        "Who answers a person has to know what that person wrote. A number or an email comes by a press that is"
        " recorded. What level of care is right is a clinical decision, so it is not made here.",
        ANSWERS,
    ),
    CLINICIAN: Role(
        "Answers people, and decides when our level of care is not the right one.",
        "The same as the front desk, with the one decision that needs a clinician.",
        (*ANSWERS, "intake.decide_level"),
    ),
    MANAGER: Role(
        "Answers people, erases on request, takes lists out, reads the figures, keeps the words and places to offer.",
        "Somebody has to see to it that nobody is forgotten. Who looked stands here by role and time, never by name:"
        " who reads requests does not check who read them.",
        (
            *ANSWERS,
            "intake.decide_level",
            "intake.erase_request",
            "intake.export_requests",
            "intake.see_figures",
            "intake.change_notice",
            "intake.*_messagetemplate",
            "clinic.*_referralcontact",
        ),
    ),
    AUDITOR: Role(
        "Checks who looked at what and who got which role, and reads the figures.",
        "References, states and times are enough to check what colleagues did. No name of a person who wrote and no"
        " word is needed for it. Only here do looks stand with the names of colleagues.",
        ("intake.view_accessrecord", "intake.view_consultationrequest", "intake.see_figures", "auth.view_user"),
    ),
    ACCOUNTS: Role(
        "Makes accounts, gives roles and switches accounts off.",
        "Who decides about access has none. They cannot change their own roles, and each change of a role is recorded"
        " where the auditor reads it.",
        ("auth.view_user", "auth.add_user", "auth.change_user", "auth.view_group"),
    ),
}

# Who checks looks has none to check, and who gives roles does not give themselves the desk. A manager may give roles:
# the first colleague of a new site does both.
APART = ((AUDITOR, (DESK, CLINICIAN, MANAGER)), (ACCOUNTS, (DESK, CLINICIAN)))


def clash(roles):
    """The first two of these roles that are for two people, or None."""
    held = set(roles)
    return next(((role, other) for role, others in APART for other in others if {role, other} <= held), None)


def clash_words(roles):
    """Why one person may not hold all of these roles, or ""."""
    found = clash(roles)
    return "“{}” and “{}” are for two people.".format(*found) if found else ""


def known_rights():
    """Every permission the code knows, such as "clinic.add_page", with its model and its words."""
    found = {}
    for model in installed.get_models():
        meta = model._meta
        standard = [
            (f"{action}_{meta.model_name}", f"Can {action} {meta.verbose_name_raw}")
            for action in meta.default_permissions
        ]
        found |= {f"{meta.app_label}.{codename}": (meta, words) for codename, words in [*standard, *meta.permissions]}
    return found


def rights_of(role, known=None):
    """The full names of a role's permissions. Raises LookupError for one that does not exist."""
    known = known or known_rights()
    found = set()
    for pattern in ROLES[role].rights:
        matching = {right for right in known if fnmatchcase(right, pattern)}
        if not matching:
            raise LookupError(f"{role}: there is no permission {pattern}.")
        found |= matching
    return found


def write_groups(apps):
    """Make the groups what the table says. Safe to repeat.

    A migration passes its own apps. Django makes permissions only after the last migration, so those that are missing
    are made here, as Django would make them.
    """
    content_types = apps.get_model("contenttypes", "ContentType").objects
    permissions = apps.get_model("auth", "Permission").objects
    groups = apps.get_model("auth", "Group").objects
    known = known_rights()
    stored = {f"{one.content_type.app_label}.{one.codename}": one for one in permissions.select_related("content_type")}
    for name in ROLES:
        rights = rights_of(name, known)
        for right in sorted(rights - stored.keys()):
            meta, words = known[right]
            kind, _ = content_types.get_or_create(app_label=meta.app_label, model=meta.model_name)
            stored[right] = permissions.create(content_type=kind, codename=right.partition(".")[2], name=words)
        group, _ = groups.get_or_create(name=name)
        group.permissions.set([stored[right] for right in rights])
