"""Forms of the rights pages: they read what people type and hand a Declaration to the verbs."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from brands.declaration import ClassEntry, Declaration
from brands.models import Brand, IPRight, MarkKind
from brands.registers.nice import CLASSES
from brands.registers.offices import OFFICE_CHOICES, default_territories
from brands.registers.statuses import ALLOWS, LABELS, Allows
from brands.registers.territories import parse_countries
from brands.states import STATE_CHOICES
from portal.accounts.actors import Actor

CLASS_CHOICES = [(str(row.number), f"{row.number} · {row.title}") for row in CLASSES.values()]
SEEN_CHOICES = [(s.value, LABELS[s]) for s, allows in ALLOWS.items() if allows is not Allows.NOTHING]
FILE_TYPES = {"logo": ".png,.jpg,.jpeg,.webp", "certificate": ".pdf,.png,.jpg,.jpeg,.webp"}


def _day(label: Any, hint: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=hint, required=False, widget=widget)


def _number(label: Any, kind: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "data-kind": kind})
    return forms.CharField(label=label, required=False, max_length=64, widget=widget)


def _upload(label: Any, hint: Any, name: str) -> forms.FileField:
    widget = forms.FileInput(attrs={"accept": FILE_TYPES[name]})
    return forms.FileField(label=label, help_text=hint, required=False, widget=widget)


class TrademarkForm(forms.Form):
    """A trade mark as its holder declares it; nothing but brand and office is needed to save a draft."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    brand = forms.ModelChoiceField(
        label=_("Brand"),
        queryset=Brand.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label=_("A new brand"),
        help_text=_("One that you have, or a new one."),
    )
    new_brand = forms.CharField(
        label=_("New brand"),
        required=False,
        max_length=120,
        help_text=_("The name people know. Marks with the same sign are kept together below it."),
    )
    mark_kind = forms.ChoiceField(
        label=_("Kind of mark"), choices=MarkKind.choices, initial=MarkKind.WORD, widget=forms.RadioSelect
    )
    mark_text = forms.CharField(
        label=_("Words of the mark"), required=False, max_length=200, help_text=_("Exactly as registered.")
    )
    logo = _upload(
        _("Picture of the mark"), _("For figurative and combined marks: PNG, JPEG or WEBP, up to 10 MB."), "logo"
    )
    office = forms.ChoiceField(label=_("Office"), choices=[("", _("Choose the office")), *OFFICE_CHOICES])
    registration_number = _number(_("Registration number"), "registration")
    application_number = _number(_("Application number"), "application")
    owner_name = forms.CharField(
        label=_("Owner"), required=False, max_length=200, help_text=_("As the register names it, with its legal form.")
    )
    filing_date = _day(_("Filed on"), _("As in the register."))
    registration_date = _day(_("Registered on"), _("Leave empty while the mark is pending."))
    expiry_date = _day(_("Expires on"), _("The end of the current term."))
    classes = forms.MultipleChoiceField(
        label=_("Nice classes"), choices=CLASS_CHOICES, required=False, widget=forms.CheckboxSelectMultiple
    )
    goods = forms.CharField(
        label=_("Goods and services"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The register's own words, one class a line, such as “25: Clothing; footwear”."),
    )
    territories = forms.CharField(
        label=_("Countries"),
        required=False,
        max_length=2_000,
        help_text=_("Left empty, we enter those of the office. For WIPO name the designated countries: “DE, FR, JP”."),
    )
    certificate = _upload(
        _("Certificate"),
        _("The registration certificate or the office's extract: PDF up to 20 MB, or a picture."),
        "certificate",
    )

    def __init__(self, *args: Any, actor: Actor, right: IPRight | None = None, **kwargs: Any) -> None:
        if right is not None:
            kwargs["initial"] = {**initial_of(right), **kwargs.get("initial", {})}
        else:
            kwargs["initial"] = {"key": uuid.uuid4(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.right = right
        brand: Any = self.fields["brand"]
        brand.queryset = Brand.objects.visible_to(actor).order_by("name", "id")

    def clean_goods(self) -> list[ClassEntry]:
        entries = []
        for line in filter(None, (line.strip() for line in self.cleaned_data["goods"].splitlines())):
            found = re.match(r"(?:class\s*)?0{0,2}([1-9][0-9]?)\s*[:.\-–)]\s*(.*)", line, re.IGNORECASE)
            if not found or int(found[1]) not in CLASSES:
                raise forms.ValidationError(
                    _("Begin each line with its class, such as “25: Clothing”. This line does not: “%(line)s”."),
                    params={"line": line[:60]},
                )
            entries.append(ClassEntry(int(found[1]), found[2].strip()))
        return entries

    def clean_territories(self) -> tuple[str, ...] | None:
        found, strange = parse_countries(self.cleaned_data["territories"])
        if strange:
            text = _("We know no country named %(words)s. Use names or two-letter codes, separated by commas.")
            raise forms.ValidationError(text, params={"words": ", ".join(f"“{word[:40]}”" for word in strange[:5])})
        return tuple(found) or None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("brand") and not data.get("new_brand") and not self.errors.get("brand"):
            self.add_error("brand", _("Choose a brand or name a new one."))
        return data

    def declaration(self, **found: Any) -> Declaration:
        """What was declared; `found` brings the brand and the stored files."""
        data = self.cleaned_data
        ticked = [ClassEntry(int(number)) for number in data["classes"]]
        names = ("office", "mark_text", "mark_kind", "application_number", "registration_number", "owner_name")
        days = ("filing_date", "registration_date", "expiry_date")
        return Declaration(
            **{name: data[name] for name in (*names, *days)},
            classes=(*ticked, *data["goods"]),
            territories=data["territories"],
            **found,
        )


def initial_of(right: IPRight) -> dict[str, Any]:
    """The form's first values when a right is edited."""
    countries = sorted(row.country for row in right.territories.all())
    own = tuple(countries) == tuple(sorted(default_territories(right.office)))
    classes = sorted(right.classes.all(), key=lambda row: row.number)
    same = ("office", "mark_text", "mark_kind", "application_number", "registration_number", "owner_name")
    days = ("filing_date", "registration_date", "expiry_date", "version")
    return {
        **{name: getattr(right, name) for name in (*same, *days)},
        "key": right.public_id,
        "brand": right.brand.public_id,
        "classes": [str(row.number) for row in classes],
        "goods": "\n".join(f"{row.number}: {' '.join(row.goods.split())}" for row in classes if row.goods),
        "territories": "" if own else ", ".join(countries),
    }


class FilterForm(forms.Form):
    """What the list shows: by state, by office, by words or number."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("Any state")), *STATE_CHOICES])
    office = forms.ChoiceField(label=_("Office"), required=False, choices=[("", _("Any office")), *OFFICE_CHOICES])


class DecisionForm(forms.Form):
    """What a reviewer decides about a right."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    register_status = forms.ChoiceField(
        label=_("Register status seen today"),
        required=False,
        choices=[("", _("As in our record")), *SEEN_CHOICES],
        help_text=_("Choose one when you looked into the office's own register."),
    )
    reason = forms.CharField(
        label=_("Reason or note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Needed to reject: the rights holder reads it. Say what is wrong and what would cure it."),
    )
