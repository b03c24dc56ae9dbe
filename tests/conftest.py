"""What every test may use: the starting content, and a browser that is shared by all tests that need one."""

import fcntl
import os
import shutil
import socket

import hypothesis
import pytest
from django.apps import apps
from django.core.cache import cache
from django.db.models.signals import post_migrate
from django.test import Client
from playwright.sync_api import sync_playwright

from accounts import roles, sessions
from clinic import content
from clinic.management.commands.load_content import content_files
from intake.models import AccessRecord
from tests import triggers
from tests.site import Site, copied, free_port

# A busy machine is not a failing test. Where a change has to pass, the same is tried each time, so that what fails is
# the change and not what was found that day. Whoever runs the tests on their own machine goes on looking.
hypothesis.settings.register_profile("tests", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis.settings.load_profile("tests")

# The same engine without windows takes less than half of the time.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
NO_CHROMIUM = "These tests need Chromium: on Debian, `apt-get install chromium-headless-shell` brings it."
# Root may not use Chromium's sandbox, and a test must not reach for the network by itself.
CHROMIUM_ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


def pytest_xdist_auto_num_workers():
    """One more than there are cores, because a test that waits for a page or a lock leaves its core alone."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """What takes longest begins first, or all other processes would wait for it in the end."""
    items.sort(key=lambda item: "browser" not in item.keywords)


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """A test that reaches for another machine fails."""
    connect = socket.socket.connect

    def only_here(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"A test reached for {address[0]}.")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_here)


@pytest.fixture(autouse=True)
def nothing_kept_from_another_test():
    cache.clear()


def has_real_transactions(request):
    marker = request.node.get_closest_marker("django_db")
    return "transactional_db" in request.fixturenames or (marker and marker.kwargs.get("transaction"))


@pytest.fixture(scope="session", autouse=True)
def roles_come_back():
    """After a test with real transactions Django empties every table, and says so as it does after a migration. The
    next test of this process may need the groups that a migration made."""

    def write(**said):
        roles.write_groups(apps)

    accounts = apps.get_app_config("accounts")
    post_migrate.connect(write, sender=accounts, weak=False)
    yield
    post_migrate.disconnect(write, sender=accounts)


@pytest.fixture(autouse=True)
def access_records_make_way(request):
    """That emptying is done with DELETE, which access records refuse."""
    if has_real_transactions(request):
        request.getfixturevalue("transactional_db")  # its own clearing up then comes after ours
        yield
        with triggers.lifted():
            AccessRecord.objects.all().delete()
    else:
        yield


@pytest.fixture(autouse=True)
def signed_in_by_force_login(monkeypatch):
    """Of a session that a test makes, both factors count as proved. tests/accounts proves them as a person does."""
    log_in = Client._login

    def with_both_factors(self, user, backend=None):
        log_in(self, user, backend)
        session = self.session
        session[sessions.SIGNED_IN_AT] = int(sessions.now())
        session.save()

    monkeypatch.setattr(Client, "_login", with_both_factors)


@pytest.fixture
def starting_content(db):
    content.load(content_files())


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """The folder of a site with the starting content, to be copied. All processes of a test run wait for one."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / "prepared-site"
    with (shared / "prepared-site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = shared / "unfinished-site"
            unfinished.mkdir()
            Site(unfinished, free_port()).manage("prepare")
            unfinished.rename(folder)
    return folder


@pytest.fixture(scope="module")
def new_site(prepared, tmp_path_factory):
    """Makes sites that are not served yet. Those that are get stopped."""
    made = []

    def make(**environment):
        made.append(copied(prepared, tmp_path_factory.mktemp("sites") / "var", **environment))
        return made[-1]

    yield make
    for site in made:
        if site.server:
            site.stop()


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail(NO_CHROMIUM)
        pytest.skip(NO_CHROMIUM)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()
