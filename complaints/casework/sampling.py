"""Second looks: a random share of what was decided goes to another reviewer, who does not see what was decided."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from complaints import errors
from complaints.casework.deciding import check_ground
from complaints.casework.desk import reviewer
from complaints.models import Complaint, Item, SecondLook
from complaints.steps import log
from portal.accounts.actors import Actor

SHARE = 0.05
NOTE_LENGTH = 2000


@transaction.atomic
def draw(*, since: datetime, until: datetime, now: datetime, share: float = SHARE, seed: int | None = None) -> int:
    """Draws the share (0 to 1) of the items decided in [since, until) at random, at least one; gives how many are new.

    Drawn twice for the same days it adds none to a decision that was drawn before, nor to one that was left out then:
    what is left is told by the seed alone.
    """
    decided = Item.objects.filter(
        decision__decided_at__gte=since, decision__decided_at__lt=until, state__in=["accepted", "rejected"]
    )
    drawn = SecondLook.objects.filter(item=OuterRef("pk"))
    if decided.filter(Exists(drawn)).exists():
        return 0
    found = list(decided.select_related("decision").order_by("id"))
    if not found:
        return 0
    count = max(1, round(len(found) * share))
    chosen = random.Random(seed).sample(found, count)  # noqa: S311 - a sample, not a secret
    SecondLook.objects.bulk_create(
        SecondLook(item=item, decision=item.decision, first_by_id=item.decision.decided_by_id, drawn_at=now)
        for item in chosen
        if item.decision is not None
    )
    return count


def waiting(actor: Actor) -> list[SecondLook]:
    """The looks that this reviewer may take: open, and of nobody's own decision, oldest first."""
    person = reviewer(actor)
    free = Q(reviewer__isnull=True) | Q(reviewer=person)
    rows = SecondLook.objects.filter(free, done_at__isnull=True).exclude(first_by=person)
    seen = Complaint.objects.visible_to(actor)
    return list(rows.filter(item__complaint__in=seen).select_related("item__complaint").order_by("drawn_at", "id")[:50])


@transaction.atomic
def open_look(*, actor: Actor, look_id: int, now: datetime) -> SecondLook:
    """Takes a look: from now on it is this reviewer's. Raises NotFound, Forbidden for the first reviewer, Conflict."""
    person = reviewer(actor)
    look = _locked(actor, look_id)
    if look.first_by_id == person.pk:
        raise errors.Forbidden("second_person", _("You decided this one; somebody else looks at it again."))
    if look.done_at is not None or look.reviewer_id not in {None, person.pk}:
        raise errors.moved_on()
    if look.reviewer_id is None:
        look.reviewer, look.opened_at = person, now
        look.save(update_fields=["reviewer", "opened_at"])
    return look


@transaction.atomic
def record_look(*, actor: Actor, look_id: int, outcome: str, ground: str, now: datetime, note: str = "") -> SecondLook:
    """Keeps what the second reviewer would decide; the case stays as it is. Raises as `open_look`, and Refused."""
    look = open_look(actor=actor, look_id=look_id, now=now)
    chosen = check_ground(outcome, ground)
    look.outcome, look.ground, look.note, look.done_at = outcome, chosen.value, note.strip()[:NOTE_LENGTH], now
    look.save(update_fields=["outcome", "ground", "note", "done_at"])
    agrees = look.decision.outcome == outcome
    log(look.item.complaint, "complaint.second_look", actor, now, item=look.item_id, agrees=agrees)
    return look


def choices(policy_version: str | None = None) -> Iterable[tuple[str, tuple[str, str], tuple[str, str]]]:
    """Of each look that is done: policy version, then (outcome, ground) of the first and of the second reviewer."""
    rows = SecondLook.objects.filter(done_at__isnull=False).select_related("decision")
    if policy_version is not None:
        rows = rows.filter(decision__policy_version=policy_version)
    for look in rows.order_by("id").iterator():
        yield (
            look.decision.policy_version,
            (look.decision.outcome, look.decision.ground),
            (look.outcome, look.ground),
        )


def _locked(actor: Actor, look_id: int) -> SecondLook:
    rows = SecondLook.objects.select_for_update(of=("self",)).filter(pk=look_id)
    seen = Complaint.objects.visible_to(actor)
    look = rows.filter(item__complaint__in=seen).select_related("item__complaint", "decision").first()
    if look is None:
        raise errors.no_such_complaint()
    return look
