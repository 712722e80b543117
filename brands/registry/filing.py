"""Files of a right: its picture, its certificate, and what else its kind asks for."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from brands import writing
from brands.declaration import Attachment
from brands.models import IPRight, RightFile
from brands.registry import covering
from brands.registry.common import step, tell, tenant
from brands.states import RightVerb
from portal.accounts.actors import Actor
from portal.errors import NotFound
from portal.files.models import StoredFile
from portal.ledger.canonical import JSON


def attach(
    *,
    actor: Actor,
    right: IPRight,
    now: datetime,
    logo: StoredFile | None = None,
    certificate: StoredFile | None = None,
    version: int | None = None,
) -> IPRight:
    """Puts the picture of the mark or the certificate on a draft or rejected right."""
    organisation = tenant(actor, RightVerb.UPDATE)
    with transaction.atomic():
        row, found = step(actor, right, RightVerb.UPDATE, version)
        covering.may_change(actor, row)
        changed = writing.fill_files(row, logo, certificate, organisation)
        if changed:
            writing.save(row, "logo", "certificate", "family")
            writing.sweep_families(organisation)
            tell(actor, row, found.event, {"changed": list[JSON](sorted(changed))}, now)
    return row


def add_file(
    *, actor: Actor, right: IPRight, attachment: Attachment, now: datetime, version: int | None = None
) -> RightFile:
    """Adds a copy of the work, a proof, a view or claims to a draft or rejected right, behind those that are there."""
    organisation = tenant(actor, RightVerb.UPDATE)
    with transaction.atomic():
        row, found = step(actor, right, RightVerb.UPDATE, version)
        covering.may_change(actor, row)
        made = writing.add_file(row, attachment, organisation, now)
        _changed(actor, row, found.event, now)
    return made


def remove_file(*, actor: Actor, right: IPRight, public_id: UUID, now: datetime, version: int | None = None) -> IPRight:
    """Takes one of these files off a draft or rejected right. Raises NotFound for a file of another right."""
    tenant(actor, RightVerb.UPDATE)
    with transaction.atomic():
        row, found = step(actor, right, RightVerb.UPDATE, version)
        covering.may_change(actor, row)
        gone = row.files.filter(public_id=public_id).first()
        if gone is None:
            raise NotFound("file_not_found", _("There is no such file in your organisation."), "file")
        writing.remove_file(row, gone)
        _changed(actor, row, found.event, now)
    return row


def _changed(actor: Actor, row: IPRight, event: str, now: datetime) -> None:
    row.family = writing.family_for(row)
    writing.save(row, "logo", "family")
    writing.sweep_families(row.organisation)
    tell(actor, row, event, {"changed": ["files"]}, now)
