"""The filters of the list, and the form of the desk."""

from __future__ import annotations

from typing import Any, Self

from django import forms
from django.utils.translation import gettext_lazy as _

from brands.models import IPRight, RightKind
from brands.registers.offices import OFFICE_CHOICES
from brands.registers.statuses import ALLOWS, LABELS, Allows
from brands.states import STATE_CHOICES

SEEN_CHOICES = [(s.value, LABELS[s]) for s, allows in ALLOWS.items() if allows is not Allows.NOTHING]


class FilterForm(forms.Form):
    """What the list shows: by kind, by state, by office, by words or number."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("Any kind")), *RightKind.choices])
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

    def for_right(self, right: IPRight) -> Self:
        """The same form where we hold no record of the right: then there is nothing for it to be as in."""
        if right.record_id is None and right.kind != RightKind.COPYRIGHT:
            seen: Any = self.fields["register_status"]
            seen.choices = [("", _("We hold no record: choose what you saw")), *SEEN_CHOICES]
        return self
