"""Pages of holds: approve, stop, stop by the link of a mail; and asking for another owner, which rests as one."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts import holds, owners, rest
from portal.accounts.actors import actor_of
from portal.accounts.asking import not_administrator
from portal.accounts.doors import fresh_sign_in_required, member_required, open_at_rest, refuse
from portal.accounts.forms import OwnerForm
from portal.accounts.holds import links
from portal.accounts.holds.shown import Told
from portal.accounts.holds.words import taken_back
from portal.accounts.models import Hold, HoldState, Organisation
from portal.errors import DomainError, Forbidden, NotFound

read_or_post = require_http_methods(["GET", "HEAD", "POST"])


@member_required
@require_POST
@fresh_sign_in_required
def approve(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Agrees to a change as the second person."""
    try:
        agreed = holds.approve(actor=actor_of(request), hold=_find(request, public_id), now=timezone.now())
    except DomainError as refusal:
        return _refused(request, refusal)
    if agreed.is_open:
        text = _("Approved. It takes effect on %(when)s, unless somebody stops it before.")
        messages.success(request, text % {"when": rest.moment(agreed.ends_at)})
    else:
        messages.success(request, _("Approved. The change is in effect."))
    return redirect("accounts:organisation")


@member_required
@open_at_rest
@require_POST
def stop(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Stops a change and undoes it; open to administrators of before who rest themselves."""
    try:
        hold = holds.stop(actor=actor_of(request), hold=_find(request, public_id), now=timezone.now())
    except DomainError as refusal:
        return _refused(request, refusal)
    stopped = _("Stopped. Everybody is told, and the desk looks at it.")
    messages.success(request, _("Taken back. Everybody is told.") if taken_back(hold) else stopped)
    return redirect("home" if actor_of(request).organisation is None else "accounts:organisation")


@never_cache
@read_or_post
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Shows what the link of a mail stops; its one button does. Looking changes nothing, as mail scanners look too."""
    found = links.find(token)
    if found is None:
        raise Http404
    status = 200
    if request.method == "POST":
        try:
            holds.stop(actor=None, hold=found.hold, holder=found.user, now=timezone.now())
        except DomainError:
            found, status = links.find(token) or found, 409
        else:
            return redirect(request.path)
    hold = found.hold
    own = found.user is not None and found.user.pk == hold.started_by_id
    context = {
        "hold": hold,
        "told": Told(hold),
        "stopped": hold.state == HoldState.STOPPED,
        "own": own,
        "here": request.path,
    }
    return render(request, "accounts/hold_link.html", context, status=status)


@member_required
@read_or_post
def owner(request: HttpRequest) -> HttpResponse:
    """Asks for another owner of a verified organisation: nothing is written before the hold is over."""
    actor = actor_of(request)
    if not actor.can_manage:
        if actor.held_until is None:
            return refuse(request, not_administrator())
        return refuse(request, rest.refusal(actor.held_until, approved=actor.held_approved))
    tenant = cast("Organisation", actor.organisation)  # member_required lets nobody in without one
    form = OwnerForm(request.POST or None, initial={name: str(getattr(tenant, name)) for name in owners.FACTS})
    if request.method == "POST" and form.is_valid():
        try:
            owners.change_owner(actor=actor, now=timezone.now(), **form.cleaned_data)
        except Forbidden as refusal:
            return refuse(request, refusal)
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _("The change is on hold. Every administrator is told."))
            return redirect("accounts:organisation")
    context = {"form": form, "tenant": tenant, "may_change": owners.may_change(tenant)}
    return render(request, "accounts/owner.html", context, status=422 if form.is_bound and form.errors else 200)


def _find(request: HttpRequest, public_id: UUID) -> Hold:
    """Finds a hold that the reader may see; absent and foreign ones are the same 404."""
    found = Hold.objects.visible_to(actor_of(request)).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _refused(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    if isinstance(refusal, NotFound):
        raise Http404
    if isinstance(refusal, Forbidden):
        return refuse(request, refusal)
    messages.error(request, str(refusal.message))
    return redirect("accounts:organisation")
