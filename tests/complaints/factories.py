"""Plain functions that make cases for tests: through the verbs, as a user would."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from brands.models import Brand, IPRight, MarkFamily, RightClass, RightTerritory
from complaints import casework
from complaints.models import Complaint, Item
from complaints.reasons import NEEDS_MISSING_PROOF
from complaints.rules.declarations import ALL, for_packs
from complaints.rules.packs import for_item
from portal.accounts.actors import Actor, member_actor_for
from portal.accounts.models import Membership, Organisation, Role
from portal.files import store
from portal.marketplace import catalogue
from portal.marketplace.models import Account, Target
from tests.accounts.factories import make_member, make_staff, staff_actor

_numbers = count(1)
EU = ("DE", "FR", "SE", "IT", "ES", "NL")
# What a complaint about a trade mark in the European Union declares.
EU_TEXT = for_packs([for_item("trademark", "DE")])


def png(colour: str = "navy", size: tuple[int, int] = (64, 48)) -> bytes:
    """Draws a small real picture."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def upload(name: str = "proof.png", data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data if data is not None else png(), content_type="image/png")


def make_right(
    organisation: Organisation | None = None, *, text: str = "TARNFELL", markets: tuple[str, ...] = EU, **fields: Any
) -> IPRight:
    """Makes an approved, live trademark of classes 18 and 25."""
    number, now = next(_numbers), timezone.now()
    organisation = organisation or make_member().organisation
    brand, _made = Brand.objects.get_or_create(
        organisation=organisation, name_key=text.casefold(), defaults={"name": text.title(), "created_at": now}
    )
    family, _made = MarkFamily.objects.get_or_create(
        organisation=organisation, brand=brand, sign=text.casefold(), defaults={"name": text}
    )
    defaults: dict[str, Any] = {
        "office": "EM",
        "application_number": f"{18_000_000 + number:09d}",
        "registration_number": f"{18_000_000 + number:09d}",
        "mark_text": text,
        "filing_date": now.date() - timedelta(days=900),
        "registration_date": now.date() - timedelta(days=700),
        "expiry_date": now.date() + timedelta(days=2750),
        "owner_name": organisation.name,
        "register_status": "registered",
        "register_as_of": now.date(),
        "state": "approved",
        "verified_at": now,
        "certificate": store.freeze(png(), name="certificate.png", purpose="certificate", now=now),
        "created_at": now,
    }
    right = IPRight.objects.create(organisation=organisation, brand=brand, family=family, **(defaults | fields))
    RightClass.objects.bulk_create(RightClass(right=right, number=n, edition="NCL 13-2026") for n in (18, 25))
    RightTerritory.objects.bulk_create(RightTerritory(right=right, country=market) for market in markets)
    return right


def make_seller(handle: str = "", **fields: Any) -> Account:
    number = next(_numbers)
    handle = handle or f"seller{number}"
    values = {"contact_email": f"{handle}@sellers.test", "account_kind": "seller"} | fields
    return catalogue.create_account(marketplace_id=f"SA-{number:07d}", handle=handle, now=timezone.now(), **values)


def make_listing(seller: Account | None = None, *, pictured: bool = True, **fields: Any) -> Target:
    """Makes a live listing in class 25, with a picture unless told otherwise."""
    number, now = 70_000_000 + next(_numbers), timezone.now()
    values: dict[str, Any] = {
        "title": "Hooded jacket TARNFEL",
        "market": "DE",
        "nice_class": 25,
        "price": "39.90",
    } | fields
    target = catalogue.create_listing(marketplace_id=f"LS-{number}", owner=seller or make_seller(), now=now, **values)
    if pictured:
        target.picture.save(f"{target.marketplace_id}.png", SimpleUploadedFile("p.png", png("teal")), save=True)
    return target


def sign(actor: Actor, **changes: str) -> casework.Signing:
    """Signs what a complaint about a mark in the European Union declares, with the actor's own name."""
    name = actor.user.name if actor.user else ""
    values = {"version": EU_TEXT.version, "sha256": EU_TEXT.sha256, "typed_name": name, "strength": "password"}
    return casework.Signing(**(values | changes))


def sign_for(actor: Actor, draft: Complaint) -> casework.Signing:
    """Signs what this draft needs, wherever its items are."""
    return sign(actor, sha256=casework.declaration_for(draft, actor, timezone.now().date()).sha256)


def sign_all(actor: Actor) -> casework.Signing:
    """Signs every statement in force, as a mandate does."""
    return sign(actor, sha256=ALL.sha256)


def make_draft(actor: Actor, right: IPRight, targets: list[Target], **fields: Any) -> Complaint:
    values = {
        "right": right.public_id,
        "reason": "counterfeit",
        "explanation": "Copies our chest logo.",
        "lines": "\n".join(target.url for target in targets),
    }
    return casework.start_draft(actor=actor, now=timezone.now(), **(values | fields))


@dataclass
class Case:
    """A filed complaint with the people around it."""

    complaint: Complaint
    owner: Actor
    membership: Membership
    right: IPRight
    seller: Account
    targets: list[Target]

    @property
    def items(self) -> list[Item]:
        return list(self.complaint.items.order_by("line", "id"))

    @property
    def item_ids(self) -> list[int]:
        return [item.pk for item in self.items]

    def fresh(self) -> Complaint:
        return Complaint.objects.get(pk=self.complaint.pk)


def make_filed_complaint(
    items: int = 3, *, membership: Membership | None = None, seller: Account | None = None, pictures: bool = True
) -> Case:
    """Files a complaint of `items` listings of one seller through the verbs."""
    membership = membership or make_member(role=Role.RIGHTS_OWNER)
    owner = member_actor_for(membership)
    right = make_right(membership.organisation)
    seller = seller or make_seller()
    targets = [make_listing(seller, pictured=pictures) for _ in range(items)]
    draft = make_draft(owner, right, targets)
    complaint = casework.submit(actor=owner, complaint_id=draft.pk, signing=sign(owner), now=timezone.now())
    return Case(complaint, owner, membership, right, seller, targets)


def make_due(case: Case, at: datetime) -> None:
    """Lets the case be due at a moment, and be worked on then."""
    Complaint.objects.filter(pk=case.complaint.pk).update(due_at=at, rank_at=at)


def reviewer(role: str = "reviewer") -> Actor:
    return staff_actor(make_staff(role))


def claimed(case: Case, by: Actor | None = None) -> Actor:
    """Lets a reviewer claim the case; returns the reviewer."""
    by = by or reviewer()
    casework.claim(actor=by, complaint_id=case.complaint.pk, now=timezone.now())
    return by


def decide(case: Case, by: Actor, *, items: list[int] | None = None, **changes: Any) -> Any:
    values = {"outcome": "accepted", "ground": "C-01", "text": "The chest logo is copied."} | changes
    if values["ground"] in NEEDS_MISSING_PROOF:
        values = {"missing_proof": "A picture of the mark on the goods."} | values
    return casework.decide(
        actor=by, complaint_id=case.complaint.pk, item_ids=items or case.item_ids, now=timezone.now(), **values
    )
