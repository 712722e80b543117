"""Authorisations for programs: keys and persons read; administrators, signed in, ask, grant, refuse and end."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction
from django.db.models import Prefetch
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from brands import registry
from brands.agents import Standing, standing_of
from brands.authorisations import serializers as s
from brands.models import Authorisation, IPRight
from brands.registry.authorising import check_may_ask
from portal.accounts import rest
from portal.accounts.actors import Actor, member_actor_for
from portal.accounts.grants import AgentVerb
from portal.accounts.models import Membership, Organisation, OrganisationKind, fold_email
from portal.api.authentication import ApiKeyAuthentication, SessionTokenAuthentication, actor_for
from portal.api.models import ApiKey
from portal.api.parties import party_out
from portal.api.permissions import IsPersonOrReadingKey
from portal.api.person import PersonView, member_actor, user_of
from portal.api.reading import PagedView, paged, read, read_query
from portal.api.tenant import check_fresh
from portal.api.throttles import KeyThrottle, PersonThrottle
from portal.errors import NotFound, Refused
from portal.files import store
from portal.files.models import StoredFile

TAGS = ["Authorisations"]
GRANT = OpenApiExample(
    "Two rights in two countries, for a year",
    request_only=True,
    value={
        "agency": "6f1f0d4e-9a5f-4f4e-8a7c-1d0a2f3b4c5d",
        "verbs": ["file", "answer"],
        "territories": ["DE", "FR"],
        "rights": ["0b4f5f2e-3f2c-4a55-9a55-0f2f7b7f0a11", "7c1d9d0a-2b53-4c55-8f0e-6b1f7a2f9e10"],
        "expires_on": "2027-11-30",
    },
)


class AnyAccept(DefaultContentNegotiation):
    """A file is what it is, whatever the client says it accepts; refusals stay problem JSON."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class ReadingView(PersonView):
    """What a person or any key may read about their own organisation."""

    authentication_classes: ClassVar[list[type[BaseAuthentication]]] = [  # type: ignore[misc]
        SessionTokenAuthentication, ApiKeyAuthentication,
    ]  # fmt: skip
    permission_classes: ClassVar[list[type[BasePermission]]] = [IsPersonOrReadingKey]  # type: ignore[misc]
    throttle_classes: ClassVar[list[type[BaseThrottle]]] = [PersonThrottle, KeyThrottle]  # type: ignore[misc]


