"""What the access log can be made to say."""

import runpy
from datetime import timedelta
from types import SimpleNamespace

import pytest
from gunicorn.config import Config

SETTINGS = runpy.run_path("deploy/gunicorn.conf.py")


def line(path):
    logger = SETTINGS["logger_class"](Config())
    answer = SimpleNamespace(status="404 Not Found", sent=10, headers=[])
    environ = {"REQUEST_METHOD": "GET", "RAW_URI": path, "PATH_INFO": path, "SERVER_PROTOCOL": "HTTP/1.1"}
    atoms = logger.atoms(answer, SimpleNamespace(headers=[]), environ, timedelta(milliseconds=3))
    return SETTINGS["access_log_format"] % logger.atoms_wrapper_class(atoms)


@pytest.mark.parametrize("letter", ["\n", "\r", "\x1b", "\x9b", "\0", "\u2028"])
def test_no_address_begins_a_line_or_moves_a_terminal(letter):
    assert f" GET /a?forged{letter}".replace(letter, "?") in line(f"/a{letter}forged{letter}")
    assert letter not in line(f"/a{letter}forged{letter}")


def test_a_long_address_is_cut():
    assert len(line("/" + "x" * 4000)) < 300


def test_a_plain_line_says_what_happened():
    assert " GET /programs/ 404 10 bytes 3 ms" in line("/programs/")
