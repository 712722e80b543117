"""What `manage.py quickstart` does once it runs inside the environment: migrate, seed, serve, say where.

The web server runs as a child and carries the background worker in a thread of its own, so there is one thing to stop.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Any

from portal.bootstrap import BASE, say, stop

WILDCARDS = {"0.0.0.0", "::", ""}  # noqa: S104 (recognised here, never bound to by itself)
READY_WITHIN = 60.0  # seconds
STOP_WITHIN = 10.0  # seconds

TRY_FIRST = (
    "Sign in as owner@demo.test: follow a complaint, then file one of your own.",
    "Sign in as reviewer@demo.test at {origin}/admin/ (codes: {origin}/dev/) and decide it.",
    "See the listing gone at {origin}/sandbox/, and the mails at {origin}/dev/mail/.",
)


def run(host: str, port: int) -> int:
    """Serves the demo on `host`:`port` until it is told to stop; returns the exit code."""
    for stop_signal in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # SIGINT too: shells ignore it for `... &`
        signal.signal(stop_signal, _interrupt)
    set_up_development(host, port)
    import django

    django.setup()
    migrate()
    demo = seed()
    return serve(host, port, demo)


def set_up_development(host: str, port: int) -> None:
    """Sets what the settings read; refuses to touch a desk that is set up for production."""
    if os.environ.get("RIGHTSDESK_MODE", "development") != "development":
        stop("quickstart is for development and seeds a demo; unset RIGHTSDESK_MODE, or see docs/operator.md.")
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    os.environ["RIGHTSDESK_MODE"] = "development"
    os.environ["RIGHTSDESK_ORIGIN"] = origin(host, port)
    os.environ["RIGHTSDESK_EMBEDDED_WORKER"] = "1"
    os.environ.setdefault("RIGHTSDESK_HOSTS", ",".join(names(host)))


def origin(host: str, port: int) -> str:
    """Gives the address to print: `localhost` for this machine, because passkeys refuse bare IP addresses."""
    if host in WILDCARDS or host in {"127.0.0.1", "::1"}:
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def names(host: str) -> list[str]:
    """Gives the names this desk answers to."""
    known = ["localhost", "127.0.0.1", "[::1]"]
    if host in WILDCARDS:
        return [*known, socket.gethostname(), *_own_addresses()]
    return known if host in known or host == "::1" else [*known, f"[{host}]" if ":" in host else host]


def migrate() -> None:
    """Brings the database up to date; asks first, because asking is fast and migrating is not."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Preparing the database ...")
        call_command("migrate", verbosity=0, interactive=False)


def seed() -> Mapping[str, Any]:
    """Seeds the demo unless this version of it is here already, and gives what the demo says of itself."""
    from django.contrib.auth import get_user_model
    from django.core.management import call_command, get_commands

    app = get_commands().get("demo")
    if app is None:
        return {}
    told, version = _told_file(), _version_of_demo(app)
    if get_user_model()._default_manager.exists():
        remembered = _read(told)
        if remembered.get("version") == version:
            return dict(remembered["demo"])
    say("Seeding the demo ...")
    answer = io.StringIO()
    call_command("demo", "--json", stdout=answer)
    demo: dict[str, Any] = json.loads(answer.getvalue())
    told.touch(mode=0o600)
    told.write_text(json.dumps({"version": version, "demo": demo}))
    return demo


def serve(host: str, port: int, demo: Mapping[str, Any]) -> int:
    """Runs the web server and waits; whatever way this ends, the server ends too."""
    # a process group of its own: Ctrl-C reaches this process alone, which then ends the server in good order
    server = subprocess.Popen(server_command(host, port), cwd=BASE, stdin=subprocess.DEVNULL, process_group=0)
    try:
        if not answers(server, host, port):
            say("The web server did not start (its words are above).")
            return 1
        say(banner(origin(host, port), demo, open_to_others=host not in {"127.0.0.1", "::1", "localhost"}))
        return server.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        end(server)
        say("Stopped. Your data is kept; start again with: python3 manage.py quickstart")


def server_command(host: str, port: int) -> list[str]:
    """Gives the command line of the web server: one process with threads, as fits SQLite and a cache in memory."""
    config = ["--config", "python:portal.gunicorn"] if (BASE / "portal" / "gunicorn.py").exists() else []
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    shape = ["--bind", bind, "--workers", "1", "--worker-class", "gthread", "--threads", "8"]
    manners = ["--log-level", "warning", "--graceful-timeout", "5", "--no-control-socket"]
    return [sys.executable, "-m", "gunicorn", *config, *shape, *manners, "portal.wsgi:application"]


def answers(server: subprocess.Popen[bytes], host: str, port: int) -> bool:
    """Waits until the desk answers; False when the server ends or stays silent instead."""
    host = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    address = f"http://[{host}]:{port}/healthz" if ":" in host else f"http://{host}:{port}/healthz"
    no_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + READY_WITHIN
    while server.poll() is None and time.monotonic() < until:
        try:
            no_proxy.open(address, timeout=10).close()
        except urllib.error.HTTPError:
            return True  # it answers; what it says is shown on the page
        except OSError:
            time.sleep(0.1)
        else:
            return True
    return False


def end(server: subprocess.Popen[bytes]) -> None:
    """Ends the web server gently, then firmly; a second Ctrl-C meanwhile changes nothing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if server.poll() is not None:
        return
    server.terminate()
    try:
        server.wait(STOP_WITHIN)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def banner(address: str, demo: Mapping[str, Any], *, open_to_others: bool) -> str:
    """Writes what a newcomer needs: where, as whom, and what to try first."""
    lines = ["", f"Rightsdesk is ready: {address}/", ""]
    accounts = demo.get("accounts", [])
    if accounts:
        lines += ["Demo accounts (password beside each):", *_account_lines(accounts), ""]
    if demo.get("api_key"):
        lines += [f"API key: {demo['api_key']}", ""]
    lines += ["Try first:"]
    lines += [f"  {n}. {line.format(origin=address)}" for n, line in enumerate(demo.get("try_first", TRY_FIRST), 1)]
    if open_to_others:
        lines += ["", "Beware: this demo with its known passwords can be reached from other machines."]
    return "\n".join([*lines, "", "Ctrl-C stops everything.", ""])


def _account_lines(accounts: list[Mapping[str, str]]) -> list[str]:
    rows = [(a["email"], a.get("password", ""), a.get("role", "")) for a in accounts]
    wide = [max(len(row[column]) for row in rows) for column in (0, 1)]
    return [f"  {email:<{wide[0]}}  {word:<{wide[1]}}  {role}".rstrip() for email, word, role in rows]


def _told_file() -> Path:
    from django.conf import settings

    return Path(settings.VAR_DIR) / "demo.json"


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _version_of_demo(app: object) -> str:
    """Names this version of the demo and the database it went into, so that either one changing seeds again."""
    from django.db import connection

    room = BASE / str(app).replace(".", "/")
    sources = [room / "management" / "commands" / "demo.py", *sorted((room / "demo").rglob("*.py"))]
    text = b"".join(source.read_bytes() for source in sources if source.is_file())
    return hashlib.sha256(text + str(connection.settings_dict["NAME"]).encode()).hexdigest()


def _own_addresses() -> list[str]:
    try:
        return sorted(set(socket.gethostbyname_ex(socket.gethostname())[2]))
    except OSError:
        return []


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
