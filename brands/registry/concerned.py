"""Whom a changed record concerns: rights that lean on it, and rights that name its number and have no record yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from django.db.models import Q

from brands.models import IPRight, RegisterRecord

NUMBERS: Final = ("application_number", "registration_number", "international_number")


def concerned(records: Sequence[RegisterRecord]) -> set[int]:
    """Those that somebody claims: linked, or by a number that a right without a record declares."""
    if not records:
        return set()
    linked = set(IPRight.objects.filter(record__in=records).values_list("record_id", flat=True))
    open_rights = IPRight.objects.filter(record=None).filter(_numbers(records))
    declared = {
        (office, name, number)
        for office, *numbers in open_rights.values_list("office", *NUMBERS)
        for name, number in zip(NUMBERS, numbers, strict=True)
        if number
    }
    named = {row.pk for row in records if declared & {(row.office, name, getattr(row, name)) for name in NUMBERS}}
    return linked | named


def _numbers(records: Sequence[RegisterRecord]) -> Q:
    """Rights that name one of the numbers at the same office; of a designation it is the international number."""
    wanted: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in records:
        for name in NUMBERS:
            if number := getattr(row, name):
                wanted[row.office, name].append(number)
    found = Q(pk__in=[])
    for (office, name), numbers in wanted.items():
        found |= Q(**{f"{name}__in": numbers}, office=office)
    return found
