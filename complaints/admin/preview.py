"""What each side would receive, before anything is sent: the same text that the decision will send."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints import enforcement, errors, statements
from complaints.admin.forms import ASK
from complaints.casework.deciding import check_ground
from complaints.models import Complaint, Decision, Item
from complaints.models.decision import MEASURE_LABELS
from complaints.reasons import GROUNDS, Ground, Outcome
from complaints.rules.clocks import ANSWER_TO_DECISION_DAYS, ANSWER_WITHIN
from complaints.steps import need_text

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Side:
    """One text and who would get it; `how` says by which way, or that it waits."""

    title: str
    how: str
    text: str
    mine: bool = False


@dataclass(slots=True)
class Preview:
    """All texts of one decision, and its measures as (label, number of targets).

    `more` counts further accounts that would get a text of their own, `held` the items that wait for a second person.
    """

    sides: list[Side] = field(default_factory=list)
    more: int = 0
    held: int = 0
    measures: list[tuple[str, int]] = field(default_factory=list)


def preview(
    complaint: Complaint, *, item_ids: Collection[int], outcome: str, ground: str, text: str, now: datetime
) -> Preview:
    """Composes what a decision would send. Raises Refused as the decision itself would."""
    chosen = None if outcome == ASK else check_ground(outcome, ground)
    body = need_text(text)
    items = list(
        complaint.items.filter(pk__in=item_ids)
        .select_related("target__owner__target", "target__account__target", "right")
        .order_by("line", "id")
    )
    if not items:
        raise errors.refused("no_items_chosen", str(errors.NO_ITEMS_CHOSEN), "items")
    return _question(items, body, now) if chosen is None else _decision(complaint, items, chosen, body, now)


def preview_confirming(complaint: Complaint, decision: Decision, items: Sequence[Item], now: datetime) -> Preview:
    """Composes what a held decision would send once a second person confirms it."""
    ground = Ground(decision.ground)
    found = Preview(_texts(complaint, items, ground, decision.text, now, _("mail and portal")))
    found.measures = _measures(items)
    _cut(found)
    return found


def _question(items: list[Item], body: str, now: datetime) -> Preview:
    title = ngettext("To the complainant, about %d item", "To the complainant, about %d items", len(items))
    day = date_format(timezone.localtime(now + ANSWER_WITHIN), "j M Y, H:i")
    how = _("mail and portal, answer by %s") % day
    nobody = Side(_("To sellers and creators"), _("nothing"), _("They are not told that you ask."))
    return Preview([Side(title % len(items), how, body, mine=True), nobody])


def _decision(complaint: Complaint, items: list[Item], ground: Ground, body: str, now: datetime) -> Preview:
    accepted = GROUNDS[ground].outcome == Outcome.ACCEPTED
    held = [item for item in items if accepted and enforcement.needs_second(item.target)]
    at_once = [item for item in items if item not in held]
    found = Preview(held=len(held), measures=_measures(items) if accepted else [])
    for part, how in ((at_once, _("mail and portal")), (held, _("waits for a second person"))):
        if part:
            found.sides += _texts(complaint, part, ground, body, now, how)
    if not accepted:
        found.sides.append(
            Side(
                _("To sellers and creators"), _("nothing"), _("A rejected item leads to no measure; they are not told.")
            )
        )
    _cut(found)
    return found


def _texts(
    complaint: Complaint, items: Sequence[Item], ground: Ground, body: str, now: datetime, how: str
) -> list[Side]:
    until = (now + timedelta(days=ANSWER_TO_DECISION_DAYS)).date()
    with translation.override(statements.language_of(complaint)), timezone.override("UTC"):
        drafts = statements.compose(complaint, items, ground, body, until)
    return [_side(draft, how) for draft in drafts]


def _measures(items: Sequence[Item]) -> list[tuple[str, int]]:
    counted = Counter(enforcement.action_for(item.target) for item in items)
    return [(str(MEASURE_LABELS[action]), count) for action, count in counted.items()]


def _side(draft: statements.Draft, how: str) -> Side:
    if draft.account is None:
        return Side(_("To the complainant"), how, draft.text, mine=True)
    if not draft.account.contact_email:
        how = _("portal only: no address is known")
    return Side(_("To @%s") % draft.account.handle, how, draft.text)


def _cut(found: Preview) -> None:
    """Keeps the complainant's texts and those of the first accounts."""
    own = [side for side in found.sides if side.mine]
    others = [side for side in found.sides if not side.mine]
    found.sides, found.more = own + others[:SHOWN], max(0, len(others) - SHOWN)
