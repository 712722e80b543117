"""Rights of the other kinds in the demo: a work, a design, a patent, and an international registration."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from brands import registry
from brands.declaration import Attachment, ClassEntry, Declaration, Designation, DesignPart, PatentPart, WorkPart
from brands.models import Brand, IPRight, RightKind
from complaints.demo.accounts import TARNFELL, Cast
from portal.accounts.actors import Actor
from portal.files import store
from portal.files.models import StoredFile
from portal.marketplace.pictures import draw_product

# Numbers far beyond what the offices have given out, as for the marks.
DESIGN_NUMBER, PATENT_NUMBER, INTERNATIONAL = "099123456-0001", "US 99,123,456 B2", "9917042"


def make_kinds(people: Cast, sheet: Callable[[str], bytes], now: datetime) -> list[IPRight]:
    """Enters one right of each other kind for the first organisation, and lets the desk approve them.

    `sheet` draws a paper that says that it is none. The patent still waits for the desk.
    """
    owner, begun = people.member("owner"), now - timedelta(days=60)
    brand = registry.add_brand(actor=owner, name="Tarnfell", now=begun)
    papers = _keep(owner, "extract.png", sheet(f"Extract of the register\n\n{TARNFELL}"), "right-certificate", begun)
    made = [
        registry.register_right(actor=owner, declaration=_work(owner, brand, sheet, begun), now=begun),
        registry.register_right(actor=owner, declaration=_design(owner, brand, papers, begun), now=begun),
        *_madrid(owner, brand, papers, begun),
    ]
    for right in made:
        sent = registry.submit_for_review(actor=owner, right=right, now=begun + timedelta(minutes=20))
        seen, decided = seen_for(sent), begun + timedelta(days=1)
        registry.approve(actor=people.staff("reviewer"), right=sent, register_status=seen, now=decided)
    later = now - timedelta(days=2, hours=3)
    patent = registry.register_right(actor=owner, declaration=_patent(brand, papers, later), now=later)
    return [*made, registry.submit_for_review(actor=owner, right=patent, now=later + timedelta(minutes=20))]


def _work(owner: Actor, brand: Brand, sheet: Callable[[str], bytes], now: datetime) -> Declaration:
    copy = _keep(owner, "backpack-photograph.png", draw_product("backpack", palette=3), "right-copies", now)
    words = "Contract of employment, excerpt\n\nworks made at work belong\nto the employer"
    proof = _keep(owner, "contract.png", sheet(words), "right-proofs", now)
    return Declaration(
        brand=brand,
        name="Trail pack in the morning",
        owner_name=TARNFELL,
        files=(Attachment("work_copy", copy), Attachment("authorship", proof)),
        part=WorkPart(
            work_type="photograph",
            authors="Owner Demo",
            created_on=f"{now.year - 2}-05",
            published_on=now.date().replace(year=now.year - 2, month=6, day=1),
            published_country="SE",
            published_at_url="https://tarnfell.example/trail",
            chain_of_title="Made by an employee in the course of employment.",
        ),
    )


def _design(owner: Actor, brand: Brand, papers: StoredFile, now: datetime) -> Declaration:
    views = [
        _keep(owner, f"view-{place}.png", draw_product("backpack", palette=place), "right-views", now)
        for place in (1, 2)
    ]
    filed = now.date().replace(year=now.year - 3, month=3, day=1)
    return Declaration(
        brand=brand,
        office="EM",
        name="Trail pack 30",
        registration_number=DESIGN_NUMBER,
        filing_date=filed,
        registration_date=filed + timedelta(days=9),
        expiry_date=filed.replace(year=filed.year + 5),
        owner_name=TARNFELL,
        certificate=papers,
        files=tuple(Attachment("view", view) for view in views),
        part=DesignPart("Backpacks", ("03-01",), "Owner Demo"),
    )


def _patent(brand: Brand, papers: StoredFile, now: datetime) -> Declaration:
    filed = now.date().replace(year=now.year - 5, month=2, day=3)
    return Declaration(
        brand=brand,
        office="US",
        name="Buckle with one moving part",
        registration_number=PATENT_NUMBER,
        filing_date=filed,
        registration_date=filed + timedelta(days=800),
        expiry_date=filed.replace(year=filed.year + 20),
        owner_name=TARNFELL,
        certificate=papers,
        part=PatentPart(
            "US20990123456A1",
            ("A44B 11/25",),
            "Owner Demo",
            "1. A buckle with a frame and one moving part that locks a strap in both directions.",
        ),
    )


def _madrid(owner: Actor, brand: Brand, papers: StoredFile, now: datetime) -> list[IPRight]:
    """The sign of the EU mark at two more offices: protected in Japan, pending in Switzerland."""
    filed = now.date() - timedelta(days=700)
    declared = Declaration(
        brand=brand,
        mark_text="TARNFELL",
        international_number=INTERNATIONAL,
        filing_date=filed,
        expiry_date=filed.replace(year=filed.year + 10, day=min(filed.day, 28)),
        owner_name=TARNFELL,
        classes=(ClassEntry(18, "Backpacks; rucksacks"), ClassEntry(25, "Clothing; headgear; footwear")),
        certificate=papers,
    )
    rows = (Designation("JP", filed + timedelta(days=400)), Designation("CH"))
    return registry.register_madrid(actor=owner, declaration=declared, designations=rows, now=now)


def _keep(actor: Actor, name: str, data: bytes, purpose: str, now: datetime) -> StoredFile:
    upload = SimpleUploadedFile(name, data, content_type="image/png")
    return store.accept(upload, actor=actor, organisation=actor.organisation, purpose=purpose, now=now)


def seen_for(right: IPRight) -> str | None:
    """What the reviewer of the demo saw in the register of a right of which we hold no record."""
    if right.record is not None or right.kind == RightKind.COPYRIGHT:
        return None
    number = right.registration_number or right.international_number
    return "registered" if number and right.registration_date else "application_filed"
