"""Gets this checkout ready to run with nothing but a bare Python: environment, packages, then the verb asked for.

Only the standard library may be imported here, and `portal/__init__.py` stays empty: a fresh machine has nothing else.
Two verbs make the environment, `quickstart` and `test`; every other verb uses it if it is there.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import fcntl
import hashlib
import importlib.util
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

BASE = Path(__file__).resolve().parent.parent
LOCK = BASE / "requirements.txt"
VENV = BASE / ".venv"
STAMP = "rightsdesk-packages.sha256"
KEPT_IN_TESTS = {"RIGHTSDESK_CACHE_URL", "RIGHTSDESK_LOG_LEVEL"}


def main(argv: Sequence[str]) -> int:
    """Runs the verb in `argv` and returns the exit code; may replace this process by one inside the environment."""
    verb, rest = (argv[1] if len(argv) > 1 else "help"), list(argv[2:])
    try:
        if verb == "quickstart":
            return quickstart(argv, rest)
        if verb == "test":
            return run_tests(argv, rest)
        return run_django(argv)
    except KeyboardInterrupt:
        say("\nStopped.")
        return 130


# --- the verbs


def quickstart(argv: Sequence[str], rest: Sequence[str]) -> int:
    """Makes everything ready, then serves the demo until Ctrl-C."""
    options = quickstart_options(rest)
    refuse_taken_port(options.host, options.port)
    enter_environment(argv)
    from portal import quickstart as inside

    return inside.run(options.host, options.port)


def run_tests(argv: Sequence[str], rest: Sequence[str]) -> NoReturn:
    """Makes everything ready, then becomes pytest with the arguments that were given."""
    enter_environment(argv)
    os.chdir(BASE)
    kept = {name: value for name, value in os.environ.items() if belongs_in_tests(name)}
    os.execve(sys.executable, [sys.executable, "-m", "pytest", *in_parallel(rest), *rest], kept)


def run_django(argv: Sequence[str]) -> int:
    """Runs any other verb with Django, inside the environment when there is one."""
    if not in_environment() and usable(VENV):
        become(venv_python(VENV), argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    if importlib.util.find_spec("django") is None:
        stop("Django is not installed for this Python. Set up first: python3 manage.py quickstart")
    from django.core.management import execute_from_command_line

    execute_from_command_line(list(argv))
    return 0


def quickstart_options(rest: Sequence[str]) -> argparse.Namespace:
    """Reads --host and --port."""
    parser = argparse.ArgumentParser(
        prog="manage.py quickstart", description="Set up, seed the demo and serve it until Ctrl-C."
    )
    parser.add_argument("--port", type=port_number, default=8000, help="port to answer on (default: 8000)")
    parser.add_argument("--host", default="127.0.0.1", help="address to answer on (default: 127.0.0.1)")
    return parser.parse_args(rest)


def port_number(text: str) -> int:
    """Reads a port, 1 to 65535."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; give a number from 1 to 65535")
    return int(text)


