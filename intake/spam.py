"""What looks like a machine wrote it. A mark for staff, never a door: nothing is refused or thrown away."""

import logging

from django.db import Error

from intake import throttle

logger = logging.getLogger(__name__)

# Programs fill in every field. People do not see it, and no browser or password manager knows this name.
HONEYPOT = "nothing_goes_here"

# Nobody reads the form, types a way to be reached and sends it this fast, not even with a browser that fills it in.
FASTEST_SECONDS = 3

# A library, a shelter or a whole mobile network can share one address, so this lies far above what they send to one
# clinic in an hour, and far below what a program sends.
MOST_FROM_ONE_SOURCE = 10
RATE_SECONDS = throttle.LONGEST_SECONDS

FILLED_HONEYPOT = "Filled the field that people do not see"
TOO_FAST = f"Sent within {FASTEST_SECONDS} seconds"
TOO_MANY = f"More than {MOST_FROM_ONE_SOURCE} requests in an hour from one place"


def assess(post, *, seconds_open, source, now=None):
    """Why this looks like spam, in words for staff, or "" when it does not.

    `seconds_open` is how long the form was open; `source` is throttle.source_of(request).
    Call it once for each request that is about to be stored, and before the transaction that stores it: a database
    error in there would spoil that transaction, and its rollback would take the count with it.
    """
    is_too_many = sent_too_many(source, now)  # first, because what another trap catches counts as well
    if post.get(HONEYPOT, "").strip():
        return FILLED_HONEYPOT
    # A form from the future comes from a clock that was moved: that says nothing.
    if 0 <= seconds_open < FASTEST_SECONDS:
        return TOO_FAST
    return TOO_MANY if is_too_many else ""


def sent_too_many(source, now):
    if not source:
        return False  # unknown senders are not one sender
    try:
        return throttle.count("request", source, seconds=RATE_SECONDS, now=now) > MOST_FROM_ONE_SOURCE
    except Error as problem:
        # The check failed, not the person. Only the class: what a database says can hold what it was given.
        logger.warning("A request was not counted: %s", type(problem).__name__)
        return False
