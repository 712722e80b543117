"""Organisations, roles and invitations: what each person may do, and what nobody may."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress

from portal.accounts import tenants
from portal.accounts.actors import PUBLIC, SYSTEM, Actor, ActorKind
from portal.accounts.invitations import token_for
from portal.accounts.models import Invitation, Membership, Role, User, fold_email
from portal.errors import Conflict, Forbidden, NotFound, Refused
from portal.ledger.events import matches_commitment, verify_all
from portal.ledger.models import Event
from tests.accounts.factories import (
    actor_for_member,
    make_member,
    make_organisation,
    make_staff,
    make_user,
    staff_actor,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def person(user: User) -> Actor:
    return Actor(kind=ActorKind.MEMBER, user=user)


def kinds() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


def invited(email: str = "new@example.test", role: str = Role.AGENT) -> tuple[Membership, Invitation, str]:
    admin = make_member()
    sent = tenants.invite(actor=actor_for_member(admin), email=email, role=role, now=NOW)
    return admin, sent, token_for(sent.public_id)


# --- organisations


def test_whoever_makes_an_organisation_is_its_administrator() -> None:
    user = make_user()
    made = tenants.create_organisation(
        actor=person(user), name="  Tarnfell   Outdoor AB ", country="SE", kind="rights_holder", now=NOW
    )
    assert made.name == "Tarnfell Outdoor AB"
    assert made.memberships.get().role == Role.ADMINISTRATOR
    event = Event.objects.get()
    assert (event.stream_kind, event.stream_id, event.kind) == (
        "organisation",
        str(made.pk),
        "organisation.created",
    )
    assert event.actor == f"user:{user.pk}"
    assert "Tarnfell" not in str(event.payload)


@pytest.mark.parametrize(
    ("field", "value"), [("name", " "), ("name", "a\x00b"), ("name", "x" * 161), ("country", "XX"), ("kind", "")]
)
def test_an_organisation_needs_a_name_a_country_and_a_kind(field: str, value: str) -> None:
    given = {"name": "Tarnfell", "country": "SE", "kind": "agency"} | {field: value}
    with pytest.raises(Refused) as refusal:
        tenants.create_organisation(actor=person(make_user()), now=NOW, **given)
    assert refusal.value.field == field
    assert not Event.objects.exists()


@pytest.mark.parametrize("actor", [PUBLIC, SYSTEM])
def test_only_people_make_organisations(actor: Actor) -> None:
    with pytest.raises(Forbidden):
        tenants.create_organisation(actor=actor, name="Some", country="SE", kind="agency", now=NOW)


def test_staff_belong_to_no_organisation() -> None:
    with pytest.raises(Forbidden):
        tenants.create_organisation(actor=staff_actor(), name="Some", country="SE", kind="agency", now=NOW)


# --- invitations


def test_an_invitation_commits_to_the_address_and_does_not_tell_it() -> None:
    _, sent, token = invited("New@Example.test")
    event = Event.objects.get(kind="organisation.invited")
    assert sent.email == "new@example.test"
    assert "example.test" not in str(event.payload)
    assert matches_commitment(sent.email, salt=sent.email_salt, digest=event.payload["email"])
    assert token not in str(event.payload)
    assert token not in sent.token_hash


def test_the_invited_person_joins_with_the_role_offered() -> None:
    admin, sent, token = invited()
    user = make_user("new@example.test")
    joined = tenants.accept_invitation(actor=person(user), token=token, now=NOW + timedelta(days=6, hours=23))
    assert (joined.organisation, joined.role, joined.is_active) == (admin.organisation, Role.AGENT, True)
    sent.refresh_from_db()
    assert sent.accepted_at is not None
    assert kinds() == ["organisation.invited", "organisation.joined"]
    assert verify_all() == []


def test_an_invitation_works_once() -> None:
    _, _, token = invited()
    actor = person(make_user("new@example.test"))
    tenants.accept_invitation(actor=actor, token=token, now=NOW)
    with pytest.raises(Conflict, match="used"):
        tenants.accept_invitation(actor=actor, token=token, now=NOW)


def test_an_invitation_ends_after_seven_days() -> None:
    _, _, token = invited()
    with pytest.raises(Conflict, match="ended"):
        tenants.accept_invitation(actor=person(make_user("new@example.test")), token=token, now=NOW + timedelta(days=7))


def test_a_revoked_invitation_is_dead() -> None:
    admin, sent, token = invited()
    tenants.revoke_invitation(actor=actor_for_member(admin), public_id=sent.public_id, now=NOW)
    with pytest.raises(Conflict, match="taken back"):
        tenants.accept_invitation(actor=person(make_user("new@example.test")), token=token, now=NOW)


@pytest.mark.parametrize("token", ["", "x", "é" * 40, "\ud800", "a" * 5000])
def test_an_unknown_token_is_not_found(token: str) -> None:
    with pytest.raises(NotFound):
        tenants.accept_invitation(actor=person(make_user()), token=token, now=NOW)


def test_only_the_address_invited_may_accept() -> None:
    _, sent, token = invited("new@example.test")
    other = make_user("other@example.test")
    with pytest.raises(Forbidden):
        tenants.accept_invitation(actor=person(other), token=token, now=NOW)
    sent.refresh_from_db()
    assert sent.accepted_at is None


def test_an_address_that_is_not_verified_does_not_count() -> None:
    _, _, token = invited("new@example.test")
    other = make_user("other@example.test")
    EmailAddress.objects.create(user=other, email="new@example.test", verified=False)
    with pytest.raises(Forbidden):
        tenants.accept_invitation(actor=person(other), token=token, now=NOW)


@pytest.mark.parametrize(
    "look_alike",
    [
        "mıke@example.test",  # dotless i: upper-casing makes it I
        "mi\u212ae@example.test",  # Kelvin sign: lower-casing makes it k
        "mіke@example.test",  # Cyrillic i
        "mike@ſhop.test",  # long s
        "ｍike@example.test",  # full width
        "mike\u200b@example.test",
    ],
)
def test_look_alike_addresses_do_not_pass(look_alike: str) -> None:
    _, _, token = invited("mike@example.test")
    user = make_user("somebody@example.test")
    EmailAddress.objects.filter(user=user).update(email=look_alike, verified=True)
    with pytest.raises(Forbidden):
        tenants.accept_invitation(actor=person(user), token=token, now=NOW)
    assert fold_email(look_alike) != "mike@example.test"


def test_a_sharp_s_is_not_two_s() -> None:
    _, _, token = invited("mike@strasse.test")
    user = make_user("somebody@example.test")
    EmailAddress.objects.filter(user=user).update(email="mike@straße.test")
    with pytest.raises(Forbidden):
        tenants.accept_invitation(actor=person(user), token=token, now=NOW)


@pytest.mark.parametrize("email", ["", "mike", "a@b", "mıke@example.test", "mike@ｅxample.test", "a@b.test\nc@d.test"])
def test_an_invitation_needs_a_plain_address(email: str) -> None:
    with pytest.raises(Refused) as refusal:
        invited(email)
    assert refusal.value.field == "email"


def test_the_answer_is_the_same_for_known_and_unknown_addresses() -> None:
    make_user("known@example.test")
    admin = actor_for_member(make_member())
    known = tenants.invite(actor=admin, email="known@example.test", role=Role.VIEWER, now=NOW)
    unknown = tenants.invite(actor=admin, email="unknown@example.test", role=Role.VIEWER, now=NOW)
    assert (known.role, known.expires_at) == (unknown.role, unknown.expires_at)
    assert kinds() == ["organisation.invited"] * 2


def test_inviting_again_ends_the_link_sent_before() -> None:
    admin, first, token = invited()
    second = tenants.invite(actor=actor_for_member(admin), email=first.email, role=Role.VIEWER, now=NOW)
    actor = person(make_user("new@example.test"))
    with pytest.raises(Conflict):
        tenants.accept_invitation(actor=actor, token=token, now=NOW)
    assert tenants.accept_invitation(actor=actor, token=token_for(second.public_id), now=NOW).role == Role.VIEWER


def test_an_address_is_not_flooded() -> None:
    admin, first, _ = invited()
    for _again in range(4):
        tenants.invite(actor=actor_for_member(admin), email=first.email, role=Role.VIEWER, now=NOW)
    with pytest.raises(Refused):
        tenants.invite(actor=actor_for_member(admin), email=first.email, role=Role.VIEWER, now=NOW)


def test_a_member_is_not_invited_again() -> None:
    admin = make_member()
    with pytest.raises(Conflict):
        tenants.invite(actor=actor_for_member(admin), email=admin.user.email, role=Role.VIEWER, now=NOW)


def test_staff_cannot_accept() -> None:
    _, _, token = invited("staff@example.test")
    with pytest.raises(Forbidden):
        tenants.accept_invitation(actor=staff_actor(make_staff(email="staff@example.test")), token=token, now=NOW)


def test_whoever_was_removed_can_be_invited_back() -> None:
    admin, _, token = invited()
    user = make_user("new@example.test")
    before = make_member(admin.organisation, Role.VIEWER, user=user, is_active=False)
    after = tenants.accept_invitation(actor=person(user), token=token, now=NOW)
    assert (after.pk, after.role, after.is_active) == (before.pk, Role.AGENT, True)


def test_the_invitation_is_mailed_with_a_link_that_works(run_outbox: Any, mailoutbox: Any) -> None:
    _, _, token = invited()
    run_outbox()
    [mail] = mailoutbox
    assert mail.to == ["new@example.test"]
    assert f"/organisations/invitation/{token}/" in mail.body
    run_outbox()
    assert len(mailoutbox) == 1


# --- roles


@pytest.mark.parametrize("role", [Role.RIGHTS_OWNER, Role.AGENT, Role.VIEWER])
def test_only_administrators_change_who_belongs(role: str) -> None:
    admin = make_member()
    plain = make_member(admin.organisation, role)
    actor = actor_for_member(plain)
    with pytest.raises(Forbidden):
        tenants.invite(actor=actor, email="x@example.test", role=Role.VIEWER, now=NOW)
    with pytest.raises(Forbidden):
        tenants.change_role(actor=actor, membership_id=plain.pk, role=Role.ADMINISTRATOR, now=NOW)
    with pytest.raises(Forbidden):
        tenants.remove_member(actor=actor, membership_id=admin.pk, now=NOW)
    assert kinds() == []


def test_an_administrator_changes_a_role() -> None:
    admin = make_member()
    member = make_member(admin.organisation, Role.VIEWER)
    tenants.change_role(actor=actor_for_member(admin), membership_id=member.pk, role=Role.AGENT, now=NOW)
    member.refresh_from_db()
    assert member.role == Role.AGENT
    assert Event.objects.get().payload["from"] == Role.VIEWER


def test_the_same_role_again_is_no_event() -> None:
    admin = make_member()
    tenants.change_role(actor=actor_for_member(admin), membership_id=admin.pk, role=Role.ADMINISTRATOR, now=NOW)
    assert kinds() == []


def test_the_last_administrator_stays() -> None:
    admin = make_member()
    make_member(admin.organisation, Role.VIEWER)
    closed = make_member(admin.organisation, Role.ADMINISTRATOR)
    User.objects.filter(pk=closed.user_id).update(is_active=False)
    with pytest.raises(Conflict) as demoted:
        tenants.change_role(actor=actor_for_member(admin), membership_id=admin.pk, role=Role.VIEWER, now=NOW)
    with pytest.raises(Conflict) as removed:
        tenants.remove_member(actor=actor_for_member(admin), membership_id=admin.pk, now=NOW)
    assert {demoted.value.code, removed.value.code} == {"last_administrator"}


def test_one_of_two_administrators_may_go() -> None:
    admin = make_member()
    other = make_member(admin.organisation)
    tenants.remove_member(actor=actor_for_member(admin), membership_id=admin.pk, now=NOW)
    with pytest.raises(Conflict):
        tenants.remove_member(actor=actor_for_member(other), membership_id=other.pk, now=NOW)


def test_a_member_may_leave() -> None:
    admin = make_member()
    viewer = make_member(admin.organisation, Role.VIEWER)
    tenants.remove_member(actor=actor_for_member(viewer), membership_id=viewer.pk, now=NOW)
    assert Event.objects.get().payload["left"] is True


def test_a_role_that_was_taken_away_does_not_act() -> None:
    admin, other = make_member(), make_member()
    stale = actor_for_member(make_member(admin.organisation))
    Membership.objects.filter(user=stale.user).update(role=Role.VIEWER)
    with pytest.raises(Forbidden):
        tenants.invite(actor=stale, email="x@example.test", role=Role.VIEWER, now=NOW)
    Membership.objects.filter(user=stale.user).update(is_active=False)
    with pytest.raises(NotFound):
        tenants.remove_member(actor=stale, membership_id=other.pk, now=NOW)


def test_members_and_invitations_of_others_are_not_found() -> None:
    _, sent, _ = invited()
    outsider = actor_for_member(make_member())
    foreign = make_member()
    with pytest.raises(NotFound):
        tenants.change_role(actor=outsider, membership_id=foreign.pk, role=Role.VIEWER, now=NOW)
    with pytest.raises(NotFound):
        tenants.remove_member(actor=outsider, membership_id=foreign.pk, now=NOW)
    with pytest.raises(NotFound):
        tenants.revoke_invitation(actor=outsider, public_id=sent.public_id, now=NOW)


def test_switching_needs_a_membership() -> None:
    first = make_member()
    second = make_member(user=first.user)
    assert tenants.switch(actor=person(first.user), public_id=second.organisation.public_id) == second
    with pytest.raises(NotFound):
        tenants.switch(actor=person(first.user), public_id=make_organisation().public_id)
