"""Each colleague who works on requests chooses for themself how often mail reminds them."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from intake.admin import reminder
from intake.models import ReminderChoice
from tests import factories
from tests.intake.test_reminders import DAILY, OFF, colleague

pytestmark = pytest.mark.django_db


@pytest.fixture
def url():
    factories.clinic()
    return reverse("reminders")


@pytest.fixture
def me(client):
    user = colleague(OFF, username="ottoline")
    client.force_login(user)
    return user


def test_a_colleague_chooses_for_themself_and_nobody_else(client, url, me):
    other = colleague(OFF)
    answer = client.post(url, {"how_often": "daily", "user": other.pk}, follow=True)
    assert "Saved. Your choice: Once a day, when something waits." in answer.text
    me.reminder_choice.refresh_from_db()
    assert me.reminder_choice.how_often == DAILY
    other.reminder_choice.refresh_from_db()
    assert other.reminder_choice.how_often == OFF
    assert answer.context["form"]["how_often"].value() == "daily"


def test_who_never_chose_gets_none_and_may_choose(client, url, me):
    ReminderChoice.objects.all().delete()
    page = client.get(url)
    assert page.context["form"]["how_often"].value() == "off"
    assert not ReminderChoice.objects.exists()
    client.post(url, {"how_often": "at_once"})
    assert ReminderChoice.objects.get(user=me).reminded_at


@pytest.mark.parametrize("sent", [{}, {"how_often": ""}, {"how_often": "each minute"}])
def test_what_is_no_choice_changes_nothing_and_is_said_in_words(client, url, me, sent):
    answer = client.post(url, {"csrf": "x", **sent})
    assert answer.status_code == 200
    assert "<title>Error: Reminders" in answer.text
    assert "Choose" in answer.context["form"].errors["how_often"][0]
    me.reminder_choice.refresh_from_db()
    assert me.reminder_choice.how_often == OFF


def test_each_choice_has_its_own_hint_in_whatever_order_they_are_written(client, url, me, monkeypatch):
    hints = dict(reversed(reminder.HINTS.items()))
    monkeypatch.setattr(reminder, "HINTS", hints)
    shown = {option.data["value"]: hint for option, hint in client.get(url).context["options"]}
    assert shown == hints


def test_the_page_says_where_mail_goes_and_what_it_holds(client, url, me):
    page = client.get(url).text
    assert f"To <strong>{me.email}</strong>" in page
    assert "New: 2. Waiting: 5. Late: 1." in page


def test_who_has_no_address_is_told_where_the_choice_is_and_again_when_it_is_saved(client, url, me):
    assert "no mail can reach you" not in client.get(url).text
    assert "No mail can reach you" not in client.post(url, {"how_often": "daily"}, follow=True).text
    User.objects.update(email="")
    page = client.get(url).text
    assert page.index("no mail can reach you") < page.index("How often do you want mail?")
    assert (
        "Your choice: At once. No mail can reach you yet"
        in client.post(url, {"how_often": "at_once"}, follow=True).text
    )
    assert "No mail can reach you yet" not in client.post(url, {"how_often": "off"}, follow=True).text


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("who", ["nobody", "an editor", "not on staff", "account off"])
def test_others_have_no_such_page(client, url, me, who, method):
    if who == "an editor":
        me.user_permissions.clear()
    User.objects.filter(pk=me.pk).update(is_staff=who != "not on staff", is_active=who != "account off")
    if who == "nobody":
        client.logout()
    answer = getattr(client, method)(url, {"how_often": "daily"})
    assert answer.status_code == (302 if who != "an editor" and method == "get" else 403)
    assert "How often do you want mail?" not in answer.text
    assert ReminderChoice.objects.get().how_often == OFF
    if who == "an editor":
        assert url not in client.get(reverse("admin:index")).text


def test_a_choice_comes_from_our_own_page_only(url, me):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(me)
    assert strict.post(url, {"how_often": "daily"}).status_code == 403
    assert ReminderChoice.objects.get().how_often == OFF


def test_the_desk_leads_to_it(client, url, me):
    assert f'<a href="{url}">Reminders</a>' in client.get(reverse("admin:index")).text
