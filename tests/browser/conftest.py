"""The site as a stranger gets it: prepared from nothing and served by gunicorn, with a real Chromium in front."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import resolve

from iop_site import launch

ROOT = launch.ROOT
SECONDS_TO_START = 60
PHONE = {"width": 390, "height": 844}
LAID_OUT_DIFFERENTLY = [
    "/programs/inpatient-care/",
    "/cost/",
    "/languages/",
    "/questions-for-your-insurer/",
    "/nothing-here/",
]


class Site:
    """A running site: its address, its folder, and what it prints."""

    def __init__(self, folder, port):
        self.var = folder
        self.url = f"http://127.0.0.1:{port}"
        self.log = folder / "server.log"
        self.environment = {
            **os.environ,
            "VAR_DIR": str(folder),
            "SITE_URL": self.url,
            "SECRET_KEY": "a secret for tests",
            "ENCRYPTION_KEYS": "a key for tests that is long enough",
            "DJANGO_SETTINGS_MODULE": "iop_site.settings",
        }

    def manage(self, *arguments, **environment):
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**self.environment, **environment},
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def start(self):
        self.manage("prepare")
        command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"]
        with self.log.open("w") as log:
            self.server = subprocess.Popen(
                [*command, "--bind", self.url.removeprefix("http://"), "iop_site.wsgi"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        for _ in range(SECONDS_TO_START * 10):
            try:
                return urllib.request.urlopen(f"{self.url}/robots.txt").close()
            except urllib.error.URLError:
                time.sleep(0.1)
        raise AssertionError(f"The site did not start:\n{self.log.read_text()}")

    def stop(self):
        self.server.terminate()
        self.server.wait()

    def paths(self):
        """Every public page: what the sitemap lists, and what it must not list."""
        with urllib.request.urlopen(f"{self.url}/sitemap.xml") as answer:
            listed = re.findall(rf"<loc>{self.url}(.*?)</loc>", answer.read().decode())
        return [*listed, "/request/sent/", "/nothing-here/"]

    def kinds(self):
        """One page of each layout: the first of its kind, and those of a kind to which the site adds something."""
        first = {resolve(path).url_name: path for path in reversed(self.paths())}
        return list(dict.fromkeys([*first.values(), *LAID_OUT_DIFFERENTLY]))


def violations(page, without=()):
    """Rules of accessibility that a page breaks as it is shown now, without these, and what runs off its side."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = {"resultTypes": ["violations"], "rules": {rule: {"enabled": False} for rule in without}}
    broken = page.evaluate("options => axe.run(options).then(results => results.violations)", options)
    over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    found = [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in broken]
    return found + [("runs off the side", over)] * (over > 0)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def site(browser, tmp_path_factory):
    running = Site(Path(tmp_path_factory.mktemp("site")), free_port())
    running.start()
    yield running
    running.stop()


@pytest.fixture
def page(browser, site):
    """A fresh window of a phone's size; fails the test when the page breaks its own security policy or a script."""
    context = browser.new_context(base_url=site.url, viewport=PHONE)
    context.set_default_timeout(5000)
    window = context.new_page()
    problems = []
    window.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    window.on("pageerror", lambda error: problems.append(str(error)))
    yield window
    context.close()
    assert problems == []


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def phone(browser, site, request):
    """A phone's window, with and without JavaScript, and the address of every page and file it asks for."""
    context = browser.new_context(base_url=site.url, viewport=PHONE, java_script_enabled=request.param)
    context.set_default_timeout(5000)
    window = context.new_page()
    window.asked = []
    window.on("request", lambda asked: window.asked.append(asked.url))
    yield window
    assert context.cookies() == []
    context.close()
