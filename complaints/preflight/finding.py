"""One finding of the check before filing: plain values, as pages and API show them."""

from __future__ import annotations

from dataclasses import dataclass

from complaints.reasons import CURE_STEP, GROUNDS, Ground

OK, WARN, BAD = "ok", "warn", "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: `tone` ok, warn or bad; bad ones stop the filing.

    `lines` are the numbers of the lines concerned, none where it is about the whole complaint. `ground` is the
    rejection that it makes likely. `step` is where it is cured (right, reason, items, evidence, verification), and
    `field` what to change there in the API.
    """

    tone: str
    code: str
    title: str
    detail: str
    lines: tuple[int, ...] = ()
    ground: Ground | None = None
    step: str = ""
    field: str = ""
    cure: str = ""

    @property
    def can_take_out(self) -> bool:
        """Whether leaving these lines out would settle it."""
        return self.tone != OK and bool(self.lines)

    @property
    def how_to_cure(self) -> str:
        """What to do about it, in words: its own cure, else that of the likely rejection."""
        return self.cure or (str(GROUNDS[self.ground].cure) if self.ground else "")

    @property
    def ground_words(self) -> str:
        """The likely rejection as a reviewer would name it, such as "R-07 Goods outside the right"."""
        return f"{self.ground.value} {GROUNDS[self.ground].label}" if self.ground else ""

    @property
    def where(self) -> str:
        """The step of the form at which it is cured."""
        return self.step or (CURE_STEP.get(self.ground, "") if self.ground else "")


def worst_first(findings: list[Finding]) -> list[Finding]:
    """Orders findings: what stops the filing first, what is in order last; the rest as it was."""
    return sorted(findings, key=lambda finding: (BAD, WARN, OK).index(finding.tone))
