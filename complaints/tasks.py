"""When does it run? Everything of a case that happens after a commit or by the clock; safe to run twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from brands.models import AuthorisedSeller, IPRight, RightState
from complaints import emails, enforcement
from complaints.casework import sellers
from complaints.casework.desk import return_expired
from complaints.casework.drafting import discard_stale
from complaints.casework.marks import mark, unmark
from complaints.models import Complaint, Measure
from complaints.rules.clocks import DRAFT_KEPT, NOTICE_CONFIRM_WITHIN
from portal.accounts.actors import SYSTEM
from portal.ledger.events import subscribe
from portal.ledger.models import Event
from portal.ledger.outbox import task, tick

LATE = 7  # days that a sleeping worker may be late


@task("complaints.send_measure", atomic=False)
def send_measure(measure_id: int) -> None:
    """Sends one measure to the marketplace."""
    enforcement.send(measure_id=measure_id, now=timezone.now())


@tick("complaints.check_measures", every=timedelta(seconds=15))
@task("complaints.check_measures", atomic=False)
def check_measures() -> None:
    """Reads back every measure whose time to be looked at has come."""
    now = timezone.now()
    for pk in Measure.objects.to_check(now).order_by("check_at", "id").values_list("pk", flat=True)[:500]:
        enforcement.check(actor=SYSTEM, measure_id=pk, now=now)


@tick("complaints.return_expired_claims", every=timedelta(minutes=1))
@task("complaints.return_expired_claims")
def return_expired_claims() -> None:
    """Gives back every case whose reviewer's lease has run out."""
    now = timezone.now()
    for pk in Complaint.objects.filter(claim_until__lte=now).order_by("id").values_list("pk", flat=True)[:500]:
        return_expired(complaint_id=pk, actor=SYSTEM, now=now)


@tick("complaints.drop_stale_drafts", every=timedelta(hours=6))
@task("complaints.drop_stale_drafts")
def drop_stale_drafts() -> None:
    """Deletes drafts that nobody touched for 30 days and notices that were never confirmed."""
    now = timezone.now()
    for pk in Complaint.objects.drafts().filter(updated_at__lt=now - DRAFT_KEPT).values_list("pk", flat=True)[:500]:
        discard_stale(complaint_id=pk, before=now - DRAFT_KEPT)
    Complaint.objects.filter(state="unconfirmed", created_at__lt=now - 2 * NOTICE_CONFIRM_WITHIN).delete()


@task("complaints.look_again", atomic=False)
def look_again(event_id: int) -> None:
    """Marks the open complaints that lean on a right that was suspended."""
    _each_leaning(event_id, mark)


@task("complaints.look_no_more", atomic=False)
def look_no_more(event_id: int) -> None:
    """Takes that mark off when the right is in force again."""
    _each_leaning(event_id, unmark)


def _each_leaning(event_id: int, verb: Callable[..., bool]) -> None:
    event = Event.objects.get(pk=event_id)
    newest = IPRight.objects.get(pk=int(event.stream_id)).state
    if (newest == RightState.SUSPENDED) != (verb is mark):
        return  # overtaken by a later event, which has a message of its own
    now = timezone.now()
    for pk in Complaint.objects.with_desk().leaning_on(int(event.stream_id)).values_list("pk", flat=True):
        verb(complaint_id=pk, why=Complaint.Mark.RIGHT_SUSPENDED, now=now)


@task("complaints.follow_seller")
def follow_seller(event_id: int) -> None:
    """Marks, or unmarks, open complaints about an account that a brand has listed or lists no more."""
    row = AuthorisedSeller.objects.get(pk=Event.objects.get(pk=event_id).payload["seller"])
    sellers.follow_seller(seller=row, now=timezone.now())


@tick("complaints.follow_sellers", every=timedelta(days=1))
@task("complaints.follow_sellers")
def follow_sellers() -> None:
    """Does the same where an entry has begun or run out by itself in the last days."""
    now = timezone.now()
    for row in AuthorisedSeller.objects.turned(now.date() - timedelta(days=LATE), now.date()):
        sellers.follow_seller(seller=row, now=now)


for kind in ("seller.listed", "seller.ended"):
    subscribe(kind, "complaints.follow_seller")
subscribe("right.suspended", "complaints.look_again")
subscribe("right.reinstated", "complaints.look_no_more")

for kind, handler in (
    ("notice.received", emails.mail_confirm_notice),
    ("complaint.submitted", emails.mail_acknowledgement),
    ("complaint.asked", emails.mail_question),
    ("complaint.decided", emails.mail_decision),
    ("complaint.enforced", emails.mail_enforced),
):
    name = f"complaints.{handler.__name__}"
    task(name)(handler)
    subscribe(kind, name)
