"""Plain functions that make brands, marks and their files for tests."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from brands import registry
from brands.declaration import (
    Attachment,
    ClassEntry,
    Declaration,
    Designation,
    DesignPart,
    PatentPart,
    WorkPart,
)
from brands.models import Brand, IPRight
from portal.accounts.actors import Actor
from portal.accounts.models import Membership, Organisation, Role
from portal.files.models import StoredFile
from portal.files.store import accept
from tests.accounts.factories import actor_for_member, make_member, make_organisation, make_staff, staff_actor

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
TODAY = NOW.date()
_numbers = count(10_000_001)


def member(role: str = Role.RIGHTS_OWNER, organisation: Organisation | None = None) -> Membership:
    return make_member(organisation or make_organisation(), role)


def actor(role: str = Role.RIGHTS_OWNER, organisation: Organisation | None = None) -> Actor:
    return actor_for_member(member(role, organisation))


def reviewer(staff_role: str = "reviewer") -> Actor:
    return staff_actor(make_staff(staff_role))


def make_brand(by: Actor, name: str = "Tarnfell") -> Brand:
    return registry.add_brand(actor=by, name=name, now=NOW)


def png(colour: tuple[int, int, int] = (40, 60, 90)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "PNG")
    return out.getvalue()


def pdf() -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(200, 100))
        document.save(out)
    return out.getvalue()


def upload(name: str = "certificate.pdf", data: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data or (pdf() if name.endswith(".pdf") else png()))


def stored(by: Actor, name: str = "certificate.pdf") -> StoredFile:
    return accept(upload(name), actor=by, organisation=by.organisation, purpose="right-certificate", now=NOW)


def declaration(by: Actor, **changes: Any) -> Declaration:
    """A whole declaration of a word mark in the United States, with a number of its own."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "office": "US",
        "mark_text": f"TARNFELL {number}",
        "application_number": str(number),
        "registration_number": str(number)[1:],
        "filing_date": date(2016, 12, 14),
        "registration_date": date(2017, 3, 27),
        "expiry_date": date(2027, 3, 27),
        "owner_name": "Tarnfell Outdoor AB",
        "classes": (ClassEntry(18, "Backpacks"), ClassEntry(25, "Clothing")),
        "certificate": None,
    }
    values.update(changes)
    values.setdefault("brand", None)
    values["brand"] = values["brand"] or make_brand(by)
    return Declaration(**values)


def draft(by: Actor, **changes: Any) -> IPRight:
    if "certificate" not in changes:
        ours = StoredFile.objects.filter(organisation=by.organisation, kind="pdf")
        changes["certificate"] = ours.order_by("id").first() or stored(by)
    return registry.register_right(actor=by, declaration=declaration(by, **changes), now=NOW)


def in_review(by: Actor, **changes: Any) -> IPRight:
    return registry.submit_for_review(actor=by, right=draft(by, **changes), now=NOW)


def approved(by: Actor, staff: Actor | None = None, **changes: Any) -> IPRight:
    return approve(in_review(by, **changes), staff)


def approve(right: IPRight, staff: Actor | None = None, **more: Any) -> IPRight:
    """Approves as a reviewer does who, where we hold no record, looked into the register and found what is declared."""
    if right.record is None and right.kind != "copyright":
        registered = (right.registration_number or right.international_number) and right.registration_date
        more.setdefault("register_status", "registered" if registered else "application_filed")
    return registry.approve(actor=staff or reviewer(), right=right, now=NOW, **more)


def rejected(
    by: Actor, staff: Actor | None = None, reason: str = "The certificate cannot be read.", **changes: Any
) -> IPRight:
    return registry.reject(actor=staff or reviewer(), right=in_review(by, **changes), reason=reason, now=NOW)


def work_declaration(by: Actor, **changes: Any) -> Declaration:
    """A whole copyright work whose author is its owner; `copy` False leaves its copy out."""
    part = {"work_type": "photograph", "authors": "Tarnfell Outdoor AB", "created_on": "2024-06"}
    part |= {name: changes.pop(name) for name in list(changes) if name in WorkPart.__dataclass_fields__}
    copy = changes.pop("copy", True)
    values: dict[str, Any] = {
        "name": f"Three peaks at dawn {next(_numbers)}",
        "owner_name": "Tarnfell Outdoor AB",
        "files": (Attachment("work_copy", stored(by, "dawn.png")),) if copy else (),
        "part": WorkPart(**part),  # type: ignore[arg-type]
    }
    return Declaration(**{"brand": make_brand(by), **values, **changes})


def design_declaration(by: Actor, **changes: Any) -> Declaration:
    """A whole EU design with two views."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "name": "Trail pack",
        "office": "EM",
        "registration_number": f"00{number}-0001",
        "filing_date": date(2021, 3, 1),
        "registration_date": date(2021, 3, 9),
        "expiry_date": date(2031, 3, 1),
        "owner_name": "Tarnfell Outdoor AB",
        "certificate": stored(by),
        "files": tuple(Attachment("view", stored(by, f"view{place}.png")) for place in (1, 2)),
        "part": DesignPart("Backpacks", ("3-1",), "Ida Blom"),
    }
    return Declaration(**{"brand": make_brand(by), **values, **changes})


def patent_declaration(by: Actor, **changes: Any) -> Declaration:
    """A whole Swedish-owned patent in the United States."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "name": "Buckle with one moving part",
        "office": "US",
        "registration_number": f"US {number} B2",
        "filing_date": date(2019, 5, 2),
        "registration_date": date(2021, 8, 3),
        "expiry_date": date(2039, 5, 2),
        "owner_name": "Tarnfell Outdoor AB",
        "certificate": stored(by),
        "part": PatentPart("US20200012345A1", ("A44B 11/25",), "Ida Blom", "1. A buckle with one moving part."),
    }
    return Declaration(**{"brand": make_brand(by), **values, **changes})


DECLARED = {
    "trademark": lambda by, **changes: declaration(by, certificate=stored(by), **changes),
    "copyright": work_declaration,
    "design": design_declaration,
    "patent": patent_declaration,
}


def of_kind(by: Actor, kind: str, **changes: Any) -> IPRight:
    """A draft of any kind that is whole."""
    return registry.register_right(actor=by, declaration=DECLARED[kind](by, **changes), now=NOW)


def approved_of_kind(by: Actor, kind: str, staff: Actor | None = None, **changes: Any) -> IPRight:
    right = registry.submit_for_review(actor=by, right=of_kind(by, kind, **changes), now=NOW)
    return approve(right, staff)


def suspended(
    by: Actor, staff: Actor | None = None, reason: str = "The certificate is forged.", **changes: Any
) -> IPRight:
    staff = staff or reviewer()
    return registry.suspend(actor=staff, right=approved(by, staff, **changes), reason=reason, now=NOW)


def designations(by: Actor, *offices: str, **changes: Any) -> list[IPRight]:
    """Drafts of an international registration at these offices, or at three."""
    own = {"office": "", "application_number": "", "registration_number": "", "registration_date": None}
    declared = declaration(by, **{**own, "international_number": "1234567", **changes})
    rows = [Designation(office) for office in offices or ("EM", "JP", "GB")]
    return registry.register_madrid(actor=by, declaration=declared, designations=rows, now=NOW)