def refuse_taken_port(host: str, port: int) -> None:
    """Stops with one line when nothing can listen on `host`:`port`."""
    try:
        listen_once(host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            stop(f"Port {port} is in use; choose another: python3 manage.py quickstart --port {free_port(host, port)}")
        stop(f"Cannot answer on {host} port {port}: {error.strerror or error}. Choose others with --host and --port.")


def listen_once(host: str, port: int) -> int:
    """Listens for an instant as the web server will, and gives the port; raises OSError where that is impossible."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
        probe.listen()
        return int(probe.getsockname()[1])


def free_port(host: str, taken: int) -> int:
    """Finds a port that is free at this moment, near the one that was wanted."""
    for port in range(taken + 1, min(taken + 20, 65536)):
        with contextlib.suppress(OSError):
            return listen_once(host, port)
    return listen_once(host, 0)


def in_parallel(rest: Sequence[str]) -> list[str]:
    """Gives the options that spread a whole run over the processors; a chosen few tests run in one process."""
    chosen = any(not part.startswith("-") or part.startswith(("-n", "-k", "-m", "--pdb", "--lf")) for part in rest)
    return [] if chosen else ["-n", "auto", "--maxprocesses", "8", "--dist", "loadfile"]


def belongs_in_tests(name: str) -> bool:
    """Tells whether a variable reaches the tests: settings of a desk that runs here must not change their answers."""
    return not name.startswith("RIGHTSDESK_") or name in KEPT_IN_TESTS


# --- the environment


def enter_environment(argv: Sequence[str]) -> None:
    """Returns inside an environment that holds what the lock names; may replace this process to get there."""
    if os.name != "posix":
        stop("Rightsdesk runs on Linux and macOS; on Windows use the Windows Subsystem for Linux.")
    home = Path(sys.prefix) if in_environment() else VENV
    if not up_to_date(home):
        with one_at_a_time():
            if not up_to_date(home):
                make(home)
                install(home)
    if not in_environment():
        become(venv_python(VENV), argv)


def in_environment() -> bool:
    """Tells whether this Python runs in a virtual environment, whoever made it."""
    return sys.prefix != sys.base_prefix


def usable(home: Path) -> bool:
    """Tells whether `home` holds an environment that can be started."""
    return (home / "pyvenv.cfg").is_file() and os.access(venv_python(home), os.X_OK)


def venv_python(home: Path) -> Path:
    return home / "bin" / "python"


def up_to_date(home: Path) -> bool:
    """Tells whether the last installation finished, and was of this very lock."""
    try:
        return usable(home) and (home / STAMP).read_text() == fingerprint()
    except OSError:
        return False


def fingerprint() -> str:
    """Gives the SHA-256 of the lock."""
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()


def make(home: Path) -> None:
    """Makes the environment, or makes it anew when an earlier try left it without pip."""
    if usable(home) and quiet([str(venv_python(home)), "-m", "pip", "--version"]):
        return
    if any(importlib.util.find_spec(name) is None for name in ("venv", "ensurepip")):
        stop("Python's venv module is missing; install it, then start again: apt install python3-venv")
    say(f"Making a virtual environment in {home.name} ...")
    if subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], stdin=subprocess.DEVNULL).returncode:
        stop(f"Python could not make {home} (its words are above). Mend that, then start the same command again.")


def install(home: Path) -> None:
    """Installs the lock with plain pip; the stamp comes last, so that the next start repairs a broken try."""
    stamp = home / STAMP
    stamp.unlink(missing_ok=True)
    say("Installing the packages of requirements.txt (a minute or less, once) ...")
    pip = [str(venv_python(home)), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
    locked = ["--require-hashes", "--only-binary", ":all:", "-r", str(LOCK)]
    if subprocess.run([*pip, *locked], stdin=subprocess.DEVNULL).returncode:
        stop(
            "The packages could not be installed (pip's words are above; often the network, a proxy or a full disk).\n"
            "Nothing is lost: start the same command again and it goes on from here."
        )
    unfinished = stamp.with_suffix(".tmp")
    unfinished.write_text(fingerprint())
    unfinished.replace(stamp)


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Lets one process set up at a time; a second one waits and then finds everything done."""
    with LOCK.open("rb") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another start is setting up; waiting for it ...")
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError:  # a file system without locks: going on alone is better than not at all
            pass
        yield


# --- small things


def become(python: Path, argv: Sequence[str]) -> NoReturn:
    """Replaces this process by the same command in another Python."""
    sys.stdout.flush()
    os.execv(python, [str(python), str(BASE / "manage.py"), *argv[1:]])


def quiet(command: list[str]) -> bool:
    """Runs a command without a word and tells whether it went well."""
    nothing = subprocess.DEVNULL
    try:
        return subprocess.run(command, stdin=nothing, stdout=nothing, stderr=nothing).returncode == 0
    except OSError:
        return False


def say(line: str) -> None:
    print(line, flush=True)


def stop(line: str) -> NoReturn:
    """Ends with one line for the person who started this, and exit code 1."""
    sys.stdout.flush()
    sys.exit(line)
