"""How far an authorisation reaches: a right is changed in all its countries or not at all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from brands import registry
from brands.errors import AlreadyRegistered
from brands.models import Authorisation, IPRight
from complaints import casework
from complaints.models import Complaint
from portal.accounts.actors import for_principal, member_actor_for
from portal.accounts.models import Organisation
from portal.errors import Forbidden, NotFound, Refused
from tests.accounts.factories import actor_for_member, make_member
from tests.brands import factories as f
from tests.brands.agents_kit import Pair, granted, make_agency, pair
from tests.complaints import factories as cf

pytestmark = pytest.mark.django_db


def standing(state: str) -> dict[str, str]:
    return {"state": state, "state_reason": "Papers missing." if state in {"rejected", "suspended"} else ""}


def in_germany_only(**right: Any) -> tuple[Pair, IPRight]:
    principal = make_member()
    mark = cf.make_right(principal.organisation, **right)
    assert mark.territories.count() > 1
    return pair([mark], principal=principal, territories=["DE"]), mark


def test_a_right_that_holds_beyond_the_authorisation_is_not_taken_back() -> None:
    made, mark = in_germany_only()
    with pytest.raises(Forbidden):
        registry.reopen(actor=made.agent, right=mark, now=timezone.now())
    assert IPRight.objects.get(pk=mark.pk).state == "approved"


def test_nor_given_files_nor_sent_nor_renewed() -> None:
    made, mark = in_germany_only(state="draft", verified_at=None)
    now = timezone.now()
    with pytest.raises(Forbidden):
        registry.attach(actor=made.agent, right=mark, logo=f.stored(made.owner, "x.png"), now=now)
    with pytest.raises(Forbidden):
        registry.submit_for_review(actor=made.agent, right=mark, now=now)
    live = cf.make_right(made.principal.organisation, expiry_date=now.date() + timedelta(days=60))
    Authorisation.objects.get(pk=made.letter.pk).rights.add(live)
    with pytest.raises(Forbidden):
        registry.declare_renewed(
            actor=made.agent, right=live, rule="tm.10y", due_on=live.expiry_date, certificate=None, now=now
        )


def test_an_agent_without_limits_of_country_changes_the_right() -> None:
    principal = make_member()
    mark = cf.make_right(principal.organisation)
    made = pair([mark], principal=principal)
    assert registry.reopen(actor=made.agent, right=mark, now=timezone.now()).state == "draft"


def test_a_draft_of_the_principal_is_nothing_to_an_agent_of_some_countries() -> None:
    made, mark = in_germany_only()
    seller = cf.make_seller()
    draft = cf.make_draft(made.owner, mark, [cf.make_listing(seller), cf.make_listing(seller, market="FR")])
    assert not Complaint.objects.visible_to(made.agent).filter(pk=draft.pk).exists()
    now = timezone.now()
    with pytest.raises(NotFound):
        casework.discard(actor=made.agent, complaint_id=draft.pk)
    with pytest.raises(NotFound):
        casework.submit(actor=made.agent, complaint_id=draft.pk, signing=cf.sign(made.agent), now=now)
    assert Complaint.objects.get(pk=draft.pk).lines == draft.lines


def test_their_own_draft_is_theirs_and_the_principal_sees_it() -> None:
    made, mark = in_germany_only()
    draft = cf.make_draft(made.agent, mark, [cf.make_listing()])
    for actor in (made.agent, made.owner):
        assert Complaint.objects.visible_to(actor).filter(pk=draft.pk).exists()


def test_a_right_that_an_agent_may_not_see_is_not_named_to_them() -> None:
    principal = make_member()
    owner = actor_for_member(principal)
    covered = f.approved(owner)
    numbers: dict[str, Any] = {"registration_number": "6543210", "application_number": "86543210"}
    f.approved(owner, mark_text="SECRETMARK", **numbers)
    made = pair([covered], principal=principal)
    with pytest.raises(AlreadyRegistered) as refusal:
        f.draft(made.agent, brand=covered.brand, **numbers)
    assert "SECRETMARK" not in str(refusal.value) and refusal.value.right is None
    with pytest.raises(AlreadyRegistered) as told:
        f.draft(owner, **numbers)
    assert "SECRETMARK" in str(told.value)


@pytest.mark.parametrize("state", ["draft", "in_review", "rejected"])
def test_an_agency_that_the_desk_has_not_verified_acts_for_nobody(state: str) -> None:
    made = pair()
    Organisation.objects.filter(pk=made.agency.organisation_id).update(
        state=state, state_reason="Papers missing." if state in {"rejected", "suspended"} else ""
    )
    made.agency.organisation.refresh_from_db()
    assert for_principal(member_actor_for(made.agency), made.principal.organisation) is None


@pytest.mark.parametrize("state", ["rejected", "suspended"])
def test_a_refused_agency_is_granted_nothing(state: str) -> None:
    principal, agency = make_member(), make_agency().organisation
    Organisation.objects.filter(pk=agency.pk).update(
        state=state, state_reason="Papers missing." if state in {"rejected", "suspended"} else ""
    )
    agency.refresh_from_db()
    with pytest.raises(Refused):
        granted(principal, agency)


def test_an_authorisation_that_ended_within_the_request_lets_nothing_be_entered() -> None:
    made = pair()
    stale = made.agent
    registry.end_authorisation(actor=made.owner, authorisation=made.letter, now=timezone.now())
    with pytest.raises(Forbidden):
        f.draft(stale)
    assert not IPRight.objects.exists()
