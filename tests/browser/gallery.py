"""One small world with something of everything in it, for the walk through every page."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.mail import EmailMessage
from django.utils import timezone

from brands import registry
from brands.models import Authorisation, AuthorisedSeller, IPRight, Renewal
from brands.registers.offices import add_months
from brands.registers.samples import load_samples
from complaints import casework, statements
from complaints.casework.notices import Notice, confirm_token
from complaints.casework.routing import RuleValues
from complaints.models import Complaint, RoutingRule, SecondLook, StatementOfReasons
from complaints.review.routing import Conditions
from portal.accounts import tenants
from portal.accounts.actors import Actor, ActorKind, member_actor_for
from portal.accounts.holds.links import stop_link
from portal.accounts.invitations import token_for
from portal.accounts.models import Hold, Membership, Organisation, Role, User
from portal.identity.models import RecoveryRequest
from portal.ledger import mailbox, outbox
from portal.marketplace import catalogue
from portal.marketplace.models import Account, SandboxBehaviour, Target
from tests.accounts.factories import make_member, make_organisation, make_staff, make_superuser, make_user, staff_actor
from tests.brands import agents_kit as letters
from tests.brands import factories as rights
from tests.complaints import factories as cases
from tests.identity import factories as who

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
    hold: Hold | None = None
    applicant: dict[str, Organisation] = field(default_factory=dict)
    request: RecoveryRequest | None = None
    renewal: Renewal | None = None
    routing: RoutingRule | None = None
    look: SecondLook | None = None
    seller: dict[str, AuthorisedSeller] = field(default_factory=dict)
    letter: dict[str, Authorisation] = field(default_factory=dict)
    acts_for: dict[str, Organisation] = field(default_factory=dict)


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
    _hold(found, owner)
    _identity(found, organisation)
    _rights(found, member_actor_for(owner))
    seller = _offers(found)
    seller.holders.add(found.people["seller"])
    _complaints(found, owner, staff_actor(reviewer), seller)
    _desk(found, organisation)
    _upkeep(found, member_actor_for(owner), seller)
    _agents(found, owner)
    _notice(found)
    outbox.run_until_empty()
    _letter()
    found.tokens["letter"] = mailbox.list_messages()[0].name
    return found


def _invite(found: Gallery, owner: Membership) -> None:
    for name, email in (("invitation", "jonas@tarnfell.test"), ("mine", "new@reader.test")):
        sent = tenants.invite(actor=member_actor_for(owner), email=email, role=Role.AGENT, now=timezone.now())
        found.tokens[name] = token_for(sent.public_id)


def _identity(found: Gallery, verified: Organisation) -> None:
    """One that has not sent all yet, one at the desk with two documents, one rejected; and a lost administrator."""
    applicant = who.newcomer("Halden Press and Bindery")
    who.add(applicant, name="extract.pdf", data=who.pdf())
    waiting = who.ready(who.newcomer("Nordvik Toys AS"))
    who.add(waiting, "power_of_attorney", "power.pdf", who.pdf())
    refused = who.sent(who.newcomer("Lumora Skin SAS"))
    who.reject(refused.organisation)
    found.people |= {"applicant": applicant.user, "refused": refused.user}
    found.applicant = {"waiting": who.sent(waiting).organisation, "verified": verified}
    found.request = RecoveryRequest.objects.create(
        organisation=verified,
        asked_by=found.people["viewer"],
        explanation="She has left, and nobody has her keys.",
        asked_at=timezone.now(),
    )


def _agents(found: Gallery, owner: Membership) -> None:
    """An agency that acts for the owner and asks for more, one that acts for nobody, two agents among the members."""
    agency, idle = letters.make_agency("Kestrel Intellectual Property Services"), letters.make_agency("Idle Agents")
    held = letters.granted(owner, agency.organisation, territories=("DE", "FR", "NL", "SE"))
    ended = letters.granted(owner, idle.organisation, rights=(found.right["approved"].public_id,))
    why = "Another agency looks after these marks now."
    registry.end_authorisation(actor=member_actor_for(owner), authorisation=ended, reason=why, now=timezone.now())
    asked = letters.asked(agency, str(owner.organisation.public_id))
    found.letter = {"held": held, "ended": ended, "asked": asked}
    acting = make_member(agency.organisation, Role.RIGHTS_OWNER)
    agent = make_member(owner.organisation, Role.AGENT)
    unauthorised = make_member(owner.organisation, Role.AGENT, authorised=False)
    found.people |= {
        "agency": agency.user,
        "idle": idle.user,
        "acting": acting.user,
        "agent": agent.user,
        "unauthorised": unauthorised.user,
    }
    found.acts_for["acting"] = owner.organisation


def _hold(found: Gallery, owner: Membership) -> None:
    second = make_member(owner.organisation, user=make_user("ida@tarnfell.test", name="Ida Blom"))
    resting = make_member(owner.organisation, Role.RIGHTS_OWNER, user=make_user("jan@tarnfell.test", name="Jan Falk"))
    tenants.change_role(
        actor=member_actor_for(second), membership_id=resting.pk, role=Role.ADMINISTRATOR, now=timezone.now()
    )
    found.people["resting"], found.hold = resting.user, Hold.objects.get()
    found.tokens["hold"] = stop_link(found.hold, owner.user).rstrip("/").rsplit("/", 1)[-1]


def _rights(found: Gallery, owner: Actor) -> None:
    logo = rights.stored(owner, "logo.png")
    found.right = {
        "draft": rights.draft(owner, certificate=None),
        "waiting": rights.in_review(owner, mark_kind="combined", logo=logo),
        "rejected": rights.rejected(owner),
        "approved": rights.approved(owner, mark_kind="combined", logo=logo),
        "work": rights.of_kind(owner, "copyright", name=LONG, authors="Ida Blom"),
        "design": rights.of_kind(owner, "design"),
        "patent": rights.of_kind(owner, "patent"),
        "designation": rights.designations(owner)[0],
    }


def _upkeep(found: Gallery, owner: Actor, asking: Account) -> None:
    """A right that ends soon, one in grace, one declared renewed; a listed seller and one who asks."""
    now, today = timezone.now(), timezone.now().date()
    ending, late, declared = (
        rights.approved(owner, registration_date=add_months(end, -120), filing_date=add_months(end, -126),
                        expiry_date=end, mark_text=text)
        for end, text in (
            (today + timedelta(days=60), LONG),
            (today - timedelta(days=30), "TARNFELL STOVE"),
            (today + timedelta(days=90), "TARNFELL LAMP"),
        )
    )  # fmt: skip
    found.right |= {"ending": ending, "late": late}
    found.renewal = registry.declare_renewed(
        actor=owner,
        right=declared,
        rule="tm.us.s9",
        due_on=declared.expiry_date,
        new_expiry=add_months(declared.expiry_date, 120),
        certificate=rights.stored(owner),
        now=now,
    )
    gtins = ("4006381333931", "96385074")
    terms = registry.SellerTerms(ending.brand, today, ending, ends_on=today + timedelta(days=200), gtins=gtins)
    shop = cases.make_seller("fjall_outdoor_shop_and_workshop")
    found.seller = {
        "listed": registry.list_seller(actor=owner, account=shop, terms=terms, now=now),
        "asked": registry.ask_to_be_listed(
            actor=Actor(kind=ActorKind.MEMBER, user=found.people["seller"]),
            account=asking,
            brand=ending.brand,
            message=LONG,
            proof=rights.stored(owner),
            now=now,
        ),
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
    casework.grant_mandate(actor=owner, signing=cases.sign_all(owner), now=timezone.now())
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


def _desk(found: Gallery, organisation: Organisation) -> None:
    """A routing rule with a history, what a reviewer can take, and one who steps back."""
    senior, now = staff_actor(found.people["senior"]), timezone.now()
    values = RuleValues(
        "Fakes in France, " + LONG[:40], Conditions(reason="counterfeit", market="FR"), 1, "textiles", 90
    )
    found.routing = casework.save_rule(actor=senior, values=values, now=now)
    casework.save_rule(actor=senior, values=values, now=now, rule_id=found.routing.pk)
    person, other = found.people["reviewer"], cases.reviewer()
    casework.set_place(
        actor=senior, user_id=person.pk, skills=["textiles"], languages=["en", "fr"], open_claims=8, now=now
    )
    casework.set_away(actor=senior, user_id=other.user.pk, until=now + timedelta(days=3), now=now)
    ids = {"user_id": other.user.pk, "organisation_id": organisation.pk}
    casework.recuse(actor=senior, **ids, reason="Worked there until last year.", now=now)


def _decided(found: Gallery, member: Membership, reviewer: Actor, seller: Account) -> Complaint:
    """One item rejected, one carried out, one that the marketplace lied about; the seller has answered."""
    case = cases.make_filed_complaint(3, membership=member, seller=seller)
    SandboxBehaviour.objects.create(mode="lie", target=case.targets[2], created_at=timezone.now())
    cases.claimed(case, reviewer)
    cases.decide(case, reviewer, items=case.item_ids[:1], outcome="rejected", ground="R-09")
    cases.decide(case, reviewer, items=case.item_ids[1:])
    outbox.run_until_empty()
    drawn = timezone.now()
    casework.draw_second_looks(since=drawn - timedelta(days=1), until=drawn + timedelta(days=1), now=drawn, share=0.01)
    found.look = SecondLook.objects.get()
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
