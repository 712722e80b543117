"""The table of states: every triple of state, verb and role; what is not in the table changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from brands import registry
from brands.errors import Incomplete
from brands.models import IPRight, Verification
from brands.registry.common import step
from brands.states import DECIDERS, TRANSITIONS, RightState, RightVerb, may, transition
from portal.accounts.actors import PUBLIC, Actor, ActorKind
from portal.errors import Conflict, DomainError, Forbidden, NotFound, Refused
from portal.ledger.events import verify
from portal.ledger.models import Event
from tests.accounts.factories import make_member, make_superuser
from tests.brands import factories as f

pytestmark = pytest.mark.django_db
MEMBERS = ("administrator", "rights_owner", "agent", "viewer")
STAFF = ("reviewer", "senior", "policy", "auditor")
VERBS = [verb for verb in RightVerb if verb is not RightVerb.REGISTER]
MAKE: dict[RightState, Callable[..., IPRight]] = {
    RightState.DRAFT: f.draft,
    RightState.IN_REVIEW: f.in_review,
    RightState.APPROVED: f.approved,
    RightState.REJECTED: f.rejected,
    RightState.SUSPENDED: f.suspended,
}


def made(state: RightState, owner: Actor, staff: Actor) -> IPRight:
    """A right in that state; one reviewer serves for all, because people are slow to make."""
    decided = state in {RightState.APPROVED, RightState.REJECTED, RightState.SUSPENDED}
    return MAKE[state](owner, staff) if decided else MAKE[state](owner)


def act(verb: RightVerb, actor: Actor, right: IPRight, owner: Actor) -> IPRight:
    common: dict[str, Any] = {"actor": actor, "right": right, "now": f.NOW}
    if verb is RightVerb.UPDATE:
        return registry.update_draft(declaration=f.declaration(owner, owner_name="Changed AB"), **common)
    if verb is RightVerb.REJECT:
        return registry.reject(reason="Not readable.", **common)
    if verb in {RightVerb.SUSPEND, RightVerb.REINSTATE}:
        return getattr(registry, verb.value)(reason="The office says so.", **common)  # type: ignore[no-any-return]
    if verb is RightVerb.ACCEPT_OWNER:
        IPRight.objects.filter(pk=right.pk).update(other_owner="New Owner AB", other_owner_at=f.NOW)
        return registry.accept_owner(owner="New Owner AB", note="Same group.", **common)
    if verb is RightVerb.VERIFY:
        with transaction.atomic():
            return step(actor, right, verb)[0]
    verbs: dict[str, Callable[..., IPRight]] = {
        "reopen": registry.reopen,
        "submit": registry.submit_for_review,
        "resubmit": registry.resubmit,
        "approve": partial(registry.approve, register_status="registered"),
    }
    return verbs[verb.value](**common)


def events() -> list[str]:
    return list(Event.objects.filter(stream_kind="right").order_by("id").values_list("kind", flat=True))


@pytest.mark.parametrize("state", list(RightState))
def test_every_state_verb_and_role_follows_the_table(state: RightState) -> None:
    owner = f.actor()
    assert owner.organisation is not None
    actors = {role: f.actor(role, owner.organisation) for role in MEMBERS}
    actors |= {role: f.reviewer(role) for role in STAFF}
    actors["key"] = Actor(kind=ActorKind.KEY, user=owner.user, organisation=owner.organisation, key_id=7)
    for verb in VERBS:
        for role, actor in actors.items():
            right = made(state, owner, actors["reviewer"])
            before, seen = right.version, events()
            row = transition(state, verb)
            allowed = row is not None and (role in row.who)
            repeated = state is RightState.IN_REVIEW and verb in {RightVerb.SUBMIT, RightVerb.RESUBMIT}
            if allowed:
                act(verb, actor, right, owner)
                right.refresh_from_db()
                assert row and right.state == row.target and right.version == before + 1
                assert events()[len(seen) :] == [row.event]
                continue
            if repeated and may(role, verb):
                act(verb, actor, right, owner)
            else:
                with pytest.raises(Conflict if may(role, verb) else Forbidden):
                    act(verb, actor, right, owner)
            right.refresh_from_db()
            assert (right.state, right.version, events()) == (state, before, seen), (state, verb, role)


def test_what_leads_to_approved_and_only_deciders_decide() -> None:
    ways = {(row.source, row.verb) for row in TRANSITIONS if row.target is RightState.APPROVED}
    assert ways == {
        (RightState.IN_REVIEW, RightVerb.APPROVE),
        (RightState.IN_REVIEW, RightVerb.VERIFY),
        (RightState.SUSPENDED, RightVerb.REINSTATE),
        (RightState.APPROVED, RightVerb.ACCEPT_OWNER),  # it stays approved, and can be used again
    }
    assert not any(may(role, RightVerb.VERIFY) for role in (*MEMBERS, *STAFF, "key")), "no person skips the desk"
    assert may("auditor", RightVerb.APPROVE) is False
    assert {"reviewer", "senior", "policy"} == DECIDERS


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", list(RightState))
def test_an_outsider_finds_no_such_right(state: RightState, verb: RightVerb) -> None:
    owner, outsider = f.actor(), f.actor()
    right, seen = MAKE[state](owner), events()[:]
    seen = events()
    with pytest.raises((NotFound, Forbidden)) as refusal:
        act(verb, outsider, right, outsider)
    if may("rights_owner", verb):
        assert isinstance(refusal.value, NotFound)
    assert events() == seen


def test_the_public_and_people_without_an_organisation_register_nothing() -> None:
    owner = f.actor()
    homeless = Actor(kind=ActorKind.MEMBER, user=make_member().user)
    for actor in (PUBLIC, homeless, f.reviewer(), f.actor("viewer", owner.organisation)):
        with pytest.raises(Forbidden):
            registry.register_right(actor=actor, declaration=f.declaration(owner), now=f.NOW)
        with pytest.raises(Forbidden):
            registry.add_brand(actor=actor, name="X", now=f.NOW)


def test_a_superuser_decides_like_a_senior() -> None:
    from portal.accounts.actors import staff_actor_for

    right = f.in_review(f.actor())
    assert f.approve(right, staff_actor_for(make_superuser())).state == "approved"


def test_submitting_twice_is_submitting_once() -> None:
    owner = f.actor()
    right = f.draft(owner)
    registry.submit_for_review(actor=owner, right=right, now=f.NOW, version=right.version)
    registry.submit_for_review(actor=owner, right=right, now=f.NOW, version=right.version)
    assert events() == ["right.registered", "right.submitted"]


def test_a_change_on_an_old_version_is_refused() -> None:
    owner = f.actor()
    right = f.draft(owner)
    registry.update_draft(actor=owner, right=right, declaration=f.declaration(owner), now=f.NOW, version=right.version)
    with pytest.raises(Conflict) as refusal:
        registry.update_draft(
            actor=owner, right=right, declaration=f.declaration(owner), now=f.NOW, version=right.version
        )
    assert refusal.value.code == "moved_on"


def test_saving_the_same_again_changes_nothing() -> None:
    owner = f.actor()
    same = f.declaration(owner, certificate=f.stored(owner))
    right = registry.register_right(actor=owner, declaration=same, now=f.NOW)
    again = registry.update_draft(actor=owner, right=right, declaration=same, now=f.NOW)
    assert (again.version, events()) == (1, ["right.registered"])


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"certificate": None}, ["certificate"]),
        ({"classes": ()}, ["classes"]),
        ({"territories": ()}, ["territories"]),
        ({"registration_number": "88A"}, ["registration_number"]),
        ({"application_number": "", "registration_number": "", "registration_date": None}, ["registration_number"]),
        ({"owner_name": ""}, ["owner_name"]),
        ({"mark_text": ""}, ["mark_text"]),
        ({"mark_kind": "combined"}, ["logo"]),
        ({"mark_kind": "figurative", "mark_text": ""}, ["logo"]),
        ({"certificate": None, "classes": (), "owner_name": ""}, ["owner_name", "classes", "certificate"]),
    ],
)
def test_an_incomplete_right_is_not_sent_and_every_field_is_named(changes: dict[str, Any], fields: list[str]) -> None:
    owner = f.actor()
    right = f.draft(owner, **changes)
    with pytest.raises(Incomplete) as refusal:
        registry.submit_for_review(actor=owner, right=right, now=f.NOW)
    assert [problem.field for problem in refusal.value.problems] == fields
    right.refresh_from_db()
    assert (right.state, events()) == ("draft", ["right.registered"])


def test_a_wrong_number_names_the_offices_example() -> None:
    owner = f.actor()
    with pytest.raises(Incomplete) as refusal:
        registry.submit_for_review(actor=owner, right=f.draft(owner, registration_number="88A"), now=f.NOW)
    assert "5845537" in str(refusal.value) and "USPTO" in str(refusal.value)


def test_an_unusual_number_of_a_little_known_office_is_sent_with_a_warning() -> None:
    from brands.preflight import warnings_of

    owner = f.actor()
    right = f.draft(owner, office="TH", application_number="", registration_number="TH/12-345", territories=None)
    assert [problem.field for problem in warnings_of(right)] == ["registration_number"]
    assert registry.submit_for_review(actor=owner, right=right, now=f.NOW).state == "in_review"


def test_rejecting_needs_a_reason() -> None:
    right = f.in_review(f.actor())
    with pytest.raises(Refused) as refusal:
        registry.reject(actor=f.reviewer(), right=right, reason="  ", now=f.NOW)
    assert refusal.value.field == "reason"
    assert events()[-1] == "right.submitted"


def test_reject_correct_resubmit_approve() -> None:
    owner, staff = f.actor(), f.reviewer()
    right = f.rejected(owner, staff, reason="The certificate shows another owner.")
    assert right.state_reason == "The certificate shows another owner."
    registry.attach(actor=owner, right=right, certificate=f.stored(owner), now=f.NOW)
    right = registry.resubmit(actor=owner, right=right, now=f.NOW)
    assert (right.state, right.state_reason) == ("in_review", "")
    right = f.approve(right, staff)
    assert (right.verified_by, right.verified_at) == (staff.user, f.NOW)
    assert events() == [
        "right.registered", "right.submitted", "right.rejected", "right.edited", "right.submitted", "right.approved",
    ]  # fmt: skip
    assert verify(("right", right.pk)) == []
    kept = list(Verification.objects.filter(right=right).order_by("id").values_list("outcome", "reason"))
    assert kept == [("rejected", "The certificate shows another owner."), ("approved", "")]


def test_the_reason_is_committed_to_and_not_written_into_the_chain() -> None:
    from portal.ledger.events import matches_commitment

    right = f.rejected(f.actor(), reason="Seen on page 2.")
    event, kept = Event.objects.get(kind="right.rejected"), Verification.objects.get(right=right)
    assert "page 2" not in str(event.payload)
    assert matches_commitment(kept.reason, salt=kept.salt, digest=event.payload["reason"])


def test_the_database_keeps_no_rejection_without_reason_and_no_approval_without_proof() -> None:
    from django.db import IntegrityError, transaction

    right = f.draft(f.actor())
    for values in ({"state": "rejected"}, {"state": "approved"}, {"state": "magic"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            IPRight.objects.filter(pk=right.pk).update(**values)


def test_refusals_are_domain_errors_with_a_code() -> None:
    with pytest.raises(DomainError) as refusal:
        registry.add_brand(actor=f.actor(), name="   ", now=f.NOW)
    assert (refusal.value.code, refusal.value.field) == ("name_missing", "name")
