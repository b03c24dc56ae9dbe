"""Every field that can hold something about a person: why we have it, who sees it, how long it stays.

docs/data.md is written from this by `manage.py write_data_page`.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.apps import apps
from django.conf import settings

from intake import throttle
from intake.encryption import EncryptedTextField

KEEP_MONTHS = 12  # after the last contact
ACCESS_YEARS = (
    6  # a proposal, after the time 45 CFR 164.316(b)(2) sets for documentation; a lawyer has not confirmed it
)
TALLY_HOURS = throttle.LONGEST_SECONDS // 3600
SESSION_HOURS = settings.SESSION_MOST_SECONDS // 3600
IDLE_MINUTES = settings.SESSION_COOKIE_AGE // 60

ALSO = ["auth.User", "accounts.Authenticator", "accounts.RecoveryCode", "admin.LogEntry", "sessions.Session"]


class Kind(StrEnum):
    IDENTIFYING = "identifying"
    CONTACT = "contact"
    FREE_TEXT = "free text"
    CHOICE = "choice"
    REQUEST = "about the request"
    STAFF = "about staff"
    SECRET = "secret"
    KEY = "key"
    TECHNICAL = "technical"


# What a person told us in their own words.
WORDS_OF_A_PERSON = (Kind.IDENTIFYING, Kind.CONTACT, Kind.FREE_TEXT)

# What opens an account is encrypted as well: a stolen database must not let anybody sign in.
ENCRYPTED = (*WORDS_OF_A_PERSON, Kind.SECRET)

PLAIN_BECAUSE = {
    Kind.CHOICE: "one of a few given answers, which staff filter on. Without a name it points to nobody by itself.",
    Kind.REQUEST: "the list sorts and filters on states and times, and call-back slots are counted. The consent lines"
    " are the site’s words, not the person’s.",
    Kind.STAFF: "about the people who work here, who sign in with it and answer for what they do.",
    Kind.KEY: "a number, a random code or a hash. A hash cannot be read back, only compared.",
    Kind.TECHNICAL: "counts, times and states of the machinery.",
}

STAFF = "Staff who answer requests"
ACCOUNTS = "Administrator of accounts"
NOBODY = "Nobody: the site itself uses it"
CHECKER = "Auditor"

UNTIL_WITHDRAWN = f"Until the person withdraws; planned: {KEEP_MONTHS} months"
WITH_REQUEST = f"Planned: {KEEP_MONTHS} months"
ACCESS = f"No end yet; proposed: {ACCESS_YEARS} years"
ACCOUNT = "As long as the account"
SESSION = (
    f"Works for {IDLE_MINUTES} idle minutes and {SESSION_HOURS} hours at most; the row stays until"
    " `manage.py clearsessions` runs"
)
TALLY = f"Counts for {TALLY_HOURS} hour at most; then `manage.py work` removes it"


@dataclass(frozen=True)
class Field:
    kind: Kind
    why: str
    seen_by: str = ""  # "": as the rest of its table
    is_erased: bool = False  # emptied when the person withdraws


@dataclass(frozen=True)
class Table:
    title: str
    about: str
    seen_by: str
    kept: str
    fields: dict


ROW = Field(Kind.KEY, "The row’s own number.", NOBODY)


def told(kind, why):
    """What the person told us, or we agreed on with them."""
    return Field(kind, why, is_erased=True)


TABLES = {
    "intake.ConsultationRequest": Table(
        "Requests",
        "One row for each request sent. The person sees what we hold of it on their private page.",
        STAFF,
        WITH_REQUEST,
        {
            "id": ROW,
            "reference": Field(Kind.KEY, "The only name of a request outside of it: random, said on the phone."),
            "form_token": Field(Kind.KEY, "One form makes one request, even when it is sent twice.", NOBODY),
            "secret_digest": Field(Kind.KEY, "Proves the secret of the private page without holding it.", NOBODY),
            "received_at": Field(Kind.REQUEST, "When it arrived."),
            "state": Field(Kind.REQUEST, "Whose turn it is."),
            "held_because": Field(Kind.REQUEST, "Why it stands in the list of possible spam."),
            "reply_by": Field(Kind.REQUEST, "The time we promised a reply by."),
            "alarmed_at": Field(Kind.REQUEST, "Staff are told once that a reply is late."),
            "asking_for": Field(Kind.CHOICE, "Decides which questions come, and whom we may speak about."),
            "relationship": told(Kind.CHOICE, "Tells how to speak with a family member or friend."),
            "person_knows": told(Kind.CHOICE, "So that we do not give the person’s plan away to the one they ask for."),
            "organization": told(Kind.IDENTIFYING, "Where a professional works, so that we can check and call back."),
            "role": told(Kind.IDENTIFYING, "What a professional does there."),
            "person_agreed": told(Kind.CHOICE, "Without the consent of the patient or client we take no name."),
            "person_name": told(Kind.IDENTIFYING, "The patient or client, only with their consent."),
            "program": told(Kind.CHOICE, "So that the right colleague replies. “Not sure” is the first choice."),
            "name": told(Kind.IDENTIFYING, "What to call the person. Any name will do."),
            "may_call": told(Kind.CHOICE, "Permission to call. Nothing is ticked for the person."),
            "may_text": told(Kind.CHOICE, "Permission to text."),
            "may_email": told(Kind.CHOICE, "Permission to write an email."),
            "will_call": told(Kind.CHOICE, "The person calls us or reads the private page: we do not call."),
            "phone": told(Kind.CONTACT, "The number to call or text, if the person allowed it."),
            "email": told(Kind.CONTACT, "The address to write to, if the person allowed it."),
            "may_say_who": told(Kind.CHOICE, "Whether we may say where we call from. No, unless the person says yes."),
            "message_rule": told(Kind.CHOICE, "What we may leave as a message. Nothing, unless the person says more."),
            "name_to_ask_for": told(Kind.IDENTIFYING, "Whom to ask for when somebody else picks up."),
            "code_word": told(Kind.FREE_TEXT, "We say it first, so that the person knows it is us."),
            "safe_times": told(Kind.FREE_TEXT, "When a call does no harm."),
            "call_at": told(Kind.REQUEST, "The half hour the person chose for our call."),
            "time_zone": told(Kind.CHOICE, "So that a time means the same to both."),
            "language": told(Kind.FREE_TEXT, "The language to speak."),
            "needs_interpreter": told(Kind.CHOICE, "An interpreter is booked before the call."),
            "uses_relay": told(Kind.CHOICE, "The call comes by relay, TTY or captions."),
            "wants_estimate": told(Kind.CHOICE, "The person wants to know the cost in writing."),
            "estimate_due": told(Kind.REQUEST, "The day that estimate is due."),
            "wants_receipt": told(Kind.CHOICE, "We send a receipt by email only when asked."),
            "message": told(Kind.FREE_TEXT, "What the person wants to add. We ask to leave medical details out."),
            "consent_wording": Field(Kind.REQUEST, "The exact words the person agreed to."),
            "consent_version": Field(Kind.REQUEST, "The version of those words."),
            "consented_at": Field(Kind.REQUEST, "When the person agreed."),
            "consent_page": Field(Kind.REQUEST, "On which page of ours."),
            "privacy_version": Field(Kind.REQUEST, "The privacy notice that stood on the site that day."),
            "answered_at": Field(Kind.REQUEST, "When we first replied."),
            "answered_by": Field(Kind.STAFF, "Which colleague replied."),
            "first_promise": Field(Kind.REQUEST, "What we promised at first, to see whether we keep it."),
            "first_tried_at": Field(Kind.REQUEST, "When we first called, wrote or left an answer."),
            "owner": Field(Kind.STAFF, "Which colleague has it."),
            "claimed_until": Field(Kind.REQUEST, "Until when that colleague has it alone."),
            "attempts": Field(Kind.REQUEST, "How many calls in a row nobody answered."),
            "number_is_wrong": Field(Kind.REQUEST, "So that nobody calls a stranger again."),
            "stopped_at": Field(Kind.REQUEST, "When the person asked us to stop."),
            # They stay, and name nobody: whoever was to meet the person has to learn that the time is off.
            "consultation_at": Field(Kind.REQUEST, "When we meet, or were to meet."),
            "consultation_by": Field(Kind.CHOICE, "By phone, at our place or by video."),
            "estimate_sent_at": told(Kind.REQUEST, "When the estimate was given."),
            "estimate_alarmed_at": told(Kind.REQUEST, "Staff are told once that an estimate is late."),
            "same_person": told(Kind.REQUEST, "Other requests from the same person."),
            "closing_reason": Field(Kind.REQUEST, "Why it was closed."),
            "closed_at": Field(Kind.REQUEST, "When it was closed."),
            "closed_by": Field(Kind.STAFF, "Which colleague closed it."),
            "alternatives": told(Kind.REQUEST, "Where else we told the person to turn."),
        },
    ),
    "intake.CaseEntry": Table(
        "What happened to a request",
        "One row for each thing that happened, written once.",
        STAFF,
        WITH_REQUEST,
        {
            "id": ROW,
            "request": Field(Kind.KEY, "The request it belongs to."),
            "at": Field(Kind.REQUEST, "When it happened."),
            "kind": Field(Kind.REQUEST, "What happened."),
            "by": Field(Kind.STAFF, "Which colleague did it. Empty: the person."),
            "text": told(Kind.FREE_TEXT, "A question, an answer or a note."),
        },
    ),
    "intake.SearchKey": Table(
        "Search keys",
        "Hashes made with a secret key, to find a request by phone number or the end of it, email or words of a name.",
        NOBODY,
        UNTIL_WITHDRAWN,
        {
            "id": ROW,
            "request": Field(Kind.KEY, "The request it finds."),
            "kind": Field(Kind.TECHNICAL, "Whether it was a number, its last four digits, an address or a name."),
            "digest": Field(Kind.KEY, "The hash. Who holds the key as well can test it against a number they know."),
        },
    ),
    "intake.Notice": Table(
        "Mail to send",
        "One row for each mail about a request. The mail says that there is something to read, never what it says."
        " The staff desk counts those that failed.",
        NOBODY,
        WITH_REQUEST,
        {
            "id": ROW,
            "kind": Field(Kind.TECHNICAL, "Which mail it is."),
            "request": Field(Kind.KEY, "The request it is about."),
            "to": Field(Kind.STAFF, "Of a reminder: the colleague who gets it."),
            "state": Field(Kind.TECHNICAL, "Whether it waits, was delivered or failed."),
            "created_at": Field(Kind.TECHNICAL, "When it was asked for."),
            "tries": Field(Kind.TECHNICAL, "How often we tried."),
            "next_try_at": Field(Kind.TECHNICAL, "When we try again."),
            "ended_at": Field(Kind.TECHNICAL, "When it was delivered or given up."),
            "problem": Field(Kind.TECHNICAL, "The kind of the last problem, never its words."),
        },
    ),
    "intake.AccessRecord": Table(
        "Who looked",
        "One row for each look at a request or at the list. Rows cannot be changed, and a missing one is noticed. The"
        " person sees role and time of each look at their own request, never a colleague’s name.",
        CHECKER,
        ACCESS,
        {
            "id": ROW,
            "at": Field(Kind.REQUEST, "When somebody looked.", f"{CHECKER}; the person"),
            "kind": Field(Kind.REQUEST, "What they did."),
            "by": Field(Kind.STAFF, "Which colleague it was."),
            "role": Field(Kind.STAFF, "In which role, as it was at that moment.", f"{CHECKER}; the person"),
            "reference": Field(Kind.KEY, "Which request. It stays readable here after the request is gone."),
            "reason": Field(Kind.REQUEST, "Why a list was taken out as a file, chosen from a few reasons."),
            "place": Field(Kind.STAFF, "What was refused: the name of an address in the code."),
            "seal": Field(Kind.KEY, "Shows when this row or one before it was changed."),
        },
    ),
    "intake.SavedView": Table(
        "Views of the queue",
        "One row for each choice of filters a colleague keeps. It holds filters only, never what was searched for.",
        STAFF,
        ACCOUNT,
        {
            "id": ROW,
            "name": Field(Kind.STAFF, "What the colleague calls it."),
            "query": Field(Kind.TECHNICAL, "The filters."),
            "owner": Field(Kind.STAFF, "Whose view it is."),
            "is_shared": Field(Kind.STAFF, "Whether all colleagues have it."),
        },
    ),
    "intake.MessageTemplate": Table(
        "Words to use again",
        "One row for each answer that colleagues start from. It is about nobody.",
        STAFF,
        "Until staff delete it",
        {
            "id": ROW,
            "name": Field(Kind.STAFF, "How colleagues find it."),
            "text": Field(Kind.STAFF, "The words, with places for what differs."),
            "is_offered": Field(Kind.STAFF, "Whether it is offered."),
        },
    ),
    "intake.ReminderChoice": Table(
        "Reminders",
        "How often a colleague gets a mail with a count of what waits.",
        NOBODY,
        ACCOUNT,
        {
            "id": ROW,
            "user": Field(Kind.STAFF, "Which colleague."),
            "how_often": Field(Kind.STAFF, "How often they want it."),
            "reminded_at": Field(Kind.TECHNICAL, "When the last one was made."),
        },
    ),
    "intake.Tally": Table(
        "Counts that slow down abuse",
        "How often something came from one place lately. No internet address is stored.",
        NOBODY,
        TALLY,
        {
            "id": ROW,
            "key": Field(Kind.KEY, "A hash of what is counted, made with a key that is another one each day."),
            "count": Field(Kind.TECHNICAL, "How often."),
            "ends_at": Field(Kind.TECHNICAL, "When the count ends."),
        },
    ),
    "auth.User": Table(
        "Staff accounts",
        "One row for each colleague. An account that did something to a request is switched off, not deleted.",
        ACCOUNTS,
        ACCOUNT,
        {
            "id": ROW,
            "password": Field(Kind.KEY, "Proves the password without holding it.", NOBODY),
            "last_login": Field(Kind.STAFF, "Shows accounts that nobody uses."),
            "is_superuser": Field(Kind.STAFF, "May do everything."),
            "username": Field(Kind.STAFF, "The name to sign in with."),
            "first_name": Field(Kind.STAFF, "The colleague’s name."),
            "last_name": Field(Kind.STAFF, "The colleague’s name."),
            "email": Field(Kind.STAFF, "Where the site may write to the colleague."),
            "is_staff": Field(Kind.STAFF, "May sign in to the staff desk."),
            "is_active": Field(Kind.STAFF, "Whether the account is switched on."),
            "date_joined": Field(Kind.STAFF, "When the account was made."),
            "groups": Field(Kind.STAFF, "The colleague’s roles."),
            "user_permissions": Field(Kind.STAFF, "Rights given beside the roles."),
        },
    ),
    "accounts.Authenticator": Table(
        "Phones of staff",
        "One row for each colleague whose authenticator app is the second factor of their sign-in.",
        NOBODY,
        "Until another phone takes its place, or as long as the account",
        {
            "id": ROW,
            "user": Field(Kind.STAFF, "Whose phone it is."),
            "secret": Field(Kind.SECRET, "What app and site both know, to make the same six digits."),
            "made_at": Field(Kind.STAFF, "When the set-up began."),
            "confirmed_at": Field(Kind.STAFF, "When the set-up was finished.", f"The colleague; {ACCOUNTS}"),
            "last_step": Field(Kind.TECHNICAL, "When the last code was used, so that none works twice."),
            "wrong_tries": Field(Kind.TECHNICAL, "Wrong codes since the last right one: each makes the next wait."),
            "last_wrong_at": Field(Kind.TECHNICAL, "When the last wrong code came, to know how long to wait."),
        },
    ),
    "accounts.RecoveryCode": Table(
        "Recovery codes of staff",
        "One row for each code that signs a colleague in when their phone is gone.",
        NOBODY,
        "Until it is used, or new ones are made",
        {
            "id": ROW,
            "authenticator": Field(Kind.KEY, "The phone it stands in for."),
            "digest": Field(Kind.KEY, "Proves the code without holding it, made with a secret key."),
        },
    ),
    "admin.LogEntry": Table(
        "Changes on the staff desk",
        "One row for each change a colleague saved. A request stands in it by its reference only.",
        "Staff who may see what was changed",
        "No end yet; planned: with the request it is about",
        {
            "id": ROW,
            "action_time": Field(Kind.STAFF, "When it was saved."),
            "user": Field(Kind.STAFF, "Who saved it."),
            "content_type": Field(Kind.TECHNICAL, "Which kind of entry it was."),
            "object_id": Field(Kind.KEY, "The entry’s number."),
            "object_repr": Field(
                Kind.STAFF, "The entry’s title: for a request its reference, for an account its name."
            ),
            "action_flag": Field(Kind.TECHNICAL, "Added, changed or deleted."),
            "change_message": Field(Kind.STAFF, "Which fields were changed, never what they hold, but for roles."),
        },
    ),
    "sessions.Session": Table(
        "Signed-in staff",
        "One row for each browser a colleague is signed in with. Visitors of the public site have none.",
        NOBODY,
        SESSION,
        {
            "session_key": Field(Kind.KEY, "What the browser’s cookie says."),
            "session_data": Field(
                Kind.TECHNICAL,
                "Who is signed in, messages not yet shown, which may name a reference, and the row numbers of what the"
                " last searches found, for 15 minutes. Never what was searched for.",
            ),
            "expire_date": Field(Kind.TECHNICAL, "When it ends."),
        },
    ),
}


def models():
    """Every model that can hold something about a person."""
    return [*apps.get_app_config("intake").get_models(), *map(apps.get_model, ALSO)]


def fields_of(model):
    return [*model._meta.concrete_fields, *model._meta.many_to_many]


def places():
    return {f"{model._meta.label}.{field.name}" for model in models() for field in fields_of(model)}


def classified():
    return {f"{label}.{name}" for label, table in TABLES.items() for name in table.fields}


def unclassified():
    """Fields of the models that nobody has thought about yet."""
    return sorted(places() - classified())


def unknown():
    """Fields that are classified and do not exist any more."""
    return sorted(classified() - places())


def written_by_a_person(model):
    """The names of the fields that hold a person's own words."""
    return [name for name, field in TABLES[model._meta.label].fields.items() if field.kind in WORDS_OF_A_PERSON]


def erased_fields(model):
    """What is emptied when the person withdraws; the rest of the row stays."""
    fields = TABLES[model._meta.label].fields.items()
    return [model._meta.get_field(name) for name, field in fields if field.is_erased]


def is_encrypted(field):
    return isinstance(field, EncryptedTextField)
