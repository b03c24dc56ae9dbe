"""Half hours in which a person can ask us to call: which are left, and how a slot reads in a form and in a sentence."""

from datetime import UTC, datetime, time
from itertools import groupby
from math import ceil, floor

from clinic import hours
from programs.facts import sentence_case

SLOT_MINUTES = 30
NOTICE_MINUTES = 30
DAYS_SHOWN = 3
GRID_SECONDS = 15 * 60  # some zones are a quarter of an hour off
CALLS_FROM, CALLS_UNTIL = time(8), time(21)


def end_of(slot):
    return datetime.fromtimestamp(slot.timestamp() + SLOT_MINUTES * 60, tz=slot.tzinfo)


def half_hours(start, end):
    """Each full and half hour of the clock from which a whole slot lies between two moments."""
    first = ceil(start.timestamp() / GRID_SECONDS) * GRID_SECONDS
    last = floor(end.timestamp()) - SLOT_MINUTES * 60
    for second in range(first, last + 1, GRID_SECONDS):
        slot = datetime.fromtimestamp(second, tz=start.tzinfo)
        if slot.minute % SLOT_MINUTES == 0:
            yield slot


def offered(schedule, now, taken, capacity):
    """The slots left on the next days that have any. `now` is in the clinic's zone, `taken` counts choices by slot."""
    if not capacity:
        return []
    full = {slot.timestamp() for slot, count in taken.items() if count >= capacity}
    earliest = now.timestamp() + NOTICE_MINUTES * 60
    slots, days = [], set()
    for span in schedule.spans_from(now):
        for slot in half_hours(*span):
            if slot.timestamp() < earliest or slot.timestamp() in full:
                continue
            days.add(slot.date())
            if len(days) > DAYS_SHOWN:
                return slots
            slots.append(slot)
    return slots


def value(slot):
    """What the form sends back, the same in every zone: "2026-11-23T14:00Z"."""
    return f"{slot.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


def read(sent):
    """The slot of a value that the form offered."""
    return datetime.fromisoformat(sent)


def clock_words(slot):
    """ "9 to 9:30 am", or "1 am EDT to 1:30 am EDT" when the clock alone could mean two moments."""
    end = end_of(slot)
    if slot.replace(fold=0).utcoffset() == slot.replace(fold=1).utcoffset() == end.utcoffset():
        return hours.span(slot, end)
    return f"{hours.clock(slot)} {slot:%Z} to {hours.clock(end)} {end:%Z}"


def by_day(slots, now, zone):
    """[("Tomorrow", [(value, "9 to 9:30 am"), ...]), ...] as seen from a zone."""
    today = now.astimezone(zone).date()
    here = [slot.astimezone(zone) for slot in slots]
    return [
        (sentence_case(hours.day_words(date, today)), [(value(slot), clock_words(slot)) for slot in of_day])
        for date, of_day in groupby(here, key=datetime.date)
    ]


def too_early_or_late(slot, zone):
    """Whether part of the slot is before 8 am or after 9 pm where the person is. 47 CFR 64.1200(c)(1)."""
    here = slot.astimezone(zone)
    return not CALLS_FROM <= here.time() <= end_of(here).time() <= CALLS_UNTIL


def words(slot, clinic_zone, now, person_zone=None):
    """ "Monday, 9 to 9:30 am Eastern time, which is 8 to 8:30 am Central time"; the second part if it differs."""
    ours, theirs = slot.astimezone(clinic_zone), slot.astimezone(person_zone or clinic_zone)
    today, their_today = (now.astimezone(moment.tzinfo).date() for moment in (ours, theirs))

    def day(date):
        # “Tomorrow” is two dates when it is already tomorrow at one of the two places.
        return hours.day_words(date, today) if today == their_today else hours.date_words(date)

    here = f"{day(ours.date())}, {clock_words(ours)} {hours.zone_words(clinic_zone)}"
    if ours.utcoffset() == theirs.utcoffset():
        return here
    their_day = "" if ours.date() == theirs.date() else f"{day(theirs.date())}, "
    return f"{here}, which is {their_day}{clock_words(theirs)} {hours.zone_words(person_zone)}"
