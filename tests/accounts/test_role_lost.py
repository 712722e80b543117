"""What stood on a role ends with it, at once and for good: mandates to sign, and API keys."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from complaints.models import SigningMandate
from portal.accounts import tenants
from portal.accounts.holds.changes import set_role
from portal.accounts.invitations import token_for
from portal.accounts.models import Hold, Membership, Role
from portal.api import keys
from portal.api.models import ApiKey
from portal.ledger.models import Event
from tests.accounts.factories import actor_for_member, make_member, signed_in
from tests.accounts.holding import again, person
from tests.api.factories import bearer, key
from tests.complaints.api_kit import draft_of, is_problem, mandate_of, resident, signature

pytestmark = pytest.mark.django_db


def end(by: Membership, member: Membership, how: str) -> None:
    """Ends the membership or the power of a member through the verbs."""
    now = timezone.now()
    if how == "viewer":
        tenants.change_role(actor=actor_for_member(by), membership_id=member.pk, role=Role.VIEWER, now=now)
    else:
        who = by if how == "removed" else member
        tenants.remove_member(actor=actor_for_member(who), membership_id=member.pk, now=now)


def back(by: Membership, member: Membership, role: str = Role.RIGHTS_OWNER) -> None:
    """Gives the person what they had, by invitation or by role."""
    now, member = timezone.now(), again(member)
    if member.is_active:
        tenants.change_role(actor=actor_for_member(by), membership_id=member.pk, role=role, now=now)
        return
    sent = tenants.invite(actor=actor_for_member(by), email=member.user.email, role=role, now=now)
    tenants.accept_invitation(actor=person(member.user), token=token_for(sent.public_id), now=now)


@pytest.mark.parametrize("how", ["removed", "left", "viewer"])
def test_a_mandate_ends_with_its_signatorys_membership_and_never_comes_back(how: str) -> None:
    owner = resident()
    signatory = make_member(owner.membership.organisation, Role.RIGHTS_OWNER)
    given = mandate_of(actor_for_member(signatory))
    assert SigningMandate.objects.in_force(timezone.now()).get() == given
    end(owner.membership, signatory, how)
    given.refresh_from_db()
    assert given.revoked_at is not None
    assert Event.objects.filter(kind="mandate.revoked", payload__mandate=given.pk).count() == 1
    back(owner.membership, signatory)
    assert not SigningMandate.objects.in_force(timezone.now()).exists()
    path = f"/complaints/{draft_of(owner).public_id}/submit"
    is_problem(owner.post(path, signature(given)), 422, "mandate_not_in_force")
    [row] = owner.get("/mandates").json()["results"]
    assert (row["in_force"], bool(row["revoked_at"])) == (False, True)
    listed = signed_in(Client(), owner.membership.user).get("/complaints/mandates/").content.decode()
    assert "Revoked" in listed and "In force</span>" not in listed
    fresh = mandate_of(actor_for_member(again(signatory)))
    assert owner.post(path, signature(fresh)).status_code == 200


def test_a_mandate_older_than_the_membership_is_not_in_force() -> None:
    """Also where nobody wrote its end, as with people who left before ends were written."""
    owner = resident()
    signatory = make_member(owner.membership.organisation, Role.RIGHTS_OWNER)
    given = mandate_of(actor_for_member(signatory))
    Membership.objects.filter(pk=signatory.pk).update(created_at=timezone.now() + timedelta(seconds=1))
    assert not SigningMandate.objects.in_force(timezone.now()).exists()
    answer = owner.post(f"/complaints/{draft_of(owner).public_id}/submit", signature(given))
    is_problem(answer, 422, "mandate_not_in_force")


def test_a_working_role_for_another_keeps_the_mandate() -> None:
    owner = make_member()
    signatory = make_member(owner.organisation, Role.RIGHTS_OWNER)
    given = mandate_of(actor_for_member(signatory))
    set_role(signatory, Role.AGENT, actor_for_member(owner), timezone.now())
    assert SigningMandate.objects.in_force(timezone.now()).get() == given


@pytest.mark.parametrize("how", ["left", "demoted"])
def test_a_key_ends_with_its_makers_power_and_never_comes_back(how: str) -> None:
    stays = make_member()
    maker = make_member(stays.organisation)
    made, secret = key(actor_for_member(maker))
    assert Client().get("/api/v1/rights", **bearer(secret)).status_code == 200  # type: ignore[arg-type]
    if how == "left":
        end(stays, maker, how)
    else:
        set_role(maker, Role.RIGHTS_OWNER, actor_for_member(stays), timezone.now())
    made.refresh_from_db()
    assert made.revoked_at is not None
    back(stays, maker, Role.ADMINISTRATOR)
    Hold.objects.all().delete()
    assert Client().get("/api/v1/rights", **bearer(secret)).status_code == 401  # type: ignore[arg-type]
    listed = signed_in(Client(), stays.user).get("/api/keys/").content.decode()
    assert "Revoked" in listed and "Live</span>" not in listed


@pytest.mark.parametrize("change", [{"role": Role.RIGHTS_OWNER}, {"role_since": "later"}])
def test_a_key_counts_only_while_its_maker_is_administrator_without_a_break(change: dict[str, object]) -> None:
    """Also where nobody wrote its end."""
    maker = make_member()
    made, secret = key(actor_for_member(maker))
    if "role_since" in change:
        change = {"role_since": timezone.now() + timedelta(seconds=1)}
    Membership.objects.filter(pk=maker.pk).update(**change)
    assert keys.find(secret, now=timezone.now()) is None
    assert ApiKey.objects.get(pk=made.pk).revoked_at is None


def test_the_keys_and_mandates_of_others_go_on() -> None:
    owner = resident()
    leaver = make_member(owner.membership.organisation)
    foreign = make_member(user=leaver.user)
    mine, theirs = mandate_of(owner.actor), key(actor_for_member(foreign))[0]
    end(owner.membership, leaver, "left")
    assert SigningMandate.objects.in_force(timezone.now()).get() == mine
    assert ApiKey.objects.filter(revoked_at=None).count() == 2
    assert ApiKey.objects.filter(pk=theirs.pk, revoked_at=None).exists()
