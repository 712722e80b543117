"""Who acts: one value for each kind of person, and what it may do."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.test import RequestFactory

from portal.accounts.actors import PUBLIC, SYSTEM, Actor, ActorKind, actor_of
from portal.accounts.models import Role, StaffRole, User
from tests.accounts.factories import make_member, make_organisation, make_staff, make_superuser, make_user

pytestmark = pytest.mark.django_db


def acting(user: object, organisation_id: int | None = None) -> Actor:
    request = RequestFactory().get("/")
    request.user = user  # type: ignore[assignment]
    request.session = {"organisation_id": organisation_id}  # type: ignore[assignment]
    return actor_of(request)


def test_nobody_is_the_public() -> None:
    assert acting(AnonymousUser()) == PUBLIC
    assert not (PUBLIC.can_read or PUBLIC.can_file or PUBLIC.can_manage or PUBLIC.can_register)
    assert (PUBLIC.reference, SYSTEM.reference) == ("public", "system")


def test_a_closed_account_is_the_public() -> None:
    assert acting(make_user(is_active=False)) == PUBLIC


@pytest.mark.parametrize(
    ("role", "manages", "works"),
    [
        (Role.ADMINISTRATOR, True, True),
        (Role.RIGHTS_OWNER, False, True),
        (Role.AGENT, False, True),
        (Role.VIEWER, False, False),
    ],
)
def test_a_member_acts_in_their_role(role: str, manages: bool, works: bool) -> None:
    member = make_member(role=role)
    actor = acting(member.user)
    assert (actor.kind, actor.organisation, actor.role) == (ActorKind.MEMBER, member.organisation, role)
    assert (actor.can_manage, actor.can_file, actor.can_register) == (manages, works, works)
    assert actor.can_read
    assert not actor.is_staff
    assert actor.reference == f"user:{member.user_id}"


def test_the_session_chooses_among_memberships_and_nothing_else() -> None:
    first = make_member()
    second = make_member(role=Role.VIEWER, user=first.user)
    assert acting(first.user).organisation == first.organisation
    assert acting(first.user, second.organisation_id).organisation == second.organisation
    assert acting(first.user, make_organisation().pk).organisation == first.organisation


def test_a_removed_member_has_no_organisation() -> None:
    member = make_member(is_active=False)
    actor = acting(member.user, member.organisation_id)
    assert (actor.organisation, actor.role, actor.can_read) == (None, "", False)


def test_staff_have_no_organisation_even_as_members() -> None:
    user = make_staff(StaffRole.AUDITOR)
    make_member(user=user)
    actor = acting(user)
    assert (actor.kind, actor.organisation, actor.staff_role) == (ActorKind.STAFF, None, StaffRole.AUDITOR)
    assert not actor.can_file


def test_a_superuser_counts_as_senior_and_policy() -> None:
    actor = acting(make_superuser())
    assert actor.is_staff
    assert actor.has_staff_role(StaffRole.REVIEWER)
    assert actor.has_staff_role(StaffRole.SENIOR)
    assert actor.has_staff_role(StaffRole.POLICY)
    assert not actor.has_staff_role(StaffRole.AUDITOR)


@pytest.mark.parametrize(
    ("role", "powers"),
    [
        (StaffRole.REVIEWER, {"reviewer"}),
        (StaffRole.SENIOR, {"reviewer", "senior"}),
        (StaffRole.POLICY, {"policy"}),
        (StaffRole.AUDITOR, {"auditor"}),
    ],
)
def test_staff_roles_hold_what_they_say(role: StaffRole, powers: set[str]) -> None:
    actor = acting(make_staff(role))
    assert {each for each in StaffRole.values if each and actor.has_staff_role(each)} == powers


def test_a_key_acts_for_its_organisation() -> None:
    key = Actor(kind=ActorKind.KEY, organisation=make_organisation(), key_id=3)
    assert key.reference == "key:3"
    assert key.can_file
    assert key.can_read
    assert not key.can_manage


def test_the_actor_follows_a_switch_within_the_request() -> None:
    first = make_member()
    second = make_member(user=first.user)
    request = RequestFactory().get("/")
    request.user = first.user
    request.session = {}  # type: ignore[assignment]
    assert actor_of(request) is actor_of(request)
    request.session["organisation_id"] = second.organisation_id
    assert actor_of(request).organisation == second.organisation


def test_staff_flag_follows_the_role_and_addresses_are_small() -> None:
    user = User.objects.create_user("Some.Body@Example.TEST", "x", staff_role=StaffRole.POLICY)
    assert (user.email, user.is_staff) == ("some.body@example.test", True)
    user.staff_role = StaffRole.NONE
    user.save(update_fields=["staff_role"])
    user.refresh_from_db()
    assert not user.is_staff


def test_the_database_keeps_addresses_unique_and_small() -> None:
    user = make_user("one@example.test")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("ONE@example.test", "x")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(email="ONE@example.test")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(staff_role="senior")
