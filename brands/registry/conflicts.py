"""Two organisations, one mark: neither is refused silently; staff settle it, and the first verified stays in force."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from brands.models import IPRight, RightConflict, RightState
from brands.models.right import SuspendedFor
from brands.registry.common import tell
from brands.registry.deciding import check_against_register, decide
from brands.registry.keeping import lose, move_out
from brands.states import RightVerb, transition
from portal.accounts.actors import SYSTEM, Actor
from portal.errors import Conflict, Forbidden, NotFound, Refused
from portal.ledger.events import commit_text


def settle(*, actor: Actor, conflict: RightConflict, keep: Iterable[int], reason: str, now: datetime) -> RightConflict:
    """Ends a conflict: the rights in `keep` (ids) go their way, the others are rejected or suspended with `reason`.

    More than one may be kept: owner and licensee can both speak for a mark. Raises Forbidden unless a senior reviewer
    or policy asks, Refused without a reason or when nothing of the conflict is kept, Conflict when it was settled.
    """
    if not actor.has_staff_role("senior", "policy"):
        raise Forbidden("role_may_not", _("A senior reviewer or policy settles conflicts."))
    if not reason.strip():
        raise Refused("reason_missing", _("Say why: both organisations read it."), "reason")
    with transaction.atomic():
        row = RightConflict.objects.select_for_update().filter(pk=conflict.pk).first()
        if row is None:
            raise NotFound("conflict_not_found", _("There is no such conflict."))
        if row.state != RightConflict.State.OPEN:
            raise Conflict("conflict_settled", _("Somebody has settled this conflict already; nothing was changed."))
        rights = list(row.rights.select_for_update(of=("self",)).order_by("verified_at", "id"))
        kept = _kept(rights, keep)
        _close(row, actor, kept, reason.strip(), now)
        for right in rights:
            if right not in kept:
                _refuse(actor, right, reason.strip(), now)
            tell(actor, right, "right.conflict_settled", {"conflict": row.pk, "kept": right in kept}, now)
    return row


def _kept(rights: list[IPRight], keep: Iterable[int]) -> list[IPRight]:
    wanted = set(keep)
    kept = [right for right in rights if right.pk in wanted]
    if not kept or len(kept) != len(wanted):
        raise Refused("nothing_kept", _("Choose at least one of the claims that may go on."), "keep")
    return kept


def _close(row: RightConflict, actor: Actor, kept: list[IPRight], reason: str, now: datetime) -> None:
    row.state, row.reason = RightConflict.State.SETTLED, reason
    row.salt, _digest = commit_text(reason)
    row.settled_by, row.settled_at = actor.user, now
    row.save(update_fields=["state", "reason", "salt", "settled_by", "settled_at"])
    row.kept.set(kept)


def _refuse(actor: Actor, right: IPRight, reason: str, now: datetime) -> None:
    """Takes out what was decided, rejects what was with the desk; what is neither any more stays.

    What the register or the desk had suspended stays out for this reason from now on: it does not come back by itself.
    """
    if right.state == RightState.APPROVED:
        move_out(SYSTEM, right, SuspendedFor.CONFLICT, reason, now)
    elif right.state == RightState.SUSPENDED:
        lose(right, reason, now)
    elif right.state == RightState.IN_REVIEW and (found := transition(right.state, RightVerb.REJECT)):
        decide(actor, right, found, check_against_register(right), reason, now)
