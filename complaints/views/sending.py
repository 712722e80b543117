"""Steps 5 and 6 of the guided form: sign, look at it all, submit."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints import casework
from complaints.views.checked import answers_of
from complaints.views.common import find, put_error
from complaints.views.draft import (
    draft_of,
    elsewhere,
    onward,
    page,
)
from complaints.views.signing import keep_signature, kept_signature, sign_form
from portal.accounts.actors import actor_of
from portal.accounts.doors import fresh_sign_in_required, member_required
from portal.errors import DomainError


@member_required
@fresh_sign_in_required
def declarations(request: HttpRequest, complaint: UUID) -> HttpResponse:
    """Step 5: the exact text that the laws of the items ask for, signed by typed name after a fresh sign-in check."""
    draft = draft_of(request, complaint)
    if isinstance(draft, HttpResponse):
        return draft
    declaration = casework.declaration_for(draft, actor_of(request), timezone.now().date())
    form = sign_form(request, declaration)
    if request.method == "POST" and form.is_valid():
        try:
            keep_signature(request, draft, form.cleaned_data)
        except DomainError as error:
            put_error(form, error)
        else:
            return onward(request, draft, "review")
    return page(request, "declarations", draft, status=422 if form.errors else 200, form=form, declaration=declaration)


@member_required
def review(request: HttpRequest, complaint: UUID) -> HttpResponse:
    """Step 6: everything on one page, then submit. Submitting twice makes one complaint."""
    found = find(request, complaint)
    if not found.is_draft or not actor_of(request).can_file:
        return elsewhere(found)
    signature = kept_signature(request, found)
    error = None
    if request.method == "POST" and signature is None:
        messages.info(request, _("Sign the declarations first; nothing was sent yet."))
        return redirect("complaints:draft-declarations", found.public_id)
    if request.method == "POST" and signature:
        try:
            filed = casework.submit(
                actor=actor_of(request),
                complaint_id=found.pk,
                signing=signature,
                now=timezone.now(),
                version=found.version,
            )
        except DomainError as refusal:
            error = refusal
        else:
            words = _("Filed as %(reference)s. We sent you an acknowledgement.")
            messages.success(request, words % {"reference": filed.reference})
            return redirect("complaints:detail", filed.public_id)
    return page(
        request,
        "review",
        found,
        status=422 if error else 200,
        error=error,
        at="review",
        signature=signature,
        files=found.evidence.select_related("file").order_by("id"),
        **answers_of(request, found),
    )


@member_required
@require_POST
def discard(request: HttpRequest, complaint: UUID) -> HttpResponse:
    """Throws the draft away."""
    draft = draft_of(request, complaint)
    if isinstance(draft, HttpResponse):
        return draft
    casework.discard(actor=actor_of(request), complaint_id=draft.pk)
    messages.success(request, _("The draft is gone."))
    return redirect("complaints:dashboard")
