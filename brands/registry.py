"""How things happen to brands and rights: add, register, change, submit, approve, reject. The only writer of a state.

Each verb locks the row, asks brands/states.py, writes, and appends the event, in one transaction. It raises a
`portal.errors.DomainError`: NotFound for another tenant's row, Forbidden for the wrong role, Conflict for a state or
version that has moved on, Refused for input that cannot be used.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from brands import preflight, writing
from brands.declaration import Declaration
from brands.errors import AlreadyRegistered, Incomplete
from brands.facts import declared_facts, record_facts
from brands.models import Brand, IPRight, Verification
from brands.registers.compare import CheckResult, RegisterCheck, compare, fold
from brands.registers.statuses import DEAD, RegisterStatus, status_of
from brands.states import DECIDERS, RightState, RightVerb, Transition, may, transition
from portal.accounts.actors import Actor, ActorKind
from portal.accounts.models import Organisation
from portal.errors import Conflict, Forbidden, NotFound, Refused
from portal.files.models import StoredFile
from portal.ledger.canonical import JSON
from portal.ledger.events import append, commit_text

REASON_LENGTH = 2000


def add_brand(*, actor: Actor, name: str, now: datetime) -> Brand:
    """Adds a brand, or gives back the one that has this name already."""
    organisation = _tenant(actor, RightVerb.REGISTER)
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
    return brand


def register_trademark(*, actor: Actor, declaration: Declaration, now: datetime, key: UUID | None = None) -> IPRight:
    """Enters a mark as a draft, in the family of its sign.

    `key` becomes the public id, so that the same form sent twice gives the same right. Raises AlreadyRegistered when
    the organisation has this number or record.
    """
    organisation = _tenant(actor, RightVerb.REGISTER)
    if key and (seen := _of_key(organisation, key)):
        return seen
    try:
        with writing.once(organisation, declaration), transaction.atomic():
            return _enter(actor, organisation, declaration, now, key)
    except (AlreadyRegistered, IntegrityError):
        if key and (seen := _of_key(organisation, key)):
            return seen
        raise


def update_draft(
    *, actor: Actor, right: IPRight, declaration: Declaration, now: datetime, version: int | None = None
) -> IPRight:
    """Replaces what is declared, while the right is a draft or was rejected; saving the same again changes nothing."""
    organisation = _tenant(actor, RightVerb.UPDATE)
    with writing.once(organisation, declaration, right), transaction.atomic():
        row, step = _step(actor, right, RightVerb.UPDATE, version)
        changed = writing.fill(row, declaration, organisation) + writing.fill_rows(row, declaration)
        if changed:
            writing.save(row, *writing.FIELDS)
            writing.sweep_families(organisation)
            _tell(actor, row, step.event, {"changed": list[JSON](sorted(changed))}, now)
    return row


def attach(
    *,
    actor: Actor,
    right: IPRight,
    now: datetime,
    logo: StoredFile | None = None,
    certificate: StoredFile | None = None,
    version: int | None = None,
) -> IPRight:
    """Puts the picture of the mark or its certificate on a draft or rejected right."""
    organisation = _tenant(actor, RightVerb.UPDATE)
    with transaction.atomic():
        row, step = _step(actor, right, RightVerb.UPDATE, version)
        changed = writing.fill_files(row, logo, certificate, organisation)
        if changed:
            writing.save(row, "logo", "certificate", "family")
            writing.sweep_families(organisation)
            _tell(actor, row, step.event, {"changed": list[JSON](sorted(changed))}, now)
    return row


def submit_for_review(*, actor: Actor, right: IPRight, now: datetime, version: int | None = None) -> IPRight:
    """Sends a draft to the desk; raises Incomplete with every field to correct. Sent twice is sent once."""
    return _send(actor, right, RightVerb.SUBMIT, now, version)


def resubmit(*, actor: Actor, right: IPRight, now: datetime, version: int | None = None) -> IPRight:
    """Sends a corrected right to the desk again after it was rejected; same checks as the first time."""
    return _send(actor, right, RightVerb.RESUBMIT, now, version)


def approve(
    *,
    actor: Actor,
    right: IPRight,
    now: datetime,
    version: int | None = None,
    register_status: str | None = None,
    note: str = "",
) -> IPRight:
    """Accepts the claim. `register_status` is what the reviewer saw in the register today; without it the record
    decides, or, where we hold none, the declared registration.

    Raises Refused when the register says that the mark is dead, or when an owner mismatch is passed without a note.
    """
    with transaction.atomic():
        row, step = _step(actor, right, RightVerb.APPROVE, version)
        check = check_against_register(row)
        seen = status_of(register_status) if register_status else None
        status = seen or _standing(row)
        _refuse_approval(check, status, note.strip(), seen)
        row.register_status = status.value
        row.register_as_of = now.date() if seen or row.record is None else row.record.as_of
        _decide(actor, row, step, check, note.strip(), now)
    return row


def reject(*, actor: Actor, right: IPRight, reason: str, now: datetime, version: int | None = None) -> IPRight:
    """Refuses the claim, with a reason that its organisation reads and can act on."""
    reason = reason.strip()
    with transaction.atomic():
        row, step = _step(actor, right, RightVerb.REJECT, version)
        if not reason:
            raise Refused("reason_missing", _("Say why, and what would cure it: the rights holder reads it."), "reason")
        _decide(actor, row, step, check_against_register(row), reason, now)
    return row


def check_against_register(right: IPRight) -> RegisterCheck:
    """Sets what was declared next to the register record we hold, if any; an old record is shown as old."""
    record = record_facts(right.record) if right.record else None
    return compare(declared_facts(right), record, timezone.now().date())


def roles_of(actor: Actor) -> frozenset[str]:
    """The names under which the table of transitions knows this actor."""
    if actor.kind is ActorKind.KEY:
        return frozenset({"key"}) if actor.can_register else frozenset()
    if actor.is_staff:
        return frozenset(role for role in DECIDERS if actor.has_staff_role(role))
    return frozenset({actor.role}) if actor.can_register else frozenset()


def may_do(actor: Actor, verb: RightVerb) -> bool:
    """Whether this actor does `verb` at all; doors ask before they offer it."""
    return any(may(role, verb) for role in roles_of(actor))


def _enter(
    actor: Actor, organisation: Organisation, declaration: Declaration, now: datetime, key: UUID | None
) -> IPRight:
    right = IPRight(organisation=organisation, created_by=actor.user, created_at=now, state=RightState.DRAFT.value)
    if key:
        right.public_id = key
    writing.fill(right, declaration, organisation)
    right.save(force_insert=True)
    writing.fill_rows(right, declaration)
    _tell(actor, right, "right.registered", {"office": right.office, "record": right.record_id}, now)
    return right


def _of_key(organisation: Organisation, key: UUID) -> IPRight | None:
    seen: IPRight | None = IPRight.objects.filter(organisation=organisation, public_id=key).first()
    return seen


def _locked(actor: Actor, right: IPRight) -> IPRight | None:
    row: IPRight | None = IPRight.objects.visible_to(actor).select_for_update().filter(pk=right.pk).first()
    return row


def _tenant(actor: Actor, verb: RightVerb) -> Organisation:
    if not may_do(actor, verb) or actor.organisation is None:
        raise Forbidden("role_may_not", _("Your role can read rights but not change them."))
    return actor.organisation


def _step(actor: Actor, right: IPRight, verb: RightVerb, version: int | None) -> tuple[IPRight, Transition]:
    """Locks the row and finds the step that the table allows; raises NotFound, Forbidden or Conflict."""
    row = _locked(actor, right)
    if row is None:
        raise NotFound("right_not_found", _("There is no such right."))
    if not may_do(actor, verb):
        raise Forbidden("role_may_not", _("Your role cannot do this with a right."))
    step = transition(row.state, verb)
    if step is None or not roles_of(actor) & step.who:
        state = row.get_state_display()
        raise Conflict("wrong_state", _("This right is “%(state)s” now; nothing was changed.") % {"state": state})
    if version is not None and version != row.version:
        text = _("Somebody changed this right since you opened it. Look at it again; nothing was saved.")
        raise Conflict("moved_on", text)
    return row, step


def _send(actor: Actor, right: IPRight, verb: RightVerb, now: datetime, version: int | None) -> IPRight:
    _tenant(actor, verb)
    with transaction.atomic():
        sent = _locked(actor, right)
        if sent is not None and sent.state == RightState.IN_REVIEW:
            return sent
        row, step = _step(actor, right, verb, version)
        if problems := preflight.problems_of(row, now.date()):
            raise Incomplete(problems)
        row.state, row.state_reason, row.submitted_at = step.target.value, "", now
        row.record = writing.record_for(row)
        writing.follow_record(row)
        writing.save(row, "state", "state_reason", "submitted_at", "record", "register_status", "register_as_of")
        _tell(actor, row, step.event, {"again": verb is RightVerb.RESUBMIT}, now)
    return row


def _standing(right: IPRight) -> RegisterStatus:
    """The record's status, or what a checked certificate of the declared mark amounts to."""
    if right.record is not None:
        return status_of(right.record.status)
    registered = right.registration_number and right.registration_date
    return RegisterStatus.REGISTERED if registered else RegisterStatus.APPLICATION_FILED


