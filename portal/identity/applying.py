"""How an organisation shows who it is: describe, add documents, take them out, send it all to the desk."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.actors import Actor
from portal.accounts.inputs import check_organisation, plain_address
from portal.accounts.models import Organisation, OrganisationForm, OrganisationState
from portal.accounts.states import OrganisationVerb
from portal.errors import NotFound, Refused
from portal.files import store
from portal.files.models import StoredFile
from portal.identity import contact, preflight
from portal.identity.common import lock, role_may_not, step, tell, wrong_state
from portal.identity.models import KEPT_FOR, DocumentKind, IdentityDocument
from portal.ledger.canonical import JSON

DESCRIBED = frozenset({"name", "country", "form", "company_number", "register_contact"})
OPEN_STATES = frozenset({OrganisationState.DRAFT, OrganisationState.REJECTED})
MOST_DOCUMENTS = 10
PURPOSE = "identity"


def may_describe(organisation: Organisation) -> bool:
    """Whether what the desk checks can be changed now: before it is sent, and again after a rejection."""
    return organisation.state in OPEN_STATES


@transaction.atomic
def describe(*, actor: Actor, organisation: Organisation, now: datetime, **changes: str) -> Organisation:
    """Keeps any of `name`, `country`, `form`, `company_number`, `register_contact`; the rest stays.

    A verified organisation changes its register contact only, and that rests as a hold. Saving the same again changes
    nothing. Raises Refused for what cannot be, Conflict while the desk has it or the organisation is suspended.
    """
    unknown = set(changes) - DESCRIBED
    if unknown:
        raise TypeError(f"nothing that describes an organisation: {sorted(unknown)}")
    row = _own(actor, organisation)
    wanted = _checked(row, changes)
    changed = sorted(name for name, value in wanted.items() if str(getattr(row, name)) != value)
    if not changed:
        return row
    if row.is_verified and changed == ["register_contact"]:
        return contact.change(actor=actor, organisation=row, address=wanted["register_contact"], now=now)
    if not may_describe(row):
        raise wrong_state(row)
    for name in changed:
        setattr(row, name, wanted[name])
    _save(row, *changed)
    tell(actor, row, "organisation.described", {"changed": list[JSON](changed)}, now)
    return row


@transaction.atomic
def add_document(
    *, actor: Actor, organisation: Organisation, kind: str, upload: File[bytes], now: datetime
) -> IdentityDocument:
    """Takes one document in; the same file of the same kind is there once. Raises Refused, FileRefused or Conflict."""
    row = _open_to_changes(actor, organisation)
    if kind not in DocumentKind.values:
        raise Refused("document_kind_unknown", _("Choose what the document is."), "kind")
    kept = IdentityDocument.objects.of_organisation().there().filter(organisation=row)
    stored = store.accept(upload, actor=actor, organisation=row, purpose=PURPOSE, now=now)
    seen: IdentityDocument | None = kept.filter(sha256=stored.sha256, kind=kind).first()
    if seen is not None:
        store.remove(stored)
        return seen
    if kept.count() >= MOST_DOCUMENTS:
        text = _("There are %(count)d documents already. Take one out first.") % {"count": MOST_DOCUMENTS}
        raise Refused("too_many_documents", text, "file")
    return _keep(actor, row, kind, stored, now)


@transaction.atomic
def remove_document(*, actor: Actor, organisation: Organisation, public_id: UUID, now: datetime) -> None:
    """Takes a document out before it is sent; of one that the desk has judged, kind, hash and result stay.

    Raises NotFound alike for a foreign document and an absent one.
    """
    row = _own(actor, organisation)
    mine = IdentityDocument.objects.visible_to(actor).there().filter(organisation=row)
    document: IdentityDocument | None = mine.select_for_update(of=("self",)).filter(public_id=public_id).first()
    if document is None:
        raise no_document()
    if not may_describe(row):
        raise wrong_state(row)
    tell(actor, row, "organisation.document_removed", {"document": document.pk, "kind": document.kind}, now)
    drop_file(document, now)
    if not document.result:
        document.delete()


@transaction.atomic
def submit(*, actor: Actor, organisation: Organisation, now: datetime) -> Organisation:
    """Sends it to the desk; raises Incomplete with everything that is missing. Sent twice is sent once."""
    row = _own(actor, organisation)
    if row.state == OrganisationState.IN_REVIEW:
        return row
    again = row.state == OrganisationState.REJECTED
    row, found = step(actor, row, OrganisationVerb.SUBMIT)
    if problems := preflight.problems_of(row):
        raise preflight.Incomplete(problems)
    row.state, row.state_reason, row.submitted_at = found.target.value, "", now
    _save(row, "state", "state_reason", "submitted_at")
    IdentityDocument.objects.of_organisation().there().filter(organisation=row).update(delete_after=None)
    tell(actor, row, found.event, {"again": again}, now)
    return row


def drop_file(document: IdentityDocument, now: datetime) -> None:
    """Deletes the file of a document and keeps the row that says what it was."""
    stored: StoredFile | None = document.file
    document.file, document.deleted_at, document.delete_after = None, now, None
    document.save(update_fields=["file", "deleted_at", "delete_after"])
    if stored is not None:
        store.remove(stored)


def no_document() -> NotFound:
    return NotFound("no_document", _("There is no such document."))


def _own(actor: Actor, organisation: Organisation) -> Organisation:
    row = lock(actor, organisation)
    if actor.is_staff or not actor.can_manage:
        raise role_may_not(actor)
    return row


def _open_to_changes(actor: Actor, organisation: Organisation) -> Organisation:
    row = _own(actor, organisation)
    if not may_describe(row):
        raise wrong_state(row)
    return row


def _keep(actor: Actor, row: Organisation, kind: str, stored: StoredFile, now: datetime) -> IdentityDocument:
    document = IdentityDocument.objects.create(
        organisation=row,
        kind=kind,
        file=stored,
        sha256=stored.sha256,
        uploaded_by=actor.user,
        uploaded_at=now,
        delete_after=now + KEPT_FOR,
    )
    tell(actor, row, "organisation.document_added", {"document": document.pk, "kind": kind}, now)
    return document


def _checked(row: Organisation, changes: dict[str, str]) -> dict[str, str]:
    """What is to be kept, in the form it is kept in; raises Refused with the field."""
    wanted = {name: " ".join(unicodedata.normalize("NFC", text).split()) for name, text in changes.items()}
    check_organisation(wanted.get("name", row.name), wanted.get("country", row.country.code), row.kind)
    if wanted.get("form", row.form) not in OrganisationForm.values:
        raise Refused("form_unknown", _("Choose enterprise or individual."), "form")
    number = wanted.get("company_number", "")
    if len(number) > 40 or not all(letter.isprintable() for letter in number):
        raise Refused("company_number_form", _("Write the number in at most 40 letters and figures."), "company_number")
    if wanted.get("register_contact"):
        wanted["register_contact"] = _address(wanted["register_contact"])
        if wanted["register_contact"] != row.register_contact:
            _not_one_persons(row, wanted["register_contact"], wanted.get("form", row.form))
    return wanted


def _not_one_persons(row: Organisation, address: str, form: str) -> None:
    if preflight.is_one_persons(row, address, form):
        raise Refused(preflight.OWN_CONTACT, preflight.own_contact(), "register_contact")


def _address(text: str) -> str:
    try:
        return plain_address(text)
    except Refused as refusal:
        refusal.field = "register_contact"
        raise


def _save(row: Organisation, *names: str) -> None:
    row.version += 1
    row.save(update_fields=[*names, "version"])
