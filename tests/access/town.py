"""The people and things of the access matrix: one organisation with everything in it, and everybody around it."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from complaints import casework, statements
from complaints.casework.notices import Notice, confirm_token
from complaints.models import SigningMandate
from portal.accounts import invitations, tenants
from portal.accounts.actors import Actor, member_actor_for
from portal.accounts.models import Invitation, Membership, Organisation, Role
from portal.api import keys
from portal.api.models import Scope
from portal.files import store
from portal.marketplace import catalogue
from portal.marketplace.connectors.sandbox import set_behaviour
from tests.accounts.factories import make_member, make_organisation, make_staff, make_user, signed_in
from tests.api.factories import bearer
from tests.complaints.factories import (
    claimed,
    decide,
    make_draft,
    make_filed_complaint,
    make_listing,
    make_right,
    png,
    reviewer,
    sign,
    upload,
)

ABSENT = uuid.UUID("00000000-0000-4000-8000-000000000000")
NOBODY = 987_654_321
READ_SCOPES = [Scope.RIGHTS_READ, Scope.COMPLAINTS_READ]


@dataclass
class Town:
    """Clients by resident, keys by holder, and arguments for routes: the owner's, and such as nobody has."""

    people: dict[str, Client] = field(default_factory=dict)
    callers: dict[str, APIClient] = field(default_factory=dict)
    args: dict[str, dict[str, Any]] = field(default_factory=lambda: {"": {}})

    def absent(self, where: str) -> dict[str, Any]:
        """Arguments of the same kinds, for things that do not exist."""
        nothing = {uuid.UUID: ABSENT, int: NOBODY, str: "0"}
        return {name: nothing[type(value)] for name, value in self.args[where].items()}


def build() -> Town:
    """Builds the town; takes about two seconds."""
    town = Town()
    organisation = make_organisation("Tarnfell Outdoor AB")
    owner = make_member(organisation, Role.ADMINISTRATOR)
    _people(town, organisation, owner)
    _things(town, organisation, member_actor_for(owner))
    return town


def _people(town: Town, organisation: Organisation, owner: Membership) -> None:
    outsider = make_member(role=Role.ADMINISTRATOR)
    accounts = {
        "owner": owner.user,
        "teammate": make_member(organisation, Role.AGENT).user,
        "viewer": make_member(organisation, Role.VIEWER).user,
        "outsider": outsider.user,
        "removed": make_member(organisation, Role.ADMINISTRATOR, is_active=False).user,
        "seller": make_user(),
        "reviewer": make_staff("reviewer"),
        "auditor": make_staff("auditor"),
    }
    town.people = {name: signed_in(Client(), user) for name, user in accounts.items()}
    town.people["anonymous"] = Client()
    town.people["half"] = signed_in(Client(), make_staff("senior", second_factor=False), mfa=False)
    town.people["seller"].holder = accounts["seller"]  # type: ignore[attr-defined]
    now = timezone.now()
    owners, outsiders = member_actor_for(owner), member_actor_for(outsider)
    revoked, revoked_secret = _key(owners, list(Scope))
    keys.revoke(actor=owners, key=revoked, now=now)
    secrets = {
        "owner": _key(owners, list(Scope))[1],
        "reader": _key(owners, READ_SCOPES)[1],
        "outsider": _key(outsiders, list(Scope))[1],
        "revoked": revoked_secret,
    }
    for name, secret in secrets.items():
        town.callers[name] = APIClient()
        town.callers[name].credentials(**bearer(secret))
    town.callers["none"] = APIClient()


def _key(actor: Actor, scopes: Collection[str]) -> tuple[Any, str]:
    assert actor.organisation is not None
    now = timezone.now()
    return keys.issue(
        actor=actor,
        organisation=actor.organisation,
        name="Import",
        scopes=scopes,
        expires_at=now + timedelta(days=30),
        now=now,
    )


