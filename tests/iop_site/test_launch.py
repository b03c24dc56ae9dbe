"""What `make run` does before Django exists: one clear sentence for each thing that can be wrong."""

import importlib.util
import os
import socket
import stat
import sys
from types import SimpleNamespace

import pytest

from iop_site import launch
from iop_site.launch import CannotStart


@pytest.fixture
def busy_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


@pytest.fixture
def environment(tmp_path, monkeypatch):
    """A checkout with a lock file and no .venv; what would be run is only noted."""
    monkeypatch.setattr(launch, "ROOT", tmp_path)
    monkeypatch.setattr(launch, "ENVIRONMENT", tmp_path / ".venv")
    monkeypatch.setattr(launch, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    (tmp_path / "requirements.txt").write_text("django==1 --hash=sha256:0")
    commands, results = [], {}

    def run(command, **options):
        commands.append(command)
        name = command[2]
        if name == "venv" and not results.get(name):
            launch.PYTHON.parent.mkdir(parents=True)
            launch.PYTHON.touch()
        return SimpleNamespace(returncode=results.get(name, 0))

    monkeypatch.setattr(launch.subprocess, "run", run)
    return SimpleNamespace(commands=commands, results=results, root=tmp_path)


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


# Python


def test_this_python_is_new_enough():
    launch.check_python()


def test_an_old_python_is_named_with_what_to_do(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    with pytest.raises(CannotStart, match=r"needs Python 3\.11 or newer, and this is Python 3\.9\. Try `make"):
        launch.check_python()


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_a_python_without_venv_is_named_with_what_to_do(monkeypatch, missing):
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == missing else found(name))
    with pytest.raises(CannotStart, match=r"no venv module.*apt install python3-venv"):
        launch.check_python()


# The port


def test_a_busy_port_is_named_with_the_next_one(busy_port):
    with pytest.raises(CannotStart, match=rf"Port {busy_port} is busy.*PORT={busy_port + 1}"):
        launch.check_port(busy_port)


def test_a_free_port_is_left_free(busy_port):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    launch.check_port(free)
    launch.check_port(free)


def test_a_port_that_only_root_may_open_is_named(monkeypatch):
    def refuse(self, address):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(launch.socket, "socket", type("Probe", (socket.socket,), {"bind": refuse}))
    with pytest.raises(CannotStart, match=r"Port 80 may only be opened by root\. Try `make run PORT=8080`"):
        launch.check_port(80)


@pytest.mark.parametrize("port", [70000, -1])
def test_a_number_that_is_no_port_is_named(port):
    with pytest.raises(CannotStart, match=str(port)):
        launch.check_port(port)


# Folders


def test_a_folder_is_made_for_this_account_alone_and_left_clean(tmp_path):
    launch.make_folder(tmp_path / "var")
    launch.make_folder(tmp_path / "var")
    assert mode_of(tmp_path / "var") == 0o700
    assert list((tmp_path / "var").iterdir()) == []


@pytest.mark.parametrize("folder", ["file", "file/below"])
def test_a_folder_that_cannot_be_written_is_named(tmp_path, folder):
    (tmp_path / "file").touch()
    with pytest.raises(CannotStart, match=rf"{tmp_path}/{folder} cannot be written \(.+\)\. Make it writable\."):
        launch.make_folder(tmp_path / folder)


# Secrets


def test_secrets_are_made_for_this_account_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    launch.make_var()
    secrets = tmp_path / "var" / "secrets"
    assert {file.name for file in secrets.iterdir()} == {"secret_key", "encryption_keys"}
    for file in secrets.iterdir():
        assert mode_of(file) == 0o600
        assert len(file.read_text()) > 40
    assert mode_of(secrets) == 0o700


def test_no_two_sites_have_the_same_secrets(tmp_path, monkeypatch):
    made = []
    for name in ("one", "two"):
        monkeypatch.setenv("VAR_DIR", str(tmp_path / name))
        launch.make_var()
        made += [file.read_text() for file in (tmp_path / name / "secrets").iterdir()]
    assert len(set(made)) == 4


def test_a_secret_is_never_overwritten(tmp_path, monkeypatch):
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    launch.make_var()
    before = {file: file.read_text() for file in (tmp_path / "secrets").iterdir()}
    launch.make_var()
    launch.make_secret(tmp_path / "secrets" / "secret_key", "another")
    assert {file: file.read_text() for file in before} == before


def test_a_secret_is_private_whatever_the_account_usually_allows(tmp_path):
    before = os.umask(0)
    try:
        launch.make_secret(tmp_path / "secret", "hidden")
    finally:
        os.umask(before)
    assert mode_of(tmp_path / "secret") == 0o600


# Packages


def test_packages_are_installed_once_with_their_hashes(environment, capsys):
    launch.make_environment("requirements.txt")
    venv, pip = environment.commands
    assert venv[1:3] == ["-m", "venv"]
    assert "--require-hashes" in pip
    assert pip[-1] == str(environment.root / "requirements.txt")
    assert "Installing" in capsys.readouterr().out
    launch.make_environment("requirements.txt")
    assert len(environment.commands) == 2


def test_packages_are_installed_again_when_the_lock_file_changed(environment):
    launch.make_environment("requirements.txt")
    (environment.root / "requirements.txt").write_text("django==2 --hash=sha256:1")
    launch.make_environment("requirements.txt")
    assert len(environment.commands) == 3


@pytest.mark.parametrize(("failing", "sentence"), [("venv", "could not be made"), ("pip", "could not be installed")])
def test_an_install_that_fails_is_named_and_tried_again_next_time(environment, failing, sentence):
    environment.results[failing] = 1
    with pytest.raises(CannotStart, match=sentence):
        launch.make_environment("requirements.txt")
    environment.results.clear()
    tried = len(environment.commands)
    launch.make_environment("requirements.txt")
    assert len(environment.commands) > tried


def test_a_preparation_that_fails_is_named(environment):
    environment.results["prepare"] = 1
    with pytest.raises(CannotStart, match="could not be prepared"):
        launch.manage("prepare")


# The command


def test_the_command_ends_with_the_sentence_and_no_traceback(monkeypatch, busy_port):
    monkeypatch.setattr(sys, "argv", ["launch.py", "run", "--port", str(busy_port)])
    with pytest.raises(SystemExit) as end:
        launch.main()
    assert str(end.value.code).strip().startswith(f"Port {busy_port} is busy.")
    assert end.value.__suppress_context__ or isinstance(end.value.__context__, CannotStart)


def test_the_port_is_looked_at_before_anything_is_made(environment, busy_port):
    with pytest.raises(CannotStart, match="busy"):
        launch.serve("run", busy_port)
    assert environment.commands == []
    assert not (environment.root / "var").exists()


def test_an_empty_secret_is_never_taken_for_a_secret(tmp_path):
    secret = tmp_path / "secret"
    secret.touch()
    with pytest.raises(CannotStart, match="is empty"):
        launch.make_secret(secret, "new")
    assert secret.read_text() == ""


def test_a_secret_that_could_not_be_written_whole_is_not_there(tmp_path, monkeypatch):
    def full_disk(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(launch.os, "fsync", full_disk)
    with pytest.raises(CannotStart, match="No space left"):
        launch.make_secret(tmp_path / "secret", "new")
    assert list(tmp_path.iterdir()) == []
