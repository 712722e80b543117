"""Organisations where an answer names them: whose row it is, and which agency acts for it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from portal.accounts.models import Organisation


class PartyOut(serializers.Serializer[Any]):
    """An organisation, by its public id and its name."""

    public_id = serializers.UUIDField()
    name = serializers.CharField()


def party_out(organisation: Organisation | None) -> dict[str, Any] | None:
    """Writes an organisation as answers name it; None where there is none."""
    return {"public_id": organisation.public_id, "name": organisation.name} if organisation else None
