"""What the pages share: find or 404, and a domain error put where the reader looks."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from complaints.models import Complaint
from portal.accounts import why
from portal.accounts.actors import actor_of
from portal.accounts.grants import AgentVerb
from portal.errors import DomainError, Forbidden, NotFound


def find(request: HttpRequest, public_id: UUID) -> Complaint:
    """Finds a complaint that the reader may see; absent and foreign ones are the same 404."""
    visible = Complaint.objects.visible_to(actor_of(request))
    found = visible.select_related("organisation", "agency", "right__family", "created_by", "claimed_by", "signature")
    complaint: Complaint | None = found.filter(public_id=public_id).first()
    if complaint is None:
        raise Http404
    return complaint


def put_error(form: forms.Form, error: DomainError) -> None:
    """Puts a refusal beside the field that it is about, or on top of the form; 403 and 404 are answered as such."""
    raise_http(error)
    form.add_error(error.field if error.field in form.fields else None, str(error.message))


def raise_http(error: DomainError) -> None:
    """Answers 404 and 403 as such; returns for whatever is to be told on the page."""
    if isinstance(error, NotFound):
        raise Http404 from error
    if isinstance(error, Forbidden):
        raise PermissionDenied(str(error)) from error


def need_filer(request: HttpRequest) -> None:
    """Raises PermissionDenied for readers whose role does not act for the organisation."""
    actor = actor_of(request)
    if not actor.can_file:
        raise PermissionDenied(why.not_this(actor, AgentVerb.FILE))


def numbers(values: list[str]) -> list[int]:
    """Reads the ids of a posted list; what cannot be the id of a row is left out."""
    return [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 19]
