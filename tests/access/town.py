"""The people and things of the access matrix: one organisation with everything in it, and everybody around it."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from brands import registry
from brands.models import IPRight, Renewal, RightConflict, RightFile
from complaints import casework, statements
from complaints.casework.notices import Notice, confirm_token
from complaints.casework.routing import RuleValues
from complaints.models import Policy, RoutingRule, SecondLook, SigningMandate
from complaints.review.routing import Conditions
from portal.accounts import holds, invitations, tenants
from portal.accounts.actors import Actor, ActorKind, member_actor_for
from portal.accounts.holds import links
from portal.accounts.models import Invitation, Membership, Organisation, Role, SignOn, User
from portal.api import keys
from portal.api.models import Scope
from portal.files import store
from portal.identity.models import IdentityDocument, RecoveryRequest
from portal.marketplace import catalogue
from portal.marketplace.connectors.sandbox import set_behaviour
from tests.accounts.factories import authorise, make_member, make_organisation, make_staff, make_user, signed_in
from tests.api.factories import bearer
from tests.brands.agents_kit import asked, letter_of, make_agency, pair
from tests.complaints.factories import (
    claimed,
    decide,
    make_draft,
    make_filed_complaint,
    make_listing,
    make_right,
    make_seller,
    png,
    reviewer,
    sign,
    sign_all,
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
    agents: dict[str, Client] = field(default_factory=dict)
    agent_callers: dict[str, APIClient] = field(default_factory=dict)
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


def _conflict(right: IPRight) -> RightConflict:
    """Another organisation claims the same mark."""
    made = RightConflict.objects.create(office=right.office, number=right.number, found_at=right.created_at)
    made.rights.add(right)
    return made


def _policy() -> Policy:
    """A version of the policy that is not published yet."""
    return casework.draft_policy(actor=reviewer("policy"), version="drafted", now=timezone.now())


def _rule() -> RoutingRule:
    """A routing rule, as policy writes it."""
    values = RuleValues("France", Conditions(market="FR"))
    return casework.save_rule(actor=reviewer("policy"), values=values, now=timezone.now())


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
    town.args["desk_reviewer"] = {"user_id": accounts["reviewer"].pk}
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
    casework.draw_second_looks(since=now - timedelta(days=1), until=now + timedelta(days=1), now=now, share=0.01)
    args["desk_look"] = {"look": SecondLook.objects.get().pk}
    statement = decision.statements.get(side="respondent")
    token = statements.link_token(statement)
    item, case_id = case.item_ids[0], case.complaint.public_id
    draft = make_draft(owner, case.right, [make_listing()])
    proof = casework.add_evidence(actor=owner, complaint_id=draft.pk, upload=upload(), now=now)
    filed_draft = make_draft(owner, case.right, [make_listing(case.seller)])
    shown = casework.add_evidence(actor=owner, complaint_id=filed_draft.pk, upload=upload(), now=now)
    filed = casework.submit(actor=owner, complaint_id=filed_draft.pk, signing=sign(owner), now=now)
    mandate = casework.grant_mandate(actor=owner, signing=sign_all(owner), now=now)
    right_draft = make_right(organisation, text="NORDVIK", state="draft", verified_at=None)
    file = _file_of(right_draft)
    in_review = make_right(organisation, text="HALDEN", state="in_review", verified_at=None)
    args |= {
        "case": {"complaint": case_id},
        "item": {"complaint": case_id, "item": item},
        "evidence": {"complaint": filed.public_id, "evidence": shown.public_id},
        "draft": {"complaint": draft.public_id},
        "draft_line": {"complaint": draft.public_id, "line": 1},
        "draft_evidence": {"complaint": draft.public_id, "evidence": proof.public_id},
        "mandate": {"mandate": mandate.public_id},
        "right": {"public_id": case.right.public_id},
        "right_draft": {"public_id": right_draft.public_id},
        "right_file": {"public_id": right_draft.public_id, "file_id": file.public_id},
        "kind": {"kind": "copyright"},
        "statement": {"statement": statement.public_id},
        "statement_item": {"statement": statement.public_id, "item": item},
        "statement_token": {"token": token},
        "statement_token_item": {"token": token, "item": item},
        "api_right": {"public_id": case.right.public_id},
        "api_right_draft": {"public_id": right_draft.public_id},
        "api_right_file": {"public_id": right_draft.public_id, "file_id": file.public_id},
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
        "desk_rule": {"rule_id": _rule().pk},
        "desk_policy": {"pk": _policy().pk},
        "desk_right": {"pk": in_review.pk},
        "desk_conflict": {"pk": _conflict(in_review).pk},
        "desk_right_file": {"pk": in_review.pk, "name": "certificate"},
    }
    _identity(town, organisation, owner)
    _authorisations(town, organisation, owner, case)
    _renewals_and_sellers(town, owner, case)
    _around(town, organisation, owner, case)


def _renewals_and_sellers(town: Town, owner: Actor, case: Any) -> None:
    now, right, holder = timezone.now(), case.right, town.people["seller"].holder  # type: ignore[attr-defined]
    proof = store.freeze(png(), name="proof.png", purpose="renewal-certificate", now=now)
    renewal = Renewal.objects.create(
        right=right, rule="tm.us.s8", due_on=now.date(), certificate=proof, asked_by=owner.user, asked_at=now
    )
    terms = registry.SellerTerms(brand=right.brand, starts_on=now.date())
    listed = registry.list_seller(actor=owner, account=make_seller(), terms=terms, now=now)
    asked = registry.ask_to_be_listed(
        actor=Actor(kind=ActorKind.MEMBER, user=holder),
        account=case.seller,
        brand=right.brand,
        message="Please.",
        proof=store.freeze(png(), name="proof.png", purpose="seller-proof", now=now),
        now=now,
    )
    _feed, token = registry.make_feed(actor=owner, now=now)
    town.args |= {
        "renewal": {"public_id": right.public_id, "renewal_id": renewal.public_id},
        "desk_renewal": {"pk": renewal.pk},
        "listed_seller": {"public_id": listed.public_id},
        "asked_seller": {"public_id": asked.public_id},
        "feed_token": {"token": token},
    }


def _authorisations(town: Town, organisation: Organisation, owner: Actor, case: Any) -> None:
    """An agency acts for the owner under one letter and asks for another; a second agency acts for nobody here."""
    agency, idle = make_agency(), make_agency("Idle Agents")
    letter = letter_of(member_actor_for(agency))
    held = authorise(organisation, agency=agency.organisation, letter=letter, asked_for=str(organisation.public_id))
    asked_for = asked(agency, str(organisation.public_id))
    elsewhere = pair(agency=idle)
    for name, place, principal in (("agency", agency, organisation), ("idle", idle, elsewhere.principal.organisation)):
        client = town.agents[name] = signed_in(Client(), place.user)
        client.post(reverse("accounts:act-for"), {"principal": principal.public_id})
        secret = _key(member_actor_for(place), list(Scope))[1]
        town.agent_callers[name] = APIClient()
        town.agent_callers[name].credentials(**bearer(secret), HTTP_RIGHTSDESK_PRINCIPAL=str(organisation.public_id))
        town.agent_callers[f"{name}, unnamed"] = APIClient()
        town.agent_callers[f"{name}, unnamed"].credentials(**bearer(secret))
    town.args |= {
        "authorisation": {"public_id": held.public_id},
        "authorisation_asked": {"public_id": asked_for.public_id},
        "api_authorisation": {"public_id": held.public_id},
        "api_authorisation_asked": {"public_id": asked_for.public_id},
        "desk_authorisation": {"pk": held.pk},
    }


def _identity(town: Town, organisation: Organisation, owner: Actor) -> None:
    """A document of the owner's organisation, one that waits at the desk with one, and a request to recover it."""
    now, waiting = timezone.now(), make_organisation("Nordvik Toys AS", state="in_review")
    mine, theirs = _document(organisation, now), _document(waiting, now)
    asked = RecoveryRequest.objects.create(
        organisation=waiting, asked_by=make_user(), explanation="She has left.", asked_at=now
    )
    town.args |= {
        "identity_document": {"document": mine.public_id},
        "api_identity_document": {"public_id": organisation.public_id, "document_id": mine.public_id},
        "desk_applicant": {"pk": waiting.pk},
        "desk_identity_document": {"pk": waiting.pk, "public_id": theirs.public_id, "size": "whole"},
        "desk_recovery": {"pk": asked.pk},
    }


