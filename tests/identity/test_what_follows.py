"""What an organisation may do before it is verified, while it is rejected, and while it is suspended."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from brands import registry
from brands.models import IPRight
from complaints import casework, preflight
from portal.accounts import tenants
from portal.accounts.actors import Actor
from portal.accounts.models import Membership, OrganisationState, Role
from portal.api import keys
from portal.api.models import Scope
from portal.errors import Forbidden, Refused
from portal.identity import deciding
from tests.accounts.factories import make_member, make_staff, signed_in
from tests.brands import factories as brands
from tests.complaints.factories import make_draft, make_listing, make_right, sign
from tests.identity import factories as f

pytestmark = pytest.mark.django_db
NOT_APPROVED = [state for state in OrganisationState if state is not OrganisationState.APPROVED]


def of(state: str, role: str = Role.ADMINISTRATOR) -> Membership:
    reason = "Because." if state in {"rejected", "suspended"} else ""
    return f.newcomer(role=role, state=state, state_reason=reason)


def standing(member: Membership, state: str) -> Actor:
    """Puts the organisation where it is to stand, and gives the member's actor of now."""
    facts = {"state": state, "state_reason": "Because.", "verified_at": f.NOW}
    type(member.organisation).objects.filter(pk=member.organisation.pk).update(**facts)
    return f.acting(member)


def key_of(member: Membership) -> Client:
    """A client with a key that an administrator made while all was well."""
    _key, secret = keys.issue(
        actor=f.acting(member),
        organisation=member.organisation,
        name="Brand watch",
        scopes=list(Scope),
        expires_at=None,
        now=f.NOW,
    )
    return Client(headers={"Authorization": f"Bearer {secret}"})


# --- rights


@pytest.mark.parametrize("state", NOT_APPROVED)
def test_a_right_of_an_unverified_organisation_is_not_approved(state: str) -> None:
    member = make_member()
    right = brands.in_review(f.acting(member))
    standing(member, state)
    with pytest.raises(Refused) as refusal:
        registry.approve(actor=brands.reviewer(), right=right, now=brands.NOW)
    assert refusal.value.code == "organisation_not_verified"
    right.refresh_from_db()
    assert right.state == "in_review"
    registry.reject(actor=brands.reviewer(), right=right, reason="The certificate cannot be read.", now=brands.NOW)


def test_the_desk_goes_from_the_right_to_its_organisation_and_back() -> None:
    member = f.sent()
    right = brands.in_review(f.acting(member))
    client = signed_in(Client(), make_staff())
    page, decide = (reverse(f"admin:brands_ipright_{name}", args=[right.pk]) for name in ("change", "decide"))
    organisation = reverse("admin:identity_applicant_change", args=[member.organisation.pk])
    assert organisation in client.get(page).content.decode()
    refused = client.post(decide, {"version": right.version, "outcome": "approve"})
    assert refused.status_code == 422 and "verify the organisation first" in refused.content.decode()
    back = f"{reverse('admin:brands_ipright_changelist')}?organisation__id__exact={member.organisation.pk}"
    assert back in client.get(organisation).content.decode()
    assert right.title in client.get(back).content.decode()
    f.approve(member.organisation)
    seen = {"version": right.version, "outcome": "approve", "register_status": "registered"}
    assert client.post(decide, seen).status_code == 302


def test_rights_and_drafts_are_prepared_before_the_desk_has_looked() -> None:
    for state in (OrganisationState.DRAFT, OrganisationState.IN_REVIEW, OrganisationState.REJECTED):
        actor = f.acting(of(state))
        right = brands.in_review(actor)
        assert right.state == "in_review"
        draft = casework.start_draft(actor=actor, now=f.NOW, reason="counterfeit")
        assert casework.save_draft(actor=actor, complaint_id=draft.pk, now=f.NOW, lines="LS-1").lines == "LS-1"


# --- filing


def ready_to_file(member: Membership) -> tuple[IPRight, Any]:
    right = make_right(member.organisation)
    return right, make_draft(f.acting(member), right, [make_listing()])


@pytest.mark.parametrize("state", [each for each in NOT_APPROVED if each is not OrganisationState.SUSPENDED])
def test_nothing_is_filed_for_an_unverified_organisation(state: str) -> None:
    member = make_member()
    _right, draft = ready_to_file(member)
    actor = standing(member, state)
    draft.refresh_from_db()
    lines = preflight.answer_draft(draft, actor=actor, today=f.NOW.date())
    findings = preflight.check(draft, lines, actor=actor, today=f.NOW.date())
    assert (findings[0].tone, findings[0].code) == ("bad", "organisation_not_verified")
    with pytest.raises(Refused) as refusal:
        casework.submit(actor=actor, complaint_id=draft.pk, signing=sign(actor), now=f.NOW)
    assert refusal.value.code == "organisation_not_verified"
    draft.refresh_from_db()
    assert draft.is_draft


