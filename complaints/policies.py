"""What the policy says about a ground: the version in force, or the one that a decision cites. Reads only.

The words of a published version never change, so each process keeps them; which version is in force is asked anew
each time, in one query.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.utils.translation import gettext as _

from complaints import errors
from complaints.models import Policy, PolicyClause
from complaints.reasons import GROUNDS, POLICY_VERSION, SENIOR_ONLY, Ground


@dataclass(frozen=True, slots=True)
class Words:
    """One clause as it was written: `plain` opens the statement of reasons, `cure` says how to go on ("" for none)."""

    plain: str
    cure: str = ""


@dataclass(frozen=True, slots=True)
class PolicyTexts:
    """One version with the words behind each ground that it knows, by the ground's code."""

    version: str
    clauses: Mapping[str, Words]

    def plain(self, ground: Ground) -> str:
        """Gives the clause in the reader's language where a translation exists."""
        words = self.clauses.get(ground.value)
        return _(words.plain) if words else str(GROUNDS[ground].plain)

    def cure(self, ground: Ground) -> str:
        """Says how to go on after this ground; "" where nothing cures it."""
        words = self.clauses.get(ground.value)
        return _(words.cure) if words and words.cure else ""


def shipped() -> PolicyTexts:
    """The texts that the product came with, for a database that holds no version of its own."""
    clauses = {ground.value: Words(str(text.plain), str(text.cure)) for ground, text in GROUNDS.items()}
    return PolicyTexts(POLICY_VERSION, clauses)


def in_force() -> PolicyTexts:
    """Gives the version in force now."""
    found = Policy.objects.filter(in_force=True).values_list("version", "published_at").first()
    return _kept(*found) if found else shipped()


def version_in_force() -> str:
    """Names the version in force now."""
    return Policy.objects.filter(in_force=True).values_list("version", flat=True).first() or POLICY_VERSION


def of_version(version: str) -> PolicyTexts:
    """Gives a published version; the shipped texts where the database does not know it."""
    found = Policy.objects.filter(version=version, published_at__isnull=False)
    known = found.values_list("version", "published_at").first()
    return _kept(*known) if known else shipped()


@lru_cache(maxsize=64)
def _kept(version: str, published_at: datetime) -> PolicyTexts:
    rows = PolicyClause.objects.filter(policy__version=version, policy__published_at=published_at)
    clauses = {ground: Words(plain, cure) for ground, plain, cure in rows.values_list("ground", "plain", "cure")}
    return PolicyTexts(version, clauses)


def opened_with(version: str, ground: str) -> PolicyTexts:
    """Gives the policy in force. Raises Conflict when a page was opened under another `version` ("" for no page).

    The Conflict says what changed for this ground.
    """
    now = in_force()
    if version and version != now.version:
        raise errors.policy_moved(now.version, what_changed(of_version(version), now, ground))
    return now


def what_changed(before: PolicyTexts, after: PolicyTexts, ground: str) -> str:
    """Says in words what differs between two versions for one ground."""
    if ground not in set(Ground):
        return _("Read the grounds again.")
    code = Ground(ground)
    was = " ".join(filter(None, (before.plain(code), before.cure(code))))
    now = " ".join(filter(None, (after.plain(code), after.cure(code))))
    if was == now:
        return _("nothing, %(ground)s reads as before.") % {"ground": code.value}
    return _("%(ground)s said “%(was)s” and says now “%(now)s”") % {"ground": code.value, "was": was, "now": now}


@dataclass(frozen=True, slots=True)
class Clause:
    """One ground with its words, as pages and the API show it."""

    ground: str
    outcome: str
    label: str
    plain: str
    cure: str
    senior_only: bool


@dataclass(frozen=True, slots=True)
class Version:
    """A published version; `published_at` is None for the texts that the product came with."""

    version: str
    note: str
    in_force: bool
    published_at: datetime | None
    retired_at: datetime | None
    clauses: tuple[Clause, ...]


def published() -> list[Version]:
    """Lists every version that was ever in force, newest first."""
    rows = list(Policy.objects.filter(published_at__isnull=False).order_by("-published_at", "-id"))
    if not rows:
        return [Version(POLICY_VERSION, "", True, None, None, _clauses_of(shipped()))]
    return [
        Version(row.version, row.note, row.in_force, row.published_at, row.retired_at, _clauses_of(_texts_of(row)))
        for row in rows
    ]


def _texts_of(row: Policy) -> PolicyTexts:
    return _kept(row.version, row.published_at) if row.published_at else shipped()


def _clauses_of(texts: PolicyTexts) -> tuple[Clause, ...]:
    return tuple(
        Clause(
            code.value,
            known.outcome.value,
            str(known.label),
            texts.plain(code),
            texts.cure(code),
            code in SENIOR_ONLY,
        )
        for code, known in GROUNDS.items()
        if code.value in texts.clauses
    )
