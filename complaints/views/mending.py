"""One press for some lines of a draft: mend this one, take these out, move what is too much into a second draft."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from complaints import casework
from complaints.forms import ItemsForm
from complaints.models import Complaint
from complaints.views.checked import answers_of, first_wrong
from complaints.views.common import numbers, raise_http
from complaints.views.draft import draft_of, page
from complaints.views.items import to_line
from portal.accounts.actors import actor_of
from portal.accounts.doors import member_required
from portal.errors import Conflict, DomainError
from portal.marketplace import times, written


@member_required
@require_POST
def line(request: HttpRequest, complaint: UUID, line: int) -> HttpResponse:
    """Keeps one line as it was typed again; every other stays as it is."""
    draft = draft_of(request, complaint)
    if isinstance(draft, HttpResponse):
        return draft
    was = request.POST.get("was", "")
    text = _with_times(was, request.POST["times"]) if "times" in request.POST else request.POST.get("text", "")
    try:
        kept = casework.mend_line(
            actor=actor_of(request), complaint_id=draft.pk, number=line, was=was, text=text, now=timezone.now()
        )
    except DomainError as error:
        return _refused(request, draft, error, {line: text})
    wrong = first_wrong(answers_of(request, kept)["answers"], after=line - 1)
    return to_line(kept, line, "row") if wrong is None else to_line(kept, wrong)


def _with_times(was: str, typed: str) -> str:
    """The line with another time, or without one; words that are no time stay, so that they are answered."""
    said = written.read(was)
    span = times.span(typed)
    return written.write(said.target, span, said.note, "" if span else " ".join(typed.split())[:40])


@member_required
@require_POST
def take_out(request: HttpRequest, complaint: UUID) -> HttpResponse:
    """Takes out the lines of one finding, or one line."""
    draft = draft_of(request, complaint)
    if isinstance(draft, HttpResponse):
        return draft
    chosen = numbers(",".join(request.POST.getlist("lines")).split(","))
    try:
        casework.take_out_lines(
            actor=actor_of(request),
            complaint_id=draft.pk,
            numbers=chosen,
            version=_version(request),
            now=timezone.now(),
        )
    except DomainError as error:
        return _refused(request, draft, error, {})
    words = ngettext("%d line is taken out.", "%d lines are taken out.", len(chosen)) % len(chosen)
    messages.success(request, words)
    step = "review" if request.POST.get("at") == "review" else "items"
    return redirect(f"complaints:draft-{step}", draft.public_id)


@member_required
@require_POST
def split(request: HttpRequest, complaint: UUID) -> HttpResponse:
    """Moves what is beyond 500 lines into a second draft."""
    draft = draft_of(request, complaint)
    if isinstance(draft, HttpResponse):
        return draft
    try:
        second = casework.split_draft(
            actor=actor_of(request), complaint_id=draft.pk, version=_version(request), now=timezone.now()
        )
    except DomainError as error:
        return _refused(request, draft, error, {})
    moved = second.lines.count("\n") + 1
    words = ngettext(
        "%d line waits in a second draft on the dashboard, with the same right and reason. Attach evidence there too.",
        "%d lines wait in a second draft on the dashboard, with the same right and reason. Attach evidence there too.",
        moved,
    )
    messages.success(request, words % moved)
    return redirect("complaints:draft-items", draft.public_id)


def _version(request: HttpRequest) -> int | None:
    return next(iter(numbers([request.POST.get("version", "")])), None)


def _refused(request: HttpRequest, draft: Complaint, error: DomainError, typed: dict[int, str]) -> HttpResponse:
    """Shows the items again with what was typed and why it was not kept."""
    raise_http(error)
    draft.refresh_from_db()
    status = 409 if isinstance(error, Conflict) else 422
    form = ItemsForm(initial={"lines": draft.lines})
    context = answers_of(request, draft, typed=typed, error=str(error.message))
    refusal = str(error.message) if not context["to_mend"] else ""
    return page(request, "items", draft, status, form=form, at="items", refusal=refusal, **context)
