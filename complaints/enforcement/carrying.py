"""Carries measures out: send, read back, believe, or show the desk what went wrong and let it mend."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import NAMESPACE_OID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import errors, states, steps
from complaints.enforcement.measures import action_for
from complaints.models import Complaint, Decision, Item, Measure
from complaints.states import MeasureState
from complaints.steps import need_text
from portal.accounts.actors import SYSTEM, Actor
from portal.ledger.outbox import enqueue
from portal.marketplace import catalogue
from portal.marketplace.connectors.base import (
    Order,
    Reading,
    Receipt,
    ReceiptStatus,
    connector_for,
    expected_state,
)

logger = logging.getLogger(__name__)
CHECK_AGAIN = timedelta(seconds=20)
PATIENCE = timedelta(hours=24)


def propose(decision: Decision, items: Sequence[Item], *, now: datetime) -> list[Measure]:
    """Writes one measure an item and queues its sending with the caller's transaction."""
    measures = Measure.objects.bulk_create(
        Measure(decision=decision, item=item, target=item.target, action=action_for(item.target), created_at=now)
        for item in items
    )
    for measure in measures:
        queue_send(measure)
    return measures


def queue_send(measure: Measure) -> None:
    enqueue("complaints.send_measure", key=f"measure:{measure.pk}:{measure.attempt}", measure_id=measure.pk)


def order_of(measure: Measure, *, again: int = 1) -> Order:
    """Gives the order with one id an attempt, so that the marketplace acts once however often it is asked.

    `again` is the attempt to take this order back.
    """
    number = uuid5(NAMESPACE_OID, f"{measure.public_id}:{measure.attempt}")
    return Order(number, measure.action, measure.target, again)


def send(*, measure_id: int, now: datetime) -> None:
    """Asks the marketplace; harmless when repeated. One that cannot be asked raises, and the outbox retries."""
    measure = Measure.objects.select_related("target", "reverses__target").get(pk=measure_id)
    if measure.state != MeasureState.PENDING or _kept(measure_id, now):
        return
    receipt = _ask(measure)
    with transaction.atomic():
        measure = lock(measure_id)
        if measure.state == MeasureState.CANCELLED and receipt.status != ReceiptStatus.REFUSED:
            _overtaken(measure, receipt, now)
        if measure.state != MeasureState.PENDING:
            return
        _note_receipt(measure, receipt, now)
    if measure.state == MeasureState.SENT:
        check(actor=SYSTEM, measure_id=measure_id, now=now)


def _overtaken(measure: Measure, receipt: Receipt, now: datetime) -> None:
    """Takes back what left while it was cancelled: the marketplace was asked a moment too early."""
    from complaints.enforcement.undoing import take_back

    measure.receipt, measure.detail, measure.sent_at = receipt.reference[:100], receipt.detail[:300], now
    measure.save(update_fields=["receipt", "detail", "sent_at"])
    take_back(measure, actor=SYSTEM, now=now, because="overtaken", decision=measure.item.decision)


@transaction.atomic
def _kept(measure_id: int, now: datetime) -> bool:
    """Gives up a reversal that became wrong while it waited: another decision asks for the same by now."""
    from complaints.enforcement.undoing import keep_for_another

    measure = lock(measure_id)
    return measure.state == MeasureState.PENDING and keep_for_another(measure, SYSTEM, now)


def _ask(measure: Measure) -> Receipt:
    """Orders the measure, or the reversal of the one that it takes back."""
    connector = connector_for(measure.target)
    if measure.reverses is None:
        return connector.apply(order_of(measure))
    return connector.reverse(order_of(measure.reverses, again=measure.attempt))


def _note_receipt(measure: Measure, receipt: Receipt, now: datetime) -> None:
    measure.receipt = receipt.reference[:100]
    measure.detail = receipt.detail[:300]
    if receipt.status == ReceiptStatus.REFUSED:
        move(measure, "refuse", SYSTEM, now)
    else:
        measure.sent_at, measure.check_at = now, now
        move(measure, "send", SYSTEM, now, receipt=str(receipt.status))


def check(*, actor: Actor, measure_id: int, now: datetime) -> None:
    """Reads the target back and believes only that: confirmed, half carried out, contradicted, or looked at again.

    The clock asks, and so may the desk; what is read is logged as the system's. Raises Forbidden for everybody else.
    """
    steps.require(actor, states.Who.SYSTEM, states.Who.REVIEWER, states.Who.SENIOR)
    measure = Measure.objects.select_related("target").filter(pk=measure_id).first()
    if measure is None:
        raise errors.no_such_complaint()
    if measure.state not in {MeasureState.SENT, *_MENDABLE}:
        return
    reading = connector_for(measure.target).read(measure.target)
    with transaction.atomic():
        measure = lock(measure_id)
        if measure.state in {MeasureState.SENT, *_MENDABLE}:
            _believe(measure, reading, now)


