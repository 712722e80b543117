"""What authorised sellers look like in the API, in and out."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from brands.models import AuthorisedSeller
from brands.states import SellerState
from portal.api.reading import StrictSerializer

STATES = [state.value for state in SellerState]


class TermsIn(StrictSerializer):
    """Under which right, where, for what and when. Leave `right` out for all rights of the brand."""

    brand = serializers.UUIDField(help_text="public_id of one of your brands")
    right = serializers.UUIDField(required=False, allow_null=True, default=None)
    territories = serializers.ListField(
        child=serializers.RegexField(r"^[A-Za-z]{2}$"), required=False, max_length=250, default=list,
        help_text="empty: wherever the right holds",
    )  # fmt: skip
    gtins = serializers.ListField(
        child=serializers.CharField(max_length=40), required=False, max_length=1000, default=list,
        help_text="8, 12, 13 or 14 digits; empty: every product",
    )  # fmt: skip
    starts_on = serializers.DateField(required=False, help_text="today, unless given; UTC")
    ends_on = serializers.DateField(required=False, allow_null=True, default=None, help_text="null: until ended")


class SellerIn(TermsIn):
    """One account to be listed."""

    account = serializers.CharField(max_length=500, help_text="id (SA-…), @handle or link; a shop's name finds nothing")


class RefusalIn(StrictSerializer):
    """Why a request is refused; the seller reads it."""

    reason = serializers.CharField(max_length=2000)


class RequestIn(StrictSerializer):
    """What a seller asks of a brand, as multipart form data or, without a proof, as JSON."""

    account = serializers.CharField(max_length=500, help_text="an account that you hold: id, @handle or link")
    brand = serializers.CharField(
        max_length=120, help_text="the number of a decision about it, or the brand's exact name"
    )
    message = serializers.CharField(max_length=2000)


class RequestMultipartIn(RequestIn):
    """The same with a proof."""

    proof = serializers.FileField(required=False, help_text="PDF up to 20 MB, or a picture")


class SellersQuery(StrictSerializer):
    """Filters of the list of authorised sellers."""

    state = serializers.ChoiceField(choices=STATES, required=False)
    account = serializers.CharField(required=False, max_length=500, help_text="id, @handle or link")


class AccountOut(serializers.Serializer[Any]):
    """An account of the marketplace."""

    marketplace_id = serializers.CharField()
    handle = serializers.CharField()
    url = serializers.CharField()


class SellerOut(serializers.Serializer[Any]):
    """One entry or request. `covers_today` says whether its account is authorised on this day (UTC)."""

    public_id = serializers.UUIDField()
    account = AccountOut()
    brand = serializers.UUIDField()
    brand_name = serializers.CharField()
    right = serializers.UUIDField(allow_null=True)
    territories = serializers.ListField(child=serializers.CharField())
    gtins = serializers.ListField(child=serializers.CharField())
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)
    state = serializers.ChoiceField(choices=STATES)
    covers_today = serializers.BooleanField()
    message = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)
    has_proof = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


def seller_out(row: AuthorisedSeller, today: Any) -> dict[str, Any]:
    """One entry as both sides see it."""
    same = ("public_id", "territories", "gtins", "starts_on", "ends_on", "state", "message", "reason")
    times = ("created_at", "decided_at", "ended_at")
    target = row.account.target
    return {
        **{name: getattr(row, name) for name in (*same, *times)},
        "account": {"marketplace_id": target.marketplace_id, "handle": row.account.handle, "url": target.url},
        "brand": row.brand.public_id,
        "brand_name": row.brand.name,
        "right": row.right.public_id if row.right else None,
        "covers_today": row.covers(today),
        "has_proof": row.proof_id is not None,
    }
