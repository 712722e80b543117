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
    SUSPENDED = "suspended"


class RightVerb(StrEnum):
    """What people do to a right."""

    REGISTER = "register"
    UPDATE = "update"
    SUBMIT = "submit"
    RESUBMIT = "resubmit"
    APPROVE = "approve"
    REJECT = "reject"
    VERIFY = "verify"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    REOPEN = "reopen"
    ACCEPT_OWNER = "accept_owner"


STATE_LABELS: Final[dict[RightState, Promise]] = {
    RightState.DRAFT: _("Draft"),
    RightState.IN_REVIEW: _("In review"),
    RightState.APPROVED: _("Approved"),
    RightState.REJECTED: _("Rejected"),
    RightState.SUSPENDED: _("Suspended"),
}
STATE_TONES: Final[dict[RightState, str]] = {
    RightState.DRAFT: "",
    RightState.IN_REVIEW: "info",
    RightState.APPROVED: "ok",
    RightState.REJECTED: "bad",
    RightState.SUSPENDED: "bad",
}
STATE_CHOICES: Final = [(state.value, STATE_LABELS[state]) for state in RightState]

REGISTRARS: Final = frozenset({"administrator", "rights_owner", "agent", "key"})
DECIDERS: Final = frozenset({"reviewer", "senior", "policy"})
SYSTEM: Final = frozenset({"system"})


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
    # Everything agrees with a fresh record: no person is asked.
    Transition(RightState.IN_REVIEW, RightVerb.VERIFY, RightState.APPROVED, SYSTEM, "right.approved"),
    # The register says that it lapsed, or the desk learned that the approval was wrong.
    Transition(RightState.APPROVED, RightVerb.SUSPEND, RightState.SUSPENDED, SYSTEM | DECIDERS, "right.suspended"),
    Transition(RightState.SUSPENDED, RightVerb.REINSTATE, RightState.APPROVED, SYSTEM | DECIDERS, "right.reinstated"),
    # The register names another owner than the declared one, and a person has seen why.
    Transition(RightState.APPROVED, RightVerb.ACCEPT_OWNER, RightState.APPROVED, DECIDERS, "right.owner_accepted"),
    # The holder corrects what was approved: it goes through the desk again.
    Transition(RightState.APPROVED, RightVerb.REOPEN, RightState.DRAFT, REGISTRARS, "right.reopened"),
    Transition(RightState.SUSPENDED, RightVerb.REOPEN, RightState.DRAFT, REGISTRARS, "right.reopened"),
)
EVENT_LABELS: Final[dict[str, Promise]] = {
    "right.registered": _("Entered as a draft"),
    "right.edited": _("Draft changed"),
    "right.submitted": _("Sent to the desk for review"),
    "right.approved": _("Approved by the desk"),
    "right.rejected": _("Rejected by the desk"),
    "right.suspended": _("Suspended"),
    "right.reinstated": _("In force again"),
    "right.reopened": _("Taken back to be corrected"),
    "right.differs": _("The register names another owner"),
    "right.agrees": _("The register names the declared owner again"),
    "right.owner_accepted": _("Other owner accepted by the desk"),
    "right.checked": _("Compared with the register"),
    "right.conflict": _("Claimed by another organisation too"),
    "right.conflict_settled": _("Claim settled by the desk"),
    "right.renewal_near": _("Renewal is near"),
    "right.renewal_declared": _("Renewal declared, to be checked by the desk"),
    "right.renewed": _("Renewal accepted by the desk"),
    "right.renewal_refused": _("Renewal not accepted by the desk"),
}


class AuthorisationState(StrEnum):
    """Where a letter of authorisation stands; one that has run out is still `active`, but no longer in force."""

    ASKED = "asked"
    ACTIVE = "active"
    REFUSED = "refused"
    ENDED = "ended"


class RenewalState(StrEnum):
    """Where a declared renewal stands."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class SellerState(StrEnum):
    """Where a seller's authorisation stands."""

    ASKED = "asked"
    LISTED = "listed"
    REFUSED = "refused"
    ENDED = "ended"


AUTHORISATION_LABELS: Final[dict[AuthorisationState, Promise]] = {
    AuthorisationState.ASKED: _("Asked for"),
    AuthorisationState.ACTIVE: _("Granted"),
    AuthorisationState.REFUSED: _("Refused"),
    AuthorisationState.ENDED: _("Ended"),
}
AUTHORISATION_TONES: Final[dict[AuthorisationState, str]] = {
    AuthorisationState.ASKED: "info",
    AuthorisationState.ACTIVE: "ok",
    AuthorisationState.REFUSED: "bad",
    AuthorisationState.ENDED: "",
}
AUTHORISATION_CHOICES: Final = [(state.value, AUTHORISATION_LABELS[state]) for state in AuthorisationState]
AUTHORISATION_STEPS: Final[dict[tuple[AuthorisationState, str], AuthorisationState]] = {
    (AuthorisationState.ASKED, "grant"): AuthorisationState.ACTIVE,
    (AuthorisationState.ASKED, "refuse"): AuthorisationState.REFUSED,
    (AuthorisationState.ACTIVE, "end"): AuthorisationState.ENDED,
    (AuthorisationState.ASKED, "end"): AuthorisationState.ENDED,
}
RENEWAL_LABELS: Final[dict[RenewalState, Promise]] = {
    RenewalState.ASKED: _("With the desk"),
    RenewalState.ACCEPTED: _("Accepted"),
    RenewalState.REFUSED: _("Not accepted"),
}
RENEWAL_TONES: Final[dict[RenewalState, str]] = {
    RenewalState.ASKED: "info",
    RenewalState.ACCEPTED: "ok",
    RenewalState.REFUSED: "bad",
}
RENEWAL_CHOICES: Final = [(state.value, RENEWAL_LABELS[state]) for state in RenewalState]
RENEWAL_STEPS: Final[dict[tuple[RenewalState, str], RenewalState]] = {
    (RenewalState.ASKED, "accept"): RenewalState.ACCEPTED,
    (RenewalState.ASKED, "refuse"): RenewalState.REFUSED,
}
SELLER_LABELS: Final[dict[SellerState, Promise]] = {
    SellerState.ASKED: _("Asked for"),
    SellerState.LISTED: _("Listed"),
    SellerState.REFUSED: _("Refused"),
    SellerState.ENDED: _("Ended"),
}
SELLER_TONES: Final[dict[SellerState, str]] = {
    SellerState.ASKED: "info",
    SellerState.LISTED: "ok",
    SellerState.REFUSED: "bad",
    SellerState.ENDED: "",
}
SELLER_CHOICES: Final = [(state.value, SELLER_LABELS[state]) for state in SellerState]
SELLER_STEPS: Final[dict[tuple[SellerState, str], SellerState]] = {
    (SellerState.ASKED, "list"): SellerState.LISTED,
    (SellerState.ASKED, "refuse"): SellerState.REFUSED,
    (SellerState.ASKED, "end"): SellerState.ENDED,
    (SellerState.LISTED, "end"): SellerState.ENDED,
}


def transition(source: str | None, verb: RightVerb) -> Transition | None:
    """The one step that `verb` makes from `source`, or None when the table has none."""
    return next((row for row in TRANSITIONS if row.source == source and row.verb == verb), None)


def may(role: str, verb: RightVerb) -> bool:
    """Whether `role` does `verb` in any state: who is asked before where."""
    return any(role in row.who for row in TRANSITIONS if row.verb == verb)
