"""Letters of authorisation: who asks, grants, refuses and ends them, and how they end by themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from brands import registry
from brands.models import Authorisation, AuthorisationState, AuthorisedRight, IPRight
from brands.registry import ending
from brands.registry.authorising import latest_end
from portal.accounts import tenants
from portal.accounts.actors import for_principal, member_actor_for
from portal.accounts.models import Role
from portal.errors import Conflict, Forbidden, NotFound, Refused
from portal.ledger.models import Delivery, Event
from tests.accounts.factories import (
    actor_for_member,
    authorise,
    make_member,
    make_organisation,
    make_staff,
    staff_actor,
)
from tests.brands.agents_kit import asked, granted, letter_of, make_agency, pair, terms
from tests.complaints.factories import make_right

pytestmark = pytest.mark.django_db


def kinds_of(organisation: Any) -> list[str]:
    found = Event.objects.filter(stream_kind="organisation", stream_id=str(organisation.pk))
    return [kind for kind in found.order_by("seq").values_list("kind", flat=True) if kind.startswith("authorisation.")]


# --- asking


def test_an_agency_asks_by_public_id_or_by_the_address_of_an_administrator() -> None:
    principal, agency = make_member(), make_agency()
    by_id = asked(agency, str(principal.organisation.public_id).upper())
    by_address = asked(agency, f" {principal.user.email.upper()} ")
    assert {by_id.organisation, by_address.organisation} == {principal.organisation}
    assert by_id.state == by_address.state == AuthorisationState.ASKED
    assert kinds_of(principal.organisation) == kinds_of(agency.organisation) == ["authorisation.asked"] * 2


@pytest.mark.parametrize("wrong", ["absent", "an agency", "itself", "no administrator", "removed", "public id"])
def test_the_answer_does_not_tell_whether_the_principal_is_known(wrong: str) -> None:
    agency, other = make_agency(), make_agency("Another agency")
    named = {
        "absent": "nobody@example.test",
        "an agency": str(other.organisation.public_id),
        "itself": agency.user.email,
        "no administrator": make_member(role=Role.RIGHTS_OWNER).user.email,
        "removed": make_member(is_active=False).user.email,
        "public id": str(uuid4()),
    }[wrong]
    unknown, known = asked(agency, named), asked(agency, make_member().user.email)
    assert unknown.organisation is None and known.organisation is not None
    assert unknown.principal_name == named
    for row in (unknown, known):
        row.refresh_from_db()
        assert (row.state, row.agency, row.granted_at) == ("asked", agency.organisation, None)
        assert row.principal_name == row.asked_for, "its name would say that it is here"
    told = Event.objects.filter(stream_kind="organisation", stream_id=str(agency.organisation_id))
    shapes = [set(event.payload) for event in told.filter(kind="authorisation.asked")]
    assert shapes[0] == shapes[1] and "principal" not in shapes[0]


@pytest.mark.parametrize("named", ["", "Tarnfell Outdoor AB", "a@b", "not-a-uuid"])
def test_a_principal_is_named_in_one_of_two_ways(named: str) -> None:
    with pytest.raises(Refused) as refusal:
        asked(make_agency(), named)
    assert (refusal.value.code, refusal.value.field) == ("principal_form", "principal")


def test_an_ask_needs_a_letter_of_the_agency() -> None:
    agency, foreign = make_agency(), letter_of(member_actor_for(make_member()))
    for letter in (None, foreign):
        with pytest.raises(Refused) as refusal:
            asked(agency, "owner@example.test", letter=letter)
        assert refusal.value.code == "letter_missing"


def test_only_an_administrator_of_an_agency_asks() -> None:
    agency = make_agency()
    for place, code in (
        (make_member(), "not_an_agency"),
        (make_member(agency.organisation, Role.RIGHTS_OWNER), "not_administrator"),
        (make_member(agency.organisation, Role.AGENT), "not_administrator"),
    ):
        with pytest.raises(Forbidden) as refusal:
            asked(place, "owner@example.test")
        assert refusal.value.code == code


def test_one_open_ask_for_each_principal_and_twenty_a_day() -> None:
    agency = make_agency()
    first = asked(agency, "one@example.test")
    with pytest.raises(Conflict) as again:
        asked(agency, "ONE@example.test")
    assert again.value.code == "already_asked"
    registry.end_authorisation(actor=member_actor_for(agency), authorisation=first, now=timezone.now())
    asked(agency, "one@example.test")
    for number in range(18):
        asked(agency, f"no{number}@example.test")
    with pytest.raises(Refused) as refusal:
        asked(agency, "last@example.test")
    assert refusal.value.code == "too_many_asks"
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        assert asked(agency, "last@example.test").pk


# --- granting


def test_a_principal_grants_what_was_asked_with_terms_of_its_own() -> None:
    principal, agency = make_member(), make_agency()
    right, other = make_right(principal.organisation), make_right(principal.organisation, text="NORDVIK")
    row = asked(agency, principal.user.email)
    limited = terms(verbs=("file",), territories=("FR", "DE"), rights=(right.public_id,))
    made = registry.grant_authorisation(actor=member_actor_for(principal), asked=row, terms=limited, now=timezone.now())
    assert (made.pk, made.state, made.granted_by, made.letter) == (row.pk, "active", principal.user, row.letter)
    assert (made.verbs, made.territories, made.all_rights) == (["file"], ["DE", "FR"], False)
    assert list(made.rights.all()) == [right] and other not in made.rights.all()
    assert made.principal_name == principal.organisation.name
    actor = for_principal(member_actor_for(agency), principal.organisation)
    assert list(IPRight.objects.visible_to(actor)) == [right]
    assert kinds_of(agency.organisation) == ["authorisation.asked", "authorisation.granted"]


def test_a_principal_grants_to_a_member_who_is_an_agent() -> None:
    owner = make_member()
    agent = make_member(owner.organisation, Role.AGENT, authorised=False)
    viewer = make_member(owner.organisation, Role.VIEWER)
    assert actor_for_member(agent).grants == ()
    made = registry.grant_authorisation(
        actor=member_actor_for(owner), member=agent, terms=terms(verbs=()), now=timezone.now()
    )
    assert [grant.authorisation_id for grant in actor_for_member(agent).grants] == [made.pk]
    assert not actor_for_member(agent).can_file, "reading is all that was granted"
    for place, code in ((viewer, "not_an_agent"), (make_member(role=Role.AGENT), "not_an_agent")):
        with pytest.raises(Refused) as refusal:
            registry.grant_authorisation(actor=member_actor_for(owner), member=place, terms=terms(), now=timezone.now())
        assert refusal.value.code == code


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"verbs": ("fly",)}, "verb_unknown", "verbs"),
        ({"territories": ("XX",)}, "country_unknown", "territories"),
        ({"starts_on": date(2020, 1, 1)}, "starts_in_the_past", "starts_on"),
        ({"expires_on": date(2020, 1, 1)}, "ends_before_it_starts", "expires_on"),
        ({"expires_on": date(2099, 1, 1)}, "too_long_a_life", "expires_on"),
        ({"rights": (uuid4(),)}, "right_unknown", "rights"),
        ({"rights": ()}, "rights_missing", "rights"),
    ],
)
def test_terms_that_cannot_be(changes: dict[str, Any], code: str, field: str) -> None:
    owner, agency = make_member(), make_agency()
    with pytest.raises(Refused) as refusal:
        granted(owner, agency.organisation, **changes)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert not Authorisation.objects.exists()


def test_three_years_less_a_day_is_the_longest() -> None:
    assert latest_end(date(2026, 11, 21)) == date(2029, 11, 20)
    assert latest_end(date(2028, 2, 29)) == date(2031, 2, 28)
    owner, agency, today = make_member(), make_agency(), timezone.now().date()
    granted(owner, agency.organisation, expires_on=latest_end(today))
    with pytest.raises(Refused):
        granted(owner, agency.organisation, expires_on=latest_end(today) + timedelta(days=1))


def test_rights_of_others_cannot_be_granted() -> None:
    owner, theirs = make_member(), make_right()
    with pytest.raises(Refused) as refusal:
        granted(owner, make_agency().organisation, rights=(theirs.public_id,))
    assert refusal.value.code == "right_unknown"


@pytest.mark.parametrize("role", [Role.RIGHTS_OWNER, Role.AGENT, Role.VIEWER])
def test_only_an_administrator_grants(role: str) -> None:
    agency = make_agency()
    with pytest.raises(Forbidden):
        granted(make_member(role=role), agency.organisation)


def test_an_agency_grants_nothing_and_a_principal_names_one_agent() -> None:
    agency = make_agency()
    with pytest.raises(Forbidden):
        granted(agency, make_agency("Another").organisation)
    owner, now = make_member(), timezone.now()
    nobody: list[dict[str, Any]] = [{}, {"agency": make_organisation()}]
    for who in nobody:
        with pytest.raises(Refused):
            registry.grant_authorisation(actor=member_actor_for(owner), terms=terms(), now=now, **who)


def test_an_outsider_neither_sees_nor_grants_nor_ends() -> None:
    principal, agency = make_member(), make_agency()
    row = asked(agency, principal.user.email)
    now = timezone.now()
    for stranger in (make_member(), make_agency("Another")):
        actor = member_actor_for(stranger)
        assert not Authorisation.objects.visible_to(actor).exists()
        with pytest.raises(NotFound):
            registry.end_authorisation(actor=actor, authorisation=row, now=now)
        with pytest.raises((NotFound, Forbidden)):
            registry.grant_authorisation(actor=actor, asked=row, terms=terms(), now=now)
    with pytest.raises(Forbidden):
        registry.grant_authorisation(actor=member_actor_for(agency), asked=row, terms=terms(), now=now)


def test_what_was_answered_meanwhile_is_not_answered_again() -> None:
    principal, agency = make_member(), make_agency()
    row, owner, now = asked(agency, principal.user.email), member_actor_for(principal), timezone.now()
    seen = row.version
    registry.refuse_authorisation(actor=owner, authorisation=row, reason="We do not know you.", now=now)
    with pytest.raises(Conflict) as refusal:
        registry.grant_authorisation(actor=owner, asked=row, terms=terms(), now=now, version=seen)
    assert refusal.value.code == "wrong_state"


def test_a_refusal_has_a_reason_and_leaves_nothing_allowed() -> None:
    principal, agency = make_member(), make_agency()
    row, owner, now = asked(agency, principal.user.email), member_actor_for(principal), timezone.now()
    with pytest.raises(Refused):
        registry.refuse_authorisation(actor=owner, authorisation=row, reason="  ", now=now)
    refused = registry.refuse_authorisation(actor=owner, authorisation=row, reason="We do not know you.", now=now)
    assert (refused.state, refused.reason) == ("refused", "We do not know you.")
    assert for_principal(member_actor_for(agency), principal.organisation) is None
    payload = Event.objects.filter(kind="authorisation.refused").first().payload
    assert "We do not know you." not in str(payload) and payload["reason"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Authorisation.objects.filter(pk=row.pk).update(reason="")


# --- ending


def test_either_side_and_the_agent_end_it_at_once() -> None:
    now = timezone.now()
    for side in ("principal", "agency"):
        made = pair()
        actor = made.owner if side == "principal" else member_actor_for(made.agency)
        registry.end_authorisation(actor=actor, authorisation=made.letter, now=now)
        assert for_principal(member_actor_for(made.agency), made.principal.organisation) is None
    owner = make_member()
    agent = make_member(owner.organisation, Role.AGENT)
    registry.end_authorisation(actor=actor_for_member(agent), authorisation=agent.authorisations.get(), now=now)
    assert actor_for_member(agent).grants == ()


def test_the_agency_acting_for_its_principal_cannot_end_for_the_principal() -> None:
    made = pair()
    with pytest.raises(Forbidden):
        registry.end_authorisation(actor=made.agent, authorisation=made.letter, now=timezone.now())


def test_a_member_who_manages_nothing_ends_nothing() -> None:
    made = pair()
    for role in (Role.RIGHTS_OWNER, Role.VIEWER):
        mate = actor_for_member(make_member(made.principal.organisation, role))
        with pytest.raises(Forbidden):
            registry.end_authorisation(actor=mate, authorisation=made.letter, now=timezone.now())


def test_a_senior_ends_one_with_a_reason_and_a_reviewer_does_not() -> None:
    made, now = pair(), timezone.now()
    with pytest.raises(Forbidden):
        registry.end_authorisation(
            actor=staff_actor(make_staff("reviewer")), authorisation=made.letter, reason="Forged.", now=now
        )
    senior = staff_actor(make_staff("senior"))
    with pytest.raises(Refused):
        registry.end_authorisation(actor=senior, authorisation=made.letter, now=now)
    ended = registry.end_authorisation(actor=senior, authorisation=made.letter, reason="Forged.", now=now)
    assert (ended.state, ended.ended_by) == ("ended", senior.user)


def test_ended_is_ended_once() -> None:
    made, now = pair(), timezone.now()
    registry.end_authorisation(actor=made.owner, authorisation=made.letter, now=now)
    with pytest.raises(Conflict):
        registry.end_authorisation(actor=made.owner, authorisation=made.letter, now=now)
    assert kinds_of(made.principal.organisation) == ["authorisation.ended"]


def test_a_change_ends_the_old_one_and_grants_another_or_does_neither() -> None:
    made, now = pair(), timezone.now()
    with pytest.raises(Refused):
        registry.grant_authorisation(actor=made.owner, replaces=made.letter, terms=terms(verbs=("fly",)), now=now)
    assert Authorisation.objects.get().state == "active"
    new = registry.grant_authorisation(actor=made.owner, replaces=made.letter, terms=terms(verbs=("file",)), now=now)
    made.letter.refresh_from_db()
    assert (made.letter.state, new.state, new.agency) == ("ended", "active", made.agency.organisation)
    assert kinds_of(made.agency.organisation) == ["authorisation.ended", "authorisation.granted"]


def test_it_ends_by_itself_at_the_end_of_its_last_day_in_utc() -> None:
    made = pair(expires_on=date(2027, 3, 31))
    agency = member_actor_for(made.agency)
    with time_machine.travel(datetime(2027, 3, 31, 23, 59, 59, tzinfo=UTC), tick=False):
        assert for_principal(agency, made.principal.organisation) is not None
    with time_machine.travel(datetime(2027, 4, 1, tzinfo=UTC), tick=False):
        assert for_principal(agency, made.principal.organisation) is None
        with pytest.raises(Conflict) as refusal:
            registry.end_authorisation(actor=made.owner, authorisation=made.letter, now=timezone.now())
        assert refusal.value.code == "over"


def test_it_does_not_hold_before_its_first_day() -> None:
    today = timezone.now().date()
    made = make_agency(), make_member()
    authorise(
        made[1].organisation,
        agency=made[0].organisation,
        starts_on=today + timedelta(days=1),
        expires_on=today + timedelta(days=9),
    )
    assert for_principal(member_actor_for(made[0]), made[1].organisation) is None


def test_the_authorisations_of_an_agent_end_with_the_role(run_outbox: Callable[[], Any]) -> None:
    owner = make_member()
    for leave in ("removed", "another role"):
        agent = make_member(owner.organisation, Role.AGENT)
        actor, now = member_actor_for(owner), timezone.now()
        if leave == "removed":
            tenants.remove_member(actor=actor, membership_id=agent.pk, now=now)
        else:
            tenants.change_role(actor=actor, membership_id=agent.pk, role=Role.VIEWER, now=now)
        run_outbox()
        assert agent.authorisations.get().state == "ended"
        ending.end_of_agent(membership_id=agent.pk, now=now)
        assert Event.objects.filter(kind="authorisation.ended", payload__member=agent.pk).count() == 1


# --- what an agent enters


def test_a_right_that_an_agent_enters_is_added_to_the_authorisation_that_let_them() -> None:
    from tests.brands.factories import declaration, draft

    principal = make_member()
    own = make_right(principal.organisation)
    made = pair([own], principal=principal)
    entered = registry.register_right(actor=made.agent, declaration=declaration(made.agent), now=timezone.now())
    assert set(made.letter.rights.all()) == {own, entered}
    assert set(IPRight.objects.visible_to(made.agent)) == {own, entered}
    theirs = draft(made.owner)
    assert theirs not in IPRight.objects.visible_to(made.agent)
    whole = pair(principal=principal)
    registry.register_right(actor=whole.agent, declaration=declaration(whole.agent), now=timezone.now())
    assert not AuthorisedRight.objects.filter(authorisation=whole.letter).exists()


# --- mails and the clock


def told(kind: str) -> set[str]:
    return set(Delivery.objects.filter(event__kind=kind).values_list("recipient", flat=True))


def test_both_sides_have_a_mail_and_an_unknown_principal_nobody(run_outbox: Callable[[], Any]) -> None:
    principal, agency = make_member(), make_agency()
    make_member(principal.organisation, Role.VIEWER)
    row = asked(agency, principal.user.email)
    asked(agency, "nobody@example.test")
    run_outbox()
    assert told("authorisation.asked") == {principal.user.email, agency.user.email}
    now = timezone.now()
    registry.grant_authorisation(actor=member_actor_for(principal), asked=row, terms=terms(), now=now)
    registry.end_authorisation(actor=member_actor_for(principal), authorisation=row, reason="Moving on.", now=now)
    run_outbox()
    assert told("authorisation.granted") == told("authorisation.ended") == {principal.user.email, agency.user.email}
    texts = [letter.body for letter in mail.outbox]
    assert all(f"/authorisations/{row.public_id}/" in text for text in texts if "Moving on." in text)
    assert not any(principal.organisation.name in letter.subject for letter in mail.outbox[:3]), "before it granted"


def test_an_agent_among_the_members_has_the_mail_too(run_outbox: Callable[[], Any]) -> None:
    owner = make_member()
    agent = make_member(owner.organisation, Role.AGENT, authorised=False)
    registry.grant_authorisation(actor=member_actor_for(owner), member=agent, terms=terms(), now=timezone.now())
    run_outbox()
    assert told("authorisation.granted") == {owner.user.email, agent.user.email}


def test_both_are_warned_30_and_7_days_before_and_told_once(run_outbox: Callable[[], Any]) -> None:
    begun = datetime(2027, 1, 1, 12, tzinfo=UTC)
    with time_machine.travel(begun, tick=False):
        made = pair(expires_on=date(2027, 3, 31))
    seen: list[tuple[str, str]] = []
    for day in range(45, -3, -1):
        now = datetime(2027, 3, 31, 6, tzinfo=UTC) - timedelta(days=day)
        with time_machine.travel(now, tick=False):
            ending.announce(now=now)
            ending.announce(now=now)
            run_outbox()
    stream = Event.objects.filter(stream_kind="organisation", stream_id=str(made.agency.organisation_id))
    for event in stream.order_by("seq"):
        seen.append((event.kind, f"{event.at:%m-%d} {event.payload.get('days', '')}".strip()))
    assert seen == [
        ("authorisation.ending", "03-01 30"),
        ("authorisation.ending", "03-24 7"),
        ("authorisation.over", "04-01"),
    ]
    assert told("authorisation.ending") == told("authorisation.over") == {
        made.principal.user.email, made.agency.user.email,
    }  # fmt: skip
    made.letter.refresh_from_db()
    assert made.letter.end_told_at is not None and made.letter.state == "active"


def test_a_short_one_and_a_late_look_warn_once() -> None:
    now = timezone.now()
    short = pair(expires_on=now.date() + timedelta(days=5))
    ending.announce(now=now)
    assert kinds_of(short.agency.organisation) == [], "it never had 7 days"
    late = pair(expires_on=now.date() + timedelta(days=4), granted_at=now - timedelta(days=99))
    ending.announce(now=now)
    assert kinds_of(late.agency.organisation) == ["authorisation.ending"], "not of 30 days and of 7 at once"


def test_the_database_keeps_authorisations_plausible() -> None:
    owner, agency, today = make_member(), make_agency(), timezone.now().date()
    good: dict[str, Any] = {"agency": agency.organisation, "expires_on": today}
    for wrong in (
        {"member": make_member(owner.organisation, Role.VIEWER)},
        {"agency": None},
        {"agency": owner.organisation},
        {"expires_on": today - timedelta(days=1)},
        {"granted_at": None},
        {"state": "odd"},
        {"organisation": None},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            authorise(**({"principal": owner.organisation} | good | wrong))
