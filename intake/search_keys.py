"""How staff find a phone number, an email or the words of a name in fields that only a key can read.

Each is stored beside the request as a keyed hash, made with a key derived from the encryption key: who has the database
alone can neither read it nor try names. Whole words are found, parts of words are not.

The last four digits of a number have a hash of their own. There are only 10,000 of them, but without the key nobody can
try one: what the database alone tells is which numbers end alike, not how. Whoever sends 10,000 requests with numbers
of their own and then gets the database could compare; that is as true of names, and takes fewer requests there.
"""

import hmac
import re
import unicodedata

import phonenumbers
from django.db.models import Q

from clinic.phone import dialable
from intake.encryption import ring
from intake.models import ConsultationRequest, SearchKey

Kind = SearchKey.Kind
FIELDS = {
    Kind.PHONE: ["phone"],
    Kind.PHONE_END: ["phone"],
    Kind.EMAIL: ["email"],
    Kind.NAME: ["name", "name_to_ask_for", "person_name"],
}
END_DIGITS = 4
SHORTEST_WORD = 2
MOST_WORDS = 50  # more than a name has; a longer search would be refused by the database
LABEL = b"intake.search_keys"


def phone_number(text):
    """All ways to write one number become one: E.164 without the extension, or else the digits."""
    return dialable(text) or phonenumbers.normalize_digits_only(text)


def words(text):
    """The words of a name without capitals, accents and what cannot be seen."""
    # Twice: taking capitals away can bring new accents.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    letters = "".join(c for c in plain if unicodedata.category(c) not in ("Mn", "Mc", "Me", "Cf"))
    return [word for word in re.findall(r"[^\W_]+", letters) if len(word) >= SHORTEST_WORD]


def terms(kind, text):
    """What is looked for, each once."""
    found = {
        Kind.PHONE: lambda: [phone_number(text)],
        Kind.PHONE_END: lambda: [phone_number(text)[-END_DIGITS:]],
        Kind.EMAIL: lambda: [text.strip().casefold()],
        Kind.NAME: lambda: words(text),
    }[kind]()
    return list(dict.fromkeys(filter(None, found)))


def digests_of(kind, text):
    """For each term its digests, one for each key of the ring, the newest first. Raises NoKey."""
    keys = [hmac.digest(key.encode(), LABEL, "sha256") for key in ring()]
    return [
        [hmac.digest(key, f"{Kind(kind).value}:{term}".encode(), "sha256").hex() for key in keys]
        for term in terms(kind, text)
    ]


def keys_of(request):
    """The rows of a request, not stored yet. Raises NoKey."""
    return [
        SearchKey(request=request, kind=kind, digest=newest)
        for kind, names in FIELDS.items()
        for newest, *_ in digests_of(kind, "\n".join(getattr(request, name) for name in names))
    ]


def replace_keys(request):
    """Call it in the transaction that stores what changed. Raises NoKey."""
    keys = keys_of(request)
    request.search_keys.all().delete()
    SearchKey.objects.bulk_create(keys)


def holding(kind, digests):
    """The condition that a request has one of these digests."""
    return Q(pk__in=SearchKey.objects.filter(kind=kind, digest__in=digests).values("request"))


def find(text):
    """Requests with this phone number, these last four digits of one, this email or all words of this name. Raises
    NoKey."""
    found = Q(pk__in=[])
    is_end = len(text.strip()) == END_DIGITS and text.strip().isdecimal()
    for kind in (Kind.PHONE, Kind.EMAIL, *[Kind.PHONE_END] * is_end):
        for digests in digests_of(kind, text):
            found |= holding(kind, digests)
    name = digests_of(Kind.NAME, text)
    if 0 < len(name) <= MOST_WORDS:
        all_words = Q()
        for digests in name:
            all_words &= holding(Kind.NAME, digests)
        found |= all_words
    return ConsultationRequest.objects.filter(found)


def with_the_same_contact(request, kinds=(Kind.PHONE, Kind.EMAIL)):
    """Other requests with the same phone number or email, found without a key: nothing is read."""
    own = request.search_keys.filter(kind__in=kinds).values("digest")
    same = SearchKey.objects.filter(kind__in=kinds, digest__in=own)
    return ConsultationRequest.objects.only("reference").filter(pk__in=same.values("request")).exclude(pk=request.pk)


def likely_duplicates(request):
    """Other requests with the same phone number or email. A name alone says too little. Raises NoKey."""
    found = Q(pk__in=[])
    for kind, text in ((Kind.PHONE, request.phone), (Kind.EMAIL, request.email)):
        for digests in digests_of(kind, text):
            found |= holding(kind, digests)
    return ConsultationRequest.objects.filter(found).exclude(pk=request.pk)
