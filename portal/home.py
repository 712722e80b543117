"""The front door: who comes in is sent where their work is; who is not signed in learns what the desk does."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.accounts.actors import ActorKind, actor_of


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Sends members to their dashboard, staff to the desk, sellers to their decisions; others see the landing page."""
    actor = actor_of(request)
    if actor.kind == ActorKind.STAFF:
        return redirect("admin:index")
    if actor.kind == ActorKind.MEMBER and actor.organisation:
        return redirect("complaints:dashboard")
    if actor.user is not None:
        holds = actor.user.marketplace_accounts.exists()
        return redirect("respondent:list" if holds else "accounts:new-organisation")
    return render(request, "home/landing.html")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Leads browsers that ask for the old name to our icon."""
    return redirect(static("icon.svg"))


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Will answer 200 when the process serves and its database answers; raises, and so answers 500, if not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return JsonResponse({"status": "ok"})
