"""A mandate signs nothing while its signatory's powers rest, whoever's key sends it."""

from __future__ import annotations

import pytest
from django.utils import timezone

from complaints import casework
from portal.accounts import holds
from portal.errors import Forbidden
from tests.accounts.factories import actor_for_member
from tests.accounts.holding import again, demote
from tests.complaints.api_kit import draft_of, is_problem, mandate_of, pointers, resident, signature

pytestmark = pytest.mark.django_db


def test_a_mandate_rests_with_its_signatory_and_comes_back_with_them() -> None:
    owner = resident()
    teammate = resident(owner.membership.organisation)
    mandate = mandate_of(teammate.actor)
    draft = draft_of(owner)
    path = f"/complaints/{draft.public_id}/submit"
    hold = demote(owner.membership, teammate.membership, now=timezone.now())
    answer = owner.post(path, signature(mandate))
    assert pointers(is_problem(answer, 422, "mandate_on_hold")) == {"/mandate": "mandate_on_hold"}
    draft.refresh_from_db()
    assert draft.state == "draft"
    holds.stop(actor=actor_for_member(owner.membership), hold=hold, now=timezone.now())
    assert owner.post(path, signature(mandate)).status_code == 200


def test_nobody_at_rest_grants_or_revokes_a_mandate() -> None:
    owner = resident()
    teammate = resident(owner.membership.organisation)
    mandate = mandate_of(teammate.actor)
    demote(owner.membership, teammate.membership, now=timezone.now())
    at_rest = actor_for_member(again(teammate.membership))
    for verb in (
        lambda: mandate_of(at_rest),
        lambda: casework.revoke_mandate(actor=at_rest, mandate_id=mandate.public_id, now=timezone.now()),
    ):
        with pytest.raises(Forbidden) as refusal:
            verb()
        assert refusal.value.code == "on_hold"
    assert mandate.in_force(timezone.now())
