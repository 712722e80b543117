"""The page to sign up: it knows the visitor's zone and the invitation they came with.

It stands apart from forms.py because the library builds its own form upon SignupForm there.
"""

from __future__ import annotations

from typing import Any

from allauth.account.forms import SignupForm
from allauth.core import context
from django import forms

from portal.accounts.pending import pending_invitation
from portal.accounts.zones import is_time_zone


class PageSignupForm(SignupForm):
    """Signing up in a browser; the API asks for the same without a page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].widget = forms.HiddenInput(attrs={"data-zone": ""})
        invitation = pending_invitation(context.request)
        if invitation is not None:
            self.initial.setdefault("email", invitation.email)

    def clean_time_zone(self) -> str:
        """Takes the zone that a script wrote; nobody could correct a hidden field, so an unknown one is UTC."""
        zone = str(self.cleaned_data["time_zone"])
        return zone if is_time_zone(zone) else "UTC"
