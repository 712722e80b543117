"""Forms about authorised sellers: they read what people type and hand terms to the verbs."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from brands.gtin import read_gtins, shown
from brands.models import AuthorisedSeller, Brand, IPRight
from brands.registers.territories import parse_countries
from brands.registry import SellerTerms
from portal.accounts.actors import Actor
from portal.marketplace.models import Account

MOST_RIGHTS = 200
PROOFS = ".pdf,.png,.jpg,.jpeg,.webp"
SHOWN = [("", _("In force or asked for")), ("asked", _("Asked for")), ("listed", _("In force")),
         ("over", _("Run out")), ("ended", _("Ended")), ("refused", _("Refused")), ("all", _("All"))]  # fmt: skip


def _day(label: Any, hint: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=hint, required=False, widget=widget)


class TermsForm(forms.Form):
    """Under which right, where, for what and when an account may use the mark."""

    right = forms.ChoiceField(label=_("Brand or right"), help_text=_("All rights of a brand, or one of them."))
    territories = forms.CharField(
        label=_("Countries"),
        required=False,
        max_length=2_000,
        help_text=_("Names or two-letter codes, such as “DE, FR”. Left empty: wherever the right holds."),
    )
    gtins = forms.CharField(
        label=_("Products (GTIN)"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("8, 12, 13 or 14 digits, one a line or with commas. Left empty: every product."),
    )
    starts_on = _day(_("From"), _("Today, unless you say otherwise. Days are in UTC."))
    ends_on = _day(_("Until"), _("The last day. Left empty: until you end it."))

    def __init__(self, *args: Any, actor: Actor, today: date, brand: Brand | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.rights = {str(right.public_id): right for right in _rights(actor, brand)}
        self.brands = {f"brand:{row.public_id}": row for row in _brands(actor, self.rights.values(), brand)}
        field: Any = self.fields["right"]
        field.choices = [("", _("Choose")), *self._choices()]

    def clean_territories(self) -> tuple[str, ...]:
        found, strange = parse_countries(self.cleaned_data["territories"])
        if strange:
            text = _("We know no country named %(words)s. Use names or two-letter codes, separated by commas.")
            raise ValidationError(text, params={"words": ", ".join(f"“{word[:40]}”" for word in strange[:5])})
        return tuple(found)

    def clean_gtins(self) -> tuple[str, ...]:
        good, bad = read_gtins(self.cleaned_data["gtins"])
        if bad:
            raise ValidationError(bad[:5])
        return tuple(good)

    def terms(self) -> SellerTerms:
        """What was chosen, for the verbs."""
        data = self.cleaned_data
        right = self.rights.get(data["right"])
        return SellerTerms(
            brand=right.brand if right else self.brands[data["right"]],
            right=right,
            territories=data["territories"],
            gtins=data["gtins"],
            starts_on=data["starts_on"] or self.today,
            ends_on=data["ends_on"],
        )

    def _choices(self) -> list[tuple[str, list[tuple[str, str]]]]:
        groups: dict[int, tuple[str, list[tuple[str, str]]]] = {}
        for name, brand in self.brands.items():
            groups[brand.pk] = (brand.name, [(name, _("All rights of %(brand)s") % {"brand": brand.name})])
        for name, right in self.rights.items():
            groups.setdefault(right.brand_id, (right.brand.name, []))[1].append((name, str(right)))
        return [groups[pk] for pk in groups]


class AddForm(TermsForm):
    """One account to be listed."""

    account = forms.CharField(
        label=_("Account"),
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Its id (SA-…), its @handle or its link. The name of a shop does not count."),
    )
    field_order = ("account",)


class UploadForm(forms.Form):
    """A table of accounts."""

    csv = forms.FileField(
        label=_("CSV file"),
        help_text=_("In UTF-8, up to 500 lines and 2 MB. Take the template as it is."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )


class FilterForm(forms.Form):
    """What the list shows."""

    q = forms.CharField(label=_("Account or brand"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False, choices=SHOWN)


class ReasonForm(forms.Form):
    """Why a request is refused."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The seller reads it."),
    )


class AskForm(forms.Form):
    """What a seller asks of a brand."""

    account = forms.ModelChoiceField(label=_("Your account"), queryset=Account.objects.none(), empty_label=None)
    brand = forms.CharField(
        label=_("Brand"),
        max_length=120,
        help_text=_(
            "The number of a decision about your account, such as D-2026-000123, or the exact name of the brand."
        ),
    )
    message = forms.CharField(
        label=_("Why should it list you?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Since when you sell its goods, through whom, a number that it can look up. The brand reads it."),
    )
    proof = forms.FileField(
        label=_("Proof"),
        required=False,
        help_text=_("A contract, an invoice, a letter: PDF up to 20 MB, or a picture. The brand can open it."),
        widget=forms.FileInput(attrs={"accept": PROOFS}),
    )

    def __init__(self, *args: Any, user_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["account"]
        field.queryset = Account.objects.filter(holders=user_id).select_related("target").order_by("handle")


def initial_of(row: AuthorisedSeller) -> dict[str, Any]:
    """The first values when an entry is changed or a request accepted."""
    return {
        "right": str(row.right.public_id) if row.right else f"brand:{row.brand.public_id}",
        "territories": ", ".join(row.territories),
        "gtins": shown(row.gtins),
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
    }


def _rights(actor: Actor, brand: Brand | None) -> list[IPRight]:
    found = IPRight.objects.visible_to(actor).exclude(state="rejected").select_related("brand", "family")
    if brand is not None:
        found = found.filter(brand=brand)
    return list(found.order_by("brand__name", "office", "id")[:MOST_RIGHTS])


def _brands(actor: Actor, rights: Any, brand: Brand | None) -> list[Brand]:
    """Brands that may be chosen whole: an agent needs an authorisation for all rights, which the verb checks."""
    if actor.grants is not None and not any(grant.all_rights for grant in actor.grants):
        return []
    if brand is not None:
        return [brand]
    known: dict[UUID, Brand] = {right.brand.public_id: right.brand for right in rights}
    return sorted(known.values(), key=lambda row: (row.name, row.pk))
