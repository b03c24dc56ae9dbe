"""When somebody answers the phone, in words for a page."""

from functools import cached_property

from clinic import hours
from clinic.models import OpeningHours


class Reach:
    """Reads the hours once, when a page first asks."""

    def __init__(self, clinic):
        self.now = clinic.local_now()
        self.reply_hours = clinic.reply_hours

    @cached_property
    def schedule(self):
        return hours.Schedule.of(OpeningHours.objects.all())

    def status(self):
        return hours.status(self.schedule, self.now)

    def is_open(self):
        return hours.open_until(self.schedule, self.now) is not None

    def weekly(self):
        return hours.weekly_words(self.schedule)

    def exceptions(self):
        return [
            {"date": date, "hours": " and ".join(hours.span(*times) for times in spans) or "closed", "note": note}
            for date, spans, note in hours.coming_exceptions(self.schedule, self.now.date())
        ]

    def reply_by(self):
        """By when a request sent now is answered: "4:30 pm today"; "" when no hours are set."""
        moment = hours.reply_by(self.schedule, self.now, self.reply_hours)
        return hours.moment_words(moment, self.now) if moment else ""
