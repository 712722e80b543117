"""Authorised sellers in the API: for the brand with a key, for the holder of an account with a session token."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from brands import registry
from brands.models import AuthorisedSeller, Brand, IPRight
from brands.registry import SellerTerms
from brands.sellers import shapes as s
from brands.sellers.finding import find_account, find_brand
from brands.sellers.holding import entries_of, holder
from portal.accounts.actors import Actor
from portal.api.authentication import actor_for
from portal.api.idempotency import idempotent
from portal.api.person import PersonView, user_of
from portal.api.reading import NoFilters, PagedView, paged, read, read_query
from portal.errors import NotFound
from portal.files import store

TAGS = ["Authorised sellers"]
EXAMPLE = OpenApiExample("An account until the end of the year", request_only=True, value={
    "account": "@fjall.outdoor", "brand": "0b4f5f2e-3f2c-4a55-9a55-0f2f7b7f0a11", "territories": ["DE", "SE"],
    "gtins": ["4006381333931"], "ends_on": "2027-12-31"})  # fmt: skip


class SellersView(APIView):
    """What these endpoints share: the scopes."""

    scope_for_read: ClassVar[str] = "rights:read"
    scope_for_write: ClassVar[str] = "rights:write"


class Sellers(SellersView, PagedView):
    """Who may use the organisation's marks."""

    @extend_schema(
        tags=TAGS, operation_id="authorised_sellers_list", summary="List authorised sellers and requests, newest first",
        parameters=[s.SellersQuery], responses=s.SellerOut(many=True),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        wanted = read_query(s.SellersQuery, request)
        found = AuthorisedSeller.objects.visible_to(actor_for(request)).for_lists()
        if "state" in wanted:
            found = found.filter(state=wanted["state"])
        if "account" in wanted:
            found = found.filter(account=find_account(wanted["account"]))
        today = timezone.now().date()
        return paged(self, request, found, lambda row: s.seller_out(row, today))

    @extend_schema(
        tags=TAGS, operation_id="authorised_sellers_create", summary="List an account", request=s.SellerIn,
        responses={201: s.SellerOut}, examples=[EXAMPLE],
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        actor, data = actor_for(request), read(s.SellerIn, request.data)
        account = find_account(data["account"])
        made = registry.list_seller(actor=actor, account=account, terms=_terms(actor, data), now=timezone.now())
        address = f"{request.path}/{made.public_id}"
        return Response(_one(actor, made.public_id), status=201, headers={"Location": address})


class OneSeller(SellersView):
    """One entry or request."""

    @extend_schema(
        tags=TAGS, operation_id="authorised_sellers_read", summary="Read one entry or request", responses=s.SellerOut
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        return Response(_one(actor_for(request), public_id))


class SellerProof(SellersView):
    """The proof that came with a request."""

    @extend_schema(
        tags=TAGS, operation_id="authorised_sellers_proof", summary="Download the proof of a request",
        responses={(200, "application/octet-stream"): bytes},
    )  # fmt: skip
    def get(self, request: Request, public_id: UUID) -> Any:
        found = _find(actor_for(request), public_id)
        if found.proof is None:
            raise Http404
        return store.serve(found.proof)


class EndSeller(SellersView):
    """Ending an entry."""

    @extend_schema(
        tags=TAGS, operation_id="authorised_sellers_end", summary="End an entry at once", request=None,
        responses=s.SellerOut,
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        actor = actor_for(request)
        registry.end_seller(actor=actor, seller=_find(actor, public_id), now=timezone.now())
        return Response(_one(actor, public_id))


class ChangeSeller(SellersView):
    """Other terms for an account that is listed."""

    @extend_schema(
        tags=TAGS, operation_id="authorised_sellers_change", request=s.TermsIn, responses={201: s.SellerOut},
        summary="End an entry and list its account on other terms, both at once",
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        actor = actor_for(request)
        row = _find(actor, public_id)
        terms = _terms(actor, read(s.TermsIn, request.data))
        made = registry.change_seller(actor=actor, seller=row, terms=terms, now=timezone.now())
        return Response(_one(actor, made.public_id), status=201)


class AcceptSeller(SellersView):
    """Saying yes to a request."""

    @extend_schema(
        tags=TAGS, operation_id="authorised_sellers_accept", summary="List an account that asked, on your terms",
        request=s.TermsIn, responses=s.SellerOut,
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        actor = actor_for(request)
        row = _find(actor, public_id)
        terms = _terms(actor, read(s.TermsIn, request.data))
        registry.accept_seller(actor=actor, seller=row, terms=terms, now=timezone.now())
        return Response(_one(actor, public_id))


class RefuseSeller(SellersView):
    """Saying no to a request."""

    @extend_schema(
        tags=TAGS, operation_id="authorised_sellers_refuse", summary="Refuse a request; the seller reads the reason",
        request=s.RefusalIn, responses=s.SellerOut,
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, public_id: UUID) -> Response:
        actor = actor_for(request)
        row = _find(actor, public_id)
        reason = read(s.RefusalIn, request.data)["reason"]
        registry.refuse_seller(actor=actor, seller=row, reason=reason, now=timezone.now())
        return Response(_one(actor, public_id))


class SellerRequests(PersonView, PagedView):
    """What a holder of accounts has asked of brands, and which brands list the accounts."""

    @extend_schema(
        tags=TAGS, operation_id="seller_requests_list", responses=s.SellerOut(many=True),
        summary="List requests and entries about the accounts that you hold, newest first",
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        read_query(NoFilters, request)
        today = timezone.now().date()
        return paged(self, request, entries_of(user_of(request)), lambda row: s.seller_out(row, today))

    @extend_schema(
        tags=TAGS, operation_id="seller_requests_create", summary="Ask a brand to list an account that you hold",
        request={"application/json": s.RequestIn, "multipart/form-data": s.RequestMultipartIn},
        responses={201: s.SellerOut},
        examples=[OpenApiExample("By a decision", request_only=True, value={
            "account": "@peakdeals_77", "brand": "D-2026-000123", "message": "We buy from your wholesaler in Kiel."})],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        user, now = user_of(request), timezone.now()
        multipart = (request.content_type or "").startswith("multipart/")
        data = read(s.RequestMultipartIn if multipart else s.RequestIn, request.data)
        actor, account = holder(user), find_account(data["account"])
        with transaction.atomic():
            brand, right = find_brand(user, data["brand"])
            stored = None
            if data.get("proof"):
                stored = store.accept(data["proof"], actor=actor, organisation=None, purpose="seller-proof", now=now)
            made = registry.ask_to_be_listed(
                actor=actor, account=account, brand=brand, right=right, message=data["message"], proof=stored, now=now
            )
        return Response(_mine(request, made.public_id), status=201)


class SellerRequest(PersonView):
    """One request of a holder."""

    @extend_schema(
        tags=TAGS, operation_id="seller_requests_take_back", summary="Take back a request that is not answered",
        responses={204: None},
    )  # fmt: skip
    def delete(self, request: Request, public_id: UUID) -> Response:
        user = user_of(request)
        row = entries_of(user).filter(public_id=public_id).first()
        if row is None:
            raise Http404
        registry.take_request_back(actor=holder(user), seller=row, now=timezone.now())
        return Response(status=204)


def _find(actor: Actor, public_id: UUID) -> AuthorisedSeller:
    visible = AuthorisedSeller.objects.visible_to(actor).for_lists()
    found: AuthorisedSeller | None = visible.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _one(actor: Actor, public_id: UUID) -> dict[str, Any]:
    return s.seller_out(_find(actor, public_id), timezone.now().date())


def _mine(request: Request, public_id: UUID) -> dict[str, Any]:
    row = entries_of(user_of(request)).get(public_id=public_id)
    return s.seller_out(row, timezone.now().date())


def _terms(actor: Actor, data: dict[str, Any]) -> SellerTerms:
    brand: Brand | None = Brand.objects.visible_to(actor).filter(public_id=data["brand"]).first()
    if brand is None:
        raise NotFound("brand_not_found", "There is no such brand in your organisation.", "brand")
    right: IPRight | None = None
    if data["right"] is not None:
        right = IPRight.objects.visible_to(actor).filter(public_id=data["right"], brand=brand).first()
        if right is None:
            raise NotFound("right_not_found", "This brand has no such right.", "right")
    return SellerTerms(
        brand=brand,
        right=right,
        territories=tuple(data["territories"]),
        gtins=tuple(data["gtins"]),
        starts_on=data.get("starts_on") or timezone.now().date(),
        ends_on=data["ends_on"],
    )
