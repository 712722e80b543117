"""Cases in other jurisdictions for tests of clocks, and their clocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from complaints.casework.filing import enter_queue
from complaints.models import Clock, Complaint, Item, Signature
from complaints.states import ItemState
from portal.accounts.actors import Actor, member_actor_for
from portal.accounts.models import Role
from portal.ledger.models import Event
from portal.marketplace.models import Account
from tests.accounts.factories import make_member
from tests.complaints.factories import claimed, decide, make_listing, make_right, make_seller, reviewer

REASONS = {"trademark": "counterfeit", "copyright": "copied_work"}


@dataclass
class Filed:
    """A filed case with one listing of one seller in each market named."""

    complaint: Complaint
    owner: Actor
    seller: Account

    @property
    def items(self) -> dict[str, Item]:
        return {item.target.market: item for item in self.complaint.items.select_related("target").order_by("id")}

    @property
    def subject(self) -> str:
        return f"account:{self.seller.pk}"

    def fresh(self) -> Complaint:
        return Complaint.objects.get(pk=self.complaint.pk)

    def clock(self, rule: str) -> Clock:
        return self.complaint.clocks.get(rule=rule)

    def states(self) -> dict[str, str]:
        return dict(self.complaint.clocks.order_by("id").values_list("rule", "state"))

    def events(self, prefix: str = "") -> list[str]:
        found = Event.objects.filter(stream_kind="complaint", stream_id=str(self.complaint.pk)).order_by("seq")
        return [kind for kind in found.values_list("kind", flat=True) if kind.startswith(prefix)]


def file_in(*markets: str, kind: str = "copyright", now: datetime | None = None, **fields: Any) -> Filed:
    """Enters a case into the queue as filing does; what the packs ask for in the form is another room's test."""
    moment = now or timezone.now()
    membership = make_member(role=Role.RIGHTS_OWNER)
    right = make_right(membership.organisation, markets=markets, kind=kind)
    seller = make_seller()
    complaint = Complaint.objects.create(
        **{"source": "portal", "organisation": membership.organisation, "right": right, "family": right.family}
        | {"reason": REASONS[kind], "explanation": "Copied.", "created_by": membership.user}
        | {"created_at": moment, "updated_at": moment}
        | fields
    )
    items = [
        Item.objects.create(complaint=complaint, target=make_listing(seller, market=market), right=right, line=line)
        for line, market in enumerate(markets, 1)
    ]
    Signature.objects.create(
        **{"complaint": complaint, "declaration": "test", "version": "1", "text": "It is so.", "text_sha256": "0" * 64}
        | {"typed_name": membership.user.name, "strength": "password", "notice_sha256": "0" * 64, "signed_at": moment}
    )
    owner = member_actor_for(membership)
    enter_queue(complaint, items, owner, moment)
    return Filed(complaint, owner, seller)


def take_down(case: Filed, run_outbox: Any, *markets: str) -> Actor:
    """Accepts the items in these markets, all where none is named, and lets the measures be carried out."""
    me = claimed(case, reviewer())  # type: ignore[arg-type]  # it reads the complaint alone
    chosen = [item.pk for market, item in case.items.items() if not markets or market in markets]
    decide(case, me, items=chosen, ground="C-05")  # type: ignore[arg-type]  # the same
    run_outbox()
    assert set(Item.objects.filter(pk__in=chosen).values_list("state", flat=True)) == {ItemState.ACCEPTED}
    return me
