"""What the desk decides about an organisation: by whom, on which grounds, and what is kept of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from portal.errors import Conflict, Forbidden, Refused
from portal.identity import deciding
from portal.identity.checklist import points_for
from portal.identity.models import KEPT_FOR, DocumentResult, IdentityCheck
from portal.ledger.canonical import canonical
from portal.ledger.events import matches_commitment, verify
from portal.ledger.models import Event
from tests.accounts.factories import make_member
from tests.identity import factories as f

pytestmark = pytest.mark.django_db


def event(kind: str) -> Event:
    return Event.objects.get(kind=kind)


def test_a_reviewer_verifies_with_every_point_answered() -> None:
    tenant, me = f.sent().organisation, f.reviewer()
    answers = f.all_yes(tenant, contact_plausible="na")
    f.approve(tenant, me, checklist=answers, note="Seen in the public register.")
    tenant.refresh_from_db()
    assert (tenant.state, tenant.verified_at, tenant.state_reason) == ("approved", f.NOW, "")
    check = IdentityCheck.objects.get()
    assert (check.outcome, check.decided_by, check.checklist) == ("approved", me.user, answers)
    document = tenant.identity_documents.get()
    assert check.documents == [{"kind": "company_extract", "sha256": document.sha256}]
    assert (document.result, document.delete_after) == (DocumentResult.ACCEPTED, f.NOW + KEPT_FOR)


def test_the_event_holds_a_commitment_and_no_words() -> None:
    tenant = f.sent().organisation
    f.reject(tenant, reason="The extract names Sven Falk as owner.")
    payload, check = event("organisation.rejected").payload, IdentityCheck.objects.get()
    assert set(payload) == {"check", "commitment"} and payload["check"] == check.pk
    kept = {"checklist": check.checklist, "documents": check.documents, "reason": check.reason}
    assert matches_commitment(canonical(kept), salt=check.salt, digest=payload["commitment"])
    kept["checklist"] = check.checklist | {"name_agrees": "no"}
    assert not matches_commitment(canonical(kept), salt=check.salt, digest=payload["commitment"])
    assert verify(("organisation", tenant.pk)) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name_agrees": ""}, "checklist_open"),
        ({"number_agrees": "no"}, "checklist_says_no"),
        ({"person_may_act": "perhaps"}, "checklist_unreadable"),
    ],
)
def test_nothing_is_verified_with_a_point_open_or_against_it(change: dict[str, str], code: str) -> None:
    tenant = f.sent().organisation
    with pytest.raises(Refused) as refusal:
        f.approve(tenant, checklist=f.all_yes(tenant, **change))
    assert (refusal.value.code, refusal.value.field) == (code, next(iter(change)))
    tenant.refresh_from_db()
    assert tenant.state == "in_review" and not IdentityCheck.objects.exists()


def test_an_individual_is_asked_for_no_number() -> None:
    tenant = f.sent(form="individual", company_number="").organisation
    codes = {point.code for point in points_for(tenant.form)}
    assert "number_agrees" not in codes and "name_agrees" in codes
    f.approve(tenant, checklist=f.all_yes(tenant) | {"number_agrees": "yes", "made_up": "yes"})
    assert set(IdentityCheck.objects.get().checklist) == codes, "answers to points that are not asked are not kept"


@pytest.mark.parametrize("reason", ["", "   ", "\x00"])
def test_a_rejection_or_suspension_without_a_reason_is_refused(reason: str) -> None:
    tenant = f.sent().organisation
    with pytest.raises(Refused) as refusal:
        f.reject(tenant, reason=reason)
    assert (refusal.value.code, refusal.value.field) == ("reason_missing", "reason")
    f.approve(tenant)
    with pytest.raises(Refused):
        f.suspend(tenant, reason=reason)
    tenant.refresh_from_db()
    assert tenant.state == "approved"


def test_a_reason_has_room_and_an_end() -> None:
    with pytest.raises(Refused) as refusal:
        f.reject(f.sent().organisation, reason="a" * 2001)
    assert refusal.value.code == "text_too_long"


def test_only_a_senior_suspends_and_reinstates() -> None:
    tenant = f.sent().organisation
    f.approve(tenant)
    with pytest.raises(Forbidden):
        f.suspend(tenant, f.reviewer())
    f.suspend(tenant, reason="Two companies share it.")
    tenant.refresh_from_db()
    assert (tenant.state, tenant.state_reason) == ("suspended", "Two companies share it.")
    with pytest.raises(Forbidden):
        deciding.reinstate(actor=f.reviewer(), organisation=tenant, now=f.NOW)
    deciding.reinstate(actor=f.reviewer("senior"), organisation=tenant, now=f.NOW)
    tenant.refresh_from_db()
    assert (tenant.state, tenant.state_reason) == ("approved", "")
    outcomes = IdentityCheck.objects.order_by("id").values_list("outcome", flat=True)
    assert list(outcomes) == ["approved", "suspended", "reinstated"]


@pytest.mark.parametrize("staff_role", ["policy", "auditor"])
def test_who_only_reads_decides_nothing(staff_role: str) -> None:
    tenant, me = f.sent().organisation, f.reviewer(staff_role)
    for verb in (lambda: f.approve(tenant, me), lambda: f.reject(tenant, me), lambda: f.suspend(tenant, me)):
        with pytest.raises(Forbidden):
            verb()


def test_nobody_verifies_themselves() -> None:
    member = f.sent()
    with pytest.raises(Forbidden):
        f.approve(member.organisation, f.acting(member))


@pytest.mark.parametrize(
    ("verb", "states"),
    [
        (lambda tenant: f.suspend(tenant), {"draft", "in_review", "rejected", "suspended"}),
        (
            lambda tenant: deciding.reinstate(actor=f.reviewer("senior"), organisation=tenant, now=f.NOW),
            {"draft", "in_review", "approved", "rejected"},
        ),
        (lambda tenant: f.approve(tenant), {"draft", "approved", "rejected", "suspended"}),
        (lambda tenant: f.reject(tenant), {"draft", "approved", "rejected", "suspended"}),
    ],
)
def test_the_table_says_when(verb: Callable[[Any], Any], states: set[str]) -> None:
    for state in states:
        tenant = f.newcomer(state=state, state_reason="Because.", verified_at=f.NOW).organisation
        with pytest.raises(Conflict):
            verb(tenant)
        tenant.refresh_from_db()
        assert tenant.state == state


def test_the_second_reviewer_is_told_who_was_first() -> None:
    tenant = f.sent().organisation
    version = tenant.version
    f.approve(tenant, f.reviewer(name="Rosa Lind"), version=version)
    with pytest.raises(Conflict) as refusal:
        deciding.reject(
            actor=f.reviewer(), organisation=tenant, checklist={}, reason="Too late.", now=f.NOW, version=version
        )
    assert refusal.value.code == "already_decided"
    assert "Rosa Lind" in str(refusal.value) and "Verified" in str(refusal.value)
    tenant.refresh_from_db()
    assert tenant.state == "approved" and IdentityCheck.objects.count() == 1


def test_a_decision_about_an_older_round_is_refused() -> None:
    """Rejected and sent again meanwhile: what the reviewer looked at is not what waits now."""
    member = f.sent()
    tenant, seen = member.organisation, member.organisation.version
    f.reject(tenant)
    f.sent(member, company_number="556677-0000")
    with pytest.raises(Conflict):
        f.approve(tenant, version=seen)
    tenant.refresh_from_db()
    assert tenant.state == "in_review"


def test_administrators_are_told_and_nobody_else(run_outbox: Callable[[], Any], mailoutbox: list[Any]) -> None:
    member = f.sent()
    tenant = member.organisation
    viewer, outsider = make_member(tenant, "viewer"), f.newcomer("Lumora Skin SAS")
    f.reject(tenant, reason="The extract is of 2019.")
    run_outbox()
    mine = [mail for mail in mailoutbox if member.user.email in mail.to]
    assert [mail.subject for mail in mine] == [
        "We have the documents of Tarnfell Outdoor AB",
        "Not verified, and how to cure it: Tarnfell Outdoor AB",
    ]
    assert "The extract is of 2019." in mine[1].body and "/organisations/identity/" in mine[1].body
    others = {viewer.user.email, outsider.user.email}
    assert not [mail for mail in mailoutbox if others & set(mail.to)]


def test_each_decision_is_told_once(run_outbox: Callable[[], Any], mailoutbox: list[Any]) -> None:
    member = f.sent()
    f.approve(member.organisation)
    f.suspend(member.organisation, reason="Two companies share it.")
    deciding.reinstate(actor=f.reviewer("senior"), organisation=member.organisation, now=f.NOW)
    run_outbox()
    run_outbox()
    subjects = [mail.subject.split(":")[0] for mail in mailoutbox]
    assert subjects == ["We have the documents of Tarnfell Outdoor AB", "Verified", "Suspended", "Reinstated"]
    assert "Two companies share it." in mailoutbox[2].body
