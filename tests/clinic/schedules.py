"""Hours and moments to test with: those of one clinic, and those that hypothesis makes up."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from clinic.hours import Schedule

ZONE = ZoneInfo("America/New_York")
MORNING, AFTERNOON = (time(9), time(12)), (time(13), time(17))
THANKSGIVING, DAY_AFTER = date(2026, 11, 26), date(2026, 11, 27)
SCHEDULE = Schedule(
    weekly={weekday: [MORNING, AFTERNOON] for weekday in range(5)},
    dates={THANKSGIVING: [], DAY_AFTER: [(time(10), time(12))]},
)
NO_HOURS = Schedule({}, {})
AROUND_THE_NIGHT = Schedule({6: [(time(0), time(6))]}, {})
CLOCKS_GO_BACK, CLOCKS_GO_FORWARD = "2026-11-01", "2027-03-14"
# Nights in which clocks change
CHANGES = [
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("America/Havana", date(2026, 3, 8)),  # has no midnight
    ("America/Havana", date(2026, 11, 1)),
    ("America/Santiago", date(2026, 4, 5)),
    ("America/Santiago", date(2026, 9, 6)),  # has no midnight
    ("Australia/Lord_Howe", date(2026, 10, 4)),  # by half an hour
    ("Pacific/Chatham", date(2026, 9, 27)),  # 45 minutes past the hour
    ("Asia/Kathmandu", date(2026, 11, 1)),  # never, and 45 minutes past the hour
]
QUARTERS = [time(quarter // 4, quarter % 4 * 15) for quarter in range(24 * 4)]


def at(words, fold=0):
    return datetime.fromisoformat(words).replace(tzinfo=ZONE, fold=fold)


@st.composite
def spans(draw, edges, min_spans=0):
    chosen = sorted(draw(st.sets(st.sampled_from(edges), min_size=2 * min_spans, max_size=6)))
    return list(zip(chosen[::2], chosen[1::2], strict=False))


# Spans start at 3 am at the earliest: the nights in which clocks change have tests of their own.
daytime = spans(QUARTERS[3 * 4 :])
moments = st.datetimes(datetime(2026, 10, 1), datetime(2027, 4, 30), timezones=st.just(UTC))
schedules = st.builds(
    Schedule,
    weekly=st.dictionaries(st.integers(0, 6), daytime),
    dates=st.dictionaries(st.dates(date(2026, 10, 1), date(2027, 6, 30)), daytime, max_size=8),
)


@st.composite
def nights_of_change(draw):
    """(schedule, moment): somebody is in every day, at any hour, but on some dates; the clocks change about now."""
    zone, day = draw(st.sampled_from(CHANGES))
    daily = spans([*QUARTERS, time(23, 59)], min_spans=1)
    dates = st.dates(day - timedelta(days=2), day + timedelta(days=2))
    schedule = Schedule(
        weekly={weekday: draw(daily) for weekday in range(7)},
        dates=draw(st.dictionaries(dates, spans(QUARTERS), max_size=2)),
    )
    minutes = draw(st.integers(-2 * 24 * 12, 24 * 12)) * 5
    midnight = datetime.combine(day, time(), tzinfo=UTC)
    return schedule, (midnight + timedelta(minutes=minutes)).astimezone(ZoneInfo(zone))


def is_staffed(schedule, moment):
    """What the clock on the wall and the hours on the door say."""
    return any(opens <= moment.time() < closes for opens, closes in schedule.on(moment.date()))


def every_minute(start, minutes, step=1):
    for second in range(0, minutes * 60, step * 60):
        yield datetime.fromtimestamp(start.timestamp() + second, tz=start.tzinfo)
