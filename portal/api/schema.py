"""Teaches the schema generator our way of signing in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from portal.api.authentication import PRINCIPAL_HEADER
from portal.api.permissions import HasKey

PRINCIPAL = OpenApiParameter(
    PRINCIPAL_HEADER,
    UUID,
    OpenApiParameter.HEADER,
    description="With the key of an agency: the public id of the principal that it acts for, see GET /principals.",
)


class Schema(AutoSchema):
    """Says of every endpoint that a key uses for an organisation that an agency names its principal there."""

    def get_override_parameters(self) -> list[Any]:
        asks = any(isinstance(one, type) and issubclass(one, HasKey) for one in self.view.permission_classes)
        own = [PRINCIPAL] if asks and not getattr(self.view, "about_agency", False) else []
        return [*own, *super().get_override_parameters()]


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes the key as a bearer token."""

    target_class = "portal.api.authentication.ApiKeyAuthentication"
    name = "ApiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "rdk_<prefix>_<secret>"}


class SessionTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes the session token of a person who signed in at /api/v1/auth/."""

    target_class = "portal.api.authentication.SessionTokenAuthentication"
    name = "SessionToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": "X-Session-Token"}
