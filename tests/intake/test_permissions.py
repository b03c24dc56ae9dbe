"""What a colleague may do is asked in one place."""

import pytest
from django.contrib.auth.models import User

from intake import permissions, reminders
from intake.models import ReminderChoice
from tests.intake.admin.desk import WORDS, WORK, colleague

pytestmark = pytest.mark.django_db


def test_colleagues_are_those_who_may_work_on_requests_now():
    mia, ana = colleague("mia", WORK, first_name="Mia"), colleague("ana", WORK, first_name="Ana")
    colleague("reader", WORDS)
    colleague("gone", WORK, is_active=False)
    User.objects.filter(pk=colleague("visitor", WORK).pk).update(is_staff=False)
    assert list(permissions.colleagues()) == [ana, mia]


def test_who_gets_reminders_is_one_of_them():
    ana, reader = colleague("ana", WORK, email="ana@example.com"), colleague("reader", WORDS, email="r@example.com")
    for user in (ana, reader):
        ReminderChoice.objects.create(user=user, how_often="daily")
    assert list(reminders.colleagues()) == [ana]


@pytest.mark.parametrize(
    ("rights", "may_reveal"),
    [([], False), (["see_words"], False), (["reveal_contact"], False), (["see_words", "reveal_contact"], True)],
)
def test_a_number_is_for_who_may_read_the_rules_too(rights, may_reveal):
    assert permissions.may_reveal(colleague("desk", *rights)) == may_reveal