def test_an_unverified_agency_files_nothing_for_its_principal() -> None:
    member = make_member()
    _right, draft = ready_to_file(member)
    agency = f.newcomer("Holm and Partners", kind="agency").organisation
    actor = replace(f.acting(member), agency=agency, role=Role.AGENT)
    findings = preflight.check(draft, [], actor=actor, today=f.NOW.date())
    assert findings[0].code == "organisation_not_verified" and "Holm and Partners" in findings[0].title


def test_the_page_says_it_and_the_api_says_the_same() -> None:
    member = make_member()
    _right, draft = ready_to_file(member)
    program, person = key_of(member), signed_in(Client(), member.user)
    standing(member, OrganisationState.IN_REVIEW)
    review = person.get(reverse("complaints:draft-review", args=[draft.public_id])).content.decode()
    assert "is not verified" in review and "disabled" in review
    path = f"/api/v1/complaints/{draft.public_id}"
    check = program.post(f"{path}/check").json()
    assert not check["ready"] and check["findings"][0]["code"] == "organisation_not_verified"
    body = {"declaration": {"version": "1", "sha256": "0" * 64}, "signatory": "x", "mandate": str(draft.public_id)}
    refused = program.post(f"{path}/submit", json.dumps(body), content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (422, "organisation_not_verified")


# --- suspended: read, and nothing else


def writes(actor: Actor, right: IPRight, draft: Any) -> dict[str, Callable[[], Any]]:
    return {
        "register": lambda: brands.draft(actor, certificate=None),
        "brand": lambda: registry.add_brand(actor=actor, name="New", now=f.NOW),
        "begin": lambda: casework.start_draft(actor=actor, now=f.NOW),
        "change": lambda: casework.save_draft(actor=actor, complaint_id=draft.pk, now=f.NOW, lines="LS-1"),
        "file": lambda: casework.submit(actor=actor, complaint_id=draft.pk, signing=sign(actor), now=f.NOW),
        "discard": lambda: casework.discard(actor=actor, complaint_id=draft.pk),
        "invite": lambda: tenants.invite(actor=actor, email="new@example.test", role=Role.VIEWER, now=f.NOW),
        "key": lambda: keys.issue(
            actor=actor, organisation=actor.organisation, name="K", scopes=list(Scope), expires_at=None, now=f.NOW
        ),
    }


def test_a_suspended_organisation_reads_and_writes_nothing() -> None:
    member = make_member()
    right, draft = ready_to_file(member)
    actor = standing(member, OrganisationState.SUSPENDED)
    assert actor.can_read and actor.is_suspended and not (actor.can_file or actor.can_register)
    assert list(IPRight.objects.visible_to(actor)) == [right]
    for name, verb in writes(actor, right, draft).items():
        with pytest.raises(Forbidden) as refusal:
            verb()
        assert refusal.value.code == "organisation_suspended", name
    deciding.reinstate(actor=f.reviewer("senior"), organisation=member.organisation, now=f.NOW)
    assert f.acting(member).can_file


def test_an_agencys_suspension_binds_it_for_its_principals_too() -> None:
    actor = replace(f.acting(make_member()), agency=of("suspended").organisation)
    assert actor.is_suspended and not actor.can_file


def test_a_suspended_organisation_by_page_and_by_key() -> None:
    member = make_member()
    right, _draft = ready_to_file(member)
    program, person = key_of(member), signed_in(Client(), member.user)
    standing(member, OrganisationState.SUSPENDED)
    page = reverse("brands:right", args=[right.public_id])
    assert person.get(page).status_code == 200
    assert person.get("/rights/register/").status_code == 403
    refused = person.get("/complaints/new/")
    assert refused.status_code == 403 and "while your organisation is suspended" in refused.content.decode()
    assert program.get(f"/api/v1/rights/{right.public_id}").status_code == 200
    answer = program.post("/api/v1/complaints", "{}", content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "organisation_suspended")
    answer = program.post("/api/v1/brands", json.dumps({"name": "New"}), content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "organisation_suspended")


def test_a_suspended_organisation_still_takes_powers_away() -> None:
    member = make_member()
    colleague = make_member(member.organisation, Role.VIEWER)
    actor = standing(member, OrganisationState.SUSPENDED)
    with pytest.raises(Forbidden):
        tenants.change_role(actor=actor, membership_id=colleague.pk, role=Role.RIGHTS_OWNER, now=f.NOW)
    tenants.remove_member(actor=actor, membership_id=colleague.pk, now=f.NOW)
    colleague.refresh_from_db()
    assert not colleague.is_active
