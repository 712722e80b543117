"""May this happen to an organisation? One table of transitions: (from, verb, to, who, event)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class OrganisationState(StrEnum):
    """Whether the desk knows who this organisation is."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    REJECTED = "rejected"
    SUSPENDED = "suspended"


class OrganisationVerb(StrEnum):
    """What is done to an organisation's standing."""

    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    REOPEN = "reopen"


class Transition(NamedTuple):
    """One allowed step."""

    source: OrganisationState
    verb: OrganisationVerb
    target: OrganisationState
    who: frozenset[str]
    event: str


S, V = OrganisationState, OrganisationVerb
MANAGERS: Final = frozenset({"administrator"})
CHECKERS: Final = frozenset({"reviewer", "senior"})
SENIORS: Final = frozenset({"senior"})
SYSTEM: Final = frozenset({"system"})

TRANSITIONS: Final[tuple[Transition, ...]] = (
    Transition(S.DRAFT, V.SUBMIT, S.IN_REVIEW, MANAGERS, "organisation.submitted"),
    Transition(S.REJECTED, V.SUBMIT, S.IN_REVIEW, MANAGERS, "organisation.submitted"),
    Transition(S.IN_REVIEW, V.APPROVE, S.APPROVED, CHECKERS, "organisation.approved"),
    Transition(S.IN_REVIEW, V.REJECT, S.REJECTED, CHECKERS, "organisation.rejected"),
    Transition(S.APPROVED, V.SUSPEND, S.SUSPENDED, SENIORS, "organisation.suspended"),
    Transition(S.SUSPENDED, V.REINSTATE, S.APPROVED, SENIORS, "organisation.reinstated"),
    # Another owner is another question: who it was is no proof of who it is.
    Transition(S.APPROVED, V.REOPEN, S.IN_REVIEW, SYSTEM, "organisation.reopened"),
)
STATE_LABELS: Final[dict[OrganisationState, Promise]] = {
    S.DRAFT: _("Not verified yet"),
    S.IN_REVIEW: _("In review"),
    S.APPROVED: _("Verified"),
    S.REJECTED: _("Rejected"),
    S.SUSPENDED: _("Suspended"),
}
STATE_TONES: Final[dict[OrganisationState, str]] = {
    S.DRAFT: "",
    S.IN_REVIEW: "info",
    S.APPROVED: "ok",
    S.REJECTED: "bad",
    S.SUSPENDED: "bad",
}
STATE_VALUES: Final = [state.value for state in OrganisationState]
STATE_CHOICES: Final = [(state.value, STATE_LABELS[state]) for state in OrganisationState]


def transition(source: str, verb: OrganisationVerb) -> Transition | None:
    """The one step that `verb` makes from `source`, or None when the table has none."""
    return next((row for row in TRANSITIONS if row.source == source and row.verb == verb), None)