_MENDABLE = {MeasureState.REFUSED, MeasureState.PARTIAL, MeasureState.CONTRADICTED}


def _believe(measure: Measure, reading: Reading, now: datetime) -> None:
    reached = (reading.state == expected_state(measure.action)) == (measure.reverses_id is None)
    if reached and reading.whole:
        measure.confirmed_at, measure.check_at, measure.detail = now, None, reading.detail[:300]
        move(measure, "confirm", SYSTEM, now)
        catalogue.observe(target=measure.target, state=reading.state, now=now)
        tell_when_all_done(measure.decision.complaint, now)
    elif measure.state != MeasureState.SENT:
        return
    elif not reading.whole:
        measure.check_at, measure.detail = None, reading.detail[:300]
        move(measure, "halve", SYSTEM, now)
    elif _promised_later(measure, now):
        measure.check_at = now + CHECK_AGAIN
        measure.save(update_fields=["check_at"])
    else:
        measure.check_at = None
        still = _("Reported as done, but still on offer.")
        if measure.reverses_id:
            still = _("Reported as put back, but still gone.")
        measure.detail = reading.detail[:300] or still
        move(measure, "contradict", SYSTEM, now)


def _promised_later(measure: Measure, now: datetime) -> bool:
    """Says whether the marketplace took the order on without saying done, and its day is not over."""
    if measure.sent_at is None or now > measure.sent_at + PATIENCE:
        return False
    sent = steps.last_event(measure.decision.complaint_id, "measure.sent", measure=measure.pk)
    return sent is not None and sent.payload.get("receipt") == ReceiptStatus.ACCEPTED


def tell_when_all_done(complaint: Complaint, now: datetime) -> None:
    """Logs that a closed case is carried out in full; whoever closes it and whoever confirms its last measure asks.

    `measures` and `settled` count what stands, `put_back` what was taken back.
    """
    every = Measure.objects.filter(decision__complaint=complaint)
    if not complaint.is_closed or every.exclude(state__in=states.MEASURE_DONE).exists():
        return
    done = every.filter(state__in=[MeasureState.CONFIRMED, MeasureState.SETTLED])
    standing, back = done.filter(reverses__isnull=True), done.filter(reverses__isnull=False).count()
    settled = standing.filter(state=MeasureState.SETTLED).count()
    if back or standing.exists():
        numbers = {"measures": standing.count(), "settled": settled} | ({"put_back": back} if back else {})
        steps.log(complaint, "complaint.enforced", SYSTEM, now, **numbers)


@transaction.atomic
def retry(*, actor: Actor, measure_id: int, now: datetime) -> Measure:
    """Sends a measure again that was refused, half carried out or contradicted."""
    measure = _lock_for_desk(actor, measure_id)
    measure.attempt += 1
    measure.check_at = None
    move(measure, "retry", actor, now)
    queue_send(measure)
    return measure


@transaction.atomic
def settle_by_hand(*, actor: Actor, measure_id: int, note: str, now: datetime) -> Measure:
    """Closes a measure that the desk saw to in another way, with a note for the desk."""
    body = need_text(note)
    measure = _lock_for_desk(actor, measure_id)
    measure.detail = body[:300]
    move(measure, "settle", actor, now)
    tell_when_all_done(measure.decision.complaint, now)
    return measure


def _lock_for_desk(actor: Actor, measure_id: int) -> Measure:
    steps.require(actor, states.Who.REVIEWER, states.Who.SENIOR)
    try:
        return lock(measure_id)
    except Measure.DoesNotExist:
        raise errors.no_such_complaint() from None


def lock(measure_id: int) -> Measure:
    """Locks the case first, then its measure: the same order as every other verb."""
    case = Measure.objects.values_list("decision__complaint", flat=True).get(pk=measure_id)
    steps.lock(SYSTEM, case)
    locked = Measure.objects.select_for_update(of=("self",)).select_related("target", "decision__complaint", "item")
    measure: Measure = locked.get(pk=measure_id)
    return measure


def move(measure: Measure, verb: str, actor: Actor, now: datetime, **payload: str | int) -> None:
    event = steps.step_measure(measure, verb, actor)
    measure.save(update_fields=["state", "attempt", "detail", "receipt", "sent_at", "check_at", "confirmed_at"])
    steps.log(
        measure.decision.complaint,
        event,
        actor,
        now,
        measure=measure.pk,
        target=measure.target_id,
        attempt=measure.attempt,
        **payload,
    )
