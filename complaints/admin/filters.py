"""What the queue can be narrowed to, and where its next page begins: by key, so that any length costs the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brands.models import RightKind
from complaints.models import Complaint, RoutingRule
from complaints.ranking import short
from complaints.reasons import REASONS
from complaints.review.priority import LANGUAGE_OF, TIER_LABELS
from portal.marketplace.models import MARKETS

ANY = [("", _("Any"))]
LANGUAGES = sorted({*LANGUAGE_OF.values(), *(short(code) for code, _name in settings.LANGUAGES)})
COLUMNS = {"kind": "right__kind", "reason": "reason", "market": "market", "language": "language", "tier": "tier"}


def plain(values: Sequence[str]) -> list[tuple[str, str]]:
    return [(value, value) for value in values]


class QueueFilter(forms.Form):
    """The filters of the queue; what cannot be is left out, so that an old link still opens."""

    kind = forms.ChoiceField(label=_("Kind of right"), required=False, choices=[*ANY, *RightKind.choices])
    reason = forms.ChoiceField(
        label=_("Reason"), required=False, choices=[*ANY, *((code.value, text.label) for code, text in REASONS.items())]
    )
    market = forms.ChoiceField(label=_("Market"), required=False, choices=[*ANY, *plain(MARKETS)])
    language = forms.ChoiceField(label=_("Language"), required=False, choices=[*ANY, *plain(LANGUAGES)])
    tier = forms.ChoiceField(label=_("Reporter"), required=False, choices=[*ANY, *TIER_LABELS.items()])
    skill = forms.ChoiceField(label=_("Skill"), required=False, choices=[])
    marked = forms.ChoiceField(
        label=_("Marked"), required=False, choices=[*ANY, ("any", _("Marked")), *Complaint.Mark.choices]
    )

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data, auto_id="f_%s")
        skills = RoutingRule.objects.filter(is_active=True).exclude(skill="").order_by("skill")
        named = plain(list(skills.values_list("skill", flat=True).distinct()))
        field: Any = self.fields["skill"]
        field.choices = [*ANY, ("-", _("None asked")), *named]
        self.is_valid()

    @property
    def chosen(self) -> dict[str, str]:
        """What was chosen and can be."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    def narrow(self, cases: QuerySet[Complaint]) -> QuerySet[Complaint]:
        chosen = self.chosen
        found = cases.filter(**{COLUMNS[name]: value for name, value in chosen.items() if name in COLUMNS})
        if "skill" in chosen:
            found = found.filter(skill="" if chosen["skill"] == "-" else chosen["skill"])
        if "marked" in chosen:
            why = chosen["marked"]
            found = found.exclude(marked_for="") if why == "any" else found.filter(marked_for=why)
        return found


def page_after(cases: QuerySet[Complaint], after: str, size: int) -> tuple[list[Any], str]:
    """Gives the cases behind a key of `rank_at` and id ("" is the beginning) and the key of the next page, or ""."""
    begin = read_key(after)
    if begin is not None:
        at, pk = begin
        cases = cases.filter(rank_at__gte=at).exclude(Q(rank_at=at) & Q(pk__lte=pk))
    rows = list(cases[: size + 1])
    return rows[:size], key_of(rows[size - 1]) if len(rows) > size else ""


def key_of(case: Complaint) -> str:
    return f"{case.rank_at.isoformat()}~{case.pk}" if case.rank_at else ""


def read_key(text: str) -> tuple[datetime, int] | None:
    """Reads a key; None for anything that is none."""
    moment, _tilde, number = text.replace(" ", "+").partition("~")
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return None if timezone.is_naive(at) else (at, int(number))
