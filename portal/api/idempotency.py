"""A repeated request changes nothing twice: the same Idempotency-Key gets the same bytes for 24 hours.

The effects of a view and its kept answer commit together. A process that dies in between leaves neither, only
a claim that others may take over after a minute. Refusals are not kept: nothing was changed, the key stays free.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from portal.accounts.actors import Actor
from portal.api.authentication import actor_for
from portal.api.models import ApiKey, IdempotentRequest, RequestState
from portal.errors import Conflict, Refused

KEPT = timedelta(hours=24)
LEASE = timedelta(seconds=60)
KEPT_HEADERS = ("Location",)
Handler = Callable[..., Response | HttpResponse]


class InFlight(Conflict):
    """The same key is being worked on at this moment (HTTP 409, come back in a second)."""

    wait = 1


def idempotent(handler: Handler) -> Handler:
    """Wraps `post` of a view: with an Idempotency-Key it runs once and is replayed, without one as it is."""

    @wraps(handler)
    def inner(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response | HttpResponse:
        name = request.headers.get("Idempotency-Key")
        if name is None:
            return handler(view, request, *args, **kwargs)
        claim = _claim(request, _checked(name), timezone.now())
        if claim.state == RequestState.DONE:
            return _answer(claim, replayed=True)
        try:
            return _run(claim, lambda: handler(view, request, *args, **kwargs))
        except BaseException:
            _ours(claim).delete()
            raise

    return inner


def purge(now: datetime) -> int:
    """Deletes answers older than 24 hours; gives how many."""
    return IdempotentRequest.objects.filter(created_at__lte=now - KEPT).delete()[0]


def _checked(name: str) -> str:
    if not 1 <= len(name) <= 255 or not name.isascii() or not name.isprintable():
        text = _("Idempotency-Key takes 1 to 255 printable ASCII characters, such as a UUID.")
        raise ValidationError(text, "idempotency_key_unreadable")
    return name


def _claim(request: Request, name: str, now: datetime) -> IdempotentRequest:
    """Makes the row that only one request can make, or finds the one that was there first."""
    key = request.auth
    assert isinstance(key, ApiKey)  # noqa: S101 - HasKey let it pass
    actor = actor_for(request)
    whose = {"organisation": key.organisation, "principal": actor.organisation if actor.agency else None, "key": name}
    fresh = IdempotentRequest(
        **whose,
        bound_by=_bonds(actor),
        api_key=key,
        method=str(request.method),
        path=request.get_full_path()[:500],
        body_hash=body_hash(request),
        created_at=now,
    )
    for _attempt in range(3):
        try:
            with transaction.atomic():
                fresh.save(force_insert=True)
        except IntegrityError:
            fresh.pk = None
            found = IdempotentRequest.objects.filter(**whose).first()
            kept = found and _judge(found, fresh, now)
            if kept:
                return kept
        else:
            return fresh
    raise _in_flight()


def _judge(found: IdempotentRequest, fresh: IdempotentRequest, now: datetime) -> IdempotentRequest | None:
    """Gives the kept answer; None after making room for a new claim. Raises for another body or work under way."""
    age = now - found.created_at
    if age >= KEPT or (found.state == RequestState.IN_FLIGHT and age >= LEASE):
        _ours(found).delete()
        return None
    if (found.method, found.path, found.body_hash) != (fresh.method, fresh.path, fresh.body_hash):
        text = _("This Idempotency-Key was used for another request. Take a new one for a new request.")
        raise Refused("idempotency_key_reused", text)
    if found.state == RequestState.IN_FLIGHT:
        raise _in_flight()
    if found.bound_by != fresh.bound_by:
        text = _("The first answer came under other authorisations than those in force now; it is not repeated.")
        raise Conflict("authorisation_changed", text)
    return found


def _bonds(actor: Actor) -> str:
    """Names the authorisations that bind this actor; "" for who is not bound."""
    if actor.grants is None:
        return ""
    return hashlib.sha256(",".join(sorted(str(grant.authorisation_id) for grant in actor.grants)).encode()).hexdigest()


def _in_flight() -> InFlight:
    return InFlight("idempotency_in_flight", _("The first request with this Idempotency-Key is still being worked on."))


def _run(claim: IdempotentRequest, work: Callable[[], Response | HttpResponse]) -> HttpResponse:
    """Runs the view and keeps its answer in the same transaction."""
    with transaction.atomic():
        response = work()
        claim.status = response.status_code
        claim.response = _bytes(response)
        claim.headers = {name: response[name] for name in KEPT_HEADERS if name in response}
        if response.status_code >= 400:
            _ours(claim).delete()
        else:
            _keep(claim)
    return _answer(claim, replayed=False)


def _keep(claim: IdempotentRequest) -> None:
    kept = _ours(claim).update(
        state=RequestState.DONE, status=claim.status, response=claim.response, headers=claim.headers
    )
    if not kept:  # our lease ran out and somebody else does the work: undo ours
        raise _in_flight()


def _ours(claim: IdempotentRequest) -> Any:
    return IdempotentRequest.objects.filter(pk=claim.pk, created_at=claim.created_at, state=claim.state)


def _bytes(response: Response | HttpResponse) -> bytes:
    if isinstance(response, Response):
        return b"" if response.data is None else JSONRenderer().render(response.data)
    return response.content


def _answer(claim: IdempotentRequest, *, replayed: bool) -> HttpResponse:
    response = HttpResponse(bytes(claim.response), status=claim.status, content_type="application/json")
    for name, value in claim.headers.items():
        response[name] = value
    if replayed:
        response["Idempotency-Replayed"] = "true"
    return response


def body_hash(request: Request) -> str:
    """Hashes what the body says: a new multipart boundary or another order of names makes no difference."""
    data: Any = request.data
    many = hasattr(data, "getlist")
    parts = {name: data.getlist(name) if many else data[name] for name in data}
    text = json.dumps(parts, sort_keys=True, default=_file_hash)
    return hashlib.sha256(text.encode()).hexdigest()


def _file_hash(value: Any) -> str:
    if not isinstance(value, UploadedFile):
        raise TypeError(f"{type(value).__name__} in a request body")
    total = hashlib.sha256()
    for piece in value.chunks():
        total.update(piece)
    value.seek(0)
    return f"{value.name}:{total.hexdigest()}"
