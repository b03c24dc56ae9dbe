"""What all screens of the desk say in the same words: a colleague, a moment, and who has a request."""

from django.utils import timezone

from clinic import hours


def called(user):
    return user.get_full_name() or user.get_username()


def moment(at, now=None):
    """ "3 pm today", "noon yesterday", "8 am Monday, December 7"."""
    return hours.moment_words(timezone.localtime(at), timezone.localtime(now))


def seen_from(at, now):
    """A moment and how far away it is: "3 pm today, in 20 minutes", "3 pm yesterday, 20 hours ago"."""
    length = hours.length_words(abs(at - now))
    return f"{moment(at, now)}, {f'{length} ago' if at <= now else f'in {length}'}"


def holder(stored, user, now):
    """For a list: "You, until 3 pm today"; after that "Yours until 3 pm today, ended"."""
    if stored.owner is None:
        return "Nobody"
    if stored.is_free(now):
        return ended(stored, user, now)
    return f"{'You' if stored.owner == user else called(stored.owner)}, until {moment(stored.claimed_until, now)}"


def ended(stored, user, now):
    """Of a claim that is over: it counts as nobody's."""
    if stored.owner == user:
        return f"Yours until {moment(stored.claimed_until, now)}, ended"
    return f"Nobody now. Last: {called(stored.owner)}"


def has_it(stored, user, now):
    """A sentence: "You have it until 3 pm today.", "Nobody has it."."""
    someone = stored.holder(now)
    if someone is None:
        return f"{ended(stored, user, now)}." if stored.owner == user else "Nobody has it."
    who = "You have" if someone == user else f"{called(someone)} has"
    return f"{who} it until {moment(stored.claimed_until, now)}."
