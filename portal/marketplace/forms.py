"""What visitors of the sandbox may ask, and how staff make it misbehave."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.marketplace.connectors.sandbox import LONGEST_DELAY
from portal.marketplace.links import resolve
from portal.marketplace.models import MARKETS, SandboxMode, Target, TargetKind


class SearchForm(forms.Form):
    """Search of the shop; what it does not understand it leaves out."""

    q = forms.CharField(label=_("Title, id or @name"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("Everything")), *TargetKind.choices])
    market = forms.ChoiceField(
        label=_("Market"),
        required=False,
        choices=[("", _("All markets")), *((code, code) for code in MARKETS)],
    )


class BehaviourForm(forms.Form):
    """How the sandbox answers the next orders."""

    target = forms.CharField(
        label=_("Target"),
        required=False,
        max_length=300,
        help_text=_(
            "A link or an id, such as LS-88120431. Leave it empty for all targets without a setting of their own."
        ),
    )
    mode = forms.ChoiceField(label=_("Behaviour"), choices=SandboxMode.choices, widget=forms.RadioSelect)
    remaining = forms.IntegerField(
        label=_("For how many orders"),
        required=False,
        min_value=1,
        max_value=10_000,
        help_text=_("Empty: until changed."),
    )
    delay_seconds = forms.IntegerField(
        label=_("Delay in seconds"),
        min_value=0,
        max_value=LONGEST_DELAY,
        initial=60,
        help_text=_("Only for “delay”: when the change can be seen."),
    )

    def clean_target(self) -> Target | None:
        """The target that the line means; a target that is gone can still be set."""
        text = self.cleaned_data["target"]
        answers = resolve([text])
        if not answers:
            return None
        if answers[0].target is None:
            raise forms.ValidationError(answers[0].hint, code=answers[0].answer)
        return answers[0].target

    def behaviour(self) -> dict[str, Any]:
        """The cleaned values as `set_behaviour` takes them."""
        names = ("mode", "target", "remaining", "delay_seconds")
        return {name: self.cleaned_data[name] for name in names}
