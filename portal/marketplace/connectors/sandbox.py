"""A marketplace to try things on: keeps its own truth and, when told so, refuses, dawdles, does half or lies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.actors import Actor, ActorKind
from portal.errors import Forbidden, Refused
from portal.marketplace.connectors.base import Order, Reading, Receipt, ReceiptStatus, expected_state, fits
from portal.marketplace.models import SandboxBehaviour, SandboxMode, SandboxObject, Target, TargetState

LONGEST_DELAY = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Manner:
    """How one order will be answered."""

    mode: SandboxMode
    delay: timedelta = timedelta()


class SandboxConnector:
    """Carries orders out on SandboxObject rows, once per order id and direction.

    A refused order changes nothing and is not remembered: asking again asks anew. Every other answer is
    remembered, so the same order id asked twice gets the same receipt and has no second effect.
    """

    def __init__(self, clock: Callable[[], datetime] = timezone.now) -> None:
        self.clock = clock

    def apply(self, order: Order) -> Receipt:
        """Does what the order says, in the manner that the controls ask for."""
        if not fits(order.action, order.target.kind):
            detail = f"{order.action} cannot be done to a {order.target.kind}."
            return Receipt(ReceiptStatus.REFUSED, detail)
        return self._carry_out(order, "apply")

    def reverse(self, order: Order) -> Receipt:
        """Puts the target back to what it was before the order with this id, or live when that is not known."""
        return self._carry_out(order, "reverse")

    def read(self, target: Target) -> Reading:
        """What a visitor of the sandbox shop sees now."""
        with transaction.atomic():
            thing = locked(target)
            settle(thing, self.clock())
        if thing.whole:
            return Reading(TargetState(thing.actual), True, "")
        return Reading(TargetState(thing.actual), False, half_detail(TargetState(thing.actual)))

    def _carry_out(self, order: Order, verb: str) -> Receipt:
        key = f"{verb}:{order.id}" if order.again == 1 else f"{verb}:{order.id}:{order.again}"
        with transaction.atomic():
            thing = locked(order.target)
            settle(thing, self.clock())
            if known := thing.orders.get(key):
                return Receipt(ReceiptStatus(known["status"]), known["detail"], known["reference"])
            goal = expected_state(order.action) if verb == "apply" else state_before(thing, order)
            before = thing.actual if thing.actual != goal else before_others(thing)
            receipt = act(thing, goal, next_manner(order.target), self.clock(), reference(order, verb))
            if receipt.status != ReceiptStatus.REFUSED:
                answer = {"status": receipt.status, "detail": receipt.detail, "reference": receipt.reference}
                thing.orders[key] = {**answer, "before": before}
                thing.save()
        return receipt


def locked(target: Target) -> SandboxObject:
    """The sandbox's row for a target, made on first sight from what we believe, locked until the end of the block."""
    SandboxObject.objects.get_or_create(target=target, defaults={"actual": target.state})
    return SandboxObject.objects.select_for_update().get(target=target)


def settle(thing: SandboxObject, now: datetime) -> None:
    """Lets a delayed change happen once its time has come."""
    if thing.pending_state and thing.change_at and thing.change_at <= now:
        thing.actual, thing.whole = thing.pending_state, True
        thing.pending_state, thing.change_at = "", None
        thing.save(update_fields=["actual", "whole", "pending_state", "change_at"])


def settle_all(now: datetime) -> int:
    """Lets every delayed change whose time has come happen; returns how many."""
    due = SandboxObject.objects.filter(change_at__lte=now).exclude(pending_state="")
    if not due.exists():
        return 0
    return due.update(actual=F("pending_state"), whole=True, pending_state="", change_at=None)


