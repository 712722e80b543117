"""Mending a rejected complaint: one press makes the draft and leads to the step that the failed check points to."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints import casework, curing
from complaints.views.common import find, raise_http
from portal.accounts.actors import actor_of
from portal.accounts.doors import member_required
from portal.errors import DomainError


@member_required
@require_POST
def cure(request: HttpRequest, complaint: UUID) -> HttpResponse:
    """Makes the draft, or says why this complaint cannot be mended."""
    found = find(request, complaint)
    try:
        draft = casework.cure(actor=actor_of(request), complaint_id=found.pk, now=timezone.now())
    except DomainError as error:
        raise_http(error)
        messages.error(request, str(error.message))
        return redirect("complaints:detail", found.public_id)
    messages.success(request, _("This draft has everything that you sent before. Add what was missing, and send it."))
    return redirect(f"complaints:draft-{curing.first_step(found)}", draft.public_id)
