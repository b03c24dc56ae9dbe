"""Faults made on purpose. Those of a site hold for its server while it runs, and are over afterwards."""

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import time
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from django.db import connection


@contextmanager
def another_program_writes(database=None):
    """Holds SQLite's write lock from a connection of its own."""
    other = sqlite3.connect(database or connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.close()


def database_of(site):
    return site.var / "site.sqlite3"


@contextmanager
def no_room_in_files(site, room):
    """No file may grow beyond `room` bytes: what a quota does."""
    limits = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in site.workers()}
    for pid, (_, hard) in limits.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        for pid, limit in limits.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limit)


@contextmanager
def no_room_to_write(site, room=0):
    """What is there can be read: another connection keeps an empty write-ahead log open, of which `room` bytes fit."""
    with closing(sqlite3.connect(database_of(site), isolation_level=None)) as reader:
        reader.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        reader.execute("SELECT count(*) FROM intake_consultationrequest").fetchone()
        with no_room_in_files(site, room):
            yield


def room_for_half_of_it(site):
    pages, page = 4, 4096 + 24
    return no_room_to_write(site, 32 + pages * page)


def no_room_at_all(site):
    return no_room_in_files(site, 0)


def wait_until_closed(site):
    """What a server holds open no mode and no move takes away. It closes a connection just after it answered; one that
    could not even be made, in the fault before, is closed when Python next clears up: other requests bring that, or new
    processes, as an operator would start them."""
    database = str(database_of(site).resolve())
    for turn in range(400):
        if turn == 100:
            site.server.send_signal(signal.SIGHUP)
        time.sleep(0.02)
        if not any(name.startswith(database) for pid in site.workers() for name in open_files(pid)):
            return
        site.ask("/help-now/")
    raise AssertionError("The server keeps its database open.")


def open_files(pid):
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            yield str(link.readlink())


@contextmanager
def read_only_file(site):
    wait_until_closed(site)
    database_of(site).chmod(0o400)
    try:
        yield
    finally:
        for file in site.var.glob("site.sqlite3*"):  # SQLite gives the files beside it the same mode
            file.chmod(0o600)


@contextmanager
def read_only_folder(site):
    wait_until_closed(site)
    site.var.chmod(0o500)
    try:
        yield
    finally:
        site.var.chmod(0o700)


@contextmanager
def database_gone(site):
    wait_until_closed(site)
    elsewhere = site.var / "elsewhere"
    database_of(site).rename(elsewhere)
    try:
        yield
    finally:
        elsewhere.rename(database_of(site))


def move_database(old, new):
    for file in old.glob("site.sqlite3*"):
        shutil.move(file, new)


@contextmanager
def small_disk(site):
    """The database moves to a disk of its own."""
    wait_until_closed(site)
    disk = site.var / "disk"
    disk.mkdir()
    size = database_of(site).stat().st_size + 200_000
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", str(disk)]
    if os.geteuid() or subprocess.run(mount, stderr=subprocess.DEVNULL).returncode:
        disk.rmdir()
        pytest.skip(
            "Only root may mount a disk, and not in every container. The same faults without a disk are tested."
        )
    try:
        move_database(site.var, disk)
        database_of(site).symlink_to(disk / "site.sqlite3")
        yield disk
    finally:
        database_of(site).unlink()
        move_database(disk, site.var)
        subprocess.run(["umount", "--lazy", str(disk)], check=True)
        disk.rmdir()


@contextmanager
def full_disk(site):
    with small_disk(site) as disk:
        filler = disk / "filler"
        with suppress(OSError):  # until there is no space left
            filler.write_bytes(bytes(shutil.disk_usage(disk).total))
        assert shutil.disk_usage(disk).free == 0
        yield


@contextmanager
def read_only_disk(site):
    with small_disk(site) as disk:
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        try:
            yield
        finally:
            subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
