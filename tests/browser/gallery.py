"""One small world with something of everything in it, for the walk through every page."""

from __future__ import annotations

from dataclasses import dataclass, field

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.mail import EmailMessage
from django.utils import timezone

from brands.models import IPRight
from brands.registers.samples import load_samples
from complaints import casework, statements
from complaints.casework.notices import Notice, confirm_token
from complaints.models import Complaint, StatementOfReasons
from portal.accounts import tenants
from portal.accounts.actors import Actor, ActorKind, member_actor_for
from portal.accounts.invitations import token_for
from portal.accounts.models import Membership, Role, User
from portal.ledger import mailbox, outbox
from portal.marketplace import catalogue
from portal.marketplace.models import Account, SandboxBehaviour, Target
from tests.accounts.factories import make_member, make_organisation, make_staff, make_superuser, make_user, staff_actor
from tests.brands import factories as rights
from tests.complaints import factories as cases

LONG = "Hooded three-layer shell jacket TARNFEL-Original-Edition, waterproof, men and women, size S to 5XL"


@dataclass
class Gallery:
    """What the pages need for their addresses, and the people who open them."""

    people: dict[str, User] = field(default_factory=dict)
    right: dict[str, IPRight] = field(default_factory=dict)
    case: dict[str, Complaint] = field(default_factory=dict)
    offer: dict[str, Target] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    statement: StatementOfReasons | None = None


def build() -> Gallery:
    """Makes the world through the verbs of the product, as people would."""
    found = Gallery()
    load_samples(timezone.now())
    organisation = make_organisation("Tarnfell Outdoor AB")
    owner = make_member(organisation, user=make_user("owner@tarnfell.test", name="Mira Holm"))
    viewer = make_member(organisation, Role.VIEWER)
    reviewer = make_staff(email="reviewer@desk.test", name="Rosa Lind")
    found.people = {
        "owner": owner.user,
        "viewer": viewer.user,
        "newcomer": make_user("new@reader.test"),
        "beginner": make_member(make_organisation("Just Begun Ltd")).user,
        "seller": make_user("seller@peakdeals.test"),
        "reviewer": reviewer,
        "senior": make_staff("senior"),
        "root": make_superuser(),
    }
    RecoveryCodes.activate(reviewer)
    _invite(found, owner)
    _rights(found, member_actor_for(owner))
    seller = _offers(found)
    seller.holders.add(found.people["seller"])
    _complaints(found, owner, staff_actor(reviewer), seller)
    _notice(found)
    outbox.run_until_empty()
    _letter()
    found.tokens["letter"] = mailbox.list_messages()[0].name
    return found


def _invite(found: Gallery, owner: Membership) -> None:
    for name, email in (("invitation", "jonas@tarnfell.test"), ("mine", "new@reader.test")):
        sent = tenants.invite(actor=member_actor_for(owner), email=email, role=Role.AGENT, now=timezone.now())
        found.tokens[name] = token_for(sent.public_id)


def _rights(found: Gallery, owner: Actor) -> None:
    logo = rights.stored(owner, "logo.png")
    found.right = {
        "draft": rights.draft(owner, certificate=None),
        "waiting": rights.in_review(owner, mark_kind="combined", logo=logo),
        "rejected": rights.rejected(owner),
        "approved": rights.approved(owner, mark_kind="combined", logo=logo),
    }


def _offers(found: Gallery) -> Account:
    now = timezone.now()
    seller = cases.make_seller("peakdeals_outdoor_and_leisure")
    found.offer = {
        "live": cases.make_listing(seller, title=LONG),
        "removed": cases.make_listing(seller, state="removed"),
        "video": catalogue.create_video(marketplace_id="VD-7730912", title="Unboxing", owner=seller, now=now),
        "store": seller.target,
    }
    found.offer["stream"] = catalogue.create_livestream(
        marketplace_id="LV-55102", title="Friday sale", owner=seller, started_at=now, now=now,
        pinned=[found.offer["live"]],
    )  # fmt: skip
    SandboxBehaviour.objects.create(mode="half", target=found.offer["video"], remaining=3, created_at=now)
    return seller