def _document(organisation: Organisation, now: datetime) -> IdentityDocument:
    stored = store.freeze(png(), name="extract.png", purpose="identity", now=now, organisation=organisation)
    made: IdentityDocument = IdentityDocument.objects.create(
        organisation=organisation, kind="company_extract", file=stored, sha256=stored.sha256, uploaded_at=now
    )
    return made


def _around(town: Town, organisation: Organisation, owner: Actor, case: Any) -> None:
    now, target = timezone.now(), case.targets[0]
    invitation = tenants.invite(actor=owner, email="new@example.test", role=Role.AGENT, now=now)
    made = {"owner": case.seller, "market": "DE", "now": now}
    video = catalogue.create_video(marketplace_id="VD-7000001", title="Unboxing", **made)
    stream = catalogue.create_livestream(marketplace_id="LV-70001", title="Sale", started_at=now, **made)
    behaviour = set_behaviour(actor=reviewer(), mode="refuse", now=now)
    notice = casework.start_notice(notice=_notice(target.url), now=now)
    [hold] = holds.second_factor_lost(user=make_member(organisation, Role.RIGHTS_OWNER).user, now=now)
    sign_on = _sign_on(organisation, owner.user)
    town.args |= {
        "sign_on": {"provider_id": sign_on.public_id},
        "sign_on_name": {"name": sign_on.name},
        "sign_on_word": {"word": "guessed"},
        "membership": {"membership_id": make_member(organisation, Role.RIGHTS_OWNER).pk},
        "invitation": {"public_id": invitation.public_id},
        "api_organisation": {"public_id": organisation.public_id},
        "api_invitation": {"public_id": organisation.public_id, "invitation_id": invitation.public_id},
        "hold": {"public_id": hold.public_id},
        "hold_token": {"token": links.stop_link(hold, owner.user or "").rstrip("/").rsplit("/", 1)[-1]},
        "api_hold": {"public_id": organisation.public_id, "hold_id": hold.public_id},
        "desk_hold": {"pk": hold.pk},
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


def _sign_on(organisation: Organisation, owner: User) -> SignOn:
    """Single sign-on that is on; nobody in town came through it."""
    made = SignOn(organisation=organisation, created_by=owner, name="tarnfell", issuer="https://login.tarnfell.example")
    made.client_id, made.mapping, made.is_on, made.tried_at = "desk", {"all": "viewer"}, True, timezone.now()
    made.keep_secret("never told")
    made.save()
    return made


def _file_of(right: IPRight) -> RightFile:
    now = timezone.now()
    stored = store.freeze(png("green"), name="other.png", purpose="right-other", now=now)
    return RightFile.objects.create(right=right, kind="other", file=stored, added_at=now)


def _token_of(invitation: Invitation) -> str:
    return str(invitations.link_to(invitation)).rstrip("/").rsplit("/", 1)[-1]


def _notice(lines: str) -> Notice:
    return Notice("Ida Blom", "ida@blom.test", "", "NORDVIK", "counterfeit", "It is ours.", lines, True)
