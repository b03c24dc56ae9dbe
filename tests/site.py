"""The site as a stranger gets it: prepared from nothing, served by gunicorn, and asked as a browser would ask."""

import ctypes
import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import resolve
from django.utils import timezone

from accounts import totp
from iop_site import launch

ROOT = launch.ROOT
SECONDS_TO_START = 60
SECONDS_TO_ANSWER = 60  # as long as the proxy and gunicorn wait
LAID_OUT_DIFFERENTLY = [
    "/programs/inpatient-care/",
    "/cost/",
    "/languages/",
    "/questions-for-your-insurer/",
    "/nothing-here/",
]
PASSWORD = "a long password for tests"
PHONE = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # the secret in the phone of everybody who signs in to a running site
ADD_COLLEAGUES = """
from django.contrib.auth.models import Group, User
from django.utils import timezone
from accounts.models import Authenticator
for username, role in {roles!r}.items():
    if User.objects.filter(username=username).exists():
        continue  # a fixture of one module can be made again in the same process
    user = User.objects.create_user(username, password={password!r}, is_staff=True, is_superuser=not role)
    user.groups.set(Group.objects.filter(name=role))
    Authenticator.objects.create(user=user, secret={secret!r}, confirmed_at=timezone.now())
"""


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    text: str


class Site:
    """A running site: its address, its folder, and what it prints."""

    def __init__(self, folder, port, **environment):
        self.var = folder
        self.url = f"http://127.0.0.1:{port}"
        self.log = folder / "server.log"
        self.server = None
        self.environment = {
            **os.environ,
            "VAR_DIR": str(folder),
            "SITE_URL": self.url,
            "SECRET_KEY": "a secret for tests",
            "ENCRYPTION_KEYS": "a key for tests that is long enough",
            "DJANGO_SETTINGS_MODULE": "iop_site.settings",
            **environment,
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

    def add_colleague(self, username):
        """Somebody who may do everything, with PASSWORD and PHONE."""
        self.add_team({username: ""})

    def add_team(self, roles):
        """Colleagues by username, each with one role of accounts.roles, PASSWORD and PHONE."""
        self.manage("shell", "-c", ADD_COLLEAGUES.format(roles=roles, password=PASSWORD, secret=PHONE))

    def serve(self, *options):
        command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", *options]
        with self.log.open("a") as log:
            self.server = subprocess.Popen(
                [*command, "--bind", self.url.removeprefix("http://"), "iop_site.wsgi"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=let_file_modes_bind_root,
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

    def workers(self):
        """The ids of the processes that answer."""
        pid = self.server.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def ask(self, path, *, method="GET", body=None, headers=()):
        connection = http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=SECONDS_TO_ANSWER)
        try:
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read().decode())
        finally:
            connection.close()

    def send(self, path, typed, headers=()):
        """Sends a form, (name, value) by (name, value), as a page of this site would."""
        own = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        return self.ask(path, method="POST", body=urlencode(typed), headers={**own, **dict(headers)})

    def paths(self):
        """Every public page: what the sitemap lists, and what it must not list."""
        with urllib.request.urlopen(f"{self.url}/sitemap.xml") as answer:
            listed = re.findall(rf"<loc>{self.url}(.*?)</loc>", answer.read().decode())
        return [*listed, "/request/sent/", "/request/private/", "/nothing-here/"]

    def kinds(self):
        """One page of each layout: the first of its kind, and those of a kind to which the site adds something."""
        first = {resolve(path).url_name: path for path in reversed(self.paths())}
        return list(dict.fromkeys([*first.values(), *LAID_OUT_DIFFERENTLY]))


def code_on_the_phone(ahead=0):
    """The code of now, or of so many half minutes ahead."""
    return totp.code_at(PHONE, timezone.now() + timedelta(seconds=ahead * totp.STEP_SECONDS))


class Form(HTMLParser):
    """What a browser sends when a form of this page is sent as it stands."""

    def __init__(self, page, action):
        super().__init__()
        self.action = action
        self.sent = []
        self.is_inside = False
        self.select = self.area = None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form":
            self.is_inside = given.get("action") == self.action
        if not self.is_inside or not (name := given.get("name") or self.select):
            return
        value = given.get("value", "on" if given.get("type") == "checkbox" else "")
        if tag == "textarea":
            self.area, self.text = name, ""
        elif tag == "select":
            self.select, self.chosen = name, None
        elif tag == "option" and (self.chosen is None or "selected" in given):
            self.chosen = value
        elif tag == "input" and (given.get("type") not in ("radio", "checkbox") or "checked" in given):
            self.sent.append((name, value))

    def handle_data(self, data):
        if self.area:
            self.text += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self.area:
            # A browser skips a line break right after the tag, and ends lines its own way.
            text = self.text.replace("\r\n", "\n").removeprefix("\n")
            self.sent.append((self.area, text.replace("\n", "\r\n")))
            self.area = None
        elif tag == "select" and self.select:
            self.sent.append((self.select, self.chosen))
            self.select = None
        elif tag == "form":
            self.is_inside = False


def form_of(page, action="/request/"):
    return Form(page, action).sent


def filled(form, answers):
    """The form with these answers in it; a list ticks several."""
    untouched = [(name, value) for name, value in form if name not in answers]
    lists = {name: value if isinstance(value, list) else [value] for name, value in answers.items()}
    return untouched + [(name, value) for name, values in lists.items() for value in values]


def copied(prepared, folder, **environment):
    """A site with a folder of its own, made from one that was prepared once for all."""
    shutil.copytree(prepared, folder)
    return Site(folder, free_port(), **environment)


def let_file_modes_bind_root():
    """Tests may run as root, whom a read-only file stops no more than a writable one: CAP_DAC_OVERRIDE goes, if it
    was there, so that a fault made with file modes is one for every account."""
    if sys.platform == "linux":
        drop_from_bounding_set, may_ignore_file_modes = 24, 1
        ctypes.CDLL(None).prctl(drop_from_bounding_set, may_ignore_file_modes, 0, 0, 0)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
