"""What an organisation declares next to what the register says, line by line, in words. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from brands.registers.names import fold, fold_owner
from brands.registers.statuses import DEAD, LABELS, REASONS, RegisterStatus, status_of

SAME_OWNER: Final = 0.92
NEAR_OWNER: Final = 0.75
STALE_AFTER: Final = 180  # days
# Kinds of mark that every register tells apart; of others its files say too little.
TOLD_APART: Final = frozenset({"word", "figurative", "combined"})


class CheckResult(StrEnum):
    """What the comparison comes to."""

    MATCH = "match"
    LAPSED = "lapsed"
    OWNER_MISMATCH = "owner_mismatch"
    DIFFERENCES = "differences"
    NO_RECORD = "no_record"


@dataclass(frozen=True, slots=True)
class MarkFacts:
    """A mark as somebody states it: the holder (declared) or an office (record)."""

    office: str
    application_number: str = ""
    registration_number: str = ""
    mark_text: str = ""
    mark_kind: str = ""
    mark_kind_label: str = ""
    owner_name: str = ""
    former_owners: tuple[str, ...] = ()
    filing_date: date | None = None
    registration_date: date | None = None
    expiry_date: date | None = None
    classes: frozenset[int] = field(default_factory=frozenset)
    status: str = RegisterStatus.UNKNOWN.value
    as_of: date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One compared fact; `agrees` None means that one side says nothing."""

    field: str
    label: str
    declared: str
    register: str
    agrees: bool | None
    says: str


@dataclass(frozen=True, slots=True)
class RegisterCheck:
    """The result, a sentence for people and the lines it rests on."""

    result: CheckResult
    says: str
    lines: tuple[CheckLine, ...] = ()
    as_of: date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class OwnerLikeness:
    """How alike two owner names are, 0 to 1, and the two folded names that were compared."""

    score: float
    declared: str
    register: str


def owner_likeness(declared: str, register: str) -> OwnerLikeness:
    """Compares two owner names after folding: 1.0 is the same name, in whatever order of words."""
    ours, theirs = fold_owner(declared), fold_owner(register)
    if not ours or not theirs:
        return OwnerLikeness(0.0, ours, theirs)
    turned = [" ".join(sorted(name.split())) for name in (ours, theirs)]
    return OwnerLikeness(round(max(likeness(ours, theirs), likeness(*turned)), 2), ours, theirs)


def likeness(first: str, second: str) -> float:
    """How alike two folded texts are, 0 to 1."""
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def compare(declared: MarkFacts, record: MarkFacts | None, today: date | None = None) -> RegisterCheck:
    """Sets the declaration next to the record; the gravest finding is the result.

    With `today`, a live status older than STALE_AFTER days counts as open: the office may say something else by now.
    """
    if record is None:
        return RegisterCheck(CheckResult.NO_RECORD, _("We hold no register record with this number."))
    lines = (
        _status(record, today),
        _owner(declared, record),
        _text(declared, record),
        _kind(declared, record),
        _number("application_number", _("Application number"), declared.application_number, record.application_number),
        _number(
            "registration_number", _("Registration number"), declared.registration_number, record.registration_number
        ),
        _day("filing_date", _("Filed"), declared.filing_date, record.filing_date),
        _day("registration_date", _("Registered"), declared.registration_date, record.registration_date),
        _day("expiry_date", _("Expires"), declared.expiry_date, record.expiry_date),
        _classes(declared, record),
    )
    result = _result(lines, record)
    return RegisterCheck(result, _sentence(result, lines), lines, record.as_of, record.source)


def _result(lines: tuple[CheckLine, ...], record: MarkFacts) -> CheckResult:
    by_field = {line.field: line for line in lines}
    if status_of(record.status) in DEAD | {RegisterStatus.LAPSED_IN_GRACE}:
        return CheckResult.LAPSED
    if by_field["owner_name"].agrees is False:
        return CheckResult.OWNER_MISMATCH
    if any(line.agrees is False for line in lines):
        return CheckResult.DIFFERENCES
    return CheckResult.MATCH


def _sentence(result: CheckResult, lines: tuple[CheckLine, ...]) -> str:
    if result is CheckResult.MATCH:
        return _("What was declared agrees with the register.")
    if result is CheckResult.DIFFERENCES:
        count = sum(line.agrees is False for line in lines)
        return _("The register differs in %(count)s of %(all)s facts.") % {"count": count, "all": len(lines)}
    wanted = "status" if result is CheckResult.LAPSED else "owner_name"
    return next(line.says for line in lines if line.field == wanted)


