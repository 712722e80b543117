"""What the pages share: find or 404, and a domain error put where the reader looks."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest

from complaints.models import Complaint
from portal.accounts.actors import actor_of
from portal.errors import DomainError


def find(request: HttpRequest, public_id: UUID) -> Complaint:
    """Finds a complaint that the reader may see; absent and foreign ones are the same 404."""
    visible = Complaint.objects.visible_to(actor_of(request))
    found = visible.select_related("organisation", "right", "created_by", "claimed_by", "signature")
    complaint: Complaint | None = found.filter(public_id=public_id).first()
    if complaint is None:
        raise Http404
    return complaint


def put_error(form: forms.Form, error: DomainError) -> None:
    """Puts a refusal beside the field that it is about, or on top of the form."""
    form.add_error(error.field if error.field in form.fields else None, str(error.message))
