"""The decision form of the desk: what to decide, why, and in which words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints import policies
from complaints.casework.deciding import ASK
from complaints.models import DeskTemplate
from complaints.reasons import GROUNDS, NEEDS_MISSING_PROOF, SENIOR_ONLY, Ground, Outcome, Reason, grounds_for

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
PARTS = ("", "rest_")


def ground_choices(*, senior: bool = False) -> list[tuple[Any, Any]]:
    """Groups the grounds of the policy by the outcome that they carry; some are for seniors alone."""
    groups: list[tuple[Any, Any]] = [("", _("Choose…"))]
    for outcome, label in ((Outcome.ACCEPTED, _("Accept because")), (Outcome.REJECTED, _("Reject because"))):
        offered = [ground for ground in grounds_for(outcome) if senior or ground not in SENIOR_ONLY]
        groups.append((label, [(ground.value, f"{ground.value} {GROUNDS[ground].label}") for ground in offered]))
    return groups


def template_choices(templates: Iterable[DeskTemplate]) -> list[tuple[Any, Any]]:
    """Groups the texts to start from by what they are used for."""
    groups: list[tuple[Any, Any]] = [("", _("None"))]
    for use in (DeskTemplate.Use.DECISION, DeskTemplate.Use.QUESTION):
        mine = [(str(one.pk), _named(one)) for one in templates if one.use == use]
        if mine:
            groups.append((use.label, mine))
    return groups


def _named(template: DeskTemplate) -> str:
    return f"{template.name} ({template.ground})" if template.ground else template.name


def _needs_proof() -> str:
    return ", ".join(sorted(ground.value for ground in NEEDS_MISSING_PROOF))


class DecisionForm(forms.Form):
    """Holds what was typed; the verbs judge it, and their refusals are shown at its fields.

    The `rest_` fields decide the open items that were not chosen, in the same press.
    """

    outcome = forms.ChoiceField(label=_("Decision"), choices=OUTCOMES, required=False)
    ground = forms.ChoiceField(label=_("Reason"), required=False)
    missing_proof = forms.CharField(
        label=_("Which proof is missing?"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 1, "maxlength": 1000}),
    )
    text = forms.CharField(
        label=_("Text to both sides"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 5000}),
    )
    template = forms.ChoiceField(label=_("Start from a template"), required=False)
    rest_outcome = forms.ChoiceField(label=_("Decision for the other open items"), choices=OUTCOMES, required=False)
    rest_ground = forms.ChoiceField(label=_("Reason for these"), required=False)
    rest_missing_proof = forms.CharField(
        label=_("Which proof is missing for these?"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 1, "maxlength": 1000}),
    )
    rest_text = forms.CharField(
        label=_("Text about these"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 5000}),
    )

    def __init__(
        self,
        *args: Any,
        senior: bool = False,
        templates: Iterable[DeskTemplate] = (),
        policy: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.senior = senior
        self.policy = policy or policies.version_in_force()
        for part in PARTS:
            grounds: Any = self.fields[f"{part}ground"]
            grounds.choices = ground_choices(senior=senior)
            self.fields[f"{part}missing_proof"].help_text = _("Required for %s; the complainant reads it.") % (
                _needs_proof()
            )
        self.fields["ground"].label = _("Reason (policy %s)") % self.policy
        texts: Any = self.fields["template"]
        texts.choices = template_choices(templates)

    def offer_first(self, ground: Ground) -> None:
        """Puts a ground on top of its outcome, and makes it the one that is offered with it."""
        field: Any = self.fields["ground"]
        field.choices = [
            (label, sorted(group, key=lambda each: each[0] != ground.value) if isinstance(group, list) else group)
            for label, group in ground_choices(senior=self.senior)
        ]
        field.widget.attrs["data-usual-rejected"] = ground.value

    def said(self, name: str) -> str:
        """Gives a field as it was typed."""
        return str(self.data.get(name, "")) if self.is_bound else ""

    @property
    def has_rest(self) -> bool:
        """Says whether something is typed for the other open items, so that their fields are shown unfolded."""
        return any(self.said(f"rest_{name}") for name in ("outcome", "ground", "text", "missing_proof"))
