"""Whom a changed record concerns: rights that lean on it, and rights that name its number and have no record yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import chain

from django.db.models import Q

from brands.models import IPRight, RegisterRecord


def concerned(records: Sequence[RegisterRecord]) -> set[int]:
    """Those that somebody claims: linked, or by a number that a right without a record declares."""
    if not records:
        return set()
    linked = set(IPRight.objects.filter(record__in=records).values_list("record_id", flat=True))
    open_rights = IPRight.objects.filter(record=None).filter(_numbers(records))
    declared = set(
        chain.from_iterable(
            ((office, application), (office, registration))
            for office, application, registration in open_rights.values_list(
                "office", "application_number", "registration_number"
            )
        )
    )
    named = {
        row.pk
        for row in records
        if declared & {(row.office, row.application_number or "-"), (row.office, row.registration_number or "-")}
    }
    return linked | named


def _numbers(records: Sequence[RegisterRecord]) -> Q:
    offices: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for row in records:
        offices[row.office][0].extend(filter(None, [row.application_number]))
        offices[row.office][1].extend(filter(None, [row.registration_number]))
    found = Q(pk__in=[])
    for office, (applications, registrations) in offices.items():
        one = Q(application_number__in=applications) | Q(registration_number__in=registrations)
        found |= Q(one, office=office)
    return found
