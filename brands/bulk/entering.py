"""Entering lines through the verbs: each by itself, so that what is refused loses nothing of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from brands import registry
from brands.bulk.lines import ENTERED, NEW, SENT, WRONG, YOURS, Line
from brands.bulk.papers import Papers
from brands.declaration import Attachment
from brands.errors import AlreadyRegistered, Incomplete
from brands.models import Brand, IPRight, RightState
from brands.registers.names import fold
from portal.accounts.actors import Actor
from portal.errors import DomainError

BATCH = 50  # lines that are written, and hold the database, together
OWN = ("logo", "certificate")


def enter(*, actor: Actor, lines: Sequence[Line], papers: Papers, send: bool, now: datetime) -> None:
    """Enters every line that is new, with the files it names, and puts files on drafts that are yours and lack them.

    With `send` those that are complete go to the desk. The answer of each line says what became of it.
    """
    brands: dict[str, Brand] = {}
    work = [line for line in lines if line.answer in {NEW, YOURS}]
    for first in range(0, len(work), BATCH):
        with transaction.atomic():
            for line in work[first : first + BATCH]:
                _one(actor, line, papers, brands, send, now)


def _one(actor: Actor, line: Line, papers: Papers, brands: dict[str, Brand], send: bool, now: datetime) -> None:
    try:
        with transaction.atomic():
            if line.answer == NEW:
                line.right = _entered(actor, line, brands, now)
                line.answer = ENTERED
    except AlreadyRegistered as error:
        line.answer, line.right, line.says = YOURS, error.right, str(error)
    except DomainError as error:
        line.answer, line.right, line.says, line.field = WRONG, None, str(error), error.field
    else:
        _complete(actor, line, papers, send, now)


def _complete(actor: Actor, line: Line, papers: Papers, send: bool, now: datetime) -> None:
    """Puts the named files on a draft, and sends it when asked."""
    right = line.right
    if right is None or not right.may_edit:
        return
    line.says = " ".join([line.says, *_put_papers(actor, right, line, papers, now)]).strip()
    if send:
        _send(actor, right, line, now)


def _entered(actor: Actor, line: Line, brands: dict[str, Brand], now: datetime) -> IPRight:
    declared = line.declaration
    if declared is None:
        raise ValueError("a line without a declaration has nothing to enter")
    key = fold(declared.brand.name) or declared.brand.name.casefold()
    brand = declared.brand if not declared.brand._state.adding else brands.get(key)
    brand = brand or registry.add_brand(actor=actor, name=declared.brand.name, now=now)
    right = registry.register_right(actor=actor, declaration=replace(declared, brand=brand), now=now)
    brands[key] = brand  # only now: a refused line takes back the brand that it brought
    return right


def _put_papers(actor: Actor, right: IPRight, line: Line, papers: Papers, now: datetime) -> list[str]:
    """Attaches the named files that were sent; says which were not, and which cannot be used."""
    said = []
    for what, names in line.papers.items():
        for name in names:
            if _has(right, what, name):
                continue
            if not papers.has(name):
                said.append(_("“%(name)s” was not sent.") % {"name": name})
                continue
            try:
                with transaction.atomic():
                    _put(actor, right, what, papers.take(name, what), now)
            except DomainError as error:
                said.append(f"“{name}”: {error}")
    return said


def _put(actor: Actor, right: IPRight, what: str, stored: Any, now: datetime) -> None:
    if what in OWN:
        registry.attach(actor=actor, right=right, now=now, **{what: stored})
        return
    registry.add_file(actor=actor, right=right, attachment=Attachment(what, stored), now=now)


def _has(right: IPRight, what: str, name: str) -> bool:
    if what in OWN:
        return getattr(right, f"{what}_id") is not None
    return right.files.filter(kind=what, file__original_name=name).exists()


def _send(actor: Actor, right: IPRight, line: Line, now: datetime) -> None:
    verb = registry.resubmit if right.state == RightState.REJECTED else registry.submit_for_review
    try:
        with transaction.atomic():
            line.right = verb(actor=actor, right=right, now=now, one_of_many=True)
        line.answer = SENT
    except Incomplete as error:
        line.missing = error.problems
    except DomainError as error:
        line.says = f"{line.says} {error}".strip()
