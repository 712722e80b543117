"""The form of a patent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from brands import reading
from brands.declaration import PatentPart
from brands.forms import common
from brands.models import IPRight, RightFileKind
from brands.registers.madrid import WIPO
from brands.registers.offices import OFFICE_CHOICES
from brands.writing import checking
from brands.writing.checking import WITHOUT_PATENTS

GRANTING = [choice for choice in OFFICE_CHOICES if choice[0] not in {WIPO, *WITHOUT_PATENTS}]


class PatentForm(common.RightForm):
    """A patent as its holder declares it."""

    slug = "patent"
    heading = _("Register a patent")
    lede = _("An invention that an office granted a patent for. Say in the words of the patent what it protects.")
    needs = _("An invention that an office granted a patent for: number, claims, certificate.")
    piles = {"drawings": RightFileKind.CLAIMS}

    name = common.line(_("Title of the patent"), _("As in the patent."))
    office = forms.ChoiceField(
        label=_("Office"),
        choices=[("", _("Choose the office")), *GRANTING],
        help_text=_("For a European patent: the office of each country where it is in force, one right a country."),
    )
    registration_number = common.number(
        _("Grant number"), "registration", _("Such as EP1234567B1 or US 10,123,456 B2.")
    )
    application_number = common.number(_("Application number"), "application")
    publication_number = common.line(_("Publication number"), longest=32)
    owner_name = common.line(_("Owner"), _("As the register names it, with its legal form."))
    inventors = common.line(_("Inventors"), longest=300)
    filing_date = common.day(_("Filed on"))
    registration_date = common.day(_("Granted on"), _("Leave empty while it is pending."))
    expiry_date = common.day(_("Expires on"), _("At most 20 years from the filing, unless it was extended."))
    ipc_classes = common.line(_("IPC classes"), _("Separated by commas, such as A43B 13/14."), 500)
    claims = common.text(
        _("The claims that matter"), _("In the words of the patent: a reviewer compares offers with them."), 10_000, 6
    )
    drawings = common.uploads(
        _("Claims and drawings"), _("PDF or pictures, if they say more than words."), common.PAPERS
    )
    territories = common.line(_("Countries"), _("Left empty, we enter that of the office."), 2_000)
    certificate = common.upload(
        _("Certificate"), _("The patent or the office's extract: PDF up to 20 MB, or a picture."), common.PAPERS
    )

    def initial_of(self, right: IPRight) -> dict[str, Any]:
        patent = getattr(right, "patent", None)
        names = ("publication_number", "inventors", "claims")
        own = {name: getattr(patent, name) for name in names} if patent else {}
        codes = ", ".join(patent.ipc_classes) if patent else ""
        return {**super().initial_of(right), **own, "ipc_classes": codes}

    def clean_ipc_classes(self) -> str:
        return self.judge(lambda text: checking.check_ipc(reading.read_codes(text)), "ipc_classes")

    def particulars(self) -> dict[str, Any]:
        data = self.cleaned_data
        codes = reading.read_codes(data["ipc_classes"])
        return {"part": PatentPart(data["publication_number"], codes, data["inventors"], data["claims"])}
