"""Quality at the desk: the sample that waits for a second look, agreement by policy, times by stage."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from complaints import casework, reasons
from complaints.admin.desk import around, at_desk
from complaints.admin.page import CasePage
from complaints.models import SecondLook
from complaints.reasons import GROUNDS, Ground, Outcome
from complaints.review import quality
from portal.accounts.actors import Actor, actor_of
from portal.errors import DomainError, NotFound

PERIOD = timedelta(days=30)


def _grounds() -> list[tuple[str, list[tuple[str, str]]]]:
    labels = {Outcome.ACCEPTED: _("Accept"), Outcome.REJECTED: _("Reject")}
    return [
        (label, [(ground.value, f"{ground.value} {GROUNDS[ground].label}") for ground in reasons.grounds_for(outcome)])
        for outcome, label in labels.items()
    ]


class LookForm(forms.Form):
    """What the second reviewer would decide; the outcome follows from the ground."""

    ground = forms.ChoiceField(label=gettext_lazy("What would you decide?"), choices=[])
    note = forms.CharField(
        label=gettext_lazy("Note for the desk"),
        required=False,
        max_length=casework.NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Stays inside; say what made it hard."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].choices = [("", _("Choose")), *_grounds()]  # type: ignore[attr-defined]


@at_desk
@require_safe
def quality_page(request: HttpRequest) -> HttpResponse:
    """Shows what waits for this reviewer, and the figures; auditors and policy read the figures."""
    actor, now = actor_of(request), timezone.now()
    works = actor.has_staff_role("reviewer", "senior")
    context = {
        "title": _("Quality"),
        "view": "quality",
        "looks": casework.waiting_looks(actor) if works else [],
        "works": works,
        "agreements": quality.by_policy(),
        "stages": quality.stages(now - PERIOD),
        "days": PERIOD.days,
    }
    return render(request, "admin/complaints/quality/overview.html", around(request, now, **context))


@at_desk
def look_page(request: HttpRequest, look: int) -> HttpResponse:
    """Shows one item as the first reviewer saw it, without what they decided, and keeps the second opinion."""
    actor, now = actor_of(request), timezone.now()
    if not actor.has_staff_role("reviewer", "senior"):
        raise Http404
    form = LookForm(request.POST or None)
    try:
        if request.method == "POST" and form.is_valid():
            ground = Ground(form.cleaned_data["ground"])
            casework.record_look(
                actor=actor,
                look_id=look,
                outcome=GROUNDS[ground].outcome.value,
                ground=ground.value,
                note=form.cleaned_data["note"],
                now=now,
            )
            messages.success(request, _("Kept. The case stays as it is."))
            return redirect("admin:complaints_complaint_quality")
        found = casework.open_look(actor=actor, look_id=look, now=now)
    except NotFound as error:
        raise Http404 from error
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("admin:complaints_complaint_quality")
    status = 422 if form.is_bound else 200
    return render(
        request, "admin/complaints/quality/look.html", _of_look(request, actor, found, form, now), status=status
    )


def _of_look(request: HttpRequest, actor: Actor, look: SecondLook, form: LookForm, now: Any) -> dict[str, Any]:
    page = CasePage(actor, look.item.complaint, now, chosen=look.item_id)
    for row in page.rows:
        row.item.decision = None  # the second reviewer does not see what the first decided
    context = {"title": _("Second look"), "look": look, "case": look.item.complaint, "page": page, "form": form}
    return around(request, now, mark=page.mark_words, **context)
