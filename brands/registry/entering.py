"""How rights come in: add a brand, register, change, submit, resubmit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from brands import preflight, writing
from brands.declaration import Declaration, Designation
from brands.errors import AlreadyRegistered, Incomplete
from brands.models import Brand, IPRight
from brands.registers.madrid import international_number
from brands.registers.names import fold
from brands.registry import covering
from brands.registry.common import locked, step, tell, tenant
from brands.states import RightState, RightVerb
from portal.accounts.actors import Actor
from portal.accounts.models import Organisation
from portal.errors import Refused
from portal.ledger.canonical import JSON
from portal.ledger.events import append


def add_brand(*, actor: Actor, name: str, now: datetime) -> Brand:
    """Adds a brand, or gives back the one that has this name already."""
    organisation = tenant(actor, RightVerb.REGISTER)
    name = " ".join(name.split())
    key = (fold(name) or name.casefold())[:120]
    if not name:
        raise Refused("name_missing", _("Give the brand a name."), "name")
    if len(name) > 120:
        raise Refused("name_too_long", _("Use at most 120 characters for the name of a brand."), "name")
    with transaction.atomic():
        values = {"name": name, "created_at": now}
        brand, new = Brand.objects.get_or_create(organisation=organisation, name_key=key, defaults=values)
        if new:
            stream = ("organisation", organisation.pk)
            append(stream=stream, kind="brand.added", actor=actor, payload={"brand": brand.pk}, now=now)
        covering.may_use(actor, brand)
    return brand


def register_right(*, actor: Actor, declaration: Declaration, now: datetime, key: UUID | None = None) -> IPRight:
    """Enters a right of any kind as a draft, in the family of its sign or title.

    `key` becomes the public id, so that the same form sent twice gives the same right. Raises AlreadyRegistered when
    the organisation has this number or record, Forbidden when an agent's authorisation does not reach so far.
    """
    organisation = tenant(actor, RightVerb.REGISTER)
    covering.may_enter(actor, declaration)
    if key and (seen := _of_key(organisation, key)):
        return seen
    try:
        with writing.once(organisation, declaration, actor=actor), transaction.atomic():
            return _enter(actor, organisation, declaration, now, key)
    except (AlreadyRegistered, IntegrityError):
        if key and (seen := _of_key(organisation, key)):
            return seen
        raise


def register_madrid(
    *,
    actor: Actor,
    declaration: Declaration,
    designations: Sequence[Designation],
    now: datetime,
    key: UUID | None = None,
) -> list[IPRight]:
    """Enters an international registration: one right for each office it designates, all of one family, all or none.

    What is declared holds for all of them; office, numbers there and the day of protection come from each designation.
    Raises Refused without a designation or number, and as `register_right`.
    """
    if not international_number(declaration.international_number):
        text = _("Give the number of the international registration, such as 1234567.")
        raise Refused("number_missing", text, "international_number")
    if not designations:
        raise Refused("designation_missing", writing.bare_wipo(), "designations")
    if len({each.office for each in designations}) != len(designations):
        raise Refused("designation_repeated", _("Name each designated office once."), "designations")
    with transaction.atomic():
        return [
            register_right(
                actor=actor,
                declaration=at_office(declaration, each),
                now=now,
                key=uuid5(key, each.office) if key else None,
            )
            for each in designations
        ]


def at_office(declaration: Declaration, designation: Designation) -> Declaration:
    """The same mark as one designated office has it; its countries are those of the office."""
    return replace(
        declaration,
        office=designation.office,
        application_number=designation.application_number,
        registration_number=designation.registration_number,
        registration_date=designation.registration_date,
        territories=None,
    )


def update_draft(
    *, actor: Actor, right: IPRight, declaration: Declaration, now: datetime, version: int | None = None
) -> IPRight:
    """Replaces what is declared, while the right is a draft or was rejected; saving the same again changes nothing."""
    organisation = tenant(actor, RightVerb.UPDATE)
    covering.may_enter(actor, declaration, right)
    with writing.once(organisation, declaration, right, actor=actor), transaction.atomic():
        row, found = step(actor, right, RightVerb.UPDATE, version)
        if row.kind != declaration.kind:
            raise Refused("kind_differs", _("A right stays of its kind. Enter another one instead."), "kind")
        changed = writing.fill(row, declaration, organisation) + writing.fill_rows(row, declaration, now)
        if changed:
            writing.save(row, *writing.FIELDS)
            writing.sweep_families(organisation)
            tell(actor, row, found.event, {"changed": list[JSON](sorted(changed))}, now)
    return row


def submit_for_review(
    *, actor: Actor, right: IPRight, now: datetime, version: int | None = None, one_of_many: bool = False
) -> IPRight:
    """Sends a draft to the desk; raises Incomplete with every field to correct. Sent twice is sent once.

    `one_of_many` says that who sends it sees them all answered: nobody gets a mail for each.
    """
    return _send(actor, right, RightVerb.SUBMIT, now, version, one_of_many)


def resubmit(
    *, actor: Actor, right: IPRight, now: datetime, version: int | None = None, one_of_many: bool = False
) -> IPRight:
    """Sends a corrected right to the desk again after it was rejected; same checks as the first time."""
    return _send(actor, right, RightVerb.RESUBMIT, now, version, one_of_many)


def _enter(
    actor: Actor, organisation: Organisation, declaration: Declaration, now: datetime, key: UUID | None
) -> IPRight:
    right = IPRight(organisation=organisation, created_by=actor.user, created_at=now, state=RightState.DRAFT.value)
    if key:
        right.public_id = key
    writing.fill(right, declaration, organisation)
    right.save(force_insert=True)
    writing.fill_rows(right, declaration, now, new=True)
    covering.take_in(actor, declaration, right)
    facts: dict[str, JSON] = {"kind": right.kind, "office": right.office, "record": right.record_id}
    tell(actor, right, "right.registered", facts, now)
    return right


def _of_key(organisation: Organisation, key: UUID) -> IPRight | None:
    seen: IPRight | None = IPRight.objects.filter(organisation=organisation, public_id=key).first()
    return seen


def _send(
    actor: Actor, right: IPRight, verb: RightVerb, now: datetime, version: int | None, one_of_many: bool
) -> IPRight:
    tenant(actor, verb)
    with transaction.atomic():
        sent = locked(actor, right)
        if sent is not None and sent.state == RightState.IN_REVIEW:
            return sent
        row, found = step(actor, right, verb, version)
        covering.may_change(actor, row)
        if problems := preflight.problems_of(row, now.date()):
            raise Incomplete(problems)
        row.state, row.state_reason, row.submitted_at = found.target.value, "", now
        if (first := writing.holder_of(row, writing.record_for(row))) is not None:
            raise writing.already(first, "registration_number", actor)
        writing.link_record(row)
        writing.follow_record(row)
        writing.save(row, "state", "state_reason", "submitted_at", *writing.REGISTERED)
        tell(actor, row, found.event, {"again": verb is RightVerb.RESUBMIT, "one_of_many": one_of_many}, now)
    return row
