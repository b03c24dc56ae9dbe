"""What every test may use: the starting content, and a browser that is shared by all tests that need one."""

import os
import shutil
import socket

import hypothesis
import pytest
from playwright.sync_api import sync_playwright

from clinic import content
from clinic.management.commands.load_content import content_files

# A busy machine is not a failing test.
hypothesis.settings.register_profile("tests", deadline=None)
hypothesis.settings.load_profile("tests")

CHROMIUM = shutil.which("chromium")
NO_CHROMIUM = "These tests need Chromium: on Debian, `apt-get install chromium` brings it."
# Root may not use Chromium's sandbox, and a test must not reach for the network by itself.
CHROMIUM_ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


def pytest_collection_modifyitems(items):
    """All tests with a browser run in one process, so that they share one; the others run beside them."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """A test that reaches for another machine fails."""
    connect = socket.socket.connect

    def only_here(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"A test reached for {address[0]}.")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_here)


@pytest.fixture
def starting_content(db):
    content.load(content_files())


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
