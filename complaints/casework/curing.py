"""Curing: one click makes a draft of what was rejected, so that only the missing proof has to be added."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from brands.cover import cover_of, outside
from complaints import curing, errors
from complaints.models import Complaint, Evidence, Item
from complaints.steps import lock, require_verb
from portal.accounts.actors import Actor, ActorKind
from portal.accounts.grants import AgentVerb
from portal.marketplace.times import Span
from portal.marketplace.written import Written


@transaction.atomic
def cure(*, actor: Actor, complaint_id: int, now: datetime) -> Complaint:
    """Copies right, reason, explanation, evidence and the rejected items into a draft that cures this complaint.

    Asked again while that draft is not filed, it gives the same draft. Raises Conflict for a complaint that is not
    decided, that is final, that was cured before, or whose ten days are over.
    """
    require_verb(actor, AgentVerb.FILE)
    rejected = lock(actor, complaint_id)
    if not rejected.is_closed:
        raise errors.step_refused("cure", str(rejected.told.label))
    begun = rejected.cured_by.first()
    if begun is not None:
        return _again(actor, begun)
    items = _items(actor, rejected, now)
    draft = Complaint.objects.create(
        source=Complaint.Source.API if actor.kind == ActorKind.KEY else Complaint.Source.PORTAL,
        organisation=actor.organisation,
        agency=actor.agency,
        right=rejected.right,
        family=rejected.family,
        reason=rejected.reason,
        explanation=rejected.explanation,
        lines="\n".join(_line(item) for item in items),
        cures=rejected,
        created_by=actor.user,
        created_at=now,
        updated_at=now,
    )
    Evidence.objects.bulk_create(
        Evidence(complaint=draft, file=each.file, caption=each.caption, added_at=now)
        for each in rejected.evidence.select_related("file").order_by("id")
    )
    return draft


def _line(item: Item) -> str:
    """The item as a line of a draft, with the times and the note that it had."""
    span = Span(item.from_second, item.to_second) if item.from_second is not None else None
    return str(Written(item.target.url, span, item.note))


def _again(actor: Actor, begun: Complaint) -> Complaint:
    """Gives the draft that was begun before. Raises Conflict when it is filed, or when a colleague keeps it."""
    if begun.is_draft and Complaint.objects.visible_to(actor).filter(pk=begun.pk).exists():
        return begun
    if begun.is_draft:
        raise errors.Conflict("cure_begun", _("A colleague has begun to mend this complaint."))
    text = _("This complaint was mended by %(reference)s. A complaint can be mended once.")
    raise errors.Conflict("cured_already", text % {"reference": begun.reference})


def _items(actor: Actor, rejected: Complaint, now: datetime) -> list[Item]:
    """The rejected items that may be reported again. Raises Conflict when there are none or their time is over."""
    if rejected.cures_id:
        text = _("This complaint mended another one; its rejection is final.")
        raise errors.Conflict("cure_final", text)
    rejections = curing.rejections_of(rejected)
    last = curing.until(rejected, rejections)
    if last is None:
        raise errors.Conflict(
            "not_curable", _("Nothing of this complaint was rejected on a ground that can be mended.")
        )
    if now > last:
        day = date_format(timezone.localtime(last), "j M Y, H:i")
        raise errors.Conflict("cure_too_late", _("It could be mended until %s. File a new complaint instead.") % day)
    if rejected.right_id and not cover_of(actor).allows(AgentVerb.FILE, rejected.right_id):
        raise outside()
    mine = curing.curable_items(rejected).covered(actor, AgentVerb.FILE)
    items = list(mine.select_related("target").order_by("line", "id"))
    if not items:
        raise outside()
    return items
