"""What holds look like in the API, in and out."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from portal.accounts.models import HoldKind, HoldState, OrganisationForm
from portal.api.reading import StrictSerializer


class ChangeOut(serializers.Serializer[Any]):
    """One fact that is to change."""

    fact = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()


class HoldOut(serializers.Serializer[Any]):
    """A change that rests, or rested."""

    public_id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=HoldKind.values)
    state = serializers.ChoiceField(choices=HoldState.values)
    says = serializers.CharField(help_text="In words, in the language of Accept-Language")
    stopping = serializers.CharField(allow_blank=True, help_text="What a stop does; empty once it has ended")
    changes = ChangeOut(many=True, help_text="What waits to be written; for a change of owner or register contact")
    started_by = serializers.CharField()
    started_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(help_text="At the earliest, and not before it is approved")
    needs = serializers.ChoiceField(choices=["", "administrator", "desk"], help_text="Who has to approve it")
    approved_by = serializers.CharField(allow_blank=True)
    approved_at = serializers.DateTimeField(allow_null=True)
    ended_by = serializers.CharField(allow_blank=True, help_text="Empty also for a stop by the link of a mail")
    ended_at = serializers.DateTimeField(allow_null=True)
    may_approve = serializers.BooleanField()
    may_stop = serializers.BooleanField()


class OwnerIn(StrictSerializer):
    """Who owns it, as its documents say; what is left out stays."""

    name = serializers.CharField(required=False, max_length=160)
    country = serializers.CharField(required=False, max_length=2, help_text="ISO 3166-1 alpha-2, such as SE")
    form = serializers.ChoiceField(required=False, choices=OrganisationForm.values)
    company_number = serializers.CharField(required=False, allow_blank=True, max_length=40)
