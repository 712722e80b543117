"""Getting an organisation back whose last administrator is lost: somebody asks, a senior decides, a hold follows.

Who asks about an organisation that they do not belong to learns nothing: neither now whether it exists, nor later what
was decided, unless it is granted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts import holds
from portal.accounts.actors import Actor, ActorKind
from portal.accounts.models import HoldKind, Membership, Organisation, Role, User
from portal.errors import Conflict, Forbidden, NotFound, Refused
from portal.files import store
from portal.files.models import StoredFile
from portal.identity.common import plain, tell
from portal.identity.models import KEPT_FOR, DocumentKind, DocumentResult, IdentityDocument, RecoveryRequest
from portal.ledger.canonical import JSON
from portal.ledger.events import commit_text

EXPLANATION_LENGTH = 5000
PURPOSE = "identity-recovery"


@dataclass(frozen=True, slots=True)
class Plea:
    """What somebody says who asks: which organisation, what happened, and the documents by their kind."""

    public_id: UUID
    explanation: str
    uploads: Mapping[str, File[bytes]] = field(default_factory=dict)


@transaction.atomic
def ask(*, actor: Actor, plea: Plea, now: datetime) -> None:
    """Keeps a request for the desk, or, where there is nothing to ask for, nothing; the answer is the same.

    Raises Forbidden for staff and the public, Refused for what is missing, FileRefused for a document, and Conflict for
    an administrator, who has lost nothing.
    """
    user = _person(actor)
    explanation = plain(plea.explanation, "explanation", longest=EXPLANATION_LENGTH)
    if not explanation:
        raise Refused("explanation_missing", _("Say what happened, and since when."), "explanation")
    organisation = Organisation.objects.select_for_update().filter(public_id=plea.public_id).first()
    if organisation is not None and _runs_it(organisation, user):
        raise Conflict("already_administrator", _("You are its administrator."), "organisation")
    kept = _accept(actor, plea.uploads, now)
    if organisation is None or _asked(organisation, user):
        for stored in kept.values():
            store.remove(stored)
        return
    _keep(actor, user, organisation, explanation, kept, now)


def approve(*, actor: Actor, request: RecoveryRequest, reason: str, now: datetime) -> RecoveryRequest:
    """Makes the asker an administrator whose powers rest in a hold, which every other administrator can stop."""
    with transaction.atomic():
        row = _step(actor, request, reason)
        before, membership = _restore(row, now)
        _decide(actor, row, RecoveryRequest.State.APPROVED, reason, {"membership": membership.pk, "from": before}, now)
        holds.start(
            organisation=row.organisation,
            kind=HoldKind.ADMINISTRATOR_RECOVERED,
            membership=membership,
            change={"field": "role", "from": before, "to": Role.ADMINISTRATOR.value},
            started_by=actor.user,
            now=now,
        )
    return row


def reject(*, actor: Actor, request: RecoveryRequest, reason: str, now: datetime) -> RecoveryRequest:
    """Refuses; a member who asked reads the reason, an outsider hears nothing."""
    with transaction.atomic():
        row = _step(actor, request, reason)
        _decide(actor, row, RecoveryRequest.State.REJECTED, reason, {}, now)
    return row


def may_decide(actor: Actor, request: RecoveryRequest) -> bool:
    """Whether this senior may decide it: not who verified the organisation last."""
    return actor.has_staff_role("senior") and not _verified_it(actor, request)


def _person(actor: Actor) -> User:
    if actor.is_staff:
        raise Forbidden("staff_account", _("Staff accounts do not belong to organisations."))
    if actor.kind != ActorKind.MEMBER or actor.user is None:
        raise Forbidden("sign_in", _("Sign in first."))
    return actor.user


def _runs_it(organisation: Organisation, user: User) -> bool:
    return organisation.memberships.administrators().filter(user=user).exists()


def _asked(organisation: Organisation, user: User) -> bool:
    found: bool = RecoveryRequest.objects.waiting().filter(organisation=organisation, asked_by=user).exists()
    return found


def _accept(actor: Actor, uploads: Mapping[str, File[bytes]], now: datetime) -> dict[str, StoredFile]:
    """Takes the documents in, on nobody's space: it is not the organisation's to give. Raises Refused without any."""
    if not uploads or set(uploads) - set(DocumentKind.values):
        raise Refused("document_missing", _("Add the documents that show who you are and that you may act."), "file")
    return {
        kind: store.accept(upload, actor=actor, organisation=None, purpose=PURPOSE, now=now)
        for kind, upload in uploads.items()
    }


def _keep(
    actor: Actor, user: User, organisation: Organisation, explanation: str, kept: dict[str, StoredFile], now: datetime
) -> None:
    request = RecoveryRequest.objects.create(
        organisation=organisation, asked_by=user, explanation=explanation, asked_at=now
    )
    for kind, stored in kept.items():
        IdentityDocument.objects.create(
            organisation=organisation,
            recovery=request,
            kind=kind,
            file=stored,
            sha256=stored.sha256,
            uploaded_by=user,
            uploaded_at=now,
        )
    tell(actor, organisation, "organisation.recovery_asked", {"request": request.pk, "user": user.pk}, now)


def _step(actor: Actor, request: RecoveryRequest, reason: str) -> RecoveryRequest:
    """Locks the request. Raises Forbidden, Refused without a reason, Conflict when somebody else was first."""
    Organisation.objects.select_for_update().get(pk=request.organisation_id)
    rows = RecoveryRequest.objects.select_for_update(of=("self",)).select_related("organisation", "asked_by")
    row: RecoveryRequest | None = rows.filter(pk=request.pk).first()
    if row is None:
        raise NotFound("no_request", _("There is no such request."))
    if not actor.has_staff_role("senior"):
        raise Forbidden("role_may_not", _("Only a senior reviewer decides this."))
    if _verified_it(actor, row):
        text = _("You verified this organisation. Another senior decides who runs it.")
        raise Forbidden("same_person", text)
    if row.state != RecoveryRequest.State.OPEN:
        name = row.decided_by.get_full_name() if row.decided_by else ""
        text = _("%(name)s decided this before you: %(outcome)s. Your decision was not saved.")
        raise Conflict("already_decided", text % {"name": name, "outcome": row.get_state_display()})
    if not plain(reason, "reason"):
        raise Refused("reason_missing", _("Say what the decision rests on."), "reason")
    return row


def _verified_it(actor: Actor, request: RecoveryRequest) -> bool:
    last = request.organisation.identity_checks.order_by("-id").first()
    return last is not None and actor.user is not None and last.decided_by_id == actor.user.pk


def _restore(row: RecoveryRequest, now: datetime) -> tuple[str, Membership]:
    """Makes the asker an administrator, and gives the role they had, or "" for none."""
    membership, new = Membership.objects.select_for_update().get_or_create(
        organisation=row.organisation,
        user=row.asked_by,
        defaults={"role": Role.ADMINISTRATOR, "created_at": now, "role_since": now},
    )
    if new:
        return "", membership
    before = membership.role if membership.is_active else ""
    if not membership.is_active:
        membership.created_at = now
    membership.role, membership.is_active, membership.role_since = Role.ADMINISTRATOR, True, now
    membership.save(update_fields=["role", "is_active", "created_at", "role_since"])
    return before, membership


def _decide(
    actor: Actor, row: RecoveryRequest, outcome: str, reason: str, facts: dict[str, JSON], now: datetime
) -> None:
    granted = outcome == RecoveryRequest.State.APPROVED
    row.state, row.reason = outcome, plain(reason, "reason")
    row.salt, digest = commit_text(row.reason)
    row.decided_by, row.decided_at = actor.user, now
    row.save(update_fields=["state", "reason", "salt", "decided_by", "decided_at"])
    result = DocumentResult.ACCEPTED if granted else DocumentResult.REFUSED
    IdentityDocument.objects.filter(recovery=row).there().update(delete_after=now + KEPT_FOR, result=result)
    kind = "organisation.recovered" if granted else "organisation.recovery_refused"
    tell(
        actor, row.organisation, kind, {"request": row.pk, "user": row.asked_by_id, "commitment": digest, **facts}, now
    )
