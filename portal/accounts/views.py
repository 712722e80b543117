"""Pages of people and tenants."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar, cast
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts import grants, invitations, tenants
from portal.accounts.actors import ORGANISATION_KEY, PRINCIPAL_KEY, actor_of, held_until
from portal.accounts.doors import member_required
from portal.accounts.forms import InviteForm, OrganisationForm, ProfileForm, RoleForm
from portal.accounts.holds import shown
from portal.accounts.models import Hold, Invitation, Membership, Organisation, Role, User
from portal.accounts.pending import forget, pending_invitation, remember
from portal.errors import Conflict, DomainError, Forbidden, NotFound, Refused

Row = TypeVar("Row", Membership, Invitation)
read_or_post = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@read_or_post
def new_organisation(request: HttpRequest) -> HttpResponse:
    """Makes an organisation; shows an invitation that waits, so that nobody makes one too many."""
    actor = actor_of(request)
    if actor.is_staff:
        return redirect("admin:index")
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = tenants.create_organisation(actor=actor, now=timezone.now(), **form.cleaned_data)
        except (Refused, Forbidden) as refusal:
            _show(form, refusal)
        else:
            request.session[ORGANISATION_KEY] = made.pk
            messages.success(request, _("%(name)s is set up. You are its administrator.") % {"name": made.name})
            return redirect("home")
    context = {"form": form, "invitation": pending_invitation(request)}
    return render(request, "accounts/new_organisation.html", context, status=_status(form))


@member_required
@require_safe
def organisation(request: HttpRequest) -> HttpResponse:
    """Shows the organisation: members with roles, invitations, and what an administrator may change."""
    return _settings_page(request, InviteForm())


@member_required
@require_POST
def invite(request: HttpRequest) -> HttpResponse:
    """Invites an address; the answer does not tell whether it has an account."""
    form = InviteForm(request.POST)
    if form.is_valid():
        try:
            sent = tenants.invite(actor=actor_of(request), now=timezone.now(), **form.cleaned_data)
        except (Refused, Conflict) as refusal:
            _show(form, refusal)
        except Forbidden as refusal:
            return _refuse(request, refusal)
        else:
            words = _("An invitation is on its way to %(email)s.") % {"email": sent.email}
            messages.success(request, words + _next_for_agent(request, sent.role))
            return redirect("accounts:organisation")
    return _settings_page(request, form)


@member_required
@require_POST
def change_role(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Gives a member another role."""
    form = RoleForm(request.POST)
    role = form.cleaned_data["role"] if form.is_valid() else ""
    return _change(
        request,
        lambda: tenants.change_role(
            actor=actor_of(request), membership_id=membership_id, role=role, now=timezone.now()
        ),
        lambda changed: _role_words(changed, role) + _next_for_agent(request, role),
    )


def _next_for_agent(request: HttpRequest, role: str) -> str:
    """Says what comes next for an agent, who sees nothing before; an agency's own agents need none from it."""
    tenant = actor_of(request).organisation
    if role != Role.AGENT or tenant is None or tenant.is_agency:
        return ""
    return " " + _("An agent sees nothing yet: now grant an authorisation, beside the name in the list of members.")


@member_required
@require_POST
def remove_member(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Removes a member, or lets a member leave."""
    return _change(
        request,
        lambda: tenants.remove_member(actor=actor_of(request), membership_id=membership_id, now=timezone.now()),
        _gone_words,
    )


@member_required
@require_POST
def revoke_invitation(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Takes an invitation back."""
    return _change(
        request,
        lambda: tenants.revoke_invitation(actor=actor_of(request), public_id=public_id, now=timezone.now()),
        lambda _gone: _("The invitation was taken back. Its link no longer works."),
    )


@login_required
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Acts for another of the person's organisations from now on."""
    try:
        chosen = tenants.switch(actor=actor_of(request), public_id=UUID(request.POST.get("organisation", "")))
    except (ValueError, NotFound, Forbidden):
        raise Http404 from None
    request.session[ORGANISATION_KEY] = chosen.organisation_id
    request.session.pop(PRINCIPAL_KEY, None)
    messages.success(request, _("You now act for %(name)s.") % {"name": chosen.organisation.name})
    return _onward(request)


@login_required
@require_POST
def act_for(request: HttpRequest) -> HttpResponse:
    """Acts for one of the agency's principals from now on; without one, for none."""
    request.session.pop(PRINCIPAL_KEY, None)
    if not request.POST.get("principal"):
        return _onward(request)
    try:
        chosen = tenants.act_for(actor=actor_of(request), public_id=UUID(request.POST["principal"]))
    except (ValueError, NotFound):
        raise Http404 from None
    request.session[PRINCIPAL_KEY] = chosen.pk
    messages.success(request, _("You now act for %(name)s.") % {"name": chosen.name})
    return _onward(request)


def _onward(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return redirect(target if safe else "home")


@never_cache
@require_safe
def pending(request: HttpRequest) -> HttpResponse:
    """Leads on to the invitation that this visitor came with, or home."""
    waiting = pending_invitation(request)
    return redirect(invitations.link_to(waiting)) if waiting else redirect("home")


@never_cache
@read_or_post
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Shows who invites and as what; a post accepts. Visitors are led to sign up or in, and back here."""
    try:
        invitation = tenants.find_invitation(token=token, now=timezone.now())
        if request.method == "POST" and request.user.is_authenticated:
            return _accept(request, token)
    except NotFound:
        raise Http404 from None
    except (Conflict, Forbidden) as refusal:
        forget(request)
        status = 403 if isinstance(refusal, Forbidden) else 409
        return render(request, "accounts/invitation_ended.html", {"reason": refusal.message}, status=status)
    remember(request, invitation)
    mine = isinstance(request.user, User) and invitation.email in invitations.verified_addresses(request.user)
    context = {"invitation": invitation, "mine": mine, "here": request.path}
    return render(request, "accounts/accept_invitation.html", context)


@login_required
@read_or_post
def profile(request: HttpRequest) -> HttpResponse:
    """Changes the person's name, zone and language."""
    account = get_object_or_404(User, pk=request.user.pk)
    form = ProfileForm(request.POST or None, instance=account)
    if request.method == "POST" and form.is_valid():
        form.instance.save(update_fields=["name", "time_zone", "language"])
        messages.success(request, _("Your profile is saved."))
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form, "account": request.user}, status=_status(form))


