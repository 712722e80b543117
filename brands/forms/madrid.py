"""The form of an international registration: what all designations share, and each office with its own status."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from brands.declaration import Designation
from brands.forms import common
from brands.forms.marks import TrademarkForm
from brands.registers.madrid import DESIGNATED, international_number
from brands.registers.offices import Office


@dataclass(frozen=True, slots=True)
class DesignationRow:
    """The two fields of one office."""

    office: Office
    chosen: BoundField
    since: BoundField


class MadridForm(TrademarkForm):
    """One mark at several offices: saving makes one right for each office that is ticked."""

    slug = "madrid"
    heading = _("Register an international registration")
    lede = _(
        "A mark registered with WIPO under the Madrid system. It gives a right at each office that it designates; "
        "each is looked at by itself."
    )
    needs = _("A mark registered with WIPO under the Madrid system: its number and the offices that it designates.")

    international_number = common.number(
        _("International registration"), "international", _("WIPO's number, such as 1234567 or 1234567A.")
    )
    filing_date = common.day(_("Date of the international registration"), _("For a later designation, its own date."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("office", "registration_number", "application_number", "registration_date", "territories"):
            del self.fields[name]
        self.fields["international_number"].required = True
        for office in DESIGNATED:
            self.fields[f"to_{office.st3}"] = forms.BooleanField(label=office.name, required=False)
            self.fields[f"since_{office.st3}"] = common.day(
                _now("Protected at %(office)s since") % {"office": office.short}
            )

    @property
    def rows(self) -> list[DesignationRow]:
        """The offices with their fields, for the page."""
        return [DesignationRow(each, self[f"to_{each.st3}"], self[f"since_{each.st3}"]) for each in DESIGNATED]

    def clean_international_number(self) -> str:
        typed = str(self.cleaned_data["international_number"])
        if not international_number(typed):
            raise forms.ValidationError(_("International registrations look like 1234567 or 1234567A."))
        return typed

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for office in DESIGNATED:
            if data.get(f"since_{office.st3}"):
                data[f"to_{office.st3}"] = True  # whoever names the day means the office
        if not any(data.get(f"to_{office.st3}") for office in DESIGNATED):
            first = f"to_{DESIGNATED[0].st3}"
            self.add_error(first, _("Choose each office that the international registration designates."))
        return data

    def designations(self) -> list[Designation]:
        """The offices that were ticked, each with the day since which it protects the mark."""
        data = self.cleaned_data
        return [
            Designation(each.st3, registration_date=data[f"since_{each.st3}"])
            for each in DESIGNATED
            if data[f"to_{each.st3}"]
        ]