def _refuse_approval(check: RegisterCheck, status: RegisterStatus, note: str, seen: RegisterStatus | None) -> None:
    if status in DEAD:
        text = _("The register says that this mark is dead. Reject it, or choose the status you saw there today.")
        raise Refused("register_says_dead", text, "register_status")
    overruled = check.result is CheckResult.LAPSED and seen is not None
    if (check.result is CheckResult.OWNER_MISMATCH or overruled) and not note:
        text = _("The register differs: %(says)s Note why you accept it.") % {"says": check.says}
        raise Refused("note_missing", text, "note")


def _decide(actor: Actor, row: IPRight, step: Transition, check: RegisterCheck, reason: str, now: datetime) -> None:
    """Keeps the decision, moves the right and appends the event; the reason's digest goes into the chain."""
    if len(reason) > REASON_LENGTH:
        raise Refused("reason_too_long", _("Use at most 2,000 characters."), "reason")
    salt, digest = commit_text(reason)
    kept = Verification.objects.create(
        right=row,
        outcome=step.target.value,
        reason=reason,
        salt=salt,
        register_result=check.result.value,
        decided_by=actor.user,
        decided_at=now,
    )
    rejected = step.target is RightState.REJECTED
    row.state, row.state_reason = step.target.value, reason if rejected else ""
    row.verified_by, row.verified_at = (None, None) if rejected else (actor.user, now)
    fields = ("state", "state_reason", "verified_by", "verified_at", "register_status", "register_as_of")
    writing.save(row, *fields)
    payload: dict[str, JSON] = {"verification": kept.pk, "reason": digest, "register": check.result.value}
    _tell(actor, row, step.event, payload, now)


def _tell(actor: Actor, right: IPRight, kind: str, payload: dict[str, JSON], now: datetime) -> None:
    facts: dict[str, JSON] = {"right": str(right.public_id), "organisation": right.organisation_id, **payload}
    append(stream=("right", right.pk), kind=kind, actor=actor, payload=facts, now=now)
