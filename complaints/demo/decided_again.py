"""What is not over with the first decision: a rejection to mend, one that was mended, a decision that was replaced.

Also what reviewers write with: templates, and the next version of the policy as a draft.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from complaints import casework
from complaints.demo.cases import decide, enforce, signed
from complaints.demo.open_cases import SEEN, Desk, take
from complaints.demo.plan import Verdict
from complaints.models import Complaint
from portal.accounts.actors import Actor

NOT_SHOWN = (
    "The pictures show the front only. The label and the inside, where copies differ from yours, cannot be seen."
)
MISSING = "A picture of the label from inside, or of a test purchase"
RESOLD = (
    "The seller has sent the invoice of your own outlet for this jacket. "
    "You put it on this market yourself, so it may be sold on."
)
TEMPLATES = (
    (
        "Copy: word on the goods",
        "decision",
        "C-01",
        "The goods carry {mark}: {items}, offered by {seller}.",
    ),
    (
        "Label not shown",
        "decision",
        "R-02",
        "We looked at {items} in full size. Nothing shows where {mark} stands on the goods.",
    ),
    ("Who was supplied?", "question", "", "{seller} says that you supplied them. Did you sell to them in {market}?"),
)


def play(desk: Desk) -> None:
    """Plays all of it, before what happened in the last hours."""
    keep_templates(desk.people.staff("policy"), desk.ago(days=30))
    draft_policy(desk.people.staff("policy"), desk.ago(days=2))
    _mended(desk)
    _to_mend(desk)
    _replaced(desk)


def keep_templates(policy: Actor, when: datetime) -> None:
    """Writes the texts that reviewers start from."""
    for name, use, ground, text in TEMPLATES:
        casework.save_template(actor=policy, now=when, name=name, use=use, ground=ground, text=text)


def draft_policy(policy: Actor, when: datetime) -> None:
    """Leaves a draft of the next version."""
    note = "Says more plainly what evidence is needed."
    made = casework.draft_policy(actor=policy, version="2027-01", note=note, now=when)
    words = (
        "What was sent does not show the infringement.",
        "Send a picture of the mark on the goods: outside and in.",
    )
    casework.save_policy(actor=policy, policy_id=made.pk, clauses={"R-02": words}, now=when + timedelta(minutes=20))


def _rejected(desk: Desk, lines: list[str], hours: float) -> Complaint:
    """A complaint of the owner that was rejected for want of proof, so many hours ago."""
    filed = desk.file("owner", lines, desk.ago(hours=hours + 12))
    done = desk.ago(hours=hours)
    _claim(desk, filed, "reviewer", done)
    casework.decide(
        actor=desk.people.staff("reviewer"),
        complaint_id=filed.pk,
        item_ids=list(filed.items.values_list("pk", flat=True)),
        outcome="rejected",
        ground="R-02",
        text=NOT_SHOWN,
        missing_proof=MISSING,
        now=done,
    )
    return filed


def _claim(desk: Desk, filed: Complaint, by: str, when: datetime) -> None:
    casework.claim(actor=desk.people.staff(by), complaint_id=filed.pk, now=when - timedelta(minutes=8))


def _to_mend(desk: Desk) -> None:
    _rejected(desk, take(desk.stock.plain, 1, desk.ago(days=4)), 50)


def _mended(desk: Desk) -> None:
    """Rejected, mended some hours later with the missing picture, and accepted."""
    owner, filed = desk.people.member("owner"), _rejected(desk, desk.copies(1, 60), 46)
    when = desk.ago(hours=40)
    draft = casework.cure(actor=owner, complaint_id=filed.pk, now=when - timedelta(minutes=12))
    words = "The label is printed; ours is woven, as our own picture shows. Bought and opened by our workshop."
    casework.save_draft(actor=owner, complaint_id=draft.pk, explanation=words, now=when - timedelta(minutes=4))
    text = casework.declaration_for(draft, owner, when.date())
    mended = casework.submit(actor=owner, complaint_id=draft.pk, signing=signed(owner, text), now=when)
    ids = list(mended.items.values_list("target__marketplace_id", flat=True))
    done = when + timedelta(hours=9)
    _claim(desk, mended, "senior", done)
    decide(desk.people.staff("senior"), mended, [Verdict(ids, "C-01", SEEN)], done)
    enforce(mended, done + timedelta(minutes=2))


def _replaced(desk: Desk) -> None:
    """Accepted and removed; then the seller's invoice came, a senior decided again, and the listing is back."""
    lines = take(desk.stock.genuine, 1, desk.ago(days=7))
    filed = desk.file("owner", lines, desk.ago(days=6))
    done = desk.ago(days=5, hours=4)
    _claim(desk, filed, "reviewer", done)
    decide(desk.people.staff("reviewer"), filed, [Verdict(lines, "C-01", SEEN)], done)
    enforce(filed, done + timedelta(minutes=2))
    again = desk.ago(days=3, hours=2)
    casework.supersede(
        actor=desk.people.staff("senior"),
        complaint_id=filed.pk,
        item_ids=list(filed.items.values_list("pk", flat=True)),
        outcome="rejected",
        ground="R-09",
        text=RESOLD,
        now=again,
    )
    enforce(filed, again + timedelta(minutes=1))