@login_required
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Shows how this account is protected, with a way to each page that changes it."""
    kinds = list(Authenticator.objects.filter(user_id=request.user.pk).values_list("type", flat=True))
    context = {
        "has_app": Authenticator.Type.TOTP in kinds,
        "passkeys": kinds.count(Authenticator.Type.WEBAUTHN),
        "has_codes": Authenticator.Type.RECOVERY_CODES in kinds,
        "sessions": UserSession.objects.filter(user_id=request.user.pk).count(),
        "needs_factor": actor_of(request).is_staff,
    }
    return render(request, "accounts/security.html", context)


def _accept(request: HttpRequest, token: str) -> HttpResponse:
    membership = tenants.accept_invitation(actor=actor_of(request), token=token, now=timezone.now())
    forget(request)
    request.session[ORGANISATION_KEY] = membership.organisation_id
    messages.success(request, _("Welcome to %(name)s.") % {"name": membership.organisation.name})
    return redirect("home")


def _role_words(changed: Membership, wanted: str) -> str:
    facts = {"name": changed.user.get_full_name(), "role": changed.get_role_display()}
    if changed.role != wanted:
        return _("%(name)s stays %(role)s until the hold below is over. Every administrator is told.") % facts
    if held_until(changed) is not None:
        return _("%(name)s is now %(role)s, on hold as it says below. Every administrator is told.") % facts
    return _("%(name)s is now %(role)s.") % facts


def _gone_words(gone: Membership) -> str:
    facts = {"name": gone.user.get_full_name()}
    if gone.is_active:
        return _("%(name)s stays a member until the hold below is over. Every administrator is told.") % facts
    return _("%(name)s is no longer a member.") % facts


def _settings_page(request: HttpRequest, form: InviteForm) -> HttpResponse:
    actor = actor_of(request)
    tenant = cast("Organisation", actor.organisation)  # the doors of these pages let nobody in without one
    members = tenant.memberships.active().select_related("user").order_by("user__name", "id")
    context = {
        "tenant": tenant,
        "members": members,
        "roles": Role.choices,
        "invitations": _waiting(tenant) if actor.can_manage else [],
        "form": form if actor.can_manage else None,
        "holds": shown.rows(actor, timezone.now()),
        "unsettled": set(shown.roles_on_hold(tenant).values_list("pk", flat=True)),
        "unauthorised": _unauthorised(tenant, members),
        "resting": set(Hold.objects.resting().filter(organisation=tenant).values_list("membership", flat=True)),
    }
    return render(request, "accounts/organisation.html", context, status=_status(form))


def _unauthorised(tenant: Organisation, members: Iterable[Membership]) -> set[int]:
    """The agents among the members who may do nothing yet; one query, and only where there are agents."""
    agents = {member.pk for member in members if member.role == Role.AGENT}
    return agents - grants.source().members(tenant, timezone.now().date()) if agents else set()


def _waiting(tenant: Organisation) -> list[Invitation]:
    rows = Invitation.objects.pending(timezone.now()).filter(organisation=tenant)
    return list(rows.select_related("invited_by").order_by("-created_at", "-id"))


def _change(request: HttpRequest, verb: Callable[[], Row], words: Callable[[Row], str]) -> HttpResponse:
    """Calls a verb, says what it did or why not, and goes back to the organisation's page."""
    try:
        messages.success(request, words(verb()))
    except NotFound:
        raise Http404 from None
    except Forbidden as refusal:
        return _refuse(request, refusal)
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
    return redirect("home" if actor_of(request).organisation is None else "accounts:organisation")


def _refuse(request: HttpRequest, refusal: Forbidden) -> HttpResponse:
    return render(request, "accounts/refused.html", {"reason": refusal.message}, status=403)


def _show(form: forms.BaseForm, refusal: DomainError) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))


def _status(form: forms.BaseForm) -> int:
    return 422 if form.is_bound and form.errors else 200
