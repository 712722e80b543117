"""What must be renewed when: the deadlines of rights, for the calendar, the feed, the API and the reminders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from brands.facts import renewal_facts
from brands.models import IPRight, Renewal, RenewalState
from brands.querysets import IPRightQuerySet
from brands.registers.offices import add_months, office_named
from brands.registers.renewals import (
    STATE_LABELS,
    STATE_TONES,
    USE_OFFICES,
    Deadline,
    DeadlineState,
    deadlines,
    end_unknown,
)

AHEAD = 12  # months that the calendar looks ahead; no window is longer
SHOWN_AFTER = timedelta(days=365)
LONGEST_GRACE = 6  # months


@dataclass(frozen=True, slots=True)
class Row:
    """One deadline of one right on a day; `renewal` is what was declared about it and not refused."""

    right: IPRight
    deadline: Deadline
    state: DeadlineState
    renewal: Renewal | None = None

    @property
    def label(self) -> str:
        """The state in words."""
        waits = self.renewal is not None and self.renewal.state == RenewalState.ASKED
        return _("Declared, with the desk") if waits else str(STATE_LABELS[self.state])

    @property
    def tone(self) -> str:
        return "info" if self.renewal is not None else STATE_TONES[self.state]

    @property
    def where(self) -> str:
        """The short name of the office that has to be asked."""
        office = office_named(self.deadline.office)
        return office.short if office else self.deadline.office

    @property
    def is_late(self) -> bool:
        return self.state in {DeadlineState.GRACE, DeadlineState.PASSED}

    @property
    def may_declare(self) -> bool:
        """Whether its holder can say now that it was done."""
        approved = self.right.state in {"approved", "suspended"}
        return approved and self.state != DeadlineState.AHEAD and self.renewal is None


@dataclass(frozen=True, slots=True)
class Month:
    """The deadlines of one month, by day; `first` is its first day."""

    first: date
    rows: Sequence[Row]


def until(today: date) -> date:
    """How far the calendar looks unless told otherwise."""
    return add_months(today, AHEAD)


def rows(rights: IPRightQuerySet, *, today: date, last: date | None = None) -> list[Row]:
    """The deadlines of these rights that are open, late or due by `last` (12 months ahead), by day; two queries.

    A term that ran out stays for a year; what the desk accepted is done and not listed.
    """
    last = last or until(today)
    found = _near(rights.to_renew(), today, last).select_related("brand", "family").order_by("id")
    listed = [(right, each) for right in found for each in deadlines(renewal_facts(right), today)]
    listed = [(right, each) for right, each in listed if _belongs(each, today, last)]
    kept = _declared({right.pk for right, _each in listed})
    answer = [
        Row(right, each, each.state_on(today), kept.get((right.pk, each.rule, each.due))) for right, each in listed
    ]
    open_ones = [row for row in answer if row.renewal is None or row.renewal.state == RenewalState.ASKED]
    return sorted(open_ones, key=lambda row: (row.deadline.due, row.right.pk, row.deadline.rule))


def of_right(right: IPRight, today: date) -> list[Row]:
    """All next deadlines of one right, however far ahead."""
    kept = _declared({right.pk})
    found = deadlines(renewal_facts(right), today)
    listed = [Row(right, each, each.state_on(today), kept.get((right.pk, each.rule, each.due))) for each in found]
    return [row for row in listed if row.renewal is None or row.renewal.state == RenewalState.ASKED]


def by_month(listed: Iterable[Row]) -> list[Month]:
    """Sorts rows that are not late into months, in order."""
    months: defaultdict[date, list[Row]] = defaultdict(list)
    for row in listed:
        months[row.deadline.due.replace(day=1)].append(row)
    return [Month(first, months[first]) for first in sorted(months)]


def without_end(rights: IPRightQuerySet) -> list[IPRight]:
    """Registered rights of which nobody has said when they expire, so that nobody can be reminded."""
    found = rights.to_renew().filter(expiry_date=None).select_related("brand", "family").order_by("id")
    return [right for right in found if end_unknown(renewal_facts(right))]


def _near(rights: IPRightQuerySet, today: date, last: date) -> IPRightQuerySet:
    """Leaves out what cannot have a deadline in sight, so that a large tenant is not read whole."""
    latest = max(last, until(today))
    earliest = add_months(today - SHOWN_AFTER, -LONGEST_GRACE)
    in_sight = Q(expiry_date=None) | Q(expiry_date__lte=latest, expiry_date__gte=earliest)
    return rights.filter(in_sight | Q(office__in=USE_OFFICES, kind="trademark"))


def _belongs(deadline: Deadline, today: date, last: date) -> bool:
    if deadline.grace_ends < today:
        return today - deadline.grace_ends <= SHOWN_AFTER
    return deadline.due <= last or deadline.opens <= today


def _declared(rights: Iterable[int]) -> dict[tuple[int, str, date], Renewal]:
    found = Renewal.objects.standing().filter(right__in=set(rights))
    return {(row.right_id, row.rule, row.due_on): row for row in found}
