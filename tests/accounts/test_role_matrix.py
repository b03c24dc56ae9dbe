"""Each role at each address of the staff desk, with each method: what accounts/addresses.py says, and no more."""

import logging
from fnmatch import fnmatchcase
from functools import cache

import pytest
from django.contrib.auth import middleware
from django.template.response import TemplateResponse
from django.test import Client

from accounts.addresses import NOBODY, TABLE, Address, every_address
from accounts.roles import ROLES
from clinic import error_pages
from intake.models import AccessRecord
from tests import factories
from tests.accounts.staff_rows import REFUSED, Visitor, filled_in, one_of_everything

pytestmark = pytest.mark.django_db

ADDRESSES = every_address()
METHODS = ("GET", "POST", "HEAD", "PUT", "DELETE")
# What Django lets every colleague reach who is signed in.
FOR_ALL_STAFF = [
    "guide",
    *("index", "health", "jsi18n", "login", "logout", "session", "back", "own_sign_in"),
    *("password_change", "password_change_done", "*_short"),
]
# What answers before anybody is signed in, each with a page that holds nothing.
BEFORE_SIGN_IN = ("login", "logout", "link", "session")


@pytest.fixture(autouse=True)
def quick(monkeypatch, caplog):
    """Thousands of answers: only whether somebody is let in is looked at, and that is decided before a page is made."""
    caplog.set_level(logging.CRITICAL, logger="django.request")
    monkeypatch.setattr(error_pages, "render", cache(error_pages.render))
    monkeypatch.setattr(TemplateResponse, "rendered_content", "")


@pytest.fixture(autouse=True)
def stored():
    return one_of_everything()


@pytest.fixture
def visitor(client, monkeypatch):
    """Makes somebody at the desk who has these roles."""

    def make(*roles):
        user = factories.colleague("visitor", roles=roles)
        # The same object all along: reading account and rights anew would be half of the time.
        monkeypatch.setattr(middleware.auth, "get_user", lambda request: user)
        return Visitor(client, user)

    return make


def table_of(method):
    """What is not GET and not POST is answered as a GET, if at all."""
    return "POST" if method == "POST" else "GET"


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_where_the_table_lets_it_in(visitor, role):
    somebody = visitor(role)
    tries = [(method, address) for method in ("GET", "POST") for address in ADDRESSES if role in address.may[method]]
    assert [(method, address.path) for method, address in tries if not somebody.is_let_in(method, address)] == []


def kept_out(method, address):
    return tuple(role for role in ROLES if role not in address.may[table_of(method)])


CLOSED = [(kept_out(method, address), method, address) for method in METHODS for address in ADDRESSES]


@pytest.mark.parametrize("roles", sorted({roles for roles, *_ in CLOSED} - {()}), ids=", ".join)
def test_no_other_role_gets_there(visitor, roles):
    """Tried by somebody with all the roles that an address is closed to: whoever has one of them may do no more."""
    somebody = visitor(*roles)
    tries = [(method, address) for shut_out, method, address in CLOSED if shut_out == roles]
    assert [(method, address.path) for method, address in tries if somebody.is_let_in(method, address)] == []


def test_who_has_no_role_gets_no_further_than_the_home_page(visitor):
    nobody = visitor()
    let_in = {address.name for address in ADDRESSES if nobody.is_let_in("POST", address)}
    let_in |= {address.name for address in ADDRESSES if nobody.is_let_in("GET", address)}
    assert {name for name in let_in if not any(fnmatchcase(name, known) for known in FOR_ALL_STAFF)} == set()


# Signs out; counts a wrong password as a refused try, and answers with the form.
NOT_TRIED = ("logout", "password_change")


def test_every_refused_try_is_recorded_once(client, stored):
    nobody = factories.colleague("nobody")
    client.force_login(nobody)
    tried = [address for address in ADDRESSES if address.name not in NOT_TRIED]
    tries = [(ask, address) for address in tried for ask in (client.get, client.post)]
    refused = [address.path for ask, address in tries if ask(filled_in(address)).status_code == 403]
    assert {"figures/", "sign-in/<int:pk>/", "intake/notice/", "clinic/page/add/"} <= set(refused)
    found = AccessRecord.objects.filter(kind="refused", by=nobody)
    assert found.count() == len(refused)
    about_requests = [path for path in refused if path.startswith("intake/consultationrequest/<")]
    assert found.filter(reference=stored.reference).count() == len(about_requests)


def test_who_is_not_signed_in_is_led_to_the_sign_in(client):
    for address in ADDRESSES:
        looks, sends = client.get(filled_in(address)), client.post(filled_in(address))
        is_led_there = looks.get("Location", "").startswith("/staff/login/")
        is_kept_out = sends.status_code in REFUSED or sends.get("Location", "").startswith("/staff/login/")
        assert (is_led_there and is_kept_out) or address.name in BEFORE_SIGN_IN, address


class TestTable:
    def test_every_line_is_about_an_address_that_is_there(self):
        """A line that fits none any more is taken out, or a later address of that name would inherit it."""
        names = {address.name for address in ADDRESSES}
        first = {next(pattern for pattern, *_ in TABLE if fnmatchcase(name, pattern)) for name in names}
        assert [pattern for pattern, *_ in TABLE if pattern not in first] == []

    def test_an_address_that_is_not_in_it_is_named(self):
        with pytest.raises(LookupError, match="intake_consultationrequest_shred"):
            _ = Address("intake/consultationrequest/shred/", "intake_consultationrequest_shred").may

    def test_what_nobody_may_is_open_to_no_superuser_by_mistake(self, admin_user, stored):
        """Requests, records and accounts are never made, changed or deleted as rows, by whomever."""
        chief = Client()
        chief.force_login(admin_user)
        for address in ADDRESSES:
            if address.may["POST"] == NOBODY and address.name.startswith(("intake_", "auth_")):
                assert chief.post(filled_in(address)).status_code in REFUSED
