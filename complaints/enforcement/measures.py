"""Which measure fits which target, in words, and which needs two people."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.marketplace.connectors.base import MeasureAction
from portal.marketplace.models import AccountKind, Target, TargetKind

BY_KIND = {
    TargetKind.LISTING: MeasureAction.LISTING_REMOVED,
    TargetKind.VIDEO: MeasureAction.VIDEO_REMOVED,
    TargetKind.LIVESTREAM: MeasureAction.LIVESTREAM_INTERRUPTED,
}

TO_RESPONDENT: dict[str, Promise] = {
    MeasureAction.LISTING_REMOVED: _("Your listing is removed by this decision."),
    MeasureAction.VIDEO_REMOVED: _("Your video is removed by this decision."),
    MeasureAction.LIVESTREAM_INTERRUPTED: _("Your livestream is interrupted by this decision."),
    MeasureAction.CREATOR_PERMISSION_REVOKED: _("Your permission to sell as a creator is revoked by this decision."),
    MeasureAction.STORE_DEACTIVATED: _("Your store is deactivated by this decision."),
}


def action_for(target: Target) -> MeasureAction:
    """Says which measure an accepted complaint about this target leads to."""
    if target.kind != TargetKind.ACCOUNT:
        return BY_KIND[TargetKind(target.kind)]
    if target.account.account_kind == AccountKind.CREATOR:
        return MeasureAction.CREATOR_PERMISSION_REVOKED
    return MeasureAction.STORE_DEACTIVATED


def needs_second(target: Target) -> bool:
    """Says whether a second person must confirm: measures on a whole account do."""
    return target.kind == TargetKind.ACCOUNT


def in_words(target: Target) -> Promise:
    """Says to the respondent what is done to this target."""
    return TO_RESPONDENT[action_for(target)]
