"""What each side would receive, before anything is sent: the same text that the decision will send."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints import enforcement, errors, policies, statements
from complaints.casework.deciding import ASK, Basis, Verdict, judge
from complaints.casework.superseding import parts_again
from complaints.fill_ins import need_outgoing
from complaints.models import Complaint, Decision, Item
from complaints.models.decision import MEASURE_LABELS, REVERSED_LABELS
from complaints.reasons import GROUNDS, Ground
from complaints.rules.clocks import ANSWER_TO_DECISION_DAYS, ANSWER_WITHIN
from complaints.statements import Grounds
from complaints.states import ItemState
from portal.accounts.actors import Actor

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
    complaint: Complaint, actor: Actor, verdicts: Sequence[Verdict], *, policy: str, now: datetime, again: bool = False
) -> Preview:
    """Composes what one press would send, all its parts. Raises as the decision itself would.

    `policy` is the version that the page was opened with; `again` previews a decision that supersedes.
    """
    found = Preview()
    for verdict in verdicts:
        with verdict.named():
            part = _part(complaint, actor, verdict, policy, now, again=again)
        if len(verdicts) > 1:
            said = GROUNDS[Ground(verdict.ground)].label if verdict.outcome != ASK else _("question")
            part.sides = [replace(side, title=f"{side.title} ({said})") for side in part.sides]
        found.sides += part.sides
        found.more, found.held = found.more + part.more, found.held + part.held
        found.measures += part.measures
    return found


def _part(complaint: Complaint, actor: Actor, verdict: Verdict, policy: str, now: datetime, *, again: bool) -> Preview:
    basis = None
    if verdict.outcome != ASK:
        basis = judge(
            actor,
            outcome=verdict.outcome,
            ground=verdict.ground,
            text=verdict.text,
            missing_proof=verdict.missing_proof,
            policy=policy,
        )
    body = need_outgoing(verdict.text)
    items = list(
        complaint.items.filter(pk__in=verdict.item_ids)
        .select_related("target__owner__target", "target__account__target", "right", "decision")
        .order_by("line", "id")
    )
    if not items:
        raise errors.refused("no_items_chosen", str(errors.NO_ITEMS_CHOSEN), "items")
    if basis is None:
        return _question(items, body, now)
    return _again(complaint, items, basis, now) if again else _decision(complaint, items, basis, now)


def preview_confirming(complaint: Complaint, decision: Decision, items: Sequence[Item], now: datetime) -> Preview:
    """Composes what a held decision would send once a second person confirms it."""
    policy = policies.of_version(decision.policy_version)
    grounds = Grounds(Ground(decision.ground), policy, decision.missing_proof, statements.replaced_by(decision))
    found = Preview(_texts(complaint, items, grounds, decision.text, now, _("mail and portal")))
    found.measures = _measures(items)
    _cut(found)
    return found


def _question(items: list[Item], body: str, now: datetime) -> Preview:
    title = ngettext("To the complainant, about %d item", "To the complainant, about %d items", len(items))
    day = date_format(timezone.localtime(now + ANSWER_WITHIN), "j M Y, H:i")
    how = _("mail and portal, answer by %s") % day
    nobody = Side(_("To sellers and creators"), _("nothing"), _("They are not told that you ask."))
    return Preview([Side(title % len(items), how, body, mine=True), nobody])


def _decision(complaint: Complaint, items: list[Item], basis: Basis, now: datetime) -> Preview:
    held = [item for item in items if basis.accepts and enforcement.needs_second(item.target)]
    at_once = [item for item in items if item not in held]
    grounds = Grounds(basis.ground, basis.policy, basis.missing_proof)
    found = Preview(held=len(held), measures=_measures(items) if basis.accepts else [])
    for part, how in ((at_once, _("mail and portal")), (held, _("waits for a second person"))):
        if part:
            found.sides += _texts(complaint, part, grounds, basis.text, now, how)
    if not basis.accepts:
        nobody = _("A rejected item leads to no measure; they are not told.")
        found.sides.append(Side(_("To sellers and creators"), _("nothing"), nobody))
    _cut(found)
    return found


def _again(complaint: Complaint, items: list[Item], basis: Basis, now: datetime) -> Preview:
    """What superseding would send: one decision for each that is replaced, as the verb writes them."""
    found = Preview()
    for old, verb, part in parts_again(items, basis):
        replaces = old if old.statements.exists() else statements.replaced_by(old)
        grounds = Grounds(basis.ground, basis.policy, basis.missing_proof, replaces)
        held = verb == "hold_again"
        found.sides += _texts(
            complaint, part, grounds, basis.text, now, _("waits for a second person") if held else _("mail and portal")
        )
        found.held += len(part) if held else 0
        stood = [item for item in part if item.state == ItemState.ACCEPTED]
        new = [item for item in part if item not in stood]
        found.measures += _measures(new) if basis.accepts else _taken_back(stood)
    _cut(found)
    return found


def _taken_back(items: Sequence[Item]) -> list[tuple[str, int]]:
    counted = Counter(enforcement.action_for(item.target) for item in items)
    return [(str(REVERSED_LABELS[action]), count) for action, count in counted.items()]


def _texts(
    complaint: Complaint, items: Sequence[Item], grounds: Grounds, body: str, now: datetime, how: str
) -> list[Side]:
    until = (now + timedelta(days=ANSWER_TO_DECISION_DAYS)).date()
    with translation.override(statements.language_of(complaint)), timezone.override("UTC"):
        drafts = statements.compose(complaint, items, grounds, body, until)
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
