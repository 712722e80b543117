"""What authorisations look like in the API, in and out."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from brands.states import AuthorisationState
from portal.accounts.grants import AgentVerb
from portal.api.parties import PartyOut
from portal.api.reading import StrictSerializer

VERBS = [verb.value for verb in AgentVerb]
STATES = [state.value for state in AuthorisationState]


class TermsIn(StrictSerializer):
    """What the agent may do; reading what is covered is always part of it."""

    verbs = serializers.ListField(child=serializers.ChoiceField(choices=VERBS), max_length=len(VERBS))
    territories = serializers.ListField(
        child=serializers.CharField(max_length=2), max_length=260, required=False, default=list,
        help_text="ISO 3166-1 alpha-2; empty: wherever the rights hold",
    )  # fmt: skip
    expires_on = serializers.DateField(help_text="The last day, UTC; at most three years after the first")


class AskIn(TermsIn):
    """A request of an agency, as multipart form data; `letter` is a PDF up to 20 MB or a picture up to 10 MB."""

    principal = serializers.CharField(max_length=254, help_text="Its public id, or the address of an administrator")
    letter = serializers.FileField()


class GrantAskedIn(TermsIn):
    """What the principal grants of what was asked."""

    rights = serializers.ListField(
        child=serializers.UUIDField(), allow_null=True, max_length=5_000, help_text="null: all rights, also later ones"
    )
    starts_on = serializers.DateField(required=False, help_text="Today (UTC) where it is left out")


class GrantIn(GrantAskedIn):
    """A new authorisation: for one agency or one member, or in place of another one, which ends."""

    agency = serializers.UUIDField(required=False, help_text="The agency's public id")
    member = serializers.EmailField(required=False, help_text="The address of a member with the role agent")
    replaces = serializers.UUIDField(required=False, help_text="The authorisation that ends when this one begins")


class ReasonIn(StrictSerializer):
    """Why; the other side reads it."""

    reason = serializers.CharField(required=False, allow_blank=True, max_length=2_000, default="")


class TenantQuery(StrictSerializer):
    """For which of the caller's organisations; a key has one, and a person may have but one."""

    organisation = serializers.UUIDField(required=False, help_text="public_id; needed where you belong to several")


class AuthorisationsQuery(TenantQuery):
    """Filters of the list."""

    state = serializers.ChoiceField(choices=STATES, required=False)


class LetterOut(serializers.Serializer[Any]):
    """The letter as it was uploaded."""

    name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()


class AuthorisationOut(serializers.Serializer[Any]):
    """An authorisation. An agency reads `principal` once it was granted, and `asked_for`, its own words, before."""

    public_id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=STATES)
    in_force = serializers.BooleanField(help_text="true from starts_on to expires_on, while it is active")
    principal = PartyOut(allow_null=True)
    asked_for = serializers.CharField()
    agency = PartyOut(allow_null=True)
    member = serializers.CharField(allow_null=True, help_text="The name of an agent among the principal's members")
    verbs = serializers.ListField(child=serializers.ChoiceField(choices=VERBS))
    territories = serializers.ListField(child=serializers.CharField())
    rights = serializers.ListField(child=serializers.UUIDField(), allow_null=True, help_text="null: all rights")
    starts_on = serializers.DateField()
    expires_on = serializers.DateField()
    letter = LetterOut(allow_null=True)
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()
    granted_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class PrincipalOut(serializers.Serializer[Any]):
    """Whom the agency may act for today; send `organisation.public_id` as Rightsdesk-Principal."""

    organisation = PartyOut()
    verbs = serializers.ListField(child=serializers.ChoiceField(choices=VERBS))
    territories = serializers.ListField(child=serializers.CharField(), help_text="empty: wherever the rights hold")
    all_rights = serializers.BooleanField()
    until = serializers.DateField(help_text="The last day of the longest authorisation, UTC")
