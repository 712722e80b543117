"""What a copyright work needs: no register, but a copy of it and how it came to who claims it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from brands.errors import Problem
from brands.models import IPRight, RightFileKind, WorkDetail
from brands.preflight import common
from brands.registers.compare import SAME_OWNER, owner_likeness
from brands.registers.formats import plain_number
from brands.registers.technical import earliest_of


def problems_of(right: IPRight, today: date) -> list[Problem]:
    """Lists what the desk would miss, in the order of the form."""
    work = getattr(right, "work", None) or WorkDetail()
    return [
        *common.name(right, _("Give the work a title, or say in a few words what it shows.")),
        *_made(work, today),
        *_title(right, work),
        *_register(right),
        *common.territories(right),
        *_copies(right),
    ]


def warnings_of(right: IPRight) -> list[Problem]:
    """Nothing about a work is only unusual."""
    return []


def _made(work: WorkDetail, today: date) -> Iterator[Problem]:
    if not work.authors:
        yield Problem("authors_missing", "authors", _("Name the people who made it."))
    if not work.created_on:
        yield Problem("created_missing", "created_on", _("Say when it was made; the year is enough."))
    made = earliest_of(work.created_on)
    if made and made > today:
        yield Problem("date_in_future", "created_on", _("It cannot have been made in the future."))
    if work.published_on and work.published_on > today:
        yield Problem("date_in_future", "published_on", _("The day of publication is in the future."))
    if made and work.published_on and work.published_on < made:
        yield Problem("dates_out_of_order", "published_on", _("It was published before it was made."))


def is_by_its_owner(right: IPRight, authors: str) -> bool:
    """Whether one of the authors is the owner: then nothing had to pass from one to the other."""
    names = [part.strip() for part in re.split(r"[,;\n]|\band\b|&", authors) if part.strip()]
    return any(owner_likeness(right.owner_name, name).score >= SAME_OWNER for name in [*names, authors])


def _title(right: IPRight, work: WorkDetail) -> Iterator[Problem]:
    if not right.owner_name:
        yield Problem("owner_missing", "owner_name", _("Say who holds the copyright."))
    if not work.authors or not right.owner_name or is_by_its_owner(right, work.authors):
        return
    if not work.chain_of_title:
        text = _(
            "The owner is not the author. Say how it came to the owner: by contract, by employment, by inheritance."
        )
        yield Problem("chain_missing", "chain_of_title", text)
    if not common.count_of(right, RightFileKind.AUTHORSHIP):
        text = _("The owner is not the author. Add a proof of authorship or of how it came to the owner.")
        yield Problem("authorship_missing", "proofs", text)


def _register(right: IPRight) -> Iterator[Problem]:
    typed = right.registration_number_typed or right.registration_number
    if right.office and not typed:
        text = _("Give the number of the registration, or leave the office empty: a work needs none.")
        yield Problem("number_missing", "registration_number", text)
    if typed and not right.office:
        yield Problem("office_missing", "office", _("Choose the office that registered the work."))
    answer = plain_number(typed)
    if typed and not answer.ok:
        yield Problem("number_wrong", "registration_number", answer.message)


def _copies(right: IPRight) -> Iterator[Problem]:
    if not common.count_of(right, RightFileKind.WORK_COPY):
        text = _("Add a copy of the work: a picture, or a PDF of the text, the score or stills of the film.")
        yield Problem("copy_missing", "copies", text)
