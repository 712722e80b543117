"""When does it run? What happens to rights after a commit or by the clock; safe to run twice."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from brands import registry
from brands.models import IPRight, RegisterRecord, RightState
from portal.accounts.actors import SYSTEM
from portal.accounts.models import Organisation
from portal.ledger.events import subscribe
from portal.ledger.models import Event
from portal.ledger.outbox import enqueue, task, tick

A_ROUND = 200


@task("brands.look_at_submitted", atomic=False)
def look_at_submitted(event_id: int) -> None:
    """Asks the office, finds other claims, and approves by itself where everything agrees."""
    right = IPRight.objects.get(pk=int(Event.objects.get(pk=event_id).stream_id))
    now = timezone.now()
    if right.state != RightState.IN_REVIEW:
        return
    registry.recheck(actor=SYSTEM, right=right, now=now)
    registry.verify_automatically(right=right, now=now)


@tick("brands.compare_due", every=timedelta(minutes=10))
@task("brands.compare_due")
def compare_due() -> None:
    """Queues the comparison of every right whose time has come, a round at a time."""
    now = timezone.now()
    for pk in IPRight.objects.to_check(now).values_list("pk", flat=True)[:A_ROUND]:
        enqueue("brands.compare", key=f"brands.compare:{pk}:{now:%Y%m%d%H}", right_id=pk)


@task("brands.compare", atomic=False)
def compare(right_id: int) -> None:
    """Compares one right with the register, asking the office where it may be asked."""
    registry.recheck(actor=SYSTEM, right=IPRight.objects.get(pk=right_id), now=timezone.now())


@task("brands.follow_record")
def follow_record(event_id: int) -> None:
    """Queues the comparison of every claim on a record that changed, each by itself: none waits for another."""
    record = RegisterRecord.objects.filter(pk=int(Event.objects.get(pk=event_id).stream_id)).first()
    if record is None:
        return
    for pk in IPRight.objects.claiming(record).values_list("pk", flat=True):
        enqueue("brands.compare_held", key=f"brands.compare_held:{event_id}:{pk}", right_id=pk)


@task("brands.compare_held", atomic=False)
def compare_held(right_id: int) -> None:
    """Compares one right with what the office said; that is at hand, so nobody is asked."""
    registry.recheck(actor=SYSTEM, right=IPRight.objects.get(pk=right_id), now=timezone.now(), live=False)


@tick("brands.renewals_due", every=timedelta(days=1))
@task("brands.renewals_due")
def renewals_due() -> None:
    """Queues the reminders of every organisation that has rights to renew."""
    today = timezone.now().date()
    holders = IPRight.objects.to_renew().order_by("organisation").values_list("organisation", flat=True).distinct()
    for pk in holders:
        enqueue("brands.remind", key=f"brands.remind:{pk}:{today}", organisation_id=pk)


@task("brands.remind")
def remind(organisation_id: int) -> None:
    """Makes today's reminders of one organisation."""
    registry.remind_of_renewals(organisation=Organisation.objects.get(pk=organisation_id), now=timezone.now())


@task("brands.look_at_organisation")
def look_at_organisation(event_id: int) -> None:
    """An organisation was verified: queues another look at each of its rights that waits."""
    organisation_id = int(Event.objects.get(pk=event_id).stream_id)
    waiting = IPRight.objects.filter(organisation=organisation_id, state=RightState.IN_REVIEW).order_by("id")
    for pk in waiting.values_list("pk", flat=True):
        enqueue("brands.verify", key=f"brands.verify:{event_id}:{pk}", right_id=pk)


@task("brands.verify", atomic=False)
def verify(right_id: int) -> None:
    """Approves one right by itself where everything agrees."""
    registry.verify_automatically(right=IPRight.objects.get(pk=right_id), now=timezone.now())


subscribe("organisation.approved", "brands.look_at_organisation")
subscribe("right.submitted", "brands.look_at_submitted")
subscribe("record.changed", "brands.follow_record")
