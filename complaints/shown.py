"""What one side of a case is shown of the other: each field only where every rule pack of the items allows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from complaints import legal
from complaints.models import Complaint, Item
from complaints.rules.visibility import who_sees
from complaints.rules.words import FIELDS


@dataclass(frozen=True, slots=True)
class Shown:
    """One field of a notice as a side may read it: `field` is a row of the visibility table."""

    field: str
    label: str
    value: str


def notice_to(side: str, complaint: Complaint, items: Iterable[Item]) -> list[Shown]:
    """Lists what `side` ("notifier", "accused", "staff", "public") sees of a notice about these items.

    Files are never among it, and of a person who used the public form neither name nor words. Items are read with
    their targets and rights.
    """
    packs = legal.packs_of_items(complaint, items)
    hidden = _OF_PEOPLE if complaint.organisation is None and side in {"accused", "public"} else frozenset()
    found = []
    for field, value_of in _VALUES.items():
        if field not in hidden and who_sees(field, side, packs) and (value := value_of(complaint)):
            found.append(Shown(field, str(FIELDS[field]), value))
    return found


def _organisation(complaint: Complaint) -> str:
    """An organisation by its name; a natural person who used the public form stays unnamed."""
    if complaint.organisation:
        return complaint.filed_by
    notifier = getattr(complaint, "notifier", None)
    return (notifier.organisation_name if notifier else "") or _("a member of the public")


def _person(complaint: Complaint) -> str:
    signature = getattr(complaint, "signature", None)
    return signature.typed_name if signature else ""


def _reach(complaint: Complaint) -> str:
    whom = legal.reached(complaint.organisation, complaint.agency)
    parts = [whom.postal_address, whom.phone] if whom else []
    return "\n".join(part for part in (*parts, legal.email_of(complaint)) if part)


def _mark(complaint: Complaint) -> str:
    return str(complaint.right) if complaint.right else complaint.mark_text


def _declared(complaint: Complaint) -> str:
    signature = getattr(complaint, "signature", None)
    return signature.text if signature else ""


_OF_PEOPLE = frozenset({"contact_name", "contact_details", "explanation"})
_VALUES: dict[str, Callable[[Complaint], str]] = {
    "organisation_name": _organisation,
    "contact_name": _person,
    "contact_details": _reach,
    "mark": _mark,
    "explanation": lambda complaint: complaint.explanation,
    "declarations": _declared,
}
