"""What the accused read: the decision, why, what was seen, what comes next. The link opens one statement."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from brands.models import AuthorisedSeller
from complaints import casework, clock_lines, listed, shown, statements
from complaints.forms import ResponseForm
from complaints.models import Item, StatementOfReasons
from complaints.views.common import put_error
from portal.accounts.actors import Actor, ActorKind, actor_of
from portal.errors import DomainError
from portal.files import store


@login_required
def statement_list(request: HttpRequest) -> HttpResponse:
    """Lists the decisions about the accounts that this person holds, newest first."""
    mine = StatementOfReasons.objects.to_holder(_reader(request))
    found = mine.select_related("account", "decision__complaint").order_by("-created_at", "-id")[:100]
    return render(request, "complaints/respondent/list.html", {"statements": found})


@login_required
def detail(request: HttpRequest, statement: UUID) -> HttpResponse:
    """Shows one decision to the holder of the account, and takes their answer."""
    return _show(request, _mine(request, statement), token="")


def _reader(request: HttpRequest) -> int:
    user = actor_of(request).user
    if user is None:
        raise Http404
    return user.pk


def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Shows the one decision that a signed link opens, and takes the answer of whoever holds the link."""
    return _show(request, _linked(token), token=token)


def _mine(request: HttpRequest, public_id: UUID) -> StatementOfReasons:
    found: StatementOfReasons = get_object_or_404(
        StatementOfReasons.objects.to_holder(_reader(request)),
        public_id=public_id,
    )
    return found


def _linked(token: str) -> StatementOfReasons:
    found = statements.find_by_token(token)
    if found is None:
        raise Http404
    return found


def _entry(statement: StatementOfReasons, items: list[Item]) -> AuthorisedSeller | None:
    """The entry by which the complainant lists this account today for one of these items; None where there is none."""
    found = listed.of_items(items, statement.decision.complaint.organisation, timezone.now().date())
    return next((found[item.pk] for item in items if item.pk in found), None)


def _show(request: HttpRequest, statement: StatementOfReasons, *, token: str) -> HttpResponse:
    form = ResponseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            casework.respond(
                actor=_answering(request), statement=statement, text=form.cleaned_data["text"], now=timezone.now()
            )
        except DomainError as error:
            put_error(form, error)
        else:
            messages.success(request, _("Your answer is with the desk. A reviewer will read it."))
            return redirect(request.path)
    decision, items = statement.decision, statements.items_of(statement)
    context: dict[str, Any] = {
        "statement": statement,
        "decision": decision,
        "complaint": decision.complaint,
        "items": items,
        "notice": shown.notice_to("accused", decision.complaint, items),
        "entry": _entry(statement, items),
        "clocks": clock_lines.of_account(decision.complaint, statement.account_id),
        "token": token,
        "form": form,
        "responses": statement.responses.order_by("created_at", "id"),
        "can_answer": timezone.now().date() <= statement.answer_until,
    }
    return render(request, "complaints/respondent/detail.html", context, status=422 if form.errors else 200)


def _answering(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    return Actor(kind=ActorKind.RESPONDENT, user=actor.user)


@login_required
def picture(request: HttpRequest, statement: UUID, item: int) -> HttpResponseBase:
    """Serves the frozen picture to the holder."""
    return _serve(_mine(request, statement), item)


def picture_by_link(request: HttpRequest, token: str, item: int) -> HttpResponseBase:
    """Serves the frozen picture to whoever has the link."""
    return _serve(_linked(token), item)


def _serve(statement: StatementOfReasons, item_id: int) -> HttpResponseBase:
    for item in statements.items_of(statement):
        if item.pk == item_id and item.snapshot.picture:
            return store.serve(item.snapshot.picture)
    raise Http404