def _status(record: MarkFacts, today: date | None) -> CheckLine:
    status = status_of(record.status)
    says = str(REASONS[status])
    agrees: bool | None = status not in DEAD | {RegisterStatus.LAPSED_IN_GRACE}
    if status is RegisterStatus.UNKNOWN:
        agrees = None
    if record.as_of:
        says += " " + _("As of %(day)s.") % {"day": date_format(record.as_of, "j M Y")}
        if agrees and today and (today - record.as_of).days > STALE_AFTER:
            agrees = None
            says += " " + _("That is old: look into the office's own register before you rely on it.")
    return CheckLine("status", _("Status"), "", str(LABELS[status]), agrees, says)


def _owner(declared: MarkFacts, record: MarkFacts) -> CheckLine:
    ours, theirs = declared.owner_name, record.owner_name
    if not ours or not theirs:
        agrees, says = None, _silent(ours)
    else:
        likeness = owner_likeness(ours, theirs)
        agrees, says = likeness.score >= SAME_OWNER, _owner_says(likeness)
        former = next((name for name in record.former_owners if owner_likeness(ours, name).score >= SAME_OWNER), None)
        if not agrees and former:
            says = _("The declared owner is an earlier owner; the register names %(owner)s now.") % {"owner": theirs}
    return CheckLine("owner_name", _("Owner"), ours, theirs, agrees, says)


def _owner_says(likeness: OwnerLikeness) -> str:
    names = {"ours": likeness.declared, "theirs": likeness.register, "score": f"{likeness.score:.2f}"}
    if likeness.score == 1:
        return _("Same owner; case, punctuation and legal form were left aside.")
    if likeness.score >= SAME_OWNER:
        return _("Nearly the same name: “%(ours)s” and “%(theirs)s” (likeness %(score)s).") % names
    if likeness.score >= NEAR_OWNER:
        return _("A similar name, not the same: “%(ours)s” and “%(theirs)s” (likeness %(score)s).") % names
    return _("Another owner: “%(ours)s” and “%(theirs)s” (likeness %(score)s).") % names


def _silent(declared: str) -> str:
    return _("The register says nothing.") if declared else _("Not declared.")


def _text(declared: MarkFacts, record: MarkFacts) -> CheckLine:
    ours, theirs = declared.mark_text, record.mark_text
    if not ours or not theirs:
        return CheckLine("mark_text", _("Words of the mark"), ours, theirs, None, _silent(ours))
    agrees = fold(ours) == fold(theirs)
    says = _("Same words.") if agrees else _("The words differ.")
    return CheckLine("mark_text", _("Words of the mark"), ours, theirs, agrees, says)


def _kind(declared: MarkFacts, record: MarkFacts) -> CheckLine:
    ours, theirs = declared.mark_kind, record.mark_kind
    agrees: bool | None = ours == theirs
    says = _("Same kind.") if agrees else _("The kinds differ.")
    if not ours or not theirs:
        agrees, says = None, _silent(ours)
    elif not agrees and not {ours, theirs} <= TOLD_APART:
        agrees, says = None, _("The register's files do not tell these kinds apart for certain.")
    return CheckLine("mark_kind", _("Kind of mark"), declared.mark_kind_label, record.mark_kind_label, agrees, says)


def _number(name: str, label: str, ours: str, theirs: str) -> CheckLine:
    if not ours or not theirs:
        return CheckLine(name, label, ours, theirs, None, _silent(ours))
    agrees = ours == theirs
    return CheckLine(name, label, ours, theirs, agrees, _("Same number.") if agrees else _("The numbers differ."))


def _day(name: str, label: str, ours: date | None, theirs: date | None) -> CheckLine:
    shown = [day.isoformat() if day else "" for day in (ours, theirs)]
    if not ours or not theirs:
        return CheckLine(name, label, shown[0], shown[1], None, _silent(shown[0]))
    apart = abs((ours - theirs).days)
    says = _("%(days)s days apart.") % {"days": apart} if apart else _("Same day.")
    return CheckLine(name, label, shown[0], shown[1], not apart, says)


def _classes(declared: MarkFacts, record: MarkFacts) -> CheckLine:
    ours, theirs = (", ".join(str(number) for number in sorted(mark.classes)) for mark in (declared, record))
    if not ours or not theirs:
        return CheckLine("classes", _("Classes"), ours, theirs, None, _silent(ours))
    beyond = sorted(declared.classes - record.classes)
    if beyond:
        says = _("The register does not name class %(classes)s.") % {"classes": ", ".join(map(str, beyond))}
        return CheckLine("classes", _("Classes"), ours, theirs, False, says)
    says = _("Same classes.") if declared.classes == record.classes else _("All declared classes are in the register.")
    return CheckLine("classes", _("Classes"), ours, theirs, True, says)
