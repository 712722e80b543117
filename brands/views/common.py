"""What the pages of this room share: who may write, finding a right, sending it, and errors in words."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from brands import registry
from brands.errors import Incomplete
from brands.models import IPRight
from brands.states import RightState, RightVerb
from portal.accounts import why
from portal.accounts.actors import Actor, actor_of
from portal.accounts.doors import member_required
from portal.accounts.grants import AgentVerb
from portal.errors import DomainError, Forbidden, NotFound

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def registrar_required(view: View[P]) -> View[P]:
    """Lets roles pass that may register rights; a viewer is refused (403)."""

    @member_required  # type: ignore[arg-type]
    @wraps(view)
    def inner(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        actor = actor_of(request)
        if not may_register(actor):
            raise PermissionDenied(why.not_this(actor, AgentVerb.REGISTER))
        return view(request, *args, **kwargs)

    return inner


def may_register(actor: Actor) -> bool:
    """Whether this actor registers rights at all."""
    return registry.may_do(actor, RightVerb.REGISTER)


def find(actor: Actor, public_id: UUID) -> IPRight:
    """The right with all that its page shows, or 404: absent and foreign answer alike."""
    found: IPRight | None = IPRight.objects.visible_to(actor).for_pages().filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def version_of(request: HttpRequest) -> int | None:
    """The version that the page showed."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def send(request: HttpRequest, actor: Actor, right: IPRight, version: int | None) -> HttpResponse:
    """Sends a draft, or a corrected right, to the desk and leads to its page; what is missing is said there."""
    verb = registry.resubmit if right.state == RightState.REJECTED else registry.submit_for_review
    try:
        verb(actor=actor, right=right, now=timezone.now(), version=version)
    except Incomplete:
        messages.warning(request, _("Saved, not sent yet: the list below says what the desk still needs."))
        return redirect("brands:edit", right.public_id)
    except DomainError as error:
        raise_http(error)
        messages.error(request, str(error))
    else:
        messages.success(request, _("Sent to the desk. We write to you when it is decided."))
    return redirect("brands:right", right.public_id)


def raise_http(error: DomainError) -> None:
    """Answers 404 and 403 as such; what is left is shown on the page."""
    if isinstance(error, NotFound):
        raise Http404 from error
    if isinstance(error, Forbidden):
        raise PermissionDenied(str(error)) from error
