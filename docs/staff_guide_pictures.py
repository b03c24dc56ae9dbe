"""Draws the pictures of docs/staff-guide.md: a demo of its own is started, signed in to and photographed.

Run by `make guide`, with Chromium. The people in them are made up by iop_site/demo_month.py.
"""

import io
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright
from tqdm import tqdm

ROOT = Path(__file__).resolve().parent.parent
PICTURES = Path(__file__).resolve().parent / "staff-guide"
WIDTH, HEIGHT, COLORS = 1160, 820, 96
ACCOUNT = re.compile(r"^\s+(demo-[a-z]+)\s+(\S+)\s+([A-Z2-7]{16,})$")
LIST = "/staff/intake/consultationrequest/"
CHROMIUM_ARGUMENTS = ["--no-sandbox", "--disable-background-networking"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def started(port, environment):
    """The process of a demo that answers, and {account: password}."""
    command = [sys.executable, "iop_site/launch.py", "demo", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    passwords = {}
    for line in process.stdout:
        if found := ACCOUNT.match(line):
            passwords[found[1]] = found[2]
        if "The site:" in line:
            return process, passwords
    raise SystemExit("The demo did not start. `make demo` says why.")


def code_of(account, environment):
    command = [sys.executable, "manage.py", "demo_code", account]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout.strip()


def keep(page, name):
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture.quantize(COLORS, dither=Image.Dither.NONE).save(PICTURES / f"{name}.png", optimize=True)


def draw(page, site, environment, password):
    page.goto(f"{site}/staff/")
    page.fill("[name=username]", "demo-manager")
    page.fill("[name=password]", password)
    page.get_by_role("button", name="Go on to the code").click()
    page.get_by_label("Code from your app").wait_for()
    yield "sign-in"
    page.get_by_label("Code from your app").fill(code_of("demo-manager", environment))
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.locator("#user-tools").wait_for()
    yield "home"
    page.goto(f"{site}{LIST}")
    yield "queue"
    page.locator("main a[href*='/change/']").first.click()
    yield "request"
    page.goto(page.url.replace("/change/", "/close/"))
    yield "close"
    page.goto(f"{site}/staff/figures/")
    yield "figures"


def main():
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        environment = {**os.environ, "VAR_DIR": folder}
        port = free_port()
        process, passwords = started(port, environment)
        try:
            chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_ARGUMENTS)
            page = chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT})
            drawn = draw(page, f"http://127.0.0.1:{port}", environment, passwords["demo-manager"])
            for name in tqdm(drawn, desc="Pictures of the guide", unit=" pictures"):
                keep(page, name)
            chromium.close()
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()
