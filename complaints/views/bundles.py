"""A case as one file, for the complainant and for the accused; each gets what their own pages show."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from complaints import bundle, statements
from complaints.bundle.http import answer
from complaints.models import StatementOfReasons
from complaints.querysets import StatementQuerySet
from complaints.views.common import find
from portal.accounts.actors import actor_of
from portal.accounts.doors import member_required


@member_required
@require_safe
def of_complaint(request: HttpRequest, complaint: UUID) -> HttpResponseBase:
    """The complaint as the reader sees it; a draft has no bundle."""
    found = find(request, complaint)
    if found.submitted_at is None:
        raise Http404
    return answer(bundle.for_complainant(found, actor_of(request)))


@login_required
@require_safe
def of_statement(request: HttpRequest, statement: UUID) -> HttpResponseBase:
    """What was decided about one's account, to the holder of the account."""
    user = actor_of(request).user
    if user is None:
        raise Http404
    return answer(bundle.for_respondent(get_object_or_404(_statements().to_holder(user.pk), public_id=statement)))


@require_safe
def by_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """The same to whoever has the link."""
    found = statements.find_by_token(token)
    if found is None:
        raise Http404
    return answer(bundle.for_respondent(_statements().get(pk=found.pk)))


def _statements() -> StatementQuerySet:
    found: StatementQuerySet = StatementOfReasons.objects.select_related(
        "account", "decision__complaint__right__family"
    )
    return found
