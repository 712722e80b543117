"""What every connector to a marketplace promises: apply an order, reverse it, read what is true outside."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from portal.marketplace.models import Target, TargetState


class MeasureAction(StrEnum):
    """What a marketplace can be told to do to a target."""

    LISTING_REMOVED = "listing_removed"
    VIDEO_REMOVED = "video_removed"
    LIVESTREAM_INTERRUPTED = "livestream_interrupted"
    CREATOR_PERMISSION_REVOKED = "creator_permission_revoked"
    STORE_DEACTIVATED = "store_deactivated"


class ReceiptStatus(StrEnum):
    """What a marketplace says about an order; only a reading proves it."""

    DONE = "done"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    PARTIAL = "partial"


EXPECTED: dict[str, tuple[str, TargetState]] = {
    MeasureAction.LISTING_REMOVED: ("listing", TargetState.REMOVED),
    MeasureAction.VIDEO_REMOVED: ("video", TargetState.REMOVED),
    MeasureAction.LIVESTREAM_INTERRUPTED: ("livestream", TargetState.INTERRUPTED),
    MeasureAction.CREATOR_PERMISSION_REVOKED: ("account", TargetState.PAUSED),
    MeasureAction.STORE_DEACTIVATED: ("account", TargetState.DEACTIVATED),
}


@dataclass(frozen=True, slots=True)
class Order:
    """One thing asked of the marketplace; the same id asked twice has one effect.

    Taking it back may be asked for again after it went wrong: `again` counts these, and each number acts once.
    """

    id: UUID
    action: str
    target: Target
    again: int = 1


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the marketplace answered to an order; `detail` is in the marketplace's words."""

    status: ReceiptStatus
    detail: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is true outside now; `whole` is False when only a part of the target follows `state`."""

    state: TargetState
    whole: bool = True
    detail: str = ""


class ConnectorDown(Exception):
    """The marketplace could not be asked at all; nothing is known about the effect, so try again."""


class Connector(Protocol):
    """The only three things the house asks of a marketplace."""

    def apply(self, order: Order) -> Receipt:
        """Carries the order out, once per order id."""
        ...

    def reverse(self, order: Order) -> Receipt:
        """Puts back what the order with this id did, once per order id and `again`."""
        ...

    def read(self, target: Target) -> Reading:
        """Says what the public can see now, whatever a receipt said."""
        ...


def connector_for(target: Target) -> Connector:
    """The connector that speaks for this target's marketplace, from settings.MARKETPLACE_CONNECTOR."""
    connector: Connector = import_string(settings.MARKETPLACE_CONNECTOR)()
    return connector


def expected_state(action: str) -> TargetState:
    """The state a target has once the action is carried out; KeyError for an unknown action."""
    return EXPECTED[action][1]


def fits(action: str, kind: str) -> bool:
    """Whether the action can be done to a target of this kind."""
    return action in EXPECTED and EXPECTED[action][0] == kind
