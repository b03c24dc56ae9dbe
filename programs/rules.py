"""What cannot be true of a program: sentences for staff. Nothing here stops anything; the admin does that."""

from clinic import hours
from programs.facts import Kind, Span, group_hours, part_of_day


def contradictions(track, slots):
    """Sentences that say how a track's columns and its slots disagree; none when all is well."""
    found = []
    groups = [slot for slot in slots if slot.kind == Kind.GROUP]
    if groups and not track.is_all_day:
        all_days = {slot.weekday for slot in groups}
        fixed_days = {slot.weekday for slot in groups if not slot.by_choice}
        if len(all_days) != track.days_max:
            found.append(
                f"Groups are on {Span(len(all_days), len(all_days)).of('day', 'days')} of the week,"
                f" but the track says people come up to {track.days_max}."
            )
        elif len(fixed_days) != track.days_min:
            found.append(
                f"{Span(len(fixed_days), len(fixed_days)).of('group day is', 'group days are')} not by choice,"
                f" but the track says everybody comes {Span(track.days_min, track.days_min).of('day', 'days')} or more."
            )
        outside = [slot for slot in groups if part_of_day(slot.starts) != track.part_of_day]
        if outside:
            found.append(
                f"A group starts at {hours.clock(outside[0].starts)}, which is not in the {track.part_of_day}."
            )
    if sum(slot.kind == Kind.INDIVIDUAL for slot in slots) > track.individual_sessions:
        found.append("The week has more one-to-one sessions than the track says each person has.")
    if track.is_all_day and (track.days_min, track.days_max) != (7, 7):
        found.append("Care by day and night is on 7 days a week. Enter 7 for both numbers of days.")
    if track.outline_id and not track.is_all_day:
        parts = sum(part.minutes for part in track.outline.parts.all())
        if parts != track.session_minutes:
            found.append(
                f"The parts of the session outline “{track.outline}” take {parts} minutes,"
                f" but a session takes {track.session_minutes}."
            )
    return found


def unusual_hours(track):
    """A sentence when the hours of group a week are outside the level's range, else "". For IOP the range is
    9 to 19 hours (ASAM level 2.1, adults)."""
    level = track.program.level
    week_hours = group_hours(track)
    if level.weekly_hours_min is not None and week_hours.low < level.weekly_hours_min:
        return (
            f"{track.days_min} × {track.session_minutes} minutes make {week_hours.low:g} hours a week, fewer than the"
            f" {level.weekly_hours_min} that “{level}” starts at."
        )
    if level.weekly_hours_max is not None and week_hours.high > level.weekly_hours_max:
        return (
            f"{track.days_max} × {track.session_minutes} minutes make {week_hours.high:g} hours a week, more than the"
            f" {level.weekly_hours_max} that “{level}” ends at."
        )
    return ""


def missing_to_publish(program, criteria_count, track_count):
    """Sentences that say what a program we offer still lacks before the public may see it."""
    missing = []
    if program.is_offered and not criteria_count:
        missing.append("Add at least one criterion: who the program may fit, and who is safer elsewhere.")
    if program.is_offered and not track_count:
        missing.append("Add at least one track first: its days and hours are what people ask about.")
    return missing