class Principals(ReadingView):
    """Whom an agency may act for."""

    @extend_schema(
        tags=TAGS, operation_id="principals_list", responses=s.PrincipalOut(many=True), parameters=[s.TenantQuery],
        summary="List the principals that your agency may act for today, by name",
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        actor = _reader(request, read_query(s.TenantQuery, request))
        return Response([_principal_out(each) for each in standing_of(actor, timezone.now().date())])


class Authorisations(ReadingView, PagedView):
    """The authorisations of an organisation: those it granted, or those it acts under."""

    @extend_schema(
        tags=TAGS, operation_id="authorisations_list", responses=s.AuthorisationOut(many=True),
        parameters=[s.AuthorisationsQuery], summary="List your authorisations, newest first",
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        wanted = read_query(s.AuthorisationsQuery, request)
        actor = _reader(request, wanted)
        found = _seen(actor).filter(**{name: wanted[name] for name in ("state",) if name in wanted})
        return paged(self, request, found, lambda row: _out(row, actor))

    @extend_schema(
        tags=TAGS, operation_id="authorisations_grant", request=s.GrantIn, responses={201: s.AuthorisationOut},
        parameters=[s.TenantQuery], examples=[GRANT],
        summary="Let an agency or an agent act for you (administrators, within 5 minutes of a sign-in)",
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        actor = _writer(request)
        data = read(s.GrantIn, request.data)
        check_fresh(request)
        made = registry.grant_authorisation(
            actor=actor,
            terms=_terms(data),
            agency=_agency(data.get("agency")),
            member=_member(actor, data.get("member")),
            replaces=_find(actor, data["replaces"]) if "replaces" in data else None,
            now=timezone.now(),
        )
        location = {"Location": f"{request.path}/{made.public_id}"}
        return Response(_one(actor, made.public_id), status=201, headers=location)


class Ask(PersonView):
    """An agency asks."""

    parser_classes: ClassVar[list[type[BaseParser]]] = [MultiPartParser]  # type: ignore[misc]

    @extend_schema(
        tags=TAGS, operation_id="authorisations_ask", request={"multipart/form-data": s.AskIn},
        responses={201: s.AuthorisationOut}, parameters=[s.TenantQuery],
        summary="Ask a principal (administrators of an agency); the answer does not tell whether we know it",
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        actor = _writer(request)
        check_may_ask(actor)
        data = read(s.AskIn, _form(request))
        terms, named, now = _terms({**data, "rights": None}), data["principal"], timezone.now()
        with transaction.atomic():
            letter = _accept(actor, data["letter"])
            made = registry.ask_authorisation(actor=actor, principal=named, terms=terms, letter=letter, now=now)
        return Response(_one(actor, made.public_id), status=201)


class OneAuthorisation(ReadingView):
    """One authorisation."""

    @extend_schema(
        tags=TAGS, operation_id="authorisations_read", responses=s.AuthorisationOut, parameters=[s.TenantQuery],
        summary="Read one authorisation",
    )  # fmt: skip
    def get(self, request: Request, public_id: UUID) -> Response:
        return Response(_one(_reader(request, read_query(s.TenantQuery, request)), public_id))


class Letter(ReadingView):
    """The letter."""

    content_negotiation_class = AnyAccept

    @extend_schema(
        tags=TAGS, operation_id="authorisations_letter", summary="Download the letter", parameters=[s.TenantQuery],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )  # fmt: skip
    def get(self, request: Request, public_id: UUID) -> HttpResponseBase:
        row = _find(_reader(request, read_query(s.TenantQuery, request)), public_id)
        if row.letter is None:
            raise Http404
        return store.serve(row.letter)


class Grant(PersonView):
    """The principal's yes."""

    @extend_schema(
        tags=TAGS, operation_id="authorisations_grant_asked", request=s.GrantAskedIn, responses=s.AuthorisationOut,
        parameters=[s.TenantQuery],
        summary="Grant what an agency asked for, as asked or not (administrators, within 5 minutes of a sign-in)",
    )  # fmt: skip
    def post(self, request: Request, public_id: UUID) -> Response:
        actor = _writer(request)
        row = _find(actor, public_id)
        terms = _terms(read(s.GrantAskedIn, request.data))
        check_fresh(request)
        registry.grant_authorisation(actor=actor, terms=terms, asked=row, now=timezone.now())
        return Response(_one(actor, public_id))


class Refuse(PersonView):
    """The principal's no."""

    @extend_schema(
        tags=TAGS, operation_id="authorisations_refuse", request=s.ReasonIn, responses=s.AuthorisationOut,
        parameters=[s.TenantQuery], summary="Refuse what an agency asked for, with a reason (administrators)",
    )  # fmt: skip
    def post(self, request: Request, public_id: UUID) -> Response:
        actor = _writer(request)
        row, data = _find(actor, public_id), read(s.ReasonIn, request.data)
        registry.refuse_authorisation(actor=actor, authorisation=row, now=timezone.now(), **data)
        return Response(_one(actor, public_id))


class End(PersonView):
    """Either side ends it at once."""

    @extend_schema(
        tags=TAGS, operation_id="authorisations_end", request=s.ReasonIn, responses=s.AuthorisationOut,
        parameters=[s.TenantQuery],
        summary="End an authorisation at once, give it up, or take a request back (administrators of either side)",
    )  # fmt: skip
    def post(self, request: Request, public_id: UUID) -> Response:
        actor = _writer(request)
        row, data = _find(actor, public_id), read(s.ReasonIn, request.data)
        ended = registry.end_authorisation(actor=actor, authorisation=row, now=timezone.now(), **data)
        return Response(_out(ended, actor))


def _reader(request: Request, query: dict[str, Any]) -> Actor:
    """Who calls, for their own organisation: that of the key, the one a person names, or their only one."""
    named: UUID | None = query.get("organisation")
    if isinstance(request.auth, ApiKey):
        actor = actor_for(request)
        if named is not None and (actor.organisation is None or actor.organisation.public_id != named):
            raise NotFound("no_organisation", _("There is no such organisation."))
        return actor
    if named is not None:
        return member_actor(request, named)
    mine = list(user_of(request).active_memberships()[:2])
    if not mine:
        raise NotFound("no_organisation", _("There is no such organisation."))
    if len(mine) > 1:
        text = _("Say for which of your organisations: ?organisation= with its public id.")
        raise Refused("organisation_missing", text, "organisation")
    return member_actor_for(mine[0])


def _writer(request: Request) -> Actor:
    """The same, before anything is read of what they want to change. Raises Forbidden while they rest."""
    actor = _reader(request, read_query(s.TenantQuery, request))
    rest.check(actor)
    return actor


def _seen(actor: Actor) -> Any:
    rights = Prefetch("rights", queryset=IPRight.objects.only("public_id").order_by("id"), to_attr="named")
    return Authorisation.objects.visible_to(actor).for_lists().prefetch_related(rights)


def _find(actor: Actor, public_id: UUID) -> Authorisation:
    found: Authorisation | None = _seen(actor).filter(public_id=public_id).first()
    if found is None:
        raise NotFound("authorisation_not_found", _("There is no such authorisation."))
    return found


def _one(actor: Actor, public_id: UUID) -> dict[str, Any]:
    return _out(_find(actor, public_id), actor)


def _terms(data: dict[str, Any]) -> registry.AuthorisationTerms:
    rights = data["rights"]
    return registry.AuthorisationTerms(
        verbs=tuple(data["verbs"]),
        territories=tuple(code.upper() for code in data["territories"]),
        rights=None if rights is None else tuple(rights),
        starts_on=data.get("starts_on") or timezone.now().date(),
        expires_on=data["expires_on"],
    )


def _agency(public_id: UUID | None) -> Organisation | None:
    if public_id is None:
        return None
    found = Organisation.objects.filter(public_id=public_id, kind=OrganisationKind.AGENCY).first()
    if found is None:
        raise Refused("agency_unknown", _("There is no agency with this id."), "agency")
    return found


def _member(actor: Actor, email: str | None) -> Membership | None:
    if email is None:
        return None
    rows = Membership.objects.active().filter(organisation=actor.organisation, user__email=fold_email(email).lower())
    found = rows.select_related("organisation", "user").first() if actor.can_manage else None
    if found is None:
        raise Refused("member_unknown", _("None of your members has this address."), "member")
    return found


def _form(request: Request) -> dict[str, Any]:
    """Form data with the repeated fields as lists."""
    form: Any = request.data
    return {name: form.getlist(name) if name in {"verbs", "territories"} else form[name] for name in form}


def _accept(actor: Actor, upload: Any) -> StoredFile:
    return store.accept(
        upload, actor=actor, organisation=actor.organisation, purpose="authorisation-letter", now=timezone.now()
    )


def _out(row: Any, actor: Actor) -> dict[str, Any]:
    """One authorisation; before it is granted an agency reads its own words for the principal."""
    own = actor.organisation is not None and actor.organisation.pk == row.organisation_id
    named = getattr(row, "named", None)
    names = ("public_id", "state", "asked_for", "territories", "starts_on", "expires_on", "reason")
    return {
        **{name: getattr(row, name) for name in (*names, "created_at", "granted_at", "ended_at")},
        "in_force": row.in_force(timezone.now().date()),
        "principal": party_out(row.organisation) if own or row.granted_at else None,
        "agency": party_out(row.agency),
        "member": row.member.user.get_full_name() if row.member else None,
        "verbs": row.verbs,
        "rights": None if row.all_rights else [right.public_id for right in named or row.rights.all()],
        "letter": _letter_out(row.letter),
    }


def _letter_out(letter: StoredFile | None) -> dict[str, Any] | None:
    if letter is None:
        return None
    facts = {name: getattr(letter, name) for name in ("media_type", "size", "sha256")}
    return {"name": letter.original_name, **facts}


def _principal_out(each: Standing) -> dict[str, Any]:
    return {
        "organisation": party_out(each.principal),
        "verbs": [verb.value for verb in AgentVerb if each.actor.grants_for(verb)],
        "territories": each.countries,
        "all_rights": each.all_rights,
        "until": each.until,
    }
