"""Groups decide: the role at each sign-in, its loss, and what is kept from hijackers and from accidents."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts import holds
from portal.accounts.actors import member_actor_for
from portal.accounts.models import Hold, HoldKind, Membership, OrganisationState, Role, StaffRole, User
from portal.accounts.sso.groups import MEMBER_ORDER, STAFF_ORDER, GroupsElsewhere, groups_in, strongest
from portal.errors import Forbidden
from portal.ledger.models import Delivery, Event
from tests.accounts.factories import make_member, make_organisation, make_staff, signed_in
from tests.accounts.sso.kit import MAPPING, Company, Walk, by_password, confirm_address
from tests.accounts.sso.openid_provider import Person

pytestmark = pytest.mark.django_db
NOW = timezone.now


def arrive(company: Company, groups: Any, subject: str = "p-1001") -> Walk:
    company.provider.person = Person(sub=subject, groups=groups)
    walk = Walk()
    walk.answer = walk.sign_in("tarnfell")  # type: ignore[attr-defined]
    return walk


def events(company: Company, *kinds: str) -> list[Event]:
    rows = Event.objects.filter(stream_kind="organisation", stream_id=str(company.organisation.pk), kind__in=kinds)
    return list(rows.order_by("seq"))


# --- the role


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        (["everybody"], "viewer"),
        (["everybody", "brand-team"], "rights_owner"),
        (["outside-counsel", "everybody"], "agent"),
        (["canteen", "outside-counsel", "brand-team"], "rights_owner"),
        ("brand-team", "rights_owner"),
    ],
)
def test_the_strongest_mapped_group_gives_the_role(company: Company, groups: Any, role: str) -> None:
    member = company.member(Role.VIEWER if role != "viewer" else Role.AGENT)
    arrive(company, groups)
    member.refresh_from_db()
    assert member.role == role


def test_a_new_role_holds_at_once_and_is_dated(company: Company) -> None:
    member = company.member(Role.RIGHTS_OWNER)
    before = member.role_since
    arrive(company, ["everybody"])
    member.refresh_from_db()
    assert member.role == Role.VIEWER and member.role_since > before


def test_the_same_role_again_changes_nothing(company: Company) -> None:
    member = company.member(Role.RIGHTS_OWNER)
    arrive(company, ["brand-team"])
    since = Membership.objects.get(pk=member.pk).role_since
    arrive(company, ["brand-team"])
    assert Membership.objects.get(pk=member.pk).role_since == since
    assert not events(company, "organisation.role_changed")


def test_each_sign_in_is_an_event_that_holds_ids_alone(company: Company) -> None:
    member = company.member(Role.VIEWER)
    arrive(company, ["brand-team"])
    [event] = events(company, "sso.signed_in")
    assert event.actor == f"user:{member.user_id}"
    assert event.payload == {
        "sign_on": company.sign_on.pk,
        "user": member.user_id,
        "membership": member.pk,
        "from": "viewer",
        "to": "rights_owner",
    }


@pytest.mark.parametrize(
    "groups", [[], None, ["canteen"], ["BRAND-TEAM"], ["brand-team "], {"brand-team": 1}, 7, [["x"]]]
)
def test_without_a_mapped_group_the_membership_ends(company: Company, groups: Any) -> None:
    member = company.member()
    walk = arrive(company, groups)
    member.refresh_from_db()
    assert not member.is_active and walk.user_id is None
    assert walk.answer.status_code == 403  # type: ignore[attr-defined]
    [event] = events(company, "sso.ended")
    assert (event.payload["from"], event.payload["to"]) == ("rights_owner", "")


def test_who_comes_back_into_a_group_is_a_member_again(company: Company) -> None:
    member = company.member()
    arrive(company, [])
    arrive(company, ["everybody"])
    member.refresh_from_db()
    assert member.is_active and member.role == Role.VIEWER


def test_groups_that_the_provider_only_points_to_change_nothing(company: Company) -> None:
    """With very many groups some providers send a pointer; whoever has all groups would look like who has none."""
    member = company.member()
    company.provider.lie_in_token = {"_claim_names": {"groups": "src1"}, "_claim_sources": {"src1": {"endpoint": "x"}}}
    walk = arrive(company, None)
    member.refresh_from_db()
    assert member.is_active and walk.user_id is None


def test_what_ended_ends_the_companys_sessions_and_no_others(company: Company) -> None:
    member = company.member()
    by_company = arrive(company, ["brand-team"])
    own = by_password(member.user)
    arrive(company, [])
    assert by_company.client.get(reverse("accounts:profile")).status_code == 302
    assert own.client.get(reverse("accounts:profile")).status_code == 200


def test_in_the_browser_that_signs_in_anew_the_old_session_ends_without_an_error(company: Company) -> None:
    company.member()
    walk = arrive(company, ["brand-team"])
    company.provider.person.groups = []
    answer = walk.sign_in("tarnfell")
    assert answer.status_code == 403 and b"Your company" in answer.content
    assert walk.user_id is None


def test_a_suspended_organisation_gives_nobody_new_powers(company: Company) -> None:
    member = company.member(Role.VIEWER)
    tenant = company.organisation
    tenant.state, tenant.state_reason = OrganisationState.SUSPENDED.value, "Asked."
    tenant.save()
    arrive(company, ["brand-team"])
    member.refresh_from_db()
    assert member.role == Role.VIEWER
    arrive(company, [])
    member.refresh_from_db()
    assert not member.is_active, "taking away goes on"


# --- administrators


def test_who_becomes_administrator_by_group_rests_like_every_new_administrator(company: Company) -> None:
    member = company.member(Role.VIEWER)
    arrive(company, ["it-admins"])
    member.refresh_from_db()
    hold = Hold.objects.get(membership=member)
    assert (member.role, hold.kind, hold.started_by) == ("administrator", HoldKind.ADMINISTRATOR_ADDED, member.user)
    assert hold.change == {"field": "role", "from": "viewer", "to": "administrator"}
    actor = member_actor_for(member)
    assert actor.held_until is not None and not actor.can_manage and not actor.can_file


def test_somebody_new_who_is_administrator_by_group_rests_too(company: Company) -> None:
    arrive(company, ["it-admins"])
    hold = Hold.objects.get()
    assert hold.membership.user.email == "ida@tarnfell.example" and hold.change["from"] == ""


def test_a_newcomer_cannot_approve_themselves_and_another_administrator_can(company: Company) -> None:
    member = company.member(Role.VIEWER)
    arrive(company, ["it-admins"])
    hold = Hold.objects.get()
    member.refresh_from_db()
    with pytest.raises(Forbidden) as refusal:
        holds.approve(actor=member_actor_for(member), hold=hold, now=NOW())
    assert refusal.value.code == "second_person_needed"
    holds.approve(actor=member_actor_for(company.administrator), hold=hold, now=NOW())
    assert Hold.objects.get().approved_by == company.administrator.user


def test_signing_in_again_starts_no_second_hold(company: Company) -> None:
    company.member(Role.VIEWER)
    arrive(company, ["it-admins"])
    arrive(company, ["it-admins"])
    assert Hold.objects.count() == 1


def test_after_a_stop_the_next_strongest_group_counts(company: Company) -> None:
    member = company.member(Role.VIEWER)
    arrive(company, ["it-admins"])
    holds.stop(actor=member_actor_for(company.administrator), hold=Hold.objects.get(), now=NOW())
    member.refresh_from_db()
    assert member.role == Role.VIEWER
    walk = arrive(company, ["it-admins", "brand-team"])
    member.refresh_from_db()
    assert member.role == Role.RIGHTS_OWNER and walk.user_id == str(member.user_id)
    assert Hold.objects.open().count() == 0
    changed = events(company, "organisation.role_changed")[-1].payload
    assert (changed["from"], changed["to"]) == ("viewer", "rights_owner")


def test_after_a_stop_somebody_new_with_that_group_alone_stays_outside(company: Company) -> None:
    arrive(company, ["it-admins"])
    holds.stop(actor=member_actor_for(company.administrator), hold=Hold.objects.get(), now=NOW())
    walk = arrive(company, ["it-admins"])
    assert company.role_of() == "" and walk.user_id is None


@pytest.mark.parametrize("groups", [[], ["everybody"]])
def test_the_last_administrator_is_kept_and_the_desk_is_told(
    company: Company, groups: list[str], run_outbox: Any
) -> None:
    lead = make_staff(StaffRole.SENIOR)
    make_staff(StaffRole.REVIEWER)
    member = company.member(Role.ADMINISTRATOR)
    Membership.objects.filter(pk=company.administrator.pk).update(role=Role.VIEWER)
    walk = arrive(company, groups)
    member.refresh_from_db()
    assert member.is_active and member.role == Role.ADMINISTRATOR
    confirm_address(member.user.email)
    assert walk.user_id == str(member.user_id)
    assert len(events(company, "sso.administrator_kept")) == 1
    run_outbox()
    run_outbox()
    told = Delivery.objects.filter(event__kind="sso.administrator_kept")
    assert [row.recipient for row in told] == [lead.email]


def test_an_administrator_beside_another_rests_until_a_second_person_agrees(company: Company) -> None:
    member = company.member(Role.ADMINISTRATOR)
    arrive(company, ["everybody"])
    member.refresh_from_db()
    hold = Hold.objects.get()
    assert (hold.kind, hold.change["to"]) == (HoldKind.ADMINISTRATOR_REMOVED, "viewer")
    actor = member_actor_for(member)
    assert member.role == Role.ADMINISTRATOR and not actor.can_manage and not actor.can_file


def test_an_administrator_at_rest_is_no_other_administrator(company: Company) -> None:
    """The only one who could act counts as the last one, whoever else only rests."""
    member = company.member(Role.ADMINISTRATOR)
    holds.administrator_leaving(membership=company.administrator, role="", started_by=member.user, now=NOW())
    arrive(company, [])
    member.refresh_from_db()
    assert member.is_active and member.role == Role.ADMINISTRATOR


# --- what a company's session may touch


def test_a_companys_session_acts_for_that_company_alone(company: Company) -> None:
    """Whoever runs the provider could sign in as anybody it names: that must open no other organisation."""
    member = company.member()
    elsewhere = make_member(make_organisation("Kvikne AS"), user=member.user)
    walk = arrive(company, ["brand-team"])
    page = walk.client.get(reverse("accounts:organisation")).content.decode()
    assert company.organisation.name in page and "Kvikne" not in page
    answer = walk.client.post(reverse("accounts:switch"), {"organisation": str(elsewhere.organisation.public_id)})
    assert answer.status_code == 404
    session = walk.client.session
    session["organisation_id"] = elsewhere.organisation_id
    session.save()
    assert "Kvikne" not in walk.client.get(reverse("accounts:organisation")).content.decode()
    made = walk.client.post(reverse("accounts:new-organisation"), {"name": "Mine", "country": "SE", "kind": "agency"})
    assert made.status_code == 403 or b"opens its own organisation only" in made.content


def test_the_same_person_by_password_acts_for_all_of_theirs(company: Company) -> None:
    member = company.member()
    make_member(make_organisation("Kvikne AS"), user=member.user)
    client = signed_in(Client(), member.user)
    assert "Kvikne" in client.get(reverse("accounts:organisation")).content.decode()


def test_a_password_after_a_company_is_a_session_like_any_other(company: Company) -> None:
    member = company.member()
    make_member(make_organisation("Kvikne AS"), user=member.user)
    walk = arrive(company, ["brand-team"])
    walk.client.post(reverse("account_logout"))
    walk.client.post(reverse("account_login"), {"login": member.user.email, "password": "correct-horse-battery-9"})
    assert "Kvikne" in walk.client.get(reverse("accounts:organisation")).content.decode()


def test_a_companys_session_ends_after_half_a_day(company: Company) -> None:
    company.member()
    walk = arrive(company, ["brand-team"])
    assert walk.client.session.get_expiry_age() == 12 * 60 * 60


def test_who_sells_here_as_well_is_not_opened_by_a_company(company: Company) -> None:
    from tests.marketplace.factories import an_account

    member = company.member()
    an_account().holders.add(member.user)
    walk = arrive(company, ["brand-team"])
    assert walk.user_id is None and walk.answer.status_code == 403  # type: ignore[attr-defined]


def test_an_organisations_provider_never_opens_a_staff_account(company: Company) -> None:
    member = company.member()
    User.objects.filter(pk=member.user_id).update(staff_role=StaffRole.SENIOR, is_staff=True)
    walk = arrive(company, ["brand-team"])
    assert walk.user_id is None and walk.answer.status_code == 403  # type: ignore[attr-defined]


# --- the rules by themselves

GROUPS = st.lists(st.sampled_from([*MAPPING, "canteen", ""]))


@given(GROUPS)
def test_no_group_is_ever_worth_more_than_its_role(groups: list[str]) -> None:
    found = strongest(MAPPING, groups, MEMBER_ORDER)
    held = {MAPPING[each] for each in groups if each in MAPPING}
    assert found == (min(held, key=MEMBER_ORDER.index) if held else "")


@given(GROUPS, GROUPS)
def test_more_groups_never_mean_less(some: list[str], more: list[str]) -> None:
    order = (*MEMBER_ORDER, "")
    few, many = strongest(MAPPING, some, MEMBER_ORDER), strongest(MAPPING, some + more, MEMBER_ORDER)
    assert order.index(many) <= order.index(few)


def test_every_role_has_its_place_in_the_order() -> None:
    assert set(MEMBER_ORDER) == set(Role.values)
    assert set(STAFF_ORDER) == set(StaffRole.values) - {""}


@pytest.mark.parametrize(
    ("claims", "groups"),
    [
        ({"groups": ["a", "b", "a"]}, {"a", "b"}),
        ({"groups": "a"}, {"a"}),
        ({"groups": ["a", 7, None, "", "x" * 257, {"b": 1}]}, {"a"}),
        ({"groups": {"a": 1}}, set()),
        ({"roles": ["a"]}, set()),
        ({}, set()),
    ],
)
def test_groups_are_read_as_they_are_written(claims: Any, groups: set[str]) -> None:
    assert groups_in(claims, "groups") == groups


def test_a_pointer_to_groups_is_told_from_none() -> None:
    with pytest.raises(GroupsElsewhere):
        groups_in({"_claim_names": {"groups": "src1"}}, "groups")
    assert groups_in({"_claim_names": {"other": "src1"}}, "groups") == frozenset()
    assert groups_in({"_claim_names": "groups"}, "groups") == frozenset()
