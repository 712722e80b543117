"""The decision form of the desk: what to decide, why, and in which words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.reasons import GROUNDS, POLICY_VERSION, Ground, Outcome, Reason, grounds_for

ASK = "ask"
OUTCOMES: list[tuple[str, Promise]] = [
    ("", _("Choose…")),
    (Outcome.ACCEPTED.value, _("Accept")),
    (Outcome.REJECTED.value, _("Reject")),
    (ASK, _("Ask the complainant")),
]
USUAL = {
    Reason.COUNTERFEIT: Ground.COUNTERFEIT,
    Reason.SIMILAR_SIGN: Ground.SIMILAR_SIGN,
    Reason.MARK_IN_CONTENT: Ground.MARK_IN_CONTENT,
    Reason.IMPERSONATION: Ground.IMPERSONATION,
    Reason.COPIED_WORK: Ground.COPIED_WORK,
    Reason.COPIED_DESIGN: Ground.COPIED_DESIGN,
    Reason.PATENT_USED: Ground.PATENT_USED,
}


def ground_choices() -> list[tuple[Any, Any]]:
    """Groups the grounds of the policy by the outcome that they carry."""
    groups: list[tuple[Any, Any]] = [("", _("Choose…"))]
    for outcome, label in ((Outcome.ACCEPTED, _("Accept because")), (Outcome.REJECTED, _("Reject because"))):
        groups.append((label, [(g.value, f"{g.value} {GROUNDS[g].label}") for g in grounds_for(outcome)]))
    return groups


class DecisionForm(forms.Form):
    """Holds what was typed; the verbs judge it, and their refusals are shown at its fields."""

    outcome = forms.ChoiceField(label=_("Decision"), choices=OUTCOMES, required=False)
    ground = forms.ChoiceField(label=_("Reason"), choices=ground_choices, required=False)
    text = forms.CharField(
        label=_("Text to both sides"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 5000}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].label = _("Reason (policy %s)") % POLICY_VERSION

    def offer_first(self, ground: Ground) -> None:
        """Puts a ground on top of its outcome, and makes it the one that is offered with it."""
        field: Any = self.fields["ground"]
        field.choices = [
            (label, sorted(group, key=lambda each: each[0] != ground.value) if isinstance(group, list) else group)
            for label, group in ground_choices()
        ]
        field.widget.attrs["data-usual-rejected"] = ground.value

    def said(self, name: str) -> str:
        """Gives a field as it was typed."""
        return str(self.data.get(name, "")) if self.is_bound else ""
