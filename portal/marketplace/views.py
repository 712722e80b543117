"""The shop of the sandbox marketplace, and the controls that make it misbehave."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.actors import actor_of
from portal.errors import Forbidden, Refused
from portal.marketplace import shop
from portal.marketplace.connectors.sandbox import clear_behaviour, may_control, set_behaviour
from portal.marketplace.forms import BehaviourForm, SearchForm
from portal.marketplace.models import PREFIXES, SandboxBehaviour, Target

PAGE = 24


def frame(request: HttpRequest, **context: Any) -> dict[str, Any]:
    """What every page of the shop needs beside its own."""
    return {"controls": may_control(actor_of(request)), **context}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Shows what is on offer, newest first, with a search."""
    form = SearchForm(request.GET or None)
    form.is_valid()
    cleaned = getattr(form, "cleaned_data", {})
    found = shop.search(
        timezone.now(),
        words=cleaned.get("q", ""),
        kind=cleaned.get("kind", ""),
        market=cleaned.get("market", ""),
    )
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    asked = any(cleaned.get(name) for name in ("q", "kind", "market"))
    return render(request, "marketplace/home.html", frame(request, form=form, page=page, asked=asked))


@require_safe
def offer(request: HttpRequest, kind: str, number: str) -> HttpResponse:
    """Shows one listing, video or livestream, also when it is gone."""
    target = get_object_or_404(shop.everything(timezone.now()), kind=kind, marketplace_id=PREFIXES[kind] + number)
    pinned = target.livestream.pinned.order_by("id") if kind == "livestream" else []
    context = frame(request, target=target, tone=shop.tone(target), label=shop.label(target), pinned=pinned)
    return render(request, f"marketplace/{kind}.html", context)


@require_safe
def account(request: HttpRequest, handle: str) -> HttpResponse:
    """Shows one account and what it offers."""
    if "\0" in handle:
        raise Http404
    now = timezone.now()
    target = get_object_or_404(shop.everything(now), account__handle=handle.lower())
    page = Paginator(shop.on_offer(now).filter(owner=target.pk), PAGE).get_page(request.GET.get("page"))
    context = frame(request, target=target, tone=shop.tone(target), label=shop.label(target), page=page)
    return render(request, "marketplace/account.html", context)


@require_safe
def picture(request: HttpRequest, pk: int, version: int) -> FileResponse:
    """Serves the public picture of a target; the version in the address lets browsers keep it."""
    target = get_object_or_404(Target.objects.only("picture", "version").exclude(picture=""), pk=pk, version=version)
    try:
        response = FileResponse(target.picture.open("rb"), content_type="image/png")
    except FileNotFoundError:
        raise Http404 from None
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def controls(request: HttpRequest) -> HttpResponse:
    """Shows and sets how the sandbox answers orders; staff only, or anybody in development."""
    actor = actor_of(request)
    if not may_control(actor):
        raise PermissionDenied
    form = BehaviourForm(request.POST or None, initial={"target": request.GET.get("target", ""), "mode": "agree"})
    if request.method == "POST" and form.is_valid():
        try:
            set_behaviour(actor=actor, now=timezone.now(), **form.behaviour())
        except Refused as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            messages.success(request, _t("The sandbox behaves so from now on."))
            return redirect("sandbox:controls")
    current = SandboxBehaviour.objects.select_related("target__account").order_by("target", "id")
    context = frame(request, form=form, current=current)
    return render(request, "marketplace/controls.html", context, status=422 if form.errors else 200)


@require_POST
def clear(request: HttpRequest, pk: int) -> HttpResponse:
    """Removes one behaviour from the list."""
    try:
        clear_behaviour(actor=actor_of(request), behaviour_id=pk)
    except Forbidden:
        raise PermissionDenied from None
    messages.success(request, _t("Removed. The sandbox does what it is asked again."))
    return redirect("sandbox:controls")
