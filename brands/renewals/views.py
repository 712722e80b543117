"""The calendar of renewals, what its holder says was done, and the person's secret feed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brands import registry
from brands.models import CalendarFeed, IPRight, Renewal
from brands.renewals import reading
from brands.renewals.forms import CalendarForm, DeclareForm
from brands.renewals.reading import Row
from portal.accounts import why
from portal.accounts.actors import Actor, actor_of
from portal.accounts.doors import fresh_sign_in_required, member_required
from portal.accounts.grants import AgentVerb
from portal.errors import DomainError, Forbidden, NotFound
from portal.files import store

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
UNKNOWN_SHOWN = 20


def _registering(view: View[P]) -> View[P]:
    """Lets those pass who may change rights; a viewer is refused (403)."""

    @member_required  # type: ignore[arg-type]
    @wraps(view)
    def inner(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        actor = actor_of(request)
        if not actor.can_register:
            raise PermissionDenied(why.not_this(actor, AgentVerb.REGISTER))
        return view(request, *args, **kwargs)

    return inner


@require_GET
@member_required
def calendar(request: HttpRequest) -> HttpResponse:
    """Shows what is late first, then the next twelve months by month; filtered by office."""
    actor, today = actor_of(request), timezone.now().date()
    form = CalendarForm(request.GET)
    office = form.cleaned_data["office"] if form.is_valid() else ""
    mine = IPRight.objects.visible_to(actor)
    listed = [row for row in reading.rows(mine, today=today) if office in {"", row.deadline.office, row.right.office}]
    unknown = reading.without_end(mine.of_office(office))
    context = {
        "form": form,
        "late": [row for row in listed if row.is_late],
        "months": reading.by_month(row for row in listed if not row.is_late),
        "unknown": unknown[:UNKNOWN_SHOWN],
        "unknown_count": len(unknown),
        "office": office,
        "may_declare": actor.can_register,
    }
    return render(request, "renewals/calendar.html", context)


@require_http_methods(["GET", "POST"])
@_registering
def declare(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Takes what the holder says was done, with the office's proof; the desk checks it."""
    actor = actor_of(request)
    right = _right(actor, public_id)
    rows = [row for row in reading.of_right(right, timezone.now().date()) if row.may_declare]
    form = DeclareForm(
        request.POST or None, request.FILES or None, right=right, rows=rows, initial=_asked_about(request, rows)
    )
    if request.method == "POST" and form.is_valid() and _declare(request, actor, right, form):
        messages.success(request, _("Declared. The desk checks it, and we write to you. Until then the right stays."))
        return redirect("brands:right", public_id)
    context = {"form": form, "right": right, "rows": rows}
    return render(request, "renewals/declare.html", context, status=422 if form.errors else 200)


@require_GET
@member_required
def proof(request: HttpRequest, public_id: UUID, renewal_id: UUID) -> HttpResponseBase:
    """The certificate of a declared renewal, for who may see the right."""
    right = _right(actor_of(request), public_id)
    found: Renewal | None = right.renewals.filter(public_id=renewal_id).select_related("certificate").first()
    if found is None:
        raise Http404
    return store.serve(found.certificate)


@require_GET
@member_required
def feed(request: HttpRequest) -> HttpResponse:
    """Says whether this person has a feed of this organisation, and offers to make, change or end it."""
    actor = actor_of(request)
    found = CalendarFeed.objects.filter(user=actor.user, organisation=actor.organisation, revoked_at=None).first()
    return render(request, "renewals/feed.html", {"feed": found})


@require_POST
@member_required
@fresh_sign_in_required
@never_cache
@sensitive_variables("token", "link")
def make_feed(request: HttpRequest) -> HttpResponse:
    """Makes a secret link and shows it, this once; the link before it ends."""
    try:
        _feed, token = registry.make_feed(actor=actor_of(request), now=timezone.now())
    except DomainError as error:
        _raise_http(error)
        messages.error(request, str(error))
        return redirect("brands:feed")
    link = settings.ORIGIN + reverse("calendar-feed", args=[token])
    return render(request, "renewals/feed_made.html", {"link": link})


@require_POST
@member_required
def revoke_feed(request: HttpRequest) -> HttpResponse:
    """Ends this person's feed at once."""
    if registry.revoke_feed(actor=actor_of(request), now=timezone.now()):
        messages.success(request, _("The link has ended. Calendars that use it find nothing any more."))
    return redirect("brands:feed")


def _asked_about(request: HttpRequest, rows: Sequence[Row]) -> dict[str, str]:
    """The deadline that the link to this page was about."""
    wanted = request.GET.get("deadline", "")
    return {"deadline": wanted} if wanted in {f"{row.deadline.rule}:{row.deadline.due}" for row in rows} else {}


def _declare(request: HttpRequest, actor: Actor, right: IPRight, form: DeclareForm) -> bool:
    """Declares it; False when the form has to be shown again with what was refused."""
    now, chosen = timezone.now(), form.chosen
    try:
        with transaction.atomic():
            stored = store.accept(
                form.cleaned_data["certificate"],
                actor=actor,
                organisation=actor.organisation,
                purpose="renewal-certificate",
                now=now,
            )
            registry.declare_renewed(
                actor=actor,
                right=right,
                rule=chosen.deadline.rule,
                due_on=chosen.deadline.due,
                new_expiry=form.new_day if chosen.deadline.renews else None,
                certificate=stored,
                now=now,
            )
    except DomainError as error:
        _raise_http(error)
        field = "certificate" if error.field == "file" else error.field
        form.add_error(field if field in form.fields else None, str(error))
        return False
    return True


def _right(actor: Actor, public_id: UUID) -> IPRight:
    visible = IPRight.objects.visible_to(actor).select_related("brand", "family")
    found: IPRight | None = visible.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _raise_http(error: DomainError) -> None:
    """Answers 404 and 403 as such; what is left is shown on the page."""
    if isinstance(error, NotFound):
        raise Http404 from error
    if isinstance(error, Forbidden):
        raise PermissionDenied(str(error)) from error
