"""Every refusal of the API in one form: application/problem+json (RFC 9457)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import set_rollback

from portal.errors import Conflict, DomainError, Forbidden, NotFound, Refused

CONTENT_TYPE = "application/problem+json"
DOMAIN_STATUS: tuple[tuple[type[DomainError], int], ...] = (
    (Refused, 422),
    (Forbidden, 403),
    (NotFound, 404),
    (Conflict, 409),
)


class ProblemRenderer(JSONRenderer):
    """Writes a problem under its own media type, whatever was asked for."""

    media_type = CONTENT_TYPE
    format = "problem"


def handle(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """Turns what a view raised into a problem; None (an error of ours, 500) for everything unexpected."""
    found = _domain(exc) or _framework(exc) or _django(exc)
    if found is None:
        return None
    set_rollback()
    response = Response(found, status=found["status"], headers=_headers(exc), content_type=CONTENT_TYPE)
    request = context.get("request")
    if request is not None:
        request.accepted_renderer = ProblemRenderer()
        request.accepted_media_type = CONTENT_TYPE
    return response


def problem(status: int, code: str, detail: str, errors: list[dict[str, str]] | None = None) -> dict[str, Any]:
    """Gives the members of a problem: type, title, status, code, detail and errors with a JSON pointer each."""
    return {
        "type": f"urn:rightsdesk:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "errors": errors or [],
    }


def _domain(exc: Exception) -> dict[str, Any] | None:
    if not isinstance(exc, DomainError):
        return None
    status = next((status for kind, status in DOMAIN_STATUS if isinstance(exc, kind)), 422)
    message = str(exc.message)
    pointer = "/" + _escape(exc.field.replace(".", "/"), keep="/") if exc.field else ""
    errors = [{"pointer": pointer, "code": exc.code, "message": message}] if pointer else []
    return problem(status, exc.code, message, errors)


def _framework(exc: Exception) -> dict[str, Any] | None:
    if not isinstance(exc, exceptions.APIException):
        return None
    if isinstance(exc, exceptions.ValidationError):
        errors = list(_errors(exc.get_full_details(), ""))
        code = errors[0]["code"] if len(errors) == 1 and not errors[0]["pointer"] else "not_valid"
        return problem(exc.status_code, code, _("Check the fields named in errors."), errors)
    return problem(exc.status_code, str(exc.get_codes()), str(exc.detail))


def _django(exc: Exception) -> dict[str, Any] | None:
    if isinstance(exc, Http404):
        return problem(404, "not_found", _("There is nothing here, or nothing that this key may see."))
    if isinstance(exc, PermissionDenied):
        return problem(403, "permission_denied", _("This key may not do that."))
    if isinstance(exc, RequestDataTooBig):
        return problem(413, "body_too_large", _("The body is too large."))
    if isinstance(exc, (SuspiciousOperation, BadRequest, MultiPartParserError)):
        return problem(400, "request_not_readable", _("The request cannot be read."))
    return None


def _errors(details: Any, pointer: str) -> Iterator[dict[str, str]]:
    """Flattens the errors of serializers into a line each, in the order of the fields."""
    if isinstance(details, Mapping) and set(details) == {"message", "code"} and isinstance(details["code"], str):
        yield {"pointer": pointer, "code": details["code"], "message": str(details["message"])}
    elif isinstance(details, Mapping):
        for name, inner in details.items():
            whole = name == "non_field_errors"
            yield from _errors(inner, pointer if whole else f"{pointer}/{_escape(str(name))}")
    elif isinstance(details, list):
        for number, inner in enumerate(details):
            leaf = isinstance(inner, Mapping) and set(inner) == {"message", "code"}
            yield from _errors(inner, pointer if leaf else f"{pointer}/{number}")


def _escape(name: str, keep: str = "") -> str:
    name = name.replace("~", "~0")
    return name if keep else name.replace("/", "~1")


def _headers(exc: Exception) -> dict[str, str]:
    headers: dict[str, str] = {}
    if getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = str(exc.auth_header)  # type: ignore[attr-defined]
    wait = getattr(exc, "wait", None)
    if wait is not None:
        headers["Retry-After"] = str(max(1, math.ceil(wait)))
    return headers
