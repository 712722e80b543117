"""Can a right carry a complaint today? Pure: a standing in, an answer with a plain reason out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from brands.registers.offices import grace_ends
from brands.registers.statuses import ALLOWS, DEAD, PENDING, REASONS, Allows, RegisterStatus, status_of
from brands.states import RightState


@dataclass(frozen=True, slots=True)
class Usability:
    """`ok`, a stable `code` for machines and a `reason` for people, with the dates it leans on."""

    ok: bool
    code: str
    reason: str

    def __bool__(self) -> bool:
        return self.ok


@dataclass(frozen=True, slots=True)
class Standing:
    """The facts about a right that decide whether it can be used.

    `expiry_date` is the earlier of the declared and the register's own; `other_owner` is whom the register names
    instead of the declared owner, as long as the desk has not accepted it; `has_record` says that a register file
    shows it.
    """

    state: RightState
    status: str
    as_of: date | None
    registration_date: date | None
    expiry_date: date | None
    checked_on: date | None
    office: str
    kind: str = "trademark"
    has_record: bool = True
    other_owner: str = ""

    @property
    def renews_late(self) -> bool:
        """Whether the office's grace period for a late renewal says anything: its rules here are those of marks."""
        return self.kind == "trademark"


def judge(standing: Standing, today: date) -> Usability:
    """Asks the desk's state first, then the register's status, then the calendar, then whose it is."""
    for question in (_not_approved, _work, _blocked, _pending, _grace, _expired, _other_owner):
        answer = question(standing, today)
        if answer is not None:
            return answer
    return Usability(True, "live", _live(standing))


def _day(day: date) -> str:
    return date_format(day, "j M Y")


def _dated(text: str, as_of: date | None) -> str:
    """Adds how old the register's claim is: a claim without a date is worth little."""
    return f"{text} " + _("As of %(day)s.") % {"day": _day(as_of)} if as_of else text


def _live(standing: Standing) -> str:
    """What speaks for a live right: our register record, or without one the desk's own look into the register."""
    status = status_of(standing.status)
    if standing.has_record or standing.as_of is None:
        return _dated(str(REASONS[status]), standing.as_of)
    text = _("The desk saw it registered on %(day)s.")
    if status is RegisterStatus.REGISTERED_CHALLENGED:
        text = _("The desk saw it registered on %(day)s; somebody has asked the office to cancel it.")
    return text % {"day": _day(standing.as_of)}


def _not_approved(standing: Standing, today: date) -> Usability | None:
    reasons = {
        RightState.DRAFT: _("This right is a draft: send it to the desk for review first."),
        RightState.IN_REVIEW: _("The desk is still reviewing this right."),
        RightState.REJECTED: _("The desk rejected this right: read why, correct it and send it again."),
        RightState.SUSPENDED: _("This right is suspended: read why on its page. Nothing can be reported with it."),
    }
    reason = reasons.get(standing.state)
    return Usability(False, "not_approved", reason) if reason else None


def _work(standing: Standing, today: date) -> Usability | None:
    """A copyright work is in no register that would have to say so."""
    if standing.kind != "copyright":
        return None
    return Usability(True, "live", _("The desk has seen the work and the proof that it is yours."))


def _blocked(standing: Standing, today: date) -> Usability | None:
    status = status_of(standing.status)
    if ALLOWS[status] is not Allows.NOTHING:
        return None
    code = "dead" if status in DEAD else "unknown"
    return Usability(False, code, _dated(str(REASONS[status]), standing.as_of))


def _pending(standing: Standing, today: date) -> Usability | None:
    status = status_of(standing.status)
    if status in PENDING:
        return Usability(False, "pending", _dated(str(REASONS[status]), standing.as_of))
    if standing.registration_date and standing.registration_date > today:
        reason = _("The registration begins on %(day)s: until then it can be stored, not used to report.")
        return Usability(False, "pending", reason % {"day": _day(standing.registration_date)})
    return None


def _grace(standing: Standing, today: date) -> Usability | None:
    """A lapsed mark in its grace period counts only when the desk looked after the register's claim was made."""
    if status_of(standing.status) is not RegisterStatus.LAPSED_IN_GRACE:
        return None
    last = grace_ends(standing.office, standing.expiry_date) if standing.expiry_date else None
    if last and today > last:
        reason = _("The registration expired on %(day)s and the time for a late renewal ended on %(last)s.")
        return Usability(False, "expired", reason % {"day": _day(standing.expiry_date or last), "last": _day(last)})
    reason = _dated(str(REASONS[RegisterStatus.LAPSED_IN_GRACE]), standing.as_of)
    if standing.as_of and standing.checked_on and standing.checked_on >= standing.as_of:
        return Usability(True, "in_grace", reason)
    return Usability(False, "in_grace_unchecked", reason)


def _expired(standing: Standing, today: date) -> Usability | None:
    day = standing.expiry_date
    if not day or day >= today:
        return None
    last = grace_ends(standing.office, day) if standing.renews_late else None
    if last and last >= today:
        reason = _(
            "The registration expired on %(day)s. The office accepts a late renewal until %(last)s; "
            "send us the renewed certificate."
        )
        return Usability(False, "expired", reason % {"day": _day(day), "last": _day(last)})
    return Usability(False, "expired", _("The registration expired on %(day)s.") % {"day": _day(day)})


def _other_owner(standing: Standing, today: date) -> Usability | None:
    """Whoever declared it may not be the owner any more: nothing is reported before a person has looked."""
    if not standing.other_owner:
        return None
    reason = _(
        "The register names another owner: %(owner)s. "
        "Nothing can be reported with it before the desk has looked at that."
    )
    return Usability(False, "owner_differs", reason % {"owner": standing.other_owner})
