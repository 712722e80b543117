"""The policy's versions: drafted, published by a verb, cited as shown; a page opened before says what moved."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints import casework, policies
from complaints.models import Decision, Policy
from complaints.reasons import GROUNDS, POLICY_VERSION, SENIOR_ONLY, Ground
from portal.accounts.actors import Actor, staff_actor_for
from portal.errors import Conflict, Forbidden, Refused
from portal.ledger.models import Event
from tests.accounts.factories import make_staff, signed_in
from tests.complaints.factories import Case, claimed, decide, make_filed_complaint, reviewer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def first_version(db: None) -> None:
    """The version that the migration seeds, also where a test with real transactions has emptied the tables."""
    if not Policy.objects.exists():
        import_module("complaints.migrations.0008_decide").seed_first_version(apps, None)


NEW = "The picture does not show the mark on the goods."


def draft(by: Actor, version: str = "2027-01") -> Policy:
    return casework.draft_policy(actor=by, version=version, note="Plainer words.", now=timezone.now())


def publish(by: Actor | None = None, version: str = "2027-01", **words: tuple[str, str]) -> Policy:
    by = by or reviewer("policy")
    made = draft(by, version)
    clauses = words or {"R-02": (NEW, "Send one that does.")}
    casework.save_policy(actor=by, policy_id=made.pk, clauses=clauses, now=timezone.now())
    return casework.publish_policy(actor=by, policy_id=made.pk, now=timezone.now())


def test_the_first_version_is_what_the_product_came_with() -> None:
    texts = policies.in_force()
    assert texts.version == POLICY_VERSION
    assert {ground: texts.plain(ground) for ground in Ground} == {
        ground: str(text.plain) for ground, text in GROUNDS.items()
    }


def test_publishing_retires_the_one_in_force_and_is_logged() -> None:
    first = Policy.objects.get(in_force=True)
    made = publish()
    first.refresh_from_db()
    assert (first.in_force, first.retired_at is not None) == (False, True)
    assert policies.in_force().version == made.version
    assert policies.in_force().plain(Ground.EVIDENCE_MISSING) == NEW
    assert policies.of_version(first.version).plain(Ground.EVIDENCE_MISSING) != NEW
    kinds = Event.objects.filter(stream_kind="policy", stream_id=str(made.pk)).order_by("seq")
    assert [event.kind for event in kinds] == ["policy.drafted", "policy.saved", "policy.published"]


def test_a_published_version_is_never_changed_and_one_is_in_force() -> None:
    by = reviewer("policy")
    made = publish(by)
    for call in (
        lambda: casework.save_policy(actor=by, policy_id=made.pk, clauses={"R-02": ("Else.", "")}, now=timezone.now()),
        lambda: casework.publish_policy(actor=by, policy_id=made.pk, now=timezone.now()),
        lambda: casework.discard_policy(actor=by, policy_id=made.pk, now=timezone.now()),
    ):
        with pytest.raises(Conflict):
            call()
    with pytest.raises(IntegrityError), transaction.atomic():
        Policy.objects.update(in_force=True, retired_at=None)


@pytest.mark.parametrize("role", ["reviewer", "senior", "auditor"])
def test_only_policy_writes_it(role: str) -> None:
    by, before = reviewer(role), Event.objects.count()
    made = Policy.objects.get()
    for call in (
        lambda: draft(by),
        lambda: casework.save_policy(actor=by, policy_id=made.pk, clauses={}, now=timezone.now()),
        lambda: casework.publish_policy(actor=by, policy_id=made.pk, now=timezone.now()),
        lambda: casework.discard_policy(actor=by, policy_id=made.pk, now=timezone.now()),
    ):
        with pytest.raises(Forbidden):
            call()
    assert Event.objects.count() == before


def test_a_version_says_what_changed_and_leaves_no_clause_empty() -> None:
    by = reviewer("policy")
    with pytest.raises(Refused):
        draft(by, POLICY_VERSION)
    made = casework.draft_policy(actor=by, version="bare", now=timezone.now())
    with pytest.raises(Refused):
        casework.publish_policy(actor=by, policy_id=made.pk, now=timezone.now())
    with pytest.raises(Refused) as refusal:
        casework.save_policy(actor=by, policy_id=made.pk, clauses={"C-01": (" ", "")}, now=timezone.now())
    assert refusal.value.field == "C-01-plain"


def test_a_decision_keeps_version_and_words_as_they_were_shown() -> None:
    case = make_filed_complaint(items=2)
    me = claimed(case)
    [before] = decide(case, me, items=case.item_ids[:1], outcome="rejected", ground="R-02")
    publish()
    [after] = decide(case, me, items=case.item_ids[1:], outcome="rejected", ground="R-02")
    assert before.policy_version == POLICY_VERSION
    assert before.policy_text == "What was sent does not show the infringement."
    assert (after.policy_version, after.policy_text) == ("2027-01", NEW)
    assert NEW in after.statements.get().text
    assert "What you can do: Send one that does." in after.statements.get().text


@pytest.fixture
def held(client: Client) -> tuple[Case, Client]:
    staff = make_staff("reviewer")
    case = make_filed_complaint(items=1)
    claimed(case, staff_actor_for(staff))
    signed_in(client, staff)
    return case, client


def typed(case: Case, **changes: Any) -> dict[str, Any]:
    return {
        "do": "decide", "outcome": "rejected", "ground": "R-02", "text": "Typed with care.", "policy": POLICY_VERSION,
        "missing_proof": "The label.", "items": case.item_ids,
    } | changes  # fmt: skip


def test_a_page_opened_under_a_retired_version_says_what_changed_and_goes_on(held: tuple[Case, Client]) -> None:
    case, client = held
    address = reverse("admin:complaints_complaint_case", args=[case.complaint.pk])
    assert f'name="policy" value="{POLICY_VERSION}"' in client.get(address).text
    publish()
    for do in ("decide", "preview"):
        answer = client.post(address, typed(case, do=do))
        assert answer.status_code == 409
        assert "The policy moved to 2027-01 while this page was open" in answer.text
        assert NEW in answer.text
        assert "Typed with care." in answer.text
        assert 'name="policy" value="2027-01"' in answer.text
    assert not Decision.objects.exists()
    client.post(address, typed(case, policy="2027-01"))
    assert Decision.objects.get().policy_version == "2027-01"


def test_a_ground_that_did_not_change_is_said_to_be_the_same(held: tuple[Case, Client]) -> None:
    case, client = held
    publish()
    address = reverse("admin:complaints_complaint_case", args=[case.complaint.pk])
    answer = client.post(address, typed(case, outcome="accepted", ground="C-01"))
    assert "nothing, C-01 reads as before." in answer.text


@pytest.mark.parametrize(("role", "may"), [("reviewer", False), ("senior", True)])
def test_abuse_is_for_seniors_in_form_and_verb(client: Client, role: str, may: bool) -> None:
    staff = make_staff(role)
    case, by = make_filed_complaint(items=1), staff_actor_for(staff)
    claimed(case, by)
    signed_in(client, staff)
    page = client.get(reverse("admin:complaints_complaint_case", args=[case.complaint.pk])).text
    for ground in SENIOR_ONLY:
        assert (f'value="{ground.value}"' in page) == may
        if may:
            [made] = decide(case, by, outcome="rejected", ground=ground.value)
            assert made.ground == ground
            continue
        before = Event.objects.count()
        with pytest.raises(Forbidden) as refusal:
            decide(case, by, outcome="rejected", ground=ground.value)
        assert refusal.value.code == "senior_only"
        assert Event.objects.count() == before


# --- the doors


def test_everybody_reads_every_version_and_no_draft(client: Client) -> None:
    publish()
    draft(reviewer("policy"), "secret-draft")
    page = client.get(reverse("policy")).text
    assert "Version 2027-01" in page
    assert f"Version {POLICY_VERSION}" in page
    assert NEW in page
    assert "secret-draft" not in page


def test_policy_drafts_previews_and_publishes_in_the_admin(client: Client) -> None:
    signed_in(client, make_staff("policy"))
    client.post(reverse("admin:complaints_policy_draft"), {"version": "2027-02"})
    made = Policy.objects.get(version="2027-02")
    words = {f"{row.ground}-plain": row.plain for row in made.clauses.all()} | {"R-02-plain": NEW}
    words |= {f"{row.ground}-cure": row.cure for row in made.clauses.all()} | {"note": "Plainer."}
    address = reverse("admin:complaints_policy_words", args=[made.pk])
    preview = client.post(address, words | {"do": "preview"}).text
    assert "To the complainant" in preview
    assert "We rejected 1 item of your complaint." in preview
    assert "Your listing is removed by this decision." in preview
    assert policies.in_force().version == POLICY_VERSION
    client.post(address, words | {"do": "publish"})
    assert policies.in_force().version == "2027-02"
    assert policies.in_force().plain(Ground.EVIDENCE_MISSING) == NEW
    page = client.get(reverse("admin:complaints_policy_change", args=[made.pk])).text
    assert "Publish it now" not in page
    assert client.post(address, words | {"do": "save"}).status_code == 409
