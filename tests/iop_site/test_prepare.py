"""Preparing the site makes a database once, and never puts an empty one in the place of one that went missing."""

import os
import subprocess
import sys

import pytest
from django.core.management import CommandError

from iop_site import launch
from iop_site.management.commands.prepare import make_database


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATABASE_FILE = tmp_path / "site.sqlite3"
    settings.ERROR_PAGES_DIR = tmp_path / "error-pages"
    return tmp_path


def test_the_first_time_a_file_is_made_that_only_its_owner_reads(folder):
    make_database()
    assert (folder / "site.sqlite3").stat().st_mode & 0o777 == 0o600


def test_a_database_that_is_there_is_left_alone(folder):
    (folder / "site.sqlite3").write_bytes(b"data")
    make_database()
    assert (folder / "site.sqlite3").read_bytes() == b"data"


def test_one_that_went_missing_is_not_replaced(folder):
    (folder / "error-pages").mkdir()
    with pytest.raises(CommandError, match="Bring it back from your backup"):
        make_database()
    assert not (folder / "site.sqlite3").exists()


def test_nothing_else_makes_one(tmp_path):
    result = subprocess.run(
        [sys.executable, "manage.py", "migrate"],
        cwd=launch.ROOT,
        env={**os.environ, "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "iop_site.settings"},
        capture_output=True,
        text=True,
    )
    assert "unable to open database file" in result.stderr
    assert list(tmp_path.iterdir()) == []
