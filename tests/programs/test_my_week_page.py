"""“Will it fit my week?” as a page: what it shows, what it keeps out of sight, and what it costs."""

import re
from datetime import time, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from clinic.models import OpeningHours, PageText
from programs.forms import WeekForm
from programs.models import Track
from tests import factories
from tests.programs.in_memory import STAY

pytestmark = pytest.mark.django_db

WORK = {"work_days": ["0", "1", "2"], "work_starts": "10:15", "work_ends": "17:45", "travel": "30"}
MONDAY, TUESDAY = 0, 1


@pytest.fixture(autouse=True)
def clinic():
    return factories.clinic()


def mornings(**given):
    """A program with three fixed mornings and two by choice, 9 am to noon."""
    made = factories.program(**given)
    factories.full_track(made)
    return made


def send(client, **answers):
    response = client.post("/fit-my-week/", answers)
    assert response.status_code == 200
    return response


def groups(text):
    """{heading: names of the tracks under it}."""
    main = re.search(r"<main.*?</main>", text, re.DOTALL)[0]
    found = {}
    for kind, words in re.findall(r"<(h[34])[^>]*>(.*?)</h[34]>", main, re.DOTALL):
        if kind == "h3":
            found[words] = []
        else:
            found[list(found)[-1]].append(words)
    return found


class TestForm:
    def test_a_day_sent_many_times_counts_once(self, client):
        mornings()
        once, often = (send(client, **WORK | {"work_days": ["0"] * times}) for times in (1, 900))
        assert often.text == once.text

    def test_of_what_no_person_types_little_is_shown_again(self, client):
        mornings()
        given = {"work_days": ["0"] * 300 + ["x" * 1000] * 300, "work_starts": "9" * 500_000}
        text = send(client, **given).text
        assert "Choose days from Monday to Sunday." in text
        assert text.count(" checked") == 1
        assert "9" * 21 not in text
        assert "x" * 1000 not in text

    def test_it_is_empty_at_first_and_shows_no_answer(self, client):
        mornings()
        text = client.get("/fit-my-week/").text
        assert "<h1>Will it fit my week?</h1>" in text
        assert 'method="post"' in text
        assert "checked" not in text
        assert 'id="result"' not in text

    def test_nothing_has_to_be_filled_in(self, client):
        mornings()
        assert groups(send(client).text) == {"These fit": ["Morning track"]}

    def test_each_kind_of_hours_may_have_a_second_time(self, client):
        second = {f"work_other_{name}": value for name, value in [("starts", "13:00"), ("ends", "21:00")]}
        sent = {"work_days": ["0"], "work_starts": "09:00", "work_ends": "17:00", "work_other_days": ["1"], **second}
        form = WeekForm(sent)
        assert form.is_valid()
        assert [(busy.part, busy.weekday, busy.starts) for busy in form.busy()] == [
            ("work", 0, time(9)),
            ("work", 1, time(13)),
        ]
        assert client.get("/fit-my-week/").text.count("<summary>Add a second time") == 3
        assert send(client, **sent).text.count('<details class="folded" open>') == 1

    @pytest.mark.parametrize("part", ["work", "school", "care", "work_other", "school_other", "care_other"])
    @pytest.mark.parametrize(
        ("given", "wrong"),
        [
            ({"days": ["0"]}, {"starts", "ends"}),
            ({"starts": "09:00", "ends": "17:00"}, {"days"}),
            ({"days": ["0"], "starts": "00:00"}, {"ends"}),
            ({"days": ["0"], "starts": "09:00", "ends": "09:00"}, {"ends"}),
            ({"days": ["7"], "starts": "09:00", "ends": "17:00"}, {"days"}),
            ({"days": ["0"], "starts": "early", "ends": "17:00"}, {"starts"}),
        ],
    )
    def test_a_part_is_whole_or_one_sentence_beside_the_field_says_what_is_missing(self, part, given, wrong):
        form = WeekForm({f"{part}_{name}": value for name, value in given.items()})
        assert set(form.errors) == {f"{part}_{name}" for name in wrong}
        assert all(len(sentences) == 1 and sentences[0].endswith(".") for sentences in form.errors.values())

    @pytest.mark.parametrize("typed", ["17:30", "17:30:00", "5:30 pm", "05:30PM"])
    def test_a_time_may_be_typed_where_a_browser_has_no_clock(self, typed):
        form = WeekForm({"work_days": ["0"], "work_starts": "9 am", "work_ends": typed})
        assert form.is_valid()
        assert [(hours.starts, hours.ends) for hours in form.busy()] == [(time(9), time(17, 30))]

    def test_a_shift_may_start_or_end_at_midnight(self):
        form = WeekForm({"work_days": ["6"], "work_starts": "16:00", "work_ends": "00:00"})
        assert form.is_valid()
        assert [hours.stretch for hours in form.busy()] == [(6 * 1440 + 960, 7 * 1440)]

    def test_an_error_keeps_everything_that_was_typed(self, client):
        response = send(client, **WORK, care_days=["3"], care_starts="08:20")
        text = response.text
        assert "<title>Error: Will it fit my week?" in text
        assert "One answer needs a look" in text
        assert '<a href="#id_care_ends">Enter when your time of caring ends.</a>' in text
        assert text.count(" checked") == 4
        for value in ["10:15", "17:45", "08:20"]:
            assert f'value="{value}"' in text
        assert re.search(r'<option value="30" selected', text)
        assert 'id="result"' not in text

    def test_the_answer_keeps_the_hours_to_change_them(self, client):
        text = send(client, **WORK).text
        assert text.count(" checked") == 3
        assert 'value="10:15"' in text

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.dictionaries(
            st.sampled_from([*WeekForm.base_fields, "track", "other"]),
            st.one_of(st.text(max_size=12), st.lists(st.sampled_from(["0", "6", "7", "", "x", "\x00"]), max_size=9)),
        )
    )
    def test_whatever_is_sent_there_is_a_page(self, client, answers):
        text = send(client, **answers).text
        assert ("needs a look" in text or "need a look" in text) != ('id="result"' in text)