def _things(town: Town, organisation: Organisation, owner: Actor) -> None:
    now, args = timezone.now(), town.args
    assert owner.user is not None
    membership = organisation.memberships.get(user=owner.user)
    case = make_filed_complaint(2, membership=membership)
    case.seller.holders.add(town.people["seller"].holder)  # type: ignore[attr-defined]
    case.right.logo = store.freeze(png(), name="logo.png", purpose="right-logo", now=now)
    case.right.save(update_fields=["logo"])
    me = claimed(case)
    [decision] = decide(case, me, items=case.item_ids[:1])
    casework.ask(actor=me, complaint_id=case.complaint.pk, item_ids=case.item_ids[1:], text="Where?", now=now)
    statement = decision.statements.get(side="respondent")
    token = statements.link_token(statement)
    item, case_id = case.item_ids[0], case.complaint.public_id
    draft = make_draft(owner, case.right, [make_listing()])
    proof = casework.add_evidence(actor=owner, complaint_id=draft.pk, upload=upload(), now=now)
    filed_draft = make_draft(owner, case.right, [make_listing(case.seller)])
    shown = casework.add_evidence(actor=owner, complaint_id=filed_draft.pk, upload=upload(), now=now)
    filed = casework.submit(actor=owner, complaint_id=filed_draft.pk, signing=sign(owner), now=now)
    mandate = casework.grant_mandate(actor=owner, signing=sign(owner), now=now)
    right_draft = make_right(organisation, text="NORDVIK", state="draft", verified_at=None)
    in_review = make_right(organisation, text="HALDEN", state="in_review", verified_at=None)
    args |= {
        "case": {"complaint": case_id},
        "item": {"complaint": case_id, "item": item},
        "evidence": {"complaint": filed.public_id, "evidence": shown.public_id},
        "draft": {"complaint": draft.public_id},
        "draft_evidence": {"complaint": draft.public_id, "evidence": proof.public_id},
        "mandate": {"mandate": mandate.public_id},
        "right": {"public_id": case.right.public_id},
        "right_draft": {"public_id": right_draft.public_id},
        "statement": {"statement": statement.public_id},
        "statement_item": {"statement": statement.public_id, "item": item},
        "statement_token": {"token": token},
        "statement_token_item": {"token": token, "item": item},
        "api_right": {"public_id": case.right.public_id},
        "api_right_draft": {"public_id": right_draft.public_id},
        "api_draft": {"public_id": draft.public_id},
        "api_draft_evidence": {"public_id": draft.public_id, "evidence_id": proof.public_id},
        "api_case": {"public_id": case_id},
        "api_item": {"public_id": case_id, "item_id": item},
        "api_statement": {"public_id": statement.public_id},
        "api_statement_item": {"public_id": statement.public_id, "item_id": item},
        "desk_case": {"pk": case.complaint.pk},
        "desk_item": {"pk": case.complaint.pk, "item_id": item},
        "desk_logo": {"pk": case.complaint.pk, "right_id": case.right.pk},
        "desk_evidence": {"pk": filed.pk, "public_id": shown.public_id},
        "desk_right": {"pk": in_review.pk},
        "desk_right_file": {"pk": in_review.pk, "name": "certificate"},
    }
    _around(town, organisation, owner, case)


def _around(town: Town, organisation: Organisation, owner: Actor, case: Any) -> None:
    now, target = timezone.now(), case.targets[0]
    invitation = tenants.invite(actor=owner, email="new@example.test", role=Role.AGENT, now=now)
    made = {"owner": case.seller, "market": "DE", "now": now}
    video = catalogue.create_video(marketplace_id="VD-7000001", title="Unboxing", **made)
    stream = catalogue.create_livestream(marketplace_id="LV-70001", title="Sale", started_at=now, **made)
    behaviour = set_behaviour(actor=reviewer(), mode="refuse", now=now)
    notice = casework.start_notice(notice=_notice(target.url), now=now)
    town.args |= {
        "membership": {"membership_id": make_member(organisation, Role.RIGHTS_OWNER).pk},
        "invitation": {"public_id": invitation.public_id},
        "api_organisation": {"public_id": organisation.public_id},
        "api_invitation": {"public_id": organisation.public_id, "invitation_id": invitation.public_id},
        "invitation_token": {"token": _token_of(invitation)},
        "target": {"number": target.marketplace_id.removeprefix("LS-")},
        "video": {"number": video.marketplace_id.removeprefix("VD-")},
        "livestream": {"number": stream.marketplace_id.removeprefix("LV-")},
        "account": {"handle": case.seller.handle},
        "target_picture": {"pk": target.pk, "version": target.version},
        "behaviour": {"pk": behaviour.pk},
        "notice_token": {"token": confirm_token(notice)},
        "key": {"pk": organisation.api_keys.filter(revoked_at=None).order_by("id")[0].pk},
    }
    assert SigningMandate.objects.exists()


def _token_of(invitation: Invitation) -> str:
    return str(invitations.link_to(invitation)).rstrip("/").rsplit("/", 1)[-1]


def _notice(lines: str) -> Notice:
    return Notice("Ida Blom", "ida@blom.test", "", "NORDVIK", "counterfeit", "It is ours.", lines, True)
