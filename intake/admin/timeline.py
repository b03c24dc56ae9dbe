"""All that happened around one request as one list: what the person did, the team, our mails, and who looked."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from intake import permissions
from intake.admin.words import called, moment
from intake.models import AccessRecord, Notice
from intake.workflow.moves import OWN_NEWS

RECORDS = [kind for kind in AccessRecord.Kind if kind != AccessRecord.Kind.CHANGE]  # a change has an entry of its own


@dataclass
class Item:
    at: datetime
    by: str
    what: str
    source: str  # person, team, mail or look
    text: str = ""
    is_new: bool = False

    @property
    def when(self):
        return moment(self.at)


def entries_of(stored, user, sees_words, read_up_to):
    """`read_up_to` is the last entry this colleague had seen: what others added since is new, and what was tried in
    another window. None: nothing is."""
    entries = stored.entries.select_related("by")
    for entry in entries if sees_words else entries.defer("text"):
        yield Item(
            at=entry.at,
            by=called(entry.by) if entry.by else "The person",
            what=entry.get_kind_display(),
            source="team" if entry.by else "person",
            text=entry.text if sees_words else "",
            is_new=read_up_to is not None
            and entry.pk > read_up_to
            and (entry.by_id != user.pk or entry.kind in OWN_NEWS),
        )


def mails_of(stored, sees_words):
    """That somebody wanted mail is something they told us."""
    mails = stored.notices.all()
    for notice in mails if sees_words else mails.exclude(kind__in=Notice.TO_THE_PERSON):
        what = f"Mail: {notice.get_kind_display().lower()}. {notice.get_state_display()}."
        yield Item(at=notice.ended_at or notice.created_at, by="The site", what=what, source="mail")


def looks_at(stored, sees_who):
    looks = AccessRecord.objects.filter(reference=stored.reference, kind__in=RECORDS)
    for look in looks.select_related("by") if sees_who else looks:
        by = f"{called(look.by)} ({look.role})" if sees_who else look.role
        yield Item(at=look.at, by=by, what=look.get_kind_display(), source="look")


def of(stored, *, user, sees_words, read_up_to=None):
    """[(is it looks, [items])], the newest first. Looks with nothing between them stand together, to be folded. Who
    looked is named to who checks looks; others read the role, as the person does."""
    looks = looks_at(stored, user.has_perm(permissions.SEE_WHO_LOOKED))
    items = [*entries_of(stored, user, sees_words, read_up_to), *mails_of(stored, sees_words), *looks]
    items.sort(key=lambda item: item.at, reverse=True)
    return [(is_looks, list(group)) for is_looks, group in groupby(items, key=lambda item: item.source == "look")]
