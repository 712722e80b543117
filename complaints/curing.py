"""Mending a rejected complaint: what failed, what proof is missing, where to begin, and until when. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from complaints import policies
from complaints.models import Complaint, Decision, Item
from complaints.querysets import ItemQuerySet
from complaints.reasons import CURE_STEP, Ground
from complaints.states import ItemState
from portal.accounts.actors import Actor
from portal.accounts.grants import AgentVerb

CURE_WITHIN = timedelta(days=10)
STEPS = ("right", "reason", "items", "evidence")


@dataclass(frozen=True, slots=True)
class Failed:
    """One rejection that can be mended: which check failed, the proof that is missing ("" where none was named), what
    cures it, at which step of the form, and how many items it is about."""

    ground: str
    label: str
    plain: str
    missing_proof: str
    cure: str
    step: str
    count: int


def curable_items(complaint: Complaint) -> ItemQuerySet:
    """The rejected items whose ground is not final."""
    found: ItemQuerySet = complaint.items.filter(
        state=ItemState.REJECTED, decision__ground__in=[ground.value for ground in CURE_STEP]
    )
    return found


def until(complaint: Complaint, rejections: Sequence[Decision]) -> datetime | None:
    """The moment up to which it can be mended: ten days after it was closed and last rejected; None while open."""
    if not complaint.is_closed or complaint.decided_at is None or not rejections:
        return None
    return max([complaint.decided_at, *(decision.decided_at for decision in rejections)]) + CURE_WITHIN


def rejections_of(complaint: Complaint, actor: Actor | None = None) -> list[Decision]:
    """The decisions behind the items that can be mended; for an agent those that they may file about."""
    items = curable_items(complaint)
    if actor is not None:
        items = items.covered(actor, AgentVerb.FILE)
    return list(Decision.objects.filter(pk__in=items.values("decision")).order_by("id"))


def failed(complaint: Complaint, actor: Actor | None = None) -> list[Failed]:
    """Says what failed in a rejected complaint, in the order of the form."""
    found: list[Failed] = []
    for decision in rejections_of(complaint, actor):
        ground = Ground(decision.ground)
        items = Item.objects.filter(complaint=complaint, decision=decision, state=ItemState.REJECTED)
        found.append(
            Failed(
                ground=ground.value,
                label=str(decision.ground_text.label),
                plain=_(decision.policy_text) if decision.policy_text else "",
                missing_proof=decision.missing_proof,
                cure=policies.of_version(decision.policy_version).cure(ground),
                step=CURE_STEP[ground],
                count=items.count(),
            )
        )
    return sorted(found, key=lambda each: STEPS.index(each.step))


def first_step(complaint: Complaint) -> str:
    """The step of the form that the earliest failed check points to."""
    steps = [each.step for each in failed(complaint)]
    return steps[0] if steps else STEPS[-1]


@dataclass(frozen=True, slots=True)
class Offer:
    """What the page of a rejected complaint says about mending it; `begun` is the draft or the case that does."""

    failed: list[Failed]
    until: datetime
    begun: Complaint | None


def offer(complaint: Complaint, actor: Actor, now: datetime) -> Offer | None:
    """Gives the offer while it stands, and afterwards what became of it; None where there is nothing to mend."""
    last = until(complaint, rejections_of(complaint, actor))
    if complaint.cures_id or last is None or complaint.organisation_id is None:
        return None
    begun: Complaint | None = Complaint.objects.visible_to(actor).filter(cures=complaint).first()
    if begun is None and (now > last or complaint.cured_by.exists() or not actor.may(AgentVerb.FILE)):
        return None
    return Offer(failed(complaint, actor), last, begun)
