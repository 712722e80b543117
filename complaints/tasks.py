"""When does it run? Everything of a case that happens after a commit or by the clock; safe to run twice."""

from __future__ import annotations

from datetime import UTC, timedelta

from django.utils import timezone

from brands.models import AuthorisedSeller
from complaints import emails, enforcement, ranking, stamping
from complaints.casework import clocks, marks, routing, sampling, sellers
from complaints.casework.claims import return_expired, to_return
from complaints.casework.drafting import discard_stale
from complaints.models import Complaint, Measure
from complaints.rules.clocks import DRAFT_KEPT, NOTICE_CONFIRM_WITHIN
from portal.accounts.actors import SYSTEM
from portal.ledger.events import subscribe
from portal.ledger.models import Event
from portal.ledger.outbox import enqueue, task, tick

LATE = 7  # days that a sleeping worker may be late


@task("complaints.send_measure", atomic=False)
def send_measure(measure_id: int) -> None:
    """Sends one measure to the marketplace."""
    enforcement.send(measure_id=measure_id, now=timezone.now())


@task("complaints.stamp_manifest", atomic=False)
def stamp_manifest(manifest_id: int) -> None:
    """Has an outside authority timestamp what a filing froze."""
    stamping.stamp(manifest_id)


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
    """Gives back every case whose lease has run out, or whose holder is away or cannot work on it any more."""
    now = timezone.now()
    for pk in to_return(now).order_by("id").values_list("pk", flat=True)[:500]:
        return_expired(complaint_id=pk, actor=SYSTEM, now=now)


@tick("complaints.run_out_clocks", every=timedelta(minutes=1))
@task("complaints.run_out_clocks")
def run_out_clocks() -> None:
    """Queues every clock whose time has come; each by itself, so that one that fails stops no other."""
    for clock in clocks.due(timezone.now()):
        key = f"clock:{clock.pk}:{clock.due_at.isoformat()}"
        enqueue("complaints.run_out_clock", key=key, clock_id=clock.pk)


@task("complaints.run_out_clock")
def run_out_clock(clock_id: int) -> None:
    """Lets one clock run out, with its effect."""
    clocks.run_out(clock_id=clock_id, now=timezone.now())


@tick("complaints.rank_what_turned", every=timedelta(minutes=1))
@task("complaints.rank_what_turned")
def rank_what_turned() -> None:
    """Ranks the cases anew whose livestream went off the air, or came on."""
    now = timezone.now()
    for pk in ranking.turned(500):
        routing.rank_again(complaint_id=pk, now=now)


@task("complaints.route_again")
def route_again(after: int) -> None:
    """Sends the open cases through a changed routing table, some at a time."""
    last = routing.route_again(after=after, now=timezone.now())
    if last is not None:
        enqueue("complaints.route_again", after=last)


@tick("complaints.drop_stale_drafts", every=timedelta(hours=6))
@task("complaints.drop_stale_drafts")
def drop_stale_drafts() -> None:
    """Deletes drafts that nobody touched for 30 days and notices that were never confirmed."""
    now = timezone.now()
    for pk in Complaint.objects.drafts().filter(updated_at__lt=now - DRAFT_KEPT).values_list("pk", flat=True)[:500]:
        discard_stale(complaint_id=pk, before=now - DRAFT_KEPT)
    Complaint.objects.filter(state="unconfirmed", created_at__lt=now - 2 * NOTICE_CONFIRM_WITHIN).delete()


@task("complaints.look_again")
def look_again(event_id: int) -> None:
    """Queues another look at each open complaint that leans on a right that something happened to."""
    event = Event.objects.get(pk=event_id)
    for pk in Complaint.objects.with_desk().leaning_on(int(event.stream_id)).values_list("pk", flat=True):
        enqueue("complaints.follow_marks", key=f"complaints.follow_marks:{event_id}:{pk}", complaint_id=pk)


@task("complaints.follow_marks", atomic=False)
def follow_marks(complaint_id: int) -> None:
    """Gives one complaint the mark that stands by what is so today, or takes it off."""
    marks.follow(complaint_id=complaint_id, now=timezone.now())


@tick("complaints.draw_second_looks", every=timedelta(days=1))
@task("complaints.draw_second_looks")
def draw_second_looks() -> None:
    """Draws a share of what was decided yesterday (UTC) for a second look."""
    today = timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    sampling.draw(since=today - timedelta(days=1), until=today, now=timezone.now())


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
for kind in ("right.suspended", "right.reinstated", "right.differs", "right.agrees", "right.owner_accepted"):
    subscribe(kind, "complaints.look_again")

for kind, handler in (
    ("notice.received", emails.mail_confirm_notice),
    ("complaint.submitted", emails.mail_acknowledgement),
    ("complaint.asked", emails.mail_question),
    ("complaint.unanswered", emails.mail_unanswered),
    ("clock.started", emails.mail_clock_started),
    ("clock.run_out", emails.mail_put_back),
    ("complaint.decided", emails.mail_decision),
    ("complaint.enforced", emails.mail_enforced),
):
    name = f"complaints.{handler.__name__}"
    task(name)(handler)
    subscribe(kind, name)
