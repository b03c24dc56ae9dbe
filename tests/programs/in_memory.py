"""Programs with tracks and slots that no database holds: what computes from their columns needs none."""

from datetime import time

from programs.models import LevelOfCare, Program, ScheduleSlot, Track

IOP = LevelOfCare(pk=1, name="IOP", weekly_hours_min=9, weekly_hours_max=19)
SIZE = {"group_size_min": 6, "group_size_max": 12}
EVENING = {"part_of_day": "evening"}
STAY = {"part_of_day": "all_day", "days_min": 7, "days_max": 7, "session_minutes": 1440}


def slot(weekday=0, starts=time(9), **given):
    return ScheduleSlot(weekday=weekday, starts=starts, **given)


def track(*slots, **given):
    """Three to five mornings of three hours, unless something else is given."""
    values = {
        "name": "Morning track",
        "part_of_day": "morning",
        "days_min": 3,
        "days_max": 5,
        "session_minutes": 180,
        "weeks_min": 8,
        "weeks_typical": 12,
    }
    made = Track(pk=1, **values | given)
    made._prefetched_objects_cache = {"slots": list(slots)}
    return made


def program(*tracks, **given):
    values = {"pk": 1, "short_name": "IOP", "level": IOP, "lives_at": "home", "for_substance_use": True}
    made = Program(**values | given)
    made._prefetched_objects_cache = {"tracks": list(tracks)}
    return made
