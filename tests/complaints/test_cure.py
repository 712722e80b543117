"""Mending a rejected complaint: a draft in one press, once, within ten days, and never counted against anybody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints import casework, curing, figures
from complaints.models import Complaint, Evidence
from complaints.reasons import CURE_STEP, GROUNDS, SENIOR_ONLY, Ground, Outcome
from complaints.review import history
from portal.accounts.actors import member_actor_for
from portal.accounts.models import Role
from portal.errors import Conflict, DomainError, Refused
from portal.files.models import StoredFile
from tests.accounts.factories import make_member, signed_in
from tests.complaints.factories import (
    Case,
    claimed,
    decide,
    make_draft,
    make_filed_complaint,
    make_listing,
    make_right,
    reviewer,
    sign,
    upload,
)

pytestmark = pytest.mark.django_db


def cure(case: Case, **changes: Any) -> Complaint:
    values: dict[str, Any] = {"actor": case.owner, "complaint_id": case.complaint.pk, "now": timezone.now()} | changes
    return casework.cure(**values)


@pytest.fixture
def rejected() -> Case:
    """One item accepted, two rejected for want of proof, with one file of evidence."""
    membership = make_member(role=Role.RIGHTS_OWNER)
    owner, right = member_actor_for(membership), make_right(membership.organisation)
    targets = [make_listing() for _each in range(3)]
    draft = make_draft(owner, right, targets)
    casework.add_evidence(actor=owner, complaint_id=draft.pk, upload=upload(), caption="Our jacket", now=timezone.now())
    filed = casework.submit(actor=owner, complaint_id=draft.pk, signing=sign(owner), now=timezone.now())
    case = Case(filed, owner, membership, right, targets[0].owner, targets)
    me = claimed(case)
    decide(case, me, items=case.item_ids[:1])
    decide(case, me, items=case.item_ids[1:], outcome="rejected", ground="R-02", missing_proof="A test purchase.")
    return case


def test_one_press_copies_what_was_sent_and_only_what_was_rejected(rejected: Case) -> None:
    draft = cure(rejected)
    assert (draft.cures, draft.state) == (rejected.complaint, "draft")
    assert (draft.right, draft.reason, draft.explanation) == (rejected.right, "counterfeit", "Copies our chest logo.")
    assert draft.lines.splitlines() == [target.url for target in rejected.targets[1:]]
    assert [each.caption for each in draft.evidence.all()] == ["Our jacket"]
    [failed] = curing.failed(rejected.complaint)
    assert (failed.ground, failed.missing_proof, failed.step, failed.count) == (
        "R-02",
        "A test purchase.",
        "evidence",
        2,
    )


def test_the_draft_can_be_filed_and_the_rejection_counts_no_more(rejected: Case) -> None:
    whole = make_filed_complaint(items=2, membership=rejected.membership)
    decide(whole, claimed(whole), outcome="rejected", ground="R-04")
    now = timezone.now()
    assert figures.figures(rejected.owner, now).rejected == 1
    for case in (rejected, whole):
        draft = cure(case)
        assert figures.figures(case.owner, now).rejected == 1 or case is whole, "a draft mends nothing yet"
        casework.submit(actor=case.owner, complaint_id=draft.pk, signing=sign(case.owner), now=timezone.now())
    assert figures.figures(rejected.owner, now).rejected == 0
    assert sum(sum(counts.values()) for _week, counts in figures.by_week(rejected.owner, now)) == 1
    past = history.of_reporter(whole.fresh())
    assert (past["accepted"], past["rejected"], past["decided"], past["mended"]) == (1, 0, 1, 4)


def test_a_cure_that_is_taken_back_mends_nothing(rejected: Case) -> None:
    draft = cure(rejected)
    casework.submit(actor=rejected.owner, complaint_id=draft.pk, signing=sign(rejected.owner), now=timezone.now())
    items = list(draft.items.values_list("pk", flat=True))
    assert history.of_reporter(rejected.complaint)["rejected"] == 0
    casework.withdraw(actor=rejected.owner, complaint_id=draft.pk, item_ids=items, now=timezone.now())
    assert history.of_reporter(rejected.complaint)["rejected"] == 2


def test_it_is_refused_after_ten_days_twice_and_for_what_mended_already(rejected: Case) -> None:
    late = timezone.now() + timedelta(days=10, minutes=1)
    with pytest.raises(Conflict) as refusal:
        cure(rejected, now=late)
    assert refusal.value.code == "cure_too_late"
    draft = cure(rejected)
    assert cure(rejected) == draft, "asked again, the same draft comes back"
    casework.submit(actor=rejected.owner, complaint_id=draft.pk, signing=sign(rejected.owner), now=timezone.now())
    with pytest.raises(Conflict) as refusal:
        cure(rejected)
    assert refusal.value.code == "cured_already"
    second = Case(draft, rejected.owner, rejected.membership, rejected.right, rejected.seller, [])
    decide(second, claimed(second), outcome="rejected", ground="R-02")
    with pytest.raises(Conflict) as refusal:
        cure(second)
    assert refusal.value.code == "cure_final"


def test_a_draft_thrown_away_leaves_the_evidence_and_the_chance(rejected: Case) -> None:
    draft = cure(rejected)
    casework.discard(actor=rejected.owner, complaint_id=draft.pk)
    [kept] = Evidence.objects.all()
    assert StoredFile.objects.filter(pk=kept.file_id).exists()
    assert cure(rejected).pk != draft.pk


@pytest.mark.parametrize("ground", [code for code, text in GROUNDS.items() if text.outcome == Outcome.REJECTED])
def test_every_rejection_is_final_or_names_the_step_that_mends_it(ground: Ground) -> None:
    case = make_filed_complaint(items=1)
    by = reviewer("senior") if ground in SENIOR_ONLY else reviewer()
    decide(case, claimed(case, by), outcome="rejected", ground=ground.value)
    if ground in CURE_STEP:
        assert cure(case).cures == case.complaint
        assert curing.first_step(case.complaint) == CURE_STEP[ground]
        return
    with pytest.raises(Conflict) as refusal:
        cure(case)
    assert refusal.value.code == "not_curable"


@pytest.mark.parametrize("ground", ["R-02", "R-03", "R-10"])
def test_a_rejection_for_want_of_proof_names_the_proof(ground: str) -> None:
    case = make_filed_complaint(items=1)
    me = claimed(case)
    with pytest.raises(Refused) as refusal:
        decide(case, me, outcome="rejected", ground=ground, missing_proof=" ")
    assert refusal.value.field == "missing_proof"
    [made] = decide(case, me, outcome="rejected", ground=ground, missing_proof="The label from inside.")
    assert "The proof that is missing: The label from inside." in made.statements.get().text


def test_only_who_may_file_mends_and_an_open_case_waits(rejected: Case) -> None:
    organisation = rejected.membership.organisation
    for actor in (member_actor_for(make_member(organisation, Role.VIEWER)), member_actor_for(make_member())):
        with pytest.raises(DomainError):
            cure(rejected, actor=actor)
    waiting = make_filed_complaint(items=2)
    decide(waiting, claimed(waiting), items=waiting.item_ids[:1], outcome="rejected", ground="R-04")
    with pytest.raises(Conflict) as refusal:
        cure(waiting)
    assert refusal.value.code == "wrong_state"


# --- the doors


def test_the_page_offers_it_leads_to_the_step_and_shows_what_failed(rejected: Case, client: Client) -> None:
    signed_in(client, rejected.membership.user)
    page = client.get(reverse("complaints:detail", args=[rejected.complaint.public_id]))
    assert "Mend this complaint" in page.text
    assert "A test purchase." in page.text
    answer = client.post(reverse("complaints:cure", args=[rejected.complaint.public_id]))
    draft = Complaint.objects.get(cures=rejected.complaint)
    assert answer.headers["Location"] == reverse("complaints:draft-evidence", args=[draft.public_id])
    for step in ("right", "reason", "items", "evidence", "review"):
        said = client.get(reverse(f"complaints:draft-{step}", args=[draft.public_id])).text
        assert f"This mends {rejected.complaint.reference}" in said
        assert "A test purchase." in said
    again = client.get(reverse("complaints:detail", args=[rejected.complaint.public_id]))
    assert "Go on with the draft that mends it" in again.text


def test_the_page_says_why_it_is_too_late(rejected: Case, client: Client) -> None:
    long_ago = timezone.now() - timedelta(days=11)
    Complaint.objects.filter(pk=rejected.complaint.pk).update(decided_at=long_ago)
    rejected.complaint.decisions.update(decided_at=long_ago)
    signed_in(client, rejected.membership.user)
    assert (
        "Mend this complaint" not in client.get(reverse("complaints:detail", args=[rejected.complaint.public_id])).text
    )
    answer = client.post(reverse("complaints:cure", args=[rejected.complaint.public_id]), follow=True)
    assert "It could be mended until" in answer.text
    assert not Complaint.objects.filter(cures__isnull=False).exists()


def test_the_mail_says_the_last_day(rejected: Case, run_outbox: Any, mailoutbox: Any) -> None:
    run_outbox()
    last = rejected.fresh().decided_at + timedelta(days=10)  # type: ignore[operator]
    bodies = [mail.body for mail in mailoutbox if "We rejected 2 items" in mail.body]
    assert f"in one click until {last:%-d %b %Y}" in bodies[0]
