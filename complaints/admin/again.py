"""Deciding again: a senior replaces a decision that stands, with the same preview as for the first one."""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints import casework
from complaints.admin.desk import at_desk
from complaints.admin.forms import OUTCOMES
from complaints.admin.loading import load
from complaints.admin.press import Press
from complaints.admin.shown import Shown, fresh_form, look, refuse
from complaints.casework.deciding import ASK
from complaints.models import Complaint, Item
from portal.accounts.actors import Actor, actor_of
from portal.errors import DomainError


@at_desk
def again_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Lists what was decided or is held, with the form that decides it again; for seniors."""
    actor = actor_of(request)
    if not actor.has_staff_role("senior"):
        raise PermissionDenied
    case = load(actor, pk)
    if case is None:
        raise Http404
    typed = request.POST if request.method == "POST" else None
    shown = Shown(fresh_form(case, actor, typed))
    offered = [(code, label) for code, label in OUTCOMES if code != ASK]
    shown.form.fields["outcome"].choices = offered  # type: ignore[attr-defined]
    if typed is not None:
        press = Press(actor, case, typed, timezone.now())
        if press.text("do") == "preview":
            look(press, shown, again=True)
        elif _decide(request, press, shown):
            return redirect("admin:complaints_complaint_case", case.pk)
    return _show(request, case, actor, shown)


def _decide(request: HttpRequest, press: Press, shown: Shown) -> bool:
    items = press.numbers("items")
    typed = {name: press.text(name) for name in ("outcome", "ground", "text", "missing_proof", "policy")}
    try:
        made = casework.supersede(
            actor=press.actor, complaint_id=press.complaint.pk, item_ids=items, now=press.now, **typed
        )
    except DomainError as error:
        refuse(error, press, shown, at_fields=True)
        return False
    said = ngettext("%d item decided again.", "%d items decided again.", len(items)) % len(items)
    if any(decision.needs_second for decision in made):
        said += " " + _("Measures on accounts wait for a second person; nothing was sent about them yet.")
    messages.success(request, said)
    return True


def _show(request: HttpRequest, case: Complaint, actor: Actor, shown: Shown) -> HttpResponse:
    items = list(_again(case))
    chosen = set(request.POST.getlist("items"))
    context = {
        **admin.site.each_context(request),
        "title": _("Decide again: %s") % case.reference,
        "case": case,
        "shown": shown,
        "form": shown.form,
        "rows": [(item, str(item.pk) in chosen or len(items) == 1) for item in items],
        "can_work": actor.has_staff_role("reviewer", "senior"),
        "decided_today": 0,
    }
    return render(request, "admin/complaints/desk/again.html", context, status=shown.status)


def _again(case: Complaint) -> list[Item]:
    found = case.items.for_pages().filter(decision__isnull=False).select_related("decision__decided_by")
    return list(found)
