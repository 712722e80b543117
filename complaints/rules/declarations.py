"""What is declared and signed: exact text, version and hash, as the rule packs ask. Counsel must adapt the wording."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from complaints.rules import packs
from complaints.rules.library import ours
from complaints.rules.packs import Pack, Statement

VERSION: str = ours()["version"]


@dataclass(frozen=True)
class Declaration:
    """One version of a text to be signed; `sha256` is the hash of `text` in UTF-8, hexadecimal.

    `lines` are its statements with their ids, in the order of the library.
    """

    key: str
    version: str
    lines: tuple[Statement, ...]

    @property
    def statements(self) -> tuple[str, ...]:
        return tuple(line.text for line in self.lines)

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(line.id for line in self.lines)

    @cached_property
    def text(self) -> str:
        return "\n".join(f"{number}. {line}" for number, line in enumerate(self.statements, 1))

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    def covers(self, other: Declaration) -> bool:
        """Says whether who signed this has signed the other too: same version, and all of its statements."""
        return self.version == other.version and self.ids >= other.ids


def for_packs(wanted: Iterable[Pack]) -> Declaration:
    """Makes the declaration of several packs: the union of their statements, in the order of the library."""
    asked = {line.id for pack in wanted for line in pack.statements}
    return Declaration("complaint", VERSION, tuple(line for line in packs.library() if line.id in asked))


def said(text: str) -> frozenset[str]:
    """Gives the ids of the statements that a signed text holds, by their exact wording."""
    lines = {line.partition(". ")[2] for line in text.splitlines()}
    return frozenset(line.id for line in packs.library() if line.text in lines)


# What a mandate signs: every statement that a notice can ask for, so that any union is covered.
ALL = Declaration("all", VERSION, for_packs(packs.every("notice")).lines)

PUBLIC_NOTICE = Declaration(
    "public_notice", VERSION, tuple(line for line in packs.library() if line.id == ours()["public_notice"])
)

DECLARATIONS = {declaration.key: declaration for declaration in (ALL, PUBLIC_NOTICE)}
