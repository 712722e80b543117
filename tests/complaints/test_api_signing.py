"""Who may sign over the API: a named person's mandate, in force, for this text, and nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from complaints import casework
from complaints.models import Complaint
from portal.accounts.models import Role
from tests.complaints.api_kit import (
    API,
    TEXT,
    Resident,
    draft_of,
    is_problem,
    mandate_of,
    pointers,
    resident,
    signature,
)
from tests.complaints.factories import make_listing, make_right

pytestmark = pytest.mark.django_db
NOWHERE = "00000000-0000-4000-8000-000000000000"


def _draft(who: Resident) -> tuple[str, Complaint]:
    draft = draft_of(who)
    return f"/complaints/{draft.public_id}/submit", draft


def _stays_a_draft(draft: Complaint) -> None:
    draft.refresh_from_db()
    assert (draft.state, draft.reference, draft.items.count()) == ("draft", None, 0)
    assert not hasattr(draft, "signature")


def test_a_teammates_mandate_signs_in_the_teammates_name() -> None:
    owner = resident()
    teammate = resident(owner.membership.organisation)
    path, draft = _draft(owner)
    mandate = mandate_of(teammate.actor)
    signed = owner.post(path, signature(mandate, signatory=teammate.name.upper()))
    assert signed.json()["signature"]["signatory"] == teammate.name
    draft.refresh_from_db()
    assert draft.signature.signer == teammate.membership.user


def test_without_a_mandate_a_key_signs_nothing() -> None:
    who = resident()
    path, draft = _draft(who)
    for body in ({"mandate": ""}, {}):
        answer = who.post(path, {"declaration": TEXT, "signatory": who.name} | body)
        assert pointers(is_problem(answer, 422, "mandate_missing")) == {"/mandate": "mandate_missing"}
    _stays_a_draft(draft)


@pytest.mark.parametrize("end", ["revoked", "expired", "foreign", "absent", "no id", "left", "viewer", "closed"])
def test_a_mandate_that_is_not_in_force_signs_nothing(end: str) -> None:
    who, now = resident(), timezone.now()
    path, draft = _draft(who)
    giver = resident() if end == "foreign" else resident(who.membership.organisation)
    mandate = mandate_of(giver.actor)
    body = signature(mandate)
    if end == "revoked":
        casework.revoke_mandate(actor=who.actor, mandate_id=mandate.public_id, now=now)
    elif end == "expired":
        type(mandate).objects.update(granted_at=now - timedelta(days=2), expires_at=now - timedelta(seconds=1))
    elif end in {"absent", "no id"}:
        body["mandate"] = NOWHERE if end == "absent" else "'; --"
    elif end in {"left", "viewer"}:
        changes = {"is_active": False} if end == "left" else {"role": Role.VIEWER}
        type(giver.membership).objects.filter(pk=giver.membership.pk).update(**changes)
    elif end == "closed":
        giver.membership.user.is_active = False
        giver.membership.user.save(update_fields=["is_active"])
    answer = who.post(path, body)
    assert pointers(is_problem(answer, 422, "mandate_not_in_force")) == {"/mandate": "mandate_not_in_force"}
    _stays_a_draft(draft)


def test_a_mandate_signs_for_one_name_and_one_text() -> None:
    who = resident()
    path, draft = _draft(who)
    mandate = mandate_of(who.actor)
    other = who.post(path, signature(mandate, signatory="Somebody Else"))
    assert pointers(is_problem(other, 422, "signatory_differs")) == {"/signatory": "signatory_differs"}
    for text in (TEXT | {"version": "2020-01-01"}, TEXT | {"sha256": "0" * 64}):
        is_problem(who.post(path, signature(mandate, declaration=text)), 422, "declaration_changed")
    type(mandate).objects.update(text_sha256="0" * 64)
    is_problem(who.post(path, signature(mandate)), 422, "mandate_for_old_text")
    _stays_a_draft(draft)


def test_what_the_check_finds_bad_is_not_filed() -> None:
    who = resident()
    mandate = mandate_of(who.actor)
    right = make_right(who.membership.organisation, expiry_date=timezone.now().date() - timedelta(days=900))
    live = make_right(who.membership.organisation, text="FELLSTED")
    for body, code, pointer in (
        ({"reason": "counterfeit", "items": ["LS-1"]}, "right_missing", "/right"),
        ({"right": str(live.public_id), "items": [make_listing().marketplace_id]}, "reason_missing", "/reason"),
        ({"right": str(live.public_id), "reason": "counterfeit", "items": ["LS-1"]}, "targets_not_found", "/items"),
        ({"right": str(live.public_id), "reason": "counterfeit", "items": []}, "no_items", "/items"),
    ):
        draft = who.post("/complaints", body).json()
        answer = who.post(f"/complaints/{draft['public_id']}/submit", signature(mandate))
        assert pointers(is_problem(answer, 422, code)) == {pointer: code}
    body = {"right": str(right.public_id), "reason": "counterfeit", "items": [make_listing().marketplace_id]}
    draft = who.post("/complaints", body).json()
    is_problem(who.post(f"/complaints/{draft['public_id']}/submit", signature(mandate)), 422)
    assert not Complaint.objects.exclude(state="draft").exists()


def test_a_program_may_ask_that_a_draft_be_as_it_read_it() -> None:
    who = resident()
    draft = draft_of(who)
    path = f"/complaints/{draft.public_id}"
    read = who.get(path).json()["version"]
    changed = who.client.patch(f"{API}{path}", {"explanation": "First.", "version": read})
    assert (changed.status_code, changed.json()["version"]) == (200, read + 1)
    is_problem(who.client.patch(f"{API}{path}", {"explanation": "Second.", "version": read}), 409, "moved_on")
    assert who.client.patch(f"{API}{path}", {"explanation": "Third."}).json()["explanation"] == "Third."
