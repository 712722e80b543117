"""The first page: what waits for you, then the figures."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from brands.models import IPRight
from complaints import figures
from complaints.models import Complaint
from complaints.querysets import ComplaintQuerySet
from portal.accounts.actors import actor_of
from portal.accounts.doors import member_required


@member_required
def dashboard(request: HttpRequest) -> HttpResponse:
    """Shows questions, drafts and rejected rights first, then numbers and the newest complaints."""
    actor, now = actor_of(request), timezone.now()
    mine = Complaint.objects.visible_to(actor)
    rights = IPRight.objects.visible_to(actor)
    waiting = figures.waiting(actor) if actor.can_file else []
    to_cure = list(rights.in_state("rejected").for_lists()[:5]) if actor.can_register else []
    differing = list(rights.to_explain().select_related("family", "brand")[:5]) if actor.can_register else []
    return render(
        request,
        "complaints/dashboard.html",
        {
            "waiting": waiting,
            "to_cure": to_cure,
            "differing": differing,
            "waits": len(waiting) + len(to_cure) + len(differing),
            "drafts": _drafts(mine) if actor.can_file else [],
            "newest": mine.filed().for_lists().order_by("-submitted_at", "-id")[:8],
            "figures": figures.figures(actor, now),
            "weeks": figures.per_week(actor, now),
            "chart_names": {"a": _("Accepted"), "b": _("Partially accepted"), "c": _("Rejected")},
            "rights": rights.for_lists()[:6],
        },
    )


def _drafts(mine: ComplaintQuerySet) -> ComplaintQuerySet:
    return mine.drafts().select_related("right__family").order_by("-updated_at", "-id")[:5]
