"""When must which right be renewed, or its use declared? Pure: dates in, deadlines out. Facts in data/renewals.json.

Reminders, no legal advice: what the office itself says counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from brands.registers.offices import DATA, add_months, office_named

RENEW, RENEW_US, EXPIRY = "tm.10y", "tm.us.s9", "right.expiry"
LAST_YEAR = 9000  # beyond it the calendar itself ends
SERIES_66A = "79"
OFFICE_LAW = "office law"


class DeadlineState(StrEnum):
    """Where a deadline stands on a day."""

    AHEAD = "ahead"
    WINDOW = "window"
    DUE = "due"
    GRACE = "grace"
    PASSED = "passed"


STATE_LABELS: Final[dict[DeadlineState, Promise]] = {
    DeadlineState.AHEAD: _("Not open yet"),
    DeadlineState.WINDOW: _("In the window"),
    DeadlineState.DUE: _("Due today"),
    DeadlineState.GRACE: _("In grace"),
    DeadlineState.PASSED: _("Passed"),
}
STATE_TONES: Final[dict[DeadlineState, str]] = {
    DeadlineState.AHEAD: "",
    DeadlineState.WINDOW: "info",
    DeadlineState.DUE: "warn",
    DeadlineState.GRACE: "bad",
    DeadlineState.PASSED: "bad",
}
LABELS: Final[dict[str, Promise]] = {
    RENEW: _("Renewal"),
    RENEW_US: _("Renewal, Sections 8 and 9"),
    "tm.us.s8": _("Declaration of use, Section 8"),
    "tm.us.s71": _("Declaration of use, Section 71"),
    "tm.jp.fee2": _("Second part of the fee"),
    "tm.mx.use": _("Declaration of actual use"),
    "tm.ph.use3": _("Declaration of actual use, third year"),
    "tm.ph.use": _("Declaration of actual use"),
    EXPIRY: _("End of the term"),
}
RULES: Final = tuple(LABELS)
# Rules whose keeping moves the day on which the right expires.
RENEWING: Final = frozenset({RENEW, RENEW_US, EXPIRY})


@dataclass(frozen=True, slots=True)
class RenewalFacts:
    """What is known of a right: its kind, its office (ST.3), whether it came by Madrid, and the days that count.

    `live_on` is a day on which the register showed it as registered: what had to be done before that was done.
    """

    office: str
    kind: str = "trademark"
    madrid: bool = False
    filing_date: date | None = None
    registration_date: date | None = None
    expiry_date: date | None = None
    live_on: date | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """One thing to do: possible from `opens`, asked by `due`, too late after `grace_ends`; `office` is where."""

    rule: str
    office: str
    opens: date
    due: date
    grace_ends: date
    legal_basis: str
    madrid: bool = False

    @property
    def label(self) -> str:
        return str(LABELS[self.rule])

    @property
    def law(self) -> str:
        """The provision, where the facts name one; "" for the plain law of an office."""
        return "" if self.legal_basis == OFFICE_LAW else self.legal_basis

    @property
    def renews(self) -> bool:
        """Whether the right runs longer once it is done."""
        return self.rule in RENEWING

    @property
    def what(self) -> str:
        """What to do, in a sentence or two."""
        office = office_named(self.office)
        words = _WHAT.get(self.rule, "") % {"office": office.short if office else self.office}
        more = _MORE.get("madrid" if self.madrid else self.office, "") if self.rule == RENEW else ""
        return f"{words} {more}".strip()

    def state_on(self, today: date) -> DeadlineState:
        if today < self.opens:
            return DeadlineState.AHEAD
        if today < self.due:
            return DeadlineState.WINDOW
        if today == self.due:
            return DeadlineState.DUE
        return DeadlineState.GRACE if today <= self.grace_ends else DeadlineState.PASSED

    def steps(self) -> list[tuple[str, date]]:
        """The days on which people are reminded, by name, in order."""
        steps = [("opens", self.opens)]
        ahead = (("90_days", 90), ("30_days", 30))
        steps += [(name, self.due - timedelta(days=days)) for name, days in ahead]
        late = [("grace_30", self.grace_ends - timedelta(days=30))]
        return [
            *(each for place, each in enumerate(steps) if place == 0 or each[1] > self.opens),
            ("due", self.due),
            *(each for each in late if each[1] > self.due),
        ]

    def step_on(self, today: date) -> str:
        """The last reminder whose day has come; "" before the first and after the end."""
        reached = [name for name, day in self.steps() if day <= today]
        return reached[-1] if reached and today <= self.grace_ends else ""


_WHAT: Final[dict[str, Promise]] = {
    RENEW: _("Renew the registration at %(office)s."),
    RENEW_US: _("File the combined declaration of use and renewal (Sections 8 and 9) at %(office)s."),
    "tm.us.s8": _("File the declaration of use (Section 8) with a specimen at %(office)s."),
    "tm.us.s71": _(
        "File the declaration of use (Section 71) at %(office)s. The registration itself is renewed at WIPO."
    ),
    "tm.jp.fee2": _("If you chose two parts, pay the second part of the fee at %(office)s."),
    "tm.mx.use": _("File the declaration of actual use at %(office)s."),
    "tm.ph.use3": _("File the declaration of actual use at %(office)s, three years from filing."),
    "tm.ph.use": _("File the declaration of actual use at %(office)s."),
    EXPIRY: _("Ask %(office)s whether the term can be extended. We know only the day that you declared."),
}
_MORE: Final[dict[str, Promise]] = {
    "madrid": _("It is the international registration that is renewed; this designation follows it."),
    "MX": _("The declaration of actual use goes with it."),
    "PH": _("A declaration of actual use goes with it."),
    "IN": _("After the grace period, restoration is possible up to one year after the expiry."),
    "NZ": _("Do not count on the grace period: ask the office."),
}
_FACTS: Final[dict[str, Any]] = json.loads((DATA / "renewals.json").read_text(encoding="utf-8"))
_OFFICES: Final[dict[str, dict[str, Any]]] = {row["st3"]: row for row in _FACTS["offices"]}
# Offices that ask for something between renewals.
USE_OFFICES: Final = tuple(sorted({str(row["office"]) for row in _FACTS["declarations"]}))
TEST_VECTORS: Final[dict[str, list[dict[str, str]]]] = _FACTS["test_vectors"]


def is_66a(office: str, application_number: str) -> bool:
    """Whether this US serial number came from an international registration (series 79)."""
    return office == "US" and len(application_number) == 8 and application_number.startswith(SERIES_66A)


def deadlines(facts: RenewalFacts, today: date) -> list[Deadline]:
    """Lists what is to be done next under each rule, by due day; a term that has run out unrenewed stays, as passed.

    Copyright has no register. Of designs and patents only the declared expiry is known. A declared expiry is the end
    of the current term; without one the terms are counted from the day that the office counts from.
    """
    if facts.kind == "copyright":
        return []
    found = list(_declared_end(facts)) if facts.kind != "trademark" else [*_renewal(facts, today), *_uses(facts, today)]
    return sorted(found, key=lambda each: (each.due, each.rule))


def next_expiry(facts: RenewalFacts) -> date | None:
    """When a trade mark expires that is renewed at the end of its declared term; None where that is not known."""
    rule = _OFFICES.get(_where(facts))
    if facts.kind != "trademark" or rule is None or facts.expiry_date is None:
        return None
    anchor = _counted_from(facts, rule)
    on_series = [day for day in _terms(anchor, rule, facts) if day <= facts.expiry_date][-1:] if anchor else []
    if anchor and on_series == [facts.expiry_date]:
        return next(day for day in _terms(anchor, rule, facts) if day > facts.expiry_date)
    return add_months(facts.expiry_date, int(rule["term_months"]))


def _declared_end(facts: RenewalFacts) -> Iterator[Deadline]:
    due = facts.expiry_date
    if due is not None:
        opens = add_months(due, -int(_FACTS["reminder_only"]["opens_months_before"]))
        yield Deadline(EXPIRY, facts.office, opens, due, due, "")


def _where(facts: RenewalFacts) -> str:
    """The office that renews: WIPO for what came by Madrid."""
    return "WO" if facts.madrid else facts.office


def _renewal(facts: RenewalFacts, today: date) -> Iterator[Deadline]:
    rule = _OFFICES.get(_where(facts))
    if rule is None:
        return
    code = RENEW_US if _where(facts) == "US" else RENEW
    basis = str(_FACTS["renewal"][code]["legal_basis"])
    for due in _ends(facts, rule):
        opens = add_months(due, -int(rule["opens_months_before"]))
        grace = add_months(due, int(rule["grace_months"]))
        if facts.expiry_date is not None or grace >= today:
            yield Deadline(code, _where(facts), opens, due, grace, basis, facts.madrid)
            return


def _ends(facts: RenewalFacts, rule: dict[str, Any]) -> Iterator[date]:
    """The ends of terms that may be the current one: the declared one, or all that are counted."""
    if facts.expiry_date is not None:
        yield facts.expiry_date
        return
    anchor = _counted_from(facts, rule)
    if anchor is not None and facts.registration_date is not None:
        yield from _terms(anchor, rule, facts)


def _counted_from(facts: RenewalFacts, rule: dict[str, Any]) -> date | None:
    if facts.madrid:
        return None  # the days of a designation are not those of the international registration
    older = rule.get("older_terms")
    registered = facts.registration_date
    counted = rule["counted_from"]
    if older and registered and registered < date.fromisoformat(older["registered_before"]):
        counted = older["counted_from"]
    return facts.filing_date if counted == "filing_date" else registered


def _terms(anchor: date, rule: dict[str, Any], facts: RenewalFacts) -> Iterator[date]:
    """Every end of a term from this day on; each counted from the day itself, so that 29 February comes back."""
    first, term = int(rule["term_months"]), int(rule["term_months"])
    longer, registered = rule.get("first_term"), facts.registration_date
    if longer and registered and registered < date.fromisoformat(longer["registered_before"]):
        first = int(longer["months"])
    months = first
    while anchor.year + months // 12 < LAST_YEAR:
        yield add_months(anchor, months)
        months += term


def _uses(facts: RenewalFacts, today: date) -> Iterator[Deadline]:
    """The declarations and fees between renewals, as long as the right has not ended."""
    rule = _OFFICES.get(_where(facts))
    if facts.expiry_date is not None and rule and add_months(facts.expiry_date, int(rule["grace_months"])) < today:
        return
    for row in _FACTS["declarations"]:
        found = _use(facts, row, today) if _applies(facts, row) else None
        if found is not None:
            yield found


def _applies(facts: RenewalFacts, row: dict[str, Any]) -> bool:
    since = row.get("registered_from")
    if row["office"] != facts.office or row["madrid"] not in {None, facts.madrid}:
        return False
    return not since or (facts.registration_date is not None and facts.registration_date >= date.fromisoformat(since))


def _use(facts: RenewalFacts, row: dict[str, Any], today: date) -> Deadline | None:
    """The first of this rule that is not over on `today`; what was asked once and missed stays for the first term."""
    anchor = facts.filing_date if row["from"] == "filing_date" else facts.registration_date
    if anchor is None:
        return None
    more = 0
    while anchor.year + (row["due"] + more) // 12 < LAST_YEAR:
        due = add_months(anchor, row["due"] + more)
        grace = add_months(due, row["grace"])
        if grace >= today or (not row["every"] and _missed(facts, grace, today)):
            opens = add_months(anchor, row["opens"] + more)
            return Deadline(row["code"], facts.office, opens, due, grace, row["legal_basis"])
        if not row["every"]:
            return None
        more += row["every"]
    return None


def _missed(facts: RenewalFacts, grace: date, today: date) -> bool:
    """Whether nothing says that it was done: the register did not live on after it, and the first term is not over."""
    rule, begun = _OFFICES.get(_where(facts)), facts.registration_date
    if rule is None or begun is None or (facts.live_on is not None and facts.live_on > grace):
        return False
    return today <= add_months(begun, int(rule["term_months"]) + int(rule["grace_months"]))


def end_unknown(facts: RenewalFacts) -> bool:
    """Whether nothing can be said about the end of a registered right, because no day is known to count from."""
    if facts.kind == "copyright" or facts.expiry_date is not None:
        return False
    if facts.kind != "trademark":
        return True
    rule = _OFFICES.get(_where(facts))
    return facts.registration_date is not None and (rule is None or _counted_from(facts, rule) is None)
