"""Lighthouse scores of every public page, on a phone and on a desk, worst first.

    make run                     # in one window
    make lighthouse              # in another; needs Node and Chromium, and installs Lighthouse with npx

Prints the four scores of each page, best of a few tries: a busy machine makes a page look slow, never fast.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from urllib.parse import urlsplit

from tqdm import tqdm

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
TRIES = 3
CHROMIUM_FLAGS = "--headless --no-sandbox --disable-background-networking"


def pages(site):
    with urllib.request.urlopen(f"{site}/sitemap.xml") as answer:
        return [urlsplit(address).path for address in re.findall("<loc>(.*?)</loc>", answer.read().decode())]


def scores(address, preset):
    command = ["npx", "--yes", "lighthouse@13", address, "--quiet", "--output=json", f"--chrome-flags={CHROMIUM_FLAGS}"]
    command += [f"--only-categories={','.join(CATEGORIES)}"] + (["--preset=desktop"] if preset == "desktop" else [])
    environment = {"CHROME_PATH": shutil.which("chromium") or "", **os.environ}
    report = json.loads(subprocess.run(command, check=True, capture_output=True, env=environment).stdout)
    return [round(report["categories"][name]["score"] * 100) for name in CATEGORIES]


def best_scores(address, preset):
    best = [0] * len(CATEGORIES)
    for _ in range(TRIES):
        best = [max(pair) for pair in zip(best, scores(address, preset), strict=True)]
        if min(best) == 100:
            break
    return best


def main():
    site = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    jobs = [(path, preset) for path in pages(site) for preset in ("mobile", "desktop")]
    rows = [(best_scores(site + path, preset), path, preset) for path, preset in tqdm(jobs)]
    print(f"{'page':<40}{'':<9}" + "".join(f"{name:>16}" for name in CATEGORIES))
    for found, path, preset in sorted(rows, key=lambda row: sum(row[0])):
        print(f"{path:<40}{preset:<9}" + "".join(f"{score:>16}" for score in found))


if __name__ == "__main__":
    main()