def _complaints(found: Gallery, member: Membership, reviewer: Actor, seller: Account) -> None:
    owner = member_actor_for(member)
    right = cases.make_right(member.organisation)
    casework.grant_mandate(actor=owner, signing=cases.sign(owner), now=timezone.now())
    found.case["draft"] = _draft(owner, right, found)
    found.case["queued"] = cases.make_filed_complaint(2, membership=member, seller=seller).complaint
    asked = cases.make_filed_complaint(2, membership=member, seller=seller)
    cases.claimed(asked, reviewer)
    casework.ask(
        actor=reviewer, complaint_id=asked.complaint.pk, item_ids=asked.item_ids, text="Which logo?", now=timezone.now()
    )
    found.case["asked"] = asked.complaint
    found.case["decided"] = _decided(found, member, reviewer, seller)
    found.case["held"] = _held(found, owner, right, reviewer)
    mine = cases.make_filed_complaint(3, membership=member, seller=seller)
    cases.claimed(mine, reviewer)
    casework.add_note(actor=reviewer, complaint_id=mine.complaint.pk, text="Seen before.", now=timezone.now())
    found.case["claimed"] = mine.complaint


def _draft(owner: Actor, right: IPRight, found: Gallery) -> Complaint:
    lines = [found.offer["live"].url, "LS-99999999", found.offer["live"].marketplace_id, found.offer["removed"].url]
    draft = casework.start_draft(
        actor=owner, now=timezone.now(), right=right.public_id, reason="counterfeit", lines="\n".join(lines)
    )
    casework.add_evidence(
        actor=owner, complaint_id=draft.pk, upload=cases.upload(), caption="Our own jacket", now=timezone.now()
    )
    return draft


def _decided(found: Gallery, member: Membership, reviewer: Actor, seller: Account) -> Complaint:
    """One item rejected, one carried out, one that the marketplace lied about; the seller has answered."""
    case = cases.make_filed_complaint(3, membership=member, seller=seller)
    SandboxBehaviour.objects.create(mode="lie", target=case.targets[2], created_at=timezone.now())
    cases.claimed(case, reviewer)
    cases.decide(case, reviewer, items=case.item_ids[:1], outcome="rejected", ground="R-09")
    cases.decide(case, reviewer, items=case.item_ids[1:])
    outbox.run_until_empty()
    found.statement = StatementOfReasons.objects.get(side="respondent", decision__complaint=case.complaint)
    found.tokens["statement"] = statements.link_token(found.statement)
    respondent = Actor(kind=ActorKind.RESPONDENT)
    casework.respond(actor=respondent, statement=found.statement, text="We have an invoice.", now=timezone.now())
    return case.complaint


def _held(found: Gallery, owner: Actor, right: IPRight, reviewer: Actor) -> Complaint:
    draft = cases.make_draft(owner, right, [found.offer["store"], found.offer["stream"]], reason="impersonation")
    filed = casework.submit(actor=owner, complaint_id=draft.pk, signing=cases.sign(owner), now=timezone.now())
    casework.claim(actor=reviewer, complaint_id=filed.pk, now=timezone.now())
    casework.decide(
        actor=reviewer, complaint_id=filed.pk, item_ids=list(filed.items.values_list("pk", flat=True)),
        outcome="accepted", ground="C-04", text="The store uses the name and the logo.", now=timezone.now(),
    )  # fmt: skip
    return filed


def _notice(found: Gallery) -> None:
    for name in ("unconfirmed", "notice"):
        notice = Notice(
            name="Ines Reader", email="ines@reader.test", organisation_name="", claimed_right="TARNFELL",
            reason="counterfeit", explanation="It is copied.", lines=found.offer["live"].url, good_faith=True,
        )  # fmt: skip
        found.case[name] = casework.start_notice(notice=notice, now=timezone.now())
        found.tokens[name] = confirm_token(found.case[name])
    casework.confirm_notice(token=found.tokens["notice"], now=timezone.now())


def _letter() -> None:
    text = "Open this link: https://desk.example/complaints/0b4f5f2e-3f2c-4a55-9a55-0f2f7b7f0a11/"
    mailbox.FileBackend().send_messages([EmailMessage("Join Tarnfell", text, to=["owner@tarnfell.test"])])
