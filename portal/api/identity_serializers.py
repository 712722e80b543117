"""What the check of an organisation looks like in the API, in and out."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from portal.accounts.states import STATE_VALUES
from portal.api.reading import StrictSerializer
from portal.identity.models import DocumentKind, DocumentResult


class DocumentIn(StrictSerializer):
    """One document as multipart form data: PDF up to 20 MB, PNG, JPEG or WEBP up to 10 MB."""

    kind = serializers.ChoiceField(choices=DocumentKind.values)
    file = serializers.FileField()


class DocumentOut(serializers.Serializer[Any]):
    """One document; its file goes 90 days after the decision, the rest stays."""

    public_id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=DocumentKind.values)
    sha256 = serializers.CharField(help_text="Of the bytes that came")
    name = serializers.CharField(allow_null=True, help_text="null once the file is gone")
    result = serializers.ChoiceField(choices=[value for value in DocumentResult.values if value], allow_null=True)
    uploaded_at = serializers.DateTimeField()
    delete_after = serializers.DateTimeField(
        allow_null=True, help_text="When the file goes; null while the desk has it"
    )
    deleted_at = serializers.DateTimeField(allow_null=True)


class MissingOut(serializers.Serializer[Any]):
    """One thing that the desk still needs."""

    code = serializers.CharField()
    field = serializers.CharField()
    message = serializers.CharField()


class StandingOut(serializers.Serializer[Any]):
    """Where the check of an organisation stands, and what follows from it."""

    state = serializers.ChoiceField(choices=STATE_VALUES)
    label = serializers.CharField()  # type: ignore[assignment]
    reason = serializers.CharField(help_text="Why it was rejected or suspended; empty otherwise")
    may_file = serializers.BooleanField(help_text="Whether complaints are taken and rights can be approved")
    submitted_at = serializers.DateTimeField(allow_null=True)
    verified_at = serializers.DateTimeField(allow_null=True)
    missing = MissingOut(many=True, help_text="What is needed before it can be sent; for who may send it")
