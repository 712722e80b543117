"""What the forms of all kinds share: the brand, the files, and how a form becomes a Declaration."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from brands import reading
from brands.declaration import Attachment, Declaration
from brands.models import Brand, IPRight, RightFileKind
from brands.registers.offices import default_territories
from portal.accounts.actors import Actor
from portal.errors import Refused
from portal.files.models import StoredFile

T = TypeVar("T")
PICTURES = ".png,.jpg,.jpeg,.webp"
PAPERS = f".pdf,{PICTURES}"
NUMBERS = ("registration_number", "application_number")
REGISTER = ("office", *NUMBERS)
# Columns whose fields have the same name and begin with the same value.
COLUMNS = frozenset(field.name for field in IPRight._meta.concrete_fields) - {"brand", "logo", "certificate"}
DAYS = ("filing_date", "registration_date", "expiry_date")


class ManyFilesInput(forms.FileInput):
    """A field for several files at once."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name) if isinstance(files, MultiValueDict) else files.get(name)


class ManyFiles(forms.FileField):
    """Several files; gives a list, empty where none was sent."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        return [super(ManyFiles, self).clean(each, initial) for each in data or []]


def day(label: Any, hint: Any = "") -> forms.DateField:
    """A calendar field that may stay empty."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=hint, required=False, widget=widget)


def number(label: Any, kind: str, hint: Any = "") -> forms.CharField:
    """A register number, which no browser completes or spells."""
    widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "data-kind": kind})
    return forms.CharField(label=label, help_text=hint, required=False, max_length=64, widget=widget)


def line(label: Any, hint: Any = "", longest: int = 200) -> forms.CharField:
    """One line of words."""
    return forms.CharField(label=label, help_text=hint, required=False, max_length=longest)


def text(label: Any, hint: Any = "", longest: int = 2000, rows: int = 3) -> forms.CharField:
    """Several lines of words."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=hint, required=False, max_length=longest, widget=widget)


def upload(label: Any, hint: Any, accept: str) -> forms.FileField:
    """One file."""
    return forms.FileField(
        label=label, help_text=hint, required=False, widget=forms.FileInput(attrs={"accept": accept})
    )


def uploads(label: Any, hint: Any, accept: str) -> ManyFiles:
    """Several files."""
    return ManyFiles(label=label, help_text=hint, required=False, widget=ManyFilesInput(attrs={"accept": accept}))


class RightForm(forms.Form):
    """What every kind has; nothing but the brand is needed to save a draft."""

    # The word in the address; what pages say of it; the fields with one file, and those with several: what they show.
    slug: ClassVar[str] = ""
    heading: ClassVar[Promise | str] = ""
    lede: ClassVar[Promise | str] = ""
    needs: ClassVar[Promise | str] = ""
    papers: ClassVar[tuple[str, ...]] = ("certificate",)
    piles: ClassVar[dict[str, RightFileKind]] = {}

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
    new_brand = line(
        _("New brand"), _("The name people know. Rights in the same sign are kept together below it."), 120
    )
    drop = forms.MultipleChoiceField(
        label=_("Take these files away"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, actor: Actor, right: IPRight | None = None, **kwargs: Any) -> None:
        begun = self.initial_of(right) if right is not None else {"key": uuid.uuid4()}
        kwargs["initial"] = {**begun, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.right = right
        brand: Any = self.fields["brand"]
        brand.queryset = Brand.objects.visible_to(actor).order_by("name", "id")
        drop: Any = self.fields["drop"]
        drop.choices = [(str(row.public_id), row.label) for row in self._kept()]

    def _kept(self) -> list[Any]:
        rows = list(self.right.files.all()) if self.right is not None and self.piles else []
        return sorted(rows, key=lambda row: (row.place, row.pk))

    def initial_of(self, right: IPRight) -> dict[str, Any]:
        """The first values when a right is edited."""
        own = {name: getattr(right, name) for name in self.base_fields if name in COLUMNS}
        own |= {name: right.declared_number(name) for name in NUMBERS if name in own}
        countries = sorted(row.country for row in right.territories.all())
        standard = right.is_everywhere or tuple(countries) == tuple(sorted(default_territories(right.office)))
        shown = "" if standard else ", ".join(countries)
        return {**own, "key": right.public_id, "brand": right.brand.public_id, "territories": shown}

    def clean_territories(self) -> tuple[str, ...] | None:
        return self.read(reading.read_countries, "territories")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("brand") and not data.get("new_brand") and not self.errors.get("brand"):
            self.add_error("brand", _("Choose a brand or name a new one."))
        return data

    def judge(self, check: Callable[[str], None], name: str) -> str:
        """One field as it was typed, when a rule of brands/writing/checking.py has nothing against it.

        The verbs ask the same; asked here as well, everything that is wrong is said at once.
        """
        text: str = self.cleaned_data[name]
        try:
            check(text)
        except Refused as error:
            raise forms.ValidationError(str(error)) from error
        return text

    def read(self, reader: Callable[[str], T], name: str) -> T:
        """Reads one field with a function of brands/reading.py; what it refuses is an error of the field."""
        try:
            return reader(self.cleaned_data[name])
        except Refused as error:
            raise forms.ValidationError(str(error)) from error

    @property
    def file_names(self) -> tuple[str, ...]:
        """The names of all fields that take files."""
        return (*self.papers, *self.piles)

    def attachments(self, taken: dict[str, list[StoredFile]]) -> tuple[Attachment, ...] | None:
        """The whole set of files: what stays, then what came, by field; None where the kind has none."""
        if not self.piles:
            return None
        gone = set(self.cleaned_data["drop"])
        kept = [Attachment(row.kind, row.file) for row in self._kept() if str(row.public_id) not in gone]
        new = [Attachment(self.piles[name], stored) for name, pile in taken.items() for stored in pile]
        return (*kept, *new)

    def declaration(self, **found: Any) -> Declaration:
        """What was declared; `found` brings the brand and the stored files."""
        names = [name for name in self.same_names() if name in self.cleaned_data]
        return Declaration(**{name: self.cleaned_data[name] for name in names}, **self.particulars(), **found)

    def same_names(self) -> tuple[str, ...]:
        """Fields that a Declaration knows by the same name."""
        return (*REGISTER, *DAYS, "name", "owner_name", "territories")

    def particulars(self) -> dict[str, Any]:
        """What this kind adds to the Declaration."""
        return {}
