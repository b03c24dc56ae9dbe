"""The demo: real requests through the real form, accounts whose passwords are shown once, and only on this machine."""

from io import StringIO

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import CommandError, call_command

from intake.models import ConsultationRequest
from iop_site import demo_month
from iop_site.management.commands.demo import ACCOUNTS
from tests import factories


def run_demo():
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def local_clinic(db, settings, monkeypatch):
    settings.IS_LOCAL = True
    factories.clinic()
    # The whole month is made in test_demo_month.py.
    monkeypatch.setattr(demo_month, "PAST", {})


def test_the_printed_passwords_open_the_accounts():
    printed = dict(line.split() for line in run_demo().splitlines() if line.strip().startswith("demo-"))
    assert set(printed) == set(ACCOUNTS)
    for username, password in printed.items():
        assert authenticate(username=username, password=password) is not None


def test_an_editor_sees_no_request_and_the_desk_no_content():
    run_demo()
    editor, desk = (get_user_model().objects.get(username=f"demo-{name}") for name in ("editor", "desk"))
    assert editor.has_perm("programs.change_program")
    assert not editor.has_module_perms("intake")
    assert desk.has_perm("intake.view_consultationrequest")
    assert not desk.has_perm("intake.delete_consultationrequest")
    assert not desk.has_module_perms("programs")


def test_a_second_run_changes_nothing_and_prints_no_password():
    run_demo()
    requests = ConsultationRequest.objects.count()
    assert "demo-desk" not in run_demo()
    assert ConsultationRequest.objects.count() == requests


def test_a_public_address_is_refused(settings):
    settings.IS_LOCAL = False
    with pytest.raises(CommandError, match="only for this machine"):
        run_demo()
    assert not get_user_model().objects.exists()
