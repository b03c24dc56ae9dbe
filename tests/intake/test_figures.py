"""The figures: months made by hand, whose numbers were worked out by hand."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from clinic.models import Clinic
from intake import figures
from intake.figures import Row, hide_small
from intake.models import CaseEntry, ConsultationRequest
from tests import factories

NOW = datetime(2026, 11, 25, 17, tzinfo=UTC)  # a Wednesday, noon in New York
ZONE = ZoneInfo("America/New_York")
Kind, Reason = CaseEntry.Kind, ConsultationRequest.ClosingReason


def hours(count):
    return timedelta(hours=count)


def asked(days_ago=3, *, promised=4, tried=None, happened=(), **given):
    """A request. `promised` and `tried` are hours after it came, `happened` is pairs of a kind and such hours."""
    received = NOW - timedelta(days=days_ago)
    made = factories.consultation_request(
        received_at=received,
        first_promise=promised and received + hours(promised),
        first_tried_at=None if tried is None else received + hours(tried),
        **given,
    )
    for kind, after in happened:
        CaseEntry.objects.create(request=made, kind=kind, at=received + hours(after))
    return made


def closed(reason, **given):
    by, _ = User.objects.get_or_create(username="desk")
    when = {"closed_at": NOW - timedelta(days=1)} | given
    return asked(state="closed", closing_reason=reason, closed_by=by, **when)


def counts(rows):
    return {row.label: row.count for row in rows}


# Small counts


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([12, 7, 5], [12, 7, 5]),
        ([12, 7, 3], [12, None, None]),  # 3 alone would be the rest of the total
        ([12, 7, 3, 2], [12, 7, None, None]),
        ([12, 7, 0, 0], [12, None, None, None]),  # two zeros are no better: their sum tells both
        ([12, 7, 7, 1], [12, None, None, None]),  # which of the two sevens would tell
        ([4, 4, 4], [None, None, None]),
        ([4], [None]),
        ([], []),
    ],
)
def test_small_counts_are_hidden_with_what_would_give_them_away(counts, shown):
    assert hide_small(counts) == shown


@given(st.lists(st.integers(0, 60), max_size=14))
def test_no_count_under_five_is_ever_shown(counts):
    shown = hide_small(counts)
    assert all(seen is None or seen == count >= 5 for seen, count in zip(shown, counts, strict=True))


@given(st.lists(st.integers(0, 60), min_size=2, max_size=14))
def test_what_is_hidden_could_as_well_stand_the_other_way_round(counts):
    """Another table with the same total looks the same, and differs at each hidden place; but for equal counts, which
    the next test looks at."""
    shown = hide_small(counts)
    hidden = [place for place, seen in enumerate(shown) if seen is None]
    if len({counts[place] for place in hidden}) < 2:
        return
    for place in hidden:
        other = next(other for other in hidden if counts[other] != counts[place])
        swapped = list(counts)
        swapped[place], swapped[other] = counts[other], counts[place]
        assert hide_small(swapped) == shown


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_nobody_can_work_out_a_hidden_count_from_the_total_and_the_rule(size):
    """Every table of this size, total by total: whoever sees one cannot tell it from another."""
    for total in range(5, 22):
        possible = defaultdict(lambda: [set() for _ in range(size)])
        for counts in tables(size, total):
            seen = possible[tuple(hide_small(counts))]
            for place, count in enumerate(counts):
                seen[place].add(count)
        for shown, at_each_place in possible.items():
            assert all(len(at_each_place[place]) > 1 for place, count in enumerate(shown) if count is None), shown


def tables(size, total):
    if size == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in tables(size - 1, total - first):
            yield (first, *rest)


# How soon


@pytest.mark.parametrize(
    ("promised", "tried", "ended", "outcome"),
    [
        (-2, -3, None, True),
        (-2, -2, None, True),
        (-2, -1, None, False),
        (-2, None, None, False),
        (1, None, None, None),  # there is still time
        (1, -1, None, True),
        (-2, None, -3, None),  # the person no longer waited
        (-2, None, -1, False),  # they took it back after we were late
        (-2, -1, -3, None),
        (None, -1, None, None),  # nothing was promised
    ],
)
def test_a_promise_is_kept_broken_or_still_open(promised, tried, ended, outcome):
    moments = [None if after is None else NOW + hours(after) for after in (promised, tried, ended)]
    assert figures.was_kept(*moments, NOW) is outcome


@pytest.mark.django_db
class TestReplies:
    def test_a_month_worked_out_by_hand(self):
        for tried in (1, 1, 2, 3, 3, 4):
            asked(tried=tried)  # kept: six
        asked(tried=9)  # broken
        asked()  # broken: nobody tried
        asked(happened=[(Kind.WITHDRAWN, 1)])  # not counted: taken back in time
        asked(happened=[(Kind.WITHDRAWN, 5)])  # broken: taken back too late
        asked(days_ago=0.1)  # not counted: there is still time
        asked(tried=2, happened=[(Kind.PAUSED, 3)])  # kept
        closed(Reason.NOT_A_REQUEST)  # not counted: an advertisement
        asked(held_because="Sent within 3 seconds")  # not counted
        asked(days_ago=31, tried=9)  # not counted: too long ago
        found = figures.replies(NOW)
        # First tries after 1, 1, 2, 2, 3, 3, 4 and 9 hours.
        assert (found.median, found.kept, found.promised, found.percent) == (None, 7, 10, 70)
        asked(tried=3, promised=None)
        asked(tried=3, promised=None)
        assert figures.replies(NOW).median == hours(3)  # 1, 1, 2, 2, 3, 3, 3, 3, 4, 9

    def test_of_an_even_number_the_middle_of_the_two_in_the_middle(self):
        for tried in (1, 1, 1, 1, 1, 2, 2, 2, 2, 50):
            asked(tried=tried)
        assert figures.replies(NOW).median == hours(1.5)

    def test_few_are_no_rate(self):
        for _ in range(9):
            asked(tried=1)
        found = figures.replies(NOW)
        assert (found.median, found.kept, found.promised, found.percent) == (None, None, None, None)

    def test_a_hundred_percent_is_only_all(self):
        found = figures.Replies(median=None, kept=199, promised=200)
        assert found.percent == 99

    @pytest.mark.parametrize(
        ("kept", "promised", "may_be_shown"),
        [(56, 56, True), (55, 56, False), (52, 56, False), (51, 56, True), (0, 56, True), (4, 56, False)],
    )
    def test_one_to_four_promises_are_no_counts(self, kept, promised, may_be_shown):
        assert figures.Replies(median=None, kept=kept, promised=promised).has_counts is may_be_shown

    def test_of_too_few_promises_there_are_no_counts(self):
        assert not figures.Replies(median=None, kept=None, promised=None).has_counts

    @pytest.mark.parametrize(("broken", "said"), [(0, "20 of 20"), (1, "95%"), (5, "15 of 20")])
    def test_the_pages_of_the_desk_never_say_that_one_was_broken(self, admin_client, broken, said, monkeypatch):
        factories.clinic()
        found = figures.Replies(median=None, kept=20 - broken, promised=20)
        monkeypatch.setattr(figures, "replies", lambda now: found)
        for name in ("admin:index", "admin:figures"):
            page = admin_client.get(reverse(name)).text
            assert f"<strong>{said}</strong>" in page
            assert ("of 20" in page) == (broken != 1)


# How many


@pytest.mark.django_db
class TestAsked:
    def test_weeks_begin_on_monday_in_the_clinics_own_time(self):
        monday = datetime(2026, 11, 23, 5, tzinfo=UTC)  # midnight in New York
        for _ in range(6):
            factories.consultation_request(received_at=monday)
        for _ in range(7):
            factories.consultation_request(received_at=monday - timedelta(seconds=1))
        for _ in range(8):
            factories.consultation_request(received_at=monday - timedelta(weeks=11))
        factories.consultation_request(received_at=monday - timedelta(weeks=12))
        by_week, _, _ = figures.asked(NOW, ZONE)
        assert len(by_week) == 12
        assert by_week[0].label == "Sep 7"
        # The other nine weeks hold nothing, so the smallest count hides with them.
        assert [row.count for row in by_week if row.count] == [8, 7]
        assert by_week[-1] == Row("Nov 23", None)

    def test_routes_and_programs(self):
        day, evening = factories.program(short_name="Day"), factories.program(short_name="Evening")
        gone = factories.program(short_name="Gone", is_published=False)
        for route, program, times in [
            ("self", day, 9),
            ("loved_one", evening, 6),
            ("client", gone, 3),
            ("self", None, 4),
        ]:
            for _ in range(times):
                asked(asking_for=route, program=program)
        _, by_route, by_program = figures.asked(NOW, ZONE)
        assert counts(by_route) == {
            "Themselves": 13,
            "Someone they care about": None,
            "A patient or client": None,
        }
        assert counts(by_program) == {"Day": 9, "Evening": 6, figures.ANOTHER: 7}

    def test_tries_until_reached(self):
        for missed, people in [(0, 8), (1, 5), (2, 1), (6, 2)]:
            for _ in range(people):
                happened = [(Kind.NO_ANSWER, n) for n in range(missed)] + [(Kind.REACHED, missed)]
                asked(happened=[*happened, (Kind.NO_ANSWER, missed + 1), (Kind.BOOKED, missed + 2)])
        asked(happened=[(Kind.MESSAGE, 1), (Kind.WRONG, 2)])  # not reached yet
        for _ in range(4):
            asked(happened=[(Kind.MESSAGE, 1), (Kind.WRONG, 2), (Kind.BOOKED, 3)])
        assert counts(figures.tries_until_reached(NOW, ZONE)) == {
            "1 try": 8,
            "2 tries": 5,
            "3 tries": 5,
            "4 tries": None,
            "5 tries": None,
            "6 tries or more": None,
        }

    def test_closing_reasons_of_the_last_weeks(self):
        for reason, people in [(Reason.STARTED, 6), (Reason.FULL, 5), (Reason.ANSWERED, 2), (Reason.ELSEWHERE, 1)]:
            for _ in range(people):
                closed(reason)
        closed(Reason.STARTED, closed_at=NOW - timedelta(weeks=13))
        found = counts(figures.closing_reasons(NOW, ZONE))
        assert {label: count for label, count in found.items() if count} == {
            "Starts care with us": 6,
            "We are full": 5,
        }
        assert len(found) == len(Reason)

    def test_costs_the_same_however_many(self):
        def cost():
            with CaptureQueriesContext(connection) as queries:
                figures.replies(NOW)
                figures.asked(NOW, ZONE)
                figures.tries_until_reached(NOW, ZONE)
                figures.closing_reasons(NOW, ZONE)
            return len(queries)

        nothing = cost()
        for _ in range(12):
            asked(tried=1, program=factories.program(), happened=[(Kind.REACHED, 1)])
        assert cost() == nothing <= 5

    def test_decrypts_nothing(self):
        asked(tried=1)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE intake_consultationrequest SET name = 'sealed by a key that is gone'")
        assert figures.replies(NOW).median is None
        assert figures.asked(NOW, ZONE)


# What the public reads

SAID = "In the last 30 days we called or answered in time for 19 of 20 requests."


@pytest.mark.django_db
class TestPublicRate:
    @pytest.fixture(autouse=True)
    def _in_the_month(self, monkeypatch):
        factories.clinic(shows_promise_rate=True)
        monkeypatch.setattr(figures.timezone, "now", lambda: NOW)

    def twenty(self):
        asked(tried=9)
        for _ in range(19):
            asked(tried=1)

    def test_is_said_beside_the_promise(self, client):
        self.twenty()
        assert SAID in client.get("/request/").text

    def test_costs_the_page_one_query_an_hour(self, client, django_assert_num_queries):
        self.twenty()

        def cost_of_a_new_page():
            cache.delete("intake.empty_form")
            with CaptureQueriesContext(connection) as queries:
                client.get("/request/")
            return len(queries)

        first = cost_of_a_new_page()
        assert cost_of_a_new_page() == first - 1 <= 8
        with django_assert_num_queries(0):
            client.get("/request/")

    def test_is_not_said_unless_the_clinic_wants_it(self, client, django_assert_num_queries):
        self.twenty()
        Clinic.objects.update(shows_promise_rate=False)
        assert "In the last 30 days" not in client.get("/request/").text
        with django_assert_num_queries(0):
            assert figures.public_rate(Clinic(shows_promise_rate=False)) is None

    def test_is_not_said_of_nineteen(self, client):
        for _ in range(19):
            asked(tried=1)
        assert "In the last 30 days" not in client.get("/request/").text

    def test_is_counted_once_an_hour(self, django_assert_num_queries):
        self.twenty()
        with django_assert_num_queries(1):
            figures.public_rate(Clinic(shows_promise_rate=True))
        with django_assert_num_queries(0):
            assert figures.public_rate(Clinic(shows_promise_rate=True)).kept == 19

    @pytest.mark.parametrize("broken", [(figures, "replies"), (cache, "get_or_set")])
    def test_nothing_is_said_when_it_cannot_be_counted(self, monkeypatch, broken):
        self.twenty()

        def fail(*args):
            raise OperationalError("Marigold")

        monkeypatch.setattr(*broken, fail)
        assert figures.public_rate(Clinic(shows_promise_rate=True)) is None

    def test_the_form_opens_when_it_cannot_be_counted(self, client, monkeypatch, caplog):
        def fail(*args):
            raise OperationalError("Marigold")

        monkeypatch.setattr(figures, "replies", fail)
        assert client.get("/request/").status_code == 200
        assert "OperationalError" in caplog.text
        assert "Marigold" not in caplog.text
