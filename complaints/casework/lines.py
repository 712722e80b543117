"""Lines of a draft, mended, taken out or moved on their own: nothing else of it is touched or typed again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import errors, preflight
from complaints.casework.drafting import save_draft, start_draft
from complaints.models import Complaint
from complaints.steps import lock, require_verb
from portal.accounts.actors import Actor
from portal.accounts.grants import AgentVerb


@transaction.atomic
def mend_line(*, actor: Actor, complaint_id: int, number: int, was: str, text: str, now: datetime) -> Complaint:
    """Puts `text` in place of the line of this number, which said `was`; an empty text takes it out.

    Raises Conflict when another line stands there by now; mending it twice to the same changes nothing.
    """
    lines = _lines(actor, complaint_id)
    new = preflight.split(text)
    if not 1 <= number <= len(lines) or lines[number - 1] != was.strip():
        if new and lines[number - 1 : number - 1 + len(new)] == new:
            return _keep(actor, complaint_id, lines, now)
        raise errors.moved_on()
    return _keep(actor, complaint_id, [*lines[: number - 1], *new, *lines[number:]], now)


@transaction.atomic
def take_out_lines(
    *, actor: Actor, complaint_id: int, numbers: Collection[int], version: int | None, now: datetime
) -> Complaint:
    """Takes lines out of a draft, by their numbers in this version of it; Conflict when it has moved on."""
    lines = _lines(actor, complaint_id, version)
    kept = [line for number, line in enumerate(lines, 1) if number not in set(numbers)]
    return _keep(actor, complaint_id, kept, now)


@transaction.atomic
def split_draft(*, actor: Actor, complaint_id: int, version: int | None, now: datetime) -> Complaint:
    """Moves the lines beyond the 500th into a second draft with the same right, reason and explanation; returns it.

    Raises Refused when there are none, Conflict when the draft has moved on.
    """
    lines = _lines(actor, complaint_id, version)
    rest = lines[preflight.MAX_ITEMS :]
    if not rest:
        raise errors.refused("nothing_to_split", _("There are no more than 500 lines; nothing was moved."), "items")
    first = _keep(actor, complaint_id, lines[: preflight.MAX_ITEMS], now)
    return start_draft(
        actor=actor,
        now=now,
        right=first.right.public_id if first.right else None,
        reason=first.reason,
        explanation=first.explanation,
        lines="\n".join(rest),
    )


def _lines(actor: Actor, complaint_id: int, version: int | None = None) -> list[str]:
    """The lines of a draft, which stays locked; Conflict when it is not of this version any more."""
    require_verb(actor, AgentVerb.FILE)
    draft = lock(actor, complaint_id)
    if not draft.is_draft:
        raise errors.step_refused("edit", str(draft.told.label))
    if version is not None and draft.version != version:
        raise errors.moved_on()
    return preflight.split(draft.lines)


def _keep(actor: Actor, complaint_id: int, lines: list[str], now: datetime) -> Complaint:
    return save_draft(actor=actor, complaint_id=complaint_id, now=now, lines="\n".join(lines))
