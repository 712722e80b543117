"""The form of a registered design."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from brands import reading
from brands.declaration import DesignPart
from brands.forms import common
from brands.models import IPRight, RightFileKind
from brands.registers.madrid import WIPO
from brands.registers.offices import OFFICE_CHOICES
from brands.writing import checking

OFFICES = [("", _("Choose the office")), *(choice for choice in OFFICE_CHOICES if choice[0] != WIPO)]


class DesignForm(common.RightForm):
    """A registered design as its holder declares it."""

    slug = "design"
    heading = _("Register a design")
    lede = _("The look of a product as an office registered it, with the views that the register shows.")
    needs = _("The registered look of a product: number, Locarno classes, one to seven views, certificate.")
    piles = {"views": RightFileKind.VIEW}

    name = common.line(_("Name of the design"), _("As you call it; the register may have none."))
    product = common.line(_("Product"), _("The indication of the product in the register, such as “Backpacks”."))
    locarno_classes = common.line(_("Locarno classes"), _("Separated by commas, such as 03-01, 02-04."))
    designers = common.line(_("Designers"), longest=300)
    views = common.uploads(
        _("Views of the design"),
        _("One to seven pictures as registered; the first one is shown in lists."),
        common.PICTURES,
    )
    office = forms.ChoiceField(
        label=_("Office"), choices=OFFICES, help_text=_("For an international design: each office that it designates.")
    )
    registration_number = common.number(_("Registration number"), "registration", _("Such as 001234567-0001."))
    application_number = common.number(_("Application number"), "application")
    owner_name = common.line(_("Owner"), _("As the register names it, with its legal form."))
    filing_date = common.day(_("Filed on"))
    registration_date = common.day(_("Registered on"), _("Leave empty while it is pending."))
    expiry_date = common.day(_("Expires on"), _("The end of the current term: EU designs run in terms of five years."))
    territories = common.line(_("Countries"), _("Left empty, we enter those of the office."), 2_000)
    certificate = common.upload(
        _("Certificate"), _("The certificate or the office's extract: PDF up to 20 MB, or a picture."), common.PAPERS
    )

    def initial_of(self, right: IPRight) -> dict[str, Any]:
        design = getattr(right, "design", None)
        own = {"product": design.product, "designers": design.designers} if design else {}
        codes = ", ".join(design.locarno_classes) if design else ""
        return {**super().initial_of(right), **own, "locarno_classes": codes}

    def clean_locarno_classes(self) -> str:
        return self.judge(lambda text: checking.check_locarno(reading.read_codes(text)), "locarno_classes")

    def particulars(self) -> dict[str, Any]:
        data = self.cleaned_data
        codes = reading.read_codes(data["locarno_classes"])
        return {"part": DesignPart(data["product"], codes, data["designers"])}
