"""What was reported before: the same target under the same mark or work for the same reason, whoever reported it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from brands.models import IPRight
from complaints import states
from complaints.models import Item
from portal.accounts.actors import Actor


@dataclass(frozen=True, slots=True)
class Earlier:
    """An item that was reported before; `told` says whether the reader may know by whom and when."""

    item: Item
    told: bool


def reported(targets: Sequence[int], *, actor: Actor, right: IPRight | None, reason: str) -> dict[int, Earlier]:
    """What stands reported, by target: by colleagues, and by every agency of the same principal.

    Rejected and withdrawn items may be reported again. An agent learns of those whose right and market are theirs too,
    though the complaint may not be. One query, and one more for an agent.
    """
    if actor.organisation is None or not reason or not targets:
        return {}
    items = (
        Item.objects.filter(target__in=targets, complaint__organisation=actor.organisation, complaint__reason=reason)
        .filter(_same_right(right))
        .covered(actor)
        .exclude(state__in=[states.ItemState.REJECTED, states.ItemState.WITHDRAWN])
        .select_related("complaint__created_by", "complaint__agency")
        .order_by("id")
    )
    found = {item.target_id: item for item in items}
    seen = _seen(found, actor)
    return {target: Earlier(item, seen is None or item.pk in seen) for target, item in found.items()}


def _same_right(right: IPRight | None) -> Q:
    """The same right in whichever register: a mark family is one sign."""
    if right is None:
        return Q()
    same = Q(right=right) | Q(complaint__right=right)
    return same | Q(complaint__family=right.family_id) if right.family_id else same


def _seen(found: dict[int, Item], actor: Actor) -> set[int] | None:
    """The items that an agent may read; None for who reads everything of the organisation."""
    if not actor.is_bound:
        return None
    items = Item.objects.visible_to(actor).filter(pk__in=[item.pk for item in found.values()])
    return set(items.values_list("pk", flat=True))


def says(earlier: Earlier, actor: Actor) -> str:
    """Who reported it and when, as far as this reader may know."""
    complaint = earlier.item.complaint
    if not earlier.told or complaint.submitted_at is None:
        return _("It was reported before, under an authorisation that is not yours. Left out.")
    return _("%(who)s reported it on %(day)s (%(reference)s). Left out.") % {
        "who": _who(earlier, actor),
        "day": date_format(localtime(complaint.submitted_at), "j M Y"),
        "reference": complaint.reference,
    }


def _who(earlier: Earlier, actor: Actor) -> str:
    """A colleague by name; of another house only the house."""
    complaint = earlier.item.complaint
    if complaint.agency_id != (actor.agency.pk if actor.agency else None):
        return complaint.agency.name if complaint.agency else complaint.complainant_name
    return complaint.created_by.get_short_name() if complaint.created_by else _("Your organisation")
