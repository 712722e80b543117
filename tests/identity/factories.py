"""Organisations on their way through the check, for tests."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from portal.accounts.actors import Actor
from portal.accounts.models import Membership, Organisation, OrganisationState, Role
from portal.identity import applying, deciding
from portal.identity.checklist import points_for
from portal.identity.models import DocumentKind, IdentityDocument
from tests.accounts.factories import actor_for_member, make_member, make_staff, staff_actor

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
FACTS = {"form": "enterprise", "company_number": "556677-8899", "register_contact": "register@tarnfell.test"}
EXTRACT = DocumentKind.COMPANY_EXTRACT.value


def newcomer(name: str = "Tarnfell Outdoor AB", role: str = Role.ADMINISTRATOR, **fields: Any) -> Membership:
    """A member of an organisation that the desk does not know yet."""
    values = {"country": "SE", "kind": "rights_holder", "state": OrganisationState.DRAFT.value, **fields}
    return make_member(Organisation.objects.create(name=name, **values), role)


def acting(membership: Membership) -> Actor:
    """The actor of this member as a request of now would make it."""
    membership.organisation.refresh_from_db()
    return actor_for_member(membership)


def reviewer(staff_role: str = "reviewer", name: str = "") -> Actor:
    return staff_actor(make_staff(staff_role, name=name))


def pdf(pages: int = 1) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as document:
        for _page in range(pages):
            document.add_blank_page(page_size=(300, 400))
        document.save(out)
    return out.getvalue()


def png(colour: tuple[int, int, int] = (40, 60, 90)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, "PNG")
    return out.getvalue()


def upload(name: str = "extract.png", data: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data or (pdf() if name.endswith(".pdf") else png()))


def add(membership: Membership, kind: str = EXTRACT, name: str = "extract.png", data: bytes = b"") -> IdentityDocument:
    return applying.add_document(
        actor=acting(membership),
        organisation=membership.organisation,
        kind=kind,
        upload=upload(name, data),
        now=NOW,
    )


def ready(membership: Membership | None = None, **facts: str) -> Membership:
    """An administrator whose organisation has everything that the desk needs."""
    member = membership or newcomer()
    wanted = FACTS | facts
    applying.describe(actor=acting(member), organisation=member.organisation, now=NOW, **wanted)
    add(member, EXTRACT if wanted["form"] == "enterprise" else DocumentKind.IDENTITY_CARD.value)
    return member


def sent(membership: Membership | None = None, now: datetime = NOW, **facts: str) -> Membership:
    """An administrator whose organisation is with the desk."""
    member = ready(membership, **facts)
    applying.submit(actor=acting(member), organisation=member.organisation, now=now)
    member.organisation.refresh_from_db()
    return member


def all_yes(organisation: Organisation, **changes: str) -> dict[str, str]:
    return {point.code: "yes" for point in points_for(organisation.form)} | changes


def approve(organisation: Organisation, by: Actor | None = None, now: datetime = NOW, **more: Any) -> Organisation:
    checklist = more.pop("checklist", None) or all_yes(organisation)
    return deciding.approve(actor=by or reviewer(), organisation=organisation, checklist=checklist, now=now, **more)


def reject(
    organisation: Organisation, by: Actor | None = None, reason: str = "The extract is of 2019.", now: datetime = NOW
) -> Organisation:
    checklist = all_yes(organisation, document_current="no")
    return deciding.reject(
        actor=by or reviewer(), organisation=organisation, checklist=checklist, reason=reason, now=now
    )


def suspend(
    organisation: Organisation, by: Actor | None = None, reason: str = "Two companies share it."
) -> Organisation:
    return deciding.suspend(actor=by or reviewer("senior"), organisation=organisation, reason=reason, now=NOW)
