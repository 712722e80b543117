"""UK marks that were made from EU marks in 2021 (UK009, UK008): is there that EU mark, in the same owner's name?"""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db.models import Q
from django.utils.translation import gettext as _

from brands.errors import Problem
from brands.models import IPRight, RegisterRecord, RightKind
from brands.registers.compare import SAME_OWNER, CheckLine, CheckResult, RegisterCheck, owner_likeness
from brands.registers.formats import clone_of


@dataclass(frozen=True, slots=True)
class Origin:
    """The EU mark that a UK mark must come from: its number, and the owner as far as we know one."""

    number: str
    owner: str
    source: str


def origin_of(right: IPRight) -> Origin | None:
    """The EU mark behind a UK009 or UK008 number, from a register record or from the organisation's own rights.

    None for every other right. An owner of "" means that we know no such EU mark.
    """
    if right.office != "GB" or right.kind != RightKind.TRADEMARK:
        return None
    number = clone_of(right.registration_number or right.application_number)
    if number is None:
        return None
    mine = Q(registration_number=number) | Q(application_number=number)
    record = RegisterRecord.objects.filter(mine, office="EM").order_by("-as_of", "id").first()
    if record is not None:
        return Origin(number, record.owner_name, _("register record of EUIPO"))
    ours = IPRight.objects.filter(mine, office="EM", kind=RightKind.TRADEMARK, organisation=right.organisation_id)
    own = ours.order_by("id").first()
    return Origin(number, own.owner_name if own else "", _("your right at EUIPO") if own else "")


def lines_for(right: IPRight) -> tuple[CheckLine, ...]:
    """One line for the comparison of a UK mark that was made from an EU mark; none for every other right."""
    origin = origin_of(right)
    if origin is None:
        return ()
    agrees, says = _judge(right, origin)
    shown = f"{origin.number} {origin.owner}".strip()
    return (CheckLine("eu_origin", _("EU mark it comes from"), right.owner_name, shown, agrees, says),)


def added_to(check: RegisterCheck, right: IPRight) -> RegisterCheck:
    """The comparison with that line in it; a mark that agrees with its own record may still come from another's."""
    lines = lines_for(right)
    if not lines:
        return check
    found = replace(check, lines=(*check.lines, *lines))
    if check.result is CheckResult.MATCH and any(line.agrees is False for line in lines):
        return replace(found, result=CheckResult.DIFFERENCES, says=lines[0].says)
    return found


def warnings_of(right: IPRight) -> list[Problem]:
    """What to look at before a UK mark of this kind is sent: the EU mark is not known, or belongs to another owner."""
    return [
        Problem("eu_origin", "registration_number", line.says) for line in lines_for(right) if line.agrees is not True
    ]


def _judge(right: IPRight, origin: Origin) -> tuple[bool | None, str]:
    values = {"number": right.number, "origin": origin.number, "owner": origin.owner}
    if not origin.source:
        text = _(
            "%(number)s was made from the EU mark %(origin)s in 2021, and we know no such mark. Is the number right?"
        )
        return None, text % values
    if not origin.owner or not right.owner_name:
        return None, _("%(number)s was made from the EU mark %(origin)s; one of them names no owner.") % values
    if owner_likeness(right.owner_name, origin.owner).score >= SAME_OWNER:
        return True, _("The EU mark %(origin)s is in the same owner's name.") % values
    text = _("%(number)s was made from the EU mark %(origin)s, whose owner is %(owner)s: another name.")
    return False, text % values
