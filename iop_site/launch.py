"""Everything `make run` does before Django exists: only the standard library, one clear sentence per failure."""

import argparse
import hashlib
import importlib.util
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
SECONDS_TO_RESTART = 5
SECONDS_TO_STOP = 5


class CannotStart(Exception):
    """The one sentence that tells the reader what to change."""


def check_python():
    if sys.version_info < OLDEST_PYTHON:
        raise CannotStart(
            "This site needs Python %d.%d or newer, and this is Python %d.%d. Try `make run PYTHON=python3.12`."
            % (OLDEST_PYTHON + tuple(sys.version_info[:2]))
        )
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise CannotStart(
            "This Python has no venv module. On Debian or Ubuntu, `apt install python3-venv` adds it; then try again."
        )


def check_port(port, job="run"):
    if not 0 < port < 65536:
        raise CannotStart(f"{port} is not a port: a port is a number from 1 to 65535. Try `make {job} PORT=8000`.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise CannotStart(f"Port {port} may only be opened by root. Try `make {job} PORT=8080`.") from None
        except OSError:
            raise CannotStart(
                f"Port {port} is busy. Stop what uses it, or try `make {job} PORT={port % 65535 + 1}`."
            ) from None


def make_folder(folder, mode=0o700):
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=mode)
        with open(folder / ".can-write", "w"):
            pass
        (folder / ".can-write").unlink()
    except OSError as problem:
        raise CannotStart(f"The folder {folder} cannot be written ({problem.strerror}). Make it writable.") from None


def make_environment(lock_name):
    """Build .venv from the hashed lock file, or do nothing when it is already what the file says."""
    lock = ROOT / lock_name
    built_from = ENVIRONMENT / f".built-from-{lock_name}"
    fingerprint = hashlib.sha256(lock.read_bytes()).hexdigest()
    if PYTHON.exists() and built_from.exists() and built_from.read_text() == fingerprint:
        return
    make_folder(ENVIRONMENT, mode=0o755)
    print(f"Installing the packages of {lock_name} into .venv (once) ...", flush=True)
    if not PYTHON.exists() and subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)]).returncode:
        raise CannotStart("The folder .venv could not be made; the lines above say why.")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    if subprocess.run([*pip, "-r", str(lock)]).returncode:
        raise CannotStart(f"The packages of {lock_name} could not be installed; the lines above say why.")
    built_from.write_text(fingerprint)


def make_secret(path, new_value):
    """Write a secret that only this account can read, unless it is there. A full disk leaves no half of one."""
    if path.exists():
        if not path.read_text().strip():
            raise CannotStart(
                f"{path} is empty. Bring it back from your backup; delete it only if there is no data yet."
            )
        return
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(new_value)
            file.flush()
            os.fsync(file.fileno())
        os.link(unfinished, path)
    except OSError as problem:
        raise CannotStart(f"The secret {path} could not be written ({problem.strerror}).") from None
    finally:
        unfinished.unlink(missing_ok=True)


def make_var():
    # The database holds what no other account of this machine may read.
    os.umask(0o077)
    var = Path(os.environ.get("VAR_DIR", ROOT / "var"))
    make_folder(var)
    var.chmod(0o700)
    make_folder(var / "secrets")
    make_folder(var / "media")
    make_secret(var / "secrets" / "secret_key", secrets.token_urlsafe(50))
    make_encryption_keys(var)


def make_encryption_keys(var):
    """Never in place of keys that were lost: what they encrypted would stay unreadable, and nobody would notice."""
    if os.environ.get("ENCRYPTION_KEYS"):
        return
    keys, database = var / "secrets" / "encryption_keys", var / "site.sqlite3"
    if not keys.exists() and database.exists() and database.stat().st_size:
        print(
            f"\n{keys} is gone, and {database} was written with it. The site starts, but the request form stays closed,"
            " requests cannot be read, and colleagues sign in with a recovery code only, until you bring that file back"
            " from your backup.\n",
            file=sys.stderr,
            flush=True,
        )
    else:
        make_secret(keys, secrets.token_urlsafe(32))


def manage(*arguments):
    if subprocess.run([str(PYTHON), str(ROOT / "manage.py"), *arguments]).returncode:
        raise CannotStart("The site could not be prepared; the lines above say why.")


def serve(job, port):
    commands = ["prepare", "demo"] if job == "demo" else ["prepare"]
    check_port(port, job)
    make_environment("requirements.txt")
    make_var()
    os.environ.setdefault("SITE_URL", f"http://127.0.0.1:{port}")
    for command in commands:
        manage(command)
    print(f"\n  The site:   http://127.0.0.1:{port}/")
    print(f"  The staff:  http://127.0.0.1:{port}/staff/")
    if job == "run":
        print("  To let somebody in:  .venv/bin/python manage.py enrol NAME --role Manager")
    print("  To stop:    Ctrl+C\n", flush=True)
    os.chdir(ROOT)
    gunicorn = [str(ENVIRONMENT / "bin" / "gunicorn"), "--config", "deploy/gunicorn.conf.py"]
    server = [*gunicorn, "--bind", f"127.0.0.1:{port}", "iop_site.wsgi"]
    sys.exit(run_together(server, worker=[str(PYTHON), "manage.py", "work"]))


def run_together(server, worker):
    """Run both commands until the server ends, and return its exit code. A worker that ends is started again."""
    signals = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: signals.append(received))
    # In sessions of their own, so that Ctrl+C reaches them once, from here.
    serving = subprocess.Popen(server, start_new_session=True)
    working = subprocess.Popen(worker, start_new_session=True)
    restart_at = None
    while serving.poll() is None:
        while signals:
            # To gunicorn SIGHUP, which a closed window sends, would mean to start again.
            serving.send_signal(signal.SIGINT if signals.pop() == signal.SIGINT else signal.SIGTERM)
        if restart_at is None and working.poll() is not None:
            print(f"The worker that sends mail has ended. It starts again in {SECONDS_TO_RESTART} seconds.", flush=True)
            restart_at = time.monotonic() + SECONDS_TO_RESTART
        elif restart_at is not None and time.monotonic() >= restart_at:
            working = subprocess.Popen(worker, start_new_session=True)
            restart_at = None
        time.sleep(0.1)
    stop(working)
    return serving.returncode if serving.returncode >= 0 else 128 - serving.returncode


def stop(process):
    process.terminate()
    try:
        process.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def main():
    parser = argparse.ArgumentParser(description="Build what the site needs, then serve it on this machine.")
    parser.add_argument("job", choices=["run", "demo", "tools"])
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args()
    try:
        check_python()
        if options.job == "tools":
            make_environment("requirements-dev.txt")
        else:
            serve(options.job, options.port)
    except CannotStart as problem:
        sys.exit(f"\n{problem}")
    except KeyboardInterrupt:
        sys.exit(1)


if __name__ == "__main__":
    main()
