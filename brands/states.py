"""May this happen to a right? One table of transitions: (from, verb, to, who, event)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class RightState(StrEnum):
    """Where an organisation's claim on a mark stands with the desk."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    REJECTED = "rejected"


class RightVerb(StrEnum):
    """What people do to a right."""

    REGISTER = "register"
    UPDATE = "update"
    SUBMIT = "submit"
    RESUBMIT = "resubmit"
    APPROVE = "approve"
    REJECT = "reject"


STATE_LABELS: Final[dict[RightState, Promise]] = {
    RightState.DRAFT: _("Draft"),
    RightState.IN_REVIEW: _("In review"),
    RightState.APPROVED: _("Approved"),
    RightState.REJECTED: _("Rejected"),
}
STATE_TONES: Final[dict[RightState, str]] = {
    RightState.DRAFT: "",
    RightState.IN_REVIEW: "info",
    RightState.APPROVED: "ok",
    RightState.REJECTED: "bad",
}
STATE_CHOICES: Final = [(state.value, STATE_LABELS[state]) for state in RightState]

REGISTRARS: Final = frozenset({"administrator", "rights_owner", "agent", "key"})
DECIDERS: Final = frozenset({"reviewer", "senior", "policy"})


class Transition(NamedTuple):
    """One allowed step; `source` is None when the right does not exist yet."""

    source: RightState | None
    verb: RightVerb
    target: RightState
    who: frozenset[str]
    event: str


TRANSITIONS: Final[tuple[Transition, ...]] = (
    Transition(None, RightVerb.REGISTER, RightState.DRAFT, REGISTRARS, "right.registered"),
    Transition(RightState.DRAFT, RightVerb.UPDATE, RightState.DRAFT, REGISTRARS, "right.edited"),
    Transition(RightState.REJECTED, RightVerb.UPDATE, RightState.REJECTED, REGISTRARS, "right.edited"),
    Transition(RightState.DRAFT, RightVerb.SUBMIT, RightState.IN_REVIEW, REGISTRARS, "right.submitted"),
    Transition(RightState.REJECTED, RightVerb.RESUBMIT, RightState.IN_REVIEW, REGISTRARS, "right.submitted"),
    Transition(RightState.IN_REVIEW, RightVerb.APPROVE, RightState.APPROVED, DECIDERS, "right.approved"),
    Transition(RightState.IN_REVIEW, RightVerb.REJECT, RightState.REJECTED, DECIDERS, "right.rejected"),
)
EVENT_LABELS: Final[dict[str, Promise]] = {
    "right.registered": _("Entered as a draft"),
    "right.edited": _("Draft changed"),
    "right.submitted": _("Sent to the desk for review"),
    "right.approved": _("Approved by the desk"),
    "right.rejected": _("Rejected by the desk"),
}


def transition(source: str | None, verb: RightVerb) -> Transition | None:
    """The one step that `verb` makes from `source`, or None when the table has none."""
    return next((row for row in TRANSITIONS if row.source == source and row.verb == verb), None)


def may(role: str, verb: RightVerb) -> bool:
    """Whether `role` does `verb` in any state: who is asked before where."""
    return any(role in row.who for row in TRANSITIONS if row.verb == verb)
