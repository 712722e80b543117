"""The anti-hijack hold: what starts one, who is told, who approves, who stops, and what becomes of the change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings
from django.utils import timezone

from portal.accounts import holds, owners, tenants
from portal.accounts.holds import people
from portal.accounts.models import Hold, HoldKind, HoldState, Membership, OrganisationState, Role, StaffRole, User
from portal.errors import Conflict, DomainError, Forbidden, NotFound, Refused
from portal.identity import contact
from portal.ledger.events import verify_all
from portal.ledger.models import Event
from tests.accounts.factories import actor_for_member, make_member, make_organisation, make_staff, staff_actor
from tests.accounts.holding import (
    HOURS,
    NOW,
    administrators,
    again,
    demote,
    invite_administrator,
    promote,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
DUE = NOW + HOURS


def kinds() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


def refused(verb: Callable[[], Any]) -> str:
    with pytest.raises(DomainError) as caught:
        verb()
    return caught.value.code


def senior() -> Any:
    return staff_actor(staff_role=StaffRole.SENIOR)


# --- a new administrator


def test_a_promoted_administrator_rests_for_72_hours() -> None:
    [admin] = administrators(1)
    hold = promote(admin)
    newcomer = actor_for_member(again(hold.membership))
    assert (newcomer.role, newcomer.held_until) == (Role.ADMINISTRATOR, DUE)
    assert not (newcomer.can_manage or newcomer.can_file or newcomer.can_register)
    assert newcomer.can_read
    assert (hold.change["from"], hold.started_by) == (Role.RIGHTS_OWNER, admin.user)
    assert kinds() == ["organisation.role_changed", "hold.started"]
    assert verify_all() == []


def test_the_operator_says_for_how_long() -> None:
    [admin] = administrators(1)
    with override_settings(HOLD_HOURS=5):
        assert promote(admin).ends_at == NOW + timedelta(hours=5)


def test_an_invited_administrator_rests_and_the_inviter_is_who_started_it() -> None:
    [admin] = administrators(1)
    hold = invite_administrator(admin)
    assert hold.kind == HoldKind.ADMINISTRATOR_ADDED
    assert (hold.change["from"], hold.started_by) == ("", admin.user)
    assert actor_for_member(again(hold.membership)).held_until == DUE


@pytest.mark.parametrize("role", [Role.RIGHTS_OWNER, Role.AGENT, Role.VIEWER])
def test_other_roles_do_not_rest(role: str) -> None:
    [admin] = administrators(1)
    member = make_member(admin.organisation, Role.VIEWER if role != Role.VIEWER else Role.AGENT)
    tenants.change_role(actor=actor_for_member(admin), membership_id=member.pk, role=role, now=NOW)
    assert not Hold.objects.exists()


def test_a_founder_does_not_rest() -> None:
    user = make_member().user
    made = tenants.create_organisation(
        actor=actor_for_member(user.memberships.get()), name="Own", country="SE", kind="rights_holder", now=NOW
    )
    assert actor_for_member(made.memberships.get()).can_manage
    assert not Hold.objects.exists()


@pytest.mark.parametrize("before", [Role.RIGHTS_OWNER, Role.AGENT, Role.VIEWER])
def test_a_stop_gives_the_old_role_back(before: str) -> None:
    [admin] = administrators(1)
    hold = promote(admin, make_member(admin.organisation, before))
    holds.stop(actor=actor_for_member(admin), hold=hold, now=LATER)
    member = again(hold.membership)
    assert (member.role, member.is_active) == (before, True)
    assert actor_for_member(member).held_until is None
    assert kinds()[-2:] == ["organisation.role_changed", "hold.stopped"]


def test_a_stop_ends_the_membership_of_who_had_none() -> None:
    [admin] = administrators(1)
    hold = invite_administrator(admin)
    stopped = holds.stop(actor=actor_for_member(admin), hold=hold, now=LATER)
    assert (stopped.state, stopped.ended_by, stopped.ended_at) == (HoldState.STOPPED, admin.user, LATER)
    assert not again(hold.membership).is_active


def test_the_newcomer_can_step_back_and_do_nothing_else() -> None:
    admin, other = administrators(2)
    hold, foreign = promote(admin), demote(admin, other)
    newcomer = actor_for_member(again(hold.membership))
    assert refused(lambda: holds.stop(actor=newcomer, hold=foreign, now=LATER)) == "on_hold"
    assert refused(lambda: holds.approve(actor=newcomer, hold=foreign, now=LATER)) == "on_hold"
    assert refused(lambda: holds.approve(actor=newcomer, hold=hold, now=LATER)) == "second_person_needed"
    holds.stop(actor=newcomer, hold=hold, now=LATER)
    assert again(hold.membership).role == Role.RIGHTS_OWNER


def test_a_role_on_hold_is_settled_before_it_is_changed_again() -> None:
    [admin] = administrators(1)
    hold = promote(admin)
    actor = actor_for_member(admin)
    for verb in (
        lambda: tenants.change_role(actor=actor, membership_id=hold.membership_id, role=Role.VIEWER, now=LATER),
        lambda: tenants.remove_member(actor=actor, membership_id=hold.membership_id, now=LATER),
    ):
        assert refused(verb) == "hold_open"


# --- everything that a newcomer could do with people


def test_whoever_rests_changes_nothing_about_members() -> None:
    [admin] = administrators(1)
    victim = make_member(admin.organisation, Role.AGENT)
    sent = tenants.invite(actor=actor_for_member(admin), email="x@example.test", role=Role.VIEWER, now=NOW)
    newcomer = actor_for_member(again(promote(admin).membership))
    before = Event.objects.count()
    for verb in (
        lambda: tenants.invite(actor=newcomer, email="y@example.test", role=Role.VIEWER, now=LATER),
        lambda: tenants.revoke_invitation(actor=newcomer, public_id=sent.public_id, now=LATER),
        lambda: tenants.change_role(actor=newcomer, membership_id=victim.pk, role=Role.VIEWER, now=LATER),
        lambda: tenants.remove_member(actor=newcomer, membership_id=victim.pk, now=LATER),
        lambda: tenants.remove_member(actor=newcomer, membership_id=admin.pk, now=LATER),
        lambda: owners.change_owner(actor=newcomer, name="Taken AB", now=LATER),
    ):
        with pytest.raises(Forbidden) as refusal:
            verb()
        assert refusal.value.code == "on_hold"
    assert Event.objects.count() == before


def test_the_refusal_says_until_when_and_what_it_takes() -> None:
    [admin] = administrators(1)
    newcomer = actor_for_member(again(promote(admin, now=timezone.now()).membership))
    with pytest.raises(Forbidden) as refusal, timezone.override("Asia/Tokyo"):
        tenants.invite(actor=newcomer, email="y@example.test", role=Role.VIEWER, now=LATER)
    assert "JST" in str(refusal.value.message)
    assert "second person" in str(refusal.value.message)


def test_a_stale_actor_rests_all_the_same() -> None:
    """The role is read again under the lock: an actor made before the hold does not act after it."""
    admin, other = administrators(2)
    stale = actor_for_member(other)
    demote(admin, other)
    with pytest.raises(Forbidden):
        tenants.invite(actor=stale, email="y@example.test", role=Role.VIEWER, now=LATER)


# --- an administrator is to go


@pytest.mark.parametrize(
    ("role", "active", "becomes"), [("", False, Role.ADMINISTRATOR), (Role.VIEWER, True, "viewer")]
)
def test_an_administrator_goes_at_the_release_only(role: str, active: bool, becomes: str) -> None:
    admin, other, third = administrators(3)
    hold = demote(admin, other, role)
    assert actor_for_member(again(other)).held_until == DUE
    assert again(other).role == Role.ADMINISTRATOR
    holds.approve(actor=actor_for_member(third), hold=hold, now=LATER)
    assert again(other).is_active
    holds.release(hold=hold, now=DUE)
    gone = again(other)
    assert (gone.is_active, gone.role) == (active, becomes)


def test_who_is_to_go_can_stop_it() -> None:
    admin, other = administrators(2)
    hold = demote(admin, other)
    holds.stop(actor=actor_for_member(again(other)), hold=hold, now=LATER)
    assert actor_for_member(again(other)).can_manage


def test_who_is_to_go_still_stops_what_else_happens() -> None:
    admin, other = administrators(2)
    demote(admin, other)
    added = promote(admin)
    holds.stop(actor=actor_for_member(again(other)), hold=added, now=LATER)
    assert again(added.membership).role == Role.RIGHTS_OWNER


def test_leaving_is_free_unless_nobody_else_could_act() -> None:
    admin, other = administrators(2)
    demoted = demote(admin, other)
    mine = actor_for_member(admin)
    assert refused(lambda: tenants.remove_member(actor=mine, membership_id=admin.pk, now=LATER)) == "last_administrator"
    holds.stop(actor=mine, hold=demoted, now=LATER)
    tenants.remove_member(actor=mine, membership_id=admin.pk, now=LATER)
    assert not again(admin).is_active
    assert not Hold.objects.open().exists()


def test_a_newcomer_at_rest_does_not_count_as_the_one_who_stays() -> None:
    [admin] = administrators(1)
    promote(admin)
    mine = actor_for_member(admin)
    assert refused(lambda: tenants.remove_member(actor=mine, membership_id=admin.pk, now=LATER)) == "last_administrator"


def test_the_last_administrator_is_never_released() -> None:
    admin, other = administrators(2)
    hold = demote(admin, other)
    holds.approve(actor=senior(), hold=hold, reason="Spoke with both.", now=LATER)
    User.objects.filter(pk=admin.user_id).update(is_active=False)
    with pytest.raises(Conflict):
        holds.release(hold=hold, now=DUE)
    assert again(other).is_active
    Hold.objects.filter(pk=hold.pk).update(ends_at=timezone.now() - timedelta(hours=1), started_at=NOW - HOURS)
    assert holds.release_due() == 0, "the clock goes on to the next one"


# --- the second person


def test_time_alone_releases_nothing() -> None:
    [admin] = administrators(1)
    hold = promote(admin)
    assert holds.release(hold=hold, now=NOW + timedelta(days=300)).state == HoldState.OPEN
    assert not Hold.objects.due(NOW + timedelta(days=300)).exists()


def test_an_approval_alone_releases_nothing() -> None:
    admin, other = administrators(2)
    hold = promote(admin)
    approved = holds.approve(actor=actor_for_member(other), hold=hold, now=LATER)
    assert (approved.state, approved.approved_by, approved.approved_at) == (HoldState.OPEN, other.user, LATER)
    assert holds.release(hold=hold, now=DUE - timedelta(seconds=1)).state == HoldState.OPEN
    assert actor_for_member(again(hold.membership)).held_until is not None


def test_both_release_it_once() -> None:
    admin, other = administrators(2)
    hold = promote(admin)
    holds.approve(actor=actor_for_member(other), hold=hold, now=LATER)
    for _again in range(2):
        assert holds.release(hold=hold, now=DUE).state == HoldState.RELEASED
    assert actor_for_member(again(hold.membership)).can_manage
    assert kinds().count("hold.released") == 1


def test_an_approval_after_the_time_takes_effect_at_once() -> None:
    admin, other = administrators(2)
    hold = promote(admin)
    assert holds.approve(actor=actor_for_member(other), hold=hold, now=DUE).state == HoldState.RELEASED


def test_approving_twice_is_approving_once() -> None:
    admin, other, third = administrators(3)
    hold = promote(admin)
    holds.approve(actor=actor_for_member(other), hold=hold, now=LATER)
    assert holds.approve(actor=actor_for_member(third), hold=hold, now=LATER).approved_by == other.user
    assert kinds().count("hold.approved") == 1


def test_the_clock_releases_what_is_due_and_may_run_twice() -> None:
    admin, other = administrators(2)
    hold = promote(admin, now=timezone.now() - HOURS)
    holds.approve(actor=actor_for_member(other), hold=hold, now=timezone.now() - HOURS)
    assert Hold.objects.get(pk=hold.pk).state == HoldState.OPEN
    assert (holds.release_due(), holds.release_due()) == (1, 0)


def test_nobody_approves_their_own() -> None:
    admin, other = administrators(2)
    added, removal = promote(admin), demote(admin, other)
    assert (
        refused(lambda: holds.approve(actor=actor_for_member(admin), hold=added, now=LATER)) == "second_person_needed"
    )
    subject = actor_for_member(again(other))
    assert refused(lambda: holds.approve(actor=subject, hold=removal, now=LATER)) == "second_person_needed"
    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.filter(pk=added.pk).update(approved_by=admin.user, approved_at=LATER)


@pytest.mark.parametrize("role", [Role.RIGHTS_OWNER, Role.AGENT, Role.VIEWER])
def test_other_members_neither_approve_nor_stop(role: str) -> None:
    [admin] = administrators(1)
    hold, plain = promote(admin), actor_for_member(make_member(admin.organisation, role))
    assert refused(lambda: holds.approve(actor=plain, hold=hold, now=LATER)) == "not_administrator"
    assert refused(lambda: holds.stop(actor=plain, hold=hold, now=LATER)) == "not_administrator"
    assert not Hold.objects.visible_to(plain).exists()


def test_an_outsider_finds_no_hold() -> None:
    [admin] = administrators(1)
    hold, outsider = promote(admin), actor_for_member(make_member())
    for verb in (holds.approve, holds.stop):
        with pytest.raises(NotFound):
            verb(actor=outsider, hold=hold, now=LATER)
    assert not Hold.objects.visible_to(outsider).exists()


def test_the_desk_is_the_second_person_only_where_there_is_no_other() -> None:
    admin, other = administrators(2)
    hold, desk = promote(admin), senior()
    approve = lambda: holds.approve(actor=desk, hold=hold, reason="Called them.", now=LATER)  # noqa: E731
    assert refused(approve) == "administrator_needed"
    assert not Hold.objects.for_desk().exists()
    holds.stop(actor=actor_for_member(other), hold=hold, now=LATER)
    [single] = administrators(1)
    hold = promote(single)
    assert list(Hold.objects.for_desk()) == [hold]
    assert approve().approved_by == desk.user
    assert not Hold.objects.for_desk().exists()


def test_an_administrator_at_rest_is_no_second_person() -> None:
    admin, other = administrators(2)
    demote(admin, other)
    hold = promote(admin)
    assert people.needs_desk(hold)
    assert set(Hold.objects.for_desk()) == set(Hold.objects.open())
    assert refused(lambda: holds.approve(actor=actor_for_member(again(other)), hold=hold, now=LATER)) == "on_hold"


def test_a_reviewer_decides_nothing_and_a_senior_says_why() -> None:
    [admin] = administrators(1)
    hold = promote(admin)
    for verb in (holds.approve, holds.stop):
        assert refused(partial(verb, actor=staff_actor(), hold=hold, reason="So.", now=LATER)) == "not_senior"
        with pytest.raises(Refused):
            verb(actor=senior(), hold=hold, reason="  ", now=LATER)
    holds.approve(actor=senior(), hold=hold, reason="Called them.", now=LATER)
    hold.refresh_from_db()
    assert hold.reason == "Called them."
    assert "Called" not in str(list(Event.objects.values("payload")))


def test_staff_who_started_it_do_not_approve_it() -> None:
    [admin] = administrators(1)
    desk = make_staff(StaffRole.SENIOR)
    newcomer = make_member(admin.organisation)
    User.objects.filter(pk=admin.user_id).update(is_active=False)
    hold = holds.start(
        organisation=admin.organisation,
        kind=HoldKind.ADMINISTRATOR_RECOVERED,
        membership=newcomer,
        change={"field": "role", "from": "", "to": Role.ADMINISTRATOR.value},
        started_by=desk,
        now=NOW,
    )
    own = lambda: holds.approve(actor=staff_actor(desk), hold=hold, reason="Mine.", now=LATER)  # noqa: E731
    assert refused(own) == "second_person_needed"
    assert holds.approve(actor=senior(), hold=hold, reason="Looked again.", now=LATER).approved_by is not None


def test_one_end_is_the_end() -> None:
    admin, other = administrators(2)
    hold = promote(admin)
    holds.stop(actor=actor_for_member(other), hold=hold, now=LATER)
    for verb in (holds.stop, holds.approve):
        assert refused(partial(verb, actor=actor_for_member(other), hold=hold, now=LATER)) == "hold_ended"
    assert holds.release(hold=hold, now=DUE).state == HoldState.STOPPED
    assert kinds().count("hold.stopped") == 1


# --- after a stop


def test_who_was_stopped_does_not_try_again_for_30_days_without_the_desk() -> None:
    admin, other, third = administrators(3)
    hold = demote(admin, other)
    holds.stop(actor=actor_for_member(again(other)), hold=hold, now=LATER)
    assert list(Hold.objects.to_look_at()) == [hold]
    assert refused(lambda: demote(admin, other, now=LATER)) == "hold_stopped_lately"
    assert demote(third, other, now=LATER), "another administrator may"
    Hold.objects.open().update(state="stopped", ended_at=LATER, ended_by=other.user)
    assert demote(admin, other, now=LATER + timedelta(days=31))


def test_a_refused_invitation_leaves_nothing_behind() -> None:
    admin, other = administrators(2)
    hold = invite_administrator(admin)
    holds.stop(actor=actor_for_member(other), hold=hold, now=LATER)
    before = Hold.objects.count()
    with pytest.raises(Conflict), transaction.atomic():
        invite_administrator(admin, now=LATER)
    assert not again(hold.membership).is_active
    assert Hold.objects.count() == before


def test_taking_ones_own_back_bars_nobody() -> None:
    admin, _other = administrators(2)
    member = make_member(admin.organisation, Role.AGENT)
    hold = promote(admin, member)
    holds.stop(actor=actor_for_member(admin), hold=hold, now=LATER)
    assert promote(admin, again(member), now=LATER)


def test_the_link_in_ones_own_mail_bars() -> None:
    admin, _other = administrators(2)
    member = make_member(admin.organisation, Role.AGENT)
    hold = promote(admin, member)
    holds.stop(actor=None, holder=admin.user, hold=hold, now=LATER)
    event = Event.objects.get(kind="hold.stopped")
    assert (event.actor, event.payload["link_of"], event.payload["by_link"]) == ("public", admin.user_id, True)
    with pytest.raises(Conflict):
        promote(admin, again(member), now=LATER)


def test_the_desk_lets_the_stopped_try_again() -> None:
    admin, other, _third = administrators(3)
    hold = demote(admin, other)
    holds.stop(actor=actor_for_member(again(other)), hold=hold, now=LATER)
    assert refused(lambda: holds.settle(actor=staff_actor(), hold=hold, reason="Fine.", now=LATER)) == "not_senior"
    holds.settle(actor=senior(), hold=hold, reason="They agree now.", now=LATER)
    assert not Hold.objects.to_look_at().exists()
    assert refused(lambda: holds.settle(actor=senior(), hold=hold, reason="x", now=LATER)) == "hold_not_stopped"
    assert demote(admin, other, now=LATER)


# --- owner and register contact


def verified(admin: Membership) -> Membership:
    tenant = admin.organisation
    tenant.name, tenant.register_contact = "Tarnfell Outdoor AB", "legal@tarnfell.test"
    tenant.save(update_fields=["name", "register_contact"])
    return again(admin)


def test_the_owner_stays_until_the_release_and_then_goes_to_the_desk() -> None:
    admin, other = administrators(2)
    admin = verified(admin)
    hold = owners.change_owner(actor=actor_for_member(admin), name="  Nordvik   AB ", country="NO", now=NOW)
    tenant = again(admin).organisation
    assert (tenant.name, tenant.country.code, tenant.state) == ("Tarnfell Outdoor AB", "SE", OrganisationState.APPROVED)
    assert actor_for_member(again(admin)).held_until == DUE, "who asked for it rests"
    assert hold.change["to"] == {"name": "Nordvik AB", "country": "NO"}
    holds.approve(actor=actor_for_member(other), hold=hold, now=LATER)
    holds.release(hold=hold, now=DUE)
    tenant = again(admin).organisation
    assert (tenant.name, tenant.country.code, tenant.state) == ("Nordvik AB", "NO", OrganisationState.IN_REVIEW)
    assert tenant.submitted_at == DUE
    assert kinds()[-3:] == ["organisation.owner_changed", "organisation.reopened", "hold.released"]
    assert "Nordvik" not in str(list(Event.objects.values("payload")))
    assert actor_for_member(again(admin)).held_until is None


def test_a_stopped_owner_change_changes_nothing() -> None:
    admin, other = administrators(2)
    hold = owners.change_owner(actor=actor_for_member(verified(admin)), name="Nordvik AB", now=NOW)
    holds.stop(actor=actor_for_member(other), hold=hold, now=LATER)
    assert again(admin).organisation.name == "Tarnfell Outdoor AB"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({}, "nothing_changed"),
        ({"name": "x"}, "name_length"),
        ({"country": "XX"}, "country_unknown"),
        ({"form": "club"}, "form_unknown"),
        ({"company_number": "1" * 41}, "company_number_form"),
        ({"company_number": "1\x002"}, "company_number_form"),
    ],
)
def test_what_no_owner_can_be_is_refused(facts: dict[str, str], code: str) -> None:
    [admin] = administrators(1)
    actor = actor_for_member(verified(admin))
    assert refused(lambda: owners.change_owner(actor=actor, now=NOW, **facts)) == code
    assert not Hold.objects.exists()


def test_one_owner_change_at_a_time() -> None:
    admin, other = administrators(2)
    owners.change_owner(actor=actor_for_member(verified(admin)), name="Nordvik AB", now=NOW)
    second = actor_for_member(again(other))
    assert refused(lambda: owners.change_owner(actor=second, name="Halden AB", now=LATER)) == "hold_open"


def test_only_administrators_of_a_verified_organisation_change_its_owner() -> None:
    [admin] = administrators(1)
    viewer = actor_for_member(make_member(admin.organisation, Role.VIEWER))
    assert refused(lambda: owners.change_owner(actor=viewer, name="Nordvik AB", now=NOW)) == "not_administrator"
    admin.organisation.state = OrganisationState.DRAFT.value
    admin.organisation.save(update_fields=["state"])
    actor = actor_for_member(again(admin))
    assert refused(lambda: owners.change_owner(actor=actor, name="Nordvik AB", now=NOW)) == "not_verified"


def test_the_register_contact_stays_until_the_release() -> None:
    admin, other = administrators(2)
    admin = verified(admin)
    contact.change(actor=actor_for_member(admin), organisation=admin.organisation, address="new@tarnfell.test", now=NOW)
    hold = Hold.objects.get()
    assert again(admin).organisation.register_contact == "legal@tarnfell.test"
    assert actor_for_member(again(admin)).held_until == DUE
    holds.approve(actor=actor_for_member(other), hold=hold, now=DUE)
    assert again(admin).organisation.register_contact == "new@tarnfell.test"
    assert again(admin).organisation.state == OrganisationState.APPROVED
    assert "tarnfell.test" not in str(list(Event.objects.values("payload")))


# --- a lost second factor


def test_every_working_membership_rests_when_the_second_factor_is_lost() -> None:
    first, _other = administrators(2)
    make_member(role=Role.AGENT, user=first.user)
    make_member(role=Role.VIEWER, user=first.user)
    made = holds.second_factor_lost(user=first.user, now=NOW)
    assert {hold.membership.role for hold in made} == {Role.ADMINISTRATOR, Role.AGENT}
    assert holds.second_factor_lost(user=first.user, now=LATER) == [], "lost is lost, once"
    acting = {each.role: actor_for_member(each).held_until for each in first.user.memberships.all()}
    assert acting == {Role.ADMINISTRATOR: DUE, Role.AGENT: DUE, Role.VIEWER: None}


def test_a_stopped_loss_gives_no_powers_back_before_the_desk_has_looked() -> None:
    first, other = administrators(2)
    [hold] = holds.second_factor_lost(user=first.user, now=NOW)
    holds.stop(actor=actor_for_member(other), hold=hold, now=LATER)
    assert actor_for_member(again(first)).held_until is not None
    assert again(first).role == Role.ADMINISTRATOR, "a stop takes nobody's role: that would be a way to hijack"
    added = promote(other, now=LATER)
    assert refused(lambda: holds.approve(actor=actor_for_member(again(first)), hold=added, now=LATER)) == "on_hold"
    holds.settle(actor=senior(), hold=hold, reason="It was them.", now=LATER)
    assert actor_for_member(again(first)).can_manage


def test_a_member_at_rest_for_a_lost_factor_can_be_removed_at_once() -> None:
    [admin] = administrators(1)
    agent = make_member(admin.organisation, Role.AGENT)
    [hold] = holds.second_factor_lost(user=agent.user, now=NOW)
    tenants.remove_member(actor=actor_for_member(admin), membership_id=agent.pk, now=LATER)
    hold.refresh_from_db()
    assert (again(agent).is_active, hold.state) == (False, HoldState.STOPPED)


# --- the rows


def test_the_queue_of_the_desk_is_what_nobody_else_can_approve() -> None:
    admin, other = administrators(2)
    covered = promote(admin)
    [single] = administrators(1)
    alone = promote(single)
    assert list(Hold.objects.for_desk()) == [alone]
    demote(admin, other)
    assert covered in Hold.objects.for_desk(), "the one who could have approved rests now"


def test_the_database_keeps_what_must_never_happen() -> None:
    [admin] = administrators(1)
    hold = promote(admin)
    rows = Hold.objects.filter(pk=hold.pk)
    for wrong in (
        {"state": "released", "ended_at": LATER},
        {"state": "stopped"},
        {"ended_at": LATER},
        {"ends_at": NOW - timedelta(hours=1)},
        {"allowed_at": LATER},
        {"kind": "nothing"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)


def test_holds_of_one_organisation_hold_nobody_in_another() -> None:
    admin, other = administrators(2)
    elsewhere = make_member(make_organisation(), user=other.user)
    demote(admin, other)
    assert actor_for_member(elsewhere).can_manage
    assert actor_for_member(elsewhere).open_holds == 0
    assert actor_for_member(again(admin)).open_holds == 1
