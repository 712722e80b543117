"""When does it run? Everything of a case that happens after a commit or by the clock; safe to run twice."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from complaints import emails, enforcement
from complaints.casework.desk import return_expired
from complaints.casework.drafting import discard_stale
from complaints.models import Complaint, Measure
from complaints.rules.clocks import DRAFT_KEPT, NOTICE_CONFIRM_WITHIN
from portal.accounts.actors import SYSTEM
from portal.ledger.events import subscribe
from portal.ledger.outbox import task, tick


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
