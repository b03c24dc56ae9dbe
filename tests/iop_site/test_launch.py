"""What `make run` does before Django exists: one clear sentence for each thing that can be wrong."""

import importlib.util
import os
import signal
import socket
import stat
import subprocess
import sys
import time
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


@pytest.fixture
def no_keys_in_the_environment(monkeypatch):
    monkeypatch.delenv("ENCRYPTION_KEYS")


@pytest.mark.usefixtures("no_keys_in_the_environment")
def test_secrets_are_made_for_this_account_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    launch.make_var()
    secrets = tmp_path / "var" / "secrets"
    assert {file.name for file in secrets.iterdir()} == {"secret_key", "encryption_keys"}
    for file in secrets.iterdir():
        assert mode_of(file) == 0o600
        assert len(file.read_text()) > 40
    assert mode_of(secrets) == 0o700


@pytest.mark.usefixtures("no_keys_in_the_environment")
def test_no_two_sites_have_the_same_secrets(tmp_path, monkeypatch):
    made = []
    for name in ("one", "two"):
        monkeypatch.setenv("VAR_DIR", str(tmp_path / name))
        launch.make_var()
        made += [file.read_text() for file in (tmp_path / name / "secrets").iterdir()]
    assert len(set(made)) == 4


@pytest.mark.usefixtures("no_keys_in_the_environment")
def test_a_secret_is_never_overwritten(tmp_path, monkeypatch):
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    launch.make_var()
    before = {file: file.read_text() for file in (tmp_path / "secrets").iterdir()}
    launch.make_var()
    launch.make_secret(tmp_path / "secrets" / "secret_key", "another")
    assert {file: file.read_text() for file in before} == before


@pytest.mark.usefixtures("no_keys_in_the_environment")
def test_lost_keys_are_named_and_never_replaced_by_new_ones(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    keys = tmp_path / "secrets" / "encryption_keys"
    launch.make_var()
    (tmp_path / "site.sqlite3").write_bytes(b"SQLite format 3")
    launch.make_var()
    assert capsys.readouterr().err == ""
    written = keys.read_text()
    keys.unlink()
    launch.make_var()
    assert not keys.exists()
    said = capsys.readouterr().err
    assert f"{keys} is gone" in said
    assert "bring that file back from your backup" in said
    keys.write_text(written)
    launch.make_var()
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("no_keys_in_the_environment")
def test_a_first_start_that_was_interrupted_gets_its_keys(tmp_path, monkeypatch):
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    (tmp_path / "site.sqlite3").touch()
    launch.make_var()
    assert (tmp_path / "secrets" / "encryption_keys").read_text()


def test_keys_from_the_environment_get_no_rival_in_a_file(tmp_path, monkeypatch, capsys):
    """On a day without the variable the site would write with other keys, and nobody would notice."""
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("ENCRYPTION_KEYS", "kept apart from the data, as it should be")
    (tmp_path / "site.sqlite3").write_bytes(b"SQLite format 3")
    launch.make_var()
    assert not (tmp_path / "secrets" / "encryption_keys").exists()
    assert capsys.readouterr().err == ""


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


# The web server and the worker


@pytest.fixture
def together(tmp_path):
    """A launcher with two stand-ins that write their process number into a file each, and then wait for a signal."""
    stand_in = "import os, sys, time; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); time.sleep(60)"
    server = [sys.executable, "-c", stand_in, str(tmp_path / "server")]
    worker = [sys.executable, "-c", stand_in, str(tmp_path / "worker")]
    program = (
        "import sys; from iop_site import launch; launch.SECONDS_TO_RESTART = 1;"
        f"sys.exit(launch.run_together({server}, worker={worker}))"
    )
    launcher = subprocess.Popen(
        [sys.executable, "-c", program], cwd=launch.ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    yield SimpleNamespace(launcher=launcher, started=lambda name: numbers(tmp_path / name))
    launcher.terminate()
    launcher.communicate()


def numbers(file):
    return [int(line) for line in file.read_text().splitlines()] if file.exists() else []


def wait_until(is_so):
    end = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


def is_running(number):
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopping_the_launcher_stops_both(together, number):
    wait_until(lambda: together.started("server") and together.started("worker"))
    together.launcher.send_signal(number)
    together.launcher.wait(timeout=10)
    for name in ("server", "worker"):
        assert not is_running(together.started(name)[0])


def test_a_worker_that_ends_is_started_again_and_the_server_goes_on(together):
    wait_until(lambda: together.started("server") and together.started("worker"))
    os.kill(together.started("worker")[0], signal.SIGKILL)
    assert "The worker that sends mail has ended." in together.launcher.stdout.readline()
    wait_until(lambda: len(together.started("worker")) == 2)
    assert len(together.started("server")) == 1
    assert is_running(together.started("server")[0])


def test_when_the_server_ends_so_does_the_launcher_with_its_code():
    worker = [sys.executable, "-c", "import time; time.sleep(60)"]
    program = (
        "import sys; from iop_site import launch;"
        f"sys.exit(launch.run_together([sys.executable, '-c', 'exit(3)'], worker={worker}))"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=launch.ROOT, timeout=30).returncode == 3


def test_a_worker_that_does_not_listen_is_ended_all_the_same(monkeypatch):
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); signal.pause()"
    with subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        monkeypatch.setattr(launch, "SECONDS_TO_STOP", 0.2)
        launch.stop(process)
    assert process.returncode == -signal.SIGKILL
