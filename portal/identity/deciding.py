"""What the desk decides about an organisation: verify, reject, suspend, reinstate."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.actors import SYSTEM, Actor
from portal.accounts.models import Organisation
from portal.accounts.states import OrganisationState, OrganisationVerb, Transition, transition
from portal.errors import Conflict, Refused
from portal.identity import checklist as points
from portal.identity.common import lock, may_do, plain, role_may_not, step, tell
from portal.identity.models import KEPT_FOR, DocumentResult, IdentityCheck, IdentityDocument
from portal.ledger.canonical import canonical
from portal.ledger.events import commit_text
from portal.ledger.models import Event

OUTCOMES = {
    OrganisationVerb.APPROVE: IdentityCheck.Outcome.APPROVED,
    OrganisationVerb.REJECT: IdentityCheck.Outcome.REJECTED,
    OrganisationVerb.SUSPEND: IdentityCheck.Outcome.SUSPENDED,
    OrganisationVerb.REINSTATE: IdentityCheck.Outcome.REINSTATED,
}
DECISIONS = frozenset({OrganisationVerb.APPROVE, OrganisationVerb.REJECT})


def approve(
    *,
    actor: Actor,
    organisation: Organisation,
    checklist: Mapping[str, str],
    now: datetime,
    note: str = "",
    version: int | None = None,
) -> Organisation:
    """Says that it is who it says. Raises Refused while a point is open or answered with no, Conflict when another
    reviewer was first.
    """
    return _decide(OrganisationVerb.APPROVE, actor, organisation, checklist, note, now, version)


def reject(
    *,
    actor: Actor,
    organisation: Organisation,
    checklist: Mapping[str, str],
    reason: str,
    now: datetime,
    version: int | None = None,
) -> Organisation:
    """Sends it back with a reason that its members read and can act on."""
    return _decide(OrganisationVerb.REJECT, actor, organisation, checklist, reason, now, version)


def suspend(
    *, actor: Actor, organisation: Organisation, reason: str, now: datetime, version: int | None = None
) -> Organisation:
    """Takes its leave to act (seniors): from now on its people read and nothing else. Raises Refused without reason."""
    return _decide(OrganisationVerb.SUSPEND, actor, organisation, {}, reason, now, version)


def reinstate(
    *, actor: Actor, organisation: Organisation, now: datetime, reason: str = "", version: int | None = None
) -> Organisation:
    """Gives a suspended organisation its leave back (seniors)."""
    return _decide(OrganisationVerb.REINSTATE, actor, organisation, {}, reason, now, version)


@transaction.atomic
def _decide(
    verb: OrganisationVerb,
    actor: Actor,
    organisation: Organisation,
    answers: Mapping[str, str],
    reason: str,
    now: datetime,
    version: int | None,
) -> Organisation:
    row, found = _step(actor, organisation, verb, version)
    reason = plain(reason, "reason")
    if not reason and found.target in {OrganisationState.REJECTED, OrganisationState.SUSPENDED}:
        raise Refused("reason_missing", _("Say why, and what would cure it: its members read it."), "reason")
    kept = points.answered(row.form, answers, whole=verb is OrganisationVerb.APPROVE) if verb in DECISIONS else {}
    check, digest = _keep(actor, row, OUTCOMES[verb], kept, reason, now)
    _move(row, found, reason, now)
    if verb in DECISIONS:
        _date_documents(row, found, now)
    tell(actor, row, found.event, {"check": check.pk, "commitment": digest}, now)
    again = transition(row.state, OrganisationVerb.REOPEN) if verb is OrganisationVerb.REINSTATE else None
    if again is not None and _has_another_owner(row):
        row.submitted_at = now
        _move(row, again, "", now)
        tell(SYSTEM, row, again.event, {}, now)
    return row


def _has_another_owner(row: Organisation) -> bool:
    """Says whether the owner changed after the desk last verified them, as they can while suspended."""
    kinds = ("organisation.approved", "organisation.owner_changed")
    last = Event.objects.filter(stream_kind="organisation", stream_id=str(row.pk), kind__in=kinds).order_by("-seq")
    return last.values_list("kind", flat=True).first() == "organisation.owner_changed"


def _step(
    actor: Actor, organisation: Organisation, verb: OrganisationVerb, version: int | None
) -> tuple[Organisation, Transition]:
    """As `step`; who comes second is told plainly who was first."""
    row = lock(actor, organisation)
    if not may_do(actor, verb):
        raise role_may_not(actor)
    late = verb in DECISIONS and row.state in {OrganisationState.APPROVED, OrganisationState.REJECTED}
    if late or (version is not None and version != row.version):
        raise _too_late(row)
    return step(actor, row, verb)


def _too_late(row: Organisation) -> Conflict:
    last = IdentityCheck.objects.filter(organisation=row).select_related("decided_by").order_by("-id").first()
    if last is None or last.decided_by is None:
        return Conflict("moved_on", _("This has changed since you opened it. Look at it again; nothing was saved."))
    text = _("%(name)s decided this before you: %(outcome)s. Your decision was not saved.")
    facts = {"name": last.decided_by.get_full_name(), "outcome": last.get_outcome_display()}
    return Conflict("already_decided", text % facts)


def _keep(
    actor: Actor, row: Organisation, outcome: str, answers: dict[str, str], reason: str, now: datetime
) -> tuple[IdentityCheck, str]:
    """Writes what was decided on which grounds, and gives it with its digest for the chain."""
    documents = [
        {"kind": document.kind, "sha256": document.sha256}
        for document in IdentityDocument.objects.of_organisation().filter(organisation=row)
    ]
    salt, digest = commit_text(canonical({"checklist": answers, "documents": documents, "reason": reason}))
    check = IdentityCheck.objects.create(
        organisation=row,
        outcome=outcome,
        checklist=answers,
        documents=documents,
        reason=reason,
        salt=salt,
        decided_by=actor.user,
        decided_at=now,
    )
    return check, digest


def _move(row: Organisation, found: Transition, reason: str, now: datetime) -> None:
    refused = found.target in {OrganisationState.REJECTED, OrganisationState.SUSPENDED}
    row.state, row.state_reason = found.target.value, reason if refused else ""
    if found.verb is OrganisationVerb.APPROVE:
        row.verified_at = now
    elif found.verb is OrganisationVerb.REJECT:
        row.verified_at = None
    row.version += 1
    row.save(update_fields=["state", "state_reason", "verified_at", "submitted_at", "version"])


def _date_documents(row: Organisation, found: Transition, now: datetime) -> None:
    """From the decision on the files have 90 days; what was decided with them in hand stays with their hashes."""
    accepted = found.target is OrganisationState.APPROVED
    result = DocumentResult.ACCEPTED if accepted else DocumentResult.REFUSED
    there = IdentityDocument.objects.of_organisation().there().filter(organisation=row)
    there.update(delete_after=now + KEPT_FOR, result=result)
