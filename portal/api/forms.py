"""The one form of API keys."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.api.models import Scope

LIVES = [("30", _("30 days")), ("90", _("90 days")), ("180", _("180 days")), ("365", _("12 months"))]


class KeyForm(forms.Form):
    """What an administrator wishes for a new key; the verb judges it."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("Say which system uses it, such as “Warehouse import”.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose only what the system needs."),
        error_messages={"required": _("Choose at least one.")},
    )
    life = forms.ChoiceField(
        label=_("Works for"), choices=LIVES, initial="90", help_text=_("Then make a new one and revoke this one.")
    )

    def expires_at(self, now: datetime) -> datetime:
        """Gives the moment at which the key of a valid form ends."""
        return now + timedelta(days=int(self.cleaned_data["life"]))
