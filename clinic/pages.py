"""Pages that staff write whole: what the site adds to each, what it keeps of legal ones, where moved ones went."""

from itertools import groupby

from django.db import transaction

from clinic import markdown, phone
from clinic.models import CallStep, InsurancePlan, LanguageLine, Page, PageVersion, Redirect

Kind = Page.Kind


def facts_of(clinic):
    """What {clinic}, {phone} and {city} stand for in the text of a page, in Markdown."""
    return {
        "clinic": markdown.escaped(clinic.name),
        "phone": f"[{phone.readable(clinic.phone)}](tel:{clinic.phone})",
        "city": markdown.escaped(clinic.main_location.city),
    }


def added_to(page):
    """What the site shows with the text of a page, from other tables: {} for most kinds, else one query."""
    if page.kind == Kind.STARTING:
        return {"steps": CallStep.objects.all()}
    if page.kind == Kind.COST:
        plans = InsurancePlan.objects.order_by("kind", "position", "pk")
        by_kind = {kind: list(group) for kind, group in groupby(plans, key=lambda plan: plan.kind)}
        return {"plans": [(kind.label, by_kind[kind]) for kind in InsurancePlan.Kind if kind in by_kind]}
    if page.kind == Kind.LANGUAGES:
        lines = LanguageLine.objects.all()
        return {"language_lines": [(line, *line.text.partition("{phone}")) for line in lines]}
    return {}


def keep_version(before, after, clinic, *, by):
    """When a published legal page changes its words or is taken down, keep what it said and count the new version.
    `after` is not saved yet.

    What a person was promised on a day can be read later only if nobody can write over it.
    """
    was_public = before.is_published and before.is_legal
    still_says_it = after.is_published and all(getattr(before, name) == getattr(after, name) for name in Page.WORDS)
    if not was_public or still_says_it:
        return
    words = {name: getattr(before, name) for name in Page.WORDS}
    words["body"] = markdown.filled(before.body, facts_of(clinic))
    PageVersion.objects.create(page=before, number=before.version, replaced_by=by, **words)
    after.version = before.version + 1


@transaction.atomic
def remember_move(old_path, new_path):
    """From now on the old address leads to the new one, and so does every address that led to the old one."""
    Redirect.objects.filter(old_path=new_path).delete()  # the page came back to where it once was
    Redirect.objects.filter(new_path=old_path).update(new_path=new_path)
    Redirect.objects.update_or_create(old_path=old_path, defaults={"new_path": new_path})


def new_address(path):
    return Redirect.objects.filter(old_path=path).values_list("new_path", flat=True).first()
