"""Taking back what was approved, to correct it: it goes through the desk again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.translation import ngettext

from brands import writing
from brands.models import IPRight
from brands.registry import covering, owners
from brands.registry.common import step, tell, tenant
from brands.states import RightVerb
from portal.accounts.actors import Actor
from portal.errors import Conflict

# Rooms above say how many of their open cases lean on a right; each adds its question when the apps are ready.
leaning: list[Callable[[IPRight], int]] = []


def reopen(*, actor: Actor, right: IPRight, now: datetime, version: int | None = None) -> IPRight:
    """Makes an approved or suspended right a draft again: nothing can be reported with it until it is approved anew.

    Raises Conflict while open complaints lean on it.
    """
    tenant(actor, RightVerb.REOPEN)
    with transaction.atomic():
        row, found = step(actor, right, RightVerb.REOPEN, version)
        covering.may_change(actor, row)
        _refuse_while_leaned_on(row)
        row.state, row.state_reason, row.suspended_for = found.target.value, "", ""
        owners.forget(row)
        row.submitted_at = row.verified_by = row.verified_at = row.next_check_at = None
        writing.save(
            row,
            *("state", "state_reason", "suspended_for", "submitted_at"),
            *("verified_by", "verified_at", "next_check_at"),
            *owners.COLUMNS,
        )
        tell(actor, row, found.event, {}, now)
    return row


def _refuse_while_leaned_on(row: IPRight) -> None:
    count = sum(count_of(row) for count_of in leaning)
    if count:
        text = ngettext(
            "%(count)d open complaint leans on this right. Take it back, or wait until it is decided.",
            "%(count)d open complaints lean on this right. Take them back, or wait until they are decided.",
            count,
        )
        raise Conflict("leaned_on", text % {"count": count})
