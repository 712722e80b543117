"""The two commands set themselves up: what they refuse, what they repair, what they pass on."""

from __future__ import annotations

import ast
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from portal import bootstrap


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with an empty lock, so that setting up is quick and needs no network."""
    lock = tmp_path / "requirements.txt"
    lock.write_text("")
    monkeypatch.setattr(bootstrap, "BASE", tmp_path)
    monkeypatch.setattr(bootstrap, "LOCK", lock)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    return tmp_path


def environment(house: Path) -> Path:
    """An environment that looks whole, without the second it takes to make a real one."""
    home = house / ".venv"
    (home / "bin").mkdir(parents=True)
    (home / "pyvenv.cfg").write_text("")
    (home / "bin" / "python").symlink_to(sys.executable)
    return home


def test_bootstrap_needs_nothing_but_the_standard_library() -> None:
    tree = ast.parse(Path(bootstrap.__file__).read_text())
    above_all = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    named = {
        name.split(".")[0]
        for node in above_all
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names])
    }
    assert named <= sys.stdlib_module_names
    assert (Path(bootstrap.__file__).parent / "__init__.py").read_text() == ""


def test_a_port_in_use_gives_one_line_that_names_the_option() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit) as stopped:
            bootstrap.refuse_taken_port("127.0.0.1", port)
    said = str(stopped.value)
    assert f"Port {port} is in use" in said
    assert "--port" in said
    assert "\n" not in said


def test_a_free_port_passes() -> None:
    bootstrap.refuse_taken_port("127.0.0.1", bootstrap.free_port("127.0.0.1", 40_000))


def test_an_unknown_host_gives_one_line() -> None:
    with pytest.raises(SystemExit, match="Cannot answer on"):
        bootstrap.refuse_taken_port("nowhere.invalid", 8000)


@pytest.mark.parametrize("text", ["0", "65536", "-1", "eighty", "", "８０００", "80.0"])
def test_a_misspelt_port_is_refused(text: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        bootstrap.quickstart_options(["--port", text])
    assert stopped.value.code == 2


def test_the_stamp_belongs_to_one_lock(house: Path) -> None:
    home = environment(house)
    assert not bootstrap.up_to_date(home)
    (home / bootstrap.STAMP).write_text(bootstrap.fingerprint())
    assert bootstrap.up_to_date(home)
    bootstrap.LOCK.write_text("# another lock\n")
    assert not bootstrap.up_to_date(home)


def test_an_environment_whose_python_is_gone_is_not_up_to_date(house: Path) -> None:
    home = environment(house)
    (home / bootstrap.STAMP).write_text(bootstrap.fingerprint())
    (home / "bin" / "python").unlink()
    (home / "bin" / "python").symlink_to(house / "gone")
    assert not bootstrap.up_to_date(home)


def test_a_failed_installation_leaves_no_stamp_and_says_how_to_go_on(house: Path) -> None:
    home = environment(house)
    (home / bootstrap.STAMP).write_text("an older lock")
    bootstrap.LOCK.write_text("no such package at all ===\n")
    with pytest.raises(SystemExit, match="start the same command again"):
        bootstrap.install(home)
    assert not (home / bootstrap.STAMP).exists()


def test_without_the_venv_module_the_apt_line_is_printed(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(SystemExit, match="apt install python3-venv"):
        bootstrap.make(house / ".venv")


def test_an_interrupted_environment_is_made_anew(house: Path) -> None:
    home = house / ".venv"
    (home / "bin").mkdir(parents=True)
    (home / "left-over").write_text("")
    bootstrap.make(home)
    bootstrap.install(home)
    assert bootstrap.up_to_date(home)
    assert not (home / "left-over").exists()


@pytest.mark.parametrize(
    ("given", "spread"),
    [
        ([], True),
        (["-q"], True),
        (["-x", "--durations=5"], True),
        (["-n", "4"], False),
        (["-n4"], False),
        (["-k", "mark"], False),
        (["-m", "browser"], False),
        (["tests/house"], False),
    ],
)
def test_a_whole_run_is_spread_and_a_chosen_few_are_not(given: list[str], spread: bool) -> None:
    assert bool(bootstrap.in_parallel(given)) is spread


def test_the_settings_of_a_desk_do_not_reach_the_tests() -> None:
    assert not bootstrap.belongs_in_tests("RIGHTSDESK_MODE")
    assert bootstrap.belongs_in_tests("RIGHTSDESK_CACHE_URL")
    assert bootstrap.belongs_in_tests("DATABASE_URL")


def test_an_older_python_gets_one_clear_line() -> None:
    source = Path(bootstrap.BASE, "manage.py").read_text().replace("(3, 11)", "(99, 0)")
    answer = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, env=dict(os.environ))
    assert answer.returncode == 1
    assert answer.stderr.startswith("Rightsdesk needs Python")
    assert answer.stderr.count("\n") == 1