class TestPrivacy:
    def test_nothing_is_kept_and_nothing_is_in_an_address(self, client):
        mornings()
        with CaptureQueriesContext(connection) as queries:
            response = send(client, **WORK)
        assert all(query["sql"].startswith("SELECT") for query in queries.captured_queries)
        assert response.cookies == {}
        assert "private" in response["Cache-Control"]
        addresses = re.findall(r'(?:href|action|src)="([^"]*)"', response.text)
        assert addresses
        assert not [address for address in addresses if "?" in address or "10:15" in address]

    def test_hours_in_an_address_are_not_read(self, client):
        text = client.get("/fit-my-week/", WORK).text
        assert "10:15" not in re.search("<main.*</main>", text, re.DOTALL)[0]
        assert 'id="result"' not in text

    def test_a_form_from_a_page_without_a_cookie_is_answered(self):
        assert Client(enforce_csrf_checks=True).post("/fit-my-week/", WORK).status_code == 200


class TestAnswer:
    def test_tracks_stand_under_how_they_fit(self, client):
        made = mornings(title="Our program")
        evening = factories.track(made, name="Evening track", part_of_day="evening")
        factories.slot(evening, MONDAY, time(18))
        factories.slot(evening, TUESDAY, time(18))
        text = send(client, work_days=["0"], work_starts="11:00", work_ends="17:00").text
        assert groups(text) == {"These fit": ["Evening track"], "These nearly fit": ["Morning track"]}
        assert "One track fits your week. One nearly fits." in text
        assert "Monday, 9 am to noon, is during your work (11 am to 5 pm)." in text
        assert "The Evening track of this program fits your week." in text
        assert f'<a href="{made.get_absolute_url()}">Our program</a>' in text
        assert "A full week is not the end of it" not in text

    def test_when_nothing_fits_there_is_a_person_to_call(self, client):
        mornings()
        text = send(client, work_days=list("01234"), work_starts="08:00", work_ends="17:00").text
        assert groups(text) == {"These do not fit": ["Morning track"]}
        assert "No track fits your week. One does not fit." in text
        assert text.index("A full week is not the end of it") < text.index("These do not fit")

    def test_care_by_day_and_night_and_times_made_with_you_are_left_out_with_a_sentence(self, client):
        stay = factories.program(short_name="Inpatient care")
        factories.slot(factories.track(stay, **STAY), MONDAY, time(0))
        visits = factories.program(short_name="Therapy visits")
        factories.track(visits)
        text = send(client).text
        assert groups(text) == {}
        assert f'<a href="{stay.get_absolute_url()}">Inpatient care</a> is day and night' in text
        assert f'The times of <a href="{visits.get_absolute_url()}">Therapy visits</a> are made with you' in text
        assert "We have no fixed weeks to compare with right now." in text

    @pytest.mark.parametrize("hidden", [{"is_published": False}, {"is_offered": False}])
    def test_only_what_is_public_and_offered_is_compared(self, client, hidden):
        mornings(title="Hidden", **hidden)
        text = send(client).text
        assert groups(text) == {}
        assert "Hidden" not in text

    def test_it_says_whether_there_is_room(self, client):
        factories.opening(Track.objects.get(program=mornings()))
        assert "New people can start now. Checked today." in send(client).text

    def test_staff_may_add_words_about_how_weeks_are_compared(self, client):
        assert "How we compare" not in client.get("/fit-my-week/").text
        PageText.objects.create(page=PageText.Page.FIT_MY_WEEK, place="how", title="How we compare", text="We count.")
        assert "How we compare" in client.get("/fit-my-week/").text

    def test_it_costs_the_same_whatever_there_is_to_compare(self, client, django_assert_max_num_queries):
        mornings()
        with CaptureQueriesContext(connection) as few:
            send(client, **WORK)
        for _ in range(10):
            factories.opening(Track.objects.get(program=mornings()))
        with django_assert_max_num_queries(8) as many:
            send(client, **WORK)
        assert len(many) == len(few)


