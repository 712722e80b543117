"""What organisations, invitations and new keys look like in the API, in and out."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from portal.accounts.models import OrganisationForm, OrganisationKind, Role
from portal.accounts.states import STATE_VALUES
from portal.api.models import Scope
from portal.api.reading import StrictSerializer


class OrganisationIn(StrictSerializer):
    """A new organisation."""

    name = serializers.CharField(max_length=160, help_text="As in the register. The other side of a complaint sees it.")
    country = serializers.CharField(max_length=2, help_text="ISO 3166-1 alpha-2, such as SE")
    kind = serializers.ChoiceField(choices=OrganisationKind.values)


class OrganisationOut(serializers.Serializer[Any]):
    """An organisation and the caller's role in it."""

    public_id = serializers.UUIDField()
    name = serializers.CharField()
    country = serializers.CharField()
    kind = serializers.ChoiceField(choices=OrganisationKind.values)
    form = serializers.ChoiceField(choices=OrganisationForm.values)
    state = serializers.ChoiceField(choices=STATE_VALUES)
    role = serializers.ChoiceField(choices=Role.values)
    created_at = serializers.DateTimeField()


class MemberOut(serializers.Serializer[Any]):
    """A member."""

    name = serializers.CharField()
    role = serializers.ChoiceField(choices=Role.values)
    email = serializers.EmailField(allow_null=True, help_text="null unless you are an administrator")


class OrganisationWithMembersOut(OrganisationOut):
    """An organisation with its members, oldest first."""

    company_number = serializers.CharField()
    register_contact = serializers.CharField(allow_null=True, help_text="null unless you are an administrator")
    postal_address = serializers.CharField()
    phone = serializers.CharField()
    service_country = serializers.CharField()
    service_address = serializers.CharField()
    members = MemberOut(many=True)


class OrganisationFactsIn(StrictSerializer):
    """What the desk compares with the documents."""

    name = serializers.CharField(required=False, max_length=160, help_text="Exactly as in the document")
    country = serializers.CharField(required=False, max_length=2, help_text="ISO 3166-1 alpha-2, such as SE")
    form = serializers.ChoiceField(required=False, choices=OrganisationForm.values)
    company_number = serializers.CharField(required=False, allow_blank=True, max_length=40)
    register_contact = serializers.CharField(
        required=False, allow_blank=True, max_length=254, help_text="An e-mail address that is not one person's alone"
    )


class ReachIn(StrictSerializer):
    """How the organisation can be reached; what you leave out stays. Some laws ask a notice for it."""

    postal_address = serializers.CharField(required=False, allow_blank=True, max_length=500)
    phone = serializers.CharField(required=False, allow_blank=True, max_length=40, help_text="With the country code")
    service_country = serializers.CharField(
        required=False, allow_blank=True, max_length=2, help_text="ISO 3166-1 alpha-2 of the address for service abroad"
    )
    service_address = serializers.CharField(required=False, allow_blank=True, max_length=500)


class InvitationIn(StrictSerializer):
    """Whom to invite, and as what."""

    email = serializers.CharField(max_length=254)
    role = serializers.ChoiceField(choices=Role.values)


class InvitationOut(serializers.Serializer[Any]):
    """An open invitation."""

    public_id = serializers.UUIDField()
    email = serializers.EmailField()
    role = serializers.ChoiceField(choices=Role.values)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()


class TokenIn(StrictSerializer):
    """The last part of the link in the invitation's mail."""

    token = serializers.CharField(max_length=200)


class KeyIn(StrictSerializer):
    """A new key."""

    name = serializers.CharField(max_length=80)
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.values), min_length=1, max_length=20)
    expires_at = serializers.DateTimeField(help_text="Within the next 12 months")


class KeyOut(serializers.Serializer[Any]):
    """A key that was just made; nobody can read its secret again."""

    prefix = serializers.CharField()
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.values))
    expires_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()
    on_hold_until = serializers.DateTimeField(
        allow_null=True, help_text="For a new administrator: it opens nothing before, and not before it is approved"
    )
    secret = serializers.CharField()
