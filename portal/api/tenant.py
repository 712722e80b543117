"""The first step without a browser: organisations, invitations and keys, for a person who signed in by the API."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from portal.accounts import rest, tenants
from portal.accounts.actors import Actor, ActorKind
from portal.accounts.doors import confirmed_lately
from portal.accounts.models import Hold, Invitation, Membership, Organisation
from portal.api import keys
from portal.api import tenant_serializers as s
from portal.api.authentication import ApiKeyAuthentication, SessionTokenAuthentication, actor_for
from portal.api.models import ApiKey
from portal.api.permissions import IsPersonOrReadingKey
from portal.api.person import PersonView, member_actor, user_of
from portal.api.reading import NoFilters, PagedView, paged, read, read_query
from portal.api.throttles import KeyThrottle, PersonThrottle
from portal.errors import Forbidden
from portal.identity import applying, reach

TAGS = ["Organisations"]


class Organisations(PersonView, PagedView):
    """The organisations of who asks."""

    authentication_classes: ClassVar[list[type[BaseAuthentication]]] = [  # type: ignore[misc]
        SessionTokenAuthentication, ApiKeyAuthentication,
    ]  # fmt: skip
    permission_classes: ClassVar[list[type[BasePermission]]] = [IsPersonOrReadingKey]  # type: ignore[misc]
    throttle_classes: ClassVar[list[type[BaseThrottle]]] = [PersonThrottle, KeyThrottle]  # type: ignore[misc]

    @extend_schema(
        tags=TAGS, operation_id="organisations_list", summary="List your organisations, or that of the key",
        responses=s.OrganisationOut(many=True),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        read_query(NoFilters, request)
        if isinstance(request.auth, ApiKey):
            actor = actor_for(request)
            memberships = Membership.objects.active().filter(organisation=actor.organisation, user=actor.user)
        else:
            memberships = Membership.objects.active().filter(user=_person(request).user)
        return paged(self, request, memberships.select_related("organisation"), _mine_out)

    @extend_schema(
        tags=TAGS, operation_id="organisations_create", summary="Create an organisation; you are its administrator",
        request=s.OrganisationIn, responses={201: s.OrganisationOut},
        examples=[OpenApiExample("A rights holder", request_only=True,
                                 value={"name": "Tarnfell Outdoor AB", "country": "SE", "kind": "rights_holder"})],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        data = read(s.OrganisationIn, request.data)
        made = tenants.create_organisation(actor=_person(request), now=timezone.now(), **data)
        actor = member_actor(request, made.public_id)
        address = reverse("api-organisation", args=[made.public_id])
        return Response(_organisation_out(made, actor.role), status=201, headers={"Location": address})


class OneOrganisation(PersonView):
    """One organisation with its members."""

    @extend_schema(
        tags=TAGS, operation_id="organisations_read", responses=s.OrganisationWithMembersOut,
        summary="Read one organisation and its members; administrators see their addresses",
    )  # fmt: skip
    def get(self, request: Request, public_id: UUID) -> Response:
        return Response(_whole_out(member_actor(request, public_id)))

    @extend_schema(
        tags=TAGS, operation_id="organisations_describe", request=s.OrganisationFactsIn,
        responses=s.OrganisationWithMembersOut,
        summary="Change what is declared, before it is sent to the desk or after a rejection (administrators)",
        description="A verified organisation changes its register contact only, and that rests as a hold.",
        examples=[OpenApiExample("An enterprise", request_only=True, value={
            "form": "enterprise", "company_number": "556677-8899", "register_contact": "register@example.com"})],
    )  # fmt: skip
    def patch(self, request: Request, public_id: UUID) -> Response:
        actor = member_actor(request, public_id)
        facts = read(s.OrganisationFactsIn, request.data, partial=True)
        applying.describe(actor=actor, organisation=_tenant(actor), now=timezone.now(), **facts)
        return Response(_whole_out(member_actor(request, public_id)))


class OrganisationContact(PersonView):
    """How an organisation can be reached."""

    @extend_schema(
        tags=TAGS, operation_id="organisations_reach", request=s.ReachIn, responses=s.OrganisationWithMembersOut,
        summary="Change postal address, telephone and address for service (administrators)",
        examples=[OpenApiExample("Address and telephone", request_only=True, value={
            "postal_address": "Storgatan 1, 111 22 Stockholm", "phone": "+46 8 555 010 20"})],
    )  # fmt: skip
    def patch(self, request: Request, public_id: UUID) -> Response:
        actor = member_actor(request, public_id)
        wanted = read(s.ReachIn, request.data, partial=True)
        reach.change_reach(actor=actor, organisation=_tenant(actor), now=timezone.now(), **wanted)
        return Response(_whole_out(member_actor(request, public_id)))


class Invitations(PersonView, PagedView):
    """The open invitations of an organisation."""

    @extend_schema(
        tags=TAGS, operation_id="invitations_list", summary="List the open invitations (administrators)",
        responses=s.InvitationOut(many=True),
    )  # fmt: skip
    def get(self, request: Request, public_id: UUID) -> Response:
        tenant = _tenant(_manager(request, public_id))
        read_query(NoFilters, request)
        found = Invitation.objects.pending(timezone.now()).filter(organisation=tenant)
        return paged(self, request, found, _invitation_out)

    @extend_schema(
        tags=TAGS, operation_id="invitations_create", request=s.InvitationIn, responses={201: s.InvitationOut},
        summary="Invite an address with a role (administrators); the token goes out by mail",
        examples=[OpenApiExample("An agent", request_only=True, value={"email": "ida@example.com", "role": "agent"})],
    )  # fmt: skip
    def post(self, request: Request, public_id: UUID) -> Response:
        actor = _manager(request, public_id)
        data = read(s.InvitationIn, request.data)
        made = tenants.invite(actor=actor, now=timezone.now(), **data)
        return Response(_invitation_out(made), status=201)


class OneInvitation(PersonView):
    """One open invitation."""

    @extend_schema(
        tags=TAGS, operation_id="invitations_revoke", summary="Take an invitation back (administrators)",
        responses={204: None},
    )  # fmt: skip
    def delete(self, request: Request, public_id: UUID, invitation_id: UUID) -> Response:
        actor = _manager(request, public_id)
        tenants.revoke_invitation(actor=actor, public_id=invitation_id, now=timezone.now())
        return Response(status=204)


class Accept(PersonView):
    """Joining an organisation."""

    @extend_schema(
        tags=TAGS, operation_id="invitations_accept", request=s.TokenIn, responses=s.OrganisationOut,
        summary="Accept the invitation of a mail; your account must have its address, verified",
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        token = read(s.TokenIn, request.data)["token"]
        return Response(_mine_out(tenants.accept_invitation(actor=_person(request), token=token, now=timezone.now())))


class Keys(PersonView):
    """Making API keys."""

    @extend_schema(
        tags=TAGS, operation_id="keys_create", request=s.KeyIn, responses={201: s.KeyOut},
        summary="Make an API key (administrators, within 5 minutes of a sign-in); its secret is shown this once",
        examples=[OpenApiExample("A key that reads rights", request_only=True, value={
            "name": "Warehouse import", "scopes": ["rights:read"], "expires_at": "2027-01-31T00:00:00Z"})],
    )  # fmt: skip
    @sensitive_variables("secret")
    def post(self, request: Request, public_id: UUID) -> Response:
        actor = _manager(request, public_id)
        check_fresh(request)
        data = read(s.KeyIn, request.data)
        key, secret = keys.issue(actor=actor, organisation=_tenant(actor), now=timezone.now(), **data)
        hold = Hold.objects.open().filter(key_id=key.pk).first()
        facts = {name: getattr(key, name) for name in ("prefix", "name", "scopes", "expires_at", "created_at")}
        until = hold.ends_at if hold is not None else None
        return Response({**facts, "secret": secret, "on_hold_until": until}, status=201)


def _person(request: Request) -> Actor:
    return Actor(kind=ActorKind.MEMBER, user=user_of(request))


def _manager(request: Request, public_id: UUID) -> Actor:
    actor = member_actor(request, public_id)
    rest.check(actor)
    if not actor.can_manage:
        raise Forbidden("not_administrator", _("Only an administrator of the organisation may do this."))
    return actor


def _tenant(actor: Actor) -> Organisation:
    assert actor.organisation is not None  # noqa: S101 - made by _member
    return actor.organisation


def check_fresh(request: Request) -> None:
    """Raises PermissionDenied unless password, code or passkey were given to this session in the last 5 minutes."""
    session = HttpRequest()
    session.session, session.user = request.auth, request.user  # type: ignore[assignment]
    if confirmed_lately(session):
        return
    where = {
        "password": reverse("headless:app:account:reauthenticate"),
        "code": reverse("headless:app:mfa:reauthenticate"),
    }
    text = _("Confirm that it is you, then repeat: send your password to %(password)s or a code to %(code)s.") % where
    raise PermissionDenied(text, "reauthentication_required")


def _mine_out(membership: Membership) -> dict[str, Any]:
    return _organisation_out(membership.organisation, membership.role)


def _organisation_out(tenant: Organisation, role: str) -> dict[str, Any]:
    facts = {name: getattr(tenant, name) for name in ("public_id", "name", "kind", "form", "state", "created_at")}
    return {**facts, "country": tenant.country.code, "role": role}


def _whole_out(actor: Actor) -> dict[str, Any]:
    """An organisation with its members; what only administrators read is null for everybody else."""
    tenant = _tenant(actor)
    members = tenant.memberships.active().select_related("user").order_by("created_at", "id")
    rows = [
        {"name": row.user.name, "role": row.role, "email": row.user.email if actor.can_manage else None}
        for row in members
    ]
    return {
        **_organisation_out(tenant, actor.role),
        "company_number": tenant.company_number,
        "register_contact": tenant.register_contact if actor.can_manage else None,
        **{name: getattr(tenant, name) for name in reach.FIELDS},
        "members": rows,
    }


def _invitation_out(invitation: Invitation) -> dict[str, Any]:
    return {name: getattr(invitation, name) for name in ("public_id", "email", "role", "created_at", "expires_at")}