class TestCalendar:
    def post(self, client, track):
        return client.post("/fit-my-week/calendar/", {"track": track})

    def test_it_is_a_file_that_no_browser_keeps(self, client):
        track = Track.objects.get(program=mornings())
        response = self.post(client, track.pk)
        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        assert response["Content-Disposition"] == 'attachment; filename="schedule.ics"'
        assert response["Cache-Control"] == "no-store"
        assert response.cookies == {}
        assert len(Calendar.from_ical(response.content).events) == 3

    def test_it_names_the_clinics_time_zone(self, client, clinic):
        clinic.time_zone = "America/Denver"
        clinic.save()
        response = self.post(client, Track.objects.get(program=mornings()).pk)
        assert "DTSTART;TZID=America/Denver:" in response.text

    def test_it_starts_when_somebody_can_start_and_leaves_holidays_out(self, client, clinic):
        track = Track.objects.get(program=mornings())
        monday = clinic.local_now().date()
        monday += timedelta(days=28 - monday.weekday())
        factories.opening(track, state="waitlist", next_start=monday)
        OpeningHours.objects.create(date=monday + timedelta(days=7), note="A holiday")  # closed
        OpeningHours.objects.create(date=monday + timedelta(days=9), opens=time(9), closes=time(13))  # shorter
        OpeningHours.objects.create(date=monday + timedelta(days=14), opens=time(7), closes=time(21))  # longer
        events = Calendar.from_ical(self.post(client, track.pk).content).events
        assert [event["DTSTART"].dt.date() for event in events] == [monday + timedelta(days=n) for n in (0, 2, 4)]
        left_out = [moment.dt.date() for event in events if "EXDATE" in event for moment in event["EXDATE"].dts]
        assert left_out == [monday + timedelta(days=7), monday + timedelta(days=9)]

    def test_a_track_that_does_not_fit_offers_no_file(self, client):
        mornings()
        button = "Keep this week as a calendar file"
        assert button in send(client).text
        assert button not in send(client, work_days=list("01234"), work_starts="08:00", work_ends="17:00").text

    @pytest.mark.parametrize("track", ["", "x", "0", "-1", "1.5", "9" * 40, "\x00", "é", "1 OR 1"])
    def test_what_names_no_track_is_not_found(self, client, track):
        mornings()
        assert self.post(client, track).status_code == 404

    @pytest.mark.parametrize("hidden", [{"is_published": False}, {"is_offered": False}])
    def test_a_track_that_is_not_public_is_not_found(self, client, hidden):
        assert self.post(client, Track.objects.get(program=mornings(**hidden)).pk).status_code == 404

    def test_a_track_without_a_week_is_not_found(self, client):
        assert self.post(client, factories.track(factories.program()).pk).status_code == 404

    def test_it_is_asked_for_by_post_only(self, client):
        assert client.get("/fit-my-week/calendar/").status_code == 405
