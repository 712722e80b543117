"""Which rejections are likely as a complaint stands, and how to cure each; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from complaints.preflight.finding import BAD, OK, Finding
from complaints.preflight.lines import READY, AnsweredLine
from complaints.reasons import GROUNDS, Ground


@dataclass(frozen=True, slots=True)
class Likely:
    """A rejection that is likely: of these lines, or of everything that is ready where a finding is about all of it.

    `because` are the codes of the findings, `cures` what to do about each, in words and once.
    """

    ground: Ground
    lines: tuple[int, ...]
    because: tuple[str, ...]
    cures: tuple[str, ...]

    @property
    def label(self) -> str:
        return str(GROUNDS[self.ground].label)


def rejections(findings: Iterable[Finding], lines: Sequence[AnsweredLine]) -> list[Likely]:
    """The likely rejections of what would be filed, most lines first; what is left out anyhow is not filed."""
    ready = [line.number for line in lines if line.fate == READY]
    kept: dict[Ground, list[Finding]] = {}
    for finding in findings:
        if finding.tone != OK and finding.ground and (not finding.lines or set(finding.lines) & set(ready)):
            kept.setdefault(finding.ground, []).append(finding)
    made = [_likely(ground, found, ready) for ground, found in kept.items()]
    return sorted((each for each in made if each.lines), key=lambda each: (-len(each.lines), each.ground))


def _likely(ground: Ground, found: Sequence[Finding], ready: Sequence[int]) -> Likely:
    wide = any(not finding.lines for finding in found)
    named = {number for finding in found for number in finding.lines}
    lines = tuple(number for number in ready if wide or number in named)
    cures = dict.fromkeys(cure for finding in found if (cure := finding.how_to_cure))
    return Likely(ground, lines, tuple(dict.fromkeys(finding.code for finding in found)), tuple(cures))


def of_lines(findings: Iterable[Finding]) -> dict[int, list[Finding]]:
    """The findings that name a line, by its number."""
    by_number: dict[int, list[Finding]] = {}
    for finding in findings:
        for number in finding.lines if finding.tone != OK else ():
            by_number.setdefault(number, []).append(finding)
    return by_number


def at_risk(findings: Iterable[Finding], lines: Sequence[AnsweredLine]) -> set[int]:
    """The numbers of ready lines that are likely to be rejected for something about themselves."""
    ready = {line.number for line in lines if line.fate == READY}
    named = {number for finding in findings if finding.ground and finding.tone != BAD for number in finding.lines}
    return ready & named