def act(thing: SandboxObject, goal: TargetState, manner: Manner, now: datetime, ref: str) -> Receipt:
    """Changes the row (unsaved) as the manner says and words the receipt."""
    if manner.mode == SandboxMode.REFUSE:
        return Receipt(ReceiptStatus.REFUSED, "The marketplace refused: this target is under its own review.")
    if manner.mode == SandboxMode.LIE:
        return Receipt(ReceiptStatus.DONE, f"Now {goal.value}.", ref)
    if manner.mode == SandboxMode.DELAY:
        thing.pending_state, thing.change_at = goal, now + manner.delay
        seconds = int(manner.delay.total_seconds())
        return Receipt(ReceiptStatus.ACCEPTED, f"Taken on; done in about {seconds} s.", ref)
    thing.pending_state, thing.change_at = "", None
    thing.actual, thing.whole = goal, manner.mode != SandboxMode.HALF
    if thing.whole:
        return Receipt(ReceiptStatus.DONE, f"Now {goal.value}.", ref)
    return Receipt(ReceiptStatus.PARTIAL, half_detail(goal), ref)


def half_detail(state: TargetState) -> str:
    """What is left undone, in the marketplace's words."""
    if state == TargetState.LIVE:
        return "Back at its address, but not in search yet."
    return "Gone from search, but its page still opens and it can still be bought."


def state_before(thing: SandboxObject, order: Order) -> TargetState:
    """What reversing this order leads back to."""
    known = thing.orders.get(f"apply:{order.id}")
    return TargetState(known["before"]) if known else TargetState.LIVE


def before_others(thing: SandboxObject) -> str:
    """What it was before earlier orders brought it to where it is: the same asked twice forgets nothing."""
    applied = [known["before"] for key, known in thing.orders.items() if key.startswith("apply:")]
    return next((str(before) for before in applied if before != thing.actual), thing.actual)


def reference(order: Order, verb: str) -> str:
    return f"SB-{verb[0].upper()}-{order.id.hex[:12]}"


def next_manner(target: Target) -> Manner:
    """The manner for this order: the target's own before the general one; a counted one is used up by one."""
    rows = SandboxBehaviour.objects.select_for_update().filter(Q(target=target) | Q(target__isnull=True))
    chosen = min(rows, key=lambda row: row.target_id is None, default=None)
    if chosen is None:
        return Manner(SandboxMode.AGREE)
    if chosen.remaining == 1:
        chosen.delete()
    elif chosen.remaining is not None:
        chosen.remaining -= 1
        chosen.save(update_fields=["remaining"])
    return Manner(SandboxMode(chosen.mode), timedelta(seconds=chosen.delay_seconds))


def set_behaviour(
    *,
    actor: Actor,
    mode: str,
    target: Target | None = None,
    remaining: int | None = None,
    delay_seconds: int = 60,
    now: datetime,
) -> SandboxBehaviour:
    """Sets how the sandbox answers orders for one target, or for all others; replaces what was set before."""
    require_controls(actor)
    if mode not in SandboxMode.values:
        raise Refused("unknown_mode", _("This is not a way to behave."), "mode")
    if remaining is not None and remaining < 1:
        raise Refused("bad_remaining", _("The number of orders must be 1 or more, or empty."), "remaining")
    if not 0 <= delay_seconds <= LONGEST_DELAY:
        raise Refused("bad_delay", _("The delay must be between 0 seconds and 7 days."), "delay_seconds")
    values = {"mode": mode, "remaining": remaining, "delay_seconds": delay_seconds, "created_at": now}
    behaviour, _created = SandboxBehaviour.objects.update_or_create(target=target, defaults=values)
    return behaviour


def clear_behaviour(*, actor: Actor, behaviour_id: int) -> None:
    """Removes one behaviour; removing what is gone is fine."""
    require_controls(actor)
    SandboxBehaviour.objects.filter(pk=behaviour_id).delete()


def may_control(actor: Actor) -> bool:
    """Whether the actor may decide how the sandbox behaves: staff, the house itself, anybody in development."""
    return settings.DEBUG or actor.is_staff or actor.kind == ActorKind.SYSTEM


def require_controls(actor: Actor) -> None:
    if not may_control(actor):
        raise Forbidden("not_staff", _("Only staff may change how the sandbox behaves."))
