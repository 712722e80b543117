"""One small world with something of everything in it, and who may see which page of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.mail import EmailMessage
from django.urls import reverse
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
    logo = {"mark_kind": "combined", "logo": rights.stored(owner, "logo.png")}
    found.right = {
        "draft": rights.draft(owner, certificate=None),
        "waiting": rights.in_review(owner, **logo),
        "rejected": rights.rejected(owner),
        "approved": rights.approved(owner, **logo),
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


# --- the pages


@dataclass(frozen=True)
class Stop:
    """One page of the walk: who opens it, where it is, and what they do before it is looked at."""

    who: str
    name: str
    path: Callable[[Gallery], str]
    then: Callable[[Any], None] | None = None
    status: int = 200
    development: bool = False

    def __str__(self) -> str:
        return f"{self.who}:{self.name}"


def stop(who: str, view: str, *args: Callable[[Gallery], object], note: str = "", query: str = "", **more: Any) -> Stop:
    """A page by the name of its view; `args` find its arguments in the gallery."""
    name = f"{view}[{note}]" if note else view
    return Stop(who, name, lambda found: reverse(view, args=[arg(found) for arg in args]) + query, **more)


def case(name: str) -> Callable[[Gallery], object]:
    return lambda found: found.case[name].public_id


def case_key(name: str) -> Callable[[Gallery], object]:
    return lambda found: found.case[name].pk


def right(name: str) -> Callable[[Gallery], object]:
    return lambda found: found.right[name].public_id


def token(name: str) -> Callable[[Gallery], object]:
    return lambda found: found.tokens[name]


def number(name: str) -> Callable[[Gallery], object]:
    return lambda found: found.offer[name].marketplace_id.split("-")[1]


def send_empty(label: str) -> Callable[[Any], None]:
    """Presses a button with nothing filled in, so that the page shows its errors."""

    def press(page: Any) -> None:
        page.evaluate("document.querySelectorAll('form').forEach(form => { form.noValidate = true })")
        page.get_by_role("button", name=label).click()
        page.locator("#errors").wait_for()

    return press


def first_item(name: str) -> Callable[[Gallery], object]:
    return lambda found: found.case[name].items.order_by("line", "id").values_list("pk", flat=True)[0]


PUBLIC = [
    stop("public", "home"),
    stop("public", "account_login"),
    stop("public", "account_signup"),
    stop("public", "account_signup", note="errors", then=send_empty("Create an account")),
    stop("public", "account_email_verification_sent"),
    stop("public", "account_confirm_email", lambda _: "no-such-key"),
    stop("public", "account_reset_password"),
    stop("public", "account_reset_password_done"),
    stop("public", "account_reset_password_from_key", lambda _: "1", lambda _: "no-such-key"),
    stop("public", "account_reset_password_from_key_done"),
    stop("public", "account_inactive"),
    stop("public", "accounts:accept-invitation", token("invitation")),
    Stop("public", "404", lambda _: "/complaints/no-such-page/", status=404),
    stop("public", "public:start"),
    stop("public", "public:start", note="errors", then=send_empty("Send the notice")),
    stop("public", "public:sent"),
    stop("public", "public:confirm", token("unconfirmed")),
    stop("public", "respondent:by-link", token("statement")),
    stop("public", "sandbox:home"),
    stop("public", "sandbox:home", note="search", query="?q=tarnfel&kind=listing"),
    stop("public", "sandbox:home", note="nothing", query="?q=zzzzzz"),
    stop("public", "sandbox:item", number("live"), note="live"),
    stop("public", "sandbox:item", number("removed"), note="removed"),
    stop("public", "sandbox:video", number("video")),
    stop("public", "sandbox:livestream", number("stream")),
    stop("public", "sandbox:account", lambda found: "peakdeals_outdoor_and_leisure"),
    stop("public", "sandbox:controls", development=True),
    stop("owner", "complaints:draft-items", case("draft"), note="development", development=True),
    stop("public", "dev:index", development=True),
    stop("public", "dev:codes", development=True),
    stop("public", "dev:mail", development=True),
    stop("public", "dev:mail-detail", token("letter"), development=True),
]
OWNER = [
    stop("owner", "complaints:dashboard"),
    stop("beginner", "complaints:dashboard", note="empty"),
    stop("owner", "complaints:list"),
    stop("beginner", "complaints:list", note="empty"),
    stop("owner", "complaints:new"),
    stop("beginner", "complaints:new", note="empty"),
    stop("viewer", "complaints:new", note="not allowed", status=403),
    *[
        stop("owner", f"complaints:draft-{step}", case("draft"))
        for step in ("right", "reason", "items", "evidence", "declarations", "review")
    ],
    stop("owner", "complaints:draft-declarations", case("draft"), note="errors", then=send_empty("Go on to review")),
    *[stop("owner", "complaints:detail", case(name), note=name) for name in ("queued", "asked", "decided", "held")],
    stop("viewer", "complaints:detail", case("asked"), note="as viewer"),
    stop("owner", "complaints:withdraw", case("asked")),
    stop("owner", "complaints:item", case("decided"), first_item("decided")),
    stop("owner", "complaints:mandates"),
    stop("owner", "complaints:grant-mandate"),
    stop("owner", "brands:list"),
    stop("beginner", "brands:list", note="empty"),
    stop("owner", "brands:register"),
    stop("owner", "brands:register", note="errors", then=send_empty("Save draft")),
    *[stop("owner", "brands:right", right(name), note=name) for name in ("draft", "waiting", "rejected", "approved")],
    stop("owner", "brands:edit", right("rejected")),
    stop("owner", "accounts:organisation"),
    stop("viewer", "accounts:organisation", note="as viewer"),
    stop("newcomer", "accounts:new-organisation"),
    stop("newcomer", "accounts:accept-invitation", token("mine"), note="mine"),
    stop("owner", "accounts:accept-invitation", token("invitation"), note="of somebody else"),
    stop("owner", "accounts:profile"),
    stop("owner", "accounts:security"),
    stop("owner", "account_email"),
    stop("owner", "account_change_password"),
    stop("owner", "account_logout"),
    stop("owner", "account_reauthenticate"),
    stop("owner", "mfa_index"),
    stop("owner", "mfa_activate_totp"),
    stop("owner", "mfa_list_webauthn"),
    stop("owner", "mfa_add_webauthn"),
    stop("owner", "usersessions_list"),
    stop("owner", "keys:list"),
    stop("owner", "keys:new"),
    stop("seller", "respondent:list"),
    stop("newcomer", "respondent:list", note="empty"),
    stop("seller", "respondent:detail", lambda found: found.statement and found.statement.public_id),
]
STAFF = [
    stop("reviewer", "admin:index"),
    *[
        stop("reviewer", "admin:complaints_complaint_desk", query=f"?view={view}", note=view)
        for view in ("queue", "yours", "held", "waiting")
    ],
    stop("reviewer", "admin:complaints_complaint_case", case_key("claimed"), note="claimed"),
    stop("reviewer", "admin:complaints_complaint_case", case_key("queued"), note="free"),
    stop("reviewer", "admin:complaints_complaint_case", case_key("decided"), note="to mend"),
    stop("senior", "admin:complaints_complaint_case", case_key("held"), note="held"),
    stop("reviewer", "admin:complaints_complaint_case", case_key("notice"), note="public notice"),
    stop("reviewer", "admin:complaints_complaint_mend"),
    stop("reviewer", "admin:brands_ipright_change", lambda found: found.right["waiting"].pk, note="to verify"),
    stop("reviewer", "sandbox:controls"),
    stop("reviewer", "mfa_index"),
    stop("reviewer", "mfa_reauthenticate"),
    stop("reviewer", "mfa_view_recovery_codes"),
    stop("reviewer", "mfa_generate_recovery_codes"),
    stop("reviewer", "mfa_deactivate_totp"),
]
STOPS = [*PUBLIC, *OWNER, *STAFF]

# Addresses that show no page of their own: they answer a form, serve a file, lead elsewhere or speak JSON.
NO_PAGE = {
    "healthz", "api", "api-schema", "accounts:switch", "accounts:invite", "accounts:change-role", "accounts:remove-member",
    "accounts:revoke-invitation", "accounts:pending-invitation", "sandbox:picture", "sandbox:clear-behaviour",
    "brands:number-check", "brands:submit", "brands:logo", "brands:logo-small", "brands:certificate",
    "complaints:revoke-mandate", "complaints:answer", "complaints:item-picture", "complaints:evidence-file",
    "complaints:remove-evidence", "complaints:discard", "respondent:picture", "respondent:picture-by-link", "keys:revoke",
    "mfa_download_recovery_codes", "mfa_login_webauthn",
}  # fmt: skip
