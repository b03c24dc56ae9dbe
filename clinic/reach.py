"""When somebody answers the phone, in words for a page."""

from clinic import hours


class Reach:
    """The hours as they stand now."""

    def __init__(self, clinic):
        self.clinic = clinic
        self.now = clinic.local_now()

    def status(self):
        return hours.status(self.clinic.schedule, self.now)

    def is_open(self):
        return hours.open_until(self.clinic.schedule, self.now) is not None

    def opens(self):
        """For a button, while nobody is in: "We open at 9 am", "We open Monday at 8 am"; else ""."""
        start = hours.opens_next(self.clinic.schedule, self.now)
        if self.is_open() or not start:
            return ""
        day = "" if start.date() == self.now.date() else f"{hours.day_words(start.date(), self.now.date())} "
        return f"We open {day}at {hours.clock(start)}"

    def weekly(self):
        return hours.weekly_words(self.clinic.schedule)

    def exceptions(self):
        return [
            {"date": date, "hours": " and ".join(hours.span(*times) for times in spans) or "closed", "note": note}
            for date, spans, note in hours.coming_exceptions(self.clinic.schedule, self.now.date())
        ]
