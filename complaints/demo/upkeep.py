"""What keeps rights alive and sellers unharmed in the demo: terms that end, a declared renewal, authorised sellers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from brands import registry
from brands.declaration import ClassEntry, Declaration
from brands.facts import renewal_facts
from brands.gtin import check_digit
from brands.models import IPRight
from brands.registers.offices import add_months
from brands.registers.renewals import next_expiry
from complaints.demo.accounts import TARNFELL, Cast
from complaints.demo.kinds import seen_for
from complaints.demo.market import MARKS
from complaints.demo.open_cases import Desk
from complaints.demo.rights import CLOTHES, sheet
from portal.accounts.actors import Actor, ActorKind
from portal.files import store
from portal.files.models import StoredFile
from portal.marketplace import demo_plan
from portal.marketplace.models import Account, Listing

DEALER, SMALL_DEALER, ASKING = "fjallshop", "bergblick.laden", "peakdeals_77"
WHY = "We buy these jackets from your wholesaler in Kiel since spring; the invoices are attached. Please list us."
# Registration numbers of the EU and the UK with the days until they expire, in none of these registers.
ENDING = (
    ("EM", "099700117", "FELLSTED ALPINE", 75),
    ("GB", "UK00099700231", "FELLSTED ROPE", 21),
    ("EM", "099700348", "TARNFELL LAMP", 48),
    ("EM", "099700452", "TARNFELL STOVE", -40),
)
DECLARED = "TARNFELL LAMP"


@dataclass(frozen=True, slots=True)
class Term:
    """A mark whose next deadline is near."""

    office: str
    number: str
    text: str
    registered: date
    expires: date
    serial: str = ""


def make_renewals(people: Cast, now: datetime) -> list[IPRight]:
    """Enters marks whose terms end soon or have ended, one in the sixth year in the US, and declares one renewed."""
    owner, begun = people.member("owner"), now - timedelta(days=62)
    paper = _keep(owner, "extract.png", f"Extract of the register\n\n{TARNFELL}", "right-certificate", begun)
    made = []
    for term in _terms(now.date()):
        right = registry.register_right(actor=owner, declaration=_declared(owner, term, paper, begun), now=begun)
        sent = registry.submit_for_review(actor=owner, right=right, now=begun + timedelta(minutes=20))
        seen, decided = seen_for(sent), begun + timedelta(days=1)
        made.append(registry.approve(actor=people.staff("reviewer"), right=sent, register_status=seen, now=decided))
    lamp = next(right for right in made if right.mark_text == DECLARED)
    _declare(owner, lamp, now - timedelta(hours=26))
    return made


def _terms(today: date) -> list[Term]:
    ending = [
        Term(office, number, text, add_months(today + timedelta(days=days), -114), today + timedelta(days=days))
        for office, number, text, days in ENDING
    ]
    sixth = add_months(today, -65)
    return [*ending, Term("US", "9990755", "TARNFELL HUT", sixth, add_months(sixth, 120), serial="99990755")]


def _declared(owner: Actor, term: Term, paper: StoredFile, now: datetime) -> Declaration:
    return Declaration(
        brand=registry.add_brand(actor=owner, name=term.text.split()[0].title(), now=now),
        office=term.office,
        mark_text=term.text,
        application_number=term.serial or term.number,
        registration_number=term.number,
        filing_date=add_months(term.registered, -6),
        registration_date=term.registered,
        expiry_date=term.expires,
        owner_name=TARNFELL,
        classes=tuple(ClassEntry(row.number, row.goods) for row in CLOTHES),
        certificate=paper,
    )


def _declare(owner: Actor, right: IPRight, now: datetime) -> None:
    words = f"Receipt of a renewal\n\n{right.mark_text}"
    if right.expiry_date is None:
        raise LookupError("The demo's lamp never expires.")
    registry.declare_renewed(
        actor=owner,
        right=right,
        rule="tm.10y",
        due_on=right.expiry_date,
        new_expiry=next_expiry(renewal_facts(right)),
        certificate=_keep(owner, "receipt.png", words, "renewal-certificate", now),
        now=now,
    )


def name_products(now: datetime) -> None:
    """Gives the genuine offers product identifiers, of the range that is for use inside one shop: nobody else's."""
    genuine = [each.marketplace_id for each in demo_plan.plan(MARKS, now) if each.verdict == "genuine"]
    offers = list(Listing.objects.filter(target__marketplace_id__in=genuine).select_related("target"))
    for offer in offers:
        digits = f"2{int(offer.target.number):011d}"
        offer.gtin = digits + check_digit(digits)
    Listing.objects.bulk_update(offers, ["gtin"])


def list_sellers(desk: Desk) -> None:
    """Lists two dealers, one for everything and one for two products in its market; a third seller asks to be."""
    owner, right = desk.people.member("owner"), desk.rights["EM TARNFELL"]
    today, listed = desk.now.date(), desk.ago(hours=1)
    accounts = {account.handle: account for account in Account.objects.select_related("target")}
    small = accounts[SMALL_DEALER]
    gtins = (
        Listing.objects.filter(target__owner=small).exclude(gtin="").order_by("target").values_list("gtin", flat=True)
    )
    whole = registry.SellerTerms(right.brand, today, ends_on=date(today.year + 1, 12, 31))
    part = registry.SellerTerms(right.brand, today, right, (small.target.market,), tuple(gtins[:2]))
    for account, terms in ((accounts[DEALER], whole), (small, part)):
        registry.list_seller(actor=owner, account=account, terms=terms, now=listed)
    seller = desk.people.user("seller")
    asking = Actor(kind=ActorKind.MEMBER, user=seller)
    registry.ask_to_be_listed(
        actor=asking,
        account=accounts[ASKING],
        brand=right.brand,
        message=WHY,
        proof=_keep(asking, "invoice.png", "Invoice\n\n12 jackets", "seller-proof", listed),
        now=listed,
    )


def _keep(actor: Actor, name: str, words: str, purpose: str, now: datetime) -> StoredFile:
    upload = SimpleUploadedFile(name, sheet(words), content_type="image/png")
    return store.accept(upload, actor=actor, organisation=actor.organisation, purpose=purpose, now=now)
