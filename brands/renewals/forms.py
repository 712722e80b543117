"""Forms of the renewals pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from brands.facts import renewal_facts
from brands.models import IPRight
from brands.registers.offices import OFFICE_CHOICES
from brands.registers.renewals import next_expiry
from brands.renewals.reading import Row

PROOFS = ".pdf,.png,.jpg,.jpeg,.webp"


class CalendarForm(forms.Form):
    """What the calendar shows: one office, or all."""

    office = forms.ChoiceField(label=_("Office"), required=False, choices=[("", _("Any office")), *OFFICE_CHOICES])


class DeclareForm(forms.Form):
    """Which deadline was kept, until when the right runs now, and what shows it."""

    deadline = forms.ChoiceField(label=_("What was done"), widget=forms.RadioSelect)
    new_expiry = forms.DateField(
        label=_("Expires now on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("As the office's certificate says. For a declaration of use leave it as it is."),
    )
    certificate = forms.FileField(
        label=_("Certificate or receipt of the office"),
        help_text=_("PDF up to 20 MB, or a picture. Only you and the desk can open it."),
        widget=forms.FileInput(attrs={"accept": PROOFS}),
    )

    def __init__(self, *args: Any, right: IPRight, rows: Sequence[Row], **kwargs: Any) -> None:
        kwargs["initial"] = {"new_expiry": next_expiry(renewal_facts(right)), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.by_name = {name_of(row): row for row in rows}
        field: Any = self.fields["deadline"]
        field.choices = [(name, _words(row)) for name, row in self.by_name.items()]
        if len(rows) == 1:
            self.initial.setdefault("deadline", name_of(rows[0]))
        if not any(row.deadline.renews for row in rows):
            del self.fields["new_expiry"]

    @property
    def chosen(self) -> Row:
        return self.by_name[self.cleaned_data["deadline"]]

    @property
    def new_day(self) -> date | None:
        day: date | None = self.cleaned_data.get("new_expiry")
        return day


def name_of(row: Row) -> str:
    """How a form names a deadline: by its rule and day."""
    return f"{row.deadline.rule}:{row.deadline.due.isoformat()}"


def _words(row: Row) -> str:
    due = date_format(row.deadline.due, "j M Y")
    return _("%(what)s, due on %(due)s") % {"what": row.deadline.label, "due": due}
