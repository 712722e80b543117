"""Everything that `verify_ledger` proves besides the chains themselves: what other rooms have tied to them.

A room names its proof in ready(). A proof reads in constant memory and yields what it finds broken, in order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as the ledger says: where, in the words of a stream (`complaint:12`), and what."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(slots=True)
class Tally:
    """What was looked at, by name, for the words at the end; `files` asks for the bytes on the disk as well."""

    files: bool = True
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, what: str, number: int = 1) -> None:
        self.counts[what] = self.counts.get(what, 0) + number


Proof = Callable[[Tally], Iterator[Fault]]
_proofs: dict[str, Proof] = {}


def prove_with(name: str, proof: Proof) -> None:
    """Names one more proof; the same name again replaces it."""
    _proofs[name] = proof


def faults(tally: Tally) -> Iterator[Fault]:
    """Runs every proof and yields what is broken."""
    for name in sorted(_proofs):
        yield from _proofs[name](tally)
