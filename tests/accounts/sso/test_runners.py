"""Who runs the provider is not the second person of what its groups say, and nobody loses the helm by a mapping."""

from __future__ import annotations

import pytest
from django.utils import timezone

from portal.accounts import holds, sso
from portal.accounts.actors import Actor, member_actor_for
from portal.accounts.holds.people import needs_desk
from portal.accounts.models import Hold, HoldKind, Role
from portal.accounts.sso.plans import Plan
from portal.errors import Forbidden
from portal.ledger.models import Delivery
from tests.accounts.factories import make_member, make_staff, staff_actor
from tests.accounts.sso.kit import MAPPING, Company
from tests.accounts.sso.test_roles import arrive

pytestmark = pytest.mark.django_db
NOW = timezone.now


def by_hand(company: Company, groups: dict[str, str]) -> Actor:
    """The administrator changes which group has which role; nothing else of the provider."""
    row, actor = company.sign_on, member_actor_for(company.administrator)
    row.domains.all().delete()
    row.domains.create(domain="example.test")
    domains = tuple(row.domains.values_list("domain", flat=True))
    mapping = {**MAPPING, **groups}
    plan = Plan(
        name=row.name,
        issuer=row.issuer,
        client_id=row.client_id,
        client_secret="",
        groups_claim=row.groups_claim,
        mapping=mapping,
        domains=domains,
    )
    sso.set_up(actor=actor, plan=plan, sign_on=row, now=NOW())
    return actor


def test_who_changed_the_mapping_cannot_approve_the_administrator_that_it_makes(company: Company) -> None:
    runner = by_hand(company, {"friends": "administrator"})
    second = make_member(company.organisation)
    company.member(Role.VIEWER)
    arrive(company, ["friends"])
    hold = Hold.objects.get()
    with pytest.raises(Forbidden):
        holds.approve(actor=runner, hold=hold, now=NOW())
    assert holds.approve(actor=member_actor_for(second), hold=hold, now=NOW()).approved_by == second.user


def test_with_no_other_administrator_the_desk_is_the_second_person(company: Company) -> None:
    by_hand(company, {"friends": "administrator"})
    company.member(Role.VIEWER)
    arrive(company, ["friends"])
    hold = Hold.objects.get()
    assert needs_desk(hold)
    senior = staff_actor(make_staff("senior"))
    assert holds.approve(actor=senior, hold=hold, now=NOW(), reason="The company confirmed it by letter.").approved_at


@pytest.mark.parametrize("groups", [["it-admins"], ["canteen"]])
def test_an_administrator_whom_groups_no_longer_name_stays_and_rests(
    company: Company, groups: list[str], run_outbox: object
) -> None:
    member = company.member(Role.ADMINISTRATOR)
    runner = by_hand(company, {"it-admins": "viewer"})
    arrive(company, groups)
    member.refresh_from_db()
    hold = Hold.objects.get()
    assert (member.role, member.is_active, hold.kind) == (Role.ADMINISTRATOR, True, HoldKind.ADMINISTRATOR_REMOVED)
    assert member_actor_for(member).held_until is not None
    with pytest.raises(Forbidden):
        holds.approve(actor=runner, hold=hold, now=NOW())
    run_outbox()  # type: ignore[operator]
    assert Delivery.objects.filter(event__kind="hold.started", recipient=member.user.email).exists()


def test_stopped_once_it_does_not_start_again_at_the_next_sign_in(company: Company) -> None:
    member = company.member(Role.ADMINISTRATOR)
    by_hand(company, {"it-admins": "viewer"})
    arrive(company, ["it-admins"])
    member.refresh_from_db()
    holds.stop(actor=member_actor_for(member), hold=Hold.objects.get(), now=NOW())
    arrive(company, ["it-admins"])
    member.refresh_from_db()
    assert member.role == Role.ADMINISTRATOR and Hold.objects.count() == 1


def test_a_changed_mapping_is_told_to_every_administrator_at_once(company: Company, run_outbox: object) -> None:
    other = make_member(company.organisation)
    by_hand(company, {"friends": "administrator"})
    run_outbox()  # type: ignore[operator]
    told = Delivery.objects.filter(event__kind="sso.changed")
    assert set(told.values_list("recipient", flat=True)) >= {other.user.email, company.administrator.user.email}
