"""The part of the import table that import-linter cannot see: which part of Django a module leans on."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

BASE = Path(__file__).resolve().parent.parent.parent
PURE = ["*/states.py", "*/reasons.py", "*/rules/**/*.py", "*/registers/**/*.py", "portal/ledger/signing.py"]
VERBS = ["*/registry.py", "*/casework.py", "*/casework/**/*.py", "*/enforcement/**/*.py", "*/redress/**/*.py"]
MODELS = ["*/models.py", "*/models/**/*.py", "*/querysets.py"]
REGISTERS = BASE / "brands" / "registers"
LOADERS = {REGISTERS / "samples.py", *(REGISTERS / "clients").glob("*.py")}
WEB = ["django.http", "django.shortcuts", "django.template", "django.forms", "rest_framework"]
NEVER = {
    "pure": (PURE, ["django.db", "django.conf", *WEB]),
    "verbs": (VERBS, WEB),
    "models": (MODELS, WEB),
}


@pytest.mark.parametrize("kind", NEVER)
def test_modules_import_only_what_their_kind_may(kind: str) -> None:
    patterns, forbidden = NEVER[kind]
    broken = [
        f"{path.relative_to(BASE)} imports {name}"
        for path in files(patterns)
        for name in imported(path)
        if any(name == part or name.startswith(f"{part}.") for part in forbidden)
    ]
    assert not broken, "\n".join(broken)


def files(patterns: list[str]) -> list[Path]:
    """Finds the modules; loaders of sample data, and clients of offices, stand outside the pure rules by design."""
    rooms = ("portal", "brands", "complaints")
    return sorted({path for room in rooms for one in patterns for path in found(room, one)} - LOADERS)


def found(room: str, pattern: str) -> Iterator[Path]:
    first, _, rest = pattern.partition("/")
    if first == "*":
        yield from (BASE / room).glob(rest)
        if room == "portal":
            yield from (BASE / room).glob(f"*/{rest}")
    elif first == room:
        yield from (BASE / room).glob(rest)


def imported(path: Path) -> Iterator[str]:
    """Names all that a module imports, inside its functions too; what is only for type checking is left out."""
    tree = ast.parse(path.read_text())
    for_types = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for part in node.body
        for inner in ast.walk(part)
    }
    for node in ast.walk(tree):
        if node in for_types:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
