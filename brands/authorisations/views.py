"""Pages of authorisations: a principal grants, refuses, ends; an agency asks and gives up; an agent reads its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brands import registry
from brands.authorisations.forms import AskForm, GrantForm, ReasonForm, countries_in_words, initial_of
from brands.models import Authorisation, AuthorisationState
from portal.accounts import why
from portal.accounts.actors import Actor, actor_of
from portal.accounts.doors import fresh_sign_in_required, member_required, own_organisation
from portal.errors import DomainError, Forbidden, NotFound
from portal.files import store
from portal.files.models import StoredFile

ROWS = 25
read_or_post = require_http_methods(["GET", "POST"])


@require_GET
@own_organisation
@member_required
def authorisations(request: HttpRequest) -> HttpResponse:
    """Lists who may act for the organisation, or for whom an agency may act: what waits first, then the newest."""
    actor = actor_of(request)
    mine = Authorisation.objects.visible_to(actor).for_lists()
    context = {
        "waiting": mine.filter(state=AuthorisationState.ASKED)[:100],
        "page": Paginator(mine.exclude(state=AuthorisationState.ASKED), ROWS).get_page(request.GET.get("page")),
        "today": timezone.now().date(),
        "is_agency": _tenant_is_agency(actor),
    }
    return render(request, "authorisations/list.html", context)


@require_GET
@own_organisation
@member_required
def authorisation(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Shows one: who may do what with which rights, where and until when, with its letter."""
    return _show(request, _find(request, public_id), ReasonForm())


@require_GET
@own_organisation
@member_required
def letter(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The letter, for both sides."""
    found = _find(request, public_id)
    if found.letter is None:
        raise Http404
    return store.serve(found.letter)


@read_or_post
@own_organisation
@member_required
def ask(request: HttpRequest) -> HttpResponse:
    """An agency asks a principal; the answer does not tell whether we know whom it means."""
    actor = actor_of(request)
    if not (actor.can_manage and _tenant_is_agency(actor)):
        raise PermissionDenied(_("Only an administrator of an agency asks a principal."))
    now = timezone.now()
    form = AskForm(request.POST or None, request.FILES or None, initial={"expires_on": now.date()})

    def act() -> Authorisation:
        file = _accept(actor, form.cleaned_data["letter"])
        terms, named = form.terms(now.date()), form.cleaned_data["principal"]
        return registry.ask_authorisation(actor=actor, principal=named, terms=terms, letter=file, now=now)

    done = _done(request, form, act)
    if done is None:
        return _form(request, form, "authorisations/ask.html")
    messages.success(request, _("Asked. If we know this principal, its administrators have a mail and can grant it."))
    return redirect("authorisations:one", done.public_id)


@read_or_post
@own_organisation
@member_required
@fresh_sign_in_required
def grant(request: HttpRequest) -> HttpResponse:
    """Lets an agency or a member with the role agent act for the organisation."""
    initial = {name: request.GET[name] for name in ("agency", "member") if name in request.GET}
    return _grant(request, None, initial)


@read_or_post
@own_organisation
@member_required
@fresh_sign_in_required
def grant_asked(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Grants what an agency asked for, as asked or with other terms."""
    found = _find(request, public_id)
    return _grant(request, found, initial_of(found, timezone.now().date()))


@read_or_post
@own_organisation
@member_required
@fresh_sign_in_required
def change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ends one and grants another in its place."""
    found = _find(request, public_id)
    return _grant(request, found, initial_of(found, timezone.now().date()), replaces=True)


@require_POST
@own_organisation
@member_required
def refuse(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Refuses what an agency asked for, with a reason."""
    return _close(request, public_id, registry.refuse_authorisation, _("Refused. The agency reads your reason."))


@require_POST
@own_organisation
@member_required
def end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ends it at once: either side may."""
    return _close(request, public_id, registry.end_authorisation, _("Ended. It holds from this moment on."))


def _grant(
    request: HttpRequest, row: Authorisation | None, initial: dict[str, Any], *, replaces: bool = False
) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    if not actor.can_manage:
        raise PermissionDenied(why.not_administrator())
    if _tenant_is_agency(actor):
        raise PermissionDenied(_("An agency acts for others; it has nothing to grant."))
    form = GrantForm(
        request.POST or None,
        request.FILES or None,
        actor=actor,
        agent_known=row is not None,
        now=now,
        initial=initial,
    )

    def act() -> Authorisation:
        data = form.cleaned_data
        return registry.grant_authorisation(
            actor=actor,
            terms=form.agreed(),
            agency=data.get("agency"),
            member=data.get("member"),
            letter=_accept(actor, data["letter"]),
            asked=None if replaces else row,
            replaces=row if replaces else None,
            now=now,
        )

    done = _done(request, form, act)
    if done is None:
        return _form(request, form, "authorisations/grant.html", row=row, replaces=replaces)
    messages.success(request, _("Granted. %(name)s can act for you from now on.") % {"name": done.agent_name})
    return redirect("authorisations:one", done.public_id)


def _done(request: HttpRequest, form: Form, act: Callable[[], Authorisation]) -> Authorisation | None:
    """What the verb gives; None when the form has to be shown, at first or with what is wrong."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        with transaction.atomic():
            return act()
    except DomainError as error:
        _raise_http(error)
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return None


def _form(request: HttpRequest, form: Form, template: str, **context: Any) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)


def _close(request: HttpRequest, public_id: UUID, verb: Callable[..., Authorisation], words: str) -> HttpResponse:
    found, form = _find(request, public_id), ReasonForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form)
    try:
        verb(
            actor=actor_of(request),
            authorisation=found,
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
        )
    except DomainError as error:
        _raise_http(error)
        form.add_error("reason" if error.field == "reason" else None, str(error))
        return _show(request, found, form)
    messages.success(request, words)
    return redirect("authorisations:list")


def _show(request: HttpRequest, found: Authorisation, form: ReasonForm) -> HttpResponse:
    actor, today = actor_of(request), timezone.now().date()
    agent = found.member is not None and found.member.user == actor.user
    principal = not agent and actor.organisation is not None and actor.organisation.pk == found.organisation_id
    waits = found.state == AuthorisationState.ASKED
    context = {
        "row": found,
        "principal_name": found.principal_for(actor.organisation.pk if actor.organisation else None),
        "rights": [] if found.all_rights else found.rights.for_lists()[:500],
        "countries": countries_in_words(found.territories),
        "in_force": found.in_force(today),
        "is_over": found.is_over(today),
        "form": form,
        "may_grant": actor.can_manage and principal and waits,
        "may_change": actor.can_manage and principal and found.in_force(today),
        "may_end": (actor.can_manage or agent) and (waits or found.ends_later(today)),
        "is_principal": principal,
    }
    return render(request, "authorisations/one.html", context, status=422 if form.errors else 200)


def _find(request: HttpRequest, public_id: UUID) -> Authorisation:
    seen = Authorisation.objects.visible_to(actor_of(request)).for_lists()
    found: Authorisation | None = seen.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _accept(actor: Actor, upload: Any) -> StoredFile | None:
    if not upload:
        return None
    try:
        return store.accept(
            upload, actor=actor, organisation=actor.organisation, purpose="authorisation-letter", now=timezone.now()
        )
    except DomainError as error:
        error.field = "letter"
        raise


def _tenant_is_agency(actor: Actor) -> bool:
    return actor.organisation is not None and actor.organisation.is_agency


def _raise_http(error: DomainError) -> None:
    if isinstance(error, NotFound):
        raise Http404 from error
    if isinstance(error, Forbidden):
        raise PermissionDenied(str(error)) from error
