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
from brands.declaration import ClassEntry, Declaration
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
    return registry.register_trademark(actor=by, declaration=declaration(by, **changes), now=NOW)


def in_review(by: Actor, **changes: Any) -> IPRight:
    return registry.submit_for_review(actor=by, right=draft(by, **changes), now=NOW)


def approved(by: Actor, staff: Actor | None = None, **changes: Any) -> IPRight:
    return registry.approve(actor=staff or reviewer(), right=in_review(by, **changes), now=NOW)


def rejected(
    by: Actor, staff: Actor | None = None, reason: str = "The certificate cannot be read.", **changes: Any
) -> IPRight:
    return registry.reject(actor=staff or reviewer(), right=in_review(by, **changes), reason=reason, now=NOW)
