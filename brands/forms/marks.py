"""The form of a trade mark that one office registered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from brands import reading
from brands.declaration import ClassEntry
from brands.forms import common
from brands.models import IPRight, MarkKind
from brands.registers.madrid import WIPO
from brands.registers.nice import CLASSES, edition_for
from brands.registers.offices import OFFICE_CHOICES

CLASS_CHOICES = [(str(row.number), f"{row.number} · {row.title}") for row in CLASSES.values()]


class TrademarkForm(common.RightForm):
    """A trade mark as its holder declares it; nothing but brand and office is needed to save a draft."""

    slug = "trademark"
    heading = _("Register a trade mark")
    lede = _(
        "Enter it as the register shows it. You can save a draft at any time; the desk compares it with the register "
        "before it can be used."
    )
    needs = _("A name, logo, shape, colour or sound that one office registered: number, classes, certificate.")
    papers = ("logo", "certificate")

    mark_kind = forms.ChoiceField(
        label=_("Kind of mark"), choices=MarkKind.choices, initial=MarkKind.WORD, widget=forms.RadioSelect
    )
    mark_text = common.line(_("Words of the mark"), _("Exactly as registered. Leave empty where it has none."))
    description = common.text(
        _("Description"),
        _("For sound, smell and other marks; for a colour its code. In the words of the register."),
    )
    logo = common.upload(
        _("Picture of the mark"), _("For every mark that is seen: PNG, JPEG or WEBP, up to 10 MB."), common.PICTURES
    )
    office = forms.ChoiceField(label=_("Office"), choices=[("", _("Choose the office")), *OFFICE_CHOICES])
    registration_number = common.number(_("Registration number"), "registration")
    application_number = common.number(_("Application number"), "application")
    international_number = common.number(
        _("International registration"), "international", _("WIPO's number; the office is one that it designates.")
    )
    owner_name = common.line(_("Owner"), _("As the register names it, with its legal form."))
    filing_date = common.day(_("Filed on"), _("As in the register."))
    registration_date = common.day(_("Registered on"), _("Leave empty while the mark is pending."))
    expiry_date = common.day(_("Expires on"), _("The end of the current term."))
    classes = forms.MultipleChoiceField(
        label=_("Nice classes"), choices=CLASS_CHOICES, required=False, widget=forms.CheckboxSelectMultiple
    )
    goods = common.text(
        _("Goods and services"),
        _(
            "The register's own words, one class a line, such as “25: Clothing; footwear”. "
            "Where the register names another edition of the classification: “25 (11-2017): Clothing”."
        ),
        longest=20_000,
        rows=4,
    )
    territories = common.line(_("Countries"), _("Left empty, we enter those of the office."), 2_000)
    certificate = common.upload(
        _("Certificate"),
        _("The registration certificate or the office's extract: PDF up to 20 MB, or a picture."),
        common.PAPERS,
    )

    def __init__(self, *args: Any, right: IPRight | None = None, **kwargs: Any) -> None:
        super().__init__(*args, right=right, **kwargs)
        if self.slug == "trademark" and not (right and (right.is_madrid or right.office == WIPO)):
            del self.fields["international_number"]

    def initial_of(self, right: IPRight) -> dict[str, Any]:
        """Also the classes: ticked, and as lines where they have words or an edition of their own."""
        rows = sorted(right.classes.all(), key=lambda row: row.number)
        standard = edition_for(right.filing_date)
        lines = [
            ClassEntry(row.number, row.goods, "" if row.edition == standard else row.edition)
            for row in rows
            if row.goods or row.edition != standard
        ]
        begun = super().initial_of(right)
        if right.office == WIPO:
            begun |= {"office": "", "registration_number": "", "application_number": "", "territories": ""}
            begun["international_number"] = right.registration_number
        return {**begun, "classes": [str(row.number) for row in rows], "goods": reading.write_goods(lines)}

    def clean_goods(self) -> list[ClassEntry]:
        return self.read(reading.read_goods, "goods")

    def same_names(self) -> tuple[str, ...]:
        return (*super().same_names(), "mark_kind", "mark_text", "description", "international_number")

    def particulars(self) -> dict[str, Any]:
        ticked = [ClassEntry(int(number)) for number in self.cleaned_data["classes"]]
        return {"classes": (*ticked, *self.cleaned_data["goods"])}
