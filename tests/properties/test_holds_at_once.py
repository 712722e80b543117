"""Holds under two hands at the same moment: approve and stop, two stops, the clock and a stop; one wins each time."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from portal.accounts import holds, owners
from portal.accounts.models import Hold, HoldKind, HoldState, Membership, Role
from portal.ledger.events import verify_all
from portal.ledger.models import Event
from tests.accounts.factories import actor_for_member, give_totp, make_member, signed_in
from tests.accounts.holding import administrators, again, promote
from tests.properties.test_at_once import together

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 8
LONG = timedelta(hours=80)


def ended(hold: Hold) -> tuple[str, str]:
    """How it ended, and the role that this left: the two never disagree."""
    return Hold.objects.get(pk=hold.pk).state, Membership.objects.get(pk=hold.membership_id).role


def test_an_approval_that_releases_and_a_stop_at_once() -> None:
    admin, other = administrators(2)
    seen: Counter[str] = Counter()
    for _each in range(TIMES):
        hold = promote(admin, now=now() - LONG)
        ends = together(
            partial(holds.approve, actor=actor_for_member(other), hold=hold, now=now()),
            partial(holds.stop, actor=actor_for_member(admin), hold=hold, now=now()),
        )
        assert sorted(ends) == ["Conflict:hold_ended", "done"], ends
        state, role = ended(hold)
        assert (state, role) in {("released", Role.ADMINISTRATOR), ("stopped", Role.RIGHTS_OWNER)}
        assert (ends[0] == "done") is (state == "released")
        seen[state] += 1
        Membership.objects.filter(pk=hold.membership_id).update(is_active=False)
    told = Event.objects.filter(kind__in=["hold.released", "hold.stopped"]).values_list("kind", flat=True)
    assert Counter(told) == Counter({f"hold.{state}": count for state, count in seen.items()})
    assert verify_all() == []


def test_the_clock_and_the_link_of_a_mail_at_once() -> None:
    admin, other = administrators(2)
    for _each in range(TIMES):
        hold = promote(admin, now=now() - LONG)
        Hold.objects.filter(pk=hold.pk).update(approved_by=other.user, approved_at=now())
        ends = together(
            holds.release_due,
            partial(holds.stop, actor=None, holder=other.user, hold=hold, now=now()),
            holds.release_due,
        )
        assert set(ends) <= {"done", "Conflict:hold_ended"}, ends
        assert ended(hold) in {("released", Role.ADMINISTRATOR), ("stopped", Role.RIGHTS_OWNER)}
        last = Event.objects.filter(payload__hold=hold.pk, kind__in=["hold.released", "hold.stopped"])
        assert last.count() == 1
        Membership.objects.filter(pk=hold.membership_id).update(is_active=False)


def test_two_ask_for_another_owner_at_once() -> None:
    first, second = administrators(2)
    ends = together(
        partial(owners.change_owner, actor=actor_for_member(first), name="Nordvik AB", now=now()),
        partial(owners.change_owner, actor=actor_for_member(second), name="Halden AB", now=now()),
    )
    assert sorted(ends) == ["Conflict:hold_open", "done"], ends
    assert Hold.objects.filter(kind=HoldKind.OWNER_CHANGED).count() == 1


def test_two_administrators_ask_for_each_other_to_go_and_one_stays_awake() -> None:
    from portal.accounts import tenants

    for _each in range(TIMES):
        first, second = administrators(2)
        ends = together(
            *(
                partial(tenants.remove_member, actor=actor_for_member(by), membership_id=other.pk, now=now())
                for by, other in ((first, second), (second, first))
            )
        )
        assert sorted(ends) == ["Forbidden:on_hold", "done"], ends
        assert Hold.objects.open().filter(organisation=first.organisation).count() == 1


def test_the_last_two_factors_removed_at_once_leave_one_hold() -> None:
    for _each in range(3):
        [admin] = administrators(1)
        give_totp(admin.user)
        key = WebAuthn.add(admin.user, "Key", {"id": "x"}).instance
        browsers = [signed_in(Client(), admin.user, mfa=True) for _browser in range(2)]
        pages: list[Any] = [reverse("mfa_deactivate_totp"), reverse("mfa_remove_webauthn", args=[key.pk])]
        ends = together(*(partial(browser.post, page) for browser, page in zip(browsers, pages, strict=True)))
        assert ends == ["done", "done"]
        assert not Authenticator.objects.filter(user=admin.user, type__in=["totp", "webauthn"]).exists()
        assert Hold.objects.filter(membership=admin, state=HoldState.OPEN).count() == 1
        assert not actor_for_member(again(admin)).can_manage


def test_a_new_administrator_made_twice_at_once_rests_once() -> None:
    from portal.accounts import tenants

    first, second = administrators(2)
    member = make_member(first.organisation, Role.AGENT)
    verbs = [
        partial(
            tenants.change_role,
            actor=actor_for_member(by),
            membership_id=member.pk,
            role=Role.ADMINISTRATOR,
            now=now(),
        )
        for by in (first, second)
    ]
    ends = together(*verbs)
    assert sorted(ends) == ["Conflict:hold_open", "done"], ends
    assert Hold.objects.filter(membership=member).count() == 1
