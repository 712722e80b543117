"""The policy's versions: drafted from the one in force, edited, published by a verb, and never changed after that."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import errors, policies
from complaints.models import Policy, PolicyClause
from complaints.reasons import GROUNDS, Ground
from portal.accounts import rest
from portal.accounts.actors import Actor
from portal.accounts.models import User
from portal.ledger import events
from portal.ledger.canonical import JSON

LONGEST = 1000


def author(actor: Actor) -> User:
    """Returns the person of policy behind an actor. Raises Forbidden for everybody else."""
    rest.check(actor)
    if actor.user is None or not actor.has_staff_role("policy"):
        raise errors.may_not()
    return actor.user


@transaction.atomic
def draft_policy(*, actor: Actor, version: str, now: datetime, note: str = "") -> Policy:
    """Begins a version with the clauses of the one in force. Raises Refused for a name that is taken."""
    person, name = author(actor), version.strip()
    if not name or len(name) > 20:
        raise errors.refused("version_missing", _("Name the version with up to 20 characters."), "version")
    if Policy.objects.filter(version=name).exists():
        raise errors.refused("version_taken", _("There is a version of this name."), "version")
    policy = Policy.objects.create(version=name, note=_note(note), created_by=person, created_at=now)
    before = policies.in_force()
    PolicyClause.objects.bulk_create(
        PolicyClause(
            policy=policy,
            ground=ground.value,
            plain=before.clauses[ground.value].plain if ground.value in before.clauses else str(text.plain),
            cure=before.clauses[ground.value].cure if ground.value in before.clauses else str(text.cure),
        )
        for ground, text in GROUNDS.items()
    )
    _log(policy, "policy.drafted", actor, now, version=name, like=before.version)
    return policy


@transaction.atomic
def save_policy(
    *, actor: Actor, policy_id: int, clauses: Mapping[str, tuple[str, str]], now: datetime, note: str | None = None
) -> Policy:
    """Keeps the words of a draft: {ground: (in plain words, what cures it)}. Raises Conflict once it is published."""
    author(actor)
    policy = _lock_draft(policy_id)
    changed: list[str] = []
    for ground, (plain, cure) in clauses.items():
        row = policy.clauses.filter(ground=ground).first()
        if row is None:
            raise errors.refused("ground_unknown", _("There is no such ground."), ground)
        words = (_words(plain, f"{ground}-plain", needed=True), _words(cure, f"{ground}-cure"))
        if (row.plain, row.cure) != words:
            row.plain, row.cure = words
            row.save(update_fields=["plain", "cure"])
            changed.append(ground)
    if note is not None:
        policy.note = _note(note)
        policy.save(update_fields=["note"])
    _log(policy, "policy.saved", actor, now, clauses=sorted(changed))
    return policy


@transaction.atomic
def publish_policy(*, actor: Actor, policy_id: int, now: datetime) -> Policy:
    """Puts a draft in force, which retires the version that was. Raises Conflict when it is no draft any more."""
    person = author(actor)
    before = Policy.objects.select_for_update().filter(in_force=True).first()
    policy = _lock_draft(policy_id)
    if not policy.note:
        raise errors.refused("note_missing", _("Say what changed; everybody can read it."), "note")
    missing = {ground.value for ground in Ground} - set(policy.clauses.values_list("ground", flat=True))
    if missing:
        raise errors.refused("clauses_missing", _("A version needs every ground: %s.") % ", ".join(sorted(missing)))
    if before is not None:
        before.in_force, before.retired_at = False, now
        before.save(update_fields=["in_force", "retired_at"])
        _log(before, "policy.retired", actor, now, by=policy.version)
    policy.in_force, policy.published_at, policy.published_by = True, now, person
    policy.save(update_fields=["in_force", "published_at", "published_by"])
    retires = before.version if before else ""
    _log(policy, "policy.published", actor, now, version=policy.version, retires=retires, sha256=_hash(policy))
    return policy


@transaction.atomic
def discard_policy(*, actor: Actor, policy_id: int, now: datetime) -> None:
    """Throws a draft away. Raises Conflict once it is published."""
    author(actor)
    policy = _lock_draft(policy_id)
    _log(policy, "policy.discarded", actor, now, version=policy.version)
    policy.delete()


def _lock_draft(policy_id: int) -> Policy:
    policy = Policy.objects.select_for_update().filter(pk=policy_id).first()
    if policy is None:
        raise errors.NotFound("not_found", _("There is no such version."))
    if policy.published_at is not None:
        raise errors.Conflict("policy_published", _("A published version is never changed. Draft a new one."))
    return policy


def _hash(policy: Policy) -> str:
    """Hashes the words of all clauses, so that the log shows later whether they are still the same."""
    rows = list(policy.clauses.order_by("ground").values_list("ground", "plain", "cure"))
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


def _note(note: str) -> str:
    return note.replace("\x00", "").strip()[:300]


def _words(text: str, field: str, *, needed: bool = False) -> str:
    words = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if needed and not words:
        raise errors.refused("words_missing", _("Write what both sides are to read."), field)
    if len(words) > LONGEST:
        raise errors.refused("too_long", _("This has %d characters; 1000 fit.") % len(words), field)
    return words


def _log(policy: Policy, kind: str, actor: Actor, now: datetime, **payload: JSON) -> None:
    events.append(stream=("policy", policy.pk), kind=kind, actor=actor, payload=payload, now=now)
