"""Holds by the API: reading, approving, stopping, another owner; keys of new administrators, and of makers at rest."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts import holds
from portal.accounts.models import Hold, HoldKind, HoldState, Membership, Role
from portal.api import keys
from portal.api.models import ApiKey, Scope
from portal.errors import Conflict
from portal.ledger.models import Event
from tests.accounts.factories import actor_for_member, make_member, signed_in
from tests.accounts.holding import administrators, again, demote, promote
from tests.api.factories import bearer
from tests.api.factories import key as make_key
from tests.api.first_step import Person

pytestmark = pytest.mark.django_db


def by_token(member: Membership, *, fresh: bool = True) -> Person:
    session = signed_in(Client(), member.user, fresh=fresh).session
    return Person(member.user.email, str(session.session_key))


def at(member: Membership, tail: str = "") -> str:
    return f"organisations/{member.organisation.public_id}/holds{tail}"


def new_administrator(days: int = 1) -> tuple[Membership, Membership]:
    """An administrator of old, and one whose hold is over since so many days."""
    [admin] = administrators(1)
    newcomer = make_member(admin.organisation)
    since = timezone.now() - timedelta(days=days)
    Membership.objects.filter(pk=newcomer.pk).update(role_since=since, created_at=since)
    return admin, again(newcomer)


# --- holds


def test_administrators_read_holds_in_words() -> None:
    admin, other = administrators(2)
    hold = promote(admin, now=timezone.now())
    [row] = by_token(other)("GET", at(other))["results"]
    assert (row["kind"], row["state"], row["needs"]) == ("administrator_added", "open", "administrator")
    assert (row["may_approve"], row["may_stop"]) == (True, True)
    assert row["started_by"] == admin.user.name and hold.membership.user.name in row["says"]
    assert by_token(admin)("GET", at(admin))["results"][0]["may_approve"] is False
    newcomer = by_token(again(hold.membership))("GET", at(admin))["results"][0]
    assert (newcomer["may_approve"], newcomer["may_stop"]) == (False, True), "their own they may give up"
    demote(admin, other)
    rows = by_token(admin)("GET", at(admin))["results"]
    assert {row["needs"] for row in rows} == {"desk"}, "who could have approved rests now"


def test_the_second_person_approves_after_a_fresh_sign_in() -> None:
    admin, other = administrators(2)
    hold = promote(admin, now=timezone.now())
    path = at(other, f"/{hold.public_id}/approve")
    assert by_token(other, fresh=False)("POST", path, status=403)["code"] == "reauthentication_required"
    assert by_token(admin)("POST", path, status=403)["code"] == "second_person_needed"
    row = by_token(other)("POST", path)
    assert (row["approved_by"], row["needs"], row["state"]) == (other.user.name, "", "open")
    assert row["approved_at"] and not row["may_approve"]


def test_a_stop_needs_no_fresh_sign_in_and_wins_once() -> None:
    admin, other = administrators(2)
    hold = promote(admin)
    path = at(other, f"/{hold.public_id}/stop")
    row = by_token(other, fresh=False)("POST", path)
    assert (row["state"], row["ended_by"], row["may_stop"]) == ("stopped", other.user.name, False)
    assert by_token(admin)("POST", path, status=409)["code"] == "hold_ended"


def test_teammates_are_refused_and_outsiders_find_nothing() -> None:
    [admin] = administrators(1)
    hold = promote(admin)
    outsider, viewer = make_member(), make_member(admin.organisation, Role.VIEWER)
    for method, tail in (("GET", ""), ("POST", f"/{hold.public_id}/stop"), ("POST", f"/{hold.public_id}/approve")):
        assert by_token(viewer)(method, at(admin, tail), status=403)["code"] == "not_administrator"
        assert by_token(outsider)(method, at(admin, tail), status=404)["code"] == "no_organisation"
        if tail:
            assert by_token(outsider)(method, at(outsider, tail), status=404)["code"] == "no_hold"
    assert Hold.objects.get().state == HoldState.OPEN


def test_another_owner_is_asked_for_and_rests() -> None:
    admin, other = administrators(2)
    path = f"organisations/{admin.organisation.public_id}/owner"
    made = by_token(admin)("POST", path, {"name": "Nordvik AB"}, status=201)
    assert made["kind"] == "owner_changed"
    assert made["changes"] == [{"fact": "Name", "before": admin.organisation.name, "after": "Nordvik AB"}]
    assert by_token(admin)("POST", path, {"name": "Other AB"}, status=403)["code"] == "on_hold"
    assert by_token(other)("POST", path, {"name": "Other AB"}, status=409)["code"] == "hold_open"
    assert by_token(other)("POST", path, {"colour": "red"}, status=400)["code"] == "not_valid"
    assert by_token(make_member())("POST", path, {"name": "Other AB"}, status=404)["code"] == "no_organisation"


def test_by_the_api_alone_a_hijack_is_stopped(mailoutbox: list[Any], run_outbox: Any) -> None:
    """A new administrator can read and nothing else; one call undoes it, and the key they had tried for never was."""
    admin, other = administrators(2)
    hold = promote(admin, now=timezone.now())
    thief, path = by_token(again(hold.membership)), f"organisations/{admin.organisation.public_id}"
    assert thief("GET", path)["role"] == "administrator"
    wish = {"name": "Mine", "scopes": ["rights:read"], "expires_at": (timezone.now() + timedelta(9)).isoformat()}
    for method, tail, body in (
        ("POST", "/keys", wish),
        ("POST", "/invitations", {"email": "x@example.test", "role": "administrator"}),
        ("GET", "/invitations", None),
        ("POST", "/owner", {"name": "Taken AB"}),
        ("PATCH", "", {"register_contact": "thief@example.test"}),
    ):
        assert thief(method, path + tail, body, status=403)["code"] == "on_hold", (method, tail)
    run_outbox()
    assert {mail.to[0] for mail in mailoutbox} == {admin.user.email, other.user.email}
    by_token(other)("POST", f"{path}/holds/{hold.public_id}/stop")
    assert thief("GET", path)["role"] == "rights_owner"
    assert not ApiKey.objects.exists()


# --- keys of new administrators


def test_a_key_by_a_new_administrator_opens_nothing_at_first() -> None:
    admin, newcomer = new_administrator()
    issued, secret = make_key(actor_for_member(newcomer))
    hold = Hold.objects.get()
    assert (hold.kind, hold.key_id, hold.membership) == (HoldKind.KEY_BY_NEW_ADMINISTRATOR, issued.pk, None)
    assert actor_for_member(newcomer).held_until is None, "the key rests, not its maker"
    answer = Client().get("/api/v1/rights", headers={"Authorization": f"Bearer {secret}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "key_on_hold")
    assert "another administrator or the desk" in answer.json()["detail"]
    assert answer["Content-Type"] == "application/problem+json"
    wrong = secret[:-1] + ("A" if secret[-1] != "A" else "B")
    assert Client().get("/api/v1/rights", **bearer(wrong)).status_code == 401  # type: ignore[arg-type]
    holds.approve(actor=actor_for_member(admin), hold=hold, now=hold.ends_at)
    assert Client().get("/api/v1/rights", **bearer(secret)).status_code == 200  # type: ignore[arg-type]


def test_a_stop_revokes_the_key_for_good() -> None:
    admin, newcomer = new_administrator()
    issued, secret = make_key(actor_for_member(newcomer))
    holds.stop(actor=actor_for_member(admin), hold=Hold.objects.get(), now=timezone.now())
    assert ApiKey.objects.get(pk=issued.pk).revoked_at is not None
    assert Client().get("/api/v1/rights", **bearer(secret)).status_code == 401  # type: ignore[arg-type]
    assert list(Event.objects.order_by("pk").values_list("kind", flat=True))[-2:] == ["key.revoked", "hold.stopped"]
    with pytest.raises(Conflict):
        make_key(actor_for_member(newcomer))
    assert ApiKey.objects.count() == 1, "refused whole: no key without its hold"


def test_revoking_the_key_ends_its_hold() -> None:
    _admin, newcomer = new_administrator()
    issued, _secret = make_key(actor_for_member(newcomer))
    keys.revoke(actor=actor_for_member(newcomer), key=issued, now=timezone.now())
    assert Hold.objects.get().state == HoldState.STOPPED
    assert make_key(actor_for_member(newcomer)), "who takes back their own may try again"


@pytest.mark.parametrize("days", [31, 400])
def test_an_administrator_of_some_time_makes_keys_that_work(days: int) -> None:
    _admin, old = new_administrator(days)
    _key, secret = make_key(actor_for_member(old))
    assert Client().get("/api/v1/rights", **bearer(secret)).status_code == 200  # type: ignore[arg-type]
    assert not Hold.objects.exists()


def test_a_founder_makes_keys_that_work_on_the_first_day() -> None:
    founder = make_member()
    Membership.objects.filter(pk=founder.pk).update(role_since=founder.created_at)
    make_member(founder.organisation)
    _key, secret = make_key(actor_for_member(founder))
    assert Client().get("/api/v1/rights", **bearer(secret)).status_code == 200  # type: ignore[arg-type]


def test_a_founder_who_left_and_came_back_is_new() -> None:
    founder = make_member()
    make_member(founder.organisation)
    Membership.objects.filter(pk=founder.pk).update(role_since=timezone.now(), created_at=timezone.now())
    make_key(actor_for_member(again(founder)))
    assert Hold.objects.exists()


def test_a_key_that_waits_ends_with_its_maker() -> None:
    from portal.accounts import tenants

    _admin, newcomer = new_administrator()
    issued, _secret = make_key(actor_for_member(newcomer))
    tenants.remove_member(actor=actor_for_member(newcomer), membership_id=newcomer.pk, now=timezone.now())
    assert Hold.objects.get().state == HoldState.STOPPED
    assert ApiKey.objects.get(pk=issued.pk).revoked_at is not None


def test_the_answer_to_a_new_key_says_until_when() -> None:
    _admin, newcomer = new_administrator()
    wish = {"name": "Mine", "scopes": ["rights:read"], "expires_at": (timezone.now() + timedelta(9)).isoformat()}
    made = by_token(newcomer)("POST", f"organisations/{newcomer.organisation.public_id}/keys", wish, status=201)
    assert made["on_hold_until"]
    client = signed_in(Client(), newcomer.user)
    assert b"On hold" in client.get("/api/keys/").content
    wish = {"name": "Other", "scopes": ["rights:read"], "life": "30"}
    assert b"It does not work yet" in client.post("/api/keys/new/", wish).content


# --- keys whose maker rests


def test_a_key_reads_while_its_maker_rests_and_changes_nothing() -> None:
    admin, other = administrators(2)
    _key, secret = make_key(actor_for_member(other), *Scope.values)
    client, headers = Client(), {"Authorization": f"Bearer {secret}"}
    demote(admin, other)
    assert client.get("/api/v1/rights", headers=headers).status_code == 200
    for path, body in (("brands", {"name": "Nordvik"}), ("complaints", {"reason": "counterfeit"})):
        answer = client.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "on_hold"), path
    lines = {"lines": ["LS-1"]}
    asked = client.post("/api/v1/targets/resolve", lines, content_type="application/json", headers=headers)
    assert asked.status_code == 200, "a POST that only asks is reading"
